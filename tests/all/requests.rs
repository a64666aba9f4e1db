//! Reading and writing real kinds against the built-in servers, with every request counted.

mod accounts;
mod bench;
mod clusters;
mod edges;
mod faults;
mod hostile;
mod lists;
mod organizations;
mod writes;

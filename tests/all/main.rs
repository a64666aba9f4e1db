//! All integration tests, in one binary: each further one costs a link.
//!
//! `cfg(test)` here lets every helper unwrap, as `clippy.toml` lets tests.
#![cfg(test)]

mod architecture;
mod catalog;
mod docs;
mod generated;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod http;

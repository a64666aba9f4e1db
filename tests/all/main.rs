//! All integration tests, in one binary: each further one costs a link.
//!
//! `#[cfg(test)]` before a module lets its helpers unwrap, as `clippy.toml` lets tests.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod http;

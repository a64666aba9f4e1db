//! All integration tests, in one binary: each further one costs a link.
//!
//! `cfg(test)` here lets every helper unwrap, as `clippy.toml` lets tests.
#![cfg(test)]

mod architecture;
mod catalog;
mod check;
#[cfg(test)]
mod cli;
mod docs;
mod generated;
mod http;
mod planner;
#[cfg(test)]
mod replay_dcos;
mod requests;
mod sandbox_dcos_access;
mod replay_logto;
mod sandbox_dcos_access;
mod sandbox_dcos_http;
mod state;

//! All integration tests, in one binary: each further one costs a link.
//!
//! `cfg(test)` here lets every helper unwrap, as `clippy.toml` lets tests.
#![cfg(test)]

mod access;
mod apply;
mod architecture;
mod caps;
mod catalog;
mod check;
mod cli;
mod cluster_days;
mod disk;
mod docs;
mod drift_strangers;
mod drift_traces;
mod formats;
mod fuzz;
mod generated;
mod gitops;
mod http;
mod journal_cost;
mod kill;
mod laws;
mod lifecycle;
mod lockout;
mod planner;
mod planted;
mod policies;
mod promises;
mod renamed;
mod replay_dcos;
mod replay_logto;
mod requests;
mod sandbox_dcos_access;
mod sandbox_dcos_http;
mod sandbox_routes;
mod saved;
mod scale;
mod schedules;
mod state;
mod struck;
mod support;
mod tls;
mod undo;

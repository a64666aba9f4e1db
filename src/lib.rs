//! Identity and access as code for Logto Cloud, Logto and DC/OS.
//!
//! The floors, each using lower ones only (`tests/all/architecture.rs` holds us to it):
//!
//! ```text
//! 6  cli                       words in, exit code out
//! 5  render                    plan and report → text, JSON
//! 4  apply        sandbox      executor │ emulated APIs
//! 3  plan         provider/*   graph, delta, guards │ cloud, logto, dcos
//! 2  manifest  state  rest     YAML → documents │ what we own │ the route shapes
//! 1  kind  http                declared kinds, Reader and Writer │ one client
//! 0  base                      address, path, value, secret, span, diagnostic
//! ```

pub mod apply;
pub mod base;
pub mod cli;
pub mod http;
pub mod kind;
pub mod manifest;
pub mod plan;
pub mod provider;
pub mod render;
pub mod rest;
pub mod sandbox;
pub mod state;

//! The words of the command line: types and their help, nothing else. What they mean together
//! with environment and terminal is worked out in [`context`](super::context).

mod common;
mod graph;
mod groups;
mod state;
mod undo;
mod verbs;

use clap::{Parser, Subcommand};

pub(super) use common::*;
pub(super) use graph::*;
pub(super) use groups::*;
pub(super) use state::*;
pub(super) use undo::*;
pub(super) use verbs::*;

use super::version;

/// What is typed.
#[derive(Debug, Parser)]
#[command(
    name = "tenantry",
    version = version::VERSION,
    about = "Identity and access as code for Logto Cloud, Logto and DC/OS",
    long_about = "Identity and access as code for Logto Cloud, Logto and DC/OS.\n\n\
        A folder of YAML manifests says which tenants, applications, roles, users, groups and \
        permissions there are; `plan` shows what differs from the servers, `apply` makes it so.",
    after_help = START,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(super) struct Args {
    /// What holds for every verb.
    #[command(flatten)]
    pub(super) common: Common,
    /// The verb.
    #[command(subcommand)]
    pub(super) verb: Verb,
}

const START: &str = "\
Start here:
  tenantry init                       writes an example
  tenantry apply --sandbox            tries it on built-in servers, nothing real is touched
  tenantry explain                    lists what can be declared

Exit codes: 0 done or nothing to do; 2 changes (plan) or drift (drift), nothing else; 1 any
error; 130 interrupted.";

/// The verbs.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    Init(Init),
    Check(Check),
    Plan(Plan),
    Apply(Apply),
    Access(Access),
    Drift(Drift),
    Destroy(Destroy),
    Import(Import),
    Export(Export),
    Show(Show),
    Output(Output),
    Keygen(Keygen),
    Graph(Graph),
    Explain(Explain),
    ExplainStep(ExplainStep),
    Schema(Schema),
    Completions(Completions),
    Man(Man),
    Sandbox(Sandbox),
    State(State),
}

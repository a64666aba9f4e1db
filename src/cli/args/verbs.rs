//! The verbs, each with an example in its help.

use std::path::PathBuf;

use clap::Args;

/// Write a first manifest with comments, a .gitignore and the schema for editors
///
/// Nothing that exists is overwritten.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tenantry init identity && tenantry apply --sandbox identity")]
pub(in crate::cli) struct Init {
    /// The folder; it is made if need be
    #[arg(value_name = "DIR", default_value = ".")]
    pub(in crate::cli) folder: PathBuf,
}

/// Explain a kind, a field or an error code
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry explain                lists all kinds\n  \
    tenantry explain role\n  tenantry explain role.scopes\n  tenantry explain dcos/user\n  \
    tenantry explain E0204"
)]
pub(in crate::cli) struct Explain {
    /// KIND, API/KIND, KIND.FIELD or a code; without it, all kinds are listed
    #[arg(value_name = "WHAT")]
    pub(in crate::cli) what: Option<String>,
}

/// Print the JSON Schema of manifests, of one kind's spec, or of the plan's JSON
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry schema > tenantry.schema.json     for editors\n  \
    tenantry schema role\n  tenantry schema plan                       what `plan --format json` prints"
)]
pub(in crate::cli) struct Schema {
    /// `manifest`, `plan`, KIND or API/KIND
    #[arg(value_name = "WHAT", default_value = "manifest")]
    pub(in crate::cli) what: String,
}

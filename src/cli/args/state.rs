//! The words of `tenantry state`, each with an example in its help.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};

use super::groups::{Kept, Printed, SandboxFlag, duration};

/// Look at what is kept of what we own, and mend it
///
/// No server is contacted and nothing live is changed.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "Examples:\n  tenantry state list\n  \
    tenantry state move acme/role/clerk acme/role/seller\n  \
    tenantry state list --state s3://infra/identity")]
pub(in crate::cli) struct State {
    #[command(subcommand)]
    pub(in crate::cli) verb: StateVerb,
}

/// What is done with a state.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum StateVerb {
    List(StateList),
    Pull(StatePull),
    Move(StateMove),
    Forget(StateForget),
    Root(StateRoot),
    Versions(StateVersions),
    Reseal(StateReseal),
    Lock(StateLock),
    Unlock(StateUnlock),
}

/// Which state.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "World")]
pub(in crate::cli) struct Which {
    /// The first folder of the manifests whose state is meant
    #[arg(long = "manifests", value_name = "PATH", default_value = ".")]
    #[arg(env = "TENANTRY_MANIFESTS", hide_env_values = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// The sandbox's state, not the real one
    #[arg(long, value_name = "URL", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "embedded", value_parser = SandboxFlag::parse)]
    #[arg(env = "TENANTRY_SANDBOX", hide_env_values = true)]
    pub(in crate::cli) sandbox: Option<SandboxFlag>,
    #[command(flatten)]
    pub(in crate::cli) kept: Kept,
    /// The age identity that opens stored credentials, as `tenantry apply` takes it
    #[arg(
        long,
        value_name = "FILE",
        env = "TENANTRY_IDENTITY",
        hide_env_values = true
    )]
    pub(in crate::cli) identity: Option<PathBuf>,
}

/// Which state is changed.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Changed {
    #[command(flatten)]
    pub(in crate::cli) which: Which,
    /// How long to wait for another run to free the state
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration)]
    #[arg(env = "TENANTRY_LOCK_TIMEOUT", hide_env_values = true)]
    pub(in crate::cli) lock_timeout: Duration,
}

/// List what is owned, with the server's ids, and what an earlier run left open
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenantry state list\n  tenantry state list --format json")]
pub(in crate::cli) struct StateList {
    #[command(flatten)]
    pub(in crate::cli) printed: Printed,
    #[command(flatten)]
    pub(in crate::cli) which: Which,
}

/// Print the snapshot as `state.json` has it
///
/// The journal is folded in; secrets are fingerprints.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tenantry state pull > copy.json")]
pub(in crate::cli) struct StatePull {
    #[command(flatten)]
    pub(in crate::cli) which: Which,
}

/// Call an owned object by another address
///
/// Of a tenant or cluster, all that lives in it moves too.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  tenantry state move acme/role/clerk acme/role/seller\n\n\
    A document that says `lifecycle: {movedFrom: clerk}` does the same."
)]
pub(in crate::cli) struct StateMove {
    /// What it is called
    #[arg(value_name = "OLD")]
    pub(in crate::cli) old: String,
    /// What it is to be called
    #[arg(value_name = "NEW")]
    pub(in crate::cli) new: String,
    #[command(flatten)]
    pub(in crate::cli) changed: Changed,
}

/// Own an object no longer; it stays as it is, and its stored secrets go
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tenantry state forget acme/role/clerk")]
pub(in crate::cli) struct StateForget {
    /// Which, as `tenantry state list` shows it
    #[arg(value_name = "ADDRESS")]
    pub(in crate::cli) address: String,
    #[command(flatten)]
    pub(in crate::cli) changed: Changed,
}

/// Say that a folder of manifests was renamed (`explain E0514`)
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tenantry state root identity infra/identity --state state")]
pub(in crate::cli) struct StateRoot {
    /// What the state calls it; the message that refuses a run has it
    #[arg(value_name = "OLD")]
    pub(in crate::cli) old: String,
    /// What it is to be called, as seen from the folder that the state is in
    #[arg(value_name = "NEW")]
    pub(in crate::cli) new: String,
    #[command(flatten)]
    pub(in crate::cli) changed: Changed,
}

/// List the snapshots that are kept, or go back to one
///
/// What live objects are is not changed: the next plan shows what differs.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry state versions\n  tenantry state versions --restore 12"
)]
pub(in crate::cli) struct StateVersions {
    /// Own again what that snapshot owned
    #[arg(
        long,
        value_name = "SERIAL",
        env = "TENANTRY_RESTORE",
        hide_env_values = true
    )]
    pub(in crate::cli) restore: Option<u64>,
    #[command(flatten)]
    pub(in crate::cli) printed: Printed,
    #[command(flatten)]
    pub(in crate::cli) changed: Changed,
}

/// Seal the stored credentials for other age recipients
///
/// They can be opened by the named ones and nobody else from then on. Older copies of the state
/// still open with the older identity: secrets that it may have seen should be made anew.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry state reseal --keep --recipient age1…   for one more\n  \
    tenantry state reseal --recipient age1… --recipient age1…\n  \
    tenantry state reseal --new identity-2.txt --passphrase"
)]
pub(in crate::cli) struct StateReseal {
    /// Who can open them; may be given several times
    #[arg(
        long,
        value_name = "AGE1",
        value_delimiter = '\n',
        required_unless_present = "new"
    )]
    #[arg(env = "TENANTRY_RECIPIENT", hide_env_values = true)]
    pub(in crate::cli) recipient: Vec<String>,
    /// Make a new identity in this file, and seal for it too; one that is there is never overwritten
    #[arg(
        long,
        value_name = "FILE",
        env = "TENANTRY_NEW",
        hide_env_values = true
    )]
    pub(in crate::cli) new: Option<PathBuf>,
    /// Protect the new identity by a passphrase, which is asked for on the terminal
    #[arg(
        long,
        requires = "new",
        env = "TENANTRY_PASSPHRASE",
        hide_env_values = true
    )]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) passphrase: bool,
    /// Seal for those who can open them now as well
    #[arg(long, env = "TENANTRY_KEEP", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) keep: bool,
    #[command(flatten)]
    pub(in crate::cli) changed: Changed,
}

/// Tell who holds the lock, or hold it
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry state lock\n  tenantry state lock --hold     nobody applies until Ctrl-C"
)]
pub(in crate::cli) struct StateLock {
    /// Take the lock, and keep it until this command is interrupted
    #[arg(long, env = "TENANTRY_HOLD", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) hold: bool,
    #[command(flatten)]
    pub(in crate::cli) printed: Printed,
    #[command(flatten)]
    pub(in crate::cli) changed: Changed,
}

/// Free a lock whose holder is gone
///
/// In an object store a lock ends by itself soon after its holder. A run that is alive and loses
/// its lock stops before its next write. In a folder the lock ends with its process.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tenantry state unlock --force")]
pub(in crate::cli) struct StateUnlock {
    /// Yes, I have made sure that nothing runs
    #[arg(long, env = "TENANTRY_FORCE", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) which: Which,
}

//! Flags that several verbs have.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};

/// What holds for every verb.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(in crate::cli) struct Common {
    /// When to colour: on a terminal, always or never. `NO_COLOR`, `CLICOLOR_FORCE`, `CI` and
    /// `TERM=dumb` decide where this does not
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    #[arg(env = "TENANTRY_COLOR", hide_env_values = true)]
    pub(in crate::cli) color: When,
    /// Say nothing but the result and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    #[arg(env = "TENANTRY_QUIET", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub(in crate::cli) quiet: bool,
    /// Say what is done (`-v`) and what is sent (`-vv`) on standard error
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    #[arg(env = "TENANTRY_VERBOSE", hide_env_values = true)]
    pub(in crate::cli) verbose: u8,
    /// Do not show what is longer than the screen with `PAGER` (`less`, if it is not set)
    #[arg(long, global = true, env = "TENANTRY_NO_PAGER", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) no_pager: bool,
    /// Write what is done to FILE too, a JSON object a line, readable by its owner alone
    #[arg(long, global = true, value_name = "FILE")]
    #[arg(env = "TENANTRY_LOG_FILE", hide_env_values = true)]
    pub(in crate::cli) log_file: Option<PathBuf>,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

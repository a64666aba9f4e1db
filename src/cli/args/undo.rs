//! `--undo`: back to what was there before the last apply.

use clap::Args;
use clap::builder::FalseyValueParser;

/// Whether the last apply is taken back.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Selection")]
pub(in crate::cli) struct Backwards {
    /// Take back what the last apply did, whatever the manifests say
    #[arg(long, env = "TENANTRY_UNDO", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new(), conflicts_with = "adopt")]
    pub(in crate::cli) undo: bool,
}

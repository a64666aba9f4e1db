//! The verbs that show order: `graph` and `explain-step`.

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};

use super::groups::{ManifestFlag, Manifests, Network, Place};

/// Draw what waits for what: of the manifests, offline, or of a plan
///
/// Arrows go from what comes first to what waits for it; what a longer way implies is left out. Dashed
/// ones are for the order alone: if the first fails, the second is done all the same.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry graph manifests | dot -Tpng > graph.png\n  \
    tenantry graph --format svg manifests > graph.svg\n  \
    tenantry graph --plan --sandbox --format mermaid manifests"
)]
pub(in crate::cli) struct Graph {
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    /// Draw the steps of a plan: the servers are asked; nothing is changed
    #[arg(long, env = "TENANTRY_PLAN", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) plan: bool,
    /// In which language
    #[arg(long, value_name = "FORMAT", default_value = "dot")]
    #[arg(env = "TENANTRY_FORMAT", hide_env_values = true)]
    pub(in crate::cli) format: GraphFormat,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

/// How a graph is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GraphFormat {
    /// For Graphviz.
    Dot,
    /// For Markdown on GitHub and GitLab.
    Mermaid,
    /// A picture.
    Svg,
}

/// Explain a step of the plan: why it is there, and why in this order
///
/// The servers are asked for the plan; nothing is changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  tenantry explain-step acme/role/order-clerk --manifests manifests"
)]
pub(in crate::cli) struct ExplainStep {
    /// The object, such as `acme/role/order-clerk`
    #[arg(value_name = "ADDRESS")]
    pub(in crate::cli) address: String,
    #[command(flatten)]
    pub(in crate::cli) manifests: ManifestFlag,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

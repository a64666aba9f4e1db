//! Flags that only verbs which read manifests, keep a state or reach servers have.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};

/// Which manifests.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Manifests {
    /// Folders, `.yaml` and `.yml` files, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) files: Files,
}

/// Which files manifests may name.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Manifests")]
pub(in crate::cli) struct Files {
    /// Let manifests name files outside of their folder
    #[arg(long, env = "TENANTRY_ALLOW_FILES_OUTSIDE", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) allow_files_outside: bool,
}

/// Manifests beside positional words that mean something else.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ManifestFlag {
    /// Where the manifests are that say how servers are reached: a folder, a file or `-`
    #[arg(long = "manifests", value_name = "PATH", default_value = ".")]
    #[arg(env = "TENANTRY_MANIFESTS", hide_env_values = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) files: Files,
}

/// Flags that say which manifests.
pub(in crate::cli) trait Roots {
    /// The paths, and which files manifests may name.
    fn roots(&self) -> (&[PathBuf], Files);
}

impl Roots for Manifests {
    fn roots(&self) -> (&[PathBuf], Files) {
        (&self.paths, self.files)
    }
}

impl Roots for ManifestFlag {
    fn roots(&self) -> (&[PathBuf], Files) {
        (&self.paths, self.files)
    }
}

/// What is looked at, and what may be done that is refused otherwise.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Selection")]
pub(in crate::cli) struct Selection {
    /// Only objects with these labels: `team=orders`, `team!=orders`, `team`, `!team`, all of
    /// several that commas part
    #[arg(short = 'l', long, value_name = "LABELS")]
    #[arg(env = "TENANTRY_SELECTOR", hide_env_values = true)]
    pub(in crate::cli) selector: Option<String>,
    /// Only this object, such as `acme/role/order-admin`; may be given several times
    #[arg(long, value_name = "ADDRESS", value_delimiter = '\n')]
    #[arg(env = "TENANTRY_TARGET", hide_env_values = true)]
    pub(in crate::cli) target: Vec<String>,
}

/// What may be done that is refused otherwise.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Selection")]
pub(in crate::cli) struct Overrides {
    /// Do for one object what a rule refuses, as the refusal prints it; may be given several times
    #[arg(long = "override", value_name = "RULE=ADDRESS", value_delimiter = '\n')]
    #[arg(env = "TENANTRY_OVERRIDE", hide_env_values = true)]
    pub(in crate::cli) overrides: Vec<String>,
}

/// Whether what is gone from the manifests goes.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Selection")]
pub(in crate::cli) struct Deletes {
    /// Leave objects that we own and whose documents have gone
    #[arg(long, env = "TENANTRY_NO_DELETE", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) no_delete: bool,
}

/// Whether what is there already becomes ours.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Selection")]
pub(in crate::cli) struct Adoption {
    /// Take over every live object that a document describes, as if it said `adopt: true`
    #[arg(long, env = "TENANTRY_ADOPT", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) adopt: bool,
}

/// Which world, and what is kept of it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "World")]
pub(in crate::cli) struct Place {
    /// Use the servers built into tenantry, or, with a URL, those of a running `tenantry sandbox`;
    /// nothing real is contacted
    #[arg(long, value_name = "URL", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "embedded", value_parser = SandboxFlag::parse)]
    #[arg(env = "TENANTRY_SANDBOX", hide_env_values = true)]
    pub(in crate::cli) sandbox: Option<SandboxFlag>,
    #[command(flatten)]
    pub(in crate::cli) played: Played,
    #[command(flatten)]
    pub(in crate::cli) kept: Kept,
    /// The age identity that opens stored credentials; `identity.txt` in your configuration
    /// folder if not given. `TENANTRY_AGE_KEY` may hold its text, `TENANTRY_AGE_KEY_FILE` its path
    #[arg(
        long,
        value_name = "FILE",
        env = "TENANTRY_IDENTITY",
        hide_env_values = true
    )]
    pub(in crate::cli) identity: Option<PathBuf>,
    /// The repository's policy; `tenantry.yaml` in the manifests' folder or above it, up to the
    /// root of the checkout, if not given
    #[arg(long, value_name = "FILE", help_heading = "Selection")]
    #[arg(env = "TENANTRY_POLICY", hide_env_values = true)]
    pub(in crate::cli) policy: Option<PathBuf>,
    /// Let manifests run commands to get secrets (`exec`)
    #[arg(long, env = "TENANTRY_ALLOW_EXEC", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) allow_exec: bool,
}

/// Where the state is.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "World")]
pub(in crate::cli) struct Kept {
    /// Where the state is kept: a folder, or `s3://BUCKET/PREFIX`, `gs://…`, `az://…`; `.tenantry`
    /// in the first folder named, if not given
    #[arg(
        long,
        value_name = "PLACE",
        env = "TENANTRY_STATE",
        hide_env_values = true
    )]
    pub(in crate::cli) state: Option<PathBuf>,
}

/// How the sandbox plays.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Sandbox")]
pub(in crate::cli) struct Played {
    /// Which edition of DC/OS the sandbox plays
    #[arg(long, value_name = "EDITION", default_value = "enterprise")]
    #[arg(env = "TENANTRY_DCOS", hide_env_values = true)]
    pub(in crate::cli) dcos: Edition,
    /// What goes wrong in the sandbox: `[METHOD ]PATH[#N]=FAULT`; may be given several times
    #[arg(long, value_name = "RULE", value_delimiter = '\n')]
    #[arg(env = "TENANTRY_FAULT", hide_env_values = true)]
    pub(in crate::cli) fault: Vec<String>,
}

/// How servers are reached.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network")]
pub(in crate::cli) struct Network {
    /// How long a request may take, answer included
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    #[arg(env = "TENANTRY_TIMEOUT", hide_env_values = true)]
    pub(in crate::cli) timeout: Duration,
    /// How long connecting may take
    #[arg(long, value_name = "TIME", default_value = "8s", value_parser = duration)]
    #[arg(env = "TENANTRY_CONNECT_TIMEOUT", hide_env_values = true)]
    pub(in crate::cli) connect_timeout: Duration,
    /// Certificates of authorities to trust beside the platform's, in PEM; may be given several
    /// times. `SSL_CERT_FILE` is read too
    #[arg(long, value_name = "FILE", value_delimiter = '\n')]
    #[arg(env = "TENANTRY_CA_FILE", hide_env_values = true)]
    pub(in crate::cli) ca_file: Vec<PathBuf>,
    /// How many calls may be under way at once
    #[arg(long, value_name = "N", default_value = "32")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1000))]
    #[arg(env = "TENANTRY_PARALLELISM", hide_env_values = true)]
    pub(in crate::cli) parallelism: u16,
}

/// How a change is agreed to.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Changes")]
pub(in crate::cli) struct Agreement {
    /// Do not ask
    #[arg(short, long, env = "TENANTRY_YES", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) yes: bool,
    /// How long to wait for another run to free the state
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration)]
    #[arg(env = "TENANTRY_LOCK_TIMEOUT", hide_env_values = true)]
    pub(in crate::cli) lock_timeout: Duration,
}

/// How a plan or report is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct Printed {
    /// For people or for machines
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    #[arg(env = "TENANTRY_FORMAT", hide_env_values = true)]
    pub(in crate::cli) format: Format,
}

/// How a plan is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct PrintedPlan {
    /// For people, for machines, for a comment on a pull request, or for tools of others
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    #[arg(env = "TENANTRY_FORMAT", hide_env_values = true)]
    pub(in crate::cli) format: PlanFormat,
}

/// How what was found is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct PrintedFindings {
    /// For people, for machines, or for those who show findings beside the manifests
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    #[arg(env = "TENANTRY_FORMAT", hide_env_values = true)]
    pub(in crate::cli) format: FindingsFormat,
}

/// How what was changed by hand is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct PrintedDrift {
    /// For people, for machines, for those who show findings beside the manifests, or for tools that
    /// read Terraform's plans
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    #[arg(env = "TENANTRY_FORMAT", hide_env_values = true)]
    pub(in crate::cli) format: DriftFormat,
}

/// How much of a plan is shown to people. Nothing else is changed by it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "View")]
pub(in crate::cli) struct Viewed {
    /// Show every step by itself and everybody by name; like changes stand together otherwise
    #[arg(
        long,
        visible_alias = "full",
        env = "TENANTRY_ALL",
        hide_env_values = true
    )]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) all: bool,
    /// Show how many of what, who gains and who loses, and what is refused; no step
    #[arg(
        long,
        conflicts_with = "all",
        env = "TENANTRY_SUMMARY",
        hide_env_values = true
    )]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) summary: bool,
    /// Show these steps alone, such as `delete,replace`; what is done, the exit code and formats
    /// for machines stay the same
    #[arg(long, value_name = "ACTION", value_delimiter = ',')]
    #[arg(env = "TENANTRY_ONLY", hide_env_values = true)]
    pub(in crate::cli) only: Vec<ActionWord>,
}

/// An action as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ActionWord {
    Create,
    Update,
    Replace,
    Delete,
    Adopt,
    Forget,
}

/// How what was found is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FindingsFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// A test report in XML, as `JUnit` writes it: a test case each object.
    Junit,
    /// Workflow commands of GitHub Actions, which are shown beside the lines.
    Github,
}

/// How what was changed by hand is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DriftFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// A test report in XML, as `JUnit` writes it: a test case each object.
    Junit,
    /// Workflow commands of GitHub Actions, which are shown beside the lines.
    Github,
    /// For tools that read `terraform show -json`: what a plan that only refreshes says.
    Tfjson,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// How a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PlanFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
    /// For a comment on a pull request: at most 65,536 characters, the harmless folded first.
    Markdown,
    /// One page for a browser: access first, filters, line diffs, what waits for what.
    Html,
    /// For tools that read `terraform show -json`: conftest, tf-summarize and their like.
    Tfjson,
    /// Workflow commands of GitHub Actions: refusals and warnings beside the lines of manifests.
    Github,
}

/// How outputs are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum OutputFormat {
    /// For people, secrets included.
    Text,
    /// `NAME='value'`, for shells.
    Dotenv,
    /// One object.
    Json,
    /// The manifest of a Secret.
    Kubernetes,
}

/// An edition of DC/OS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Edition {
    /// With groups, permissions and service accounts.
    Enterprise,
    /// With users alone.
    Open,
}

/// What `--sandbox` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum SandboxFlag {
    /// Not at all: `TENANTRY_SANDBOX=0`.
    Off,
    /// The one inside this process.
    Embedded,
    /// A running one.
    At(String),
}

impl SandboxFlag {
    /// Whether one is meant.
    pub(in crate::cli) fn is_on(&self) -> bool {
        *self != Self::Off
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "" | "0" | "no" | "off" | "false" => Ok(Self::Off),
            "embedded" | "1" | "yes" | "on" | "true" => Ok(Self::Embedded),
            url if url.starts_with("http://") || url.starts_with("https://") => {
                Ok(Self::At(text.trim_end_matches('/').to_owned()))
            }
            _ => Err("write --sandbox alone, or --sandbox=http://127.0.0.1:PORT".to_owned()),
        }
    }
}

/// Reads `90`, `90s`, `1500ms`, `2m` or `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time: write it like 30s, 500ms or 2m");
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = |each: u64| {
        number
            .checked_mul(each)
            .map(Duration::from_secs)
            .ok_or_else(wrong)
    };
    match unit.trim() {
        "ms" => Ok(Duration::from_millis(number)),
        "" | "s" => seconds(1),
        "m" => seconds(60),
        "h" => seconds(3600),
        _ => Err(wrong()),
    }
}

/// Where `tenantry sandbox` listens, and what it begins with.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Served {
    /// The address to listen on; a free port of 127.0.0.1 if not given
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "TENANTRY_LISTEN",
        hide_env_values = true
    )]
    pub(in crate::cli) listen: Option<SocketAddr>,
    /// A world to begin with, as `world.jsonl` in a sandbox's folder has it
    #[arg(
        long,
        value_name = "FILE",
        env = "TENANTRY_SEED",
        hide_env_values = true
    )]
    pub(in crate::cli) seed: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_units() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1500ms"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("2m"), Ok(Duration::from_mins(2)));
        for wrong in ["", "s", "-1s", "1.5s", "2 weeks", "99999999999999999999h"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_sandbox_is_embedded_running_or_off() {
        assert_eq!(SandboxFlag::parse("embedded"), Ok(SandboxFlag::Embedded));
        assert_eq!(SandboxFlag::parse("0"), Ok(SandboxFlag::Off));
        let url = "http://127.0.0.1:4000";
        assert_eq!(
            SandboxFlag::parse(&format!("{url}/")),
            Ok(SandboxFlag::At(url.into()))
        );
        assert!(SandboxFlag::parse("manifests").is_err());
    }
}

/// Whose access is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Of {
    /// What the manifests give, offline
    Manifests,
    /// What everybody has on the servers
    Live,
    /// What the manifests would give and take, of those they touch
    Changes,
}

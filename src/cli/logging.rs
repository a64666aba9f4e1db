//! Where `tracing` goes: to standard error as `-q`, `-v` and `TENANTRY_LOG` say, and to the log
//! file as JSON lines.
//!
//! Only our own words are kept below warnings: what other crates trace may hold what was sent.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Mutex;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::args::Common;
use super::console::LogWriter;
use super::context::{Context, Verbosity};
use super::outcome::Failure;
use crate::base::{Code, Diagnostic};

/// The log file cannot be written.
pub(super) const NO_LOG_FILE: Code = Code("E0802");
/// `TENANTRY_LOG` cannot be read.
pub(super) const BAD_FILTER: Code = Code("E0803");

/// Starts logging.
pub(super) fn start(common: &Common, context: &Context) -> Result<(), Failure> {
    let filter = filter(context)?;
    let console = context.console.clone();
    let terminal = tracing_subscriber::fmt::layer()
        .without_time()
        .with_target(false)
        .with_ansi(!context.console.err.is_plain())
        .with_writer(move || LogWriter(console.clone()))
        .with_filter(filter.and(filter_fn(is_ours)));
    let file = match &common.log_file {
        Some(path) => Some(
            tracing_subscriber::fmt::layer()
                .json()
                .with_writer(Mutex::new(open(path)?))
                .with_filter(EnvFilter::new("debug").and(filter_fn(is_ours))),
        ),
        None => None,
    };
    // Only a second start in one process could fail, and the first one serves it.
    let _started = tracing_subscriber::registry()
        .with(terminal)
        .with(file)
        .try_init();
    Ok(())
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("tenantry") || *metadata.level() <= Level::WARN
}

fn filter(context: &Context) -> Result<EnvFilter, Failure> {
    let usual = match context.console.verbosity {
        Verbosity::Quiet => "error",
        Verbosity::Usual => "warn",
        Verbosity::Verbose => "info",
        Verbosity::VeryVerbose => "debug",
    };
    let text = context.environment.text("TENANTRY_LOG").unwrap_or(usual);
    EnvFilter::try_new(text).map_err(|cause| {
        let message = format!("reading the variable TENANTRY_LOG: {cause}");
        Diagnostic::error(BAD_FILTER, message)
            .hint("write a level (`info`, `debug`) or `tenantry::http=debug`")
            .into()
    })
}

/// Opens the log to append to it; nobody but its owner may read it.
fn open(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path).and_then(|file| {
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Ok(file)
    });
    opened.map_err(|cause| {
        let message = format!("opening the log file `{}`: {cause}", path.display());
        Diagnostic::error(NO_LOG_FILE, message)
            .hint("name a file in a folder that you may write to")
            .into()
    })
}

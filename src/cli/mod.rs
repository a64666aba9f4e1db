//! Floor 6: words in, exit code out. The only reader of environment and terminal.

mod access;
mod args;
mod ask;
mod change;
mod check;
mod console;
mod context;
mod environment;
mod explain;
mod export;
mod facts;
mod findings;
mod graph;
mod ground;
mod halt;
mod init;
mod interrupt;
mod keygen;
mod keys;
mod logging;
mod manifests;
mod mend;
mod network;
mod outcome;
mod output;
mod pager;
mod place;
mod plan;
mod played;
mod policy;
mod progress;
pub mod providers;
mod reach;
mod running;
mod sandbox;
mod saved;
mod schema;
mod secrets;
mod selection;
pub mod sessions;
mod shell;
mod show;
mod state;
mod trial;
mod undo;
mod version;
mod view;

use std::io;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _};

use args::{Args, Verb, When};
use context::Context;
use environment::{Environment, Terminal};
use outcome::{Ended, Failure, Outcome};

use crate::base::{Code, Diagnostic};

/// The result could not be written to standard output.
const NOT_WRITTEN: Code = Code("E0805");
/// How results are printed, of every verb.
const FORMAT: &str = "TENANTRY_FORMAT";

/// Does what the command line says, and returns how it ended.
pub async fn run() -> ExitCode {
    let (environment, terminal) = (Environment::read(), Terminal::look());
    halt::arm(&environment);
    let args = match parse(&environment, terminal) {
        Ok(args) => args,
        Err(code) => return code,
    };
    let context = Context::new(&args.common, environment, terminal);
    let ended = match logging::start(&args.common, &context) {
        Ok(()) => verb(args.verb, &context).await,
        Err(failure) => Err(failure),
    };
    let outcome = ended.unwrap_or_else(|Failure(diagnostics)| {
        context.console.diagnostics(&diagnostics);
        Outcome::Failed
    });
    match context.console.lost() {
        Some(cause) => {
            let message = format!("writing the result: {cause}");
            context
                .console
                .diagnostics(&[Diagnostic::error(NOT_WRITTEN, message)]);
            Outcome::Failed.into()
        }
        None => outcome.into(),
    }
}

/// Says that not even the runtime could be started.
pub fn no_runtime(cause: &io::Error) -> ExitCode {
    use io::Write as _;
    // Nobody is left to tell if this fails.
    let _told = writeln!(io::stderr(), "error: starting the program: {cause}");
    ExitCode::FAILURE
}

async fn verb(verb: Verb, context: &Context) -> Ended {
    match verb {
        Verb::Init(args) => init::run(&args, context),
        Verb::Check(args) if args.live => trial::run(&args, context).await,
        Verb::Check(args) => Ok(check::run(&args, context)),
        Verb::Plan(args) => plan::run(&args, context).await,
        Verb::Apply(args) => change::apply(&args, context).await,
        Verb::Destroy(args) => change::destroy(&args, context).await,
        Verb::Export(args) => export::run(&args, context).await,
        Verb::Import(args) => change::import(&args, context).await,
        Verb::Access(args) => access::run(&args, context).await,
        Verb::Drift(args) => plan::drift(&args, context).await,
        Verb::Show(args) => show::run(&args, context).await,
        Verb::Output(args) => output::run(&args, context).await,
        Verb::Keygen(args) => keygen::run(&args, context).await,
        Verb::Graph(args) => graph::run(&args, context).await,
        Verb::ExplainStep(args) => graph::explain(&args, context).await,
        Verb::Explain(args) => explain::run(&args, context),
        Verb::Schema(args) => schema::run(&args, context),
        Verb::Completions(args) => Ok(shell::completions(&args, context)),
        Verb::Man(args) => shell::manual(&args, context),
        Verb::Sandbox(args) => sandbox::run(&args, context).await,
        Verb::State(args) => state::run(&args.verb, context).await,
    }
}

/// Reads the command line. Wrong usage ends with 1: only plan and drift end with 2.
fn parse(environment: &Environment, terminal: Terminal) -> Result<Args, ExitCode> {
    let words: Vec<_> = std::env::args_os().collect();
    let is_coloured = context::coloured(asked(&words), environment, terminal.output);
    let choice = if is_coloured {
        ColorChoice::Always
    } else {
        ColorChoice::Never
    };
    let parsed = Args::command().color(choice).try_get_matches_from(&words);
    parsed
        .and_then(|matches| Args::from_arg_matches(&matches))
        .map_err(|answer| {
            // Help that nobody reads to its end is no error.
            let _printed = answer.print();
            if let Some(hint) = of_variable(&answer, &words, environment) {
                use io::Write as _;
                // Nobody is left to tell if this fails.
                let _told = writeln!(io::stderr(), "\n{hint}");
            }
            ExitCode::from(u8::from(answer.use_stderr()))
        })
}

/// Whose value is wrong, if it is one that nobody typed: verbs have formats of their own, and one
/// variable.
fn of_variable(
    answer: &clap::Error,
    words: &[std::ffi::OsString],
    environment: &Environment,
) -> Option<String> {
    let said = |kind| match answer.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let format = said(ContextKind::InvalidArg)?.starts_with("--format");
    let value = said(ContextKind::InvalidValue)?;
    let is_set = environment.text(FORMAT) == Some(value);
    let mut words = words.iter().filter_map(|word| word.to_str());
    let is_typed = words.any(|word| word == "--format" || word.starts_with("--format="));
    (format && is_set && !is_typed).then(|| {
        format!(
            "hint: {FORMAT} says `{value}` to every verb: give --format here, or set it only for \
             the verbs that know it"
        )
    })
}

/// What `--color` says, before the command line is read: help is coloured too.
fn asked(words: &[std::ffi::OsString]) -> When {
    let words: Vec<_> = words.iter().filter_map(|word| word.to_str()).collect();
    let said = words.iter().enumerate().find_map(|(n, word)| match *word {
        "--color" => words.get(n + 1).copied(),
        word => word.strip_prefix("--color="),
    });
    match said {
        Some("always") => When::Always,
        Some("never") => When::Never,
        _ => When::Auto,
    }
}

//! `sandbox`: serves the emulated APIs until it is interrupted.

use std::path::{Path, PathBuf};

use super::args::{Edition, Sandbox as Args};
use super::context::Context;
use super::interrupt;
use super::outcome::{Ended, Failure, Outcome};
use crate::base::{Code, Diagnostic};
use crate::sandbox::fault::Rule;
use crate::sandbox::{BUILDERS, Options, Sandbox, World, dcos};
use crate::state::StateError;
use crate::state::remote::is_url;

/// The seed cannot be read.
pub(super) const NO_SEED: Code = Code("E0807");

/// Serves.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let rules = faults(&args.played.fault)?;
    let options = Options {
        listen: args.served.listen,
        folder: folder(args)?,
    };
    // Whoever reads that it runs may ask it to end at once.
    let mut signals = interrupt::Signals::hear();
    let sandbox = Sandbox::start(&options, BUILDERS).await?;
    let facts = sandbox.with(|world| {
        world.ensure_defaults(edition(args.played.dcos))?;
        if let Some(path) = &args.served.seed {
            seed(world, path)?;
        }
        for rule in rules {
            world.faults.add(rule);
        }
        Ok::<_, Failure>(world.facts())
    })?;
    context.console.result(&format!("{facts}\n"));
    context.console.say(&format!(
        "the sandbox listens on {}; Ctrl-C ends it\n",
        sandbox.base()
    ));
    signals.asked().await;
    sandbox.stop().await;
    Ok(Outcome::Done)
}

/// Where the world is kept, if it is.
fn folder(args: &Args) -> Result<Option<PathBuf>, Failure> {
    let Some(state) = &args.kept.state else {
        return Ok(None);
    };
    match state.to_str().filter(|text| is_url(text)) {
        Some(url) => Err(Diagnostic::from(StateError::Url {
            url: url.to_owned(),
            cause: "a sandbox keeps its world in a folder".to_owned(),
        })
        .into()),
        None => Ok(Some(state.join("sandbox"))),
    }
}

/// Reads `--fault`.
pub(super) fn faults(texts: &[String]) -> Result<Vec<Rule>, Failure> {
    let texts = texts.iter().filter(|text| !text.trim().is_empty());
    let read = texts.map(|text| Rule::parse(text).map_err(Failure::from));
    read.collect()
}

/// The edition that `--dcos` names.
pub(super) fn edition(edition: Edition) -> dcos::Edition {
    match edition {
        Edition::Enterprise => dcos::Edition::Enterprise,
        Edition::Open => dcos::Edition::Open,
    }
}

fn seed(world: &mut World, path: &Path) -> Result<(), Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|cause| {
        let message = format!("reading the sandbox's seed `{name}`: {cause}");
        Failure::from(Diagnostic::error(NO_SEED, message).hint("name a file: --seed FILE"))
    })?;
    Ok(world.seed(&name, &text)?)
}

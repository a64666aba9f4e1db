//! `check`: reads manifests and tells everything that is wrong with them, offline.

use super::args::{Check, FindingsFormat};
use super::context::Context;
use super::findings::{Written, printed};
use super::manifests;
use super::outcome::Outcome;
use super::policy;
use crate::render::findings::of_diagnostics;

/// Checks.
pub(super) fn run(args: &Check, context: &Context) -> Outcome {
    let mut read = manifests::read(&args.manifests.paths, args.manifests.files);
    policy::of(
        &args.manifests.paths,
        args.place.policy.as_deref(),
        &mut read,
    );
    let errors = read.diagnostics.iter().filter(|one| one.is_error()).count();
    let objects = Written::new(read.documents).objects();
    let found = of_diagnostics(&read.diagnostics);
    let console = &context.console;
    match printed(args.printed.format, "check", &objects, &found) {
        Some(text) => console.result(&text),
        None => console.diagnostics(&read.diagnostics),
    }
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    if errors > 0 {
        console.tell(&format!("{errors} error{}\n", plural(errors)));
        return Outcome::Failed;
    }
    let (objects, files) = (objects.len(), read.files);
    let told = format!(
        "ok: {objects} object{} in {files} file{}\n",
        plural(objects),
        plural(files)
    );
    match args.printed.format {
        FindingsFormat::Text => console.result(&told),
        _ => console.say(&told),
    }
    Outcome::Done
}

//! `check`: reads manifests and tells everything that is wrong with them, offline.

use super::args::Check;
use super::context::Context;
use super::manifests;
use super::outcome::Outcome;
use super::policy;

/// Checks.
pub(super) fn run(args: &Check, context: &Context) -> Outcome {
    let mut read = manifests::read(&args.manifests.paths, args.manifests.files);
    policy::of(
        &args.manifests.paths,
        args.place.policy.as_deref(),
        &mut read,
    );
    context.console.diagnostics(&read.diagnostics);
    let errors = read.diagnostics.iter().filter(|one| one.is_error()).count();
    if errors > 0 {
        let plural = if errors == 1 { "" } else { "s" };
        context.console.tell(&format!("{errors} error{plural}\n"));
        return Outcome::Failed;
    }
    let (documents, files) = (
        read.documents.iter().filter(|d| d.origin.place.is_some()),
        read.files,
    );
    let documents = documents.count();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    context.console.result(&format!(
        "ok: {documents} object{} in {files} file{}\n",
        plural(documents),
        plural(files)
    ));
    Outcome::Done
}

//! `schema`: JSON Schemas, of manifests for editors and of our own JSON for machines.

use super::args::Schema;
use super::context::Context;
use super::explain;
use super::outcome::{Ended, Outcome};
use super::providers::CATALOG;
use crate::base::Diagnostic;
use crate::kind::Descriptor;
use crate::manifest::policy;
use crate::render::{self, editor, findings, json};

/// Prints the schema that was asked for.
pub(super) fn run(args: &Schema, context: &Context) -> Ended {
    let text = match args.what.as_str() {
        "manifest" => manifest(),
        "export" => render::export::report_schema(),
        "plan" => json::plan_schema(),
        "policy" => json::pretty(&editor::policy(&policy::file_schema())),
        "findings" => findings::schema(),
        "saved-plan" => json::saved_plan_schema(),
        "undo" => json::undo_schema(),
        "report" => render::report_schema(),
        kind => json::pretty(&editor::spec(one(kind)?)),
    };
    context.console.result(&text);
    Ok(Outcome::Done)
}

/// The schema of manifests, as `init` writes it too.
pub(super) fn manifest() -> String {
    json::pretty(&editor::manifest(CATALOG))
}

fn one(name: &str) -> Result<&'static Descriptor, super::Failure> {
    let found = explain::kinds(name)?;
    if let [only] = found.as_slice() {
        return Ok(only);
    }
    let names: Vec<_> = found
        .iter()
        .map(|kind| render::explain::qualified(kind))
        .collect();
    let message = format!("two kinds are called `{name}`");
    Err(Diagnostic::error(explain::UNKNOWN_NAME, message)
        .hint(format!("write {}", names.join(" or ")))
        .into())
}

//! `explain`: kinds, fields and error codes in words.

use super::args::Explain;
use super::context::Context;
use super::outcome::{Ended, Failure, Outcome};
use super::providers::CATALOG;
use crate::base::suggest::nearest;
use crate::base::{Code, Diagnostic, FieldPath, code};
use crate::kind::Descriptor;
use crate::render::explain;

/// Nothing is called so.
pub(super) const UNKNOWN_NAME: Code = Code("E0801");

/// Explains what was asked for.
pub(super) fn run(args: &Explain, context: &Context) -> Ended {
    let styles = context.console.out;
    let text = match args.what.as_deref() {
        None => explain::kinds(CATALOG, styles),
        Some(what) if is_code(what) => {
            let page = code::page(what).ok_or_else(|| unknown_code(what))?;
            explain::page(page, styles)
        }
        Some(what) => {
            let (name, path) = parted(what);
            let texts = kinds(name)?
                .into_iter()
                .filter_map(|kind| match &path {
                    Some(path) => explain::field(kind, path, styles),
                    None => Some(explain::kind(kind, styles)),
                })
                .collect::<Vec<_>>();
            if let (true, Some(path)) = (texts.is_empty(), path) {
                return Err(unknown_field(name, &path.to_string()));
            }
            texts.join("\n")
        }
    };
    context.console.result(&text);
    Ok(Outcome::Done)
}

/// `E0204`, in whatever case.
fn is_code(what: &str) -> bool {
    let digits = what.strip_prefix(['E', 'e']);
    digits.is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// `role.scopes` is the field `scopes` of `role`.
fn parted(what: &str) -> (&str, Option<FieldPath>) {
    match what.split_once('.') {
        Some((name, path)) => (
            name,
            Some(FieldPath::dotted(path.trim_start_matches("spec."))),
        ),
        None => (what, None),
    }
}

/// The kinds that are called so: `role`, `Role`, or `logto/role` where two APIs have one.
pub(super) fn kinds(name: &str) -> Result<Vec<&'static Descriptor>, Failure> {
    let wanted = name.to_lowercase();
    let is_meant = |kind: &&Descriptor| kind.name == wanted || explain::qualified(kind) == wanted;
    let found: Vec<_> = CATALOG.all().filter(is_meant).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let error = Diagnostic::error(UNKNOWN_NAME, format!("no kind is called `{name}`"));
    Err(match nearest(name, CATALOG.all().map(|kind| kind.name)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`tenantry explain` lists all kinds"),
    }
    .into())
}

fn unknown_field(name: &str, path: &str) -> Failure {
    let error = Diagnostic::error(UNKNOWN_NAME, format!("`{name}` has no field `{path}`"));
    let kinds = kinds(name).unwrap_or_default();
    let names: Vec<_> = kinds
        .iter()
        .flat_map(|kind| explain::field_names(kind))
        .collect();
    match nearest(path, names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean `{name}.{near}`?")),
        None => error.hint(format!("`tenantry explain {name}` lists its fields")),
    }
    .into()
}

fn unknown_code(what: &str) -> Failure {
    let error = Diagnostic::error(UNKNOWN_NAME, format!("no message has the code `{what}`"));
    match nearest(what, code::pages().map(|page| page.code.0)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
    .into()
}

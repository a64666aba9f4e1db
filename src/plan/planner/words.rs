//! The planner's messages: refusals, faults and warnings.

use std::collections::BTreeSet;

use super::super::matching::Match;
use super::super::plan::{Note, Step};
use super::super::resolve::Unresolvable;
use super::super::undo::made_since;
use super::super::{guard, input, input::Input};
use super::costs::costs;
use crate::base::{Diagnostic, FieldPath, SecretSource};
use crate::manifest::Document;

/// Why a document's object cannot be taken for ours.
pub(super) fn refused(document: &Document, matched: &Match) -> Option<Note> {
    let address = &document.address;
    if let (Some(_), Match::NotOurs(_)) = (&document.put_back, matched) {
        return Some(made_since(address));
    }
    let (code, message, hint) = match matched {
        Match::NotOurs(_) => (
            guard::NOT_OURS,
            format!("`{address}` is there already, and is not ours"),
            "write `lifecycle: {adopt: true}` to take it over, or give ours another name",
        ),
        Match::Ambiguous(several) => (
            guard::AMBIGUOUS,
            format!("{several} live objects could be `{address}`"),
            "rename all but one of them, or delete them",
        ),
        Match::Absent | Match::Ours(_) | Match::Adopted(_) => return None,
    };
    Some(Note {
        code: code.to_string(),
        message,
        address: Some(address.clone()),
        hint: Some(hint.to_owned()),
    })
}

/// The diagnostic at its document.
fn placed(document: &Document, diagnostic: Diagnostic) -> Diagnostic {
    let diagnostic = diagnostic.about(&document.address);
    match document.origin.place.clone() {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}

/// A reference that cannot be resolved.
pub(super) fn unresolvable(document: &Document, error: &Unresolvable) -> Diagnostic {
    let (message, hint) = match error {
        Unresolvable::Lookup { what, found: 0 } => (
            format!("`{}` looks up {what}, and there is none", document.address),
            "check the spelling, or declare the object",
        ),
        Unresolvable::Lookup { what, found } => (
            format!(
                "`{}` looks up {what}, and there are {found}",
                document.address
            ),
            "name more fields of its key, so that one is left",
        ),
        Unresolvable::Builtin(name) => (
            format!(
                "`{}` refers to the built-in `{name}`, which its tenant does not have",
                document.address
            ),
            "somebody deleted it: make it again in Logto's console",
        ),
    };
    placed(document, Diagnostic::error(input::LOOKUP, message)).hint(hint)
}

/// An object that cannot be made from what is written.
pub(super) fn not_creatable(document: &Document, why: &str) -> Diagnostic {
    let message = format!(
        "`{}` is not there and cannot be made: {why}",
        document.address
    );
    let hint = "write what is missing, or check the name if it should be there already";
    placed(document, Diagnostic::error(input::NOT_CREATABLE, message)).hint(hint)
}

/// A secret that the server would refuse.
pub(super) fn too_short(document: &Document, path: &FieldPath, least: usize) -> Diagnostic {
    let message = format!(
        "`{path}` of `{}` is too short: the server wants {least} characters or more",
        document.address
    );
    placed(document, Diagnostic::error(input::TOO_SHORT, message))
        .hint("change what its source gives")
}

/// What somebody should look at.
pub(super) fn warnings(
    input: &Input<'_>,
    unset: &BTreeSet<SecretSource>,
    steps: &[Step],
) -> Vec<Note> {
    let note = |code: crate::base::Code, message: String, hint: &str| Note {
        code: code.to_string(),
        message,
        address: None,
        hint: Some(hint.to_owned()),
    };
    let mut warnings = costs(input.catalog, steps);
    if !unset.is_empty() {
        let sources: Vec<String> = unset.iter().map(ToString::to_string).collect();
        let message = format!("secrets are not compared: {} not set", sources.join(", "));
        warnings.push(note(
            input::SECRET_NOT_SET,
            message,
            "apply needs all that it sends",
        ));
    }
    if input.key.is_none() && !input.snapshot.resources.is_empty() {
        let message = "secrets are not compared without the identity".to_owned();
        warnings.push(note(
            input::NOT_COMPARED,
            message,
            "name it with `--identity FILE`",
        ));
    }
    warnings
}

//! One changed field as lines of a plan. Whatever the change is, at least one line names it.

use anstyle::Style;

use crate::base::Value;
use crate::base::text::visible;
use crate::plan::FieldChange;

use super::Styles;
use super::page::Page;
use super::style::paint;
use super::text::{self, SECRET, UNKNOWN};

/// How far in a field stands, in steps of two columns.
pub(super) const FIELD: usize = 3;

/// What stands for a secret that is another one now.
const CHANGED: &str = "(secret, changed)";

/// Writes `change`.
pub(super) fn write(page: &mut Page, change: &FieldChange) {
    let path = text::path(&change.path);
    let tail = tail(page, change);
    let (style, sign) = sign(page.styles, change);
    if change.is_relation() {
        return relation(page, change, &format!("{path}{tail}"));
    }
    if let Some(words) = words(change) {
        page.sign(FIELD, style, sign, format_args!("{path} = {words}{tail}"));
        return;
    }
    page.sign(FIELD, style, sign, format_args!("{path}:{tail}"));
    let lines = text::difference(&change.before, &change.after);
    page.difference(FIELD + 2, &lines);
}

/// Whether something comes, goes or changes.
pub(super) fn sign(styles: Styles, change: &FieldChange) -> (Style, &'static str) {
    let comes = match (&change.before, &change.after) {
        _ if change.is_relation() => (!change.added.is_empty(), !change.removed.is_empty()),
        (before, after) => (*after != Value::Null, *before != Value::Null),
    };
    match comes {
        (true, false) => (styles.gain, "+"),
        (false, true) => (styles.lose, "-"),
        _ => (styles.change, "~"),
    }
}

/// What is said behind a field.
fn tail(page: &Page, change: &FieldChange) -> String {
    let mut out = String::new();
    if change.forces_replace {
        out += &paint(page.styles.lose, "  # forces replacement");
    }
    if change.merged {
        out += &paint(page.styles.quiet, "  # merged: other keys stay");
    }
    out
}

/// Edges that come and go, a line each.
fn relation(page: &mut Page, change: &FieldChange, title: &str) {
    let (style, sign) = sign(page.styles, change);
    page.sign(FIELD, style, sign, format_args!("{title}:"));
    for label in &change.added {
        page.sign(FIELD + 2, page.styles.gain, "+", visible(label));
    }
    for label in &change.removed {
        page.sign(FIELD + 2, page.styles.lose, "-", visible(label));
    }
}

/// Both values on one line, if they fit.
fn words(change: &FieldChange) -> Option<String> {
    if change.sensitive {
        return Some(secret(&change.before, &change.after).to_owned());
    }
    let after = if change.known_after_apply && change.after == Value::Null {
        UNKNOWN.to_owned()
    } else {
        text::short(&change.after)?
    };
    if change.before == Value::Null {
        return Some(after);
    }
    let before = text::short(&change.before)?;
    if before == after && change.before != change.after {
        return Some(match after.as_str() {
            SECRET => CHANGED.to_owned(),
            same => format!("{same} (changed)"),
        });
    }
    Some(format!("{before} -> {after}"))
}

/// What is said of a secret: whether it changes, never what it is.
fn secret(before: &Value, after: &Value) -> &'static str {
    let print = |value: &Value| match value {
        Value::Secret(hidden) => hidden.fingerprint,
        _ => None,
    };
    match (before, after) {
        (_, Value::Null) => "(secret) -> null",
        (_, Value::Unknown(_)) => "(secret, known after apply)",
        (Value::Null, _) => SECRET,
        _ if print(before).is_none() || print(after).is_none() => "(secret, not compared)",
        _ if print(before) == print(after) => SECRET,
        _ => CHANGED,
    }
}

//! Fields that were written and are no longer: each goes back by its shape (KINDS.md, "A written
//! field that has gone").

use super::{Delta, Subject, change, for_each_written, is_ignored, normal};
use crate::base::{FieldPath, Value, path};
use crate::kind::{Policy, Quirk};
use crate::plan::FieldChange;

/// Adds what goes back to `out`.
pub(super) fn collect(subject: &Subject<'_>, out: &mut Delta) {
    let Some(prior) = subject.prior else { return };
    for_each_written(&prior.written, &FieldPath::root(), &mut |path, _| {
        if !is_written(subject.desired, path) && !is_ignored(subject, path) {
            go_back(subject, path, out);
        }
    });
}

/// Whether `path`, or a leaf above or below it, is written still.
fn is_written(desired: &Value, path: &FieldPath) -> bool {
    let mut value = desired;
    for segment in path.segments() {
        match (value, segment) {
            (Value::Map(map), path::Segment::Key(key)) => match map.get(key) {
                Some(inner) => value = inner,
                None => return false,
            },
            _ => return true,
        }
    }
    true
}

/// What decides about a field that has gone.
enum Deciding {
    /// This policy.
    Policy(Policy),
    /// It goes back to this; null in a nested place takes the key away.
    Back(Value),
}

/// What decides, of the field or of the nearest one around it.
fn deciding(subject: &Subject<'_>, path: &FieldPath) -> Option<Deciding> {
    let segments = path.segments();
    (1..=segments.len()).rev().find_map(|n| {
        let prefix = prefix(path, n);
        let (mut immutable, mut back) = (None, None);
        for policy in subject.kind.policies(&prefix) {
            match policy {
                Policy::Stays
                | Policy::WriteOnly
                | Policy::CreateOnly
                | Policy::InPath
                | Policy::Unsent
                | Policy::Computed => return Some(Deciding::Policy(policy)),
                Policy::Immutable => immutable = Some(Deciding::Policy(policy)),
                Policy::Default(value) => {
                    let whole = Value::from(value());
                    let part = whole.at(&rest(path, n)).cloned();
                    back = Some(Deciding::Back(part.unwrap_or_default()));
                }
                _ => {}
            }
        }
        immutable.or(back)
    })
}

pub(super) fn rest(path: &FieldPath, from: usize) -> FieldPath {
    joined(&path.segments()[from..])
}

pub(super) fn prefix(path: &FieldPath, length: usize) -> FieldPath {
    joined(&path.segments()[..length])
}

fn joined(segments: &[path::Segment]) -> FieldPath {
    segments
        .iter()
        .fold(FieldPath::root(), |at, segment| match segment {
            path::Segment::Key(key) => at.key(key),
            path::Segment::Index(index) => at.index(*index),
        })
}

fn go_back(subject: &Subject<'_>, path: &FieldPath, out: &mut Delta) {
    let live = subject.live.at(path);
    let mut back = |after: Value| {
        let nothing = Value::Null;
        if !normal::same(subject.kind, path, live.unwrap_or(&nothing), &after) {
            out.changes.push(FieldChange {
                sensitive: matches!(live, Some(Value::Secret(_))),
                ..change(path, live.cloned().unwrap_or_default(), after)
            });
        }
    };
    match deciding(subject, path) {
        Some(Deciding::Back(value)) => back(value),
        Some(Deciding::Policy(policy)) => {
            let why = match policy {
                Policy::WriteOnly => "it is never shown",
                Policy::Immutable => "it cannot change",
                Policy::Stays => "it cannot be put back",
                _ => return,
            };
            out.left.push((path.clone(), why));
        }
        _ if subject.kind.is(Quirk::ReplacedWhole) => back(Value::Null),
        _ if path.segments().len() > 1 || subject.shape.is_nullable(path) => back(Value::Null),
        _ if matches!(live, Some(Value::Map(map)) if !map.is_empty()) => {
            back(Value::Map(std::collections::BTreeMap::new()));
        }
        _ => out.left.push((path.clone(), "it cannot be cleared")),
    }
}

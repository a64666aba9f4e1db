//! Fields that were written and are no longer: each goes back by its shape (KINDS.md, "A written
//! field that has gone").

use super::{Delta, Subject, change, for_each_written, is_ignored, normal};
use crate::base::{FieldPath, Value, path};
use crate::kind::{Policy, Quirk};

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

/// The policy that decides, of the field or of the nearest one around it.
fn deciding(subject: &Subject<'_>, path: &FieldPath) -> Option<Policy> {
    let segments = path.segments();
    (1..=segments.len()).rev().find_map(|n| {
        let prefix = prefix(path, n);
        let mut found = None;
        for policy in subject.kind.policies(&prefix) {
            let whole = n == segments.len();
            match policy {
                Policy::Stays
                | Policy::WriteOnly
                | Policy::CreateOnly
                | Policy::InPath
                | Policy::Unsent
                | Policy::Computed => return Some(policy),
                Policy::Immutable if found.is_none() => found = Some(policy),
                Policy::Default(_) if whole => {
                    found = Some(if matches!(found, Some(Policy::Immutable)) {
                        Policy::Immutable
                    } else {
                        policy
                    });
                }
                _ => {}
            }
        }
        found
    })
}

fn prefix(path: &FieldPath, length: usize) -> FieldPath {
    path.segments()[..length]
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
            out.changes
                .push(change(path, live.cloned().unwrap_or_default(), after));
        }
    };
    match deciding(subject, path) {
        Some(Policy::InPath | Policy::Unsent | Policy::Computed | Policy::CreateOnly) => {}
        Some(Policy::WriteOnly) => out.left.push((path.clone(), "it is never shown")),
        Some(Policy::Immutable) => out.left.push((path.clone(), "it cannot change")),
        Some(Policy::Stays) => out.left.push((path.clone(), "it cannot be put back")),
        Some(Policy::Default(value)) => back(Value::from(value())),
        _ if subject.kind.is(Quirk::ReplacedWhole) => back(Value::Null),
        _ if path.segments().len() > 1 || subject.shape.is_nullable(path) => back(Value::Null),
        _ if matches!(live, Some(Value::Map(map)) if !map.is_empty()) => {
            back(Value::Map(std::collections::BTreeMap::new()));
        }
        _ => out.left.push((path.clone(), "it cannot be cleared")),
    }
}

//! Compares what was written, what was last applied and what is live.
//!
//! Pure: no I/O, no clock. Relations are compared in [`edges`](super::edges); order and execution
//! belong elsewhere.

mod gone;
mod normal;
mod object;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::plan::FieldChange;
use super::shape::Shape;
use crate::base::{FieldPath, Hidden, Value};
use crate::kind::{Descriptor, Policy, Quirk};
use crate::state::Entry;

/// The three values of one object.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its kind.
    pub kind: &'static Descriptor,
    /// Its kind's shape.
    pub shape: &'a Shape,
    /// What is written, references resolved as far as they are known, secrets fingerprinted.
    pub desired: &'a Value,
    /// Mappings that are managed whole.
    pub exact: &'a BTreeSet<FieldPath>,
    /// Fields that people may change by hand.
    pub ignore: &'a [FieldPath],
    /// What is live, projected to the kind's shape.
    pub live: &'a Value,
    /// What was last applied.
    pub prior: Option<&'a Entry>,
}

/// What differs, and what is to be sent.
#[derive(Debug, Default, PartialEq)]
pub struct Delta {
    /// The fields that differ, in the order of their paths.
    pub changes: Vec<FieldChange>,
    /// The top-level fields to send.
    pub send: Vec<String>,
    /// The object to send from: desired laid over live, as far as it is needed.
    pub object: Value,
    /// Fields that are left as they are although they are no longer written, and why.
    pub left: Vec<(FieldPath, &'static str)>,
    /// Secrets that could not be compared.
    pub not_compared: Vec<FieldPath>,
}

/// Compares the fields of an object that is live.
pub fn delta(subject: &Subject<'_>) -> Delta {
    let mut out = Delta::default();
    if let Value::Map(desired) = subject.desired {
        for (name, value) in desired {
            compare(
                subject,
                &FieldPath::field(name),
                value,
                subject.live.get(name),
                &mut out,
            );
        }
    }
    gone::collect(subject, &mut out);
    out.changes
        .retain(|change| !is_ignored(subject, &change.path));
    out.changes.sort_by(|one, other| one.path.cmp(&other.path));
    out.send = tops(&out.changes);
    out.object = object::to_update(subject, &out);
    let own = |field: &String| subject.kind.route.own.iter().any(|own| own.field == field);
    if subject.kind.is(Quirk::ReplacedWhole) && !out.send.iter().all(own) {
        let fields = out.object.as_map().into_iter().flat_map(|map| map.keys());
        let fields = fields.filter(|field| !own(field) || out.send.contains(field));
        out.send = fields.cloned().collect();
    }
    out
}

/// The delta of an object that is not there: everything that is written.
pub fn creation(subject: &Subject<'_>) -> Delta {
    let mut changes = Vec::new();
    for_each_written(subject.desired, &FieldPath::root(), &mut |path, value| {
        changes.push(FieldChange {
            sensitive: matches!(value, Value::Secret(_)),
            known_after_apply: value.has_unknown(),
            ..change(path, Value::Null, value.clone())
        });
    });
    Delta {
        send: tops(&changes),
        changes,
        object: object::to_create(subject),
        ..Delta::default()
    }
}

/// The written leaves that the server's answer does not show as they were sent.
pub fn disagreements(
    kind: &'static Descriptor,
    shape: &Shape,
    written: &Value,
    answer: &Value,
) -> Vec<FieldPath> {
    let nothing = BTreeSet::new();
    let live = shape.project(kind, answer);
    let subject = Subject {
        kind,
        shape,
        desired: written,
        exact: &nothing,
        ignore: &[],
        live: &live,
        prior: None,
    };
    let mut out = Delta::default();
    if let Value::Map(written) = written {
        for (name, value) in written {
            // What an answer does not show says nothing.
            if let Some(live) = live.get(name) {
                compare(
                    &subject,
                    &FieldPath::field(name),
                    value,
                    Some(live),
                    &mut out,
                );
            }
        }
    }
    out.changes.into_iter().map(|change| change.path).collect()
}

/// Whether the server takes both for the same value of the field at `path`.
pub(super) fn spelled_alike(
    kind: &Descriptor,
    path: &FieldPath,
    one: &Value,
    other: &Value,
) -> bool {
    normal::same(kind, path, one, other)
}

/// The value of the field at `path` in the one spelling that all of its spellings share.
pub(super) fn spelling(kind: &Descriptor, path: &FieldPath, value: &Value) -> Value {
    normal::normal(kind, path, value)
}

/// A plain change.
pub(super) fn change(path: &FieldPath, before: Value, after: Value) -> FieldChange {
    FieldChange {
        path: path.clone(),
        before,
        after,
        sensitive: false,
        known_after_apply: false,
        forces_replace: false,
        merged: false,
        added: Vec::new(),
        removed: Vec::new(),
    }
}

/// Visits what was written: lists are leaves, and so are empty mappings.
pub(super) fn for_each_written(
    value: &Value,
    at: &FieldPath,
    visit: &mut impl FnMut(&FieldPath, &Value),
) {
    match value {
        Value::Map(map) if !map.is_empty() => {
            for (key, value) in map {
                for_each_written(value, &at.key(key), visit);
            }
        }
        leaf if at.segments().is_empty() && leaf == &Value::Null => {}
        leaf => visit(at, leaf),
    }
}

fn tops(changes: &[FieldChange]) -> Vec<String> {
    let tops: BTreeSet<&str> = changes
        .iter()
        .filter_map(|change| change.path.top())
        .collect();
    tops.into_iter().map(str::to_owned).collect()
}

fn is_ignored(subject: &Subject<'_>, path: &FieldPath) -> bool {
    subject
        .ignore
        .iter()
        .any(|ignored| path.starts_with(ignored))
}

/// Whether the field is not compared with live at all.
pub(super) fn is_apart(kind: &Descriptor, path: &FieldPath) -> bool {
    let (mut apart, mut immutable) = (false, false);
    for policy in kind.policies(path) {
        apart |= matches!(
            policy,
            Policy::Computed | Policy::CreateOnly | Policy::InPath | Policy::Unsent
        );
        immutable |= matches!(policy, Policy::Immutable);
    }
    apart && !immutable
}

fn compare(
    subject: &Subject<'_>,
    path: &FieldPath,
    desired: &Value,
    live: Option<&Value>,
    out: &mut Delta,
) {
    if is_apart(subject.kind, path) {
        return;
    }
    match desired {
        Value::Secret(hidden) => compare_secret(subject, path, hidden, live, out),
        Value::Map(map) if !is_whole(subject, path) && !map.is_empty() => {
            for (key, value) in map {
                let live = live.and_then(|live| live.get(key));
                compare(subject, &path.key(key), value, live, out);
            }
        }
        Value::Map(map) if map.is_empty() && !is_whole(subject, path) => {
            let nothing = Value::Null;
            let is_nothing = || normal::same(subject.kind, path, desired, live.unwrap_or(&nothing));
            if !matches!(live, Some(Value::Map(_))) && !is_nothing() {
                push(subject, path, desired, live, out);
            }
        }
        _ => {
            let nothing = Value::Null;
            let shown = live.unwrap_or(&nothing);
            let comparable = comparable(desired, shown, path, &mut out.not_compared);
            let comparable = object::filled(subject.kind, path, comparable);
            if desired.has_unknown() || !normal::same(subject.kind, path, &comparable, shown) {
                push(subject, path, desired, live, out);
            }
        }
    }
}

/// `desired` with the secrets in it that cannot be compared taken for what is live.
fn comparable(
    desired: &Value,
    live: &Value,
    at: &FieldPath,
    not_compared: &mut Vec<FieldPath>,
) -> Value {
    match desired {
        Value::Secret(hidden) if hidden.fingerprint.is_none() => {
            not_compared.push(at.clone());
            live.clone()
        }
        Value::List(items) => {
            let item = |(n, item): (usize, &Value)| {
                let shown = live.as_list().and_then(|live| live.get(n));
                let nothing = Value::Null;
                comparable(item, shown.unwrap_or(&nothing), &at.index(n), not_compared)
            };
            Value::List(items.iter().enumerate().map(item).collect())
        }
        Value::Map(map) => {
            let entry = |(key, value): (&String, &Value)| {
                let nothing = Value::Null;
                let shown = live.get(key).unwrap_or(&nothing);
                let value = comparable(value, shown, &at.key(key), not_compared);
                (key.clone(), value)
            };
            Value::Map(map.iter().map(entry).collect())
        }
        leaf => leaf.clone(),
    }
}

/// Whether the mapping at `path` is managed whole. What the server merges and nothing can take
/// away is not.
fn is_whole(subject: &Subject<'_>, path: &FieldPath) -> bool {
    let stays = || {
        subject
            .kind
            .has(path, |policy| matches!(policy, Policy::Stays))
    };
    (subject.exact.contains(path) && !stays())
        || subject
            .kind
            .has(path, |policy| matches!(policy, Policy::Atomic))
}

fn push(
    subject: &Subject<'_>,
    path: &FieldPath,
    desired: &Value,
    live: Option<&Value>,
    out: &mut Delta,
) {
    let forces_replace = is_immutable(subject.kind, path);
    let nested = path.segments().len() > 1;
    out.changes.push(FieldChange {
        known_after_apply: desired.has_unknown(),
        forces_replace,
        merged: nested && object::keeps_others(subject, path),
        ..change(path, live.cloned().unwrap_or_default(), desired.clone())
    });
}

fn is_immutable(kind: &Descriptor, path: &FieldPath) -> bool {
    kind.has(path, |policy| matches!(policy, Policy::Immutable))
}

fn compare_secret(
    subject: &Subject<'_>,
    path: &FieldPath,
    desired: &Hidden,
    live: Option<&Value>,
    out: &mut Delta,
) {
    let write_only = subject
        .kind
        .has(path, |policy| matches!(policy, Policy::WriteOnly));
    let shown = match live {
        Some(Value::Secret(live)) if !write_only => live.fingerprint,
        _ => None,
    };
    let before = shown.or_else(|| applied(subject, path));
    if desired.fingerprint.is_none() {
        out.not_compared.push(path.clone());
        return;
    }
    // An adoption records the secret and does not send it: nothing tells whether it differs.
    let adopts = write_only && subject.prior.is_none();
    if adopts || before == desired.fingerprint {
        return;
    }
    let hidden = |fingerprint| {
        Value::Secret(Hidden {
            fingerprint,
            ..Hidden::default()
        })
    };
    out.changes.push(FieldChange {
        sensitive: true,
        forces_replace: is_immutable(subject.kind, path),
        ..change(
            path,
            before.map_or(Value::Null, |before| hidden(Some(before))),
            Value::Secret(desired.clone()),
        )
    });
}

/// The fingerprint that was last applied at `path`.
fn applied(subject: &Subject<'_>, path: &FieldPath) -> Option<crate::base::Fingerprint> {
    match subject.prior?.written.at(path)? {
        Value::Secret(hidden) => hidden.fingerprint,
        _ => None,
    }
}

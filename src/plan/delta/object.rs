//! The object that is sent: desired laid over live, because the servers replace each top-level
//! field whole and want some of them complete.

use std::collections::BTreeMap;

use super::{Delta, Subject, is_whole};
use crate::base::{FieldPath, Value, path};
use crate::kind::{Descriptor, Key, Policy, Quirk};

/// What a create sends: everything that is written, what the create call wants beside it, and in
/// each written mapping the defaults that must be there with it.
pub(super) fn to_create(subject: &Subject<'_>) -> Value {
    let mut object = without_unsent(subject, subject.desired);
    for field in subject.kind.fields {
        let path = FieldPath::dotted(field.path);
        match field.policy {
            Policy::AtCreate(value) => put_missing(&mut object, &path, value().into()),
            Policy::Default(value) if path.segments().len() > 1 => {
                put_missing(&mut object, &path, value().into());
            }
            _ => {}
        }
    }
    object
}

/// What an update sends from: the changed fields, and those that the path and the key need.
pub(super) fn to_update(subject: &Subject<'_>, delta: &Delta) -> Value {
    let mut object = BTreeMap::new();
    for name in needed(subject, delta) {
        let path = FieldPath::field(&name);
        let (desired, live) = (subject.desired.get(&name), subject.live.get(&name));
        let value = match (desired, live) {
            (Some(desired), Some(live)) => overlay(subject, &path, desired, live),
            (Some(value), None) | (None, Some(value)) => value.clone(),
            (None, None) => continue,
        };
        object.insert(name, value);
    }
    let mut object = without_unsent(subject, &Value::Map(object));
    let whole = subject.kind.is(Quirk::ReplacedWhole);
    for change in &delta.changes {
        if subject.desired.at(&change.path).is_none() {
            let nested = change.path.segments().len() > 1;
            let drops = whole || (nested && !subject.shape.is_nullable(&change.path));
            set(&mut object, &change.path, &change.after, drops);
            prune(subject, &mut object, &change.path);
        }
    }
    if whole {
        drop_emptied(
            subject.kind,
            &FieldPath::root(),
            &mut object,
            subject.desired,
        );
    }
    object
}

fn needed(subject: &Subject<'_>, delta: &Delta) -> Vec<String> {
    let mut names = delta.send.clone();
    if subject.kind.is(Quirk::ReplacedWhole) && !names.is_empty() {
        names.extend(whole(subject));
    }
    if let Key::Fields(key) | Key::FirstOf(key) = subject.kind.key {
        names.extend(key.iter().map(|&name| name.to_owned()));
    }
    for field in subject.kind.fields {
        if matches!(field.policy, Policy::InPath) {
            names.push(field.path.to_owned());
        }
    }
    names.sort();
    names.dedup();
    names
}

/// The object without what is ours alone, so that nobody is asked for secrets in it.
fn without_unsent(subject: &Subject<'_>, object: &Value) -> Value {
    let fields = object.as_map().into_iter().flatten();
    let sent = fields.filter(|(name, _)| {
        let unsent = |policy: &Policy| matches!(policy, Policy::Unsent);
        !subject.kind.has(&FieldPath::field(name), unsent)
    });
    Value::Map(
        sent.map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

/// The top-level fields of an object that an update replaces.
pub(super) fn whole(subject: &Subject<'_>) -> Vec<String> {
    let maps = [subject.live, subject.desired].into_iter();
    let names = maps.filter_map(Value::as_map).flat_map(BTreeMap::keys);
    names.cloned().collect()
}

fn overlay(subject: &Subject<'_>, at: &FieldPath, desired: &Value, live: &Value) -> Value {
    match (desired, live) {
        (Value::Map(desired), Value::Map(live)) if !is_whole(subject, at) => {
            let mut merged = live.clone();
            for (key, value) in desired {
                let value = match live.get(key) {
                    Some(live) => overlay(subject, &at.key(key), value, live),
                    None => value.clone(),
                };
                merged.insert(key.clone(), value);
            }
            Value::Map(merged)
        }
        _ => desired.clone(),
    }
}

/// Whether sending the field at `path` also sends keys beside it that are not ours.
pub(super) fn keeps_others(subject: &Subject<'_>, path: &FieldPath) -> bool {
    let Some(top) = path.top() else { return false };
    let once = |policy: &Policy| matches!(policy, Policy::Once { .. });
    if subject.kind.has(&FieldPath::field(top), once) {
        return false;
    }
    let (Some(Value::Map(live)), Some(Value::Map(desired))) =
        (subject.live.get(top), subject.desired.get(top))
    else {
        return false;
    };
    live.keys().any(|key| !desired.contains_key(key))
}

/// A mapping that is managed whole, with what the server adds to the mappings in it.
pub(super) fn filled(kind: &Descriptor, at: &FieldPath, mut value: Value) -> Value {
    for field in kind.fields {
        let path = FieldPath::dotted(field.path);
        let inner = path.segments().len() > at.segments().len() && path.starts_with(at);
        if let (Policy::Filled(fill), true) = (field.policy, inner) {
            let rest = super::gone::rest(&path, at.segments().len());
            put_missing(&mut value, &rest, fill().into());
        }
    }
    value
}

/// Puts `value` at `path` where the mapping around it is there and lacks it.
fn put_missing(object: &mut Value, path: &FieldPath, value: Value) {
    let Some((map, last)) = around(object, path) else {
        return;
    };
    map.entry(last).or_insert(value);
}

/// Takes away the mappings that nothing is left in, nobody writes and no default stands for.
fn drop_emptied(kind: &Descriptor, at: &FieldPath, object: &mut Value, desired: &Value) {
    let Value::Map(map) = object else { return };
    map.retain(|name, value| {
        let (at, desired) = (at.key(name), desired.get(name));
        drop_emptied(kind, &at, value, desired.unwrap_or(&Value::Null));
        let stands = || kind.has(&at, |policy| matches!(policy, Policy::Default(_)));
        desired.is_some() || value.as_map().is_none_or(|map| !map.is_empty()) || stands()
    });
}

/// Puts `value` at `path`; where null is no value and `drops`, it takes the key away.
fn set(object: &mut Value, path: &FieldPath, value: &Value, drops: bool) {
    let Some((map, last)) = around(object, path) else {
        return;
    };
    if drops && value == &Value::Null {
        map.remove(&last);
    } else {
        map.insert(last, value.clone());
    }
}

/// Takes the mappings around `path` away that nothing is left in and nobody writes; the one at
/// the top becomes null, if it may.
fn prune(subject: &Subject<'_>, object: &mut Value, path: &FieldPath) {
    for length in (1..path.segments().len()).rev() {
        let at = super::gone::prefix(path, length);
        let is_empty = matches!(object.at(&at), Some(Value::Map(map)) if map.is_empty());
        if is_empty
            && subject.desired.at(&at).is_none()
            && (length > 1 || subject.shape.is_nullable(&at))
        {
            set(object, &at, &Value::Null, length > 1);
        }
    }
}

fn around<'a>(
    object: &'a mut Value,
    path: &FieldPath,
) -> Option<(&'a mut BTreeMap<String, Value>, String)> {
    let (last, before) = path.segments().split_last()?;
    let path::Segment::Key(last) = last else {
        return None;
    };
    let mut value = object;
    for segment in before {
        let (Value::Map(map), path::Segment::Key(key)) = (value, segment) else {
            return None;
        };
        value = map.get_mut(key)?;
    }
    match value {
        Value::Map(map) => Some((map, last.clone())),
        _ => None,
    }
}

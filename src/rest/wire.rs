//! A value as the wire has it, and back: which fields go, under which names, in which form.
//!
//! Pure. Secrets leave their wrapper here and nowhere else on this floor.

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::base::{FieldPath, Secret, Value};
use crate::kind::{Descriptor, Policy, Quirk};

/// The fields that a create call takes: all of the object's but those in the path, those that
/// the server sets, those with routes of their own, relations and children. What would be `null`
/// is left out, because nothing is there yet that it could clear, and some create calls refuse
/// it (users: spec/logto-management.json, `POST /api/users`).
pub(super) fn to_create(kind: &Descriptor, object: &Value) -> Json {
    let mut body = Map::new();
    for field in kind.fields {
        if let Policy::AtCreate(value) = field.policy {
            body.insert(field.path.to_owned(), value());
        }
    }
    for (name, value) in object.as_map().into_iter().flatten() {
        if in_create(kind, name) {
            let path = FieldPath::field(name);
            let empty = value.as_text() == Some("");
            let null_by_nature = empty && kind.has(&path, |p| matches!(p, Policy::EmptyIsNull));
            let sent = to_wire(kind, &path, value);
            if let Some(sent) = sent.filter(|sent| !sent.is_null() && !null_by_nature) {
                body.insert(wire_name(kind, &path, name), sent);
            }
        }
    }
    Json::Object(body)
}

/// Whether a create call takes the top-level field `name`.
pub(super) fn in_create(kind: &Descriptor, name: &str) -> bool {
    let own = kind.route.own.iter().find(|own| own.field == name);
    own.is_none_or(|own| own.in_create) && is_of_body(kind, name)
}

/// The fields that an update sends: those of `fields` without a route of their own.
pub(super) fn to_update(kind: &Descriptor, object: &Value, fields: &[String]) -> Json {
    let own = |name: &str| kind.route.own.iter().any(|own| own.field == name);
    let mut body = Map::new();
    for name in fields {
        if own(name) || !is_of_body(kind, name) {
            continue;
        }
        let path = FieldPath::field(name);
        let value = object.get(name).unwrap_or(&Value::Null);
        // Where the whole object is replaced, what is left out is cleared.
        if value == &Value::Null && kind.is(Quirk::ReplacedWhole) {
            continue;
        }
        if let Some(sent) = to_wire(kind, &path, value) {
            body.insert(wire_name(kind, &path, name), sent);
        }
    }
    Json::Object(body)
}

fn is_of_body(kind: &Descriptor, name: &str) -> bool {
    let not_ours = |p: &Policy| matches!(p, Policy::InPath | Policy::Computed | Policy::Unsent);
    !kind.has(&FieldPath::field(name), not_ours)
        && kind.relation(name).is_none()
        && kind.children.iter().all(|children| children.field != name)
}

/// One field as it is sent; none if only the server sets it.
pub(super) fn to_wire(kind: &Descriptor, path: &FieldPath, value: &Value) -> Option<Json> {
    let apart = |p: &Policy| matches!(p, Policy::Computed | Policy::InPath | Policy::Unsent);
    if kind.has(path, apart) {
        return None;
    }
    Some(match value {
        Value::Null | Value::Unknown(_) => Json::Null, // `Known` has no unknowns
        Value::Bool(b) => json!(b),
        Value::Number(n) => Json::Number(n.clone()),
        Value::Text(text) if kind.has(path, |p| matches!(p, Policy::Millis)) => millis(text),
        Value::Text(text) => json!(text),
        Value::Secret(hidden) => json!(hidden.text.as_ref().map(Secret::expose)),
        Value::List(items) => items
            .iter()
            .filter_map(|item| to_wire(kind, path, item))
            .collect(),
        Value::Map(map) => Json::Object(
            map.iter()
                .filter_map(|(key, value)| {
                    let at = path.key(key);
                    Some((wire_name(kind, &at, key), to_wire(kind, &at, value)?))
                })
                .collect(),
        ),
    })
}

/// A time as the wire has it; a text that is none goes as it is, and the server says so.
fn millis(text: &str) -> Json {
    text.parse::<Timestamp>()
        .map_or_else(|_| json!(text), |time| json!(time.as_millisecond()))
}

fn wire_name(kind: &Descriptor, path: &FieldPath, name: &str) -> String {
    kind.policies(path)
        .find_map(|policy| match policy {
            Policy::LiveName(live) => Some(live.to_owned()),
            _ => None,
        })
        .unwrap_or_else(|| name.to_owned())
}

/// Puts a live object's fields back under our names.
pub(super) fn rename(kind: &Descriptor, live: &mut Value) {
    for field in kind.fields {
        if let Policy::LiveName(from) | Policy::ShownAs(from) = field.policy {
            let (parent, ours) = field.path.rsplit_once('.').unwrap_or(("", field.path));
            rename_below(live, parent, from, ours);
        }
    }
}

/// `parent` is a dotted path, list indexes left out.
fn rename_below(value: &mut Value, parent: &str, from: &str, to: &str) {
    match value {
        Value::List(items) => items
            .iter_mut()
            .for_each(|item| rename_below(item, parent, from, to)),
        Value::Map(map) if parent.is_empty() => {
            if let Some(value) = map.remove(from) {
                map.insert(to.to_owned(), value);
            }
        }
        Value::Map(map) => {
            let (first, rest) = parent.split_once('.').unwrap_or((parent, ""));
            if let Some(inner) = map.get_mut(first) {
                rename_below(inner, rest, from, to);
            }
        }
        _ => {}
    }
}

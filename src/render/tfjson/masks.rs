//! An object as JSON, with two masks of its shape: what is known only after apply, what is secret.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::base::path::Segment;
use crate::base::{FieldPath, Value};

/// An object and its masks.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// What is known of it; secrets are null.
    pub(super) value: Json,
    /// `true` where something is known after apply.
    pub(super) unknown: Json,
    /// `true` where a secret is.
    pub(super) sensitive: Json,
}

impl Shown {
    /// An object; what is below a path in `secret` is not shown.
    pub(super) fn new(object: &Value, secret: &BTreeSet<&FieldPath>) -> Self {
        let whole = of(object, &FieldPath::root(), secret);
        let mapping = |mask: Json| match mask {
            Json::Object(_) => mask,
            _ => json!({}),
        };
        Self {
            value: whole.value.unwrap_or(Json::Null),
            unknown: mapping(whole.unknown),
            sensitive: mapping(whole.sensitive),
        }
    }

    /// Puts a field that is no part of the object's body.
    pub(super) fn set(&mut self, field: &str, value: Json) {
        if let Json::Object(map) = &mut self.value {
            map.insert(field.to_owned(), value);
        }
    }

    /// Whether a part of that field is not shown.
    pub(super) fn is_masked(&self, field: &str) -> bool {
        let masks = [&self.unknown, &self.sensitive];
        masks.iter().any(|mask| mask.get(field).is_some())
    }

    /// Says that a field is known after apply.
    pub(super) fn set_unknown(&mut self, field: &str) {
        if let Json::Object(map) = &mut self.value {
            map.remove(field);
        }
        if let Json::Object(map) = &mut self.unknown {
            map.insert(field.to_owned(), Json::Bool(true));
        }
    }
}

/// A part of an object.
struct Part {
    /// Nothing: it is not known yet.
    value: Option<Json>,
    unknown: Json,
    sensitive: Json,
}

fn of(value: &Value, at: &FieldPath, secret: &BTreeSet<&FieldPath>) -> Part {
    let leaf = |value, unknown, sensitive| Part {
        value,
        unknown: Json::Bool(unknown),
        sensitive: Json::Bool(sensitive),
    };
    let is_secret = secret.contains(at);
    match value {
        Value::Unknown(_) => leaf(None, true, is_secret),
        _ if is_secret => leaf(Some(Json::Null), false, true),
        Value::Secret(_) => leaf(Some(Json::Null), false, true),
        Value::List(items) => list(items, at, secret),
        Value::Map(map) => {
            let (mut values, mut unknown, mut sensitive) = (Map::new(), Map::new(), Map::new());
            for (key, value) in map {
                let part = of(value, &at.key(key), secret);
                values.extend(part.value.map(|value| (key.clone(), value)));
                unknown.extend(Some((key.clone(), part.unknown)).filter(|(_, m)| says(m)));
                sensitive.extend(Some((key.clone(), part.sensitive)).filter(|(_, m)| says(m)));
            }
            Part {
                value: Some(Json::Object(values)),
                unknown: Json::Object(unknown),
                sensitive: Json::Object(sensitive),
            }
        }
        known => leaf(Some(super::super::json::plain(known)), false, false),
    }
}

/// A list keeps its length: what is not known is null in it.
fn list(items: &[Value], at: &FieldPath, secret: &BTreeSet<&FieldPath>) -> Part {
    let parts: Vec<Part> = items
        .iter()
        .enumerate()
        .map(|(n, item)| of(item, &at.index(n), secret))
        .collect();
    let mask = |pick: fn(&Part) -> &Json| {
        let all: Vec<Json> = parts.iter().map(|part| pick(part).clone()).collect();
        if all.iter().any(says) {
            Json::Array(all)
        } else {
            Json::Bool(false)
        }
    };
    Part {
        unknown: mask(|part| &part.unknown),
        sensitive: mask(|part| &part.sensitive),
        value: Some(
            parts
                .into_iter()
                .map(|part| part.value.unwrap_or(Json::Null))
                .collect(),
        ),
    }
}

/// Whether a mask says anything.
fn says(mask: &Json) -> bool {
    match mask {
        Json::Bool(is) => *is,
        Json::Array(items) => items.iter().any(says),
        Json::Object(map) => !map.is_empty(),
        _ => false,
    }
}

/// A path as a list of keys and numbers.
pub(super) fn path(path: &FieldPath) -> Json {
    let segments = path.segments().iter().map(|segment| match segment {
        Segment::Key(key) => json!(key),
        Segment::Index(index) => json!(index),
    });
    segments.collect()
}

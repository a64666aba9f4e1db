//! Two spellings of one value: what the servers do to what they are sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Number;

use crate::base::{FieldPath, Hidden, Value};
use crate::kind::{Descriptor, Field, Policy};

/// Whether both values are the same to the server, under the policies of the field at `path`.
pub(super) fn same(kind: &Descriptor, path: &FieldPath, one: &Value, other: &Value) -> bool {
    normal(kind, path, one) == normal(kind, path, other)
}

/// The value as the server would keep it, in one spelling.
pub(super) fn normal(kind: &Descriptor, path: &FieldPath, value: &Value) -> Value {
    let inner = match value {
        Value::Map(map) => Value::Map(
            map.iter()
                .map(|(key, v)| (key.clone(), normal(kind, &path.key(key), v)))
                .collect(),
        ),
        Value::List(items) => {
            Value::List(items.iter().map(|item| normal(kind, path, item)).collect())
        }
        Value::Number(number) => Value::Number(whole(number)),
        // Where a secret comes from does not matter to the server.
        Value::Secret(hidden) => Value::Secret(Hidden {
            fingerprint: hidden.fingerprint,
            ..Hidden::default()
        }),
        leaf => leaf.clone(),
    };
    let spelled = kind.policies(path).fold(inner, spell);
    if is_cleaned(kind, path) {
        cleaned(spelled)
    } else {
        spelled
    }
}

/// Whether the field at `path` is one that the server drops what is empty of, or in one.
fn is_cleaned(kind: &Descriptor, path: &FieldPath) -> bool {
    let cleaned = |field: &&Field| matches!(field.policy, Policy::Cleaned);
    let mut cleaned = kind.fields.iter().filter(cleaned);
    cleaned.any(|field| path.starts_with(&FieldPath::dotted(field.path)))
}

/// What is empty, as nothing; what was cleaned below is nothing already.
fn cleaned(value: Value) -> Value {
    match value {
        Value::Text(text) if text.is_empty() => Value::Null,
        Value::List(mut items) => {
            items.retain(|item| *item != Value::Null);
            if items.is_empty() {
                return Value::Null;
            }
            Value::List(items)
        }
        Value::Map(mut map) => {
            map.retain(|_, inner| *inner != Value::Null);
            if map.is_empty() {
                return Value::Null;
            }
            Value::Map(map)
        }
        leaf => leaf,
    }
}

fn spell(value: Value, policy: Policy) -> Value {
    match (policy, value) {
        (Policy::EmptyIsNull, Value::Text(text)) if text.is_empty() => Value::Null,
        (Policy::NothingIf(member, nothing), Value::Map(map))
            if map
                .get(member)
                .and_then(Value::as_text)
                .is_some_and(|is| nothing.contains(&is)) =>
        {
            Value::Null
        }
        (Policy::Lowercase | Policy::CaseInsensitive, Value::Text(text)) => {
            Value::Text(text.to_lowercase())
        }
        (Policy::Trimmed, Value::Text(text)) => Value::Text(text.trim().to_owned()),
        (Policy::Der, Value::Text(text)) => Value::Text(der(&text)),
        (Policy::Millis, Value::Text(text)) => millis(&text).unwrap_or(Value::Text(text)),
        (Policy::Set, Value::List(items)) => Value::List(set(items)),
        (Policy::KeyedList(by), Value::List(items)) => Value::List(keyed(items, by)),
        (_, value) => value,
    }
}

/// `1.0` is `1` to a JSON column (reference/logto-management.md, section 1.5).
fn whole(number: &Number) -> Number {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and small"
    )]
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => {
            Number::from(float as i64)
        }
        _ => number.clone(),
    }
}

fn set(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by_cached_key(|item| item.to_tagged().to_string());
    items.dedup();
    items
}

fn keyed(mut items: Vec<Value>, by: &str) -> Vec<Value> {
    items.sort_by_cached_key(|item| item.get(by).map(|key| key.to_tagged().to_string()));
    items
}

/// The body of a PEM block, re-encoded: line breaks and text around it do not matter, since the
/// server keeps what it was sent to the letter (contract/dcos/services.jsonl).
fn der(pem: &str) -> String {
    let begin = pem
        .find("-----BEGIN")
        .and_then(|at| pem[at + 5..].find("-----").map(|n| at + n + 10));
    let body = begin.and_then(|at| pem[at..].find("-----END").map(|end| &pem[at..at + end]));
    let bare: String = body
        .unwrap_or(pem)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    STANDARD
        .decode(&bare)
        .map_or(bare, |bytes| STANDARD.encode(bytes))
}

fn millis(text: &str) -> Option<Value> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(Value::Number(time.as_millisecond().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pem_is_its_content() {
        let bare = "-----BEGIN PUBLIC KEY-----\nAAEC\nAwQF\n-----END PUBLIC KEY-----\n";
        let other = "my key\r\n-----BEGIN PUBLIC KEY-----\r\nAAECAwQF\r\n-----END PUBLIC KEY-----";
        assert_eq!(der(bare), der(other));
        assert_eq!(der(bare), "AAECAwQF");
    }

    #[test]
    fn a_whole_float_is_an_integer() {
        let float = Number::from_f64(3600.0).expect("finite");
        assert_eq!(whole(&float), Number::from(3600));
    }

    #[test]
    fn a_time_is_its_milliseconds() {
        assert_eq!(
            millis("1970-01-01T00:00:01Z"),
            Some(Value::Number(1000.into()))
        );
    }
}

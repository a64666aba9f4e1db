//! Where two values differ, leaf by leaf, and how a message shows a value.

use std::collections::BTreeSet;

use crate::base::{FieldPath, Value};

/// The longest text that a message quotes.
const LONGEST: usize = 60;

/// The leaves that differ: where, what it was and what it is. Of secrets that differ nothing is
/// told but where; one whose fingerprint was not taken is like any other.
pub(super) fn differences<'a>(
    was: &'a Value,
    is: &'a Value,
) -> Vec<(FieldPath, &'a Value, &'a Value)> {
    let mut found = Vec::new();
    collect(was, is, &FieldPath::root(), &mut found);
    found
}

fn collect<'a>(
    was: &'a Value,
    is: &'a Value,
    at: &FieldPath,
    found: &mut Vec<(FieldPath, &'a Value, &'a Value)>,
) {
    match (was, is) {
        (Value::Map(was), Value::Map(is)) => {
            let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            for key in keys {
                let of = |map: &'a std::collections::BTreeMap<String, Value>| {
                    map.get(key).unwrap_or(&Value::Null)
                };
                collect(of(was), of(is), &at.key(key), found);
            }
        }
        (Value::List(was), Value::List(is)) if was.len() == is.len() => {
            for (n, (was, is)) in was.iter().zip(is).enumerate() {
                collect(was, is, &at.index(n), found);
            }
        }
        (Value::Secret(was), Value::Secret(is)) => {
            let prints = (was.fingerprint, is.fingerprint);
            let moved = matches!(prints, (Some(was), Some(is)) if was != is);
            if moved || was.source != is.source {
                found.push((at.clone(), &Value::Null, &Value::Null));
            }
        }
        (was, is) if was != is => found.push((at.clone(), was, is)),
        _ => {}
    }
}

/// A value in a message: short, and no secret.
pub(super) fn shown(value: &Value) -> String {
    let mut hides = false;
    value.leaves(&mut |_, leaf| hides |= matches!(leaf, Value::Secret(_)));
    match value {
        _ if hides => "(secret)".to_owned(),
        Value::Null => "nothing".to_owned(),
        Value::Unknown(_) => "(known after apply)".to_owned(),
        value => {
            let text = value.to_tagged().to_string();
            if text.chars().count() <= LONGEST {
                return text;
            }
            let cut: String = text.chars().take(LONGEST).collect();
            format!("{cut}…")
        }
    }
}

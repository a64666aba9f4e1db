//! Which values are secrets by the place they stand at: fields that a schema marks so, and the
//! names that mean a secret in free-form configurations (KINDS.md, "Secrets in configurations").
//!
//! Where a secret comes from is decided by what is written; here is only what must not be shown.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Value as Json;

use super::walk::{mark, properties};
use super::{Api, Descriptor};
use crate::base::lock::lock;
use crate::base::{Address, FieldPath, FingerprintKey, Hidden, Secret, Value, path};

/// The names, spelled as the factories spell them.
const NAMES: [&str; 17] = [
    "clientSecret",
    "appSecret",
    "apiKey",
    "apikey",
    "apiToken",
    "apiSecret",
    "passwordOrApiKey",
    "authToken",
    "accessToken",
    "accessKeySecret",
    "serverToken",
    "privateKey",
    "privateKeyPass",
    "encPrivateKey",
    "encPrivateKeyPass",
    "pass",
    "password",
];

/// Whether a value of that name in a free-form configuration is a secret, at any depth.
pub fn is_secret_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization") || NAMES.contains(&name)
}

/// Whether a value of that name in a free-form configuration looks like a secret: the names that
/// surely are, and those that end as theirs do. What it says yes to is not written in clear where a
/// manifest is made of what is live.
pub fn may_be_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    let endings = [
        "secret",
        "password",
        "passphrase",
        "token",
        "key",
        "credentials",
    ];
    is_secret_name(name) || endings.iter().any(|ending| lower.ends_with(ending))
}

/// Where a kind's schema says that secrets stand.
#[derive(Debug, Default)]
pub struct Places {
    /// Secret fields.
    fields: Vec<FieldPath>,
    /// Free-form configurations.
    configurations: Vec<FieldPath>,
}

/// The places of every kind, read off its schema once.
static PLACES: Mutex<BTreeMap<(Api, &str), Arc<Places>>> = Mutex::new(BTreeMap::new());

impl Places {
    /// Those of `kind`.
    pub fn of(kind: &Descriptor) -> Arc<Self> {
        let mut all = lock(&PLACES);
        let places = all.entry((kind.api, kind.name)).or_insert_with(|| {
            let mut places = Self::default();
            places.collect(&(kind.schema)(), &FieldPath::root());
            Arc::new(places)
        });
        Arc::clone(places)
    }

    fn collect(&mut self, schema: &Json, at: &FieldPath) {
        match mark(schema) {
            Some("secret") => self.fields.push(at.clone()),
            Some("config") => self.configurations.push(at.clone()),
            _ => {}
        }
        for (name, inner) in properties(schema).into_iter().flatten() {
            self.collect(inner, &at.key(name));
        }
        if let Some(items) = schema.get("items") {
            self.collect(items, at);
        }
    }

    /// Takes out of sight what stands at these places in `value`.
    pub fn hide(&self, value: &mut Value) {
        for field in &self.fields {
            each_at(value, field.segments(), &mut hide_all);
        }
        for configuration in &self.configurations {
            each_at(value, configuration.segments(), &mut hide_named);
        }
    }
}

/// Takes out of sight what stands in `value` wherever `like` has a secret, and in the same place
/// of every item of a list.
pub fn hide_like(value: &mut Value, like: &Value) {
    like.leaves(&mut |path, leaf| {
        if matches!(leaf, Value::Secret(_)) {
            each_at(value, path.without_indexes().segments(), &mut hide_all);
        }
    });
}

/// Takes the fingerprints of the secrets in `value` whose texts are known. What the server masks
/// is not known.
pub fn fingerprint(value: &mut Value, address: &Address, key: &FingerprintKey) {
    let taken = std::mem::take(value).try_map_leaves(&FieldPath::root(), &mut |path, leaf| {
        Ok::<_, std::convert::Infallible>(match leaf {
            Value::Secret(mut hidden) => {
                if let Some(text) = hidden.text.as_ref().filter(|text| !text.is_masked()) {
                    hidden.fingerprint = Some(key.fingerprint(address, path, text));
                }
                Value::Secret(hidden)
            }
            open => open,
        })
    });
    let Ok(taken) = taken;
    *value = taken;
}

/// Returns the live value of the object at `address` with its secrets hidden: those that its kind
/// names, and those at which one of `patterns` has a secret; with their fingerprints, given a key.
pub fn concealed(
    kind: &Descriptor,
    address: &Address,
    live: &Value,
    patterns: &[&Value],
    key: Option<&FingerprintKey>,
) -> Value {
    let mut live = live.clone();
    Places::of(kind).hide(&mut live);
    for pattern in patterns {
        hide_like(&mut live, pattern);
    }
    if let Some(key) = key {
        fingerprint(&mut live, address, key);
    }
    live
}

/// Calls `change` with what stands at `at`, a path of keys that goes through lists.
fn each_at(value: &mut Value, at: &[path::Segment], change: &mut impl FnMut(&mut Value)) {
    match (value, at) {
        (value, []) => change(value),
        (Value::List(items), at) => {
            for item in items {
                each_at(item, at, change);
            }
        }
        (Value::Map(map), [path::Segment::Key(key), rest @ ..]) => {
            if let Some(inner) = map.get_mut(key) {
                each_at(inner, rest, change);
            }
        }
        _ => {}
    }
}

/// Hides every text in `value`.
pub fn hide_all(value: &mut Value) {
    match value {
        Value::Text(text) => {
            *value = Value::Secret(Hidden {
                text: Some(Secret::new(std::mem::take(text))),
                ..Hidden::default()
            });
        }
        Value::List(items) => items.iter_mut().for_each(hide_all),
        Value::Map(map) => map.values_mut().for_each(hide_all),
        _ => {}
    }
}

/// Hides what has the name of a secret, at any depth.
fn hide_named(value: &mut Value) {
    match value {
        Value::List(items) => items.iter_mut().for_each(hide_named),
        Value::Map(map) => {
            for (name, inner) in map {
                if is_secret_name(name) {
                    hide_all(inner);
                } else {
                    hide_named(inner);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn hidden(value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        value.leaves(&mut |path, leaf| {
            if matches!(leaf, Value::Secret(_)) {
                found.push(path.to_string());
            }
        });
        found
    }

    #[test]
    fn names_are_secrets_at_any_depth() {
        let mut value = Value::from(json!({
            "clientId": "c", "clientSecret": "s", "auth": {"user": "u", "pass": "p"},
            "list": [{"apiKey": "k"}], "headers": {"AUTHORIZATION": "b"}, "passwords": "no",
        }));
        hide_named(&mut value);
        let expected = [
            "auth.pass",
            "clientSecret",
            "headers.AUTHORIZATION",
            "list[0].apiKey",
        ];
        assert_eq!(hidden(&value), expected);
    }

    #[test]
    fn what_was_given_a_source_is_hidden_in_every_item() {
        let mut pattern = Value::from(json!({"a": [{"x": "1"}], "b": "open"}));
        each_at(
            &mut pattern,
            FieldPath::dotted("a.x").segments(),
            &mut hide_all,
        );
        let mut live = Value::from(json!({"a": [{"x": "1"}, {"x": "2", "y": "3"}], "b": "b"}));
        hide_like(&mut live, &pattern);
        assert_eq!(hidden(&live), ["a[0].x", "a[1].x"]);
    }

    #[test]
    fn what_is_masked_has_no_fingerprint() {
        let mut live = Value::from(json!({"clientSecret": "****", "apiKey": "k**"}));
        hide_named(&mut live);
        let key = FingerprintKey::new(&[7; 32]);
        fingerprint(&mut live, &Address::top("tenant", "x"), &key);
        let taken = |name: &str| match live.get(name) {
            Some(Value::Secret(hidden)) => hidden.fingerprint.is_some(),
            other => panic!("{other:?}"),
        };
        assert!(!taken("clientSecret") && taken("apiKey"));
    }
}

//! One value of an object: JSON, or a secret, or what is known only after apply.
//!
//! [`Known`] is a value that can be sent: it has no unknowns left, and its secrets have texts.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, json};

use super::{Address, FieldPath, Fingerprint, Secret, SecretSource, path};

/// A value: desired, live or prior.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, exact.
    Number(Number),
    /// A text.
    Text(String),
    /// A list, in order.
    List(Vec<Self>),
    /// A mapping; the servers keep no order of keys (jsonb), so neither do we.
    Map(BTreeMap<String, Self>),
    /// A secret; its text is never serialised.
    Secret(Hidden),
    /// What another object will tell once it is there.
    Unknown(Unknown),
}

/// A secret in a value: its source if declared, its fingerprint if taken, its text if fetched.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    /// Where a manifest says that it comes from.
    pub source: Option<SecretSource>,
    /// What tells whether it changed.
    pub fingerprint: Option<Fingerprint>,
    /// The text, only while a run needs it.
    pub text: Option<Secret>,
}

impl PartialEq for Hidden {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.fingerprint == other.fingerprint
    }
}

/// A text made of parts of which some are known only once other objects are there or looked up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unknown {
    /// The parts, joined in order. A single part that is an output stands for its value.
    pub parts: Vec<Part>,
}

/// One part of an [`Unknown`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Known text (of a `join`).
    Text(String),
    /// An output of a declared object; `id` is the server's id.
    Output {
        /// The object.
        address: Address,
        /// The output's name.
        field: String,
    },
    /// A live object that no manifest declares, by its key (`{lookup: user, primaryEmail: …}`).
    Lookup {
        /// The tenant or cluster it is looked for in.
        target: String,
        /// Its kind, lower case.
        kind: String,
        /// Field and value; a value may be an unknown itself (`resource: {lookup: …}`).
        fields: BTreeMap<String, Value>,
    },
    /// `{builtin: management-api-all}`: what every tenant has from the start.
    Builtin {
        /// The tenant.
        target: String,
        /// The name.
        name: String,
    },
}

impl Unknown {
    /// The output `field` of `address`.
    pub fn output(address: Address, field: &str) -> Self {
        Self {
            parts: vec![Part::Output {
                address,
                field: field.to_owned(),
            }],
        }
    }
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The text, if this is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The mapping, if this is one.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items, if this is a list.
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The value under `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The value at `path`, if there is one.
    pub fn at(&self, path: &FieldPath) -> Option<&Self> {
        path.segments()
            .iter()
            .try_fold(self, |value, segment| match segment {
                path::Segment::Key(key) => value.get(key),
                path::Segment::Index(index) => value.as_list()?.get(*index),
            })
    }

    /// Calls `visit` with every leaf (anything but a mapping or list that has items) and its path.
    pub fn leaves(&self, visit: &mut impl FnMut(&FieldPath, &Self)) {
        self.walk(&FieldPath::root(), visit);
    }

    fn walk(&self, at: &FieldPath, visit: &mut impl FnMut(&FieldPath, &Self)) {
        match self {
            Self::Map(map) if !map.is_empty() => {
                for (key, value) in map {
                    value.walk(&at.key(key), visit);
                }
            }
            Self::List(items) if !items.is_empty() => {
                for (n, item) in items.iter().enumerate() {
                    item.walk(&at.index(n), visit);
                }
            }
            leaf => visit(at, leaf),
        }
    }

    /// Whether an unknown stands anywhere inside.
    pub fn has_unknown(&self) -> bool {
        let mut found = false;
        self.leaves(&mut |_, leaf| found |= matches!(leaf, Self::Unknown(_)));
        found
    }

    /// This value with every leaf put through `change`, which also gets the leaf's path.
    ///
    /// # Errors
    /// The first error of `change`.
    pub fn try_map_leaves<E>(
        self,
        at: &FieldPath,
        change: &mut impl FnMut(&FieldPath, Self) -> Result<Self, E>,
    ) -> Result<Self, E> {
        Ok(match self {
            Self::Map(map) if !map.is_empty() => Self::Map(
                map.into_iter()
                    .map(|(key, v)| Ok((key.clone(), v.try_map_leaves(&at.key(&key), change)?)))
                    .collect::<Result<_, E>>()?,
            ),
            Self::List(items) if !items.is_empty() => Self::List(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(n, item)| item.try_map_leaves(&at.index(n), change))
                    .collect::<Result<_, E>>()?,
            ),
            leaf => change(at, leaf)?,
        })
    }

    /// This value as JSON in which secrets read `{"$secret": …}` and unknowns `{"$unknown": …}`;
    /// what [`Value::from_tagged`] reads back. A secret's text is not in it.
    pub fn to_tagged(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(b) => json!(b),
            Self::Number(n) => serde_json::Value::Number(n.clone()),
            Self::Text(t) => json!(t),
            Self::List(items) => items.iter().map(Self::to_tagged).collect(),
            Self::Map(map) => map
                .iter()
                .map(|(key, value)| {
                    let escape = if key.starts_with('$') { "$" } else { "" };
                    (format!("{escape}{key}"), value.to_tagged())
                })
                .collect(),
            Self::Secret(hidden) => {
                json!({"$secret": {"source": hidden.source, "fingerprint": hidden.fingerprint}})
            }
            Self::Unknown(unknown) => json!({"$unknown": unknown}),
        }
    }

    /// Reads what [`Value::to_tagged`] wrote.
    ///
    /// # Errors
    /// A tag whose content is not what it says.
    pub fn from_tagged(json: serde_json::Value) -> Result<Self, serde_json::Error> {
        Ok(match json {
            serde_json::Value::Array(items) => Self::List(
                items
                    .into_iter()
                    .map(Self::from_tagged)
                    .collect::<Result<_, _>>()?,
            ),
            serde_json::Value::Object(map) => return Self::from_tagged_map(map),
            plain => Self::from(plain),
        })
    }

    fn from_tagged_map(
        mut map: serde_json::Map<String, serde_json::Value>,
    ) -> Result<Self, serde_json::Error> {
        if let Some(secret) = map.remove("$secret") {
            #[derive(Deserialize)]
            struct Tagged {
                source: Option<SecretSource>,
                fingerprint: Option<Fingerprint>,
            }
            let Tagged {
                source,
                fingerprint,
            } = serde_json::from_value(secret)?;
            return Ok(Self::Secret(Hidden {
                source,
                fingerprint,
                text: None,
            }));
        }
        if let Some(unknown) = map.remove("$unknown") {
            return Ok(Self::Unknown(serde_json::from_value(unknown)?));
        }
        let unescape = |key: String| match key.strip_prefix('$') {
            Some(rest) => rest.to_owned(),
            None => key,
        };
        map.into_iter()
            .map(|(key, value)| Ok((unescape(key), Self::from_tagged(value)?)))
            .collect::<Result<_, _>>()
            .map(Self::Map)
    }
}

impl From<serde_json::Value> for Value {
    /// Plain JSON: nothing in it is a secret or an unknown.
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(b) => Self::Bool(b),
            serde_json::Value::Number(n) => Self::Number(n),
            serde_json::Value::String(t) => Self::Text(t),
            serde_json::Value::Array(items) => {
                Self::List(items.into_iter().map(Self::from).collect())
            }
            serde_json::Value::Object(map) => Self::Map(
                map.into_iter()
                    .map(|(key, value)| (key, Self::from(value)))
                    .collect(),
            ),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_tagged().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        Self::from_tagged(json).map_err(serde::de::Error::custom)
    }
}

/// A value that can be sent: nothing unknown, every secret with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Known(Value);

/// A value that cannot be sent yet.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`{path}` is not known yet")]
pub struct NotKnown {
    /// The first leaf that is unknown, or a secret without its text.
    pub path: FieldPath,
}

impl Known {
    /// Accepts `value` if it can be sent.
    ///
    /// # Errors
    /// Names the first leaf that cannot.
    pub fn new(value: Value) -> Result<Self, NotKnown> {
        let mut wrong = None;
        value.leaves(&mut |path, leaf| {
            let open = match leaf {
                Value::Unknown(_) => true,
                Value::Secret(hidden) => hidden.text.is_none(),
                _ => false,
            };
            if open && wrong.is_none() {
                wrong = Some(path.clone());
            }
        });
        wrong.map_or(Ok(Self(value)), |path| Err(NotKnown { path }))
    }

    /// The value; its secrets are still hidden.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The same, to change.
    pub fn into_value(self) -> Value {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: serde_json::Value) -> Value {
        Value::from(json)
    }

    #[test]
    fn tags_read_back_and_dollars_are_escaped() {
        let mut map = BTreeMap::new();
        map.insert("$secret".to_owned(), value(json!({"a": 1})));
        map.insert(
            "password".to_owned(),
            Value::Secret(Hidden {
                source: Some(SecretSource::Env("PW".into())),
                ..Hidden::default()
            }),
        );
        let id = Unknown::output(Address::within("acme", "role", "x"), "id");
        map.insert("roleId".to_owned(), Value::Unknown(id));
        let whole = Value::Map(map);
        assert_eq!(
            Value::from_tagged(whole.to_tagged()).expect("reads back"),
            whole
        );
    }

    #[test]
    fn a_secrets_text_is_not_serialised() {
        let hidden = Hidden {
            text: Some(Secret::new("hunter2")),
            ..Hidden::default()
        };
        let json = serde_json::to_string(&Value::Secret(hidden)).expect("serialises");
        assert!(!json.contains("hunter2"), "{json}");
    }

    #[test]
    fn what_is_unknown_cannot_be_sent() {
        let id = Unknown::output(Address::within("acme", "role", "x"), "id");
        let body = Value::Map(BTreeMap::from([("roleId".into(), Value::Unknown(id))]));
        assert_eq!(
            Known::new(body).expect_err("unknown").path,
            FieldPath::field("roleId")
        );
    }

    #[test]
    fn values_are_found_by_path() {
        let body = value(json!({"a": {"b": [1, {"c": true}]}}));
        let path: FieldPath = "a.b[1].c".parse().expect("a path");
        assert_eq!(body.at(&path), Some(&Value::Bool(true)));
        assert_eq!(body.at(&FieldPath::dotted("a.x")), None);
    }
}

//! References → ids: what is known now is put in, what will be known after apply stays unknown.

use std::collections::BTreeMap;

use crate::base::{Address, FieldPath, Part, Unknown, Value};
use crate::kind::{Descriptor, Key, Live, ObjectKey, Path};
use crate::rest::request::{self, Names};

/// What references can be resolved with: the outputs of objects that are there and stay, the
/// settings of targets, and what live objects were looked up.
#[derive(Debug, Default)]
pub struct Known {
    /// Address → output → value.
    pub outputs: BTreeMap<Address, BTreeMap<String, Value>>,
    /// Live objects by target name and kind, for lookups.
    pub lists: BTreeMap<(String, String), Vec<Live>>,
    /// Built-ins by target name and their own name.
    pub builtins: BTreeMap<(String, String), String>,
}

/// Why a reference cannot be resolved at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolvable {
    /// No live object, or more than one, has that key.
    Lookup {
        /// How it was written.
        what: String,
        /// How many were found.
        found: usize,
    },
    /// The tenant has no such built-in object.
    Builtin(String),
}

impl Known {
    /// Notes an output.
    pub fn put(&mut self, address: &Address, field: &str, value: Value) {
        self.outputs
            .entry(address.clone())
            .or_default()
            .insert(field.to_owned(), value);
    }

    /// `value` with every reference resolved that can be.
    ///
    /// # Errors
    /// A lookup that finds none or two, a built-in that is not there.
    pub fn resolve(&self, value: Value) -> Result<Value, Unresolvable> {
        value.try_map_leaves(&FieldPath::root(), &mut |_, leaf| match leaf {
            Value::Unknown(unknown) => self.resolve_unknown(unknown),
            other => Ok(other),
        })
    }

    fn resolve_unknown(&self, unknown: Unknown) -> Result<Value, Unresolvable> {
        if let [only] = unknown.parts.as_slice() {
            return Ok(self.part(only)?.unwrap_or(Value::Unknown(unknown)));
        }
        let mut text = String::new();
        let mut open = false;
        for part in &unknown.parts {
            match self.part(part)? {
                Some(Value::Text(piece)) => text.push_str(&piece),
                Some(Value::Number(number)) => text.push_str(&number.to_string()),
                _ => open = true,
            }
        }
        Ok(if open {
            Value::Unknown(unknown)
        } else {
            Value::Text(text)
        })
    }

    fn part(&self, part: &Part) -> Result<Option<Value>, Unresolvable> {
        Ok(match part {
            Part::Text(text) => Some(Value::text(text.as_str())),
            Part::Output { address, field } => self
                .outputs
                .get(address)
                .and_then(|outputs| outputs.get(field))
                .cloned(),
            Part::Builtin { target, name } => {
                Some(Value::text(self.builtin(target, name)?.as_str()))
            }
            Part::Lookup {
                target,
                kind,
                fields,
            } => self.lookup(target, kind, fields)?,
        })
    }

    fn builtin(&self, target: &str, name: &str) -> Result<&String, Unresolvable> {
        let key = (target.to_owned(), name.to_owned());
        self.builtins
            .get(&key)
            .ok_or_else(|| Unresolvable::Builtin(name.to_owned()))
    }

    fn lookup(
        &self,
        target: &str,
        kind: &str,
        fields: &BTreeMap<String, Value>,
    ) -> Result<Option<Value>, Unresolvable> {
        let mut wanted = BTreeMap::new();
        for (name, value) in fields {
            let value = self.resolve(value.clone())?;
            if value.has_unknown() {
                return Ok(None);
            }
            wanted.insert(name.as_str(), value);
        }
        let key = (target.to_owned(), kind.to_owned());
        let Some(list) = self.lists.get(&key) else {
            return Ok(None);
        };
        let found: Vec<&Live> = list
            .iter()
            .filter(|live| {
                wanted
                    .iter()
                    .all(|(name, v)| live.value.get(name) == Some(v))
            })
            .collect();
        match found.as_slice() {
            [one] => Ok(Some(Value::text(one.id.as_str()))),
            several => Err(Unresolvable::Lookup {
                what: described(kind, &wanted),
                found: several.len(),
            }),
        }
    }
}

fn described(kind: &str, fields: &BTreeMap<&str, Value>) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_tagged()))
        .collect();
    format!("{kind} with {}", fields.join(", "))
}

/// An address in a target: the setting that is one, and a path below it.
pub fn url(settings: &Value, setting: &str, path: Path, id: &str) -> Option<Value> {
    let base = settings.at(&FieldPath::dotted(setting))?.as_text()?;
    let names = Names::of(id);
    let path = request::path(path, names).ok()?;
    Some(Value::Text(format!("{}{path}", base.trim_end_matches('/'))))
}

/// The fields of the natural key that are written, by name; none where the kind has no key.
pub fn key_of(kind: &Descriptor, body: &Value) -> Option<ObjectKey> {
    match kind.key {
        Key::Worked { .. } => (kind.keys)(body).into_iter().next(),
        Key::Fields(names) => names
            .iter()
            .map(|name| Some((*name, body.get(name)?.clone())))
            .collect(),
        Key::FirstOf(names) => names.iter().find_map(|name| {
            let value = body.get(name)?;
            (value != &Value::Null).then(|| vec![(*name, value.clone())])
        }),
        Key::Single | Key::State => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn known() -> Known {
        let mut known = Known::default();
        known.put(
            &Address::top("tenant", "acme"),
            "endpoint",
            "https://x.logto.app".into(),
        );
        let user = Live {
            id: "u1".into(),
            value: json!({"primaryEmail": "a@b.c"}).into(),
        };
        known
            .lists
            .insert(("acme".into(), "user".into()), vec![user]);
        known
    }

    fn output(name: &str, field: &str) -> Part {
        Part::Output {
            address: Address::top("tenant", name),
            field: field.into(),
        }
    }

    #[test]
    fn a_join_is_text_when_all_its_parts_are_known() {
        let known = known();
        let join = |name| {
            Value::Unknown(Unknown {
                parts: vec![output(name, "endpoint"), Part::Text("/oidc".into())],
            })
        };
        assert_eq!(
            known.resolve(join("acme")),
            Ok("https://x.logto.app/oidc".into())
        );
        assert!(known.resolve(join("new")).expect("no error").has_unknown());
    }

    #[test]
    fn a_lookup_wants_one() {
        let lookup = |email: &str| {
            Value::Unknown(Unknown {
                parts: vec![Part::Lookup {
                    target: "acme".into(),
                    kind: "user".into(),
                    fields: [("primaryEmail".to_owned(), email.into())].into(),
                }],
            })
        };
        assert_eq!(known().resolve(lookup("a@b.c")), Ok("u1".into()));
        assert!(matches!(
            known().resolve(lookup("x@y.z")),
            Err(Unresolvable::Lookup { found: 0, .. })
        ));
    }
}

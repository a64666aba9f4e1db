//! A live object → the fields that declare it, along its kind's schema: what the server has by
//! default is left out, secrets become sources, ids references, long texts files.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::far::{Fars, empty, list, map, node, plain, referred, text};
use super::names::variable;
use super::{Left, Needed, Origin, policy};
use crate::base::tree::{Node, Tree};
use crate::base::{Address, FieldPath, Hidden, SourceFile, Value};
use crate::kind::walk::{mark, properties, walk};
use crate::kind::{Descriptor, Policy};

/// Why what a server shows as stars is not written.
pub(super) const MASKED: &str = "the server masks it";

/// Whether a text is what servers show in the place of another: stars, and more of them than a
/// wildcard has.
pub(super) fn is_masked(text: &str) -> bool {
    text.len() >= 4 && text.bytes().all(|byte| byte == b'*')
}

/// One object on its way to a document.
pub(super) struct Body<'a> {
    pub(super) kind: &'static Descriptor,
    pub(super) address: Address,
    /// How people call it.
    pub(super) called: String,
    pub(super) home: Address,
    pub(super) fars: &'a Fars<'a>,
    /// Its relations and children, which are no part of it.
    pub(super) apart: BTreeSet<&'static str>,
    pub(super) defaults: Value,
    pub(super) variables: &'a mut BTreeSet<String>,
    pub(super) texts: BTreeMap<String, String>,
    pub(super) needed: Vec<Needed>,
    pub(super) left: Vec<Left>,
}

/// Where a value stands.
pub(super) struct Spot<'s> {
    pub(super) path: FieldPath,
    pub(super) schema: &'s Json,
    /// Whether the mapping around it cannot be without it.
    required: bool,
    /// Whether it is in a list or a mapping that is one value: all of it is written then.
    whole: bool,
}

impl Body<'_> {
    /// The fields that declare `live`, those of its key first.
    pub(super) fn spec(&mut self, live: &Value) -> Node {
        let schema = (self.kind.schema)();
        let spot = Spot {
            path: FieldPath::root(),
            schema: &schema,
            required: true,
            whole: false,
        };
        let mut live = live.clone();
        for (path, value) in (self.kind.told)(&live) {
            policy::put(&mut live, path, value);
        }
        let spec = self.object(&live, &spot);
        spec.unwrap_or_else(empty)
    }

    /// What is written for `value`; none if nothing needs to be.
    pub(super) fn value(&mut self, value: &Value, spot: &Spot<'_>) -> Option<Node> {
        if !spot.whole && !spot.required && self.is_default(value, &spot.path) {
            return None;
        }
        match (mark(spot.schema), value) {
            (mark, Value::Null) => {
                let is_open = spot.whole && mark != Some("secret");
                is_open.then(|| node(Tree::Null))
            }
            (Some("free"), _) => self.free(value, spot),
            (_, Value::Text(inner)) if is_masked(inner) => self.leave(&spot.path, MASKED),
            (Some("config"), _) => self.config(value, spot),
            (Some("time"), Value::Number(number)) => {
                let time = number.as_i64().map(jiff::Timestamp::from_millisecond);
                Some(match time {
                    Some(Ok(time)) => text(&time.to_string()),
                    _ => node(Tree::Number(number.clone())),
                })
            }
            (Some("secret"), Value::Secret(hidden)) => self.secret(hidden, spot),
            // Where a text cannot be empty, that is how a server says that there is none.
            (Some("text"), Value::Text(inner))
                if inner.is_empty() && !spot.required && spot.schema.get("minLength").is_some() =>
            {
                None
            }
            (Some("text"), Value::Text(inner)) => Some(self.text(inner, spot)),
            (Some("ref"), Value::Text(id)) => self.reference(id, spot),
            _ => self.unmarked(value, spot),
        }
    }

    fn unmarked(&mut self, value: &Value, spot: &Spot<'_>) -> Option<Node> {
        if let Some(choices) = choices(spot.schema) {
            let raw = plain(value)?;
            let fits = |choice: &&Json| faultless(&raw, choice);
            let fitting = choices.iter().find(fits);
            return match fitting {
                Some(schema) => self.unmarked(
                    value,
                    &Spot {
                        schema,
                        ..spot.again()
                    },
                ),
                None => Some(raw),
            };
        }
        match (value, spot.schema.get("items")) {
            (Value::Map(_), _) if is_object(spot.schema) => self.object(value, spot),
            (Value::List(items), Some(schema)) => {
                let mut written = Vec::new();
                for (n, item) in items.iter().enumerate() {
                    let inner = Spot {
                        path: spot.path.index(n),
                        schema,
                        required: true,
                        whole: true,
                    };
                    written.extend(self.value(item, &inner));
                }
                Some(list(written))
            }
            _ => plain(value).or_else(|| self.leave(&spot.path, "it is a secret")),
        }
    }

    fn object<'a>(&mut self, value: &'a Value, spot: &Spot<'a>) -> Option<Node> {
        let fields = value.as_map()?;
        let required = spot.schema.get("required").and_then(Json::as_array);
        let is_required = |name: &str| {
            let mut all = required.into_iter().flatten().filter_map(Json::as_str);
            all.any(|known| known == name)
        };
        let mut written = Vec::new();
        for (name, schema) in self.in_order(spot) {
            let path = spot.path.key(name);
            let inner_value = match fields.get(name) {
                // What a list's item does not have is not written there either.
                None if spot.whole => continue,
                None => &Value::Null,
                Some(value) => value,
            };
            let is_apart = self.apart.contains(path.to_string().as_str());
            if is_apart || self.is_unwritten(&path, inner_value) {
                continue;
            }
            let inner = Spot {
                required: is_required(name) || self.is_key(&path),
                whole: spot.whole || self.is_whole(&path),
                schema,
                path,
            };
            written.extend(self.field(inner_value, &inner).map(|node| (name, node)));
        }
        written.extend(self.more(fields, spot));
        let is_empty = written.is_empty() && !spot.required && !spot.whole;
        (!is_empty).then(|| map(written))
    }

    fn field(&mut self, value: &Value, spot: &Spot<'_>) -> Option<Node> {
        if mark(spot.schema) == Some("secret") && value == &Value::Null {
            return self.unseen(spot);
        }
        self.value(value, spot)
    }

    /// The fields of a mapping's schema: at the top those of the key first.
    fn in_order<'s>(&self, spot: &Spot<'s>) -> Vec<(&'s str, &'s Json)> {
        let fields = properties(spot.schema).into_iter().flatten();
        let mut fields: Vec<_> = fields.map(|(name, inner)| (name.as_str(), inner)).collect();
        fields.sort_by_key(|(name, _)| self.place(&spot.path.key(name)));
        fields
    }

    /// What a mapping has beside the fields of its schema.
    fn more<'v>(
        &mut self,
        fields: &'v BTreeMap<String, Value>,
        spot: &Spot<'_>,
    ) -> Vec<(&'v str, Node)> {
        let mut written = Vec::new();
        let known = |name: &str| properties(spot.schema).is_some_and(|all| all.contains_key(name));
        let schema = spot.schema.get("additionalProperties");
        let schema = schema.filter(|schema| schema.is_object());
        for (name, value) in fields.iter().filter(|(name, _)| !known(name)) {
            let path = spot.path.key(name);
            match schema {
                Some(schema) => {
                    let inner = Spot {
                        path,
                        schema,
                        required: true,
                        whole: spot.whole,
                    };
                    written.extend(self.value(value, &inner).map(|node| (name.as_str(), node)));
                }
                None if self.is_the_servers(&spot.path) || value == &Value::Null => {}
                None => drop(self.leave(&path, "no manifest can write it")),
            }
        }
        written
    }

    fn reference(&mut self, id: &str, spot: &Spot<'_>) -> Option<Node> {
        let kinds = referred(spot.schema);
        let found = self.fars.named(&kinds, id);
        let why = || format!("it refers to `{id}`, which no name or key tells from others");
        found.or_else(|| self.leave(&spot.path, &why()))
    }

    /// The source of a secret that the server shows, masked or not.
    pub(super) fn secret(&mut self, hidden: &Hidden, spot: &Spot<'_>) -> Option<Node> {
        let shown = hidden.text.as_ref();
        if shown.is_some_and(|text| text.length() == 0) {
            return None;
        }
        let write_only = self
            .kind
            .has(&spot.path, |p| matches!(p, Policy::WriteOnly));
        let masked = shown.is_none_or(crate::base::Secret::is_masked);
        if masked && !write_only && !spot.required {
            return self.leave(&spot.path, MASKED);
        }
        let origin = if masked {
            Origin::Hidden
        } else {
            Origin::Shown
        };
        Some(self.source(&spot.path, origin))
    }

    /// A secret that the server does not show at all.
    fn unseen(&mut self, spot: &Spot<'_>) -> Option<Node> {
        if spot.required {
            return Some(self.source(&spot.path, Origin::Hidden));
        }
        let write_only = |policy: &Policy| matches!(policy, Policy::WriteOnly);
        if self.kind.has(&spot.path, write_only) {
            self.left.push(Left {
                name: String::new(),
                ..self.why(
                    &spot.path,
                    "the server never shows it: write its source to set it",
                )
            });
        }
        None
    }

    /// `{env: NAME}`, and a line in the list of what has to be set.
    pub(super) fn source(&mut self, path: &FieldPath, origin: Origin) -> Node {
        let dotted = path.to_string();
        let last = dotted.rsplit('.').next().unwrap_or_default();
        let target = self.address.target().unwrap_or_default();
        let name = self.address.name();
        let name = if name == self.kind.name { "" } else { name };
        let words = |field| variable([target, self.kind.name, name, field]);
        let mut name = words(last);
        if self.variables.contains(&name) {
            name = words(&dotted);
        }
        let (stem, mut n) = (name.clone(), 1);
        while !self.variables.insert(name.clone()) {
            n += 1;
            name = format!("{stem}_{n}");
        }
        self.needed.push(Needed {
            variable: name.clone(),
            address: self.address.clone(),
            field: dotted,
            origin,
        });
        map([("env", text(&name))])
    }

    /// Notes that the field is not written.
    pub(super) fn leave(&mut self, path: &FieldPath, why: &str) -> Option<Node> {
        let left = self.why(path, why);
        self.left.push(left);
        None
    }

    fn why(&self, path: &FieldPath, why: &str) -> Left {
        Left {
            home: self.home.clone(),
            kind: self.kind.kind,
            field: path.without_indexes().to_string(),
            why: why.to_owned(),
            name: self.called.clone(),
        }
    }
}

impl Spot<'_> {
    fn again(&self) -> Self {
        Self {
            path: self.path.clone(),
            ..*self
        }
    }

    /// A place inside it.
    pub(super) fn below(&self, key: &str) -> Self {
        Self {
            path: self.path.key(key),
            ..*self
        }
    }

    /// The n-th item of it.
    pub(super) fn item(&self, n: usize) -> Self {
        Self {
            path: self.path.index(n),
            ..*self
        }
    }
}

/// Whether a schema is one of mappings whose fields are known, or all alike.
fn is_object(schema: &Json) -> bool {
    let alike = schema.get("additionalProperties");
    properties(schema).is_some() || alike.is_some_and(Json::is_object)
}

/// The schemas of which one must fit, if they are more than words.
fn choices(schema: &Json) -> Option<&Vec<Json>> {
    let all = schema.get("oneOf").or_else(|| schema.get("anyOf"))?;
    let all = all.as_array()?;
    let words = |one: &Json| one.get("const").is_some() || one.get("enum").is_some();
    (!all.iter().all(words)).then_some(all)
}

fn faultless(written: &Node, schema: &Json) -> bool {
    let file = SourceFile::new("", "");
    walk(written, written.at, schema, &file).is_empty()
}

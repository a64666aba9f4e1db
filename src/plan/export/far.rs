//! Ids → references: the name of an exported object, what is built in, else a lookup by key.

use std::collections::{BTreeMap, BTreeSet};

use super::super::resolve::key_of;
use crate::base::tree::{Entry, Node, Tree};
use crate::base::{At, FieldPath, Value};
use crate::kind::walk::{mark, schema_at};
use crate::kind::{Api, Catalog, Descriptor, Live};

/// A node that stands nowhere.
pub(super) fn node(tree: Tree) -> Node {
    Node {
        at: At::default(),
        tree,
    }
}

/// A text.
pub(super) fn text(text: &str) -> Node {
    node(Tree::Text(text.into()))
}

/// A list.
pub(super) fn list(items: Vec<Node>) -> Node {
    node(Tree::List(items.into()))
}

/// A mapping.
pub(super) fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
    let entries = entries.into_iter();
    node(Tree::Map(
        entries.map(|(key, value)| entry(key, value)).collect(),
    ))
}

/// A mapping without entries.
pub(super) fn empty() -> Node {
    node(Tree::Map(Box::default()))
}

/// What ids stand for in one target.
#[derive(Debug)]
pub(super) struct Fars<'a> {
    pub(super) catalog: Catalog,
    pub(super) api: Api,
    /// The live objects of each kind that was read.
    pub(super) objects: &'a BTreeMap<&'static str, Vec<Live>>,
    /// The names of exported objects, by kind and id.
    pub(super) names: BTreeMap<&'static str, BTreeMap<String, String>>,
    /// The built-in ones.
    pub(super) builtins: BTreeMap<(&'static str, String), &'static str>,
}

impl Fars<'_> {
    /// What names the object of that id, which is of one of `kinds`.
    pub(super) fn named(&self, kinds: &[&str], id: &str) -> Option<Node> {
        let named = kinds.iter().find_map(|kind| {
            let name = self.names.get(kind)?.get(id)?;
            Some((*kind, name))
        });
        if let Some((kind, name)) = named {
            let mut before = kinds.iter().take_while(|other| **other != kind);
            return Some(if before.any(|other| self.has_name(other, name)) {
                map([("ref", text(&format!("{kind}/{name}")))])
            } else {
                text(name)
            });
        }
        kinds.iter().find_map(|kind| {
            let kind = self.catalog.named(self.api, kind)?;
            let builtin = self.builtins.get(&(kind.name, id.to_owned()));
            match builtin {
                Some(word) => Some(map([("builtin", text(word))])),
                None => self.lookup(kind, id),
            }
        })
    }

    fn has_name(&self, kind: &str, name: &str) -> bool {
        let names = self.names.get(kind);
        names.is_some_and(|names| names.values().any(|known| known == name))
    }

    /// A lookup that finds the object of that id, and no other.
    fn lookup(&self, kind: &'static Descriptor, id: &str) -> Option<Node> {
        let all = self.objects.get(kind.name)?;
        let live = all.iter().find(|live| live.id == id)?;
        let key = key_of(kind, &live.value)?;
        let has_key = |other: &&Live| {
            let mut fields = key.iter();
            fields.all(|(name, value)| other.value.get(name) == Some(value))
        };
        if all.iter().filter(has_key).count() != 1 {
            return None;
        }
        let schema = (kind.schema)();
        let mut entries = vec![("lookup", text(kind.name))];
        for (name, value) in &key {
            let word = value.as_text()?;
            let field = schema_at(&schema, name)?;
            let value = if mark(field) == Some("ref") {
                self.named(&referred(field), word)?
            } else {
                text(word)
            };
            entries.push((name, value));
        }
        Some(map(entries))
    }

    /// The kinds that a kind's objects refer to, in their fields and by their relations.
    pub(super) fn kinds_of(kind: &Descriptor) -> BTreeSet<String> {
        let mut kinds = BTreeSet::new();
        for relation in kind.relations {
            kinds.extend(relation.to.iter().map(|to| (*to).to_owned()));
        }
        collect(&(kind.schema)(), &mut kinds);
        kinds
    }
}

fn collect(schema: &serde_json::Value, kinds: &mut BTreeSet<String>) {
    if mark(schema) == Some("ref") {
        kinds.extend(referred(schema).into_iter().map(str::to_owned));
    }
    match schema {
        serde_json::Value::Object(map) => map.values().for_each(|inner| collect(inner, kinds)),
        serde_json::Value::Array(items) => items.iter().for_each(|inner| collect(inner, kinds)),
        _ => {}
    }
}

/// The kinds that a reference of this schema may lead to.
pub(super) fn referred(schema: &serde_json::Value) -> Vec<&str> {
    let kinds = schema["x-kinds"].as_array().into_iter().flatten();
    kinds.filter_map(serde_json::Value::as_str).collect()
}

/// Puts `value` at a dotted path of the mapping `at`; mappings on the way are made.
pub(super) fn put(at: &mut Node, path: &str, value: Node) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let Tree::Map(entries) = &mut at.tree else {
        return;
    };
    let mut all = std::mem::take(entries).into_vec();
    let known = all.iter_mut().find(|entry| *entry.key == *first);
    match (known, rest) {
        (Some(entry), "") => entry.value = value,
        (Some(entry), rest) => put(&mut entry.value, rest, value),
        (None, "") => all.push(entry(first, value)),
        (None, rest) => {
            let mut inner = empty();
            put(&mut inner, rest, value);
            all.push(entry(first, inner));
        }
    }
    *entries = all.into();
}

fn entry(key: &str, value: Node) -> Entry {
    Entry {
        key: key.into(),
        key_at: At::default(),
        value,
    }
}

/// Takes away what stands at `path`, or the nearest list around it, and the mappings that are
/// empty then. Returns what was taken, if anything was.
pub(super) fn take(at: &mut Node, path: &FieldPath) -> Option<String> {
    use crate::base::path::Segment;
    let keys: Vec<_> = (path.segments().iter())
        .map_while(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
        .collect();
    take_at(at, &keys).then(|| keys.join("."))
}

fn take_at(at: &mut Node, keys: &[&str]) -> bool {
    let (Tree::Map(entries), [first, rest @ ..]) = (&mut at.tree, keys) else {
        return false;
    };
    let mut all = std::mem::take(entries).into_vec();
    let Some(n) = all.iter().position(|entry| *entry.key == **first) else {
        *entries = all.into();
        return false;
    };
    let taken = rest.is_empty() || take_at(&mut all[n].value, rest);
    let is_empty = matches!(&all[n].value.tree, Tree::Map(inner) if inner.is_empty());
    if rest.is_empty() || (taken && is_empty) {
        all.remove(n);
    }
    *entries = all.into();
    taken
}

/// The value as a tree, nothing in it being looked at; none if a secret stands in it.
pub(super) fn plain(value: &Value) -> Option<Node> {
    Some(match value {
        Value::Null => node(Tree::Null),
        Value::Bool(is) => node(Tree::Bool(*is)),
        Value::Number(number) => node(Tree::Number(number.clone())),
        Value::Text(inner) => text(inner),
        Value::List(items) => list(items.iter().map(plain).collect::<Option<_>>()?),
        Value::Map(inner) => {
            let entries = inner
                .iter()
                .map(|(key, value)| Some((key.as_str(), plain(value)?)));
            map(entries.collect::<Option<Vec<_>>>()?)
        }
        Value::Secret(_) | Value::Unknown(_) => return None,
    })
}

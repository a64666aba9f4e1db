//! A written spec → the value that is planned with: references and secrets in their places.
//!
//! Types were checked by the walk; what does not fit here was complained about there, and becomes
//! null in a document that is then not handed on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::index::Index;
use super::outside::Files;
use super::report::Report;
use crate::base::tree::{Entry, Node, Tree};
use crate::base::{At, FieldPath, Value};
use crate::kind::marker::{self, Marker};
use crate::kind::walk::{mark, properties, schema_field};

/// Builds the value of one document.
pub(super) struct Builder<'a, 'r> {
    pub(super) index: &'a Index,
    pub(super) files: &'a Files,
    /// The tenant or cluster that the document lives in.
    pub(super) target: Option<&'a str>,
    pub(super) report: &'a mut Report<'r>,
    /// Fields that are no part of the body: relations, children.
    pub(super) left_out: BTreeSet<&'static str>,
    /// Mappings written as `exactly`.
    pub(super) exact: BTreeSet<FieldPath>,
    /// Where each field stands.
    pub(super) fields: BTreeMap<FieldPath, At>,
}

/// Where the builder is.
pub(super) struct Spot<'s> {
    pub(super) path: FieldPath,
    /// The key, for values whose length is not known.
    pub(super) key: At,
    pub(super) schema: &'s Json,
}

impl Spot<'_> {
    fn below(&self, entry: &Entry) -> Self {
        Self {
            path: self.path.key(&entry.key),
            key: entry.key_at,
            schema: schema_field(self.schema, &entry.key).unwrap_or(&Json::Null),
        }
    }

    fn item(&self, index: usize, item: &Node) -> Self {
        Self {
            path: self.path.index(index),
            key: item.at,
            schema: self.schema.get("items").unwrap_or(&Json::Null),
        }
    }

    /// What to underline for `node`.
    pub(super) fn of(&self, node: &Node) -> At {
        if node.at.length == 0 {
            self.key
        } else {
            node.at
        }
    }
}

/// What a builder knows of one object.
#[derive(Default)]
pub(super) struct Aside {
    pub(super) fields: BTreeMap<FieldPath, At>,
    pub(super) exact: BTreeSet<FieldPath>,
    left_out: BTreeSet<&'static str>,
}

impl Builder<'_, '_> {
    /// Puts what is known of one object aside, for another.
    pub(super) fn swap(&mut self, other: Aside) -> Aside {
        Aside {
            fields: std::mem::replace(&mut self.fields, other.fields),
            exact: std::mem::replace(&mut self.exact, other.exact),
            left_out: std::mem::replace(&mut self.left_out, other.left_out),
        }
    }

    /// The value of `node`.
    pub(super) fn value(&mut self, node: &Node, spot: &Spot<'_>) -> Value {
        self.fields.insert(spot.path.clone(), spot.of(node));
        match mark(spot.schema) {
            _ if node.tree == Tree::Null => Value::Null,
            Some("free") => self.free(node, spot),
            Some("config") => self.config(node, spot),
            Some("secret") => self.secret(node, spot),
            Some("text") => self.text(node, spot),
            Some("ref") => {
                let kinds = spot.schema["x-kinds"].as_array().into_iter().flatten();
                let kinds: Vec<_> = kinds.filter_map(Json::as_str).collect();
                self.far(node, spot.of(node), &kinds)
                    .map_or(Value::Null, |far| far.key)
            }
            _ => self.plain(node, spot),
        }
    }

    fn plain(&mut self, node: &Node, spot: &Spot<'_>) -> Value {
        let own = properties(spot.schema).is_some_and(|fields| fields.contains_key("exactly"));
        if let Some(inner) = marker::exactly(node)
            && !own
        {
            self.exact.insert(spot.path.clone());
            return self.plain(inner, spot);
        }
        match &node.tree {
            Tree::Map(entries) => self.mapping(entries, spot),
            Tree::List(items) => {
                let items = items.iter().enumerate();
                Value::List(
                    items
                        .map(|(n, item)| self.value(item, &spot.item(n, item)))
                        .collect(),
                )
            }
            _ => Value::from(node.to_json()),
        }
    }

    fn mapping(&mut self, entries: &[Entry], spot: &Spot<'_>) -> Value {
        let mut map = BTreeMap::new();
        for entry in entries {
            let below = spot.below(entry);
            if self.left_out.contains(below.path.to_string().as_str()) {
                self.fields
                    .insert(below.path.clone(), below.of(&entry.value));
                continue;
            }
            let value = self.value(&entry.value, &below);
            let emptied = value == Value::Map(BTreeMap::new()) && !entry.value.entries().is_empty();
            if !emptied || self.exact.contains(&below.path) {
                map.insert(entry.key.to_string(), value);
            }
        }
        Value::Map(map)
    }

    /// Free data: nothing in it is a marker, `exactly` at its top apart.
    fn free(&mut self, node: &Node, spot: &Spot<'_>) -> Value {
        let inner = match marker::exactly(node) {
            Some(inner) => {
                self.exact.insert(spot.path.clone());
                inner
            }
            None => node,
        };
        if let (Some(Marker::File(path)), Json::Bool(true)) =
            (Marker::of(inner), &spot.schema["x-file"])
        {
            return self.file_of_data(path, spot);
        }
        self.places(inner, &spot.path);
        Value::from(inner.to_json())
    }

    fn places(&mut self, node: &Node, path: &FieldPath) {
        for entry in node.entries() {
            let below = path.key(&entry.key);
            self.places(&entry.value, &below);
            self.fields.insert(below, entry.key_at);
        }
    }
}

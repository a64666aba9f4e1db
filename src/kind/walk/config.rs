//! Free-form configurations: markers may stand for any value in them, and what has the name of a
//! secret must have a source (KINDS.md, "Secrets in configurations").

use serde_json::Value as Json;

use super::{Place, Walk};
use crate::base::tree::{Node, Tree};
use crate::kind::marker::{self, Marker};
use crate::kind::secrets::is_secret_name;

/// What may stand for a value that is no secret by its name. A source makes it one.
const VALUE: [&str; 7] = ["ref", "lookup", "join", "file", "env", "exec", "literal"];

impl Walk<'_> {
    pub(super) fn config(&mut self, node: &Node, schema: &Json, place: &Place) {
        let inner = marker::exactly(node).unwrap_or(node);
        if let Some(marker) = Marker::of(inner) {
            return self.misplaced(marker, inner, place, "a mapping", &["exactly"]);
        }
        if !inner.is_map() {
            self.mistyped(inner, place, "a mapping");
            return;
        }
        self.config_entries(inner, schema["x-texts"] == Json::Bool(true), place);
    }

    fn config_entries(&mut self, node: &Node, texts: bool, place: &Place) {
        for entry in node.entries() {
            let below = place.key(&entry.key, entry.key_at);
            if is_secret_name(&entry.key) {
                self.secret_value(&entry.value, &below);
            } else {
                self.config_value(&entry.value, texts, &below);
            }
        }
    }

    /// A value whose name says that it is a secret: null, a source, or more of the same.
    fn secret_value(&mut self, node: &Node, place: &Place) {
        match &node.tree {
            Tree::Null => {}
            Tree::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.secret_value(item, &place.index(index, item.at));
                }
            }
            Tree::Map(entries) if Marker::of(node).is_none() => {
                for entry in entries {
                    self.secret_value(&entry.value, &place.key(&entry.key, entry.key_at));
                }
            }
            _ => self.secret(node, place),
        }
    }

    fn config_value(&mut self, node: &Node, texts: bool, place: &Place) {
        if let Some(marker) = Marker::of(node) {
            if VALUE.contains(&marker.word()) {
                return self.inside(marker, place);
            }
            return self.misplaced(marker, node, place, "a value", &VALUE);
        }
        match &node.tree {
            Tree::Null | Tree::Text(_) => {}
            _ if texts => {
                let hint = self.retyped(node, &["string"]);
                self.mistyped(node, place, "a text").hinted(hint);
            }
            Tree::Map(_) => self.config_entries(node, false, place),
            Tree::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.config_value(item, false, &place.index(index, item.at));
                }
            }
            Tree::Bool(_) | Tree::Number(_) => {}
        }
    }
}

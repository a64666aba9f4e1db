//! Free-form configurations → values: what was given a source is a secret, whatever its name.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::body::{Builder, Spot};
use super::reference::is_secret;
use crate::base::Value;
use crate::base::tree::{Entry, Node, Tree};
use crate::kind::marker::{self, Marker};

impl Builder<'_, '_> {
    /// The value of a configuration.
    pub(super) fn config(&mut self, node: &Node, spot: &Spot<'_>) -> Value {
        let inner = match marker::exactly(node) {
            Some(inner) => {
                self.exact.insert(spot.path.clone());
                inner
            }
            None => node,
        };
        self.configured(inner, spot)
    }

    fn configured(&mut self, node: &Node, spot: &Spot<'_>) -> Value {
        self.fields.insert(spot.path.clone(), spot.of(node));
        match (&node.tree, Marker::of(node)) {
            (_, Some(Marker::Env(_) | Marker::File(_) | Marker::Exec(_))) => {
                self.secret(node, spot)
            }
            (_, Some(Marker::Ref { to, field })) => self.referred_value(node, to, field, spot),
            (_, Some(_)) => self.text(node, spot),
            (Tree::Map(entries), None) => self.configured_map(entries, spot),
            (Tree::List(items), None) => {
                let items = items.iter().enumerate();
                let at = |n: usize, item: &Node| Spot {
                    path: spot.path.index(n),
                    key: item.at,
                    schema: &Json::Null,
                };
                Value::List(
                    items
                        .map(|(n, item)| self.configured(item, &at(n, item)))
                        .collect(),
                )
            }
            _ => Value::from(node.to_json()),
        }
    }

    fn configured_map(&mut self, entries: &[Entry], spot: &Spot<'_>) -> Value {
        let mut map = BTreeMap::new();
        for entry in entries {
            let below = Spot {
                path: spot.path.key(&entry.key),
                key: entry.key_at,
                schema: &Json::Null,
            };
            map.insert(entry.key.to_string(), self.configured(&entry.value, &below));
        }
        Value::Map(map)
    }

    /// What a reference leads to: a secret where the output is one.
    fn referred_value(
        &mut self,
        node: &Node,
        to: &Node,
        field: Option<&Node>,
        spot: &Spot<'_>,
    ) -> Value {
        let (Some(text), Some(output)) = (to.text(), field.map_or(Some("id"), Node::text)) else {
            return Value::Null;
        };
        let Some(address) = self.referred(text, to.at, &[]) else {
            return Value::Null;
        };
        let declared = self.index.get(&address);
        if declared.is_some_and(|declared| is_secret(declared.kind, output)) {
            return self.secret(node, spot);
        }
        self.text(node, spot)
    }
}

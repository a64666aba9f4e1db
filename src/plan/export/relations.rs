//! Live edges and children → the lists that declare them. A plain list is written: at least these.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::body::Body;
use super::far::{list, map, put, take, text};
use super::policy;
use super::read::Edges;
use crate::base::FieldPath;
use crate::base::tree::{Node, Tree};
use crate::kind::walk::{properties, schema_at};
use crate::kind::{Children, Descriptor, EdgeKey, EdgeShape, Live, Relation};

impl Body<'_> {
    /// Writes the relations of the object of that id into `spec`.
    pub(super) fn put_relations(&mut self, spec: &mut Node, id: &str, edges: &Edges) {
        let kind = self.kind;
        let of = |relation: &Relation| {
            let of = edges.get(&(kind.name, relation.field));
            of.and_then(|of| of.get(id)).map_or(&[][..], Vec::as_slice)
        };
        for relation in kind.relations {
            let live = of(relation);
            if live.is_empty() || relation.shape == EdgeShape::Carried {
                continue;
            }
            let items = match relation.shape {
                EdgeShape::Actions => words_by_first(live),
                EdgeShape::Pairs { who, what } => pairs(who, what, live),
                EdgeShape::Words => list(sorted(live.iter().filter_map(last).map(text))),
                EdgeShape::Objects | EdgeShape::Carried => list(self.named(relation, live)),
                EdgeShape::Items { by } => {
                    let carried = kind.relations.iter();
                    let carried = carried.filter(|r| r.carrier() == Some(relation.field));
                    let carried: Vec<_> = carried.map(|r| (r, of(r))).collect();
                    list(self.items(relation, by, live, &carried))
                }
            };
            if !items.items().is_empty() || !items.entries().is_empty() {
                put(spec, relation.field, items);
            }
        }
    }

    fn named(&mut self, relation: &Relation, live: &[EdgeKey]) -> Vec<Node> {
        let far = live.iter().filter_map(last);
        let far: Vec<_> = far.filter_map(|id| self.far(relation, id)).collect();
        sorted(far)
    }

    /// What names the far end of an edge.
    fn far(&mut self, relation: &Relation, id: &str) -> Option<Node> {
        let found = self.fars.named(relation.to, id);
        found.or_else(|| {
            let why = format!("it names `{id}`, which no name or key tells from others");
            self.leave(&FieldPath::dotted(relation.field), &why)
        })
    }

    /// Items that may carry more: the reference alone where they carry nothing.
    fn items(
        &mut self,
        relation: &Relation,
        by: &str,
        live: &[EdgeKey],
        carried: &[(&Relation, &[EdgeKey])],
    ) -> Vec<Node> {
        let mut written = Vec::new();
        for item in live.iter().filter_map(last) {
            let Some(reference) = self.far(relation, item) else {
                continue;
            };
            let mut more = Vec::new();
            for (relation, edges) in carried {
                let of_item = edges
                    .iter()
                    .filter(|key| key.first().is_some_and(|w| w == item));
                let of_item: Vec<_> = of_item.cloned().collect();
                let inner = self.named(relation, &of_item);
                let member = relation.field.rsplit('.').next().unwrap_or_default();
                if !inner.is_empty() {
                    more.push((member, list(inner)));
                }
            }
            written.push(if more.is_empty() {
                reference
            } else {
                more.insert(0, (by, reference));
                map(more)
            });
        }
        sorted(written)
    }

    /// A child as it is written inside its parent.
    pub(super) fn child(
        &mut self,
        kind: &'static Descriptor,
        field: &Children,
        item: &Json,
        live: &Live,
    ) -> Option<(String, Node)> {
        let name = live.value.get(field.name_field)?.as_text()?.to_owned();
        let own = format!("{}.{name}", self.address.name());
        let mut child = Body {
            kind,
            address: self.address.sibling(kind.name, &own),
            called: format!("{}.{name}", self.called),
            home: self.home.clone(),
            fars: self.fars,
            apart: [field.parent_field].into(),
            defaults: policy::defaults(kind),
            variables: self.variables,
            texts: std::mem::take(&mut self.texts),
            needed: std::mem::take(&mut self.needed),
            left: std::mem::take(&mut self.left),
        };
        let mut node = child.spec(&live.value);
        let unknown: Vec<_> = (node.entries().iter())
            .map(|entry| FieldPath::field(&entry.key))
            .filter(|path| path.top().is_some_and(|key| !has(item, key)))
            .collect();
        for path in unknown {
            take(&mut node, &path);
            if path.top() != Some(field.name_field) {
                child.leave(&path, "it cannot be written inside its parent");
            }
        }
        let Body {
            texts,
            needed,
            left,
            ..
        } = child;
        (self.texts, self.needed, self.left) = (texts, needed, left);
        Some((name, node))
    }

    /// Writes these children in their field: a list, or a mapping by their names.
    pub(super) fn put_children(
        &mut self,
        spec: &mut Node,
        field: &'static Children,
        kind: &'static Descriptor,
        all: &[&Live],
    ) {
        let schema = (self.kind.schema)();
        let Some(of_field) = schema_at(&schema, field.field) else {
            return;
        };
        let of_list = of_field.get("items");
        let item = of_list.or_else(|| of_field.get("additionalProperties"));
        let item = item.unwrap_or(&Json::Null);
        let mut written = BTreeMap::new();
        for live in all {
            written.extend(self.child(kind, field, item, live));
        }
        if written.is_empty() {
            return;
        }
        let whole = match of_list {
            Some(_) => list(written.into_values().collect()),
            None => map(written
                .iter()
                .map(|(name, node)| (name.as_str(), node.clone()))),
        };
        put(spec, field.field, whole);
    }
}

/// The last word of an edge's key: its far end, or its word.
fn last(key: &EdgeKey) -> Option<&str> {
    key.last().map(String::as_str)
}

/// Words by the first words of their keys.
fn words_by_first(live: &[EdgeKey]) -> Node {
    let mut by_first: BTreeMap<&str, Vec<Node>> = BTreeMap::new();
    for key in live {
        if let [first, word] = key.as_slice() {
            by_first.entry(first).or_default().push(text(word));
        }
    }
    let all = by_first.into_iter();
    map(all.map(|(first, words)| (first, list(sorted(words)))))
}

/// Who is what.
fn pairs(who: &str, what: &str, live: &[EdgeKey]) -> Node {
    let pair = |key: &EdgeKey| match key.as_slice() {
        [one, word] => Some(map([(who, text(one)), (what, text(word))])),
        _ => None,
    };
    list(sorted(live.iter().filter_map(pair)))
}

/// Nodes in a stable order, whatever the server's was.
fn sorted(nodes: impl IntoIterator<Item = Node>) -> Vec<Node> {
    let mut nodes: Vec<_> = nodes.into_iter().collect();
    nodes.sort_by_cached_key(|node| {
        let is_marker = matches!(node.tree, Tree::Map(_));
        (is_marker, node.to_json().to_string())
    });
    nodes
}

fn has(schema: &Json, key: &str) -> bool {
    properties(schema).is_some_and(|fields| fields.contains_key(key))
}

//! Relation fields, which leave the body: lists of references or words, what their items carry, and
//! maps of resources to words.

use std::collections::{BTreeMap, BTreeSet};

use super::body::Builder;
use super::marker::Far;
use super::{DesiredEdge, DesiredRelation};
use crate::base::tree::{Entry, Node};
use crate::base::{At, Code, Value};
use crate::kind::{Descriptor, EdgeShape, Relation, marker};

/// A list that asks for nothing.
pub const NOTHING: Code = Code("E0223");
/// The same edge twice.
pub const LISTED_TWICE: Code = Code("E0230");

impl Builder<'_, '_> {
    /// The relations that `spec` writes.
    pub(super) fn relations(
        &mut self,
        spec: &Node,
        kind: &'static Descriptor,
    ) -> BTreeMap<&'static str, DesiredRelation> {
        let mut relations = BTreeMap::new();
        for relation in kind.relations {
            let field = relation.carrier().unwrap_or(relation.field);
            let Some(entry) = entry(spec, field) else {
                continue;
            };
            let desired = match relation.shape {
                EdgeShape::Objects => self.objects(entry, relation, None),
                EdgeShape::Items { by } => self.objects(entry, relation, Some(by)),
                EdgeShape::Words => self.words(entry, relation),
                EdgeShape::Actions => self.actions(entry),
                EdgeShape::Pairs { who, what } => self.pairs(entry, relation, (who, what)),
                EdgeShape::Carried => {
                    let around = kind.relation(field);
                    let found = around.and_then(|around| self.carried(entry, around, relation));
                    let Some(desired) = found else { continue };
                    desired
                }
            };
            self.once(&desired, relation.field, entry.key_at);
            relations.insert(relation.field, desired);
        }
        relations
    }

    fn objects(&mut self, entry: &Entry, relation: &Relation, by: Option<&str>) -> DesiredRelation {
        let (list, exactly) = unwrapped(&entry.value);
        self.asks(list.items().len(), exactly, relation.field, entry.key_at);
        let mut edges = Vec::new();
        for item in list.items() {
            let far = self.item(item, by, entry.key_at, relation);
            edges.extend(far.map(|far| DesiredEdge {
                key: vec![far.key],
                to: far.to,
                label: far.label,
            }));
        }
        DesiredRelation {
            exactly,
            edges,
            ..DesiredRelation::default()
        }
    }

    /// The object that an item names, alone or as its member `by`.
    fn item(&mut self, item: &Node, by: Option<&str>, key: At, relation: &Relation) -> Option<Far> {
        let named = by.and_then(|by| item.get(by)).unwrap_or(item);
        let at = if named.at.length == 0 { key } else { named.at };
        self.far(named, at, relation.to)
    }

    /// What the items of `around` carry; none if none of them says anything of it.
    fn carried(
        &mut self,
        entry: &Entry,
        around: &Relation,
        relation: &Relation,
    ) -> Option<DesiredRelation> {
        let EdgeShape::Items { by } = around.shape else {
            return None;
        };
        let member = relation.field.rsplit('.').next().unwrap_or_default();
        let mut desired = DesiredRelation::default();
        let mut said = false;
        for item in unwrapped(&entry.value).0.items() {
            let Some(holds) = item.entry(member) else {
                continue;
            };
            said = true;
            let (list, exactly) = unwrapped(&holds.value);
            self.asks(list.items().len(), exactly, relation.field, holds.key_at);
            let Some(owner) = self.item(item, Some(by), holds.key_at, around) else {
                continue;
            };
            if exactly {
                desired.exactly_items.push(owner.key.clone());
            }
            for one in list.items() {
                let far = self.item(one, None, holds.key_at, relation);
                desired.edges.extend(far.map(|far| DesiredEdge {
                    key: vec![owner.key.clone(), far.key],
                    to: far.to,
                    label: format!("{} {}", owner.label, far.label),
                }));
            }
        }
        said.then_some(desired)
    }

    fn words(&mut self, entry: &Entry, relation: &Relation) -> DesiredRelation {
        let (list, exactly) = unwrapped(&entry.value);
        self.asks(list.items().len(), exactly, relation.field, entry.key_at);
        let words = list.items().iter().filter_map(Node::text);
        let edges = words.map(|word| DesiredEdge {
            key: vec![Value::text(word)],
            to: None,
            label: word.to_owned(),
        });
        DesiredRelation {
            exactly,
            edges: edges.collect(),
            ..DesiredRelation::default()
        }
    }

    fn pairs(
        &mut self,
        entry: &Entry,
        relation: &Relation,
        (who, what): (&str, &str),
    ) -> DesiredRelation {
        let (list, exactly) = unwrapped(&entry.value);
        self.asks(list.items().len(), exactly, relation.field, entry.key_at);
        let edges = list.items().iter().filter_map(|item| {
            let who = item.get(who)?.text()?.to_lowercase();
            let what = item.get(what)?.text()?;
            Some(DesiredEdge {
                label: format!("{who} {what}"),
                key: vec![Value::Text(who), Value::text(what)],
                to: None,
            })
        });
        DesiredRelation {
            exactly,
            edges: edges.collect(),
            ..DesiredRelation::default()
        }
    }

    fn actions(&mut self, entry: &Entry) -> DesiredRelation {
        let (map, exactly) = unwrapped(&entry.value);
        self.asks(map.entries().len(), exactly, &entry.key, entry.key_at);
        let mut relation = DesiredRelation {
            exactly,
            ..DesiredRelation::default()
        };
        for Entry { key, key_at, value } in map.entries() {
            let (words, exact) = unwrapped(value);
            if exact {
                relation.exactly_items.push(Value::text(&**key));
            }
            self.asks(words.items().len(), exact || exactly, key, *key_at);
            let words = words.items().iter().filter_map(Node::text);
            relation.edges.extend(words.map(|word| DesiredEdge {
                key: vec![Value::text(&**key), Value::text(word)],
                to: None,
                label: format!("{key} {word}"),
            }));
        }
        relation
    }

    /// Warns of a plain list without items: it asks for nothing, and reads as if it did.
    pub(super) fn asks(&mut self, count: usize, exactly: bool, field: &str, at: At) {
        if count > 0 || exactly {
            return;
        }
        let message = self.report.of(&format!("asks for nothing in `{field}`"));
        self.report
            .warning(NOTHING, message)
            .at(at, "the same as leaving it out")
            .hint(format!(
                "leave out `{field}`; for none at all, write `{field}: {{exactly: []}}`"
            ));
    }

    fn once(&mut self, relation: &DesiredRelation, field: &str, at: At) {
        let mut labels = BTreeSet::new();
        for edge in &relation.edges {
            if !labels.insert(&edge.label) {
                let message = self
                    .report
                    .of(&format!("lists `{}` twice in `{field}`", edge.label));
                self.report
                    .warning(LISTED_TWICE, message)
                    .at(at, "in this list")
                    .hint("keep one of the two");
            }
        }
    }
}

/// The entry at a dotted path.
pub(super) fn entry<'n>(spec: &'n Node, path: &str) -> Option<&'n Entry> {
    match path.rsplit_once('.') {
        Some((parent, last)) => spec.dotted(parent)?.entry(last),
        None => spec.entry(path),
    }
}

/// What is inside an `exactly`, and whether there was one.
pub(super) fn unwrapped(node: &Node) -> (&Node, bool) {
    match marker::exactly(node) {
        Some(inner) => (inner, true),
        None => (node, false),
    }
}

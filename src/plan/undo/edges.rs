//! The edges of an object as they were: those that were ours, and those that others had made and the
//! run took away.

use std::collections::BTreeMap;

use super::super::plan::{Action, PlannedEdge, known_key};
use super::Was;
use super::image::Image;
use crate::base::Value;
use crate::kind::{Descriptor, EdgeKey};
use crate::manifest::{DesiredEdge, DesiredRelation};
use crate::state::{Entry, OwnedEdge};

impl Was<'_> {
    /// What was ours and there.
    pub(super) fn relations(
        &self,
        kind: &'static Descriptor,
        image: &Image,
    ) -> BTreeMap<&'static str, DesiredRelation> {
        let mut relations = BTreeMap::new();
        for (field, edges) in image.entry.iter().flat_map(|entry| &entry.edges) {
            let Some(relation) = kind.relation(field) else {
                continue;
            };
            let there = edges.iter().filter(|edge| !was_given(image, field, edge));
            let edges = there.filter_map(|edge| {
                let words = edge.key.iter().map(|word| Value::text(word.as_str()));
                self.edge(image, words.collect(), edge.to.clone(), &edge.label)
            });
            let desired = DesiredRelation {
                edges: edges.collect(),
                ..DesiredRelation::default()
            };
            relations.insert(relation.field, desired);
        }
        relations
    }

    /// What others had made.
    pub(super) fn others_edges(
        &self,
        kind: &'static Descriptor,
        image: &Image,
    ) -> BTreeMap<&'static str, Vec<DesiredEdge>> {
        let mut others = BTreeMap::new();
        for (field, edges) in &image.revoked {
            let Some(relation) = kind.relation(field) else {
                continue;
            };
            let taken = edges.iter().filter(|edge| !was_ours(image, field, edge));
            let taken = taken.filter_map(|edge| {
                self.edge(image, edge.key.clone(), edge.to.clone(), &edge.label)
            });
            others.insert(relation.field, taken.collect::<Vec<_>>());
        }
        others.retain(|_, edges| !edges.is_empty());
        others
    }

    /// An edge, unless its other end cannot be had back.
    fn edge(
        &self,
        image: &Image,
        key: Vec<Value>,
        to: Option<crate::base::Address>,
        label: &str,
    ) -> Option<DesiredEdge> {
        if to.as_ref().is_some_and(|to| self.never.contains_key(to)) {
            return None;
        }
        let mut depends_on = image
            .entry
            .as_ref()
            .map(|entry| entry.depends_on.clone())
            .unwrap_or_default();
        depends_on.extend(to.clone());
        let key = self.symbols.put_in(Value::List(key), Some(&depends_on));
        Some(DesiredEdge {
            key: key.as_list().unwrap_or_default().to_vec(),
            to,
            label: label.to_owned(),
        })
    }
}

/// Whether the run added an edge that was ours already: it was not there, unless its object was
/// another one.
fn was_given(image: &Image, field: &str, edge: &OwnedEdge) -> bool {
    if image.action == Some(Action::Replace) {
        return false;
    }
    let given = image.granted.get(field).into_iter().flatten();
    let mut keys = given.filter_map(|edge| known_key(&edge.key));
    keys.any(|key| key == edge.key)
}

fn was_ours(image: &Image, field: &str, edge: &PlannedEdge) -> bool {
    let key = known_key(&edge.key);
    let entry = image.entry.as_ref();
    let ours = entry.and_then(|entry| entry.edges.get(field));
    ours.into_iter()
        .flatten()
        .any(|ours| Some(&ours.key) == key.as_ref())
}

/// Makes the edges of `entry` those that go unless they are to stay: ours before the run, and those
/// that the run made, for us or for others. What it only wrote down was there, and stays.
pub(super) fn only_ours_and_made(entry: &mut Entry, image: &Image) {
    let before = image.entry.as_ref();
    for (field, edges) in &mut entry.edges {
        let given: Vec<&PlannedEdge> = image.granted.get(field).into_iter().flatten().collect();
        let ours = before.and_then(|before| before.edges.get(field));
        let ours: Vec<&EdgeKey> = ours.into_iter().flatten().map(|edge| &edge.key).collect();
        edges.retain(|edge| ours.contains(&&edge.key) || given.iter().any(|given| is(given, edge)));
    }
    for (field, given) in &image.granted {
        let edges = entry.edges.entry(field.clone()).or_default();
        for edge in given {
            let key = known_key(&edge.key).filter(|key| edges.iter().all(|had| had.key != *key));
            edges.extend(key.map(|key| OwnedEdge {
                key,
                to: edge.to.clone(),
                label: edge.label.clone(),
            }));
        }
    }
    entry.edges.retain(|_, edges| !edges.is_empty());
}

/// Whether a planned edge is the one that was made; what was not known then goes by its label.
fn is(planned: &PlannedEdge, made: &OwnedEdge) -> bool {
    match known_key(&planned.key) {
        Some(key) => key == made.key,
        None => (&planned.to, &planned.label) == (&made.to, &made.label),
    }
}

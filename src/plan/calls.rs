//! Which calls a step takes: what apply goes by, and how many write requests a plan foresees.
//!
//! Pure. What is sent again because an answer was lost is not foreseen.

use std::collections::BTreeSet;
use std::ops::Add;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::{Action, PlannedEdge, Step};
use crate::base::{FieldPath, Value};
use crate::kind::{Attach, Descriptor, EdgeKey, EdgeShape, Own, Policy, Quirk, Relation};
use crate::rest::request;

/// The most edges in one call that takes many: far below the servers' limits of a body.
const BATCH: usize = 500;

/// The most edges that are written before it is kept that they were, where each is a call.
const ONE_BY_ONE: usize = 32;

/// How many write requests something takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Writes {
    /// At least.
    pub least: u64,
    /// At most: more than `least` where the live object is known only when its target is there, or
    /// where it depends on the object whether it can be deleted.
    pub most: u64,
}

impl Writes {
    const fn exactly(n: u64) -> Self {
        Self { least: n, most: n }
    }
}

impl Add for Writes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            least: self.least + other.least,
            most: self.most + other.most,
        }
    }
}

impl std::iter::Sum for Writes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// The write requests that a step of that kind takes.
pub fn foreseen(kind: &Descriptor, step: &Step) -> Writes {
    let body = match (step.action, &step.id) {
        (Action::Create, _) => created(kind, &step.object),
        (Action::Replace, _) => created(kind, &step.object) + deleted(kind),
        (Action::Update | Action::Adopt, None) => Writes {
            least: 0,
            most: sent(kind, &step.desired, &step.send),
        },
        (Action::Update | Action::Adopt, Some(_)) => {
            Writes::exactly(sent(kind, &step.object, &step.send))
        }
        (Action::Delete, _) => deleted(kind),
        (Action::Forget, _) => Writes::default(),
    };
    let grants = step.grants.iter();
    let granted = grants.map(|(field, edges)| added(kind.relation(field), edges));
    let revokes = step.revokes.values().map(|edges| count(edges.len()));
    let edges: u64 = granted.chain(revokes).sum();
    let least = body.least + edges;
    let spared = superseded(kind, step) + listed(kind, step);
    Writes {
        least: least.saturating_sub(spared),
        most: body.most + edges,
    }
}

/// The edges that go without a call of their own: somebody becomes another thing by one call, or
/// by two, as they are there in one way or another.
fn superseded(kind: &Descriptor, step: &Step) -> u64 {
    let mut spared = 0;
    for (field, edges) in &step.revokes {
        let shape = kind.relation(field).map(|relation| relation.shape);
        let granted = step.grants.get(field).map_or(&[][..], Vec::as_slice);
        if let Some(EdgeShape::Pairs { .. }) = shape {
            let is_granted = |edge: &&PlannedEdge| {
                let mut granted = granted.iter();
                granted.any(|other| other.key.first() == edge.key.first())
            };
            spared += count(edges.iter().filter(is_granted).count());
        }
    }
    spared
}

/// The fields that share their call with other steps.
fn listed(kind: &Descriptor, step: &Step) -> u64 {
    let fields = match step.action {
        Action::Create | Action::Replace => later_fields(kind, &step.object),
        _ => step.send.clone(),
    };
    let is_listed = |field: &&String| {
        let path = FieldPath::field(field);
        kind.has(&path, |policy| matches!(policy, Policy::Listed { .. }))
    };
    count(fields.iter().filter(is_listed).count())
}

fn created(kind: &Descriptor, object: &Value) -> Writes {
    let renamed = u64::from(kind.is(Quirk::MarkedCreation));
    let (again, mut later) = (fields_again(kind, object), later_fields(kind, object));
    let follow = if again.is_empty() {
        count(later.len())
    } else {
        later.extend(again);
        sent(kind, object, &later)
    };
    Writes::exactly(1 + renamed + follow)
}

fn deleted(kind: &Descriptor) -> Writes {
    Writes {
        least: 1,
        most: 1 + u64::from(kind.route.emptied_on.is_some()),
    }
}

/// The calls that set `fields`: one for those that share the update call, one for each other.
fn sent(kind: &Descriptor, object: &Value, fields: &[String]) -> u64 {
    let apart = fields.iter().filter(|field| own(kind, field).is_some());
    let shared = request::sends_update(kind, object, fields);
    let apart: BTreeSet<_> = apart.collect();
    count(apart.len()) + u64::from(shared)
}

fn added(relation: Option<&Relation>, edges: &[PlannedEdge]) -> u64 {
    let Some(relation) = relation else { return 0 };
    // What is not known yet is one word, whichever.
    let word = |word: &Value| match word {
        Value::Text(text) => text.clone(),
        other => other.to_tagged().to_string(),
    };
    let keys: Vec<EdgeKey> = edges
        .iter()
        .map(|edge| edge.key.iter().map(word).collect())
        .collect();
    if !relation.attach.body.takes_many() {
        return count(keys.len());
    }
    let chunks = keys.chunks(at_once(&relation.attach, Adds::Yes));
    chunks
        .map(|keys| count(request::batches(&relation.attach, keys).len()))
        .sum()
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Whether edges are added by a call, or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adds {
    /// Added.
    Yes,
    /// Taken away.
    No,
}

/// How many edges are handed to a writer at once.
pub fn at_once(attach: &Attach, adds: Adds) -> usize {
    if adds == Adds::Yes && attach.body.takes_many() {
        BATCH
    } else {
        ONE_BY_ONE
    }
}

/// The route of its own that a field has.
pub fn own(kind: &Descriptor, field: &str) -> Option<&'static Own> {
    kind.route.own.iter().find(|own| own.field == field)
}

/// The fields that are set after the create call, each by its own route.
pub fn later_fields(kind: &Descriptor, object: &Value) -> Vec<String> {
    let later = kind.route.own.iter().filter(|own| !own.in_create);
    later
        .map(|own| own.field.to_owned())
        .filter(|field| object.get(field).is_some())
        .collect()
}

/// The fields that the create call does not take whole, though they have no routes of their own.
pub fn fields_again(kind: &Descriptor, object: &Value) -> Vec<String> {
    let ignored = kind.fields.iter().filter(|field| {
        let is_ignored = matches!(field.policy, Policy::NotInCreate);
        is_ignored && object.at(&FieldPath::dotted(field.path)).is_some()
    });
    let tops: BTreeSet<_> = ignored
        .filter_map(|field| FieldPath::dotted(field.path).top().map(str::to_owned))
        .collect();
    tops.into_iter().collect()
}

//! What is kept of each step: the entry in the snapshot, secrets as fingerprints, edges as they
//! are granted and revoked.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::failure::Failure;
use super::ledger::{Change, Done, IntentId};
use crate::base::lock::lock;
use crate::base::{Address, FieldPath, Hidden, Secret, Value};
use crate::kind::EdgeKey;
use crate::kind::secrets::concealed;
use crate::plan::plan::known_key;
use crate::plan::records::{self, Ownership};
use crate::plan::{Action, Part, PlannedEdge, ReplaceOrder, Step};
use crate::state::{Entry, OwnedEdge};

/// What there is to keep of a body.
pub(super) struct Body<'a> {
    /// The server's id.
    pub(super) id: &'a str,
    /// The desired body, references resolved, secrets with their texts where they were needed.
    pub(super) desired: &'a Value,
    /// The object as the server has it, as far as that is known.
    pub(super) live: &'a Value,
    /// The top-level fields that were not sent after all: what was kept of them stays.
    pub(super) unsent: BTreeSet<String>,
}

/// How an outcome is journaled.
#[derive(Default)]
pub(super) struct Closing {
    /// The intent that it answers.
    pub(super) intent: Option<IntentId>,
    /// Whether the intent stays open.
    pub(super) unfinished: bool,
    /// What the server showed this once.
    pub(super) shown: BTreeMap<String, Secret>,
}

impl Context {
    /// Keeps what a body is now.
    pub(super) async fn record_body(
        &self,
        step: &Step,
        body: Body<'_>,
        closing: Closing,
    ) -> Result<(), Failure> {
        let kind = self.kind_of_step(step)?;
        let _turn = self.turn_to_keep(&step.address).await;
        let before = self.entry(step);
        let prior = &before.written;
        let mut written = self.hide(&step.address, body.desired, prior);
        if let Value::Map(fields) = &mut written {
            for field in &body.unsent {
                match prior.get(field) {
                    Some(kept) => drop(fields.insert(field.clone(), kept.clone())),
                    None => drop(fields.remove(field)),
                }
            }
        }
        let ownership = Ownership {
            home: step.home.as_ref(),
            depends_on: &step.depends_on,
            labels: &step.labels,
            protect: step.protect,
            retain: step.retain,
            owned: step.owned,
            edges: &BTreeMap::new(),
        };
        let key = self.ledger.fingerprints();
        let live = concealed(kind, &step.address, body.live, &[&written], Some(&key));
        let mut entry = records::entry(kind, body.id, &written, &live, &ownership);
        entry.edges = before.edges;
        self.keep(step, Part::Body, entry, closing).await
    }

    /// Keeps one field that was sent after the others, of which no answer tells.
    pub(super) async fn record_field(
        &self,
        step: &Step,
        field: &str,
        value: Value,
    ) -> Result<(), Failure> {
        let _turn = self.turn_to_keep(&step.address).await;
        let mut entry = self.entry(step);
        for kept in [&mut entry.written, &mut entry.observed] {
            if let Value::Map(fields) = kept {
                fields.insert(field.to_owned(), value.clone());
            }
        }
        self.keep(step, Part::Body, entry, Closing::default()).await
    }

    /// Keeps edges that were added.
    pub(super) async fn record_granted(
        &self,
        step: &Step,
        field: &str,
        granted: &[(EdgeKey, &PlannedEdge)],
    ) -> Result<(), Failure> {
        // What was put back for others is not ours.
        let ours = step
            .owned_edges
            .get(field)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let granted = granted.iter().filter(|(_, edge)| ours.contains(edge));
        let granted: Vec<_> = granted.collect();
        if granted.is_empty() {
            return Ok(());
        }
        let _turn = self.turn_to_keep(&step.address).await;
        let mut entry = self.entry(step);
        let edges = entry.edges.entry(field.to_owned()).or_default();
        for (key, edge) in granted {
            edges.retain(|kept| kept.key != *key);
            edges.push(owned(key.clone(), edge));
        }
        let listed = step.owned_edges.get(field).into_iter().flatten();
        let places: Vec<_> = listed.map(|edge| (&edge.to, &edge.label)).collect();
        let place = |kept: &OwnedEdge| places.iter().position(|at| *at == (&kept.to, &kept.label));
        edges.sort_by_key(|kept| place(kept).unwrap_or(usize::MAX));
        let part = Part::Grant(field.to_owned());
        self.keep(step, part, entry, Closing::default()).await
    }

    /// Keeps that edges were taken away.
    pub(super) async fn record_revoked(
        &self,
        step: &Step,
        field: &str,
        revoked: &[EdgeKey],
    ) -> Result<(), Failure> {
        let _turn = self.turn_to_keep(&step.address).await;
        let mut entry = self.entry(step);
        if let Some(edges) = entry.edges.get_mut(field) {
            edges.retain(|kept| !revoked.contains(&kept.key));
            if edges.is_empty() {
                entry.edges.remove(field);
            }
        }
        let part = Part::Revoke(field.to_owned());
        self.keep(step, part, entry, Closing::default()).await
    }

    /// The entry that an intent foresees.
    pub(super) fn intended(&self, step: &Step, desired: &Value) -> Box<Entry> {
        let mut entry = self.entry(step);
        entry.written = self.hide(&step.address, desired, &Value::Null);
        entry.observed = Value::Null;
        entry.id.clear();
        Box::new(entry)
    }

    /// Keeps that an object is ours no longer.
    pub(super) async fn record_gone(
        &self,
        step: &Step,
        part: Part,
        intent: Option<IntentId>,
    ) -> Result<(), Failure> {
        let id = step.id.clone().unwrap_or_default();
        // The new object has taken the old one's place in the state, and a child's id may be the
        // same in its new parent.
        if step.replace_order == Some(ReplaceOrder::CreateFirst) {
            return self.record_nothing(step, part, intent).await;
        }
        self.forget_entry(&step.address, &id);
        let closing = Closing {
            intent,
            ..Closing::default()
        };
        self.outcome(step, part, Change::Gone { id }, closing).await
    }

    fn forget_entry(&self, address: &Address, id: &str) {
        let mut entries = lock(&self.entries);
        if entries.get(address).is_some_and(|entry| entry.id == id) {
            entries.remove(address);
        }
    }

    /// Ends an intent of which nothing came.
    pub(super) async fn record_nothing(
        &self,
        step: &Step,
        part: Part,
        intent: Option<IntentId>,
    ) -> Result<(), Failure> {
        let closing = Closing {
            intent,
            ..Closing::default()
        };
        self.outcome(step, part, Change::Nothing, closing).await
    }

    async fn keep(
        &self,
        step: &Step,
        part: Part,
        entry: Entry,
        closing: Closing,
    ) -> Result<(), Failure> {
        let before = lock(&self.entries).insert(step.address.clone(), entry.clone());
        if closing.intent.is_none() && before.as_ref() == Some(&entry) {
            return Ok(());
        }
        let change = if is_kept(step) {
            Change::Keep(Box::new(entry))
        } else {
            Change::Nothing
        };
        self.outcome(step, part, change, closing).await
    }

    async fn outcome(
        &self,
        step: &Step,
        part: Part,
        change: Change,
        closing: Closing,
    ) -> Result<(), Failure> {
        let done = Done {
            address: step.address.clone(),
            part,
            intent: closing.intent,
            unfinished: closing.unfinished,
            change,
            sealed: closing.shown,
        };
        self.ledger.outcome(done).await.map_err(Failure::fatal)
    }

    /// The entry of a step as it stands: what this run has kept of it, else what earlier ones
    /// have, else a new one.
    pub(super) fn entry(&self, step: &Step) -> Entry {
        if let Some(entry) = lock(&self.entries).get(&step.address) {
            return entry.clone();
        }
        let prior = self.ledger.entry(&step.address);
        let is_leaving = matches!(step.action, Action::Delete | Action::Forget);
        if let (Some(prior), true) = (&prior, is_leaving) {
            return prior.clone();
        }
        let is_new = matches!(step.action, Action::Create | Action::Replace);
        let prior = prior.filter(|_| !is_new);
        Entry {
            api_version: step.api_version.clone(),
            home: step.home.clone(),
            id: step.id.clone().unwrap_or_default(),
            edges: edges_before(step, prior.as_ref()),
            written: prior
                .as_ref()
                .map(|p| p.written.clone())
                .unwrap_or_default(),
            observed: prior.map(|prior| prior.observed).unwrap_or_default(),
            depends_on: step.depends_on.clone(),
            labels: step.labels.clone(),
            protect: step.protect,
            retain: step.retain,
            owned: step.owned,
        }
    }

    /// `value` with the texts of its secrets replaced by fingerprints. One whose text is not
    /// known keeps the fingerprint that was kept before.
    pub(super) fn hide(&self, address: &Address, value: &Value, prior: &Value) -> Value {
        let key = self.ledger.fingerprints();
        let hidden = value
            .clone()
            .try_map_leaves(&FieldPath::root(), &mut |path, leaf| {
                let Value::Secret(hidden) = leaf else {
                    return Ok::<_, std::convert::Infallible>(leaf);
                };
                let before = match prior.at(path) {
                    Some(Value::Secret(before)) => before.fingerprint,
                    _ => None,
                };
                let taken = hidden
                    .text
                    .as_ref()
                    .map(|text| key.fingerprint(address, path, text));
                Ok(Value::Secret(Hidden {
                    source: hidden.source,
                    fingerprint: taken.or(hidden.fingerprint).or(before),
                    text: None,
                }))
            });
        hidden.unwrap_or_default()
    }
}

/// What is made as needed leaves no entry: nobody declared it, so nobody can take it away.
fn is_kept(step: &Step) -> bool {
    step.owned || step.action != Action::Create
}

/// The edges that are owned before any of this step's are granted or revoked: those kept that are
/// still meant, and those that were there already.
fn edges_before(step: &Step, prior: Option<&Entry>) -> BTreeMap<String, Vec<OwnedEdge>> {
    let mut all = BTreeMap::new();
    let none = BTreeMap::new();
    let kept = prior.map_or(&none, |prior| &prior.edges);
    let fields: BTreeSet<_> = kept.keys().chain(step.owned_edges.keys()).collect();
    for field in fields {
        let revoked = keys(step.revokes.get(field));
        let granted = keys(step.grants.get(field));
        let there = step.owned_edges.get(field).into_iter().flatten();
        let mut edges: Vec<_> = there
            .filter_map(|edge| Some(owned(known_key(&edge.key)?, edge)))
            .filter(|edge| !granted.contains(&edge.key))
            .collect();
        let leaving = kept.get(field).into_iter().flatten();
        edges.extend(leaving.filter(|edge| revoked.contains(&edge.key)).cloned());
        if !edges.is_empty() {
            all.insert(field.clone(), edges);
        }
    }
    all
}

fn keys(edges: Option<&Vec<PlannedEdge>>) -> BTreeSet<EdgeKey> {
    let edges = edges.into_iter().flatten();
    edges.filter_map(|edge| known_key(&edge.key)).collect()
}

fn owned(key: EdgeKey, edge: &PlannedEdge) -> OwnedEdge {
    OwnedEdge {
        key,
        to: edge.to.clone(),
        label: edge.label.clone(),
    }
}

//! Grants and revokes the edges of one relation of one step, in the descriptor's batches.

use super::context::Context;
use super::failure::{Failure, INTERNAL, call_failed};
use super::step::home_of;
use super::targets::Session;
use super::verify::Changed;
use crate::base::lock::lock;
use crate::base::{Diagnostic, Value};
use crate::kind::{EdgeCall, EdgeKey, Relation};
use crate::plan::calls::{Adds, at_once};
use crate::plan::{PlannedEdge, Step};

/// Whether edges are added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Grant,
    Revoke,
}

impl Context {
    /// Adds the step's edges of `field`.
    pub(super) async fn grant(&self, number: usize, field: &str) -> Result<(), Failure> {
        let step = self.step(number);
        let planned = step
            .grants
            .get(field)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut edges = Vec::new();
        for edge in planned {
            edges.push((self.edge_key(step, edge).await?, edge));
        }
        let keys: Vec<_> = edges.iter().map(|(key, _)| key.clone()).collect();
        let (changed, result) = self.change(number, field, &keys, Way::Grant).await;
        edges.retain(|(key, _)| changed.contains(key));
        if !edges.is_empty() {
            self.record_granted(step, field, &edges).await?;
        }
        result
    }

    /// Takes the step's edges of `field` away.
    pub(super) async fn revoke(&self, number: usize, field: &str) -> Result<(), Failure> {
        let step = self.step(number);
        let keys = self.keys(step, step.revokes.get(field)).await?;
        let (changed, result) = self.change(number, field, &keys, Way::Revoke).await;
        if !changed.is_empty() {
            self.record_revoked(step, field, &changed).await?;
        }
        result
    }

    /// Calls batch by batch. Returns the edges that were changed, and how it ended.
    async fn change(
        &self,
        number: usize,
        field: &str,
        keys: &[EdgeKey],
        way: Way,
    ) -> (Vec<EdgeKey>, Result<(), Failure>) {
        let mut changed = Vec::new();
        let result = self
            .call_batches(number, field, keys, way, &mut changed)
            .await;
        (changed, result)
    }

    async fn call_batches(
        &self,
        number: usize,
        field: &str,
        keys: &[EdgeKey],
        way: Way,
        changed: &mut Vec<EdgeKey>,
    ) -> Result<(), Failure> {
        let step = self.step(number);
        let kind = self.kind_of_step(step)?;
        let relation = kind.relation(field);
        let relation = relation.ok_or_else(|| no_relation(step, field))?;
        let home = home_of(step)?;
        let made = self.known(&step.address);
        let owner = made.map(|made| made.id).or_else(|| step.id.clone());
        let owner = owner.ok_or_else(|| no_owner(step, field))?;
        let live = self.keys(step, step.revokes.get(field)).await?;
        let session = self.session(home).await?;
        let mut result = Ok(());
        for edges in keys.chunks(size(relation, way)) {
            let call = EdgeCall {
                kind,
                relation,
                owner: &owner,
                edges,
                live: &live,
            };
            result = call_one(&session, step, &call, way).await;
            if result.is_err() {
                break;
            }
            changed.extend_from_slice(edges);
        }
        let (added, removed) = match way {
            Way::Grant => (changed.clone(), Vec::new()),
            Way::Revoke => (Vec::new(), changed.clone()),
        };
        if !changed.is_empty() {
            let changed = Changed {
                step: number,
                kind,
                owner,
                added,
                removed,
            };
            lock(&self.unverified).edges(home, relation.field, changed);
        }
        result
    }

    async fn keys(
        &self,
        step: &Step,
        planned: Option<&Vec<PlannedEdge>>,
    ) -> Result<Vec<EdgeKey>, Failure> {
        let mut keys = Vec::new();
        for edge in planned.into_iter().flatten() {
            keys.push(self.edge_key(step, edge).await?);
        }
        Ok(keys)
    }

    async fn edge_key(&self, step: &Step, edge: &PlannedEdge) -> Result<EdgeKey, Failure> {
        let known = self
            .resolve(&step.address, Value::List(edge.key.clone()))
            .await?;
        let words = known.value().as_list().unwrap_or_default().iter();
        let words: Option<EdgeKey> = words
            .map(|word| word.as_text().map(str::to_owned))
            .collect();
        words.ok_or_else(|| no_relation(step, &edge.label).into())
    }
}

fn size(relation: &Relation, way: Way) -> usize {
    match way {
        Way::Grant => at_once(&relation.attach, Adds::Yes),
        Way::Revoke => at_once(&relation.detach, Adds::No),
    }
}

async fn call_one(
    session: &Session,
    step: &Step,
    call: &EdgeCall<'_>,
    way: Way,
) -> Result<(), Failure> {
    let (verb, result) = match way {
        Way::Grant => ("add", session.writer.attach(call).await),
        Way::Revoke => ("take away", session.writer.detach(call).await),
    };
    let verb = format!("{verb} `{}` of", call.relation.field);
    result.map_err(|error| call_failed(&verb, &step.address, &error).into())
}

fn no_relation(step: &Step, field: &str) -> Diagnostic {
    let message = format!(
        "the plan changes `{field}` of `{}`, which is no relation",
        step.address
    );
    Diagnostic::error(INTERNAL, message).about(&step.address)
}

fn no_owner(step: &Step, field: &str) -> Diagnostic {
    let message = format!(
        "`{field}` of `{}` cannot be changed: its id is not known",
        step.address
    );
    Diagnostic::error(INTERNAL, message).about(&step.address)
}

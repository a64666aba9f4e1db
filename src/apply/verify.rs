//! What was written without an answer, read back once everything is written: one list a kind, one
//! reading a relation, never a request for one step alone.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::differing;
use super::context::Context;
use super::failure::{Failure, call_failed};
use super::record::{Body, Closing};
use crate::base::lock::lock;
use crate::base::{Address, Code, Diagnostic, FieldPath, Value};
use crate::kind::{Descriptor, EdgeKey, EdgeQuery, Live, Reader, RemoteError, Wanted};

/// The server has something else than what was written.
pub const SERVER_CHANGED: Code = Code("E0707");
/// What was granted is not there, or what was revoked still is.
pub const EDGE_DIFFERS: Code = Code("E0708");
/// What was written could not be read back.
pub const NOT_VERIFIED: Code = Code("E0709");

/// What was written without an answer.
#[derive(Default)]
pub(super) struct Unverified {
    bodies: BTreeMap<(Address, &'static str), Vec<Written>>,
    edges: BTreeMap<(Address, &'static str, &'static str), Vec<Changed>>,
}

/// A body that was written.
pub(super) struct Written {
    /// The step's place in the plan.
    pub(super) step: usize,
    /// Its kind.
    pub(super) kind: &'static Descriptor,
    /// The object's id.
    pub(super) id: String,
    /// What was desired, references resolved.
    pub(super) desired: Value,
}

/// Edges that were changed.
pub(super) struct Changed {
    /// The step's place in the plan.
    pub(super) step: usize,
    /// The owner's kind.
    pub(super) kind: &'static Descriptor,
    /// The owner's id.
    pub(super) owner: String,
    /// The edges added.
    pub(super) added: Vec<EdgeKey>,
    /// The edges taken away.
    pub(super) removed: Vec<EdgeKey>,
}

impl Unverified {
    /// Keeps a body that was written without an answer.
    pub(super) fn body(&mut self, home: &Address, written: Written) {
        let key = (home.clone(), written.kind.name);
        self.bodies.entry(key).or_default().push(written);
    }

    /// Keeps edges that were changed.
    pub(super) fn edges(&mut self, home: &Address, field: &'static str, changed: Changed) {
        let key = (home.clone(), changed.kind.name, field);
        self.edges.entry(key).or_default().push(changed);
    }

    /// Whether there is nothing to read back.
    pub(super) fn is_empty(&self) -> bool {
        self.bodies.is_empty() && self.edges.is_empty()
    }
}

impl Context {
    /// Reads back what was written without an answer, and warns of what is not as written.
    pub(super) async fn verify(&self) -> Result<(), Failure> {
        let Unverified { bodies, edges } = std::mem::take(&mut *lock(&self.unverified));
        for ((home, _), written) in bodies {
            self.verify_bodies(&home, &written).await?;
        }
        for ((home, _, field), changed) in edges {
            self.verify_edges(&home, field, &changed).await;
        }
        Ok(())
    }

    async fn verify_bodies(&self, home: &Address, written: &[Written]) -> Result<(), Failure> {
        let Some(kind) = written.first().map(|one| one.kind) else {
            return Ok(());
        };
        let live = match self.session(home).await {
            Ok(session) => read_all(session.reader.as_ref(), kind, written).await,
            Err(error) => {
                self.warn(not_verified(&error));
                return Ok(());
            }
        };
        let live = match live {
            Ok(live) => live,
            Err(error) => {
                let error = call_failed("read back what was written in", home, &error);
                self.warn(not_verified(&error));
                return Ok(());
            }
        };
        for one in written {
            match live.iter().find(|live| one.is(live)) {
                Some(live) => self.compare_body(one, live).await?,
                None => self.warn_gone(&self.step(one.step).address),
            }
        }
        Ok(())
    }

    async fn compare_body(&self, one: &Written, live: &Live) -> Result<(), Failure> {
        let step = self.step(one.step);
        self.warn_changed(
            &step.address,
            &differing(&self.shape(one.kind), one.kind, &one.desired, &live.value),
        );
        let body = Body {
            id: &one.id,
            desired: &one.desired,
            live: &live.value,
            unsent: BTreeSet::new(),
        };
        self.record_body(step, body, Closing::default()).await
    }

    async fn verify_edges(&self, home: &Address, field: &str, changed: &[Changed]) {
        let relation = changed.first().and_then(|one| one.kind.relation(field));
        let Some(relation) = relation else { return };
        let queries: Vec<_> = changed.iter().map(Changed::query).collect();
        let live = match self.session(home).await {
            Ok(session) => session.reader.edges(relation, &queries).await,
            Err(error) => return self.warn(not_verified(&error)),
        };
        let live = match live {
            Ok(live) => live,
            Err(error) => {
                let error = call_failed("read back what was granted in", home, &error);
                return self.warn(not_verified(&error));
            }
        };
        for one in changed {
            let there = live.get(&one.owner).map(Vec::as_slice).unwrap_or_default();
            let address = &self.step(one.step).address;
            for key in one.added.iter().filter(|key| !there.contains(key)) {
                self.warn(edge_differs(
                    address,
                    field,
                    key,
                    "was added and is not there",
                ));
            }
            for key in one.removed.iter().filter(|key| there.contains(key)) {
                self.warn(edge_differs(
                    address,
                    field,
                    key,
                    "was taken away and is there still",
                ));
            }
        }
    }

    /// Warns of fields that the server changed.
    pub(super) fn warn_changed(&self, address: &Address, paths: &[FieldPath]) {
        for path in paths {
            let message = format!("the server changed `{path}` of `{address}`");
            let warning = Diagnostic::warning(SERVER_CHANGED, message)
                .about(address)
                .hint("write what the server made of it, or run `tenantry plan` to see it");
            self.warn(warning);
        }
    }

    fn warn_gone(&self, address: &Address) {
        let message = format!("`{address}` was written and is not in the list read afterwards");
        let warning = Diagnostic::warning(SERVER_CHANGED, message);
        self.warn(
            warning
                .about(address)
                .hint("run `tenantry plan` to see where it stands"),
        );
    }
}

impl Written {
    /// Whether that is the object: a child's id may be unique in its parent only.
    fn is(&self, live: &Live) -> bool {
        let parent = self.kind.route.listed_by();
        live.id == self.id
            && parent.is_none_or(|field| live.value.get(field) == self.desired.get(field))
    }
}

impl Changed {
    fn query(&self) -> EdgeQuery {
        let keys = self.added.iter().chain(&self.removed);
        let items: BTreeSet<_> = keys.filter_map(|key| key.first().cloned()).collect();
        EdgeQuery {
            owner: self.owner.clone(),
            items: Some(items.into_iter().collect()),
            ..EdgeQuery::default()
        }
    }
}

async fn read_all(
    reader: &dyn Reader,
    kind: &'static Descriptor,
    written: &[Written],
) -> Result<Vec<Live>, RemoteError> {
    if let Some(parent_field) = kind.route.listed_by() {
        let parents: BTreeSet<_> = written
            .iter()
            .filter_map(|one| Some(one.desired.get(parent_field)?.as_text()?.to_owned()))
            .collect();
        let parents: Vec<_> = parents.into_iter().collect();
        return reader.list_in(kind, &parents).await;
    }
    let wanted: Vec<_> = written
        .iter()
        .map(|one| Wanted {
            id: Some(one.id.clone()),
            key: BTreeMap::new(),
        })
        .collect();
    reader.list(kind, &wanted).await
}

fn not_verified(error: &Diagnostic) -> Diagnostic {
    let message = format!("what was written could not be read back: {}", error.message);
    Diagnostic::warning(NOT_VERIFIED, message).hint("run `tenantry plan` to see where it stands")
}

fn edge_differs(address: &Address, field: &str, key: &EdgeKey, what: &str) -> Diagnostic {
    let message = format!("`{}` in `{field}` of `{address}` {what}", key.join(" "));
    Diagnostic::warning(EDGE_DIFFERS, message)
        .about(address)
        .hint("run `tenantry plan` to see where it stands")
}

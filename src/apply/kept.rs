//! The state whose lock we hold, as apply's [`Ledger`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::ledger::{Change, Done, End, Intent, IntentId, Journaled, Ledger, OpenIntent};
use super::parent::same_parent;
use crate::base::lock::lock;
use crate::base::{Address, Diagnostic, FingerprintKey, Secret};
use crate::kind::Catalog;
use crate::plan::Part;
use crate::plan::undo::Images;
use crate::state::{self, Act, CallKind, Effect, Entry, Seq, Settled, Snapshot, State};

/// A ledger that is a [`State`].
pub struct Kept {
    state: Arc<State>,
    catalog: Catalog,
    /// The pre-image of this run, and the record before it.
    undo: Mutex<Option<(Seq, Images)>>,
}

impl Kept {
    /// The ledger of `state`.
    pub fn new(state: Arc<State>, catalog: Catalog) -> Self {
        Self {
            state,
            catalog,
            undo: Mutex::default(),
        }
    }

    /// The pre-image of the run before this one, if that did not get to its end and this one goes
    /// on with it.
    fn unended(&self, run: Seq, images: &Images) -> Option<Images> {
        let last = self.state.last_undo()?;
        let read = Images::from_json("of the last run", &last.bytes);
        let read = read
            .inspect_err(|no| tracing::warn!("{}", no.message))
            .ok()?;
        let goes_on = !read.ended && read.lineage == images.lineage && read.undoes == images.undoes;
        (goes_on && last.run != run).then_some(read)
    }

    /// The id at `address` before an intent: of a replacement, the old object's. What is in another
    /// parent goes with that.
    fn known_ids(&self, address: &Address, intended: &Entry) -> Vec<String> {
        let there = self.entry(address);
        let there = there.filter(|old| is_beside(self.catalog, address, old, intended));
        there.map(|entry| entry.id).into_iter().collect()
    }

    /// The call that an outcome answers, where what came of it does not tell.
    fn begun(&self, done: &Done) -> Option<CallKind> {
        let IntentId(seq) = done.intent?;
        let mut open = self.state.open_intents().into_iter();
        let call = open.find(|open| open.seq == Seq(seq))?.act.call;
        (call == CallKind::Subscribe).then_some(call)
    }
}

/// The open intents of a state, as apply sees them. What an answer told is in the snapshot
/// already, under an id that was not known before.
pub fn open_intents(
    open: Vec<state::OpenIntent>,
    snapshot: &Snapshot,
    catalog: Catalog,
) -> Vec<OpenIntent> {
    let open = open.into_iter();
    open.filter_map(|open| open_intent(open, snapshot, catalog))
        .collect()
}

fn open_intent(
    open: state::OpenIntent,
    snapshot: &Snapshot,
    catalog: Catalog,
) -> Option<OpenIntent> {
    let call = match open.act.call {
        CallKind::Create => Journaled::Create,
        CallKind::Delete => Journaled::Delete,
        CallKind::Subscribe => Journaled::Subscribe,
        _ => return None,
    };
    let intended = open.intent.entry?;
    let address = &open.act.address;
    let entry = snapshot.resources.get(address);
    let entry = entry.filter(|entry| is_beside(catalog, address, entry, &intended));
    let created = entry
        .map(|entry| entry.id.clone())
        .filter(|id| call == Journaled::Create && !open.intent.known_ids.contains(id));
    Some(OpenIntent {
        id: IntentId(open.seq.0),
        at: open.at,
        intent: Intent {
            address: open.act.address,
            part: planned(open.act.part),
            call,
            id: open.intent.id,
            entry: intended,
            marker: open.intent.marker,
            account: open.intent.account,
            key: open.intent.idempotency_key,
        },
        created,
        known_ids: open.intent.known_ids,
    })
}

/// Whether both are in one parent, where their kind has parents.
fn is_beside(catalog: Catalog, address: &Address, one: &Entry, other: &Entry) -> bool {
    let kind = catalog.stored(&other.api_version, address.kind());
    kind.is_none_or(|kind| same_parent(kind, &one.written, &other.written))
}

fn planned(part: state::Part) -> Part {
    match part {
        state::Part::Body => Part::Body,
        state::Part::Grant(field) => Part::Grant(field),
        state::Part::Revoke(field) => Part::Revoke(field),
        state::Part::Delete => Part::Delete,
    }
}

/// The record's part; a node that only orders sends nothing and is never recorded.
fn recorded(part: Part) -> state::Part {
    match part {
        Part::Body | Part::Granted | Part::Order(_) => state::Part::Body,
        Part::Grant(field) => state::Part::Grant(field),
        Part::Revoke(field) => state::Part::Revoke(field),
        Part::Delete => state::Part::Delete,
    }
}

/// What was called, by what came of it.
fn called(done: &Done) -> CallKind {
    match (&done.part, &done.change) {
        (_, Change::Moved { .. }) => CallKind::Move,
        (Part::Grant(_), _) => CallKind::Attach,
        (Part::Revoke(_), _) => CallKind::Detach,
        (Part::Delete, _) => CallKind::Delete,
        (Part::Body | Part::Granted | Part::Order(_), Change::Gone { .. }) => CallKind::Forget,
        (Part::Body | Part::Granted | Part::Order(_), _) if done.intent.is_some() => {
            CallKind::Create
        }
        (Part::Body | Part::Granted | Part::Order(_), _) => CallKind::Update,
    }
}

#[async_trait]
impl Ledger for Kept {
    async fn intent(&self, intent: Intent) -> Result<IntentId, Diagnostic> {
        let Intent {
            address,
            part,
            call,
            id,
            entry,
            marker,
            account,
            key,
        } = intent;
        let known_ids = self.known_ids(&address, &entry);
        let call = match call {
            Journaled::Create => CallKind::Create,
            Journaled::Delete => CallKind::Delete,
            Journaled::Subscribe => CallKind::Subscribe,
        };
        let act = Act {
            address,
            part: recorded(part),
            call,
        };
        let intent = state::Intent {
            id,
            known_ids,
            marker,
            account,
            idempotency_key: key,
            entry: Some(entry),
        };
        let seq = self
            .state
            .intent(act, intent)
            .await
            .map_err(Diagnostic::from)?;
        Ok(IntentId(seq.0))
    }

    async fn outcome(&self, done: Done) -> Result<(), Diagnostic> {
        let call = self.begun(&done).unwrap_or_else(|| called(&done));
        let Done {
            address,
            part,
            intent,
            unfinished,
            change,
            sealed,
        } = done;
        let effect = match change {
            Change::Keep(entry) => Effect::Owned {
                entry,
                moved_from: None,
            },
            Change::Moved { from, entry } => Effect::Owned {
                entry,
                moved_from: Some(from),
            },
            Change::Gone { id } => Effect::Gone { id },
            Change::Nothing => Effect::Nothing,
        };
        let answers = intent.filter(|_| !unfinished).map(|IntentId(seq)| Seq(seq));
        let settled = Settled {
            secrets: sealed,
            ..Settled::new(answers, effect)
        };
        let act = Act {
            address,
            part: recorded(part),
            call,
        };
        self.state
            .outcome(act, settled)
            .await
            .map_err(Diagnostic::from)
    }

    async fn fence(&self) -> Result<(), Diagnostic> {
        self.state
            .check_still_ours()
            .await
            .map_err(Diagnostic::from)
    }

    async fn keep_undo(&self, mut images: Images) -> Result<(), Diagnostic> {
        let run = self.state.version().seq;
        images.lineage = self.state.version().lineage;
        self.state.run().clone_into(&mut images.run);
        if let Some(earlier) = self.unended(run, &images) {
            images.go_on_from(earlier);
        }
        let bytes = images.to_json().into_bytes();
        *lock(&self.undo) = Some((run, images));
        let kept = self.state.keep_undo(run, Some(bytes)).await;
        kept.map_err(Diagnostic::from)
    }

    async fn end_undo(&self, end: End) -> Result<(), Diagnostic> {
        let Some((run, mut images)) = lock(&self.undo).take() else {
            return Ok(());
        };
        let image = match end {
            End::Halfway => return Ok(()),
            End::Idle => None,
            End::Whole => {
                images.ended = true;
                Some(images.to_json().into_bytes())
            }
        };
        let kept = self.state.keep_undo(run, image).await;
        kept.map_err(Diagnostic::from)
    }

    async fn save(&self) -> Result<(), Diagnostic> {
        self.state.save().await.map_err(Diagnostic::from)
    }

    fn entry(&self, address: &Address) -> Option<Entry> {
        self.state.snapshot().resources.get(address).cloned()
    }

    fn open(&self) -> Vec<OpenIntent> {
        let open = self.state.open_intents();
        open_intents(open, &self.state.snapshot(), self.catalog)
    }

    fn markers(&self) -> BTreeMap<String, Address> {
        self.state.snapshot().markers.clone()
    }

    fn credential(&self, address: &Address, output: &str) -> Option<Secret> {
        self.state.secret(address, output)
    }

    fn fingerprints(&self) -> FingerprintKey {
        self.state.key().clone()
    }
}

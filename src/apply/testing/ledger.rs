//! A state in memory, that outlives the runs that write it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;

use super::world::{Act, Life};
use crate::apply::failure::INTERNAL;
use crate::apply::ledger::{Change, Done, Intent, IntentId, Ledger, OpenIntent};
use crate::base::lock::lock;
use crate::base::{Address, Diagnostic, FingerprintKey, Secret};
use crate::state::Entry;

#[derive(Default)]
struct Kept {
    entries: BTreeMap<Address, Entry>,
    open: Vec<OpenIntent>,
    markers: BTreeMap<String, Address>,
    credentials: BTreeMap<(Address, String), Secret>,
    records: Vec<String>,
    saves: usize,
}

/// A state in memory.
#[derive(Default)]
pub(in crate::apply) struct FakeLedger {
    kept: Mutex<Kept>,
    life: Arc<Life>,
    /// When intents are written.
    pub(in crate::apply) now: Timestamp,
}

impl FakeLedger {
    /// The same state, as the next run finds it.
    pub(in crate::apply) fn reopened(&self, life: Arc<Life>) -> Self {
        Self {
            kept: Mutex::new(std::mem::take(&mut *lock(&self.kept))),
            life,
            now: self.now,
        }
    }

    /// A state that dies with its world.
    pub(in crate::apply) fn with_life(life: Arc<Life>) -> Self {
        Self {
            life,
            ..Self::default()
        }
    }

    /// What was recorded: `intent ADDRESS`, `outcome ADDRESS`.
    pub(in crate::apply) fn records(&self) -> Vec<String> {
        lock(&self.kept).records.clone()
    }

    /// Keeps an entry from an earlier run.
    pub(in crate::apply) fn put(&self, address: &Address, entry: Entry) {
        lock(&self.kept).entries.insert(address.clone(), entry);
    }

    /// The ids of what is owned.
    pub(in crate::apply) fn owned(&self) -> BTreeMap<Address, String> {
        let kept = lock(&self.kept);
        kept.entries
            .iter()
            .map(|(a, entry)| (a.clone(), entry.id.clone()))
            .collect()
    }

    /// How often it was saved.
    pub(in crate::apply) fn saves(&self) -> usize {
        lock(&self.kept).saves
    }

    fn act(&self, effect: impl FnOnce(&mut Kept)) -> Result<(), Box<Diagnostic>> {
        let act = self.life.act();
        if act != Act::Dead {
            effect(&mut lock(&self.kept));
        }
        match act {
            Act::Done => Ok(()),
            Act::Dead | Act::DoneThenDead => {
                Err(Box::new(Diagnostic::error(INTERNAL, "the disk is gone")))
            }
        }
    }
}

fn take_effect(kept: &mut Kept, done: &Done) {
    for (output, text) in &done.sealed {
        let at = (done.address.clone(), output.clone());
        kept.credentials.insert(at, text.clone());
    }
    match &done.change {
        Change::Keep(entry) => {
            if let Some(open) = kept
                .open
                .iter_mut()
                .find(|open| Some(open.id) == done.intent)
            {
                open.created = Some(entry.id.clone());
            }
            kept.entries
                .insert(done.address.clone(), Entry::clone(entry));
        }
        Change::Gone { id } => {
            if kept
                .entries
                .get(&done.address)
                .is_some_and(|entry| entry.id == *id)
            {
                kept.entries.remove(&done.address);
            }
        }
        Change::Moved { from, entry } => {
            kept.entries.remove(from);
            kept.entries
                .insert(done.address.clone(), Entry::clone(entry));
        }
        Change::Nothing => {}
    }
    if !done.unfinished {
        kept.open.retain(|open| Some(open.id) != done.intent);
    }
}

#[async_trait]
impl Ledger for FakeLedger {
    async fn intent(&self, intent: Intent) -> Result<IntentId, Diagnostic> {
        let id = IntentId(lock(&self.kept).records.len() as u64);
        self.act(|kept| {
            kept.records.push(format!("intent {}", intent.address));
            if let Some(marker) = &intent.marker {
                kept.markers.insert(marker.clone(), intent.address.clone());
            }
            kept.open.push(OpenIntent {
                id,
                at: self.now,
                intent,
                created: None,
                known_ids: Vec::new(),
            });
        })
        .map_err(|error| *error)?;
        Ok(id)
    }

    async fn outcome(&self, done: Done) -> Result<(), Diagnostic> {
        self.act(|kept| {
            kept.records.push(format!("outcome {}", done.address));
            take_effect(kept, &done);
        })
        .map_err(|error| *error)
    }

    async fn fence(&self) -> Result<(), Diagnostic> {
        Ok(())
    }

    async fn save(&self) -> Result<(), Diagnostic> {
        self.act(|kept| kept.saves += 1).map_err(|error| *error)
    }

    fn entry(&self, address: &Address) -> Option<Entry> {
        lock(&self.kept).entries.get(address).cloned()
    }

    fn open(&self) -> Vec<OpenIntent> {
        lock(&self.kept).open.clone()
    }

    fn markers(&self) -> BTreeMap<String, Address> {
        lock(&self.kept).markers.clone()
    }

    fn credential(&self, address: &Address, output: &str) -> Option<Secret> {
        let at = (address.clone(), output.to_owned());
        lock(&self.kept).credentials.get(&at).cloned()
    }

    fn fingerprints(&self) -> FingerprintKey {
        FingerprintKey::new(&[7; 32])
    }
}

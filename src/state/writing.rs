//! A state whose lock we hold: what planner, executor and command line use to change it.
//!
//! In memory every change is there at once; on the disk when the call returns. Journal and
//! snapshot together are always enough: a process that dies loses nothing that was returned.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::credentials::Folded;
use super::fold::fold_one;
use super::journal::note;
use super::opened::{Assembled, assemble};
use super::record::VERSION;
use super::scribe::{SaveJob, Scribe, Wait};
use super::store::{Held, Holder, KeptUndo, Store};
use super::{
    Access, Act, Credentials, Effect, Event, Identities, Intent, OpenIntent, Opened, Outcome,
    Record, Seq, Snapshot, StateError, StateVersion, random,
};
use crate::base::lock::lock;
use crate::base::{Address, FingerprintKey, Secret};

/// A journal of this length is folded into the snapshot without waiting for the run's end.
const FOLD_AT: u64 = 4 << 20;

/// A state that can be changed.
#[derive(Debug)]
pub struct State {
    place: String,
    run: String,
    key: FingerprintKey,
    lost: Option<watch::Receiver<bool>>,
    /// The last run's pre-image, as it was when the lock was taken.
    last_undo: Option<KeptUndo>,
    inner: Mutex<Inner>,
    scribe: Scribe,
}

/// What a state begins with, once its lock is held.
struct Begun {
    inner: Inner,
    serial: Option<u64>,
    good: u64,
    run: String,
    last_undo: Option<KeptUndo>,
}

#[derive(Debug)]
struct Inner {
    snapshot: Arc<Snapshot>,
    open: BTreeMap<Seq, OpenIntent>,
    credentials: Credentials,
    /// The snapshot holds what the stored one does not.
    dirty: bool,
    /// So do the credentials.
    unsealed: bool,
    /// There is a stored snapshot, or a save of one is on its way.
    founded: bool,
}

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The intent that is settled by it; none leaves all intents open.
    pub answers: Option<Seq>,
    /// What it means for the state.
    pub effect: Effect,
    /// Secrets that the server showed and will not show again, by output.
    pub secrets: BTreeMap<String, Secret>,
}

impl Settled {
    /// `effect`, which settles the intent `answers`.
    pub fn new(answers: Option<Seq>, effect: Effect) -> Self {
        Self {
            answers,
            effect,
            secrets: BTreeMap::new(),
        }
    }
}

impl State {
    /// Takes the lock of `store`, waiting up to `patience`, and reads it. `command` is what the
    /// lock's note calls us. A torn tail of the journal is cut; a new state gets its lineage and
    /// its key, which are stored before the first record.
    ///
    /// # Errors
    /// Somebody else holds the lock; a file is damaged; the credentials do not open.
    pub async fn open(
        store: &dyn Store,
        identities: &Identities,
        patience: Duration,
        command: &str,
    ) -> Result<Self, StateError> {
        Self::open_with(store, Some(identities), patience, command).await
    }

    /// The same without an identity, if there is none: a state that is new, or in which nothing is
    /// sealed, is opened so too ([`State::is_keyless`]).
    ///
    /// # Errors
    /// As of [`State::open`].
    pub async fn open_with(
        store: &dyn Store,
        identities: Option<&Identities>,
        patience: Duration,
        command: &str,
    ) -> Result<Self, StateError> {
        let place = store.place();
        let mut held = store.lock(&Holder::this_process(command), patience).await?;
        let begun = match Self::begin(store, held.as_mut(), identities).await {
            Ok(begun) => begun,
            Err(error) => {
                held.free().await?;
                return Err(error);
            }
        };
        let Begun {
            inner,
            serial,
            good,
            run,
            last_undo,
        } = begun;
        Ok(Self {
            place,
            run,
            lost: held.lost(),
            last_undo,
            key: inner.credentials.key().clone(),
            scribe: Scribe::start(held, serial, good, inner.snapshot.folded),
            inner: Mutex::new(inner),
        })
    }

    async fn begin(
        store: &dyn Store,
        held: &mut dyn Held,
        identities: Option<&Identities>,
    ) -> Result<Begun, StateError> {
        let stored = store.load().await?;
        let assembled = assemble(&store.place(), &stored, identities)?;
        if assembled.good < stored.journal.len() as u64 {
            held.cut_journal(assembled.good).await?;
        }
        let (serial, good) = (assembled.serial, assembled.good);
        Ok(Begun {
            inner: Inner::new(assembled, identities)?,
            serial,
            good,
            run: random::name::<8>()?,
            last_undo: store.undo(None).await?,
        })
    }

    /// Goes up when the lock was lost: nothing more should be begun. None where it cannot be.
    pub fn lost(&self) -> Option<watch::Receiver<bool>> {
        self.lost.clone()
    }

    /// How messages call where it is.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Whether nothing can be sealed in it: there was no identity, and nothing needed one yet.
    /// Secrets must not be recorded in it, nor be made that a server shows once.
    pub fn is_keyless(&self) -> bool {
        lock(&self.inner).snapshot.keyless
    }

    /// This run's name in the journal.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// The key that fingerprints are made with.
    pub fn key(&self) -> &FingerprintKey {
        &self.key
    }

    /// What we own now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&lock(&self.inner).snapshot)
    }

    /// Which state it is now.
    pub fn version(&self) -> StateVersion {
        StateVersion::of(&lock(&self.inner).snapshot)
    }

    /// A stored secret, or none if none is stored.
    pub fn secret(&self, address: &Address, output: &str) -> Option<Secret> {
        lock(&self.inner)
            .credentials
            .secret(address, output)
            .cloned()
    }

    /// Calls whose outcome is not known, oldest first; those of this run that are under way too.
    pub fn open_intents(&self) -> Vec<OpenIntent> {
        lock(&self.inner).open.values().cloned().collect()
    }

    /// The state as it is now, for whoever only reads.
    pub fn opened(&self) -> Opened {
        let inner = lock(&self.inner);
        Opened {
            place: self.place.clone(),
            snapshot: Arc::clone(&inner.snapshot),
            open_intents: inner.open.values().cloned().collect(),
            access: Access::Open(Box::new(inner.credentials.clone())),
        }
    }

    /// Announces a call. It may be made when this has returned, and not before.
    ///
    /// # Errors
    /// It could not be stored: the call must not be made.
    pub async fn intent(&self, act: Act, intent: Intent) -> Result<Seq, StateError> {
        let (seq, written) = self.write(act, Event::Intent(Box::new(intent)), None);
        let written = written.done().await;
        if written.is_err() {
            lock(&self.inner).open.remove(&seq);
        }
        written.map(|()| seq)
    }

    /// Records what came of a call, shown-once secrets sealed in the same record.
    ///
    /// # Errors
    /// It could not be stored. In memory it is recorded, so that a later [`State::save`] may
    /// still succeed; no further call should be made before one has.
    pub async fn outcome(&self, act: Act, settled: Settled) -> Result<(), StateError> {
        let Settled {
            answers,
            effect,
            secrets,
        } = settled;
        let unsealed = (!secrets.is_empty()).then_some(secrets);
        let sealed = match &unsealed {
            Some(secrets) => Some(self.seal(&act.address, secrets)?),
            None => None,
        };
        let outcome = Outcome {
            answers,
            effect,
            sealed,
        };
        let (_, written) = self.write(act, Event::Outcome(Box::new(outcome)), unsealed);
        written.done().await
    }

    fn seal(
        &self,
        address: &Address,
        secrets: &BTreeMap<String, Secret>,
    ) -> Result<String, StateError> {
        lock(&self.inner).credentials.seal_outputs(address, secrets)
    }

    /// Takes a record into memory and sends it to be written, in the same order.
    fn write(
        &self,
        act: Act,
        event: Event,
        unsealed: Option<BTreeMap<String, Secret>>,
    ) -> (Seq, Wait) {
        let mut inner = lock(&self.inner);
        if !inner.founded {
            drop(self.scribe.save(inner.begin_save()));
        }
        let seq = inner.snapshot.folded.next();
        let record = Record {
            version: VERSION,
            lineage: inner.snapshot.lineage.clone(),
            seq,
            synced: Seq::default(),
            run: self.run.clone(),
            at: Timestamp::now(),
            act,
            event,
        };
        inner.take(&record, unsealed);
        let written = self.scribe.append(record);
        if self.scribe.length() >= FOLD_AT {
            drop(self.scribe.save(inner.begin_save()));
        }
        (seq, written)
    }

    /// Records that `named` roots own what is in here, before anything of theirs is created.
    ///
    /// # Errors
    /// It could not be stored.
    pub async fn own_roots(&self, named: &BTreeSet<String>) -> Result<(), StateError> {
        let snapshot = self.snapshot();
        let mut roots = named.clone();
        if !snapshot.resources.is_empty() {
            roots.extend(snapshot.roots.iter().cloned());
        }
        if roots == snapshot.roots {
            return Ok(());
        }
        self.edit(|snapshot| snapshot.roots = roots);
        self.save().await
    }

    /// Changes the snapshot in memory, in ways that no record of a call says; [`State::save`]
    /// stores it.
    pub fn edit(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut inner = lock(&self.inner);
        change(Arc::make_mut(&mut inner.snapshot));
        inner.dirty = true;
    }

    /// Seals the credentials for others; [`State::save`] stores them.
    pub(super) fn with_recipients(&self, recipients: Vec<String>) -> Result<(), StateError> {
        let mut inner = lock(&self.inner);
        inner.credentials.seal_for(recipients)?;
        inner.dirty = true;
        inner.unsealed = true;
        Ok(())
    }

    /// Who can open the credentials.
    pub fn recipients(&self) -> Vec<String> {
        lock(&self.inner).credentials.recipients().to_vec()
    }

    /// Stores what was changed as a new snapshot with the next serial, and empties the journal
    /// but for what is still open. Does nothing if nothing was changed.
    ///
    /// # Errors
    /// It could not be stored; the journal still has everything that was.
    pub async fn save(&self) -> Result<(), StateError> {
        let saved = {
            let mut inner = lock(&self.inner);
            if !inner.dirty && !self.scribe.is_broken() {
                return Ok(());
            }
            self.scribe.save(inner.begin_save())
        };
        saved.done().await
    }

    /// The pre-image of the last run before this one.
    pub fn last_undo(&self) -> Option<&KeptUndo> {
        self.last_undo.as_ref()
    }

    /// Keeps the pre-image of the run that begins after record `run`, or drops it. It is on the disk
    /// when this returns.
    ///
    /// # Errors
    /// It could not be stored: nothing should be changed then.
    pub async fn keep_undo(&self, run: Seq, image: Option<Vec<u8>>) -> Result<(), StateError> {
        self.scribe.keep_undo(run, image).done().await
    }

    /// Checks that lock and stored serial are still ours: asked before what must not be done by
    /// two.
    ///
    /// # Errors
    /// They are not; nothing more should be done.
    pub async fn check_still_ours(&self) -> Result<(), StateError> {
        self.scribe.check().done().await
    }

    /// Writes what was sent, and frees the lock. Call [`State::save`] first.
    ///
    /// # Errors
    /// The writer had ended early.
    pub async fn close(self) -> Result<(), StateError> {
        self.scribe.close().await
    }
}

impl Inner {
    fn new(assembled: Assembled, identities: Option<&Identities>) -> Result<Self, StateError> {
        let Assembled {
            mut snapshot,
            serial,
            open,
            access,
            good: _,
            unfolded,
        } = assembled;
        let mut is_made = false;
        let (credentials, unsealed) = match access {
            Access::Open(credentials) => {
                snapshot.keyless = false;
                (*credentials, unfolded)
            }
            Access::New => {
                if snapshot.lineage.is_empty() {
                    snapshot.lineage = random::name::<16>()?;
                }
                snapshot.keyless = identities.is_none();
                is_made = identities.is_some();
                match identities {
                    Some(identities) => (Credentials::new(&snapshot.lineage, identities)?, true),
                    None => (Credentials::none(&snapshot.lineage)?, false),
                }
            }
            Access::Closed(error) => return Err(error),
        };
        Ok(Self {
            snapshot: Arc::new(snapshot),
            open,
            credentials,
            dirty: unfolded,
            unsealed,
            // New credentials are stored before the first record that may seal something.
            founded: serial.is_some() && !is_made,
        })
    }

    /// Takes a new record into memory.
    fn take(&mut self, record: &Record, unsealed: Option<BTreeMap<String, Secret>>) {
        let snapshot = Arc::make_mut(&mut self.snapshot);
        fold_one(snapshot, record);
        let folded = self.credentials.fold_one(record, snapshot, unsealed);
        note(&mut self.open, record);
        self.dirty = true;
        self.unsealed |= folded == Folded::Changed;
    }

    /// What is to be stored now, with the next serial.
    fn begin_save(&mut self) -> SaveJob {
        Arc::make_mut(&mut self.snapshot).serial += 1;
        self.founded = true;
        self.dirty = false;
        SaveJob {
            snapshot: Arc::clone(&self.snapshot),
            credentials: std::mem::take(&mut self.unsealed).then(|| self.credentials.clone()),
            open: self.open.values().cloned().collect(),
        }
    }
}

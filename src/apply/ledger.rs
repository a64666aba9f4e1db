//! What apply asks of the state: to know what was intended, and to keep what was done.
//!
//! How it is stored, sealed and locked belongs to [`state`](crate::state).

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::base::{Address, Diagnostic, Fingerprint, FingerprintKey, Secret};
use crate::plan::Part;
use crate::plan::undo::Images;
use crate::state::Entry;

/// The number of an intent's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IntentId(pub u64);

/// A call that must not be made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Journaled {
    /// The object is created.
    Create,
    /// The object, a tenant, is deleted.
    Delete,
    /// A field of it whose call must not be made twice is set: a tenant is subscribed.
    Subscribe,
}

/// What is about to be called.
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// The object.
    pub address: Address,
    /// The part of its step.
    pub part: Part,
    /// The call.
    pub call: Journaled,
    /// The id, where it is known before the call.
    pub id: Option<String>,
    /// What the state would hold if the call is done.
    pub entry: Box<Entry>,
    /// The marker that a tenant is created under.
    pub marker: Option<String>,
    /// The fingerprint of the account's token, of tenants.
    pub account: Option<Fingerprint>,
    /// The key that makes the call safe to repeat, where the server takes one.
    pub key: Option<String>,
}

/// What a call did to the state.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The object is as this entry says.
    Keep(Box<Entry>),
    /// The same, of an object that we called otherwise.
    Moved {
        /// The address that it had before.
        from: Address,
        /// All of it.
        entry: Box<Entry>,
    },
    /// We own the object with this id no longer; an entry with another id stays.
    Gone {
        /// The id it had.
        id: String,
    },
    /// Nothing.
    Nothing,
}

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Done {
    /// The object.
    pub address: Address,
    /// The part of its step.
    pub part: Part,
    /// The intent that this answers, if one was written.
    pub intent: Option<IntentId>,
    /// Whether the intent is still to be finished (a tenant is there, but not renamed yet).
    pub unfinished: bool,
    /// What it did.
    pub change: Change,
    /// Secrets that the server shows this once, by the name of the output.
    pub sealed: BTreeMap<String, Secret>,
}

/// An intent without an end.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenIntent {
    /// Its record.
    pub id: IntentId,
    /// When it was written.
    pub at: Timestamp,
    /// What was intended.
    pub intent: Intent,
    /// The server's id, if the answer was kept and only the end is missing.
    pub created: Option<String>,
    /// The ids that the address had before: of a replacement, the old object's.
    pub known_ids: Vec<String>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It did nothing.
    Idle,
    /// It did some of what it set out to do.
    Halfway,
    /// It did all of it.
    Whole,
}

/// The state, as apply sees it.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Writes an intent; it is on the disk when this returns.
    async fn intent(&self, intent: Intent) -> Result<IntentId, Diagnostic>;

    /// Writes an outcome; it is on the disk when this returns, its secrets sealed in the same
    /// record.
    async fn outcome(&self, done: Done) -> Result<(), Diagnostic>;

    /// Checks that the lock is still ours.
    async fn fence(&self) -> Result<(), Diagnostic>;

    /// Keeps what a run sets out to change, as it is before; it is on the disk when this returns.
    async fn keep_undo(&self, _images: Images) -> Result<(), Diagnostic> {
        Ok(())
    }

    /// Says of what was kept how the run ended.
    async fn end_undo(&self, _end: End) -> Result<(), Diagnostic> {
        Ok(())
    }

    /// Folds everything into the snapshot.
    async fn save(&self) -> Result<(), Diagnostic>;

    /// What is known of an object.
    fn entry(&self, address: &Address) -> Option<Entry>;

    /// The intents without an end, oldest first.
    fn open(&self) -> Vec<OpenIntent>;

    /// All markers ever used.
    fn markers(&self) -> BTreeMap<String, Address>;

    /// A stored shown-once secret. The credentials have been opened, or this type could not have
    /// been made: none means that there is none.
    fn credential(&self, address: &Address, output: &str) -> Option<Secret>;

    /// The key that secrets are recognised with.
    fn fingerprints(&self) -> FingerprintKey;
}

//! Where a state is kept: what every store can do. What the files mean is not its business.
//!
//! Reading needs no lock and changes nothing. Writing needs a [`Held`] lock, so that nothing can
//! be written without one; a store whose lock can be lost checks it in every method of `Held`.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::{Seq, StateError};

/// The snapshot's name in every store.
pub const STATE: &str = "state.json";
/// The journal's.
pub const JOURNAL: &str = "journal.jsonl";
/// The sealed credentials'.
pub const CREDENTIALS: &str = "credentials.age";

/// Where pre-images are.
pub const UNDO: &str = "undo";

/// So many earlier snapshots are kept, the current one included.
pub const KEPT_VERSIONS: usize = 20;
/// So many pre-images of runs are kept.
pub const KEPT_UNDOS: usize = 5;

/// A place that a state is kept in.
#[async_trait]
pub trait Store: Send + Sync + fmt::Debug {
    /// How messages call it (`.tenantry`).
    fn place(&self) -> String;

    /// Returns everything that is there, from one moment, also while somebody writes.
    /// Creates nothing; an absent store is an empty one.
    async fn load(&self) -> Result<Stored, StateError>;

    /// Takes the lock and makes the place ready to be written, waiting up to `patience`.
    ///
    /// # Errors
    /// [`StateError::Locked`] names who holds it.
    async fn lock(&self, holder: &Holder, patience: Duration) -> Result<Box<dyn Held>, StateError>;

    /// Who holds the lock; none if it is free.
    async fn holder(&self) -> Result<Option<Holding>, StateError>;

    /// Frees the lock, whoever holds it, and returns who that was.
    ///
    /// # Errors
    /// [`StateError::Locked`]: it is held by a process that is alive, in a place where only that
    /// process can free it.
    async fn unlock(&self) -> Result<Option<Holding>, StateError>;

    /// The snapshots that can be gone back to, oldest first, the current one included.
    async fn versions(&self) -> Result<Vec<KeptVersion>, StateError>;

    /// The snapshot with that serial; none if it is not kept.
    async fn version(&self, serial: u64) -> Result<Option<Vec<u8>>, StateError>;

    /// The pre-image of that run, or of the last one; none if it is not kept.
    async fn undo(&self, run: Option<Seq>) -> Result<Option<KeptUndo>, StateError>;
}

/// The lock, and what may be done only with it. Dropping it frees it.
#[async_trait]
pub trait Held: Send + fmt::Debug {
    /// Checks that the lock is still ours and the stored serial still `expected` (none: there is
    /// no snapshot yet).
    async fn check(&mut self, expected: Option<u64>) -> Result<(), StateError>;

    /// Cuts the journal to its first `length` bytes.
    async fn cut_journal(&mut self, length: u64) -> Result<(), StateError>;

    /// Adds records to the journal. They are on the disk when it returns; when it fails,
    /// nothing of them may stay before later ones.
    async fn append(&mut self, group: Group) -> Result<(), StateError>;

    /// Replaces credentials, snapshot and journal, in this order, each whole or not at all, after
    /// the check that [`Held::check`] does.
    async fn save(&mut self, save: Save) -> Result<(), StateError>;

    /// Keeps the pre-image of the run that begins after record `run`, over one that is there, or
    /// drops it; and no more of them than are wanted.
    async fn keep_undo(&mut self, run: Seq, image: Option<Vec<u8>>) -> Result<(), StateError>;

    /// Goes up when the lock was lost, or will be before a call that begins now has ended. None
    /// where a lock cannot be lost while its process lives.
    fn lost(&self) -> Option<watch::Receiver<bool>> {
        None
    }

    /// Frees the lock.
    async fn free(self: Box<Self>) -> Result<(), StateError>;
}

/// Records that are written together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The number of the first.
    pub first: Seq,
    /// Whole lines.
    pub lines: Vec<u8>,
}

/// What is in a store, as bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// The snapshot.
    pub state: Option<Vec<u8>>,
    /// The journal; empty if there is none.
    pub journal: Vec<u8>,
    /// The sealed credentials.
    pub credentials: Option<Vec<u8>>,
}

/// One save.
#[derive(Debug, Clone)]
pub struct Save {
    /// The serial that must be there now.
    pub expected: Option<u64>,
    /// The new one.
    pub serial: u64,
    /// The last record that is in the new snapshot.
    pub folded: Seq,
    /// Every record up to this one is in it, and none of them is an intent that is open.
    pub settled: Seq,
    /// The new snapshot.
    pub state: Vec<u8>,
    /// The new credentials, if they changed.
    pub credentials: Option<Vec<u8>>,
    /// The new journal: the intents that are still open.
    pub journal: Vec<u8>,
}

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The machine.
    pub host: String,
    /// What it runs, without arguments that could hold a secret (`apply`).
    pub command: String,
    /// Since when.
    pub since: Timestamp,
}

impl Holder {
    /// This process, running `command` from now on.
    pub fn this_process(command: &str) -> Self {
        Self {
            pid: std::process::id(),
            host: host(),
            command: command.to_owned(),
            since: Timestamp::now(),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pid,
            host,
            command,
            since,
        } = self;
        write!(f, "`{command}` (process {pid} on {host}, since {since:.0})")
    }
}

/// A held lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Who holds it.
    pub holder: Holder,
    /// Until when, if it is not renewed; none where it ends with its process.
    pub expires: Option<Timestamp>,
}

impl fmt::Display for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { holder, expires } = self;
        match expires {
            Some(expires) => write!(f, "{holder}, whose lease ends at {expires:.0}"),
            None => holder.fmt(f),
        }
    }
}

/// A snapshot that can be gone back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptVersion {
    /// Its serial.
    pub serial: u64,
    /// When it was stored, where the store tells.
    pub at: Option<Timestamp>,
}

/// A pre-image: what a run changed, as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptUndo {
    /// The journal's last record before that run.
    pub run: Seq,
    /// What is kept of it.
    pub bytes: Vec<u8>,
}

/// The name, below the store, of the pre-image of the run that began after that record.
pub(super) fn undo_name(run: Seq) -> String {
    format!("{UNDO}/{}", undo_file(run))
}

/// The same without the folder.
pub(super) fn undo_file(Seq(run): Seq) -> String {
    format!("{run:020}.json")
}

/// The run of such a name.
pub(super) fn undo_run(name: &str) -> Option<Seq> {
    let number = name.rsplit('/').next()?.strip_suffix(".json")?;
    number.parse().ok().map(Seq)
}

/// Says that another serial is stored than the one that was read.
pub(super) fn moved_serial(place: &str, found: Option<u64>, expected: Option<u64>) -> StateError {
    let word = |serial: Option<u64>| serial.map_or("none".to_owned(), |n| n.to_string());
    StateError::Moved {
        place: place.to_owned(),
        cause: format!(
            "its serial is {}, and should still be {}",
            word(found),
            word(expected)
        ),
    }
}

/// This machine's name, where the system keeps it in a file.
fn host() -> String {
    let files = ["/proc/sys/kernel/hostname", "/etc/hostname"];
    let names = files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok());
    let mut names = names.map(|name| name.trim().to_owned());
    names
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "this machine".to_owned())
}

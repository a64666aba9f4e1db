//! Where a state is kept: what every store can do. What the files mean is not its business.
//!
//! Reading needs no lock and changes nothing. Writing needs a [`Held`] lock, so that nothing can
//! be written without one; a store whose lock can be lost checks it in every method of `Held`.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StateError;

/// The snapshot's name in every store.
pub const STATE: &str = "state.json";
/// The journal's.
pub const JOURNAL: &str = "journal.jsonl";
/// The sealed credentials'.
pub const CREDENTIALS: &str = "credentials.age";

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
}

/// The lock, and what may be done only with it. Dropping it frees it.
#[async_trait]
pub trait Held: Send + fmt::Debug {
    /// Checks that the lock is still ours and the stored serial still `expected` (none: there is
    /// no snapshot yet).
    async fn check(&mut self, expected: Option<u64>) -> Result<(), StateError>;

    /// Cuts the journal to its first `length` bytes.
    async fn cut_journal(&mut self, length: u64) -> Result<(), StateError>;

    /// Adds whole lines to the journal. They are on the disk when it returns; when it fails,
    /// nothing of them may stay before later ones.
    async fn append(&mut self, lines: Vec<u8>) -> Result<(), StateError>;

    /// Replaces credentials, snapshot and journal, in this order, each whole or not at all, after
    /// the check that [`Held::check`] does.
    async fn save(&mut self, save: Save) -> Result<(), StateError>;
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

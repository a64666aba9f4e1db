//! The store that is a place in an object store: `s3://…`, `gs://…`, `az://…`.
//!
//! An object cannot be appended to: the journal is one object a group of records, named by its
//! first one and created only if no such object is there, so that two writers can never both go
//! on. The snapshot is replaced over the version that was read. docs/state-format.md names the
//! objects, docs/decisions/0019-states-in-object-stores.md says why.

mod address;
mod bucket;
mod held;
mod lease;
mod machine;
mod probe;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use self::bucket::Bucket;
use self::held::HeldRemote;
use self::lease::{Lease, Timing};
use super::store::{
    CREDENTIALS, Held, Holder, Holding, KeptUndo, KeptVersion, STATE, Store, Stored, UNDO,
    undo_name, undo_run,
};
use super::{Seq, StateError};

pub use self::address::is_url;

/// How often a reader begins again because a writer was faster.
const TRIES: usize = 5;
/// How many objects are read at once.
const AT_ONCE: usize = 8;
/// Where the journal's objects are.
const JOURNAL: &str = "journal";
/// Where earlier snapshots are.
const VERSIONS: &str = "versions";

/// A state in an object store.
#[derive(Debug, Clone)]
pub struct Remote {
    bucket: Arc<Bucket>,
    timing: Timing,
}

impl Remote {
    /// The state at `url`. `options` are environment variables that the store's clients are
    /// usually set up with: `AWS_…`, `GOOGLE_…`, `AZURE_…`; others are not looked at.
    ///
    /// # Errors
    /// The URL is none that can be used, or an option is wrong.
    pub fn open(url: &str, options: &[(String, String)]) -> Result<Self, StateError> {
        let bucket = Arc::new(address::open(url, options)?);
        let timing = Timing::default();
        Ok(Self { bucket, timing })
    }

    /// The sandbox's side of the same place: a state of its own inside of it.
    #[must_use]
    pub fn sandbox(&self) -> Self {
        Self {
            bucket: Arc::new(self.bucket.below("sandbox")),
            timing: self.timing,
        }
    }

    async fn read(&self) -> Result<Option<Stored>, StateError> {
        let head = self.bucket.get(STATE).await?;
        let names = self.bucket.names(JOURNAL).await?;
        let parts = stream::iter(names.into_iter().map(|name| {
            let bucket = Arc::clone(&self.bucket);
            async move { bucket.get(&name).await }
        }));
        let parts: Vec<_> = parts.buffered(AT_ONCE).try_collect().await?;
        let credentials = self.bucket.get(CREDENTIALS).await?;
        let is_same = self.bucket.version(STATE).await? == head.as_ref().map(|(_, v)| v.clone());
        if !is_same || parts.iter().any(Option::is_none) {
            return Ok(None);
        }
        let journal: Vec<_> = parts.into_iter().flatten().map(|(part, _)| part).collect();
        Ok(Some(Stored {
            state: head.map(|(state, _)| state),
            journal: journal.concat(),
            credentials: credentials.map(|(sealed, _)| sealed),
        }))
    }
}

#[async_trait]
impl Store for Remote {
    fn place(&self) -> String {
        self.bucket.place().to_owned()
    }

    async fn load(&self) -> Result<Stored, StateError> {
        for _ in 0..TRIES {
            if let Some(stored) = self.read().await? {
                return Ok(stored);
            }
        }
        let holding = self.holder().await?;
        Err(StateError::Locked {
            place: self.place(),
            holder: holding.map_or_else(|| "another process".to_owned(), |h| h.to_string()),
            waited: Duration::ZERO,
        })
    }

    async fn lock(&self, holder: &Holder, patience: Duration) -> Result<Box<dyn Held>, StateError> {
        let bucket = Arc::clone(&self.bucket);
        let lease = Lease::acquire(Arc::clone(&bucket), holder, patience, self.timing).await?;
        let held = HeldRemote::open(bucket, lease).await?;
        Ok(Box::new(held))
    }

    async fn holder(&self) -> Result<Option<Holding>, StateError> {
        lease::holding(&self.bucket).await
    }

    async fn unlock(&self) -> Result<Option<Holding>, StateError> {
        lease::unlock(&self.bucket).await
    }

    async fn versions(&self) -> Result<Vec<KeptVersion>, StateError> {
        let mut versions = Vec::new();
        for (name, at) in self.bucket.listed(VERSIONS).await? {
            if let Some(serial) = serial_of(&name) {
                versions.push(KeptVersion { serial, at });
            }
        }
        Ok(versions)
    }

    async fn version(&self, serial: u64) -> Result<Option<Vec<u8>>, StateError> {
        let kept = self.bucket.get(&version_name(serial)).await?;
        Ok(kept.map(|(state, _)| state))
    }

    async fn undo(&self, run: Option<Seq>) -> Result<Option<KeptUndo>, StateError> {
        let last = if run.is_some() {
            run
        } else {
            let names = self.bucket.names(UNDO).await?;
            names.iter().filter_map(|name| undo_run(name)).max()
        };
        let Some(run) = last else { return Ok(None) };
        let kept = self.bucket.get(&undo_name(run)).await?;
        Ok(kept.map(|(bytes, _)| KeptUndo { run, bytes }))
    }
}

/// The object that an earlier snapshot is kept as.
fn version_name(serial: u64) -> String {
    format!("{VERSIONS}/{serial:020}.json")
}

/// The serial in such a name.
fn serial_of(name: &str) -> Option<u64> {
    let number = name.rsplit('/').next()?.strip_suffix(".json")?;
    number.parse().ok()
}

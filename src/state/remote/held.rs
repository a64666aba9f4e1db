//! What is written into an object store, once its lock is held.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use object_store::UpdateVersion;
use serde::Deserialize;
use tokio::sync::watch;

use super::bucket::{Bucket, Over, Put};
use super::lease::Lease;
use super::{JOURNAL, VERSIONS, version_name};
use crate::state::store::{
    CREDENTIALS, Group, Held, KEPT_UNDOS, KEPT_VERSIONS, STATE, Save, UNDO, moved_serial, undo_name,
};
use crate::state::{Seq, StateError};

/// An object store whose lock we hold.
#[derive(Debug)]
pub(super) struct HeldRemote {
    bucket: Arc<Bucket>,
    lease: Lease,
    /// The snapshot's version, as read or last written.
    state: Option<UpdateVersion>,
    credentials: Option<UpdateVersion>,
    /// The journal's objects, by their first record.
    groups: BTreeMap<Seq, String>,
}

#[derive(Deserialize)]
struct Serial {
    serial: u64,
}

impl HeldRemote {
    /// Looks at what is there. The lock is freed again if that fails.
    pub(super) async fn open(bucket: Arc<Bucket>, lease: Lease) -> Result<Self, StateError> {
        let mut held = Self {
            bucket,
            lease,
            state: None,
            credentials: None,
            groups: BTreeMap::new(),
        };
        match held.look().await {
            Ok(()) => Ok(held),
            Err(error) => {
                held.lease.free().await?;
                Err(error)
            }
        }
    }

    async fn look(&mut self) -> Result<(), StateError> {
        self.state = self.bucket.version(STATE).await?;
        self.credentials = self.bucket.version(CREDENTIALS).await?;
        for name in self.bucket.names(JOURNAL).await? {
            let first = name.rsplit('/').next().and_then(|n| n.parse().ok());
            self.groups
                .extend(first.map(|first| (Seq(first), name.clone())));
        }
        Ok(())
    }

    fn moved(&self, cause: &str) -> StateError {
        StateError::Moved {
            place: self.bucket.place().to_owned(),
            cause: cause.to_owned(),
        }
    }

    async fn serial(&self) -> Result<Option<u64>, StateError> {
        let Some((json, _)) = self.bucket.get(STATE).await? else {
            return Ok(None);
        };
        let read: Serial = serde_json::from_slice(&json).map_err(|error| StateError::Corrupt {
            file: format!("{}/{STATE}", self.bucket.place()),
            cause: error.to_string(),
        })?;
        Ok(Some(read.serial))
    }

    async fn check_serial(&self, expected: Option<u64>) -> Result<(), StateError> {
        match self.serial().await? {
            found if found == expected => Ok(()),
            found => Err(moved_serial(self.bucket.place(), found, expected)),
        }
    }

    async fn replace(
        &self,
        name: &str,
        bytes: &[u8],
        over: Option<UpdateVersion>,
    ) -> Result<Option<UpdateVersion>, StateError> {
        match self.bucket.put(name, bytes, over.into()).await? {
            Put::Done(version) => Ok(Some(version)),
            Put::Refused => Err(self.moved(&format!("somebody else wrote {name}"))),
        }
    }

    /// Deletes what is in the snapshot: groups of which every record is, from the oldest on, so
    /// that no outcome goes before its intent.
    async fn fold(&mut self, save: &Save) -> Result<(), StateError> {
        while let Some((_, name)) = self.groups.first_key_value() {
            let next = self.groups.keys().nth(1).copied();
            let end = next.unwrap_or_else(|| save.folded.next());
            if end > save.settled.next() {
                break;
            }
            self.bucket.delete(name).await?;
            self.groups.pop_first();
        }
        Ok(())
    }

    /// Keeps the snapshot as an earlier one to go back to. Failing that is no reason to stop.
    async fn keep_version(&self, save: &Save) {
        let name = version_name(save.serial);
        let kept = self.bucket.put(&name, &save.state, Over::Nothing).await;
        let thinned = match kept {
            Ok(_) => self.thin(VERSIONS, KEPT_VERSIONS).await,
            Err(error) => Err(error),
        };
        if let Err(error) = thinned {
            tracing::warn!("{error}");
        }
    }

    /// Deletes the oldest objects below `folder` until no more than `most` are left.
    async fn thin(&self, folder: &str, most: usize) -> Result<(), StateError> {
        let names = self.bucket.names(folder).await?;
        let old = names.len().saturating_sub(most);
        for name in names.into_iter().take(old) {
            if let Err(error) = self.bucket.delete(&name).await {
                tracing::debug!("{error}");
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Held for HeldRemote {
    async fn check(&mut self, expected: Option<u64>) -> Result<(), StateError> {
        self.lease.confirm().await?;
        self.check_serial(expected).await
    }

    /// An object is whole or not there: what does not read as a journal was not torn.
    async fn cut_journal(&mut self, _length: u64) -> Result<(), StateError> {
        Err(StateError::Corrupt {
            file: format!("{}/{JOURNAL}", self.bucket.place()),
            cause: "its last object is not what was written".to_owned(),
        })
    }

    async fn append(&mut self, group: Group) -> Result<(), StateError> {
        self.lease.check()?;
        let name = format!("{JOURNAL}/{:020}", group.first.0);
        match self.bucket.put(&name, &group.lines, Over::Nothing).await? {
            Put::Done(_) => {
                self.groups.insert(group.first, name);
                self.lease.check()
            }
            Put::Refused => Err(self.moved("somebody else goes on with the journal")),
        }
    }

    async fn save(&mut self, save: Save) -> Result<(), StateError> {
        self.lease.check()?;
        if let Some(sealed) = &save.credentials {
            let over = self.credentials.clone();
            self.credentials = self.replace(CREDENTIALS, sealed, over).await?;
        }
        let replaced = self.replace(STATE, &save.state, self.state.clone()).await;
        self.state = match replaced {
            // Whose serial is there says more than that the version is another.
            Err(StateError::Moved { .. }) => {
                self.check_serial(save.expected).await?;
                return Err(self.moved("somebody else wrote the state"));
            }
            replaced => replaced?,
        };
        self.keep_version(&save).await;
        self.fold(&save).await
    }

    async fn keep_undo(&mut self, run: Seq, image: Option<Vec<u8>>) -> Result<(), StateError> {
        self.lease.check()?;
        let name = undo_name(run);
        let Some(image) = image else {
            return self.bucket.delete(&name).await;
        };
        let there = self.bucket.version(&name).await?;
        self.replace(&name, &image, there).await?;
        self.thin(UNDO, KEPT_UNDOS).await
    }

    fn lost(&self) -> Option<watch::Receiver<bool>> {
        Some(self.lease.lost())
    }

    async fn free(self: Box<Self>) -> Result<(), StateError> {
        self.lease.free().await
    }
}

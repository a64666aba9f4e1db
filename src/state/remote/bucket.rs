//! Objects by name below one prefix, and the one way in which they are written: conditionally.
//!
//! A conditional write whose answer was lost, or that the client sent twice, looks refused. What
//! is there is read then: every body that we write is unlike any other, so it tells.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{
    Error, GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload,
    UpdateVersion,
};

use crate::base::moment;
use crate::base::text::visible;
use crate::state::StateError;

/// More than this is nothing of ours.
const LIMIT: u64 = 256 << 20;
/// As much of a store's own words is told.
const TOLD: usize = 300;

/// Objects below one prefix.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    place: String,
}

/// On which condition an object is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Over {
    /// There is none of this name.
    Nothing,
    /// It is still the version that was read.
    This(UpdateVersion),
}

impl From<Option<UpdateVersion>> for Over {
    fn from(version: Option<UpdateVersion>) -> Self {
        version.map_or(Self::Nothing, Self::This)
    }
}

/// What came of a conditional write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Put {
    /// It is there, as this version.
    Done(UpdateVersion),
    /// The condition does not hold: somebody else wrote.
    Refused,
}

impl Bucket {
    /// Objects of `store` below `prefix`; `place` is how messages call it.
    pub(super) fn new(store: Arc<dyn ObjectStore>, prefix: Path, place: String) -> Self {
        Self {
            store,
            prefix,
            place,
        }
    }

    /// How messages call it.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The objects below `name`.
    pub(super) fn below(&self, name: &str) -> Self {
        let place = format!("{}/{name}", self.place);
        Self::new(
            Arc::clone(&self.store),
            self.prefix.clone().join(name),
            place,
        )
    }

    fn path(&self, name: &str) -> Path {
        let parts = name.split('/').map(str::to_owned);
        parts.fold(self.prefix.clone(), Path::join)
    }

    /// An object and its version; none if there is none.
    pub(super) async fn get(
        &self,
        name: &str,
    ) -> Result<Option<(Vec<u8>, UpdateVersion)>, StateError> {
        let got = match self.store.get(&self.path(name)).await {
            Ok(got) => got,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.failed("read", name, &error)),
        };
        if got.meta.size > LIMIT {
            return Err(StateError::Corrupt {
                file: format!("{}/{name}", self.place),
                cause: format!("{} bytes are more than we ever write", got.meta.size),
            });
        }
        let version = version_of(&got.meta);
        let bytes = got.bytes().await;
        let bytes = bytes.map_err(|error| self.failed("read", name, &error))?;
        Ok(Some((bytes.to_vec(), version)))
    }

    /// The version of an object; none if there is none.
    pub(super) async fn version(&self, name: &str) -> Result<Option<UpdateVersion>, StateError> {
        let head = GetOptions {
            head: true,
            ..GetOptions::default()
        };
        match self.store.get_opts(&self.path(name), head).await {
            Ok(got) => Ok(Some(version_of(&got.meta))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed("read", name, &error)),
        }
    }

    /// Writes an object if the condition holds.
    pub(super) async fn put(
        &self,
        name: &str,
        bytes: &[u8],
        over: Over,
    ) -> Result<Put, StateError> {
        let put = self.try_put(name, bytes, over).await;
        let error = match put {
            Ok(version) => return Ok(Put::Done(version)),
            Err(error) => error,
        };
        match self.get(name).await {
            Ok(Some((there, version))) if there == bytes => Ok(Put::Done(version)),
            Ok(_) if is_refusal(&error) => Ok(Put::Refused),
            _ => Err(self.failed("write", name, &error)),
        }
    }

    /// The same, as the store answers it.
    pub(super) async fn try_put(
        &self,
        name: &str,
        bytes: &[u8],
        over: Over,
    ) -> Result<UpdateVersion, Error> {
        let mode = match over {
            Over::Nothing => PutMode::Create,
            Over::This(version) => PutMode::Update(version),
        };
        let payload = PutPayload::from(bytes.to_vec());
        let path = self.path(name);
        moment::pass("before an object is written");
        let put = self.store.put_opts(&path, payload, mode.into()).await?;
        moment::pass("after an object was written");
        Ok(put.into())
    }

    /// The names in a folder, in byte order.
    pub(super) async fn names(&self, folder: &str) -> Result<Vec<String>, StateError> {
        let listed = self.listed(folder).await?;
        Ok(listed.into_iter().map(|(name, _)| name).collect())
    }

    /// The same, and when each was written.
    pub(super) async fn listed(
        &self,
        folder: &str,
    ) -> Result<Vec<(String, Option<Timestamp>)>, StateError> {
        let found = self.store.list(Some(&self.path(folder)));
        let found: Vec<_> = found
            .try_collect()
            .await
            .map_err(|error| self.failed("list", folder, &error))?;
        let mut names: Vec<_> = found
            .iter()
            .filter_map(|meta| {
                let name = meta.location.filename()?;
                let at = meta.last_modified.timestamp();
                Some((format!("{folder}/{name}"), Timestamp::from_second(at).ok()))
            })
            .collect();
        names.sort();
        Ok(names)
    }

    /// Deletes an object; one that is not there is as good.
    pub(super) async fn delete(&self, name: &str) -> Result<(), StateError> {
        match self.store.delete(&self.path(name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed("delete", name, &error)),
        }
    }

    /// What is said when the store does not do what was asked.
    pub(super) fn failed(&self, attempt: &'static str, name: &str, error: &Error) -> StateError {
        StateError::Remote {
            attempt,
            object: format!("{}/{name}", self.place),
            cause: cause(error),
        }
    }
}

/// Whether a store's error says that the condition does not hold.
pub(super) fn is_refusal(error: &Error) -> bool {
    matches!(
        error,
        Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotFound { .. }
    )
}

fn version_of(meta: &ObjectMeta) -> UpdateVersion {
    UpdateVersion {
        e_tag: meta.e_tag.clone(),
        version: meta.version.clone(),
    }
}

/// The innermost cause, on one line and cut: what lies around it repeats the request's address,
/// which may hold a signature.
pub(super) fn cause(error: &Error) -> String {
    let sort = match error {
        Error::PermissionDenied { .. } => "permission denied: ",
        Error::Unauthenticated { .. } => "not logged in: ",
        Error::NotFound { .. } => "it, or what it should be in, is not there: ",
        _ => "",
    };
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let said = inner.to_string();
    let words: Vec<_> = said.split_whitespace().collect();
    let told: String = words.join(" ").chars().take(TOLD).collect();
    format!("{sort}{}", visible(&told))
}

//! The store that is a local folder: `.tenantry/`.
//!
//! One process writes at a time: it holds a lock of the kernel's on the file `lock`, which goes
//! away with the process. `holder.json` beside it says who that is, for messages only.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::error::failed;
use super::folder_writer::Writer;
use super::store::{
    CREDENTIALS, Group, Held, Holder, Holding, JOURNAL, KeptUndo, KeptVersion, STATE, Save, Store,
    Stored,
};
use super::{Seq, StateError, files, undos, versions};
use crate::base::lock::lock;

const LOCK: &str = "lock";
const HOLDER: &str = "holder.json";
/// How often a held lock is tried again.
const POLL: Duration = Duration::from_millis(200);
/// How often a reader begins again because a writer was faster.
const TRIES: usize = 5;

/// A local folder, which need not be there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
    parent: Option<PathBuf>,
}

impl Folder {
    /// The state in `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            parent: None,
        }
    }

    /// The sandbox's side of the state in `path`: a state of its own inside of it.
    pub fn sandbox(path: impl Into<PathBuf>) -> Self {
        let parent = path.into();
        Self {
            path: parent.join("sandbox"),
            parent: Some(parent),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder, closed to others and ignored by Git.
    pub(super) fn prepare(&self) -> Result<(), StateError> {
        for folder in self.parent.iter().chain([&self.path]) {
            files::create_folder(folder)?;
            files::create(&folder.join(".gitignore"), b"*\n")?;
        }
        Ok(())
    }

    fn read(&self) -> Result<Stored, StateError> {
        for _ in 0..TRIES {
            let before = self.stamp();
            let stored = Stored {
                journal: files::read(&self.path.join(JOURNAL))?.unwrap_or_default(),
                state: files::read(&self.path.join(STATE))?,
                credentials: files::read(&self.path.join(CREDENTIALS))?,
            };
            if before == self.stamp() {
                return Ok(stored);
            }
        }
        Err(StateError::Locked {
            place: self.place(),
            holder: self.holder_in_words(),
            waited: Duration::ZERO,
        })
    }

    /// What changes whenever the snapshot is replaced.
    fn stamp(&self) -> Option<(SystemTime, u64)> {
        let metadata = fs::metadata(self.path.join(STATE)).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }

    /// Who holds the lock, as far as its note tells.
    fn noted(&self) -> Option<Holder> {
        let text = files::read(&self.path.join(HOLDER)).ok().flatten();
        text.and_then(|text| serde_json::from_slice(&text).ok())
    }

    fn holder_in_words(&self) -> String {
        let holder = self.noted();
        holder.map_or_else(|| "another process".to_owned(), |holder| holder.to_string())
    }

    /// Tries to take the lock now; none if somebody has it.
    fn try_lock(&self) -> Result<Option<File>, StateError> {
        let path = self.path.join(LOCK);
        let opened = files::private().create(true).truncate(false).open(&path);
        let file = opened.map_err(failed("open", &path))?;
        match file.try_lock() {
            Ok(()) if is_same_file(&file, &path) => Ok(Some(file)),
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed("lock", &path)(error)),
        }
    }

    async fn wait_for_lock(&self, patience: Duration) -> Result<File, StateError> {
        let started = Instant::now();
        loop {
            if let Some(file) = self.try_lock()? {
                return Ok(file);
            }
            let waited = started.elapsed();
            if waited >= patience {
                return Err(StateError::Locked {
                    place: self.place(),
                    holder: self.holder_in_words(),
                    waited: patience,
                });
            }
            if waited < POLL {
                tracing::info!(
                    "waiting for the lock of {}, held by {}",
                    self.place(),
                    self.holder_in_words()
                );
            }
            sleep(POLL.min(patience.saturating_sub(waited))).await;
        }
    }
}

/// Whether the file at `path` is still the one that is open: a lock on a deleted file is none.
#[cfg(unix)]
fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Elsewhere an open file cannot be deleted.
#[cfg(not(unix))]
fn is_same_file(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[async_trait]
impl Store for Folder {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    async fn load(&self) -> Result<Stored, StateError> {
        let folder = self.clone();
        off_thread(move || folder.read()).await
    }

    async fn lock(&self, holder: &Holder, patience: Duration) -> Result<Box<dyn Held>, StateError> {
        self.prepare()?;
        let file = self.wait_for_lock(patience).await?;
        let json = serde_json::to_vec_pretty(holder).unwrap_or_default();
        files::replace(&self.path, HOLDER, &json)?;
        let writer = Writer::open(&self.path)?;
        Ok(Box::new(HeldFolder {
            folder: self.clone(),
            file,
            writer: Arc::new(Mutex::new(writer)),
        }))
    }

    async fn holder(&self) -> Result<Option<Holding>, StateError> {
        if !self.path.join(LOCK).exists() || self.try_lock()?.is_some() {
            return Ok(None);
        }
        Ok(self.noted().map(|holder| Holding {
            holder,
            expires: None,
        }))
    }

    /// The kernel frees the lock of a process that ended; nobody else can.
    async fn unlock(&self) -> Result<Option<Holding>, StateError> {
        if !self.path.join(LOCK).exists() || self.try_lock()?.is_some() {
            return Ok(None);
        }
        Err(StateError::Locked {
            place: self.place(),
            holder: self.holder_in_words(),
            waited: Duration::ZERO,
        })
    }

    async fn versions(&self) -> Result<Vec<KeptVersion>, StateError> {
        versions::list(&self.path)
    }

    async fn version(&self, serial: u64) -> Result<Option<Vec<u8>>, StateError> {
        versions::read(&self.path, serial)
    }

    async fn undo(&self, run: Option<Seq>) -> Result<Option<KeptUndo>, StateError> {
        undos::read(&self.path, run)
    }
}

/// A folder whose lock we hold.
#[derive(Debug)]
struct HeldFolder {
    folder: Folder,
    file: File,
    writer: Arc<Mutex<Writer>>,
}

impl HeldFolder {
    async fn with_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T, StateError> + Send + 'static,
    ) -> Result<T, StateError> {
        let writer = Arc::clone(&self.writer);
        off_thread(move || work(&mut lock(&writer))).await
    }

    fn check_lock(&self) -> Result<(), StateError> {
        if is_same_file(&self.file, &self.folder.path.join(LOCK)) {
            return Ok(());
        }
        Err(StateError::Moved {
            place: self.folder.place(),
            cause: "the lock file is not the one that this command has locked".to_owned(),
        })
    }
}

impl Drop for HeldFolder {
    /// The note goes first: a note without a lock is only stale, and the next holder rewrites it.
    fn drop(&mut self) {
        if self.check_lock().is_ok()
            && let Err(error) = files::remove(&self.folder.path.join(HOLDER))
        {
            tracing::debug!("{error}");
        }
    }
}

#[async_trait]
impl Held for HeldFolder {
    async fn check(&mut self, expected: Option<u64>) -> Result<(), StateError> {
        self.check_lock()?;
        self.with_writer(move |writer| writer.check(expected)).await
    }

    async fn cut_journal(&mut self, length: u64) -> Result<(), StateError> {
        self.with_writer(move |writer| writer.cut(length)).await
    }

    async fn append(&mut self, group: Group) -> Result<(), StateError> {
        self.with_writer(move |writer| writer.append(&group.lines))
            .await
    }

    async fn save(&mut self, save: Save) -> Result<(), StateError> {
        self.check_lock()?;
        self.with_writer(move |writer| writer.save(&save)).await
    }

    async fn keep_undo(&mut self, run: Seq, image: Option<Vec<u8>>) -> Result<(), StateError> {
        self.check_lock()?;
        let folder = self.folder.path.clone();
        off_thread(move || undos::keep(&folder, run, image.as_deref())).await
    }

    async fn free(self: Box<Self>) -> Result<(), StateError> {
        Ok(())
    }
}

/// Runs what blocks where it does not hold up others.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StateError> + Send + 'static,
) -> Result<T, StateError> {
    let done = spawn_blocking(work).await;
    done.unwrap_or(Err(StateError::Internal("a file operation ended early")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(command: &str) -> Holder {
        Holder::this_process(command)
    }

    #[tokio::test]
    async fn reading_creates_nothing() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::sandbox(root.path().join("none"));
        assert_eq!(folder.load().await, Ok(Stored::default()));
        assert_eq!(fs::read_dir(root.path()).expect("reads").count(), 0);
    }

    #[tokio::test]
    async fn one_writes_at_a_time_and_the_other_is_told_who() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(root.path().join("state"));
        let first = folder
            .lock(&holder("apply"), Duration::ZERO)
            .await
            .expect("locked");
        let second = folder.lock(&holder("destroy"), Duration::ZERO).await;
        let message = second.expect_err("locked out").to_string();
        let pid = std::process::id();
        assert!(
            message.contains(&format!("`apply` (process {pid} on ")),
            "{message}"
        );
        drop(first);
        folder
            .lock(&holder("destroy"), Duration::ZERO)
            .await
            .expect("free again");
    }

    #[tokio::test]
    async fn who_waits_gets_the_lock_when_it_is_free() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(root.path());
        let first = folder
            .lock(&holder("apply"), Duration::ZERO)
            .await
            .expect("locked");
        let other = folder.clone();
        let waiting = tokio::spawn(async move {
            let patience = Duration::from_secs(30);
            other.lock(&holder("apply"), patience).await.map(drop)
        });
        tokio::task::yield_now().await;
        drop(first);
        assert_eq!(waiting.await.expect("ran"), Ok(()));
    }

    #[tokio::test]
    async fn patience_ends() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(root.path());
        let _held = folder
            .lock(&holder("apply"), Duration::ZERO)
            .await
            .expect("locked");
        let patience = Duration::from_millis(30);
        let error = folder
            .lock(&holder("apply"), patience)
            .await
            .expect_err("locked");
        assert!(matches!(error, StateError::Locked { waited, .. } if waited == patience));
    }

    #[tokio::test]
    #[cfg(unix)]
    async fn a_lock_whose_file_was_deleted_is_lost() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(root.path());
        let mut held = folder
            .lock(&holder("apply"), Duration::ZERO)
            .await
            .expect("locked");
        held.check(None).await.expect("ours");
        fs::remove_file(root.path().join(LOCK)).expect("removed");
        let error = held.check(None).await.expect_err("lost");
        assert!(matches!(error, StateError::Moved { .. }), "{error}");
    }

    #[tokio::test]
    async fn the_folder_is_ignored_by_git() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::sandbox(root.path().join("state"));
        drop(
            folder
                .lock(&holder("apply"), Duration::ZERO)
                .await
                .expect("locked"),
        );
        for place in ["state", "state/sandbox"] {
            let ignored = fs::read_to_string(root.path().join(place).join(".gitignore"));
            assert_eq!(ignored.expect("reads"), "*\n");
        }
    }
}

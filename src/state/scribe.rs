//! The one task that writes: everybody who waits at the same moment shares one sync.
//!
//! Jobs are done in the order in which they were sent. After a failed write nothing more goes
//! into the journal until a save has begun a new one: there is never a gap in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::store::{Group, Held, Save};
use super::{Credentials, OpenIntent, Record, Seq, Snapshot, StateError};

/// The sending end.
#[derive(Debug)]
pub(super) struct Scribe {
    jobs: mpsc::UnboundedSender<Job>,
    task: JoinHandle<()>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    length: AtomicU64,
    broken: AtomicBool,
}

type Done = oneshot::Sender<Result<(), StateError>>;

#[derive(Debug)]
enum Job {
    Append(Box<Record>, Done),
    Save(Box<SaveJob>, Done),
    Check(Done),
    Undo(Seq, Option<Vec<u8>>, Done),
}

/// What a save is made of.
#[derive(Debug)]
pub(super) struct SaveJob {
    pub(super) snapshot: Arc<Snapshot>,
    /// Only if they changed.
    pub(super) credentials: Option<Credentials>,
    pub(super) open: Vec<OpenIntent>,
}

/// The end of a job.
#[derive(Debug)]
#[must_use = "a job that nobody waits for may fail unseen"]
pub(super) struct Wait(oneshot::Receiver<Result<(), StateError>>);

impl Wait {
    pub(super) async fn done(self) -> Result<(), StateError> {
        let ended = Err(StateError::Internal("the journal's writer ended early"));
        self.0.await.unwrap_or(ended)
    }
}

impl Scribe {
    /// Begins to write with `held`, where `serial` is stored and `length` bytes of journal, whose
    /// last record is `synced`.
    pub(super) fn start(
        held: Box<dyn Held>,
        serial: Option<u64>,
        length: u64,
        synced: Seq,
    ) -> Self {
        let (jobs, queue) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::default());
        shared.length.store(length, Ordering::Relaxed);
        let desk = Desk {
            held,
            serial,
            synced,
            credentials: None,
            broken: None,
            shared: Arc::clone(&shared),
        };
        let task = tokio::spawn(desk.work(queue));
        Self { jobs, task, shared }
    }

    /// Adds `record` to the journal.
    pub(super) fn append(&self, record: Record) -> Wait {
        self.send(|done| Job::Append(Box::new(record), done))
    }

    /// Saves, and begins a new journal.
    pub(super) fn save(&self, save: SaveJob) -> Wait {
        self.shared.length.store(0, Ordering::Relaxed);
        self.send(|done| Job::Save(Box::new(save), done))
    }

    /// Checks that lock and serial are still ours.
    pub(super) fn check(&self) -> Wait {
        self.send(Job::Check)
    }

    /// Keeps the pre-image of the run that begins after record `run`, or drops it.
    pub(super) fn keep_undo(&self, run: Seq, image: Option<Vec<u8>>) -> Wait {
        self.send(|done| Job::Undo(run, image, done))
    }

    fn send(&self, job: impl FnOnce(Done) -> Job) -> Wait {
        let (done, wait) = oneshot::channel();
        if self.jobs.send(job(done)).is_err() {
            tracing::debug!("the journal's writer has ended");
        }
        Wait(wait)
    }

    /// How long the journal is, in bytes, as far as it is written.
    pub(super) fn length(&self) -> u64 {
        self.shared.length.load(Ordering::Relaxed)
    }

    /// Whether a write has failed and no save has mended it since.
    pub(super) fn is_broken(&self) -> bool {
        self.shared.broken.load(Ordering::Relaxed)
    }

    /// Does what was sent, then frees the lock.
    pub(super) async fn close(self) -> Result<(), StateError> {
        let Self { jobs, task, shared } = self;
        drop((jobs, shared));
        let ended = task.await;
        ended.map_err(|_| StateError::Internal("the journal's writer ended early"))
    }
}

/// The receiving end.
#[derive(Debug)]
struct Desk {
    held: Box<dyn Held>,
    /// The stored serial.
    serial: Option<u64>,
    /// Every record up to this one is on the disk.
    synced: Seq,
    /// Changed ones that no save has stored yet.
    credentials: Option<Credentials>,
    /// Why nothing more goes into this journal.
    broken: Option<StateError>,
    shared: Arc<Shared>,
}

impl Desk {
    async fn work(mut self, mut queue: mpsc::UnboundedReceiver<Job>) {
        let mut jobs = Vec::new();
        while queue.recv_many(&mut jobs, usize::MAX).await > 0 {
            let mut group = Vec::new();
            for job in jobs.drain(..) {
                match job {
                    Job::Append(record, done) => group.push((record, done)),
                    Job::Save(save, done) => {
                        self.append(std::mem::take(&mut group)).await;
                        let saved = self.save(*save).await;
                        tell(done, saved);
                    }
                    Job::Check(done) => {
                        self.append(std::mem::take(&mut group)).await;
                        tell(done, self.held.check(self.serial).await);
                    }
                    Job::Undo(run, image, done) => {
                        self.append(std::mem::take(&mut group)).await;
                        tell(done, self.held.keep_undo(run, image).await);
                    }
                }
            }
            self.append(group).await;
        }
        if let Err(error) = self.held.free().await {
            tracing::warn!("the lock is not freed: {error}");
        }
    }

    /// Writes a group of records with one sync, and tells everybody.
    async fn append(&mut self, group: Vec<(Box<Record>, Done)>) {
        let Some((last, _)) = group.last() else {
            return;
        };
        let last = last.seq;
        let (records, waiting): (Vec<_>, Vec<_>) = group.into_iter().map(|(r, d)| (*r, d)).unzip();
        let written = match &self.broken {
            Some(error) => Err(error.clone()),
            None => self.write(records).await,
        };
        match &written {
            Ok(()) => self.synced = last,
            Err(error) => self.breaks(error),
        }
        for done in waiting {
            tell(done, written.clone());
        }
    }

    async fn write(&mut self, records: Vec<Record>) -> Result<(), StateError> {
        let first = records.first().map(|record| record.seq).unwrap_or_default();
        let mut lines = Vec::new();
        for mut record in records {
            record.synced = self.synced;
            lines.extend(record.to_line()?);
        }
        let length = lines.len() as u64;
        self.held.append(Group { first, lines }).await?;
        self.shared.length.fetch_add(length, Ordering::Relaxed);
        Ok(())
    }

    async fn save(&mut self, job: SaveJob) -> Result<(), StateError> {
        let saved = self.try_save(job).await;
        match &saved {
            Ok(()) => {
                self.broken = None;
                self.shared.broken.store(false, Ordering::Relaxed);
            }
            Err(error) => self.breaks(error),
        }
        saved
    }

    async fn try_save(&mut self, job: SaveJob) -> Result<(), StateError> {
        let SaveJob {
            snapshot,
            credentials,
            open,
        } = job;
        self.credentials = credentials.or(self.credentials.take());
        let lines = open
            .iter()
            .map(|intent| intent.to_record(&snapshot.lineage).to_line());
        let sealed = self
            .credentials
            .as_ref()
            .map(Credentials::seal)
            .transpose()?;
        let oldest_open = open.first().map(|intent| intent.seq.0.saturating_sub(1));
        let save = Save {
            expected: self.serial,
            serial: snapshot.serial,
            folded: snapshot.folded,
            settled: oldest_open.map_or(snapshot.folded, Seq),
            state: snapshot.to_json()?,
            credentials: sealed.map(String::into_bytes),
            journal: lines.collect::<Result<Vec<_>, _>>()?.concat(),
        };
        self.held.save(save).await?;
        self.credentials = None;
        self.serial = Some(snapshot.serial);
        self.synced = snapshot.folded;
        Ok(())
    }

    fn breaks(&mut self, error: &StateError) {
        if self.broken.is_none() {
            tracing::warn!("{error}");
        }
        self.broken.get_or_insert_with(|| error.clone());
        self.shared.broken.store(true, Ordering::Relaxed);
    }
}

/// Who does not wait any more need not be told.
fn tell(done: Done, result: Result<(), StateError>) {
    drop(done.send(result));
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::super::samples::{owned, record};
    use super::*;
    use crate::base::lock::lock;

    /// A store that remembers its appends and fails when it is told to.
    #[derive(Debug, Clone, Default)]
    struct Fake {
        appends: Arc<Mutex<Vec<Vec<u8>>>>,
        full: Arc<AtomicBool>,
    }

    impl Fake {
        fn result(&self) -> Result<(), StateError> {
            let full = self.full.load(Ordering::Relaxed);
            if full {
                Err(StateError::Internal("full"))
            } else {
                Ok(())
            }
        }

        fn start(&self) -> Scribe {
            Scribe::start(Box::new(self.clone()), Some(1), 0, Seq(0))
        }
    }

    #[async_trait]
    impl Held for Fake {
        async fn check(&mut self, _expected: Option<u64>) -> Result<(), StateError> {
            self.result()
        }

        async fn cut_journal(&mut self, _length: u64) -> Result<(), StateError> {
            self.result()
        }

        async fn append(&mut self, group: Group) -> Result<(), StateError> {
            self.result()?;
            lock(&self.appends).push(group.lines);
            Ok(())
        }

        async fn save(&mut self, _save: Save) -> Result<(), StateError> {
            self.result()
        }

        async fn keep_undo(&mut self, _: Seq, _: Option<Vec<u8>>) -> Result<(), StateError> {
            self.result()
        }

        async fn free(self: Box<Self>) -> Result<(), StateError> {
            Ok(())
        }
    }

    fn save_job() -> SaveJob {
        SaveJob {
            snapshot: Arc::new(Snapshot::new("l".into())),
            credentials: None,
            open: Vec::new(),
        }
    }

    #[tokio::test]
    async fn those_who_wait_together_share_a_sync() {
        let fake = Fake::default();
        let scribe = fake.start();
        let waits: Vec<_> = (1..=50)
            .map(|n| scribe.append(record(n, owned("r"))))
            .collect();
        for wait in waits {
            assert_eq!(wait.done().await, Ok(()));
        }
        scribe.close().await.expect("ends");
        let appends = lock(&fake.appends);
        assert_eq!(appends.len(), 1);
        assert_eq!(
            appends[0].split_inclusive(|byte| *byte == b'\n').count(),
            50
        );
    }

    #[tokio::test]
    async fn after_a_failed_write_nothing_follows_until_a_save() {
        let fake = Fake::default();
        let scribe = fake.start();
        fake.full.store(true, Ordering::Relaxed);
        scribe
            .append(record(1, owned("r")))
            .done()
            .await
            .expect_err("full");
        fake.full.store(false, Ordering::Relaxed);
        scribe
            .append(record(2, owned("r")))
            .done()
            .await
            .expect_err("a gap");
        assert!(scribe.is_broken() && lock(&fake.appends).is_empty());
        assert_eq!(scribe.save(save_job()).done().await, Ok(()));
        assert_eq!(scribe.append(record(3, owned("r"))).done().await, Ok(()));
        assert!(!scribe.is_broken());
    }

    #[tokio::test]
    async fn what_was_sent_is_written_though_nobody_waits() {
        let fake = Fake::default();
        let scribe = fake.start();
        drop(scribe.append(record(1, owned("r"))));
        scribe.close().await.expect("ends");
        assert_eq!(lock(&fake.appends).len(), 1);
    }
}

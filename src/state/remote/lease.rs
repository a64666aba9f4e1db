//! The lock of a state in an object store: one object that is never deleted, held for a while,
//! renewed while we run, and taken over from whoever stopped renewing it.
//!
//! Whose clock is right does not matter: a lock that another machine holds is taken over only
//! after it was seen unchanged for longer than its holder would leave it so.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use jiff::{SignedDuration, Timestamp};
use object_store::UpdateVersion;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::bucket::{Bucket, Over, Put};
use super::machine;
use super::probe::probe;
use crate::base::lock::lock;
use crate::state::snapshot::check_version;
use crate::state::store::{Holder, Holding};
use crate::state::{StateError, random};

/// The lock's object.
const LOCK: &str = "lock.json";
const VERSION: u32 = 1;

/// How long a lease lasts, and how often things are looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// How long a lease lasts from its last renewal.
    pub(super) lease: Duration,
    /// How often it is renewed.
    pub(super) renew: Duration,
    /// How often a held lock is tried again.
    pub(super) poll: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lease: Duration::from_mins(1),
            renew: Duration::from_secs(15),
            poll: Duration::from_secs(1),
        }
    }
}

impl Timing {
    /// As long a live holder never leaves its lock unchanged.
    fn silence(self) -> Duration {
        self.renew + self.renew / 3
    }

    /// With less than this left no call should begin: the longest may take as long.
    fn margin(self) -> Duration {
        self.lease / 2
    }
}

/// What is in the lock's object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    version: u32,
    /// Whose object this is, whether it is held or not: no two bodies are alike.
    owner: String,
    /// How often its owner has written it.
    beat: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    held: Option<Hold>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hold {
    holder: Holder,
    machine: String,
    expires: Timestamp,
}

impl Lock {
    fn json(&self) -> Result<Vec<u8>, StateError> {
        serde_json::to_vec_pretty(self).map_err(|_| StateError::Internal("a lock has no JSON"))
    }

    fn read(bucket: &Bucket, json: &[u8]) -> Result<Self, StateError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u64,
        }
        let file = format!("{}/{LOCK}", bucket.place());
        let corrupt = |error: serde_json::Error| StateError::Corrupt {
            file: file.clone(),
            cause: error.to_string(),
        };
        let Versioned { version } = serde_json::from_slice(json).map_err(corrupt)?;
        check_version(&file, version, VERSION)?;
        serde_json::from_slice(json).map_err(corrupt)
    }
}

/// Who holds the lock of `bucket`.
pub(super) async fn holding(bucket: &Bucket) -> Result<Option<Holding>, StateError> {
    let Some((json, _)) = bucket.get(LOCK).await? else {
        return Ok(None);
    };
    Ok(Lock::read(bucket, &json)?.held.map(told))
}

fn told(hold: Hold) -> Holding {
    Holding {
        holder: hold.holder,
        expires: Some(hold.expires),
    }
}

/// Frees the lock, whoever holds it. Returns who that was.
pub(super) async fn unlock(bucket: &Bucket) -> Result<Option<Holding>, StateError> {
    let Some((json, version)) = bucket.get(LOCK).await? else {
        return Ok(None);
    };
    let there = Lock::read(bucket, &json)?;
    let Some(held) = there.held else {
        return Ok(None);
    };
    let free = Lock {
        version: VERSION,
        owner: random::name::<16>()?,
        beat: 0,
        held: None,
    };
    match bucket.put(LOCK, &free.json()?, Over::This(version)).await? {
        Put::Done(_) => Ok(Some(told(held))),
        Put::Refused => Err(lost(bucket, "the lock changed while it was to be freed")),
    }
}

fn lost(bucket: &Bucket, cause: &str) -> StateError {
    StateError::Moved {
        place: bucket.place().to_owned(),
        cause: cause.to_owned(),
    }
}

/// A lock that we hold, renewed until it is dropped or freed.
#[derive(Debug)]
pub(super) struct Lease {
    shared: Arc<Shared>,
    lost: watch::Receiver<bool>,
    renewing: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    bucket: Arc<Bucket>,
    timing: Timing,
    owner: String,
    holder: Holder,
    /// Changed by renewals alone, one at a time.
    renewal: tokio::sync::Mutex<Renewal>,
    until: Mutex<Until>,
}

#[derive(Debug)]
struct Renewal {
    beat: u64,
    version: UpdateVersion,
}

/// When a lease ends, by both clocks: one of them does not run while the machine sleeps, the
/// other can be set.
#[derive(Debug, Clone, Copy)]
struct Until {
    monotonic: Instant,
    wall: SystemTime,
}

impl Until {
    fn from_now(time: Duration) -> Self {
        Self {
            monotonic: Instant::now() + time,
            wall: SystemTime::now() + time,
        }
    }

    fn left(self) -> Duration {
        let monotonic = self.monotonic.saturating_duration_since(Instant::now());
        let wall = self.wall.duration_since(SystemTime::now());
        monotonic.min(wall.unwrap_or_default())
    }
}

/// What is seen of another's lock.
struct Seen {
    version: UpdateVersion,
    since: Instant,
}

impl Lease {
    /// Takes the lock of `bucket`, waiting up to `patience`.
    pub(super) async fn acquire(
        bucket: Arc<Bucket>,
        holder: &Holder,
        patience: Duration,
        timing: Timing,
    ) -> Result<Self, StateError> {
        let owner = random::name::<16>()?;
        let (started, mut seen) = (Instant::now(), None);
        loop {
            let there = bucket.get(LOCK).await?;
            if there.is_none() {
                probe(&bucket).await?;
            }
            let other = match &there {
                Some((json, version)) => match Lock::read(&bucket, json)?.held {
                    Some(hold) if !is_over(&hold, version, &mut seen, timing) => Some(hold),
                    Some(hold) => {
                        tracing::warn!("taking the lock over from {}", told(hold));
                        None
                    }
                    None => None,
                },
                None => None,
            };
            let Some(hold) = other else {
                let version = there.map(|(_, version)| version);
                let until = Until::from_now(timing.lease);
                let lock = ours(&owner, 1, holder, timing)?;
                match bucket.put(LOCK, &lock.json()?, version.into()).await? {
                    Put::Done(version) => {
                        return Ok(Self::begin(bucket, owner, holder, timing, version, until));
                    }
                    Put::Refused => continue,
                }
            };
            let may_be_over = hold.expires < Timestamp::now();
            if started.elapsed() >= patience && !may_be_over {
                return Err(StateError::Locked {
                    place: bucket.place().to_owned(),
                    holder: told(hold).to_string(),
                    waited: patience,
                });
            }
            sleep(timing.poll).await;
        }
    }

    fn begin(
        bucket: Arc<Bucket>,
        owner: String,
        holder: &Holder,
        timing: Timing,
        version: UpdateVersion,
        until: Until,
    ) -> Self {
        let shared = Arc::new(Shared {
            bucket,
            timing,
            owner,
            holder: holder.clone(),
            renewal: tokio::sync::Mutex::new(Renewal { beat: 1, version }),
            until: Mutex::new(until),
        });
        let (raise, lost) = watch::channel(false);
        let renewing = tokio::spawn(renew(Arc::clone(&shared), raise));
        Self {
            shared,
            lost,
            renewing,
        }
    }

    /// Goes up when the lock is lost, or so nearly that no call should begin.
    pub(super) fn lost(&self) -> watch::Receiver<bool> {
        self.lost.clone()
    }

    /// Checks that the lease lasts, by our own clocks.
    pub(super) fn check(&self) -> Result<(), StateError> {
        if lock(&self.shared.until).left().is_zero() {
            let cause = "the lock could not be renewed in time, somebody else may have it now";
            return Err(lost(&self.shared.bucket, cause));
        }
        Ok(())
    }

    /// Checks with the store that the lock is still ours.
    pub(super) async fn confirm(&self) -> Result<(), StateError> {
        self.check()?;
        let shared = &self.shared;
        let there = shared.bucket.get(LOCK).await?;
        let there = there.map(|(json, _)| Lock::read(&shared.bucket, &json));
        match there.transpose()? {
            Some(there) if there.owner == shared.owner => self.check(),
            _ => Err(lost(&shared.bucket, "somebody else has taken the lock")),
        }
    }

    /// Frees the lock, if it is still ours.
    pub(super) async fn free(self) -> Result<(), StateError> {
        let shared = &self.shared;
        let mut renewal = shared.renewal.lock().await;
        self.renewing.abort();
        renewal.beat += 1;
        let free = Lock {
            version: VERSION,
            owner: shared.owner.clone(),
            beat: renewal.beat,
            held: None,
        };
        let over = Over::This(renewal.version.clone());
        let put = shared.bucket.put(LOCK, &free.json()?, over).await?;
        if put == Put::Refused {
            tracing::debug!("the lock had gone to somebody else");
        }
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

fn ours(owner: &str, beat: u64, holder: &Holder, timing: Timing) -> Result<Lock, StateError> {
    let length = SignedDuration::try_from(timing.lease).unwrap_or(SignedDuration::MAX);
    let expires = Timestamp::now().checked_add(length);
    let expires = expires.map_err(|_| StateError::Internal("the clock is beyond all time"))?;
    Ok(Lock {
        version: VERSION,
        owner: owner.to_owned(),
        beat,
        held: Some(Hold {
            holder: holder.clone(),
            machine: machine::name(),
            expires,
        }),
    })
}

/// Whether whoever holds a lock has provably gone: a process of this machine that is not there,
/// or one that was silent for longer than it would be.
fn is_over(hold: &Hold, version: &UpdateVersion, seen: &mut Option<Seen>, timing: Timing) -> bool {
    if machine::is_gone(&hold.machine, hold.holder.pid) {
        return true;
    }
    let before = seen.as_ref().filter(|seen| seen.version == *version);
    let since = before.map_or_else(Instant::now, |seen| seen.since);
    *seen = Some(Seen {
        version: version.clone(),
        since,
    });
    let silent = since.elapsed();
    let has_expired = hold.expires < Timestamp::now();
    (has_expired && silent > timing.silence()) || silent > timing.lease + timing.silence()
}

/// Renews until the lock is lost. A renewal that fails is tried again soon.
async fn renew(shared: Arc<Shared>, raise: watch::Sender<bool>) {
    let timing = shared.timing;
    let mut pause = timing.renew;
    loop {
        sleep(pause).await;
        pause = match renew_once(&shared).await {
            Ok(Put::Done(_)) => timing.renew,
            Ok(Put::Refused) => {
                tracing::warn!("the lock of {} was taken away", shared.bucket.place());
                *lock(&shared.until) = Until::from_now(Duration::ZERO);
                break;
            }
            Err(error) => {
                tracing::warn!("the lock is not renewed: {error}");
                timing.poll
            }
        };
        if lock(&shared.until).left() < timing.margin() {
            break;
        }
    }
    // Nobody listens any more if the run has just ended.
    let _heard = raise.send(true);
}

async fn renew_once(shared: &Shared) -> Result<Put, StateError> {
    let mut renewal = shared.renewal.lock().await;
    let until = Until::from_now(shared.timing.lease);
    let lock_now = ours(
        &shared.owner,
        renewal.beat + 1,
        &shared.holder,
        shared.timing,
    )?;
    let over = Over::This(renewal.version.clone());
    let put = shared.bucket.put(LOCK, &lock_now.json()?, over).await?;
    if let Put::Done(version) = &put {
        renewal.beat += 1;
        renewal.version = version.clone();
        *lock(&shared.until) = until;
    }
    Ok(put)
}

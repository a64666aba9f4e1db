//! Leases and writes over a store in memory, and over one that keeps no conditions.

use std::sync::Arc;
use std::time::Duration;

use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, PutMode, PutOptions};

use super::bucket::Bucket;
use super::lease::Timing;
use super::{Remote, STATE};
use crate::state::store::{Group, Held, Holder, Save, Store};
use crate::state::{Seq, StateError};

/// Of another machine, so that nobody knows whether it lives.
fn stranger(command: &str) -> Holder {
    Holder {
        host: "elsewhere".to_owned(),
        ..Holder::this_process(command)
    }
}

fn over(store: Arc<dyn ObjectStore>, timing: Timing) -> Remote {
    let bucket = Bucket::new(store, Path::from("team"), "s3://bucket/team".to_owned());
    Remote {
        bucket: Arc::new(bucket),
        timing,
    }
}

fn remote() -> Remote {
    over(Arc::new(InMemory::new()), Timing::default())
}

/// Leases that end while a test runs.
fn short() -> Timing {
    Timing {
        lease: Duration::from_millis(200),
        renew: Duration::from_millis(60),
        poll: Duration::from_millis(10),
    }
}

/// A lease that is never renewed, as of a process that died on another machine.
fn dying() -> Timing {
    Timing {
        renew: Duration::from_hours(1),
        ..short()
    }
}

async fn locked(remote: &Remote, command: &str) -> Result<Box<dyn Held>, StateError> {
    remote.lock(&stranger(command), Duration::ZERO).await
}

fn save(expected: Option<u64>, serial: u64, folded: u64, settled: u64) -> Save {
    Save {
        expected,
        serial,
        folded: Seq(folded),
        settled: Seq(settled),
        state: format!("{{\"serial\": {serial}}}").into_bytes(),
        credentials: Some(format!("sealed {serial}").into_bytes()),
        journal: Vec::new(),
    }
}

fn group(first: u64, text: &str) -> Group {
    Group {
        first: Seq(first),
        lines: text.as_bytes().to_vec(),
    }
}

#[tokio::test]
async fn one_writes_at_a_time_and_the_other_is_told_who_and_until_when() {
    let remote = remote();
    let first = locked(&remote, "apply").await.expect("locked");
    let told = locked(&remote, "destroy").await.expect_err("locked out");
    let told = told.to_string();
    assert!(told.contains("`apply` (process "), "{told}");
    assert!(
        told.contains("on elsewhere") && told.contains("lease ends at"),
        "{told}"
    );
    let holding = remote.holder().await.expect("reads").expect("held");
    assert_eq!(holding.holder.command, "apply");
    first.free().await.expect("freed");
    assert_eq!(remote.holder().await, Ok(None));
    locked(&remote, "destroy").await.expect("free again");
}

#[tokio::test]
async fn who_runs_on_keeps_the_lock_beyond_its_first_lease() {
    let remote = over(Arc::new(InMemory::new()), short());
    let mut held = locked(&remote, "apply").await.expect("locked");
    let patience = Duration::from_millis(600);
    let other = remote.lock(&stranger("apply"), patience).await;
    other.expect_err("it was renewed");
    held.append(group(1, "one\n")).await.expect("still ours");
    held.check(None).await.expect("confirmed");
}

#[tokio::test]
async fn a_lock_that_nobody_renews_is_taken_over_and_its_old_holder_writes_nothing_more() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut dead = locked(&over(Arc::clone(&store), dying()), "apply")
        .await
        .expect("locked");
    let living = over(store, short());
    let mut held = living
        .lock(&stranger("apply"), Duration::from_secs(30))
        .await
        .expect("taken over");
    held.append(group(1, "ours\n")).await.expect("written");
    let late = dead.append(group(2, "late\n")).await;
    assert!(matches!(late, Err(StateError::Moved { .. })), "{late:?}");
    dead.check(None).await.expect_err("it has no lock");
    dead.save(save(None, 1, 2, 2)).await.expect_err("nor this");
    assert_eq!(living.load().await.expect("reads").journal, b"ours\n");
    dead.free().await.expect("not ours to free");
    assert!(living.holder().await.expect("reads").is_some());
}

#[tokio::test]
async fn a_dead_process_of_this_machine_is_taken_over_at_once() {
    let remote = remote();
    let gone = Holder {
        pid: u32::MAX,
        ..Holder::this_process("apply")
    };
    let held = remote.lock(&gone, Duration::ZERO).await.expect("locked");
    let second = locked(&remote, "apply").await;
    assert_eq!(second.is_ok(), cfg!(target_os = "linux"));
    drop(held);
}

#[tokio::test]
async fn a_lease_that_cannot_be_renewed_raises_the_flag_and_then_ends() {
    let remote = over(Arc::new(InMemory::new()), short());
    let mut held = locked(&remote, "apply").await.expect("locked");
    let mut lost = held.lost().expect("it can be lost");
    assert!(!*lost.borrow());
    assert!(remote.unlock().await.expect("forced").is_some());
    lost.wait_for(|lost| *lost).await.expect("raised");
    held.append(group(1, "x")).await.expect_err("it is lost");
}

#[tokio::test]
async fn two_who_go_on_from_the_same_record_do_not_both_write() {
    let remote = remote();
    let mut one = locked(&remote, "apply").await.expect("locked");
    remote.unlock().await.expect("forced");
    let mut other = locked(&remote, "apply").await.expect("locked");
    other.append(group(7, "other\n")).await.expect("written");
    let late = one.append(group(7, "one\n")).await;
    assert!(matches!(late, Err(StateError::Moved { .. })), "{late:?}");
    assert_eq!(remote.load().await.expect("reads").journal, b"other\n");
}

#[tokio::test]
async fn a_save_replaces_what_was_read_and_keeps_what_was_there() {
    let remote = remote();
    let mut writer = locked(&remote, "apply").await.expect("locked");
    writer.save(save(None, 1, 0, 0)).await.expect("the first");
    writer
        .save(save(Some(1), 2, 0, 0))
        .await
        .expect("the second");
    let (state, _) = remote
        .bucket
        .get(STATE)
        .await
        .expect("reads")
        .expect("there");
    assert_eq!(state, b"{\"serial\": 2}");
    let serials = remote.versions().await.expect("lists");
    assert_eq!(serials.iter().map(|v| v.serial).collect::<Vec<_>>(), [1, 2]);
    let first = remote.version(1).await.expect("reads");
    assert_eq!(first, Some(b"{\"serial\": 1}".to_vec()));
    let by_hand = remote
        .bucket
        .get(STATE)
        .await
        .expect("reads")
        .expect("there")
        .1;
    let written = remote.bucket.try_put(
        STATE,
        b"{\"serial\": 7}",
        super::bucket::Over::This(by_hand),
    );
    written.await.expect("written");
    let refused = writer
        .save(save(Some(2), 3, 0, 0))
        .await
        .expect_err("stale");
    assert!(
        refused
            .to_string()
            .ends_with("its serial is 7, and should still be 2"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_save_deletes_the_oldest_groups_up_to_the_first_open_intent() {
    let remote = remote();
    let mut held = locked(&remote, "apply").await.expect("locked");
    for (first, text) in [(1, "1-2\n"), (3, "3-5\n"), (6, "6-7\n")] {
        held.append(group(first, text)).await.expect("written");
    }
    let journal = async || remote.load().await.expect("reads").journal;
    held.save(save(None, 1, 7, 3)).await.expect("saved");
    assert_eq!(journal().await, b"3-5\n6-7\n", "4 is open");
    held.save(save(Some(1), 2, 7, 6)).await.expect("saved");
    assert_eq!(journal().await, b"6-7\n", "7 is open");
    held.save(save(Some(2), 3, 7, 7)).await.expect("saved");
    assert_eq!(journal().await, b"");
}

/// Overwrites whatever was asked.
#[derive(Debug)]
struct Careless(InMemory);

impl std::fmt::Display for Careless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[async_trait::async_trait]
impl ObjectStore for Careless {
    async fn put_opts(
        &self,
        at: &Path,
        payload: object_store::PutPayload,
        options: PutOptions,
    ) -> object_store::Result<object_store::PutResult> {
        let mode = PutMode::Overwrite;
        self.0
            .put_opts(at, payload, PutOptions { mode, ..options })
            .await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: object_store::PutMultipartOptions,
    ) -> object_store::Result<Box<dyn object_store::MultipartUpload>> {
        self.0.put_multipart_opts(at, options).await
    }

    async fn get_opts(
        &self,
        at: &Path,
        options: object_store::GetOptions,
    ) -> object_store::Result<object_store::GetResult> {
        self.0.get_opts(at, options).await
    }

    fn delete_stream(
        &self,
        places: futures_util::stream::BoxStream<'static, object_store::Result<Path>>,
    ) -> futures_util::stream::BoxStream<'static, object_store::Result<Path>> {
        self.0.delete_stream(places)
    }

    fn list(
        &self,
        prefix: Option<&Path>,
    ) -> futures_util::stream::BoxStream<'static, object_store::Result<object_store::ObjectMeta>>
    {
        self.0.list(prefix)
    }

    async fn list_with_delimiter(
        &self,
        prefix: Option<&Path>,
    ) -> object_store::Result<object_store::ListResult> {
        self.0.list_with_delimiter(prefix).await
    }

    async fn copy_opts(
        &self,
        from: &Path,
        to: &Path,
        options: object_store::CopyOptions,
    ) -> object_store::Result<()> {
        self.0.copy_opts(from, to, options).await
    }
}

#[tokio::test]
async fn a_store_that_keeps_no_conditions_is_refused_with_the_reason_and_left_empty() {
    let remote = over(Arc::new(Careless(InMemory::new())), Timing::default());
    let refused = locked(&remote, "apply").await.expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "cannot keep a state in s3://bucket/team: a second creation of the same object was not \
         refused"
    );
    assert_eq!(
        remote.bucket.names("").await.expect("lists"),
        Vec::<String>::new()
    );
}

//! What is left when the process dies, at any byte and between any two files.

use std::fs;
use std::sync::Arc;

use tenantry::base::{Address, Value};
use tenantry::state::{CallKind, Effect, Intent, Seq, Settled, Snapshot};

use super::*;

#[tokio::test]
async fn what_is_recorded_is_there_after_a_kill_without_a_save() {
    for world in World::all() {
        let state = world.open().await;
        let fingerprint = state.key().of(&["x"]);
        apply(&state).await;
        drop(state);
        let opened = world.read().await;
        assert_eq!(opened.snapshot.resources[&tenant()].id, "t1");
        assert_eq!(opened.snapshot.markers["marker-1"], tenant());
        assert_eq!(opened.open_intents, []);
        assert_eq!(secret_of(&opened).as_deref(), Some(PLANTED[0]));
        assert_eq!(opened.key().map(|key| key.of(&["x"])), Some(fingerprint));
    }
}

#[tokio::test]
async fn an_announced_call_without_an_answer_is_an_open_intent_until_it_is_settled() {
    for world in World::all() {
        let state = world.open().await;
        let create = act(tenant(), CallKind::Create);
        let seq = state
            .intent(create.clone(), marked())
            .await
            .expect("announced");
        state.save().await.expect("saved");
        state.close().await.expect("closed");

        let opened = world.read().await;
        let seqs: Vec<_> = opened.open_intents.iter().map(|open| open.seq).collect();
        assert_eq!(seqs, [seq], "a save carries it over");
        let warning = opened.open_intents[0].warning();
        assert_eq!((warning.code.0, warning.is_error()), ("E0516", false));

        let state = world.open().await;
        let refused = Settled::new(Some(seq), Effect::Nothing);
        state.outcome(create, refused).await.expect("recorded");
        state.save().await.expect("saved");
        state.close().await.expect("closed");
        let opened = world.read().await;
        assert_eq!(opened.open_intents, []);
        assert_eq!(
            opened.snapshot.markers["marker-1"],
            tenant(),
            "a late one is still recognised"
        );
    }
}

#[tokio::test]
async fn a_journal_cut_at_any_byte_opens_and_goes_on() {
    let world = World::new();
    let state = world.open().await;
    apply(&state).await;
    state.close().await.expect("closed");
    let whole = fs::read(world.file("journal.jsonl")).expect("reads");
    let ends: Vec<_> = (0..whole.len()).filter(|at| whole[*at] == b'\n').collect();
    assert_eq!(ends.len(), 3);
    for length in (0..=whole.len()).step_by(17).chain([whole.len()]) {
        fs::write(world.file("journal.jsonl"), &whole[..length]).expect("written");
        let records = ends.iter().filter(|end| **end < length).count();
        let opened = world.read().await;
        assert_eq!(
            opened.snapshot.folded,
            Seq(records as u64),
            "cut at {length}"
        );
        assert_eq!(opened.open_intents.len(), usize::from(records == 1));
        let stored = secret_of(&opened);
        assert_eq!(
            stored.is_some(),
            records >= 2,
            "secret and success are one record"
        );

        let state = world.open().await;
        let next = state
            .intent(act(tenant(), CallKind::Rename), Intent::default())
            .await;
        assert_eq!(next.expect("announced"), Seq(records as u64 + 1));
        state.close().await.expect("closed");
        assert_eq!(world.read().await.snapshot.folded, Seq(records as u64 + 1));
    }
}

#[tokio::test]
async fn a_save_that_died_between_two_files_changes_nothing() {
    let world = World::new();
    let state = world.open().await;
    apply(&state).await;
    let before = world.root.path().join("before");
    copy(world.folder().path(), &before);
    state.save().await.expect("saved");
    state.close().await.expect("closed");
    let after = world.root.path().join("after");
    copy(world.folder().path(), &after);
    let meant = world.read().await;
    let files = ["credentials.age", "state.json", "journal.jsonl"];
    for done in 0..=files.len() {
        copy(&before, world.folder().path());
        for file in &files[..done] {
            fs::copy(after.join(file), world.file(file)).expect("copied");
        }
        let opened = world.read().await;
        let serial = meant.snapshot.serial;
        let found = Snapshot {
            serial,
            ..Snapshot::clone(&opened.snapshot)
        };
        assert_eq!(found, *meant.snapshot, "after {done} files");
        assert_eq!(secret_of(&opened).as_deref(), Some(PLANTED[0]));
        let state = world.open().await;
        state.save().await.expect("saved");
        state.close().await.expect("closed");
        assert_eq!(
            world.read().await.snapshot.resources,
            meant.snapshot.resources
        );
    }
}

#[tokio::test]
async fn a_long_journal_is_folded_on_the_way() {
    let world = World::new();
    let state = world.open().await;
    let body = Value::text("x".repeat(100_000));
    for n in 0..50 {
        let address = Address::within("acme", "role", &format!("r{n}"));
        let settled = Settled::new(None, owned("r", body.clone()));
        let recorded = state.outcome(act(address, CallKind::Create), settled).await;
        recorded.expect("recorded");
    }
    let length = fs::metadata(world.file("journal.jsonl"))
        .expect("there")
        .len();
    assert!(
        length < 9 << 20,
        "{length} bytes of journal for 10 MB of records"
    );
    state.close().await.expect("closed");
    assert_eq!(world.read().await.snapshot.resources.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_record_at_once() {
    for world in World::all() {
        let state = Arc::new(world.open().await);
        let tasks = (0..300).map(|n| {
            let state = Arc::clone(&state);
            tokio::spawn(async move {
                let create = act(
                    Address::within("acme", "role", &format!("r{n}")),
                    CallKind::Create,
                );
                let seq = state.intent(create.clone(), Intent::default()).await?;
                let settled = Settled::new(Some(seq), owned("r", Value::Null));
                state.outcome(create, settled).await
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            assert_eq!(task.await.expect("ran"), Ok(()));
        }
        let opened = world.read().await;
        assert_eq!(
            (opened.snapshot.resources.len(), opened.open_intents.len()),
            (300, 0)
        );
        assert_eq!(opened.snapshot.folded, Seq(600));
    }
}

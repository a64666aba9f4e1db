//! When nothing is written: nothing to do, somebody else's, another root's, another state's.

use std::fs;
use std::time::Duration;

use tenantry::base::Value;
use tenantry::state::{Access, CallKind, Settled, Snapshot, State};

use super::*;

#[tokio::test]
async fn a_state_that_is_not_there_is_empty_and_stays_away() {
    let world = World::new();
    let opened = world.read().await;
    assert!(opened.snapshot.resources.is_empty() && opened.key().is_none());
    assert!(matches!(opened.access, Access::New));
    assert_eq!(
        opened
            .secret(&tenant(), "clientSecret")
            .expect("known")
            .map(|_| ()),
        None
    );
    assert!(!world.folder().path().exists());
}

#[tokio::test]
async fn a_run_that_changes_nothing_writes_nothing() {
    for world in World::all() {
        let state = world.open().await;
        apply(&state).await;
        state.save().await.expect("saved");
        let version = state.version();
        state.save().await.expect("nothing to do");
        state.close().await.expect("closed");
        let state = world.open().await;
        state.save().await.expect("nothing to do");
        assert_eq!(state.version(), version);
        state.close().await.expect("closed");
        assert_eq!(world.read().await.version(), version);
    }
}

#[tokio::test]
async fn a_save_over_somebody_elses_is_refused_and_loses_nothing() {
    let world = World::new();
    let state = world.open().await;
    apply(&state).await;
    state.save().await.expect("saved");
    state.check_still_ours().await.expect("ours");
    let mut theirs = Snapshot::clone(&state.snapshot());
    theirs.serial += 7;
    let json = serde_json::to_vec(&theirs).expect("serialises");
    fs::write(world.file("state.json"), json).expect("written");
    let rename = Settled::new(None, owned("t1", Value::text("renamed")));
    state
        .outcome(act(tenant(), CallKind::Rename), rename)
        .await
        .expect("recorded");
    assert_eq!(
        state.check_still_ours().await.expect_err("moved").code().0,
        "E0506"
    );
    let error = state.save().await.expect_err("moved");
    assert!(
        error
            .to_string()
            .ends_with("its serial is 9, and should still be 2"),
        "{error}"
    );
    state.close().await.expect("closed");
    let renamed = &world.read().await.snapshot.resources[&tenant()];
    assert_eq!(
        renamed.written,
        Value::text("renamed"),
        "the journal has it"
    );
}

#[tokio::test]
async fn a_root_that_is_not_named_is_refused_with_what_to_type() {
    for world in World::all() {
        let state = world.open().await;
        let named = |roots: &[&str]| roots.iter().map(|&root| root.to_owned()).collect();
        state.own_roots(&named(&["logto"])).await.expect("stored");
        assert_eq!(
            state.opened().refuse_unnamed_roots(&named(&["dcos"])),
            None,
            "it owns nothing"
        );
        apply(&state).await;
        state.own_roots(&named(&["dcos"])).await.expect("stored");
        state.close().await.expect("closed");
        let opened = world.read().await;
        assert_eq!(
            opened.refuse_unnamed_roots(&named(&["dcos", "logto", "more"])),
            None
        );
        let refusal = opened
            .refuse_unnamed_roots(&named(&["dcos"]))
            .expect("refused");
        assert_eq!(refusal.code.0, "E0514");
        assert_eq!(refusal.hints[0], "name it too: `tenantry plan dcos logto`");
    }
}

#[tokio::test]
async fn files_of_two_states_are_not_mixed() {
    let (one, other) = (World::new(), World::new());
    for world in [&one, &other] {
        let state = State::open(&world.folder(), &one.identities, Duration::ZERO, "apply").await;
        let state = state.expect("opens");
        apply(&state).await;
        state.save().await.expect("saved");
        apply(&state).await;
        state.close().await.expect("closed");
    }
    for name in ["credentials.age", "journal.jsonl", "state.json"] {
        let ours = fs::read(one.file(name)).expect("reads");
        fs::copy(other.file(name), one.file(name)).expect("copied");
        let error = one.try_open().await.expect_err("refused");
        assert_eq!(error.code().0, "E0505", "{name}");
        fs::write(one.file(name), ours).expect("written");
    }
    one.open().await;
}

//! Who can read what is kept, and what is said to those who cannot.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use tenantry::state::{CallKind, Folder, Identities, Opened, State};

use super::*;

#[tokio::test]
async fn no_planted_secret_is_in_any_file() {
    for world in World::all() {
        let state = world.open().await;
        apply(&state).await;
        let check = || {
            let place = match &world.bucket {
                Some(bucket) => bucket.files(),
                None => world.folder().path().to_owned(),
            };
            for path in files_below(&place) {
                let bytes = fs::read(&path).expect("reads");
                for planted in PLANTED {
                    let found = bytes
                        .windows(planted.len())
                        .any(|w| w == planted.as_bytes());
                    assert!(!found, "{planted} in {}", path.display());
                }
            }
        };
        check();
        state.save().await.expect("saved");
        check();
        let again = with_secret(None, "t1", PLANTED[2]);
        state
            .outcome(act(tenant(), CallKind::Update), again)
            .await
            .expect("recorded");
        check();
        let printed = format!("{state:?} {:?}", state.opened());
        assert!(PLANTED.iter().all(|planted| !printed.contains(planted)));
        assert_eq!(
            state
                .secret(&tenant(), "clientSecret")
                .map(|s| s.expose().to_owned())
                .as_deref(),
            Some(PLANTED[2])
        );
    }
}

#[tokio::test]
#[cfg(unix)]
async fn every_file_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let state = world.open().await;
    apply(&state).await;
    state.save().await.expect("saved");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(world.folder().path()), 0o700);
    let mut names = BTreeSet::new();
    for path in files_below(world.folder().path()) {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.extend(
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    let expected = [
        ".gitignore",
        "00000000000000000001.json",
        "00000000000000000002.json",
        "credentials.age",
        "holder.json",
        "journal.jsonl",
        "lock",
        "state.json",
    ];
    assert_eq!(names, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn another_identity_a_missing_one_and_missing_credentials_are_three_things() {
    let world = World::new();
    let state = world.open().await;
    apply(&state).await;
    state.save().await.expect("saved");
    state.close().await.expect("closed");

    let why = |opened: Opened| {
        assert!(opened.key().is_none());
        assert_eq!(
            opened.snapshot.resources.len(),
            2,
            "a plan can still be made"
        );
        opened
            .secret(&tenant(), "clientSecret")
            .expect_err("nobody knows")
            .code()
            .0
    };
    assert_eq!(why(world.read_with(None).await), "E0508");
    let stranger = Identities::generate("stranger");
    assert_eq!(why(world.read_with(Some(&stranger)).await), "E0511");
    let wrong = State::open(&world.folder(), &stranger, Duration::ZERO, "apply").await;
    assert_eq!(wrong.expect_err("refused").code().0, "E0511");

    fs::remove_file(world.file("credentials.age")).expect("removed");
    assert_eq!(why(world.read().await), "E0512");
    let missing = world.try_open().await.expect_err("refused");
    assert_eq!(missing.code().0, "E0512");
}

#[tokio::test]
async fn the_sandbox_has_a_state_of_its_own() {
    let world = World::new();
    let side = Folder::sandbox(world.folder().path());
    let identities = Identities::sandbox(&side).expect("made");
    let live = world.open().await;
    let sandbox = State::open(&side, &identities, Duration::ZERO, "apply").await;
    let sandbox = sandbox.expect("its own lock");
    apply(&sandbox).await;
    sandbox.save().await.expect("saved");
    assert!(live.snapshot().resources.is_empty());
    live.close().await.expect("closed");
    assert!(world.read().await.snapshot.resources.is_empty());
}

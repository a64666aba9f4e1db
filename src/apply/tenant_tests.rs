//! A tenant is never made twice and its credentials are never lost, wherever a run dies.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::failure::ANSWER_LOST;
use super::finding::{OPEN, OTHER_ACCOUNT, STRANGE};
use super::marker::{marked_name, marker_in};
use super::testing::{FakeLedger, FakeWorld, Life, TestRun, create, plan, refusal, says, step};
use super::verdict::{Seen, judge};
use super::{Ledger, Outcome, finding};
use crate::base::lock::lock;
use crate::base::{Address, Code, Value};
use crate::kind::{Live, RemoteKind};
use crate::plan::{Action, Step};

const ACCOUNT: &str = "account/main";

fn acme() -> Address {
    Address::top("tenant", "new")
}

fn tenant() -> Step {
    let body = json!({"name": "Acme", "tag": "development"});
    step("tenant/new", Action::Create, body)
}

/// One whole run: what was begun is ended, then a plan is made and applied.
async fn run(run: &TestRun) -> bool {
    let resumed = run.resume(&[], Timestamp::UNIX_EPOCH).await;
    if !resumed.errors.is_empty() || resumed.interrupted {
        return false;
    }
    if run.ledger.owned().contains_key(&acme()) {
        return true;
    }
    run.apply(plan(vec![tenant()], Vec::new()))
        .await
        .succeeded()
}

fn names(world: &FakeWorld) -> Vec<String> {
    let tenants = world.of(ACCOUNT, "tenant");
    let name = |live: &Live| {
        live.value
            .get("name")
            .and_then(Value::as_text)
            .map(str::to_owned)
    };
    tenants.iter().filter_map(name).collect()
}

fn assert_whole(run: &TestRun, when: &str) {
    assert_eq!(names(&run.world), ["Acme"], "{when}");
    let id = &run.ledger.owned()[&acme()];
    let stored = run.ledger.credential(&acme(), "clientSecret");
    let is_stored = stored.is_some_and(|stored| says(&stored, &format!("shown-{id}")));
    assert!(is_stored, "{when}");
    assert_eq!(run.ledger.open(), [], "{when}");
    let entry = run.ledger.entry(&acme()).expect("an entry");
    assert_eq!(entry.written.get("name"), Some(&"Acme".into()), "{when}");
    assert_eq!(entry.observed.get("name"), Some(&"Acme".into()), "{when}");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_dies_anywhere_and_is_repeated_ends_as_an_undisturbed_one() {
    let mut lives = 0;
    for last_is_done in [false, true] {
        for acts in 1.. {
            let when = format!("died at act {acts}, done: {last_is_done}");
            let life = Arc::new(Life::of(acts, last_is_done));
            let world = Arc::new(FakeWorld {
                life: Arc::clone(&life),
                ..FakeWorld::default()
            });
            let first = TestRun::against(world, FakeLedger::with_life(Arc::clone(&life)));
            run(&first).await;
            let is_whole = !life.is_over();
            let (world, ledger) = (&first.world, &first.ledger);
            let life = Arc::<Life>::default();
            let again = TestRun::against(
                Arc::new(world.reopened(Arc::clone(&life))),
                ledger.reopened(life),
            );
            assert!(run(&again).await, "{when}");
            assert_whole(&again, &when);
            lives += 1;
            if is_whole {
                break;
            }
        }
    }
    assert!(lives > 10, "{lives}");
}

#[tokio::test(start_paused = true)]
async fn what_lives_in_a_new_tenant_is_made_with_its_own_credentials() {
    let first = TestRun::of(FakeWorld::default());
    let steps = vec![tenant(), create("new/role/r0")];
    let edges = vec![super::testing::needs(
        ("tenant/new", crate::plan::Part::Body),
        ("new/role/r0", crate::plan::Part::Body),
    )];
    let report = first.apply(plan(steps, edges)).await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(first.world.of("tenant/new", "role").len(), 1);
    assert_eq!(
        first.ledger.records()[..2],
        ["intent tenant/new", "outcome tenant/new"]
    );
}

/// A run that lost the answer of the creation: the tenant is there, its credentials are not.
async fn orphaned() -> TestRun {
    let first = TestRun::of(FakeWorld::default());
    lock(&first.world.script).push(("create".into(), refusal(RemoteKind::Ambiguous), true));
    let report = first.apply(plan(vec![tenant()], Vec::new())).await;
    let Outcome::Failed(errors) = &report.steps[0].outcome else {
        panic!("{report:?}");
    };
    assert_eq!(errors[0].code, ANSWER_LOST);
    assert!(marker_in(&names(&first.world)[0]).is_some());
    lock(&first.world.script).clear();
    first
}

fn codes(errors: &[crate::base::Diagnostic]) -> Vec<Code> {
    errors.iter().map(|error| error.code).collect()
}

#[tokio::test(start_paused = true)]
async fn a_left_over_is_deleted_and_another_is_made() {
    let run = orphaned().await;
    assert!(self::run(&run).await);
    assert_whole(&run, "after the answer was lost");
    let log = run.world.lines();
    assert!(
        log.contains(&"delete tenant tenant-1".to_owned()),
        "{log:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_left_over_that_others_are_in_is_not_deleted() {
    let run = orphaned().await;
    let people = BTreeSet::from([vec!["me".to_owned()], vec!["you".to_owned()]]);
    let at = (
        ACCOUNT.to_owned(),
        "tenant-1".to_owned(),
        "members".to_owned(),
    );
    lock(&run.world.edges).insert(at, people);
    let resumed = run.resume(&[], Timestamp::UNIX_EPOCH).await;
    assert_eq!(codes(&resumed.errors), [STRANGE]);
    assert_eq!(names(&run.world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_left_over_of_yesterday_is_not_deleted() {
    let run = orphaned().await;
    let later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(25);
    assert_eq!(codes(&run.resume(&[], later).await.errors), [STRANGE]);
    assert_eq!(names(&run.world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_left_over_with_another_name_is_not_deleted() {
    let run = orphaned().await;
    let marker = marker_in(&names(&run.world)[0])
        .expect("a marker")
        .to_owned();
    let renamed = json!({"id": "tenant-1", "name": marked_name("Mine", &marker)});
    run.world.put(ACCOUNT, "tenant", "tenant-1", renamed.into());
    let resumed = run.resume(&[], Timestamp::UNIX_EPOCH).await;
    assert_eq!(codes(&resumed.errors), [STRANGE]);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_without_our_marker_is_never_ours() {
    let run = orphaned().await;
    let theirs = json!({"id": "t9", "name": "Acme"});
    run.world.put(ACCOUNT, "tenant", "t9", theirs.into());
    assert!(self::run(&run).await);
    assert_eq!(names(&run.world).len(), 2);
    assert_ne!(run.ledger.owned()[&acme()], "t9");
}

#[tokio::test(start_paused = true)]
async fn another_accounts_token_tells_nothing() {
    let mut run = orphaned().await;
    run.token = "someone else's";
    let resumed = run.resume(&[], Timestamp::UNIX_EPOCH).await;
    assert_eq!(codes(&resumed.errors), [OTHER_ACCOUNT]);
    let hint = resumed.errors[0].hints.last().expect("a hint");
    assert!(hint.contains("--override intent=tenant/new"), "{hint}");
}

#[tokio::test(start_paused = true)]
async fn an_intent_that_the_user_forgets_is_closed() {
    let mut run = orphaned().await;
    run.token = "someone else's";
    let resumed = run.resume(&["tenant/new"], Timestamp::UNIX_EPOCH).await;
    assert_eq!(resumed.errors, []);
    assert_eq!(run.ledger.open(), []);
}

/// A run whose creation did not arrive before it died.
async fn not_arrived() -> TestRun {
    let first = TestRun::of(FakeWorld::default());
    lock(&first.world.script).push(("create".into(), refusal(RemoteKind::Ambiguous), false));
    first.apply(plan(vec![tenant()], Vec::new())).await;
    lock(&first.world.script).clear();
    first
}

fn arrives(run: &TestRun) -> Value {
    let open = run.ledger.open();
    let marker = open[0].intent.marker.as_deref().expect("a marker");
    json!({"id": "t5", "name": marked_name("Acme", marker), "createdAt": 0}).into()
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_may_still_come_is_waited_for() {
    let run = not_arrived().await;
    let (world, tenant) = (Arc::clone(&run.world), arrives(&run));
    let arriving = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(45)).await;
        world.put(ACCOUNT, "tenant", "t5", tenant);
    });
    let began = tokio::time::Instant::now();
    assert!(self::run(&run).await);
    arriving.await.expect("arrived");
    assert!(began.elapsed() < Duration::from_mins(1));
    assert_whole(&run, "after a late arrival");
}

#[tokio::test(start_paused = true)]
async fn one_that_does_not_come_within_the_wait_is_made_again() {
    let run = not_arrived().await;
    let began = tokio::time::Instant::now();
    assert!(self::run(&run).await);
    assert!(began.elapsed() >= Duration::from_mins(1));
    assert_whole(&run, "after waiting in vain");
}

#[tokio::test(start_paused = true)]
async fn one_that_comes_after_all_is_deleted_by_a_later_run() {
    let run = not_arrived().await;
    let tenant = arrives(&run);
    assert!(self::run(&run).await);
    run.world.put(ACCOUNT, "tenant", "t5", tenant);
    let resumed = run.resume(&[], Timestamp::UNIX_EPOCH).await;
    assert_eq!(resumed.warnings, []);
    assert_whole(&run, "after it came late");
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_when_the_run_is_stopped() {
    let run = not_arrived().await;
    run.stop.send_replace(true);
    let resumed = run.resume(&[], Timestamp::UNIX_EPOCH).await;
    assert!(resumed.interrupted);
    assert_eq!(run.ledger.open().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_undisturbed_state_is_not_looked_after() {
    let run = TestRun::of(FakeWorld::default());
    assert!(self::run(&run).await);
    assert_eq!(
        run.resume(&[], Timestamp::UNIX_EPOCH).await,
        super::Resumed::default()
    );
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_may_have_become_something_else_is_refused_with_a_way_out() {
    let run = TestRun::of(FakeWorld::default());
    lock(&run.world.script).push(("create".into(), refusal(RemoteKind::Ambiguous), false));
    run.apply(plan(vec![create("acme/role/r0")], Vec::new()))
        .await;
    let other = json!({"id": "r9", "name": "r0", "description": "Not what was sent"});
    run.world.put("tenant/acme", "role", "r9", other.into());
    let resumed = run.resume(&[], Timestamp::UNIX_EPOCH).await;
    assert_eq!(codes(&resumed.errors), [OPEN]);
    assert!(resumed.errors[0].hints[0].contains("--override intent=acme/role/r0"));
    assert_eq!(
        run.resume(&["acme/role/r0"], Timestamp::UNIX_EPOCH)
            .await
            .errors,
        []
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_tells_what_apply_will_do() {
    let run = orphaned().await;
    let open = run.ledger.open().remove(0);
    let seen = Seen {
        tenants: &run.world.of(ACCOUNT, "tenant"),
        account: open.intent.account,
        now: Timestamp::UNIX_EPOCH,
    };
    let told = finding::finding(&open, &judge(&open, &seen));
    assert!(!told.is_error());
    assert!(told.message.contains("tenant-1"), "{told}");
    assert!(
        told.message.contains("deletes it and makes another"),
        "{told}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_tenants_deletion_is_journaled_first() {
    let run = TestRun::of(FakeWorld::default());
    assert!(self::run(&run).await);
    let mut delete = step("tenant/new", Action::Delete, json!(null));
    delete.id = Some("tenant-1".into());
    delete.live = json!({"name": "Acme"}).into();
    lock(&run.world.script).push(("delete".into(), refusal(RemoteKind::Ambiguous), true));
    run.apply(plan(vec![delete], Vec::new())).await;
    assert_eq!(run.ledger.open().len(), 1);
    let resumed = run.resume(&[], Timestamp::UNIX_EPOCH).await;
    assert_eq!(resumed.errors, []);
    assert!(run.ledger.owned().is_empty());
}

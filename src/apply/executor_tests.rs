//! How the graph is walked: order, limits, failures, stopping.

use std::time::Duration;

use super::schedule::Schedule;
use super::testing::{FakeWorld, TestRun, create, edge, needs, plan, refusal, step};
use super::{Event, Limits, Outcome};
use crate::base::lock::lock;
use crate::kind::RemoteKind;
use crate::plan::{Action, Edge, Order, Part, Step};
use serde_json::json;

fn roles(count: usize) -> Vec<Step> {
    (0..count)
        .map(|n| create(&format!("acme/role/r{n}")))
        .collect()
}

fn slow() -> FakeWorld {
    FakeWorld {
        delay: Duration::from_millis(30),
        ..FakeWorld::default()
    }
}

fn scripted(line: &str, kind: RemoteKind) -> FakeWorld {
    let world = FakeWorld::default();
    lock(&world.script).push((line.into(), refusal(kind), false));
    world
}

fn body(address: &str) -> (&str, Part) {
    (address, Part::Body)
}

#[tokio::test(start_paused = true)]
async fn one_slot_runs_the_plan_in_its_order() {
    let mut run = TestRun::of(slow());
    run.limits = Limits { all: 1, each: 1 };
    let edges = vec![needs(body("acme/role/r2"), body("acme/role/r0"))];
    let report = run.apply(plan(roles(4), edges)).await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(
        run.world.lines(),
        [
            "create role r1",
            "create role r2",
            "create role r0",
            "create role r3"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn no_more_run_at_once_than_there_are_slots() {
    let mut run = TestRun::of(slow());
    run.limits = Limits { all: 3, each: 8 };
    run.apply(plan(roles(20), Vec::new())).await;
    assert_eq!(lock(&run.world.flying).1, 3);
}

#[tokio::test(start_paused = true)]
async fn a_target_has_slots_of_its_own() {
    let mut run = TestRun::of(slow());
    run.limits = Limits { all: 8, each: 2 };
    let mut steps = roles(6);
    steps.push(step(
        "prod/group/ops",
        Action::Create,
        json!({"gid": "ops", "description": ""}),
    ));
    run.apply(plan(steps, Vec::new())).await;
    assert_eq!(lock(&run.world.flying).1, 3);
    let last = run
        .world
        .lines()
        .iter()
        .position(|line| line == "create group ops");
    assert!(
        last.is_some_and(|place| place <= 2),
        "{:?}",
        run.world.lines()
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_skips_its_dependants_and_nothing_else() {
    let run = TestRun::of(scripted("create role r0", RemoteKind::Rejected));
    let edges = vec![
        needs(body("acme/role/r0"), body("acme/role/r1")),
        needs(body("acme/role/r1"), body("acme/role/r2")),
        Edge {
            order: Order::After,
            ..needs(body("acme/role/r2"), body("acme/role/r3"))
        },
    ];
    let report = run.apply(plan(roles(5), edges)).await;
    let because = "acme/role/r0".parse().expect("an address");
    let skipped = Outcome::Skipped { because };
    let outcomes: Vec<_> = report
        .steps
        .iter()
        .map(|step| step.outcome.clone())
        .collect();
    assert!(matches!(&outcomes[0], Outcome::Failed(errors) if errors.len() == 1));
    assert_eq!(
        outcomes[1..],
        [skipped.clone(), skipped, Outcome::Done, Outcome::Done]
    );
    assert!(!report.succeeded());
    assert_eq!(run.ledger.owned().len(), 2);
    assert_eq!(run.ledger.saves(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_grant_does_not_undo_its_body() {
    let run = TestRun::of(scripted("create scope", RemoteKind::Denied));
    let scope = json!({"resource": "res", "name": "read"});
    let mut role = create("acme/role/r0");
    role.grants
        .insert("scopes".into(), vec![edge("acme/scope/a.read")]);
    role.owned_edges.clone_from(&role.grants);
    let edges = vec![needs(
        body("acme/scope/a.read"),
        ("acme/role/r0", Part::Grant("scopes".into())),
    )];
    let steps = vec![step("acme/scope/a.read", Action::Create, scope), role];
    let report = run.apply(plan(steps, edges)).await;
    assert_eq!(report.steps[1].done, [Part::Body]);
    assert!(
        matches!(&report.steps[1].outcome, Outcome::Skipped { because } if because.kind() == "scope")
    );
    assert!(run.ledger.owned().contains_key(&report.steps[1].address));
}

#[tokio::test(start_paused = true)]
async fn a_stop_finishes_what_is_in_flight_and_begins_nothing() {
    let mut run = TestRun::of(slow());
    run.limits = Limits { all: 4, each: 4 };
    let stop = run.stop.clone();
    let raised = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(45)).await;
        stop.send_replace(true);
    });
    let report = run.apply(plan(roles(100), Vec::new())).await;
    raised.await.expect("raised");
    assert!(report.interrupted);
    assert_eq!(run.world.lines().len(), 8);
    let done = report
        .steps
        .iter()
        .filter(|step| step.outcome == Outcome::Done)
        .count();
    assert_eq!(done, 8);
    assert!(
        report.steps[8..]
            .iter()
            .all(|step| step.outcome == Outcome::Left)
    );
    let told = lock(&run.told.0);
    assert!(
        told.iter()
            .any(|(event, _)| *event == Event::Stopping { in_flight: 4 })
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_told_counts_steps() {
    let run = TestRun::of(scripted("create role r1", RemoteKind::Rejected));
    let edges = vec![needs(body("acme/role/r1"), body("acme/role/r2"))];
    run.apply(plan(roles(4), edges)).await;
    let told = lock(&run.told.0);
    let (_, last) = told.last().expect("something");
    assert_eq!(
        (last.done, last.failed, last.skipped, last.running),
        (2, 1, 1, 0)
    );
    let started = told
        .iter()
        .filter(|(event, _)| matches!(event, Event::Started { .. }));
    assert_eq!(started.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_begun_once_the_journal_cannot_be_written() {
    let life = std::sync::Arc::new(super::testing::Life::of(2, false));
    let ledger = super::testing::FakeLedger::with_life(std::sync::Arc::clone(&life));
    let mut run = TestRun::against(std::sync::Arc::default(), ledger);
    run.limits = Limits { all: 1, each: 1 };
    let report = run.apply(plan(roles(9), Vec::new())).await;
    assert_eq!(run.world.lines(), ["create role r0"]);
    assert!(!report.errors.is_empty());
    assert!(
        report.steps[1..]
            .iter()
            .all(|step| step.outcome == Outcome::Left)
    );
}

#[test]
fn creations_that_do_not_bear_each_other_wait_and_others_do_not() {
    let mut steps = roles(3);
    steps.push(step(
        "acme/user/u",
        Action::Create,
        json!({"username": "u"}),
    ));
    let plan = plan(steps, Vec::new());
    let limits = Limits { all: 8, each: 8 };
    let mut schedule =
        Schedule::new(&plan, limits).one_by_one(&plan, |step| step.address.kind() == "role");
    assert_eq!(schedule.start(), Some(0));
    assert_eq!(schedule.start(), Some(3));
    assert_eq!(schedule.start(), None);
    schedule.finish(3, true);
    assert_eq!(schedule.start(), None);
    schedule.finish(0, false);
    assert_eq!(schedule.start(), Some(1));
    assert_eq!(schedule.start(), None);
    schedule.finish(1, true);
    assert_eq!(schedule.start(), Some(2));
    schedule.finish(2, true);
    assert!(!schedule.has_waiting());
}

//! Random fault schedules: whatever goes wrong with whichever requests, the runs end in the world
//! that an undisturbed one leaves. A schedule that does not is shrunk to the faults that matter.
//!
//! An ordinary test run takes a few; `TENANTRY_SCHEDULES=10000` takes as many.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tenantry::cli::providers::CATALOG;

use super::support::Ground;
use super::support::count::{Count, count};

const FIRST: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: shop}
spec: {name: Shop, tag: development, regionName: EU, account: main}
---
apiVersion: logto/v1
kind: ApiResource
metadata: {name: orders, tenant: shop}
spec: {name: Orders, indicator: 'https://orders.example', scopes: [{name: read}, {name: write}]}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: shop}
spec: {description: Sees orders, scopes: [orders.read]}
---
apiVersion: logto/v1
kind: User
metadata: {name: ann, tenant: shop}
spec: {username: ann, roles: [clerk]}
---
apiVersion: logto/v1
kind: Application
metadata: {name: web, tenant: shop}
spec: {name: Web, type: SPA}
---
apiVersion: dcos/v1
kind: Group
metadata: {name: ops, cluster: prod}
spec: {description: Operators, permissions: {'dcos:x': [read]}}
";

/// The same changed: an update, a replacement that creates first, a deletion, other edges.
fn second() -> String {
    FIRST
        .replace("Sees orders", "Sees and places orders")
        .replace("[orders.read]", "[orders.read, orders.write]")
        .replace("type: SPA", "type: Native")
        .replace("[read]", "[full]")
        .replace("roles: [clerk]", "roles: []")
}

/// Which request, of all that arrive, is struck by what.
type Schedule = Vec<(u16, &'static str)>;

fn schedules() -> impl Strategy<Value = Schedule> {
    let faults = [
        "status:500",
        "status:502",
        "status:503",
        "status:429:0",
        "cut-before",
        "cut-after-commit",
        "truncate-body",
        "html",
        "expire-tokens",
        "delay:3",
        "truncate-page",
        "duplicate-page",
        "clock:3600",
        "clock-back:3600",
    ];
    proptest::collection::vec(
        (1_u16..160, proptest::sample::select(faults.to_vec())),
        1..12,
    )
}

/// Applies both in turn, as often as somebody would who sees that it failed.
fn insist(ground: &Ground) {
    for text in [FIRST.to_owned(), second()] {
        for _ in 0..4 {
            let run = ground.try_apply(&text);
            if run.is_ok_and(|run| run.report.succeeded() && run.plan.refusals.is_empty()) {
                break;
            }
        }
    }
}

fn undisturbed() -> Count {
    let ground = Ground::with(CATALOG);
    ground.apply(FIRST);
    ground.apply(&second());
    ground.by_hand(count)
}

fn converges(rules: impl Iterator<Item = String>, meant: &Count) -> Result<(), TestCaseError> {
    let mut ground = Ground::with(CATALOG);
    ground.settles(Duration::from_millis(200));
    rules.for_each(|rule| ground.fault(&rule));
    insist(&ground);
    ground.by_hand(|world| world.faults.clear());
    let last = ground.try_apply(&second());
    let last = last.map_err(|errors| TestCaseError::fail(format!("{errors:#?}")))?;
    prop_assert!(last.plan.refusals.is_empty(), "{:#?}", last.plan.refusals);
    prop_assert!(last.report.succeeded(), "{:#?}", last.report);
    let again = ground.try_apply(&second());
    let again = again.map_err(|errors| TestCaseError::fail(format!("{errors:#?}")))?;
    prop_assert!(again.plan.is_empty(), "{:#?}", again.plan.steps);
    prop_assert_eq!(&ground.by_hand(count), meant);
    prop_assert!(ground.credential("tenant/shop", "clientSecret").is_some());
    Ok(())
}

/// Runs as many schedules as are asked for.
fn run<S: Strategy>(schedules: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let cases = std::env::var_os("TENANTRY_SCHEDULES");
    let cases = cases.and_then(|cases| cases.to_str()?.parse().ok());
    let config = Config {
        cases: cases.unwrap_or(12),
        failure_persistence: None,
        ..Config::default()
    };
    let ran = TestRunner::new(config).run(schedules, test);
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn any_schedule_of_faults_ends_in_the_world_of_an_undisturbed_run() {
    let meant = undisturbed();
    run(&schedules(), |schedule| {
        let rules = schedule.iter();
        let rules = rules.map(|(nth, fault)| format!("/#{nth}={fault}"));
        converges(rules, &meant)
    });
}

#[test]
fn half_a_list_of_what_we_own_makes_nothing_a_second_time() {
    let ground = Ground::with(CATALOG);
    ground.apply(FIRST);
    for lists in ["/api/tenants", "/groups"] {
        ground.fault(&format!("GET {lists}#1=truncate-page"));
        ground.apply_again(FIRST);
        ground.by_hand(|world| world.faults.clear());
    }
}

#[test]
fn one_request_in_fifty_that_is_limited_changes_nothing() {
    let ground = Ground::with(CATALOG);
    for nth in (50..2000).step_by(50) {
        ground.fault(&format!("/#{nth}=status:429:0"));
    }
    let roles: Vec<_> = (0..60)
        .map(|n| {
            format!(
                "apiVersion: logto/v1\nkind: Role\nmetadata: {{name: r{n}, tenant: acme}}\n\
                 spec: {{description: d}}\n---\n"
            )
        })
        .collect();
    let roles = roles.concat();
    ground.apply(&roles);
    ground.apply_again(&roles);
}

/// What strikes the requests of one kind alone: far more of what is rare when any may be struck.
fn narrow() -> impl Strategy<Value = Vec<(&'static str, u16, &'static str)>> {
    let faults = [
        "status:500",
        "status:502",
        "status-after-commit:500",
        "status-after-commit:504",
        "commit-late:50",
        "cut-before",
        "cut-after-commit",
        "truncate-body",
        "html",
        "expire-tokens",
        "truncate-page",
        "duplicate-page",
    ];
    let paths = [
        "POST /applications",
        "GET /applications",
        "DELETE /applications",
    ];
    let path = proptest::sample::select(paths.to_vec());
    let fault = proptest::sample::select(faults.to_vec());
    proptest::collection::vec((path, 1_u16..8, fault), 1..6)
}

#[test]
fn faults_on_objects_that_the_server_lets_be_twice_make_none_twice() {
    let meant = undisturbed();
    run(&narrow(), |schedule| {
        let rules = schedule.iter();
        let rules = rules.map(|(path, nth, fault)| format!("{path}#{nth}={fault}"));
        converges(rules, &meant)
    });
}

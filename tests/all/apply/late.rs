//! Creations that come after their answer: nobody makes the object a second time.

use std::time::{Duration, Instant};

use tenantry::cli::providers::CATALOG;

use super::super::support::Ground;
use super::super::support::count::count;

fn application(name: &str) -> String {
    format!(
        "apiVersion: logto/v1\nkind: Application\nmetadata: {{name: {name}, tenant: acme}}\n\
         spec: {{name: {name}, type: SPA}}\n---\n"
    )
}

fn how_many(ground: &Ground, name: &str) -> usize {
    let line = format!("t applications {name}");
    let count = ground.by_hand(count);
    count.get(&line).copied().unwrap_or_default()
}

/// Lets time pass.
fn pass(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        std::thread::park_timeout(time);
    }
}

#[test]
fn what_is_created_after_its_gateway_gave_up_is_kept_and_not_made_again() {
    let mut ground = Ground::with(CATALOG);
    ground.settles(Duration::from_secs(2));
    ground.fault("POST /applications#1=commit-late:300");
    let web = application("web");
    let lost = ground.try_apply(&web).expect("a plan");
    assert!(!lost.report.succeeded());
    assert_eq!(how_many(&ground, "web"), 0, "it is still to come");
    ground.apply(&web);
    pass(Duration::from_millis(500));
    ground.apply_again(&web);
    assert_eq!(how_many(&ground, "web"), 1);
}

#[test]
fn what_a_gateway_gave_up_for_good_is_made_by_the_next_run() {
    let ground = Ground::with(CATALOG);
    ground.fault("POST /applications#1=status:504");
    let web = application("web");
    let lost = ground.try_apply(&web).expect("a plan");
    assert!(!lost.report.succeeded());
    ground.apply(&web);
    ground.apply_again(&web);
    assert_eq!(how_many(&ground, "web"), 1);
}

#[test]
fn many_answers_that_are_lost_in_one_run_are_each_found_in_a_list_of_its_own_time() {
    let ground = Ground::with(CATALOG);
    ground.fault("POST /applications=status-after-commit:500");
    let names: Vec<_> = (0..20).map(|n| format!("web{n}")).collect();
    let all: String = names.iter().map(|name| application(name)).collect();
    let run = ground.try_apply(&all).expect("a plan");
    assert!(run.report.succeeded(), "{:#?}", run.report);
    ground.by_hand(|world| world.faults.clear());
    ground.apply_again(&all);
    assert!(names.iter().all(|name| how_many(&ground, name) == 1));
}

#[test]
fn half_a_list_does_not_tell_that_nothing_was_created() {
    let ground = Ground::with(CATALOG);
    let orders = "apiVersion: logto/v1\nkind: ApiResource\nmetadata: {name: orders, tenant: acme}\n\
                  spec: {name: Orders, indicator: 'https://orders.example'}\n";
    ground.fault("POST /resources#1=html");
    ground.fault("GET /resources#2=truncate-page");
    let run = ground.try_apply(orders).expect("a plan");
    assert!(run.report.succeeded(), "{:#?}", run.report);
    ground.by_hand(|world| world.faults.clear());
    ground.apply_again(orders);
}

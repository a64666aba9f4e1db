//! Runs are struck by random faults: in the life of every kind, each run ends in the world that it
//! leaves undisturbed.
//!
//! An ordinary test run tries one schedule a run, always the same; `TENANTRY_STRIKES=20` tries as
//! many, other ones each time, and `TENANTRY_STRIKES=truncate-page` that fault on each request in turn.

use tenantry::cli::providers::CATALOG;

use super::lifecycle::SCENARIOS;
use super::support::{Strikes, struck};

/// As many tests share the lives.
const SHARES: usize = 3;

/// Every so-manieth life.
fn lives(share: usize) {
    let asked = std::env::var_os("TENANTRY_STRIKES");
    let asked = asked.as_deref().and_then(|asked| asked.to_str());
    let strikes = asked.map_or(Strikes::Random(1), Strikes::asked);
    for scenario in SCENARIOS.iter().skip(share).step_by(SHARES) {
        println!("the life of {:?}", scenario.kinds);
        struck(strikes, || (scenario.live)(CATALOG));
    }
}

#[test]
fn every_run_in_the_life_of_every_kind_withstands_faults() {
    lives(0);
}

#[test]
fn every_run_in_the_life_of_every_kind_withstands_faults_further() {
    lives(1);
}

#[test]
fn every_run_in_the_life_of_every_kind_withstands_faults_to_the_end() {
    lives(2);
}

#[test]
fn half_a_list_at_any_moment_loses_no_member_and_leaves_nobody_in() {
    let kinds = ["tenant", "group", "organization"];
    for scenario in SCENARIOS {
        if scenario.kinds.iter().any(|kind| kinds.contains(kind)) {
            struck(Strikes::Each("truncate-page"), || (scenario.live)(CATALOG));
        }
    }
}

//! Runs are struck by random faults: in the life of every kind, each run ends in the world that it
//! leaves undisturbed.
//!
//! An ordinary test run tries one schedule a run, always the same; `TENANTRY_STRIKES=20` tries as
//! many, other ones each time.

use tenantry::cli::providers::CATALOG;

use super::lifecycle::SCENARIOS;
use super::support::struck;

/// As many tests share the lives.
const SHARES: usize = 3;

/// Every so-manieth life.
fn lives(share: usize) {
    let asked = std::env::var_os("TENANTRY_STRIKES");
    let asked = asked.and_then(|many| many.to_str()?.parse().ok());
    for scenario in SCENARIOS.iter().skip(share).step_by(SHARES) {
        println!("the life of {:?}", scenario.kinds);
        struck(asked.unwrap_or(1), || (scenario.live)(CATALOG));
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

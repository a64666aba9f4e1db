//! Runs are taken back: in the life of every kind, each run and then that again, and the worlds are
//! the same.

use tenantry::cli::providers::CATALOG;

use super::lifecycle::SCENARIOS;
use super::support::taking_back;

/// As many tests share the lives.
const SHARES: usize = 3;

/// Every so-manieth life.
fn lives(share: usize) {
    for scenario in SCENARIOS.iter().skip(share).step_by(SHARES) {
        println!("the life of {:?}", scenario.kinds);
        taking_back(|| (scenario.live)(CATALOG));
    }
}

#[test]
fn every_run_in_the_life_of_every_kind_goes_back_and_forth() {
    lives(0);
}

#[test]
fn every_run_in_the_life_of_every_kind_goes_back_and_forth_further() {
    lives(1);
}

#[test]
fn every_run_in_the_life_of_every_kind_goes_back_and_forth_to_the_end() {
    lives(2);
}

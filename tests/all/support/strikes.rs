//! Runs that are struck by random faults, again and again from the same moment: each time they end
//! in the world of the undisturbed run.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tenantry::state::{Access, Folder, Opened};

use super::moment::{Apart, Moment, difference};
use super::{Ground, Run};

/// How often somebody runs again who sees that it failed.
const PATIENCE: usize = 4;

/// Which request, of all that arrive, is struck by what.
type Schedule = Vec<(usize, &'static str)>;

const FAULTS: [&str; 15] = [
    "status:500",
    "status:502",
    "status:503",
    "status:429:0",
    "status-after-commit:500",
    "status-after-commit:504",
    "commit-late:10",
    "cut-before",
    "cut-after-commit",
    "truncate-body",
    "truncate-page",
    "duplicate-page",
    "hide-newest",
    "html",
    "expire-tokens",
];

fn schedules(requests: usize) -> impl Strategy<Value = Schedule> {
    let fault = proptest::sample::select(FAULTS.to_vec());
    proptest::collection::vec((1..requests * 2 + 4, fault), 1..6)
}

/// Chance: the same in each ordinary test run, another one where more are asked for.
fn runner(schedules: u32) -> TestRunner {
    thread_local! {
        static RUNS: Cell<u64> = const { Cell::new(0) };
    }
    let config = Config {
        cases: schedules,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    if schedules > 1 {
        return TestRunner::new(config);
    }
    RUNS.set(RUNS.get() + 1);
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&RUNS.get().to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

impl Ground {
    /// Does the run of `text` again and again from `before`, struck by as many schedules. Then
    /// everything is as after the undisturbed one.
    pub(super) fn withstands(&self, schedules: u32, text: &str, before: &Moment, run: &Run) {
        let after = self.moment();
        let meant = Meant {
            moment: &after,
            held: self.held(),
        };
        let tried = runner(schedules).run(&self::schedules(run.requests), |schedule| {
            self.return_to(before);
            self.struck(text, &schedule, &meant)
        });
        tried.unwrap_or_else(|failure| panic!("{text}\n{failure}"));
        self.return_to(&after);
    }

    fn struck(
        &self,
        text: &str,
        schedule: &Schedule,
        meant: &Meant<'_>,
    ) -> Result<(), TestCaseError> {
        for (nth, fault) in schedule {
            self.fault(&format!("/#{nth}={fault}"));
        }
        for _ in 0..PATIENCE {
            let run = self.try_apply(text);
            if run.is_ok_and(|run| run.report.succeeded() && run.plan.refusals.is_empty()) {
                break;
            }
        }
        pause();
        self.by_hand(|world| world.faults.clear());
        let last = self.try_apply(text);
        let last = last.map_err(|errors| TestCaseError::fail(format!("{errors:#?}")))?;
        prop_assert!(last.plan.refusals.is_empty(), "{:#?}", last.plan.refusals);
        prop_assert!(last.report.succeeded(), "{:#?}", last.report);
        let again = self.try_apply(text);
        let again = again.map_err(|errors| TestCaseError::fail(format!("{errors:#?}")))?;
        prop_assert!(again.plan.is_empty(), "{:#?}", again.plan.steps);
        let apart = difference(meant.moment, &self.moment(), &Apart::default());
        prop_assert_eq!(apart.unwrap_or_default(), "");
        prop_assert_eq!(&self.held(), &meant.held);
        Ok(())
    }

    /// What is owned, and which secrets are kept of it.
    fn held(&self) -> BTreeSet<String> {
        let folder = Folder::new(self.state_folder());
        let opened = Opened::read(&folder, Some(&self.identities));
        let opened = self.runtime.block_on(opened).expect("a state");
        let mut held = BTreeSet::new();
        for address in opened.snapshot.resources.keys() {
            held.insert(address.to_string());
            if let Access::Open(credentials) = &opened.access {
                let names = credentials.outputs(address);
                held.extend(names.map(|name| format!("{address} {name}")));
            }
        }
        held
    }
}

/// What a struck run is to end in.
struct Meant<'a> {
    moment: &'a Moment,
    held: BTreeSet<String>,
}

/// What is done late is done by then.
fn pause() {
    let began = Instant::now();
    let time = Duration::from_millis(12);
    while began.elapsed() < time {
        std::thread::park_timeout(time);
    }
}

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

/// What strikes a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strikes {
    /// As many random schedules, one after the other. Runs with nothing to do are passed over.
    Random(u32),
    /// One fault on each request in turn.
    Each(&'static str),
}

impl Strikes {
    /// What is asked for: a number, or a fault.
    pub(crate) fn asked(text: &str) -> Self {
        let fault = FAULTS.iter().find(|fault| **fault == text);
        match (text.parse(), fault) {
            (Ok(many), _) => Self::Random(many),
            (_, Some(fault)) => Self::Each(fault),
            _ => panic!("`{text}` is no number and none of {FAULTS:?}"),
        }
    }
}

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
    /// Does the run of `text` again and again from `before`, struck each time. Then everything is as
    /// after the undisturbed one.
    pub(super) fn withstands(&self, strikes: Strikes, text: &str, before: &Moment, run: &Run) {
        let after = self.moment();
        let meant = Meant {
            moment: &after,
            held: self.held(),
        };
        let ends = |schedule| {
            self.return_to(before);
            self.struck(text, &schedule, &meant)
        };
        match strikes {
            Strikes::Random(_) if run.plan.is_empty() => {}
            Strikes::Random(many) => {
                let tried = runner(many).run(&schedules(run.requests), ends);
                tried.unwrap_or_else(|failure| panic!("{text}\n{failure}"));
            }
            Strikes::Each(fault) => {
                println!("{fault} at each of {} requests", run.requests);
                for nth in 1..=run.requests {
                    let tried = ends(vec![(nth, fault)]);
                    tried.unwrap_or_else(|failure| panic!("{text}\n{fault} at {nth}: {failure}"));
                }
            }
        }
        self.return_to(&after);
    }

    fn struck(
        &self,
        text: &str,
        schedule: &Schedule,
        meant: &Meant<'_>,
    ) -> Result<(), TestCaseError> {
        let story = self.insist(text, schedule).join("\n");
        let ended = self.converges(text, meant);
        ended.map_err(|error| TestCaseError::fail(format!("{error}\nafter\n{story}")))
    }

    /// Runs as often as somebody would who sees that it failed. Returns what the servers saw.
    fn insist(&self, text: &str, schedule: &Schedule) -> Vec<String> {
        let mut story = Vec::new();
        for (nth, fault) in schedule {
            self.fault(&format!("/#{nth}={fault}"));
        }
        for number in 1..=PATIENCE {
            let run = self.try_apply(text);
            story.push(format!("run {number}:"));
            self.by_hand(|world| {
                let seen = world.record.all();
                story.extend(seen.map(|it| format!("  {} {} {}", it.method, it.path, it.status)));
            });
            if run.is_ok_and(|run| run.report.succeeded() && run.plan.refusals.is_empty()) {
                break;
            }
        }
        pause();
        self.by_hand(|world| world.faults.clear());
        story
    }

    /// A last run succeeds, the next one has nothing to do, and the world is as it is meant.
    fn converges(&self, text: &str, meant: &Meant<'_>) -> Result<(), TestCaseError> {
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

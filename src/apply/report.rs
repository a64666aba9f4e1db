//! What became of a plan: plain data. How it is told is the caller's business.

use crate::base::{Address, Diagnostic};
use crate::plan::{Action, Part, World};

/// What was done, what failed, and what is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Real servers or the sandbox.
    pub target: World,
    /// One entry a step, in the plan's order.
    pub steps: Vec<StepReport>,
    /// Errors that belong to no step: the state could not be written, a secret is not set.
    pub errors: Vec<Diagnostic>,
    /// What somebody should look at.
    pub warnings: Vec<Diagnostic>,
    /// Requests sent, log-ins, retries and reads included.
    pub requests: u64,
    /// The writes among them, each counted once however often it was sent.
    pub writes: u64,
    /// Whether it was asked to stop before everything was begun.
    pub interrupted: bool,
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReport {
    /// Whose.
    pub address: Address,
    /// What was to be done.
    pub action: Action,
    /// What became of it.
    pub outcome: Outcome,
    /// The parts that were done.
    pub done: Vec<Part>,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All of it was done.
    Done,
    /// A part failed.
    Failed(Vec<Diagnostic>),
    /// A part was not tried, because that object's step failed.
    Skipped {
        /// Whose.
        because: Address,
    },
    /// A part was not begun before the run was stopped.
    Left,
}

impl Report {
    /// Whether everything was done.
    pub fn succeeded(&self) -> bool {
        self.errors.is_empty() && self.steps.iter().all(|step| step.outcome == Outcome::Done)
    }

    /// How many steps are done with this action.
    pub fn done(&self, action: Action) -> usize {
        let done = |step: &&StepReport| step.action == action && step.outcome == Outcome::Done;
        self.steps.iter().filter(done).count()
    }

    /// The steps that failed, with their errors.
    pub fn failures(&self) -> impl Iterator<Item = (&StepReport, &[Diagnostic])> {
        self.steps.iter().filter_map(|step| match &step.outcome {
            Outcome::Failed(errors) => Some((step, errors.as_slice())),
            _ => None,
        })
    }
}

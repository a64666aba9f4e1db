//! What happens while a plan is applied, as it happens. How it is drawn is the caller's business.

use crate::base::Address;
use crate::plan::Action;

/// Steps so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of the whole plan.
    pub total: usize,
    /// Done.
    pub done: usize,
    /// Failed.
    pub failed: usize,
    /// Skipped because others failed.
    pub skipped: usize,
    /// Begun and not ended.
    pub running: usize,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The first part of a step began.
    Started {
        /// Whose.
        address: Address,
        /// What is done.
        action: Action,
    },
    /// The last part of a step was done.
    Finished {
        /// Whose.
        address: Address,
        /// What was done.
        action: Action,
    },
    /// A part of a step failed.
    Failed {
        /// Whose.
        address: Address,
        /// What was tried.
        action: Action,
        /// Why, in one line.
        message: String,
    },
    /// A step is not done because another failed.
    Skipped {
        /// Whose.
        address: Address,
        /// Who failed.
        because: Address,
    },
    /// Nothing new is begun; so many calls are in flight.
    Stopping {
        /// How many.
        in_flight: usize,
    },
    /// What was written without an answer is read back.
    Verifying,
    /// A tenant that may still come is waited for.
    Waiting {
        /// Whose.
        address: Address,
        /// For how many seconds more, at most.
        seconds: u64,
    },
}

/// Hears what happens.
pub trait Progress: Send + Sync {
    /// Something happened.
    fn event(&self, event: &Event, counts: Counts);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn event(&self, _: &Event, _: Counts) {}
}

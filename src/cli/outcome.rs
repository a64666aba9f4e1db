//! How a verb ends, and which exit code says so.

use std::process::ExitCode;

use crate::base::Diagnostic;

/// How a verb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All was done, or there was nothing to do.
    Done,
    /// A plan has changes, or live has drifted.
    Differs,
    /// It failed, and the reason was told.
    Failed,
    /// Somebody stopped it.
    Interrupted,
}

/// Why a verb could not do its work; told by whoever called it.
#[derive(Debug)]
pub(super) struct Failure(pub(super) Vec<Diagnostic>);

/// What a verb returns.
pub(super) type Ended = Result<Outcome, Failure>;

impl From<Outcome> for ExitCode {
    /// Nothing but plan and drift ever ends with 2 (DESIGN, section 5).
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Failed => 1,
            Outcome::Differs => 2,
            Outcome::Interrupted => 130,
        })
    }
}

impl From<Diagnostic> for Failure {
    fn from(one: Diagnostic) -> Self {
        Self(vec![one])
    }
}

impl From<Box<Diagnostic>> for Failure {
    fn from(one: Box<Diagnostic>) -> Self {
        Self(vec![*one])
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(all: Vec<Diagnostic>) -> Self {
        Self(all)
    }
}

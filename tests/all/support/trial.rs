//! What is tried with each run of a life, beside the run itself.

use std::cell::Cell;
use std::time::Duration;

use super::moment::Moment;
use super::strikes::Strikes;
use super::{Ground, Run};

/// What is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trial {
    Nothing,
    /// The run is taken back, and that again.
    Undone,
    /// The run is struck by faults.
    Struck(Strikes),
}

thread_local! {
    static TRIAL: Cell<Trial> = const { Cell::new(Trial::Nothing) };
}

/// Lives `life`, in which each run that changed something is taken back, and that again.
pub(crate) fn taking_back(life: impl FnOnce()) {
    trying(Trial::Undone, life);
}

/// Lives `life`, in which each run is struck by faults, again and again: each time the world ends as
/// the undisturbed run left it.
pub(crate) fn struck(strikes: Strikes, life: impl FnOnce()) {
    trying(Trial::Struck(strikes), life);
}

fn trying(trial: Trial, life: impl FnOnce()) {
    TRIAL.set(trial);
    life();
    TRIAL.set(Trial::Nothing);
}

/// How long a server may be at work on a call.
pub(super) fn settle() -> Duration {
    match TRIAL.get() {
        Trial::Struck(_) => Duration::from_millis(100),
        Trial::Nothing | Trial::Undone => Duration::ZERO,
    }
}

impl Ground {
    /// The moment before a run with which something is to be tried.
    pub(super) fn before(&self) -> Option<Moment> {
        let wanted = match TRIAL.get() {
            Trial::Nothing => false,
            Trial::Undone => !self.destroy,
            Trial::Struck(_) => self.by_hand(|world| world.faults.is_empty()),
        };
        (wanted && self.state == "state").then(|| self.moment())
    }

    /// Tries it with a run that was just done, and leaves everything as it was done.
    pub(super) fn try_out(&self, text: &str, before: &Moment, run: &Run) {
        match TRIAL.get() {
            Trial::Nothing => {}
            Trial::Undone if run.plan.is_empty() => {}
            Trial::Undone => self.goes_back_and_forth(text, before),
            Trial::Struck(strikes) => self.withstands(strikes, text, before, run),
        }
    }
}

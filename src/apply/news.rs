//! What happened so far: counted step by step, told as it happens, kept for the report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::context::Context;
use super::executor::Walked;
use super::failure::Failure;
use super::progress::{Counts, Event, Progress};
use super::report::{Outcome, StepReport};
use super::schedule::{Fate, Schedule};
use crate::base::Diagnostic;

/// Tells what happens, and keeps what failed.
pub(super) struct News<'a> {
    context: &'a Context,
    progress: Arc<dyn Progress>,
    counts: Counts,
    failed: BTreeMap<usize, Vec<Diagnostic>>,
    ended: BTreeSet<usize>,
    started: BTreeSet<usize>,
    /// What stops the whole run.
    pub(super) fatal: Vec<Diagnostic>,
}

impl<'a> News<'a> {
    /// Nothing has happened yet.
    pub(super) fn new(context: &'a Context, progress: Arc<dyn Progress>) -> Self {
        let counts = Counts {
            total: context.plan.steps.len(),
            ..Counts::default()
        };
        Self {
            context,
            progress,
            counts,
            failed: BTreeMap::new(),
            ended: BTreeSet::new(),
            started: BTreeSet::new(),
            fatal: Vec::new(),
        }
    }

    /// Tells an event.
    pub(super) fn tell(&self, event: &Event) {
        self.progress.event(event, self.counts);
    }

    /// Hears how the graph is walked.
    pub(super) fn hear(&mut self, schedule: &Schedule, walked: Walked) {
        match walked {
            Walked::Started(number) => {
                if let Some(step) = schedule.step(number) {
                    self.hear_started(step);
                }
            }
            Walked::Done(number) => self.hear_ended(schedule, number),
            Walked::Failed(number, failure, skipped) => {
                if let Some(step) = schedule.step(number) {
                    self.hear_failed(step, failure);
                }
                for ended in [vec![number], skipped].concat() {
                    self.hear_ended(schedule, ended);
                }
            }
            Walked::Stopping(in_flight) => self.tell(&Event::Stopping { in_flight }),
        }
    }

    fn hear_started(&mut self, step: usize) {
        if self.started.insert(step) {
            self.counts.running += 1;
            let step = self.context.step(step);
            self.tell(&Event::Started {
                address: step.address.clone(),
                action: step.action,
            });
        }
    }

    /// Hears that a step failed.
    pub(super) fn hear_failed(&mut self, step: usize, failure: Failure) {
        let planned = self.context.step(step);
        let event = Event::Failed {
            address: planned.address.clone(),
            action: planned.action,
            message: failure.error.message.clone(),
        };
        self.tell(&event);
        if failure.fatal {
            self.fatal.push((*failure.error).clone());
        }
        self.failed.entry(step).or_default().push(*failure.error);
    }

    /// Counts the step of a node once all its parts have ended.
    fn hear_ended(&mut self, schedule: &Schedule, number: usize) {
        let Some(step) = schedule.step(number) else {
            return;
        };
        let is_open = |fate: &Fate| matches!(fate, Fate::Waiting | Fate::Running);
        if schedule.fates(step).any(|(_, fate)| is_open(fate)) || !self.ended.insert(step) {
            return;
        }
        if self.started.contains(&step) {
            self.counts.running -= 1;
        }
        let (address, action) = {
            let step = self.context.step(step);
            (step.address.clone(), step.action)
        };
        match self.outcome(schedule, step) {
            Outcome::Done => {
                self.counts.done += 1;
                self.tell(&Event::Finished { address, action });
            }
            Outcome::Skipped { because } => {
                self.counts.skipped += 1;
                self.tell(&Event::Skipped { address, because });
            }
            Outcome::Failed(_) | Outcome::Left => self.counts.failed += 1,
        }
    }

    fn outcome(&self, schedule: &Schedule, step: usize) -> Outcome {
        if let Some(errors) = self.failed.get(&step) {
            return Outcome::Failed(errors.clone());
        }
        let mut outcome = Outcome::Done;
        for (_, fate) in schedule.fates(step) {
            match fate {
                Fate::Skipped(because) => {
                    return Outcome::Skipped {
                        because: because.clone(),
                    };
                }
                Fate::Waiting | Fate::Running => outcome = Outcome::Left,
                Fate::Done | Fate::Failed => {}
            }
        }
        outcome
    }

    /// What became of the step at that place in the plan.
    pub(super) fn report(&self, schedule: &Schedule, step: usize) -> StepReport {
        let planned = self.context.step(step);
        let done = schedule
            .fates(step)
            .filter(|(_, fate)| **fate == Fate::Done);
        StepReport {
            address: planned.address.clone(),
            action: planned.action,
            outcome: self.outcome(schedule, step),
            done: done.map(|(part, _)| part.clone()).collect(),
        }
    }
}

//! Applies a plan: secrets first, then the graph, then what was written without an answer is read
//! back, then the state is saved; and a report of all of it.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::Instant;

use super::context::Context;
use super::executor::walk;
use super::ledger::End;
use super::news::News;
use super::progress::{Event, Progress};
use super::report::{Outcome, Report, StepReport};
use super::schedule::{Limits, Schedule};
use super::secrets::Secrets;
use super::surroundings::Surroundings;
use crate::base::Diagnostic;
use crate::base::lock::lock;
use crate::kind::Quirk;
use crate::plan::undo::Images;
use crate::plan::{Plan, Step};

/// What applying a plan needs.
pub struct Inputs {
    /// The plan, without refusals.
    pub plan: Arc<Plan>,
    /// When its live values were read; none if that was in another run (a saved plan).
    pub read_at: Option<Instant>,
    /// How many parts run side by side.
    pub limits: Limits,
}

/// Applies a plan.
pub async fn apply(around: &Surroundings, inputs: Inputs) -> Report {
    let reads = around.sessions.reads();
    let (requests, writes) = (reads.requests(), reads.writes());
    let secrets = Secrets::gather(&inputs.plan, around.secrets.as_ref()).await;
    let secrets = match secrets {
        Ok(secrets) => secrets,
        Err(missing) => return nothing_done(&inputs.plan, missing),
    };
    let plan = Arc::clone(&inputs.plan);
    let context = Arc::new(Context::new(around, plan, inputs.read_at, secrets));
    context.keep_planned();
    if let Err(error) = keep_undo(around, &inputs.plan).await {
        return nothing_done(&inputs.plan, vec![error]);
    }
    if let Err(failure) = context.keep_books().await {
        return nothing_done(&inputs.plan, vec![*failure.error]);
    }
    let walked = go(
        &context,
        inputs.limits,
        &around.stop,
        Arc::clone(&around.progress),
    )
    .await;
    let mut errors = walked.fatal;
    if let Err(error) = around.ledger.save().await {
        errors.push(error);
    }
    let warnings = std::mem::take(&mut *lock(&context.warnings));
    let mut report = Report {
        target: inputs.plan.target,
        steps: walked.steps,
        errors,
        warnings,
        requests: reads.requests() - requests,
        writes: reads.writes() - writes,
        interrupted: walked.interrupted,
    };
    if let Err(error) = around.ledger.end_undo(end(&inputs.plan, &report)).await {
        report.errors.push(error);
    }
    report
}

/// Keeps what the plan changes, before any of it is changed.
async fn keep_undo(around: &Surroundings, plan: &Plan) -> Result<(), Diagnostic> {
    if plan.is_empty() && !plan.keeps_books() {
        return Ok(());
    }
    let images = Images::of(plan, |address| around.ledger.entry(address));
    around.ledger.keep_undo(images).await
}

/// How far a run got.
fn end(plan: &Plan, report: &Report) -> End {
    let did = plan.keeps_books()
        || report.writes > 0
        || report.steps.iter().any(|step| !step.done.is_empty());
    match (did, report.succeeded()) {
        (_, true) => End::Whole,
        (true, false) => End::Halfway,
        (false, false) => End::Idle,
    }
}

/// What came of walking the graph.
struct Journey {
    steps: Vec<StepReport>,
    fatal: Vec<Diagnostic>,
    interrupted: bool,
}

async fn go(
    context: &Arc<Context>,
    limits: Limits,
    stop: &watch::Receiver<bool>,
    progress: Arc<dyn Progress>,
) -> Journey {
    let alone = |step: &Step| {
        let kind = context.kind_of_step(step);
        kind.is_ok_and(|kind| kind.is(Quirk::OneByOne))
    };
    let mut schedule = Schedule::new(&context.plan, limits).one_by_one(&context.plan, alone);
    let mut news = News::new(context, progress);
    let nodes: Vec<_> = schedule
        .nodes()
        .map(|(step, node)| (step, node.clone()))
        .collect();
    let run = |number: usize| {
        let (context, (place, node)) = (Arc::clone(context), nodes[number].clone());
        async move {
            match place {
                Some(place) => context.perform(place, &node).await,
                None => Ok(()),
            }
        }
    };
    let stopped = walk(&mut schedule, stop, run, |schedule, walked| {
        news.hear(schedule, walked);
    })
    .await;
    if news.fatal.is_empty() {
        for (step, failure) in context.send_lists().await {
            news.hear_failed(step, failure);
        }
    }
    let mut fatal = std::mem::take(&mut news.fatal);
    let raised = *stop.borrow();
    if fatal.is_empty() && !raised && !lock(&context.unverified).is_empty() {
        news.tell(&Event::Verifying);
        fatal.extend(context.verify().await.err().map(|failure| *failure.error));
    }
    let steps = 0..context.plan.steps.len();
    Journey {
        steps: steps.map(|step| news.report(&schedule, step)).collect(),
        interrupted: stopped && raised,
        fatal,
    }
}

fn nothing_done(plan: &Plan, errors: Vec<Diagnostic>) -> Report {
    let steps = plan.steps.iter().map(|step| StepReport {
        address: step.address.clone(),
        action: step.action,
        outcome: Outcome::Left,
        done: Vec::new(),
    });
    Report {
        target: plan.target,
        steps: steps.collect(),
        errors,
        warnings: Vec::new(),
        requests: 0,
        writes: 0,
        interrupted: false,
    }
}

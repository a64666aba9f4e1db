//! One run that changes something while it holds the state: plan, ask, carry out, tell.

use std::sync::Arc;

use tokio::sync::watch;

use super::super::args::Format;
use super::super::ask::{Answer, ask};
use super::super::console::Console;
use super::super::ground::{Ground, Planned};
use super::super::outcome::{Ended, Failure, Outcome};
use super::super::plan::refused;
use super::super::providers::CATALOG;
use super::{Job, NOT_AGREED, OWNED};
use crate::apply::{self, Inputs, Limits, Report};
use crate::base::Diagnostic;
use crate::plan::Plan;
use crate::render::{self, json};
use crate::state::credentials::no_identity;
use crate::state::{Opened, State};

/// What a run has while it holds the state.
pub(super) struct Run<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) ground: &'a Ground,
    pub(super) state: Arc<State>,
    pub(super) stop: watch::Receiver<bool>,
}

impl Run<'_> {
    pub(super) async fn go(&self) -> Ended {
        let opened = self.state.opened();
        if let Some(refused) = self.ground.place.refuse_unnamed(&opened, self.job.verb) {
            return Err(refused.into());
        }
        if let Some(ended) = self.resume().await? {
            return Ok(ended);
        }
        let opened = self.state.opened();
        self.refuse_owned(&opened)?;
        let planned = tokio::select! {
            planned = self.ground.plan(&opened, &self.job.asked) => planned?,
            () = raised(self.stop.clone()) => return Ok(Outcome::Interrupted),
        };
        self.show(&planned.plan);
        if !planned.plan.refusals.is_empty() {
            return Ok(refused(&planned.plan, self.job.context));
        }
        self.refuse_keyless(&planned.plan)?;
        if !planned.plan.is_empty()
            && let Some(ended) = self.agree("apply these changes").await?
        {
            return Ok(ended);
        }
        self.carry_out(planned).await
    }

    /// What must be sealed or recognised needs an identity.
    pub(super) fn refuse_keyless(&self, plan: &Plan) -> Result<(), Failure> {
        if self.state.is_keyless() && apply::needs_key(CATALOG, plan) {
            let looked = "the command line, the environment or your configuration folder";
            return Err(Diagnostic::from(no_identity(looked)).into());
        }
        Ok(())
    }

    /// An object that is ours already cannot be another one as well.
    fn refuse_owned(&self, opened: &Opened) -> Result<(), Failure> {
        for (address, id) in &self.job.asked.imports {
            let Some(entry) = opened.snapshot.resources.get(address) else {
                continue;
            };
            let message = if entry.id == *id {
                format!("`{address}` is ours already")
            } else {
                format!("`{address}` is ours already, with the id `{}`", entry.id)
            };
            return Err(Diagnostic::error(OWNED, message)
                .about(address)
                .hint("nothing needs to be imported; `tenantry plan` shows what differs")
                .into());
        }
        Ok(())
    }

    pub(super) fn console(&self) -> &Console {
        &self.job.context.console
    }

    /// Shows the plan: on standard error where the result is JSON, and somebody is asked.
    pub(super) fn show(&self, plan: &Plan) {
        let (job, console) = (self.job, self.console());
        match job.format {
            Format::Text => console.result(&render::plan(plan, &job.view, console.out)),
            Format::Json if !plan.refusals.is_empty() => console.result(&json::plan(plan)),
            Format::Json if job.is_agreed(self.ground) => {}
            Format::Json => console.tell(&render::plan(plan, &job.view, console.err)),
        }
    }

    /// Asks, if that is needed. Returns how the run ends if it was not agreed to.
    pub(super) async fn agree(&self, question: &str) -> Result<Option<Outcome>, Failure> {
        if self.job.is_agreed(self.ground) {
            return Ok(None);
        }
        if !self.job.context.can_ask {
            let message =
                format!("nobody can be asked whether to {question}, and --yes was not said");
            return Err(Diagnostic::error(NOT_AGREED, message)
                .hint(format!(
                    "look at the plan, then: tenantry {} --yes",
                    self.job.verb
                ))
                .into());
        }
        Ok(
            match ask(self.console(), question, self.stop.clone()).await {
                Answer::Yes => None,
                Answer::No => {
                    self.console().tell("declined: nothing was changed\n");
                    Some(Outcome::Failed)
                }
                Answer::Interrupted => Some(Outcome::Interrupted),
            },
        )
    }

    pub(super) async fn carry_out(&self, planned: Planned) -> Ended {
        let Planned {
            plan,
            targets,
            read_at,
        } = planned;
        let is_empty = plan.is_empty();
        if !is_empty {
            let owned = self.state.own_roots(&self.ground.place.names).await;
            owned.map_err(Diagnostic::from)?;
        }
        let all = usize::from(self.job.wanted.network.parallelism);
        let inputs = Inputs {
            plan: Arc::new(plan),
            read_at: Some(read_at),
            limits: Limits { all, each: all },
        };
        let around = self.surroundings(targets);
        let report = apply::apply(&around, inputs).await;
        drop(around);
        self.tell(&report, is_empty);
        Ok(match (report.interrupted, report.succeeded()) {
            (true, _) => Outcome::Interrupted,
            (false, true) => Outcome::Done,
            (false, false) => Outcome::Failed,
        })
    }

    fn tell(&self, report: &Report, was_empty: bool) {
        let console = self.console();
        console.diagnostics(&report.warnings);
        for (_, errors) in report.failures() {
            console.diagnostics(errors);
        }
        console.diagnostics(&report.errors);
        match self.job.format {
            Format::Json => console.result(&render::report_json(report)),
            Format::Text if was_empty && report.succeeded() => {}
            Format::Text => {
                let text = render::report(report, console.out);
                console.result(&format!("\n{text}"));
            }
        }
    }
}

pub(super) async fn raised(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

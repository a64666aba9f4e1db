//! `apply` and `destroy`: make the plan, ask, do it, tell what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::args::{Agreement, Apply, Destroy, Format, Import};
use super::ask::{Answer, ask};
use super::context::Context;
use super::facts::{Resolver, Whereabouts};
use super::ground::{Asked, Ground, Planned, Wanted, overrides};
use super::interrupt;
use super::keys::{Need, identities};
use super::outcome::{Ended, Failure, Outcome};
use super::plan::refused;
use super::progress::Progress;
use super::providers::CATALOG;
use super::selection::Selected;
use super::view::view;
use crate::apply::{self, Inputs, Kept, Limits, Report, Resume, Surroundings};
use crate::base::address::NotAnAddress;
use crate::base::{Address, Code, Diagnostic, Value};
use crate::kind::Api;
use crate::plan::input::NO_SUCH_ADDRESS;
use crate::plan::{Facts as _, Plan, World};
use crate::render::{self, View, json};
use crate::state::credentials::no_identity;
use crate::state::{Opened, State};

/// Nobody can be asked, and `--yes` was not said.
pub(super) const NOT_AGREED: Code = Code("E0814");

/// How long a server may still be at work on a call whose caller died.
const SETTLE: Duration = Duration::from_secs(5);

/// What is to be imported is ours already.
pub(super) const OWNED: Code = Code("E0820");

/// Makes it so.
pub(super) async fn apply(args: &Apply, context: &Context) -> Ended {
    let job = Job {
        wanted: Wanted {
            paths: &args.manifests.paths,
            files: args.manifests.files,
            place: &args.place,
            network: &args.network,
        },
        asked: Asked {
            selected: Selected::new(&args.selection)?,
            overrides: overrides(&args.overrides.overrides)?,
            no_delete: args.deletes.no_delete,
            adopt: args.adoption.adopt,
            ..Asked::default()
        },
        agreement: args.agreement,
        format: args.printed.format,
        view: view(&args.viewed),
        verb: "apply",
        context,
    };
    job.run().await
}

/// Takes over one live object by its id.
pub(super) async fn import(args: &Import, context: &Context) -> Ended {
    let address = args.address.parse().map_err(|no: NotAnAddress| {
        Diagnostic::error(NO_SUCH_ADDRESS, no.to_string())
            .hint("write TENANT/KIND/NAME, as `tenantry plan` shows it")
    })?;
    let job = Job {
        wanted: Wanted {
            paths: &args.manifests.paths,
            files: args.manifests.files,
            place: &args.place,
            network: &args.network,
        },
        asked: Asked {
            selected: Selected::only(&address),
            overrides: overrides(&args.overrides.overrides)?,
            no_delete: true,
            imports: vec![(address, args.id.clone())],
            ..Asked::default()
        },
        agreement: args.agreement,
        format: args.printed.format,
        view: View::default(),
        verb: "import",
        context,
    };
    job.run().await
}

/// Deletes what is owned.
pub(super) async fn destroy(args: &Destroy, context: &Context) -> Ended {
    let job = Job {
        wanted: Wanted {
            paths: &args.manifests.paths,
            files: args.manifests.files,
            place: &args.place,
            network: &args.network,
        },
        asked: Asked {
            selected: Selected::new(&args.selection)?,
            overrides: overrides(&args.overrides.overrides)?,
            destroy: true,
            ..Asked::default()
        },
        agreement: args.agreement,
        format: args.printed.format,
        view: view(&args.viewed),
        verb: "destroy",
        context,
    };
    job.run().await
}

/// One run that changes something.
struct Job<'a> {
    wanted: Wanted<'a>,
    asked: Asked,
    agreement: Agreement,
    format: Format,
    view: View,
    verb: &'static str,
    context: &'a Context,
}

/// What a run has while it holds the state.
struct Run<'a> {
    job: &'a Job<'a>,
    ground: &'a Ground,
    state: Arc<State>,
    stop: watch::Receiver<bool>,
}

impl Job<'_> {
    async fn run(&self) -> Ended {
        let ground = Ground::prepare(self.wanted, self.context).await?;
        let ended = self.on(&ground).await;
        ground.end().await;
        ended
    }

    async fn on(&self, ground: &Ground) -> Ended {
        let flag = self.wanted.place.identity.as_deref();
        let keys = identities(flag, self.context, &ground.place, Need::May)?;
        let (store, patience) = (&*ground.place.store, self.agreement.lock_timeout);
        let state = State::open_with(store, keys.as_ref(), patience, self.verb).await;
        let state = Arc::new(state.map_err(Diagnostic::from)?);
        let stop = interrupt::listen(self.context.console.clone(), state.lost());
        let run = Run {
            job: self,
            ground,
            state: Arc::clone(&state),
            stop,
        };
        let ended = run.go().await;
        drop(run);
        if let Some(state) = Arc::into_inner(state) {
            state.close().await.map_err(Diagnostic::from)?;
        }
        ended
    }

    /// Whether it may change something without asking.
    fn is_agreed(&self, ground: &Ground) -> bool {
        self.agreement.yes || ground.place.world == World::Sandbox
    }
}

impl Run<'_> {
    async fn go(&self) -> Ended {
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
        if self.state.is_keyless() && apply::needs_key(CATALOG, &planned.plan) {
            let looked = "the command line, the environment or your configuration folder";
            return Err(Diagnostic::from(no_identity(looked)).into());
        }
        if !planned.plan.is_empty()
            && let Some(ended) = self.agree("apply these changes").await?
        {
            return Ok(ended);
        }
        self.carry_out(planned).await
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

    fn console(&self) -> &super::console::Console {
        &self.job.context.console
    }

    /// Shows the plan: on standard error where the result is JSON, and somebody is asked.
    fn show(&self, plan: &Plan) {
        let (job, console) = (self.job, self.console());
        match job.format {
            Format::Text => console.result(&render::plan(plan, &job.view, console.out)),
            Format::Json if !plan.refusals.is_empty() => console.result(&json::plan(plan)),
            Format::Json if job.is_agreed(self.ground) => {}
            Format::Json => console.tell(&render::plan(plan, &job.view, console.err)),
        }
    }

    /// Asks, if that is needed. Returns how the run ends if it was not agreed to.
    async fn agree(&self, question: &str) -> Result<Option<Outcome>, Failure> {
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

    /// Ends what an earlier run began. Returns how the run ends if it cannot go on.
    async fn resume(&self) -> Result<Option<Outcome>, Failure> {
        let opened = self.state.opened();
        let facts = self.ground.facts(&opened);
        let hosts = self.ground.documents.iter().filter(|document| {
            document.home.is_none() || document.body.get("connection").is_some()
        });
        for document in hosts {
            let (kind, address) = (document.kind, &document.address);
            facts.settings(kind, address, &document.body, &Value::Null, &Value::Null);
        }
        let mut left = self.ground.left_over(&opened, &facts.targets()).await.told;
        // Errors come again from whoever cannot resume.
        left.retain(|found| !found.is_error());
        self.console().diagnostics(&left);
        if !left.is_empty()
            && let Some(ended) = self.agree("finish what an earlier run began").await?
        {
            return Ok(Some(ended));
        }
        let snapshot = self.state.snapshot();
        let owned = snapshot.resources.iter();
        let resume = Resume {
            forgotten: forgotten(&self.job.asked.overrides),
            owned: owned
                .map(|(address, entry)| (address.clone(), entry.id.clone()))
                .collect(),
            now: Timestamp::now(),
            settle: match self.ground.place.world {
                World::Live => SETTLE,
                World::Sandbox => Duration::ZERO,
            },
        };
        let around = self.surroundings(facts.targets());
        let resumed = apply::resume(&around, &resume).await;
        drop(around);
        for (address, what) in &resumed.done {
            self.console().say(&format!("{address} {what}\n"));
        }
        self.console().diagnostics(&resumed.warnings);
        if !resumed.errors.is_empty() {
            return Err(resumed.errors.into());
        }
        Ok(resumed.interrupted.then_some(Outcome::Interrupted))
    }

    fn surroundings(&self, targets: BTreeMap<Address, (Api, Value)>) -> Surroundings {
        let target = |(api, settings)| apply::Target { api, settings };
        Surroundings {
            catalog: CATALOG,
            sessions: self.ground.sessions.clone(),
            targets: targets
                .into_iter()
                .map(|(at, found)| (at, target(found)))
                .collect(),
            hosts: Arc::new(Whereabouts(self.ground.played.clone())),
            secrets: Arc::new(Resolver(Arc::clone(&self.ground.secrets))),
            ledger: Arc::new(Kept::new(Arc::clone(&self.state))),
            progress: Arc::new(Progress::start(self.console())),
            stop: self.stop.clone(),
        }
    }

    async fn carry_out(&self, planned: Planned) -> Ended {
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

/// The intents that `--override intent=ADDRESS` says to forget.
fn forgotten(overrides: &[(String, String)]) -> BTreeSet<Address> {
    let intents = overrides.iter().filter(|(rule, _)| rule == "intent");
    intents
        .filter_map(|(_, address)| address.parse().ok())
        .collect()
}

async fn raised(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

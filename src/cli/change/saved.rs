//! `apply FILE`: carries out exactly what a saved plan says, or says what has moved since.
//!
//! The plan is made again, of its objects alone, from manifests, secrets, state and servers as they
//! are now, by the same planner. Nothing is written before the two are known to be the same.

use std::path::{Path, PathBuf};

use super::super::args::{self, Apply, Kept};
use super::super::context::Context;
use super::super::ground::{Asked, Wanted, overrides, world};
use super::super::outcome::{Ended, Failure, Outcome};
use super::super::saved::{chosen, read, sandbox_key};
use super::super::view::view;
use super::Job;
use super::run::{Run, raised};
use crate::base::{Code, Diagnostic, FingerprintKey};
use crate::plan::World;
use crate::plan::saved::{self, Chosen, Given, MOVED, Now, Saved, Signer};
use crate::state::Identities;

/// A saved plan was changed, or nobody signed it.
pub(in crate::cli) const NOT_SIGNED: Code = Code("E0852");
/// A saved plan was used before.
pub(in crate::cli) const USED: Code = Code("E0853");
/// A saved plan is of another world.
pub(in crate::cli) const OTHER_WORLD: Code = Code("E0855");
/// A saved plan brings its own options.
pub(in crate::cli) const OWN_OPTIONS: Code = Code("E0856");
/// A saved plan is refused.
pub(in crate::cli) const REFUSED: Code = Code("E0857");

/// Carries out the plan in `file`.
pub(super) async fn apply(file: &Path, args: &Apply, context: &Context) -> Ended {
    let saved = read(file)?;
    refuse_options(&saved, args)?;
    refuse_world(&saved, world(&args.place)?, file)?;
    refuse_refused(&saved)?;
    let paths: Vec<PathBuf> = saved.basis.paths.iter().map(PathBuf::from).collect();
    let state = args.place.kept.state.clone();
    let place = args::Place {
        kept: Kept {
            state: state.or_else(|| saved.basis.place.as_ref().map(PathBuf::from)),
        },
        ..args.place.clone()
    };
    let job = Job {
        wanted: Wanted {
            paths: &paths,
            files: args.manifests.files,
            place: &place,
            network: &args.network,
        },
        asked: Asked {
            overrides: overrides(&saved.options.overrides)?,
            no_delete: saved.options.no_delete,
            adopt: saved.options.adopt,
            undo: saved.options.undo,
            only: Some(saved.addresses()),
            ..Asked::default()
        },
        agreement: args.agreement,
        format: args.printed.format,
        view: view(&args.viewed),
        verb: "apply",
        context,
        saved: Some(&saved),
    };
    job.run().await
}

/// What was asked for is in the file: nothing else can be asked of it.
fn refuse_options(saved: &Saved, args: &Apply) -> Result<(), Failure> {
    let given = chosen(
        &args.selection,
        &args.overrides,
        args.deletes,
        args.adoption,
        args.backwards,
    );
    if given == Chosen::default() || given == saved.options {
        return Ok(());
    }
    let message = "a saved plan is applied as it was made: -l, --target, --override, --no-delete, \
                   --adopt and --undo are in the file";
    Err(Diagnostic::error(OWN_OPTIONS, message)
        .hint("leave them out (TENANTRY_… variables too), or make another plan with them")
        .into())
}

fn refuse_world(saved: &Saved, world: World, file: &Path) -> Result<(), Failure> {
    let file = file.display();
    let (message, hint) = match (saved.world(), world) {
        (World::Sandbox, World::Live) => (
            "the plan was made for the sandbox",
            format!("tenantry apply --sandbox {file}"),
        ),
        (World::Live, World::Sandbox) => (
            "the plan was made for real servers, not for the sandbox",
            format!("tenantry apply {file}"),
        ),
        _ => return Ok(()),
    };
    Err(Diagnostic::error(OTHER_WORLD, message).hint(hint).into())
}

fn refuse_refused(saved: &Saved) -> Result<(), Failure> {
    let count = saved.plan.refusals.len();
    if count == 0 {
        return Ok(());
    }
    let plural = if count == 1 { "" } else { "s" };
    let message = format!("the saved plan is refused ({count} refusal{plural})");
    Err(Diagnostic::error(REFUSED, message)
        .hint("`tenantry show FILE` prints them, each with its override")
        .into())
}

impl Run<'_> {
    /// Carries out a saved plan.
    pub(super) async fn go_as_saved(&self, saved: &Saved, keys: Option<&Identities>) -> Ended {
        let opened = self.state.opened();
        if let Some(refused) = self.ground.place.refuse_unnamed(&opened, self.job.verb) {
            return Err(refused.into());
        }
        let key = self.verified(saved, keys)?;
        self.refuse_used(saved)?;
        self.refuse_moved(saved, &key)?;
        let planned = tokio::select! {
            planned = self.ground.plan(&opened, &self.job.asked) => planned?,
            () = raised(self.stop.clone()) => return Ok(Outcome::Interrupted),
        };
        let now = Now {
            plan: &planned.plan,
            documents: &self.ground.documents,
        };
        let moved = saved::moved(saved, now);
        if !moved.is_empty() {
            return Err(nothing_written(moved));
        }
        self.refuse_keyless(&planned.plan)?;
        self.show(&saved.plan);
        if !saved.addresses().is_empty() {
            self.state.edit(|snapshot| snapshot.use_plan(&saved.id));
            self.state.save().await.map_err(Diagnostic::from)?;
        }
        self.carry_out(planned).await
    }

    /// The key that the plan is signed with, if it is as it was signed.
    fn verified(
        &self,
        saved: &Saved,
        keys: Option<&Identities>,
    ) -> Result<FingerprintKey, Failure> {
        let Some(signature) = &saved.signature else {
            let message = "the saved plan is not signed: it was made without the age identity";
            return Err(Diagnostic::error(NOT_SIGNED, message)
                .hint("it can be shown; make one to apply with `--identity FILE`")
                .into());
        };
        let candidates = match signature.by {
            Signer::Lineage if self.state.is_keyless() => Vec::new(),
            Signer::Lineage => vec![self.state.key().clone()],
            Signer::Identity => keys.map(Identities::signing_keys).unwrap_or_default(),
            Signer::Sandbox => sandbox_key(self.ground).into_iter().collect(),
        };
        let mut fitting = candidates
            .into_iter()
            .filter(|key| saved.is_signed_with(key));
        fitting.next().ok_or_else(|| {
            let whose = match signature.by {
                Signer::Lineage => "with this state's key",
                Signer::Identity => "with this age identity",
                Signer::Sandbox => "with this sandbox's key",
            };
            let message =
                format!("the saved plan was changed since it was made, or not signed {whose}");
            Diagnostic::error(NOT_SIGNED, message)
                .hint("make it again: tenantry plan --out FILE")
                .into()
        })
    }

    fn refuse_used(&self, saved: &Saved) -> Result<(), Failure> {
        if !self.state.snapshot().used_plans.contains(&saved.id) {
            return Ok(());
        }
        Err(
            Diagnostic::error(USED, "the saved plan was applied already")
                .hint("what is left to do, if anything: tenantry plan --out FILE")
                .into(),
        )
    }

    fn refuse_moved(&self, saved: &Saved, key: &FingerprintKey) -> Result<(), Failure> {
        let opened = self.state.opened();
        if !opened.open_intents.is_empty() {
            let message = "an earlier run left something unfinished, which must be ended first";
            let open = Diagnostic::error(MOVED, message).hint("end it: tenantry apply");
            return Err(nothing_written(vec![open]));
        }
        let facts = self.ground.facts(&opened);
        let documents = &self.ground.documents;
        let moved = saved.basis.moved(Given {
            state: &self.state.version(),
            documents,
            secrets: &saved::secrets(documents, &saved.addresses(), &facts, key),
        });
        if moved.is_empty() {
            return Ok(());
        }
        Err(nothing_written(moved))
    }
}

/// Says that nothing happened, and what has moved.
fn nothing_written(moved: Vec<Diagnostic>) -> Failure {
    let message = "what the saved plan was made from has moved: nothing was written";
    let first = Diagnostic::error(MOVED, message);
    Failure(std::iter::once(first).chain(moved).collect())
}

//! `apply` and `destroy`: make the plan, ask, do it, tell what became of it.

mod resume;
mod run;
mod saved;

use std::sync::Arc;

use super::args::{Agreement, Apply, Destroy, Format, Import};
use super::context::Context;
use super::ground::{Asked, Ground, Wanted, overrides};
use super::interrupt;
use super::keys::{Need, identities};
use super::outcome::Ended;
use super::selection::{Selected, address};
use super::view::view;
use crate::base::{Code, Diagnostic};
use crate::plan::World;
use crate::plan::saved::Saved;
use crate::render::View;
use crate::state::State;
use run::Run;

/// Nobody can be asked, and `--yes` was not said.
pub(super) const NOT_AGREED: Code = Code("E0814");

/// What is to be imported is ours already.
pub(super) const OWNED: Code = Code("E0820");

/// Makes it so.
pub(super) async fn apply(args: &Apply, context: &Context) -> Ended {
    if let Some(file) = super::saved::named(&args.manifests.paths) {
        return saved::apply(file, args, context).await;
    }
    let job = Job {
        wanted: Wanted::of(&args.manifests, &args.place, &args.network),
        asked: Asked {
            selected: Selected::new(&args.selection)?,
            overrides: overrides(&args.overrides.overrides)?,
            no_delete: args.deletes.no_delete,
            adopt: args.adoption.adopt,
            undo: args.backwards.undo,
            ..Asked::default()
        },
        agreement: args.agreement,
        format: args.printed.format,
        view: view(&args.viewed),
        verb: "apply",
        context,
        saved: None,
    };
    job.run().await
}

/// Takes over one live object by its id.
pub(super) async fn import(args: &Import, context: &Context) -> Ended {
    let address = address(&args.address)?;
    let job = Job {
        wanted: Wanted::of(&args.manifests, &args.place, &args.network),
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
        saved: None,
    };
    job.run().await
}

/// Deletes what is owned.
pub(super) async fn destroy(args: &Destroy, context: &Context) -> Ended {
    let job = Job {
        wanted: Wanted::of(&args.manifests, &args.place, &args.network),
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
        saved: None,
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
    /// The plan that is carried out, if it was made before.
    saved: Option<&'a Saved>,
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
        let ended = match self.saved {
            Some(saved) => run.go_as_saved(saved, keys.as_ref()).await,
            None => run.go().await,
        };
        drop(run);
        if let Some(state) = Arc::into_inner(state) {
            state.close().await.map_err(Diagnostic::from)?;
        }
        ended
    }

    /// Whether it may change something without asking.
    fn is_agreed(&self, ground: &Ground) -> bool {
        self.agreement.yes || self.saved.is_some() || ground.place.world == World::Sandbox
    }
}

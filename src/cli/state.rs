//! `state`: what is kept, who holds it, which snapshots there are. What changes it is in
//! [`mend`](super::mend). No server is contacted.

use serde_json::json;

use super::args::{
    Changed, Format, StateList, StateLock, StatePull, StateUnlock, StateVerb, StateVersions, Which,
};
use super::context::Context;
use super::keys::{Need, identities};
use super::outcome::{Ended, Failure, Outcome};
use super::place::Place;
use super::{interrupt, mend};
use crate::base::{Code, Diagnostic};
use crate::plan::World;
use crate::render::show;
use crate::state::{Holder, Holding, OpenIntent, Opened, Snapshot, State};

/// A state cannot be looked at or mended so.
pub(super) const NOT_SO: Code = Code("E0830");

/// Does it.
pub(super) async fn run(verb: &StateVerb, context: &Context) -> Ended {
    match verb {
        StateVerb::List(args) => list(args, context).await,
        StateVerb::Pull(args) => pull(args, context).await,
        StateVerb::Versions(args) if args.restore.is_some() => mend::restore(args, context).await,
        StateVerb::Versions(args) => versions(args, context).await,
        StateVerb::Lock(args) if args.hold => hold(args, context).await,
        StateVerb::Lock(args) => lock(args, context).await,
        StateVerb::Unlock(args) => unlock(args, context).await,
        StateVerb::Move(args) => mend::rename(args, context).await,
        StateVerb::Forget(args) => mend::forget(args, context).await,
        StateVerb::Root(args) => mend::root(args, context).await,
        StateVerb::Reseal(args) => mend::reseal(args, context).await,
    }
}

impl Which {
    fn place(&self, context: &Context) -> Result<Place, Failure> {
        let world = match &self.sandbox {
            Some(flag) if flag.is_on() => World::Sandbox,
            _ => World::Live,
        };
        Place::new(&self.paths, &self.kept, world, &context.environment)
    }

    async fn read(&self, context: &Context) -> Result<(Place, Opened), Failure> {
        let place = self.place(context)?;
        let keys = identities(self.identity.as_deref(), context, &place, Need::Nice)?;
        let opened = Opened::read(&*place.store, keys.as_ref()).await;
        Ok((place, opened.map_err(Diagnostic::from)?))
    }
}

impl Changed {
    /// Opens the state, which must be there.
    pub(super) async fn open(&self, context: &Context, verb: &str) -> Result<State, Failure> {
        let (place, opened) = self.which.read(context).await?;
        if opened.snapshot.lineage.is_empty() {
            let message = format!("there is no state in {}", opened.place);
            let hint = "name it: --state PLACE, or --manifests PATH";
            return Err(Diagnostic::error(NOT_SO, message).hint(hint).into());
        }
        let flag = self.which.identity.as_deref();
        let Some(keys) = identities(flag, context, &place, Need::Must)? else {
            return Err(Diagnostic::error(NOT_SO, "there is no age identity").into());
        };
        let state = State::open(&*place.store, &keys, self.lock_timeout, verb).await;
        Ok(state.map_err(Diagnostic::from)?)
    }
}

impl Changed {
    /// The kept snapshot with that serial.
    pub(super) async fn kept(&self, context: &Context, serial: u64) -> Result<Snapshot, Failure> {
        let place = self.which.place(context)?;
        let json = place
            .store
            .version(serial)
            .await
            .map_err(Diagnostic::from)?;
        let Some(json) = json else {
            let message = format!("version {serial} of {} is not kept", place.store.place());
            let hint = "`tenantry state versions` lists those that are";
            return Err(Diagnostic::error(NOT_SO, message).hint(hint).into());
        };
        let name = format!("version {serial} of {}", place.store.place());
        Ok(Snapshot::from_json(&name, &json).map_err(Diagnostic::from)?)
    }
}

async fn list(args: &StateList, context: &Context) -> Ended {
    let (place, opened) = args.which.read(context).await?;
    let open: Vec<_> = opened
        .open_intents
        .iter()
        .map(OpenIntent::warning)
        .collect();
    context.console.diagnostics(&open);
    context.console.result(&match args.printed.format {
        Format::Text => show::state(&opened.snapshot, place.world, context.console.out),
        Format::Json => show::state_json(&opened.snapshot, place.world),
    });
    Ok(Outcome::Done)
}

async fn pull(args: &StatePull, context: &Context) -> Ended {
    let (_, opened) = args.which.read(context).await?;
    let json = opened.snapshot.to_json().map_err(Diagnostic::from)?;
    context.console.result(&String::from_utf8_lossy(&json));
    Ok(Outcome::Done)
}

async fn versions(args: &StateVersions, context: &Context) -> Ended {
    let place = args.changed.which.place(context)?;
    let mut rows = Vec::new();
    for kept in place.store.versions().await.map_err(Diagnostic::from)? {
        let json = place.store.version(kept.serial).await;
        let Some(json) = json.map_err(Diagnostic::from)? else {
            continue;
        };
        let name = format!("version {} of {}", kept.serial, place.store.place());
        let snapshot = Snapshot::from_json(&name, &json).map_err(Diagnostic::from)?;
        rows.push((kept, snapshot.resources.len()));
    }
    let text = match args.printed.format {
        Format::Json => {
            let rows = rows.iter().map(
                |(kept, count)| json!({"serial": kept.serial, "at": kept.at, "resources": count}),
            );
            format!("{:#}\n", json!(rows.collect::<Vec<_>>()))
        }
        Format::Text => rows
            .iter()
            .map(|(kept, count)| {
                let at = kept.at.map_or(String::new(), |at| format!("{at:.0}"));
                format!("{:>8}  {at:20}  {count} owned\n", kept.serial)
            })
            .collect::<Vec<_>>()
            .concat(),
    };
    context.console.result(&text);
    Ok(Outcome::Done)
}

async fn lock(args: &StateLock, context: &Context) -> Ended {
    let place = args.changed.which.place(context)?;
    let held = place.store.holder().await.map_err(Diagnostic::from)?;
    let text = match (args.printed.format, &held) {
        (Format::Json, held) => format!("{:#}\n", json!({"held": held.as_ref().map(holding)})),
        (Format::Text, Some(held)) => format!("{} is locked by {held}\n", place.store.place()),
        (Format::Text, None) => format!("{} is free\n", place.store.place()),
    };
    context.console.result(&text);
    Ok(Outcome::Done)
}

fn holding(held: &Holding) -> serde_json::Value {
    let Holding { holder, expires } = held;
    let Holder {
        pid,
        host,
        command,
        since,
    } = holder;
    json!({"pid": pid, "host": host, "command": command, "since": since, "expires": expires})
}

async fn hold(args: &StateLock, context: &Context) -> Ended {
    let place = args.changed.which.place(context)?;
    let mut signals = interrupt::Signals::hear();
    let holder = Holder::this_process("state lock");
    let held = place.store.lock(&holder, args.changed.lock_timeout).await;
    let held = held.map_err(Diagnostic::from)?;
    let said = format!("{} is locked; Ctrl-C frees it\n", place.store.place());
    context.console.say(&said);
    let lost = held.lost();
    let outcome = tokio::select! {
        () = signals.asked() => Outcome::Done,
        () = interrupt::raised(lost) => Outcome::Failed,
    };
    held.free().await.map_err(Diagnostic::from)?;
    if outcome == Outcome::Failed {
        let message = format!("the lock of {} was lost", place.store.place());
        return Err(Diagnostic::error(NOT_SO, message).into());
    }
    Ok(outcome)
}

async fn unlock(args: &StateUnlock, context: &Context) -> Ended {
    let place = args.which.place(context)?;
    if !args.force {
        let held = place.store.holder().await.map_err(Diagnostic::from)?;
        if let Some(held) = held {
            let message = format!("{} is locked by {held}", place.store.place());
            let hint = "make sure that it is dead, then: tenantry state unlock --force";
            return Err(Diagnostic::error(NOT_SO, message).hint(hint).into());
        }
    }
    let freed = place.store.unlock().await.map_err(Diagnostic::from)?;
    context.console.result(&match freed {
        Some(held) => format!(
            "freed {}, which was locked by {held}\n",
            place.store.place()
        ),
        None => format!("{} was free\n", place.store.place()),
    });
    Ok(Outcome::Done)
}

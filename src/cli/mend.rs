//! `state move`, `forget`, `root`, `versions --restore` and `reseal`: what changes a state without
//! a call to a server.

use std::collections::BTreeSet;
use std::path::Path;

use super::args::{StateForget, StateMove, StateReseal, StateRoot, StateVersions};
use super::context::Context;
use super::keys::new_passphrase;
use super::outcome::{Ended, Failure, Outcome};
use super::state::NOT_SO;
use crate::base::suggest::nearest;
use crate::base::{Address, Diagnostic, Secret};
use crate::plan::input::NO_SUCH_ADDRESS;
use crate::state::{Entry, Identities, Snapshot, State, StateError};

/// What was done, for people.
type Said = Result<String, Failure>;

/// Ends the work on a state that was opened.
async fn end(state: State, said: Said, context: &Context) -> Ended {
    let saved = match &said {
        Ok(_) => state.save().await,
        Err(_) => Ok(()),
    };
    state.close().await.map_err(Diagnostic::from)?;
    let said = said?;
    saved.map_err(Diagnostic::from)?;
    context.console.result(&said);
    Ok(Outcome::Done)
}

pub(super) async fn rename(args: &StateMove, context: &Context) -> Ended {
    let (old, new) = (address(&args.old)?, address(&args.new)?);
    let state = args.changed.open(context, "state move").await?;
    let result = move_all(&state, &old, &new).await;
    end(state, result, context).await
}

async fn move_all(state: &State, old: &Address, new: &Address) -> Said {
    let snapshot = state.snapshot();
    let all = moves(&snapshot, old, new)?;
    if let Some((_, _, taken)) = all
        .iter()
        .find(|(.., to)| snapshot.resources.contains_key(to))
    {
        return Err(refused(format!("`{taken}` is owned already"))
            .hint("`tenantry state forget` lets go of it")
            .into());
    }
    let mut lines = Vec::new();
    for (from, entry, to) in all {
        lines.push(format!("{from} is called {to} now\n"));
        // Names of what moved before are in the entry as it stands now.
        let entry = state
            .snapshot()
            .resources
            .get(&from)
            .cloned()
            .unwrap_or(entry);
        let moved = state.move_to(&from, entry, to).await;
        moved.map_err(Diagnostic::from)?;
    }
    Ok(lines.concat())
}

/// The object itself first, then what lives in it.
fn moves(
    snapshot: &Snapshot,
    old: &Address,
    new: &Address,
) -> Result<Vec<(Address, Entry, Address)>, Failure> {
    if old.kind() != new.kind() || old.target().is_some() != new.target().is_some() {
        let message = format!("`{old}` is another kind of object than `{new}`");
        return Err(refused(message)
            .hint("only what it is called can change")
            .into());
    }
    let itself = entry(snapshot, old)?.clone();
    let mut moves = vec![(old.clone(), itself, new.clone())];
    if old.target().is_none() {
        let inside = snapshot.resources.iter();
        let inside = inside.filter(|(_, entry)| entry.home.as_ref() == Some(old));
        moves.extend(inside.map(|(at, entry)| {
            let to = Address::within(new.name(), at.kind(), at.name());
            (at.clone(), entry.clone(), to)
        }));
    }
    Ok(moves)
}

pub(super) async fn forget(args: &StateForget, context: &Context) -> Ended {
    let address = address(&args.address)?;
    let state = args.changed.open(context, "state forget").await?;
    let said = forget_one(&state, address).await;
    end(state, said, context).await
}

async fn forget_one(state: &State, address: Address) -> Said {
    let snapshot = state.snapshot();
    let id = entry(&snapshot, &address)?.id.clone();
    let said = format!("{address} ({id}) is not ours any more; it stays as it is\n");
    let forgotten = state.forget(address, id).await;
    forgotten.map_err(Diagnostic::from)?;
    Ok(said)
}

pub(super) async fn root(args: &StateRoot, context: &Context) -> Ended {
    let state = args.changed.open(context, "state root").await?;
    let said = rename_root(&state, &args.old, &args.new).await;
    end(state, said, context).await
}

async fn rename_root(state: &State, old: &str, new: &str) -> Said {
    let new = new.trim_end_matches('/');
    if state
        .rename_root(old, new)
        .await
        .map_err(Diagnostic::from)?
    {
        return Ok(format!("the root {old} is called {new} now\n"));
    }
    let snapshot = state.snapshot();
    let roots: Vec<_> = snapshot.roots.iter().map(String::as_str).collect();
    let message = format!("the state in {} has no root called `{old}`", state.place());
    let error = refused(message).hint(format!("it has: {}", roots.join(" ")));
    Err(error.into())
}

pub(super) async fn restore(args: &StateVersions, context: &Context) -> Ended {
    let serial = args.restore.unwrap_or_default();
    let kept = args.changed.kept(context, serial).await?;
    let state = args.changed.open(context, "state versions").await?;
    let said = match state.restore(kept).await {
        Ok(()) => Ok(format!(
            "owned again is what version {serial} owned; `tenantry plan` shows what differs\n"
        )),
        Err(error) => Err(Diagnostic::from(error).into()),
    };
    end(state, said, context).await
}

pub(super) async fn reseal(args: &StateReseal, context: &Context) -> Ended {
    let state = args.changed.open(context, "state reseal").await?;
    let said = reseal_for(&state, args, context).await;
    end(state, said, context).await
}

async fn reseal_for(state: &State, args: &StateReseal, context: &Context) -> Said {
    let mut recipients: BTreeSet<_> = args.recipient.iter().cloned().collect();
    if args.keep {
        recipients.extend(state.recipients());
    }
    if let Some(path) = &args.new {
        let made = Identities::generate(&path.display().to_string());
        let passphrase = if args.passphrase {
            Some(new_passphrase(context)?)
        } else {
            None
        };
        write(path, &made, passphrase.as_ref()).map_err(Diagnostic::from)?;
        recipients.extend(made.public_keys());
    }
    let resealed = state.reseal(recipients).await;
    resealed.map_err(Diagnostic::from)?;
    let lines = state.recipients().into_iter();
    let lines: Vec<_> = lines
        .map(|one| {
            format!(
                "  {one}
"
            )
        })
        .collect();
    Ok(format!(
        "the credentials are sealed for\n{}",
        lines.concat()
    ))
}

fn write(path: &Path, made: &Identities, passphrase: Option<&Secret>) -> Result<(), StateError> {
    let text = match passphrase {
        Some(passphrase) => Secret::new(made.to_protected_text(passphrase)?),
        None => made.to_text(),
    };
    Identities::write_new(path, &text)
}

fn address(text: &str) -> Result<Address, Failure> {
    text.parse()
        .map_err(|no: crate::base::address::NotAnAddress| {
            let error = Diagnostic::error(NO_SUCH_ADDRESS, no.to_string());
            error
                .hint("`tenantry state list` lists what is owned")
                .into()
        })
}

fn entry<'a>(snapshot: &'a Snapshot, address: &Address) -> Result<&'a Entry, Failure> {
    snapshot.resources.get(address).ok_or_else(|| {
        let message = format!("`{address}` is not owned");
        let error = Diagnostic::error(NO_SUCH_ADDRESS, message).about(address);
        let names: Vec<_> = snapshot.resources.keys().map(ToString::to_string).collect();
        match nearest(&address.to_string(), names.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`tenantry state list` lists what is owned"),
        }
        .into()
    })
}

fn refused(message: String) -> Diagnostic {
    Diagnostic::error(NOT_SO, message)
}

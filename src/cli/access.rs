//! `access`: who has what by the manifests, offline; live; or what would become of it.

use super::args::{Access as Args, Format, Of};
use super::context::Context;
use super::ground::{Asked, Ground, Wanted};
use super::manifests;
use super::outcome::{Ended, Failure, Outcome};
use super::plan::made;
use super::providers::CATALOG;
use crate::plan::{AccessChange, access};
use crate::render::access::{Holding, Turn, holdings, holdings_json};

/// What messages call it.
const VERB: &str = "access";

/// Tells.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let told = match args.of {
        Of::Manifests => declared(args, context)?,
        Of::Live => live(args, context).await?,
        Of::Changes => changes(args, context).await?,
    };
    let mut held: Vec<Holding> = told.iter().flat_map(|one| meant(one, args)).collect();
    held.sort();
    context.console.result(&match args.printed.format {
        Format::Text => holdings(&held, context.console.out),
        Format::Json => holdings_json(&held),
    });
    Ok(Outcome::Done)
}

fn declared(args: &Args, context: &Context) -> Result<Vec<AccessChange>, Failure> {
    let read = manifests::sound(&args.manifests)?;
    context.console.diagnostics(&read.diagnostics);
    Ok(access::declared(CATALOG, &read.documents))
}

/// What is on the servers.
async fn live(args: &Args, context: &Context) -> Result<Vec<AccessChange>, Failure> {
    let wanted = wanted(args);
    let ground = Ground::prepare(wanted, context).await?;
    let told = async {
        let opened = ground.read_state(wanted, context, VERB).await?;
        ground.live_access(&opened).await
    };
    let told = told.await;
    ground.end().await;
    told
}

/// What `apply` would give and take.
async fn changes(args: &Args, context: &Context) -> Result<Vec<AccessChange>, Failure> {
    let (plan, _) = made(wanted(args), &Asked::default(), context, VERB).await?;
    Ok(plan.access)
}

fn wanted(args: &Args) -> Wanted<'_> {
    Wanted::of(&args.manifests, &args.place, &args.network)
}

/// The rights of one change that were asked for, of those who were asked for.
fn meant(one: &AccessChange, args: &Args) -> Vec<Holding> {
    let has = |wanted: Option<&String>, text: &str| wanted.is_none_or(|w| text.contains(&**w));
    let who = one.who.iter().filter(|who| has(args.who.as_ref(), who));
    let rights = |who: &String| {
        let rights = one.rights.iter();
        let rights = rights.filter(|right| has(args.what.as_ref(), right));
        let holding = |right: &String| Holding {
            who: who.clone(),
            right: right.clone(),
            through: one.through.clone(),
            everything: one.everything,
            change: (args.of == Of::Changes).then_some(if one.gained {
                Turn::Gained
            } else {
                Turn::Lost
            }),
        };
        rights.map(holding).collect::<Vec<_>>()
    };
    who.flat_map(rights).collect()
}

//! `access`: who has what by the manifests, offline; live; or what would become of it.

use super::args::{Access as Args, Format, Of};
use super::context::Context;
use super::ground::{Asked, Ground, Wanted};
use super::manifests;
use super::outcome::{Ended, Failure, Outcome};
use super::providers::CATALOG;
use crate::base::Diagnostic;
use crate::plan::{AccessChange, access};
use crate::render::access::{Holding, Turn, holdings, holdings_json};

/// Tells.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let told = match args.of {
        Of::Manifests => declared(args, context)?,
        Of::Live | Of::Changes => asked(args, context).await?,
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
    let read = manifests::read(&args.manifests.paths, args.manifests.files);
    if read.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Failure(read.diagnostics));
    }
    context.console.diagnostics(&read.diagnostics);
    Ok(access::declared(CATALOG, &read.documents))
}

/// Asks the servers.
async fn asked(args: &Args, context: &Context) -> Result<Vec<AccessChange>, Failure> {
    let wanted = Wanted {
        paths: &args.manifests.paths,
        files: args.manifests.files,
        place: &args.place,
        network: &args.network,
    };
    let ground = Ground::prepare(wanted, context).await?;
    let told = async {
        let opened = ground.read_state(wanted, context, "access").await?;
        match args.of {
            Of::Changes => Ok(ground.plan(&opened, &Asked::default()).await?.plan.access),
            Of::Live | Of::Manifests => ground.live_access(&opened).await,
        }
    };
    let told = told.await;
    ground.end().await;
    told
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

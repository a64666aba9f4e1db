//! `access`: who has what by the manifests, offline.

use super::args::{Access as Args, Format};
use super::context::Context;
use super::manifests;
use super::outcome::{Ended, Failure, Outcome};
use super::providers::CATALOG;
use crate::base::Diagnostic;
use crate::plan::access;
use crate::render::access::{Holding, holdings, holdings_json};

/// Tells.
pub(super) fn run(args: &Args, context: &Context) -> Ended {
    let read = manifests::read(&args.manifests.paths, args.manifests.files);
    if read.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Failure(read.diagnostics));
    }
    context.console.diagnostics(&read.diagnostics);
    let meant = |wanted: Option<&String>, text: &str| wanted.is_none_or(|w| text.contains(&**w));
    let mut held = Vec::new();
    for one in access::declared(CATALOG, &read.documents) {
        let who = one.who.iter().filter(|who| meant(args.who.as_ref(), who));
        for who in who {
            let rights = one.rights.iter();
            let rights = rights.filter(|right| meant(args.what.as_ref(), right));
            held.extend(rights.map(|right| Holding {
                who: who.clone(),
                right: right.clone(),
                through: one.through.clone(),
                everything: one.everything,
            }));
        }
    }
    held.sort();
    context.console.result(&match args.printed.format {
        Format::Text => holdings(&held, context.console.out),
        Format::Json => holdings_json(&held),
    });
    Ok(Outcome::Done)
}

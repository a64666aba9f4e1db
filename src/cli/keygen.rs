//! `keygen`: a pair of RSA keys for a service account. The private one goes to a file of its
//! owner alone, or into the encrypted store; it is never printed.

use std::collections::BTreeMap;
use std::path::Path;

use super::args::Keygen as Args;
use super::context::Context;
use super::ground::world;
use super::init::write_new;
use super::keys::{Need, identities};
use super::outcome::{Ended, Failure, Outcome};
use super::place::Place;
use super::providers::CATALOG;
use crate::base::text::visible;
use crate::base::{Address, Code, Diagnostic, Secret};
use crate::kind::Api;
use crate::kind::descriptor::OutputFrom;
use crate::provider::dcos::pair::{Pair, pair};
use crate::state::{Act, CallKind, Effect, Identities, Part, Settled, State};

/// No pair of keys could be made or kept.
pub(super) const NO_KEY: Code = Code("E0818");

/// Makes a pair.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let Pair { private, public } =
        pair().map_err(|why| wrong(format!("no pair of keys could be made: {why}")))?;
    let kept = match (&args.out, &args.address) {
        (Some(path), _) => to_file(path, &private)?,
        (None, Some(address)) => to_store(args, context, address, private).await?,
        (None, None) => {
            return Err(wrong("there is nowhere to keep the private key")
                .hint(WHERE)
                .into());
        }
    };
    match &args.public {
        Some(path) => {
            let written = write_new(path, &public);
            let written = written.map_err(|cause| cannot_write(path, &cause.to_string()))?;
            if !written {
                return Err(cannot_write(path, "it is there already").into());
            }
        }
        None => context.console.result(&public),
    }
    context.console.say(&format!("{}\n", visible(&kept)));
    Ok(Outcome::Done)
}

const WHERE: &str = "name a file (`--out deployer.pem`), or the service account whose key it is";

fn to_file(path: &Path, private: &Secret) -> Result<String, Failure> {
    Identities::write_new(path, private).map_err(Diagnostic::from)?;
    Ok(format!(
        "wrote the private key to {}, for its owner alone",
        path.display()
    ))
}

/// Keeps the key under an address of its own beside the account's, so that it outlives the
/// account when that is made anew.
async fn to_store(
    args: &Args,
    context: &Context,
    address: &str,
    private: Secret,
) -> Result<String, Failure> {
    let address: Address = address
        .parse()
        .map_err(|no: crate::base::address::NotAnAddress| wrong(no.to_string()))?;
    let (output, beside) = stored(&address)?;
    let kept = address.sibling(beside, address.name());
    let world = world(&args.place)?;
    let (paths, state) = (&args.manifests.paths, &args.place.kept);
    let place = Place::new(paths, state, world, &context.environment)?;
    let flag = args.place.identity.as_deref();
    let Some(keys) = identities(flag, context, &place, Need::Must)? else {
        return Err(wrong("there is no identity to encrypt it for").into());
    };
    let state = State::open(&*place.store, &keys, args.lock_timeout, "keygen").await;
    let state = state.map_err(Diagnostic::from)?;
    let taken = state.secret(&kept, output).is_some() && !args.replace;
    let ended = if taken {
        let hint = format!("`tenantry keygen --replace {address}` takes its place");
        Err(
            wrong(format!("a private key of `{address}` is stored already"))
                .hint(hint)
                .into(),
        )
    } else {
        keep(&state, kept, output, private).await
    };
    state.close().await.map_err(Diagnostic::from)?;
    ended?;
    Ok(format!(
        "stored the private key: `tenantry output {address} {output}` shows it"
    ))
}

async fn keep(
    state: &State,
    address: Address,
    output: &str,
    private: Secret,
) -> Result<(), Failure> {
    let act = Act {
        address,
        part: Part::Body,
        call: CallKind::Update,
    };
    let settled = Settled {
        secrets: BTreeMap::from([(output.to_owned(), private)]),
        ..Settled::new(None, Effect::Nothing)
    };
    state
        .outcome(act, settled)
        .await
        .map_err(Diagnostic::from)?;
    Ok(state.save().await.map_err(Diagnostic::from)?)
}

/// The output that a key of that object is, and the word that it is kept under.
fn stored(address: &Address) -> Result<(&'static str, &'static str), Failure> {
    let kind = CATALOG
        .named(Api::Dcos, address.kind())
        .filter(|_| address.target().is_some());
    let outputs = kind.into_iter().flat_map(|kind| kind.outputs);
    let mut stored = outputs.filter_map(|output| match output.from {
        OutputFrom::Stored(beside) => Some((output.name, beside)),
        _ => None,
    });
    stored.next().ok_or_else(|| {
        wrong(format!("`{address}` is no service account of a cluster"))
            .hint("write it like prod/serviceaccount/deployer")
            .into()
    })
}

fn cannot_write(path: &Path, why: &str) -> Diagnostic {
    wrong(format!(
        "the public key cannot be written to {}: {why}",
        path.display()
    ))
}

fn wrong(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(NO_KEY, message)
}

//! Which targets there are, and how they are reached: accounts and clusters by what is written,
//! tenants on the Cloud by the live tenant and its stored credentials.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::input::{Input, NOT_REACHABLE, UNREACHED, read_failed};
use super::reading;
use super::resolve::Known;
use crate::base::{self, Address, Diagnostic, Value};
use crate::kind::{Api, Descriptor, KnownTarget, Live, Quirk, Reader};
use crate::manifest::Document;

/// A target.
#[derive(Clone)]
pub(super) struct Target {
    /// Its API.
    pub api: Api,
    /// Its settings without the secrets' texts; null if it is not there yet.
    pub settings: Value,
    /// Its reader; none if it is not there yet: everything in it is absent.
    pub reader: Option<Arc<dyn Reader>>,
}

/// All targets that something lives in.
#[derive(Default)]
pub(super) struct Targets {
    /// By address.
    pub all: BTreeMap<Address, Target>,
    /// The live tenants by account.
    pub tenants: BTreeMap<Address, Vec<Live>>,
    /// What keeps targets from being reached.
    pub faults: Vec<Diagnostic>,
}

/// The targets that documents or owned objects live in.
fn homes(input: &Input<'_>) -> BTreeSet<Address> {
    let documents = input
        .documents
        .iter()
        .filter_map(|document| document.home.clone());
    let owned = input
        .snapshot
        .resources
        .values()
        .filter_map(|entry| entry.home.clone());
    documents.chain(owned).collect()
}

/// Works out all targets, accounts and clusters first.
pub(super) async fn find(input: &Input<'_>, known: &mut Known) -> Targets {
    let mut targets = Targets::default();
    let homes = homes(input);
    let by_address: BTreeMap<&Address, &Document> = input
        .documents
        .iter()
        .map(|document| (&document.address, document))
        .collect();
    for document in input
        .documents
        .iter()
        .filter(|d| d.kind.hosts.is_some() && d.home.is_none())
    {
        open_written(
            input,
            document,
            homes.contains(&document.address),
            known,
            &mut targets,
        )
        .await;
    }
    for home in homes.iter().filter(|home| !by_address.contains_key(home)) {
        open_undeclared(input, home, &mut targets).await;
    }
    read_tenants(input, &mut targets).await;
    for home in &homes {
        if !targets.all.contains_key(home) {
            open_made(
                input,
                home,
                by_address.get(home).copied(),
                known,
                &mut targets,
            )
            .await;
        }
    }
    targets
}

/// Opens a target that a document describes.
async fn open_written(
    input: &Input<'_>,
    document: &Document,
    lived_in: bool,
    known: &mut Known,
    targets: &mut Targets,
) {
    let Some(api) = document.kind.hosts else {
        return;
    };
    let body = known
        .resolve(document.body.clone())
        .unwrap_or_else(|_| document.body.clone());
    let settings = input.facts.settings(
        document.kind,
        &document.address,
        &body,
        &Value::Null,
        &Value::Null,
    );
    publish(document.kind, &document.address, &settings, known);
    if lived_in {
        open(input, api, &document.address, settings, targets).await;
    }
}

/// Opens the default account for tenants that no document declares any more.
async fn open_undeclared(input: &Input<'_>, home: &Address, targets: &mut Targets) {
    let made_by_us = input.snapshot.resources.contains_key(home);
    match input.catalog.host(Api::Cloud) {
        Some(kind) if home.kind() == kind.name => {
            let nothing = Value::Null;
            let settings = input
                .facts
                .settings(kind, home, &nothing, &nothing, &nothing);
            open(input, Api::Cloud, home, settings, targets).await;
        }
        _ if made_by_us => {}
        _ => targets.faults.push(
            Diagnostic::error(
                UNREACHED,
                format!("objects in `{home}` are ours, but no document says how to reach it"),
            )
            .hint(format!(
                "put the document of `{home}` back, and `tenantry destroy` first"
            )),
        ),
    }
}

/// Reads the tenants of every account, once.
async fn read_tenants(input: &Input<'_>, targets: &mut Targets) {
    let kinds: Vec<&'static Descriptor> = input
        .catalog
        .all()
        .filter(|kind| kind.is(Quirk::MarkedCreation))
        .collect();
    for kind in kinds {
        let accounts: Vec<(Address, Arc<dyn Reader>)> = targets
            .all
            .iter()
            .filter(|(_, target)| target.api == kind.api)
            .filter_map(|(address, target)| Some((address.clone(), target.reader.clone()?)))
            .collect();
        for (account, reader) in accounts {
            match reading::all(input, &account, &*reader, kind).await {
                Ok(live) => {
                    targets.tenants.insert(account, live);
                }
                Err(error) => targets
                    .faults
                    .push(read_failed(&format!("`{account}`"), &error)),
            }
        }
    }
}

/// Opens a tenant that we made, or that is adopted with its connection.
async fn open_made(
    input: &Input<'_>,
    home: &Address,
    document: Option<&Document>,
    known: &mut Known,
    targets: &mut Targets,
) {
    let host = input.catalog.host(Api::Logto);
    let Some(kind) = document.map(|document| document.kind).or(host) else {
        return;
    };
    let Some(api) = kind.hosts else { return };
    let body = document.map_or(Value::Null, |document| document.body.clone());
    let adopts = document.is_some_and(|document| document.lifecycle.adopt || input.options.adopt);
    let live = live_tenant(input, home, &body, adopts, targets);
    let Some(live) = live else {
        targets.all.insert(
            home.clone(),
            Target {
                api,
                settings: Value::Null,
                reader: None,
            },
        );
        return;
    };
    let shown = kind.shown(input.facts.shown(home));
    let settings = input.facts.settings(kind, home, &body, &live.value, &shown);
    publish(kind, home, &settings, known);
    open(input, api, home, settings, targets).await;
}

/// The live tenant: by the id that the state knows, or by its name if it is to be adopted.
fn live_tenant(
    input: &Input<'_>,
    home: &Address,
    body: &Value,
    adopts: bool,
    targets: &Targets,
) -> Option<Live> {
    let mut all = targets.tenants.values().flatten();
    if let Some(entry) = input.snapshot.resources.get(home) {
        return all.find(|live| live.id == entry.id).cloned();
    }
    let named: Vec<&Live> = all
        .filter(|live| live.value.get("name") == body.get("name"))
        .collect();
    match named.as_slice() {
        [one] if adopts => Some((*one).clone()),
        _ => None,
    }
}

/// Makes the settings that are outputs known to references.
fn publish(kind: &Descriptor, address: &Address, settings: &Value, known: &mut Known) {
    let Value::Map(settings) = settings else {
        return;
    };
    for (name, value) in settings {
        if (name == "id" || kind.output(name).is_some()) && !matches!(value, Value::Secret(_)) {
            known.put(address, name, value.clone());
        }
    }
}

/// Opens a reader with the secrets' texts; settings that are not known yet make an absent target.
async fn open(
    input: &Input<'_>,
    api: Api,
    address: &Address,
    settings: Value,
    targets: &mut Targets,
) {
    let mut missing = Vec::new();
    let revealed = settings
        .clone()
        .try_map_leaves(&base::FieldPath::root(), &mut |_, leaf| {
            Ok::<_, std::convert::Infallible>(reveal(input, leaf, &mut missing))
        });
    let Ok(revealed) = revealed;
    if !missing.is_empty() {
        let fault = format!(
            "cannot reach `{address}`: {} is not set",
            missing.join(", ")
        );
        targets.faults.push(
            Diagnostic::error(NOT_REACHABLE, fault)
                .about(address)
                .hint("set it, or try the manifests with `--sandbox`"),
        );
        return;
    }
    let reader = match base::Known::new(revealed) {
        Err(_) => None,
        Ok(_) if settings == Value::Null => None,
        Ok(settings) => {
            let target = KnownTarget {
                address: address.clone(),
                api,
                settings,
            };
            match input.sessions.reader(&target).await {
                Ok(reader) => Some(reader),
                Err(error) => {
                    targets
                        .faults
                        .push(read_failed(&format!("`{address}`"), &error));
                    return;
                }
            }
        }
    };
    targets.all.insert(
        address.clone(),
        Target {
            api,
            settings,
            reader,
        },
    );
}

fn reveal(input: &Input<'_>, leaf: Value, missing: &mut Vec<String>) -> Value {
    let Value::Secret(mut hidden) = leaf else {
        return leaf;
    };
    if hidden.text.is_none() {
        hidden.text = hidden
            .source
            .as_ref()
            .and_then(|source| input.facts.secret(source));
        if let (None, Some(source)) = (&hidden.text, &hidden.source) {
            missing.push(source.to_string());
        }
    }
    Value::Secret(hidden)
}

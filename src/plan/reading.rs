//! Reads what the manifests and the state name, each list once, all targets side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::join_all;

use super::input::{Input, NOT_OFFERED, read_failed};
use super::resolve::key_of;
use super::targets::Targets;
use crate::base::{Address, Diagnostic, Part, Value};
use crate::kind::{
    Api, Descriptor, EdgeShape, Key, ListFrom, Live, Reader, Relation, RemoteError, RemoteKind,
    Shape, Wanted,
};
use crate::manifest::Document;

/// The live lists by target and kind.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// By target address and the kind's name.
    pub all: BTreeMap<(Address, &'static str), Vec<Live>>,
    /// What could not be read.
    pub faults: Vec<Diagnostic>,
}

impl Lists {
    /// The live objects of `kind` at `home`; nothing where nothing was read.
    pub(super) fn of(&self, home: &Address, kind: &Descriptor) -> &[Live] {
        self.all
            .get(&(home.clone(), kind.name))
            .map_or(&[], Vec::as_slice)
    }
}

/// What is to be read of one kind: everything, or at least these.
#[derive(Debug, Default)]
struct Need {
    everything: bool,
    wanted: Vec<Wanted>,
}

type Needs = BTreeMap<(Address, &'static str), (&'static Descriptor, Need)>;

/// Reads the lists that do not hang on a parent.
pub(super) async fn read(input: &Input<'_>, targets: &Targets) -> Lists {
    let mut lists = Lists::default();
    for (account, live) in &targets.tenants {
        for kind in input.catalog.all().filter(|kind| kind.key == Key::State) {
            lists.all.insert((account.clone(), kind.name), live.clone());
        }
    }
    let reads = needs(input, targets)
        .into_iter()
        .filter_map(|((home, _), (kind, need))| {
            let reader = targets.all.get(&home)?.reader.clone()?;
            let listed = lists.all.contains_key(&(home.clone(), kind.name));
            let by_parent = kind.route.list.is_some_and(|list| is_by_parent(list.from));
            let unread = kind.route.list.is_none() && kind.route.read.is_none();
            let apart = listed || by_parent || unread;
            (!apart).then(|| read_one(input, home, reader, kind, need))
        });
    for (home, kind, result) in join_all(reads).await {
        note(input, &mut lists, home, kind, result);
    }
    lists
}

fn is_by_parent(from: ListFrom) -> bool {
    matches!(from, ListFrom::Parent { .. })
}

async fn read_one(
    input: &Input<'_>,
    home: Address,
    reader: Arc<dyn Reader>,
    kind: &'static Descriptor,
    need: Need,
) -> (Address, &'static Descriptor, Result<Vec<Live>, RemoteError>) {
    let wanted = if need.everything {
        &[]
    } else {
        need.wanted.as_slice()
    };
    let result = with_missed(input, &home, &*reader, kind, wanted).await;
    (home, kind, result)
}

/// All live objects of `kind` at `home`.
pub(super) async fn all(
    input: &Input<'_>,
    home: &Address,
    reader: &dyn Reader,
    kind: &'static Descriptor,
) -> Result<Vec<Live>, RemoteError> {
    with_missed(input, home, reader, kind, &[]).await
}

/// Lists, and asks again for what we own and the list does not show.
async fn with_missed(
    input: &Input<'_>,
    home: &Address,
    reader: &dyn Reader,
    kind: &'static Descriptor,
    wanted: &[Wanted],
) -> Result<Vec<Live>, RemoteError> {
    let mut live = reader.list(kind, wanted).await?;
    let shown: BTreeSet<&str> = live.iter().map(|live| live.id.as_str()).collect();
    let owned = input.snapshot.resources.iter();
    let owned = owned.filter(|(address, entry)| {
        address.kind() == kind.name && entry.home.as_ref() == Some(home)
    });
    let missing: BTreeSet<String> = owned
        .map(|(_, entry)| entry.id.clone())
        .filter(|id| !shown.contains(id.as_str()))
        .collect();
    if !missing.is_empty() {
        live.extend(reader.missed(kind, &missing).await?);
    }
    Ok(live)
}

/// Reads all objects of some further kinds that do not hang on a parent.
pub(super) async fn read_more(
    input: &Input<'_>,
    targets: &Targets,
    wanted: BTreeSet<(Address, &'static str)>,
    lists: &mut Lists,
) {
    let reads = wanted.into_iter().filter_map(|(home, name)| {
        let target = targets.all.get(&home)?;
        let kind = input.catalog.named(target.api, name)?;
        let by_parent = kind.route.list.is_some_and(|list| is_by_parent(list.from));
        let need = Need {
            everything: true,
            ..Need::default()
        };
        let reader = target.reader.clone()?;
        (!by_parent).then(|| read_one(input, home, reader, kind, need))
    });
    for (home, kind, result) in join_all(reads).await {
        note(input, lists, home, kind, result);
    }
}

/// Reads the children of the parents of these ids.
pub(super) async fn read_children(
    input: &Input<'_>,
    targets: &Targets,
    parents: BTreeMap<(Address, &'static str), (&'static Descriptor, BTreeSet<String>)>,
    lists: &mut Lists,
) {
    let reads = parents.into_iter().filter_map(|((home, _), (kind, ids))| {
        let reader = targets.all.get(&home)?.reader.clone()?;
        let ids: Vec<String> = ids.into_iter().collect();
        Some(async move {
            let result = reader.list_in(kind, &ids).await;
            (home, kind, result)
        })
    });
    for (home, kind, result) in join_all(reads).await {
        note(input, lists, home, kind, result);
    }
}

fn note(
    input: &Input<'_>,
    lists: &mut Lists,
    home: Address,
    kind: &'static Descriptor,
    result: Result<Vec<Live>, RemoteError>,
) {
    match result {
        Ok(live) if live.is_empty() && kind.is_permanent() => {
            let faults = not_offered(input, &home, kind).into_iter();
            lists.faults.extend(faults.map(|(_, fault)| fault));
        }
        Ok(live) => {
            lists.all.insert((home, kind.name), live);
        }
        Err(error) if error.kind == RemoteKind::NotOffered => {
            // One error a document, however much of it the server lacks; its own kind first.
            for (is_own, fault) in not_offered(input, &home, kind) {
                let known = lists.faults.iter().position(|known| is_same(known, &fault));
                match known {
                    Some(at) if is_own => lists.faults[at] = fault,
                    Some(_) => {}
                    None => lists.faults.push(fault),
                }
            }
        }
        Err(error) => {
            let what = format!("the {} objects of `{home}`", kind.kind);
            let fault = read_failed(&what, &error);
            let advice = kind.advice(error.code.as_deref());
            lists.faults.push(match advice {
                Some(advice) => fault.hint(advice),
                None => fault,
            });
        }
    }
}

fn is_same(known: &Diagnostic, fault: &Diagnostic) -> bool {
    known.code == NOT_OFFERED && known.address == fault.address
}

/// One error a document: the server is an edition without this kind.
fn not_offered(
    input: &Input<'_>,
    home: &Address,
    kind: &'static Descriptor,
) -> Vec<(bool, Diagnostic)> {
    let uses = |document: &&Document| {
        document.home.as_ref() == Some(home)
            && (document.kind == kind
                || document.relations.keys().any(|field| {
                    document
                        .kind
                        .relation(field)
                        .is_some_and(|r| r.to.contains(&kind.name))
                }))
    };
    let fault = |document: &Document| {
        let fault = format!(
            "`{}` needs {} objects, which `{home}` does not offer",
            document.address, kind.kind
        );
        let fault = Diagnostic::error(NOT_OFFERED, fault)
            .about(&document.address)
            .hint(match kind.api {
                Api::Dcos => {
                    "DC/OS Open has users and service accounts only: drop the document, or its field"
                }
                Api::Logto | Api::Cloud => {
                    "it may be another version or edition: drop the document, or its field"
                }
            });
        let fault = match document.origin.place.clone() {
            Some(place) => fault.at(place),
            None => fault,
        };
        (document.kind == kind, fault)
    };
    input.documents.iter().filter(uses).map(fault).collect()
}

/// What is to be read, by target and kind.
fn needs(input: &Input<'_>, targets: &Targets) -> Needs {
    let mut needs = Needs::new();
    for document in input.documents {
        let Some(home) = &document.home else { continue };
        want(
            input,
            &mut needs,
            home,
            document.kind,
            Some(wanted(input, document)),
        );
        let written = |relation: &&Relation| {
            input.options.all_edges || document.relations.contains_key(relation.field)
        };
        for relation in document.kind.relations.iter().filter(written) {
            if relation.shape == EdgeShape::Actions {
                for kind in relation
                    .to
                    .iter()
                    .filter_map(|to| input.catalog.named(document.kind.api, to))
                {
                    want(input, &mut needs, home, kind, None);
                }
            }
        }
        for children in document.exact_children.keys() {
            let declared = document
                .kind
                .children
                .iter()
                .find(|child| child.field == *children);
            let kind =
                declared.and_then(|child| input.catalog.named(document.kind.api, child.kind));
            if let Some(kind) = kind {
                want(input, &mut needs, home, kind, None);
            }
        }
        want_referred(input, &mut needs, document);
    }
    for (address, entry) in &input.snapshot.resources {
        let kind = input.catalog.stored(&entry.api_version, address.kind());
        if let (Some(home), Some(kind)) = (&entry.home, kind) {
            let wanted = Wanted {
                id: Some(entry.id.clone()),
                key: BTreeMap::new(),
            };
            want(input, &mut needs, home, kind, Some(wanted));
        }
    }
    want_unmanaged(input, targets, &mut needs);
    needs
}

/// Notes the kinds of which the policy wants to see whatever nobody declared.
fn want_unmanaged(input: &Input<'_>, targets: &Targets, needs: &mut Needs) {
    let rules = input.options.policy.map(|policy| &policy.unmanaged);
    for rule in rules.into_iter().flatten() {
        for (home, target) in &targets.all {
            let kind = input.catalog.named(target.api, &rule.kind);
            if let Some(kind) = kind.filter(|_| rule.looks_at(home.name())) {
                want(input, needs, home, kind, None);
            }
        }
    }
}

fn wanted(input: &Input<'_>, document: &Document) -> Wanted {
    let key = key_of(document.kind, &document.body).unwrap_or_default();
    let texts = key
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value.as_text()?.to_owned())));
    let entry = input.snapshot.resources.get(&document.address);
    let imported = input.imported(&document.address).map(str::to_owned);
    Wanted {
        id: entry.map(|entry| entry.id.clone()).or(imported),
        key: texts.collect(),
    }
}

/// Notes a need; of an embedded kind, that of the kind it is embedded in.
fn want(
    input: &Input<'_>,
    needs: &mut Needs,
    home: &Address,
    kind: &'static Descriptor,
    wanted: Option<Wanted>,
) {
    if kind.route.shape == Shape::Nowhere {
        return;
    }
    let (_, need) = needs
        .entry((home.clone(), kind.name))
        .or_insert_with(|| (kind, Need::default()));
    match wanted {
        Some(wanted) => need.wanted.push(wanted),
        None => need.everything = true,
    }
    if let Some(ListFrom::Parent { kind: parent, .. }) = kind.route.list.map(|list| list.from)
        && let Some(parent) = input.catalog.named(kind.api, parent)
    {
        let key = (home.clone(), parent.name);
        needs.entry(key).or_insert_with(|| {
            (
                parent,
                Need {
                    everything: true,
                    ..Need::default()
                },
            )
        });
    }
}

/// Notes what the lookups and built-ins of a document need.
fn want_referred(input: &Input<'_>, needs: &mut Needs, document: &Document) {
    let mut parts = Vec::new();
    let mut collect = |value: &Value| {
        value.leaves(&mut |_, leaf| {
            if let Value::Unknown(unknown) = leaf {
                parts.extend(unknown.parts.clone());
            }
        });
    };
    collect(&document.body);
    for edge in document
        .relations
        .values()
        .flat_map(|relation| &relation.edges)
    {
        edge.key.iter().for_each(&mut collect);
    }
    while let Some(part) = parts.pop() {
        match part {
            Part::Lookup {
                target,
                kind,
                fields,
            } => {
                for inner in fields.into_values() {
                    inner.leaves(&mut |_, leaf| {
                        if let Value::Unknown(unknown) = leaf {
                            parts.extend(unknown.parts.clone());
                        }
                    });
                }
                want_named(input, needs, &target, &kind);
            }
            Part::Builtin { target, name } => {
                let kind = if name == super::builtins::ACCESS {
                    "role"
                } else {
                    "scope"
                };
                want_named(input, needs, &target, kind);
                if kind == "scope" {
                    want_named(input, needs, &target, "apiresource");
                }
            }
            Part::Text(_) | Part::Output { .. } => {}
        }
    }
}

fn want_named(input: &Input<'_>, needs: &mut Needs, target: &str, kind: &str) {
    let home = input.documents.iter().find(|d| {
        d.kind.hosts.is_some() && d.address.name() == target && d.address.kind() != "account"
    });
    let Some(home) = home else { return };
    let kind = home
        .kind
        .hosts
        .and_then(|api| input.catalog.named(api, kind));
    if let Some(kind) = kind {
        want(input, needs, &home.address, kind, None);
    }
}

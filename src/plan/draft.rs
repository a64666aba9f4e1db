//! The steps of declared objects: create, update, replace, adopt, or nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::Writes;
use super::delta::{Delta, Subject, change, creation, delta, for_each_written};
use super::edges::{EdgeDelta, WantedEdges, along, edge_delta, without_orphans, words};
use super::matching::Match;
use super::plan::{Action, FieldChange, Note, PlannedEdge, ReplaceOrder, Step};
use super::records::{Ownership, entry};
use super::relations::LiveEdges;
use super::shape::Shape;
use crate::base::{Address, FieldPath, FingerprintKey, Part, Unknown, Value};
use crate::kind::secrets::concealed;
use crate::kind::{EdgeKey, Key, Quirk, Relation};
use crate::manifest::{Document, PutBack};
use crate::state::{Entry, OwnedEdge};

/// One declared object with everything that is known of it.
pub(super) struct Declared<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its body, resolved and fingerprinted: what the state will say is written.
    pub body: Value,
    /// What is compared with a live object, and sent where it differs.
    pub compared: Value,
    /// What an object is made from.
    pub anew: Value,
    /// Its live object.
    pub matched: &'a Match,
    /// Its kind's shape.
    pub shape: &'a Shape,
    /// The key of the secrets' fingerprints.
    pub key: Option<&'a FingerprintKey>,
    /// What the state says.
    pub entry: Option<&'a Entry>,
    /// Its relations, keys resolved.
    pub relations: BTreeMap<&'static str, WantedEdges>,
}

/// What a declared object needs.
pub(super) enum Outcome {
    /// A step.
    Step(Box<Step>),
    /// Nothing but a note in the state.
    Keep(Box<Entry>),
    /// Nothing at all.
    Unchanged,
}

/// How edges that nobody declared are called.
pub(super) type Labels<'a> = &'a dyn Fn(&Address, &Relation, &EdgeKey) -> (Option<Address>, String);

/// The step of a declared object, and notes on it.
pub(super) fn draft(
    declared: &Declared<'_>,
    live_edges: &LiveEdges,
    labels: Labels<'_>,
    notes: &mut Vec<Note>,
) -> Outcome {
    let Declared {
        document,
        compared: fields,
        anew,
        matched,
        shape,
        entry,
        ..
    } = declared;
    let live = matched.live().map(|live| conceal(declared, &live.value));
    let nothing = Value::Null;
    let prior = entry.filter(|_| live.is_some());
    let subject = Subject {
        kind: document.kind,
        shape,
        desired: fields,
        exact: &document.exact,
        ignore: &document.lifecycle.ignore,
        live: live.as_ref().unwrap_or(&nothing),
        prior,
    };
    let made = Subject {
        desired: anew,
        ..subject
    };
    let comes_by_itself = live.is_none() && document.kind.is_permanent();
    let mut compared = match live {
        Some(_) => delta(&subject),
        None if comes_by_itself => configuration(document, anew),
        None => creation(&made),
    };
    notes.extend(left(&document.address, &compared));
    let replaced = live.is_some() && compared.changes.iter().any(|change| change.forces_replace);
    if replaced {
        compared.object = creation(&made).object;
    }
    let stays = live.is_some() && !replaced;
    let edges = compare_edges(declared, stays, live_edges, labels);
    let leaves = document.put_back.as_ref().is_some_and(|it| it.leaves);
    let action = match (matched, replaced) {
        _ if leaves && stays && compared.send.is_empty() => Action::Forget,
        _ if comes_by_itself => Action::Update,
        (Match::Absent | Match::NotOurs(_) | Match::Ambiguous(_), _) => Action::Create,
        (_, true) => Action::Replace,
        (Match::Adopted(_), _) => Action::Adopt,
        (Match::Ours(_), _) => Action::Update,
    };
    finish(declared, action, live.unwrap_or_default(), compared, edges)
}

/// What is live, projected, its secrets hidden.
fn conceal(declared: &Declared<'_>, live: &Value) -> Value {
    let kind = declared.document.kind;
    let live = declared.shape.project(kind, live);
    let mut patterns = vec![&declared.body, &declared.compared];
    patterns.extend(declared.entry.map(|entry| &entry.written));
    concealed(
        kind,
        &declared.document.address,
        &live,
        &patterns,
        declared.key,
    )
}

/// What is written of an object that comes with its target: what differs is known when the target
/// is there.
fn configuration(document: &Document, body: &Value) -> Delta {
    let mut changes = Vec::new();
    for_each_written(body, &FieldPath::root(), &mut |path, value| {
        let before = Unknown {
            parts: vec![Part::Output {
                address: document.address.clone(),
                field: path.to_string(),
            }],
        };
        changes.push(FieldChange {
            sensitive: matches!(value, Value::Secret(_)),
            known_after_apply: true,
            ..change(path, Value::Unknown(before), value.clone())
        });
    });
    let fields = body.as_map().into_iter().flatten();
    Delta {
        changes,
        send: fields.map(|(field, _)| field.clone()).collect(),
        object: body.clone(),
        ..Delta::default()
    }
}

/// Notes on fields that are left as they are.
pub(super) fn left(address: &Address, delta: &Delta) -> Vec<Note> {
    let note = |(path, why): &(FieldPath, &str)| Note {
        code: super::input::LEFT.to_string(),
        message: format!("`{path}` is no longer written and is left as it is: {why}"),
        address: Some(address.clone()),
        hint: None,
    };
    delta.left.iter().map(note).collect()
}

fn compare_edges(
    declared: &Declared<'_>,
    stays: bool,
    live_edges: &LiveEdges,
    labels: Labels<'_>,
) -> BTreeMap<String, EdgeDelta> {
    let mut all = BTreeMap::new();
    let Some(home) = &declared.document.home else {
        return all;
    };
    let kind = declared.document.kind;
    let live_of = |relation: &Relation| {
        let live = declared.matched.live().filter(|_| stays);
        let edges = live_edges.get(&(home.clone(), kind.name, relation.field));
        let edges = live.and_then(|live| edges?.get(&live.id));
        edges.map_or(&[][..], Vec::as_slice)
    };
    for relation in kind.relations {
        let wanted = declared
            .relations
            .get(relation.field)
            .cloned()
            .unwrap_or_default();
        let owned = declared
            .entry
            .and_then(|entry| entry.edges.get(relation.field));
        let owned: &[OwnedEdge] = owned.map_or(&[], Vec::as_slice);
        let delta = edge_delta(&wanted, owned, live_of(relation), |key| {
            labels(home, relation, key)
        });
        all.insert(relation.field.to_owned(), delta);
    }
    for relation in kind.relations {
        if let Some(carrier) = relation.carrier() {
            let gone = all.get(carrier).map(|delta| delta.revoke.clone());
            if let (Some(gone), Some(carried)) = (gone, all.get_mut(relation.field)) {
                carried.revoke = without_orphans(std::mem::take(&mut carried.revoke), &gone);
                let along = along(live_of(relation), &gone).map(|key| {
                    let (to, label) = labels(home, relation, key);
                    PlannedEdge {
                        key: words(key),
                        to,
                        label,
                    }
                });
                carried.along = along.collect();
            }
        }
    }
    all
}

/// A relation's change: labels alone.
fn edge_change(field: &str, delta: &EdgeDelta) -> Option<FieldChange> {
    let labels = |edges: &[PlannedEdge]| {
        let mut labels: Vec<String> = edges.iter().map(|edge| edge.label.clone()).collect();
        labels.sort();
        labels
    };
    let (added, removed) = (labels(&delta.grant), labels(&delta.revoke));
    let empty = added.is_empty() && removed.is_empty();
    (!empty).then(|| FieldChange {
        added,
        removed,
        ..change(&FieldPath::dotted(field), Value::Null, Value::Null)
    })
}

fn finish(
    declared: &Declared<'_>,
    action: Action,
    live: Value,
    compared: Delta,
    edges: BTreeMap<String, EdgeDelta>,
) -> Outcome {
    let Delta {
        mut changes,
        send,
        object,
        ..
    } = compared;
    changes.extend(
        edges
            .iter()
            .filter_map(|(field, delta)| edge_change(field, delta)),
    );
    let depends_on = references(declared);
    let owned_edges: BTreeMap<String, Vec<PlannedEdge>> = declared
        .relations
        .iter()
        .map(|(field, wanted)| ((*field).to_owned(), wanted.edges.clone()))
        .collect();
    let (document, id) = (
        declared.document,
        declared.matched.live().map(|live| live.id.clone()),
    );
    let owned = is_owned(declared);
    let leaves = action != Action::Create && put_back(declared).is_some_and(|it| it.leaves);
    if let (Action::Update, true, Some(id)) = (action, changes.is_empty(), &id) {
        let ownership = Ownership {
            home: document.home.as_ref(),
            depends_on: &depends_on,
            labels: &document.labels,
            protect: document.lifecycle.protect,
            retain: document.lifecycle.retain,
            owned,
            edges: &owned_edges,
        };
        return keep(declared, id, &live, &ownership);
    }
    let [mut grants, mut revokes, mut gone_along] = [const { BTreeMap::new() }; 3];
    for (field, delta) in edges {
        grants.insert(field.clone(), delta.grant);
        revokes.insert(field.clone(), delta.revoke);
        gone_along.insert(field, delta.along);
    }
    for edges in [&mut grants, &mut revokes, &mut gone_along] {
        edges.retain(|_, edges: &mut Vec<PlannedEdge>| !edges.is_empty());
    }
    Outcome::Step(Box::new(Step {
        address: document.address.clone(),
        api_version: document.kind.api_version().to_owned(),
        home: document.home.clone(),
        action,
        reason: reason(declared, action, &changes),
        id,
        replace_order: (action == Action::Replace).then(|| replace_order(declared, &changes)),
        changes,
        desired: if leaves {
            Value::Null
        } else {
            declared.body.clone()
        },
        object,
        send,
        exact: declared.document.exact.clone(),
        live,
        grants,
        revokes,
        along: gone_along,
        owned_edges,
        depends_on,
        labels: document.labels.clone(),
        protect: document.lifecycle.protect,
        retain: document.lifecycle.retain,
        owned,
        writes: Writes::default(),
    }))
}

fn keep(declared: &Declared<'_>, id: &str, live: &Value, ownership: &Ownership<'_>) -> Outcome {
    let mut entry = entry(declared.document.kind, id, &declared.body, live, ownership);
    let Some(old) = declared.entry else {
        return Outcome::Keep(Box::new(entry));
    };
    // What is compared with is not all that the state says.
    let is_put_back = put_back(declared).is_some();
    keep_fingerprints(&mut entry, old);
    // What is observed is refreshed only with a write: a change by hand of an ignored field is
    // still drift.
    entry.observed.clone_from(&old.observed);
    if entry == *old && !is_put_back {
        Outcome::Unchanged
    } else {
        Outcome::Keep(Box::new(entry))
    }
}

/// A secret that could not be compared keeps the fingerprint that it had.
fn keep_fingerprints(entry: &mut Entry, old: &Entry) {
    let written = std::mem::take(&mut entry.written);
    let kept = written.try_map_leaves(&FieldPath::root(), &mut |path, leaf| {
        Ok::<_, std::convert::Infallible>(match (&leaf, old.written.at(path)) {
            (Value::Secret(new), Some(Value::Secret(old))) if new.fingerprint.is_none() => {
                Value::Secret(old.clone())
            }
            _ => leaf,
        })
    });
    let Ok(kept) = kept;
    entry.written = kept;
}

/// What is put back beside what the document says.
fn put_back<'a>(declared: &Declared<'a>) -> Option<&'a PutBack> {
    declared.document.put_back.as_deref()
}

/// A document that adopts may hold relations alone: then the object is not ours.
fn is_owned(declared: &Declared<'_>) -> bool {
    if let Some(put_back) = put_back(declared) {
        return put_back.owned;
    }
    if let Some(entry) = declared.entry {
        return entry.owned;
    }
    let kind = declared.document.kind;
    let only_key = declared.body.as_map().is_none_or(|body| {
        body.keys().all(|name| match kind.key {
            Key::Fields(key) | Key::FirstOf(key) => key.contains(&name.as_str()),
            _ => false,
        })
    });
    let adopted = matches!(declared.matched, Match::Adopted(_));
    !(adopted && only_key && !declared.document.relations.is_empty())
}

/// What the body and the edges refer to.
fn references(declared: &Declared<'_>) -> BTreeSet<Address> {
    let mut found = BTreeSet::new();
    for_each_reference(&declared.document.body, &mut |address| {
        found.insert(address.clone());
    });
    for edge in declared.relations.values().flat_map(WantedEdges::all) {
        found.extend(edge.to.clone());
    }
    found.extend(
        put_back(declared)
            .into_iter()
            .flat_map(|it| it.depends_on.clone()),
    );
    found.remove(&declared.document.address);
    found
}

/// Visits every address that a body refers to, secret outputs included.
pub(super) fn for_each_reference(body: &Value, visit: &mut impl FnMut(&Address)) {
    body.leaves(&mut |_, leaf| match leaf {
        Value::Unknown(unknown) => {
            for part in &unknown.parts {
                if let Part::Output { address, .. } = part {
                    visit(address);
                }
            }
        }
        Value::Secret(hidden) => {
            if let Some(crate::base::SecretSource::Output(address, _)) = &hidden.source {
                visit(address);
            }
        }
        _ => {}
    });
}

/// Delete first where the key is unique on the server and stays the same, or the id that was
/// chosen does.
fn replace_order(declared: &Declared<'_>, changes: &[FieldChange]) -> ReplaceOrder {
    let kind = declared.document.kind;
    if kind.is(Quirk::RoomForOne) {
        return ReplaceOrder::DeleteFirst;
    }
    let key = match kind.key {
        Key::Fields(fields) | Key::FirstOf(fields) | Key::Worked { fields, .. } => fields,
        Key::Single | Key::State => return ReplaceOrder::CreateFirst,
    };
    let is_key = |change: &FieldChange| {
        let top = change.path.top().unwrap_or_default();
        key.contains(&top) || key.contains(&change.path.to_string().as_str())
    };
    let moved = changes.iter().any(is_key);
    let id = FieldPath::field("id");
    let same_id = kind.is(Quirk::ChosenId)
        && declared.body.at(&id).is_some()
        && !changes.iter().any(|change| change.path == id);
    if same_id || (kind.is(Quirk::UniqueKey) && !moved) {
        ReplaceOrder::DeleteFirst
    } else {
        ReplaceOrder::CreateFirst
    }
}

fn reason(declared: &Declared<'_>, action: Action, changes: &[FieldChange]) -> String {
    match action {
        Action::Update if declared.matched.live().is_none() => {
            "it comes with its target, and is then compared".to_owned()
        }
        Action::Create if declared.entry.is_some() => "it was deleted by somebody else".to_owned(),
        Action::Create => "it is not there".to_owned(),
        Action::Adopt => "it is there, and the document adopts it".to_owned(),
        Action::Replace => {
            let fields: Vec<String> = changes
                .iter()
                .filter(|change| change.forces_replace)
                .map(|change| format!("`{}`", change.path))
                .collect();
            let with = declared.document.kind.with;
            let lost = if with.is_empty() {
                String::new()
            } else {
                format!("; gone with it: {with}")
            };
            format!("{} cannot change{lost}", fields.join(", "))
        }
        _ => "it differs from what is written".to_owned(),
    }
}

//! What differs from what was last applied: somebody changed it by hand. Where the manifests have
//! changed it too, the two are in conflict.

mod ignored;

use std::collections::{BTreeMap, BTreeSet};

use super::delta::{change, for_each_written, spelled_alike};
use super::edges::{planned, words};
use super::input::Input;
use super::matching::Index;
use super::plan::{Action, Drift, FieldChange, Note, PlannedEdge, Step};
use super::planner::{Names, name_edge};
use super::reading::Lists;
use super::relations::LiveEdges;
use crate::base::{Address, FieldPath, Value};
use crate::kind::secrets::concealed;
use crate::kind::{Descriptor, EdgeKey, Live, Policy};
use crate::manifest::Document;
use crate::state::Entry;

/// One object that was changed by hand, and the step that would take that back: what it does to
/// access is the opposite of what was done.
pub(super) struct Found {
    /// What is told.
    pub drift: Drift,
    /// The way back.
    pub back: Step,
}

/// What was found, what was let be, and rules that have ended.
pub(super) type Sorted = (Vec<Found>, Vec<Note>, Vec<Note>);

/// The owned objects whose live value is not what was last applied. `steps` are the plan's.
pub(super) fn drift(
    input: &Input<'_>,
    lists: &Lists,
    index: &Index,
    edges: &LiveEdges,
    names: &Names,
    steps: &[Step],
) -> Vec<Found> {
    let documents = input.documents.iter().map(|d| (&d.address, d));
    let seen = Seen {
        input,
        lists,
        index,
        edges,
        names,
        documents: documents.collect(),
        steps: steps.iter().map(|step| (&step.address, step)).collect(),
    };
    let entries = input.snapshot.resources.iter();
    entries
        .filter_map(|(address, entry)| of_entry(&seen, address, entry))
        .collect()
}

/// The same without what the policy says to let be, what is to be said of that, and which of its
/// rules have ended.
pub(super) fn ignored(input: &Input<'_>, found: Vec<Found>) -> Sorted {
    let rules = input.options.policy.map(|policy| &*policy.drift.ignore);
    ignored::ignore(found, rules.unwrap_or_default(), input.options.today)
}

/// What was read.
struct Seen<'a> {
    input: &'a Input<'a>,
    lists: &'a Lists,
    index: &'a Index,
    edges: &'a LiveEdges,
    names: &'a Names,
    documents: BTreeMap<&'a Address, &'a Document>,
    steps: BTreeMap<&'a Address, &'a Step>,
}

/// The fields of which a change by hand cannot be seen: no server shows them.
pub(super) fn unseen(input: &Input<'_>) -> Vec<Note> {
    let mut fields: BTreeMap<String, Vec<&Address>> = BTreeMap::new();
    for (address, entry) in &input.snapshot.resources {
        let kind = input.catalog.stored(&entry.api_version, address.kind());
        entry.written.leaves(&mut |path, leaf| {
            let hidden = matches!(leaf, Value::Secret(_));
            let write_only = |policy: &Policy| matches!(policy, Policy::WriteOnly);
            if hidden && kind.is_some_and(|kind| kind.has(path, write_only)) {
                fields.entry(path.to_string()).or_default().push(address);
            }
        });
    }
    let note = |(field, of): (String, Vec<&Address>)| {
        let who = match of.as_slice() {
            [one] => format!("`{one}`"),
            several => format!("{} objects", several.len()),
        };
        Note {
            code: super::input::UNSEEN.to_string(),
            message: format!("`{field}` of {who} is never shown: a change by hand cannot be seen"),
            address: None,
            hint: None,
        }
    };
    fields.into_iter().map(note).collect()
}

fn of_entry(seen: &Seen<'_>, address: &Address, entry: &Entry) -> Option<Found> {
    let kind = seen
        .input
        .catalog
        .stored(&entry.api_version, address.kind())?;
    let home = entry.home.as_ref()?;
    let live = seen.index.owned(kind, entry);
    let Some(live) = live else {
        // A list that was not read says nothing.
        let read = seen.lists.all.contains_key(&(home.clone(), kind.name));
        return read.then(|| Found {
            drift: Drift {
                gone: true,
                ..drifted(address, entry)
            },
            back: Step {
                grants: with_edges(entry),
                object: entry.observed.clone(),
                ..back(address, entry)
            },
        });
    };
    let patterns = [&entry.written, &entry.observed];
    let shown = concealed(kind, address, &live.value, &patterns, seen.input.key);
    let mut changes = fields(kind, entry, &shown);
    let mut back = Step {
        object: was(&changes),
        ..back(address, entry)
    };
    for edges in edge_changes(seen, kind, (address, home), entry, live) {
        changes.push(edges.change);
        let field = edges.field.to_owned();
        back.grants.insert(field.clone(), edges.lost);
        back.revokes.insert(field, edges.added);
    }
    let step = seen.steps.get(address).copied();
    let conflicts = step.map(|step| conflicts(kind, entry, &changes, step));
    (!changes.is_empty()).then(|| Found {
        drift: Drift {
            conflicts: conflicts.unwrap_or_default(),
            changes,
            ..drifted(address, entry)
        },
        back,
    })
}

/// Nothing of the object of an entry yet.
fn drifted(address: &Address, entry: &Entry) -> Drift {
    Drift {
        api_version: entry.api_version.clone(),
        object: entry.observed.clone(),
        id: entry.id.clone(),
        ..Drift::bare(address.clone())
    }
}

/// A step for the object of an entry that does nothing yet.
fn back(address: &Address, entry: &Entry) -> Step {
    let (version, home) = (&entry.api_version, entry.home.clone());
    Step {
        id: Some(entry.id.clone()),
        ..Step::bare(address.clone(), version, home, Action::Update)
    }
}

fn with_edges(entry: &Entry) -> BTreeMap<String, Vec<PlannedEdge>> {
    let all = entry.edges.iter();
    all.map(|(field, edges)| (field.clone(), edges.iter().map(planned).collect()))
        .collect()
}

/// The top-level fields as they were.
fn was(changes: &[FieldChange]) -> Value {
    let tops = changes
        .iter()
        .filter_map(|change| match change.path.segments() {
            [_] => Some((change.path.to_string(), change.before.clone())),
            _ => None,
        });
    Value::Map(tops.collect())
}

/// The changed fields that the manifests want otherwise than they did, and otherwise than live.
fn conflicts(
    kind: &'static Descriptor,
    entry: &Entry,
    changes: &[FieldChange],
    step: &Step,
) -> Vec<FieldPath> {
    let nothing = Value::Null;
    let differs = |change: &&FieldChange| {
        let path = &change.path;
        if kind.relation(&path.to_string()).is_some() {
            return wants_other_edges(entry, &path.to_string(), step);
        }
        let wanted = step.desired.at(path).unwrap_or(&nothing);
        let written = entry.written.at(path).unwrap_or(&nothing);
        !matches!(wanted, Value::Unknown(_))
            && !spelled_alike(kind, path, written, wanted)
            && !spelled_alike(kind, path, &change.after, wanted)
    };
    let of = changes.iter().filter(differs);
    of.map(|change| change.path.clone()).collect()
}

/// Whether the manifests want other edges than those that are owned.
fn wants_other_edges(entry: &Entry, field: &str, step: &Step) -> bool {
    let owned = entry.edges.get(field).into_iter().flatten();
    let owned: Vec<Value> = owned.map(|edge| Value::List(words(&edge.key))).collect();
    let wanted = step.owned_edges.get(field).into_iter().flatten();
    let wanted: Vec<Value> = wanted.map(|edge| Value::List(edge.key.clone())).collect();
    owned.len() != wanted.len() || !owned.iter().all(|key| wanted.contains(key))
}

fn fields(kind: &'static Descriptor, entry: &Entry, live: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for_each_written(
        &entry.observed,
        &FieldPath::root(),
        &mut |path, observed| {
            let now = live.at(path);
            let shown = path.top().is_some_and(|top| live.get(top).is_some());
            let comparable = now.is_none_or(is_comparable);
            if shown
                && comparable
                && !spelled_alike(kind, path, observed, now.unwrap_or(&Value::Null))
            {
                changes.push(FieldChange {
                    sensitive: matches!(observed, Value::Secret(_)),
                    ..change(path, observed.clone(), now.cloned().unwrap_or_default())
                });
            }
        },
    );
    changes
}

/// Whether nothing in it is a secret without a fingerprint.
fn is_comparable(value: &Value) -> bool {
    let mut all = true;
    value.leaves(&mut |_, leaf| {
        all &= !matches!(leaf, Value::Secret(hidden) if hidden.fingerprint.is_none());
    });
    all
}

/// What became of the edges of one relation.
struct EdgesMoved {
    field: &'static str,
    change: FieldChange,
    lost: Vec<PlannedEdge>,
    added: Vec<PlannedEdge>,
}

/// Owned edges that somebody took away, and, where all were read, those that somebody added.
fn edge_changes(
    seen: &Seen<'_>,
    kind: &'static Descriptor,
    (address, home): (&Address, &Address),
    entry: &Entry,
    live: &Live,
) -> Vec<EdgesMoved> {
    let changes = kind.relations.iter().filter_map(|relation| {
        let read = seen.edges.get(&(home.clone(), kind.name, relation.field))?;
        let now: BTreeSet<&EdgeKey> = read.get(&live.id).into_iter().flatten().collect();
        let owned = entry.edges.get(relation.field).into_iter().flatten();
        let lost = owned.clone().filter(|edge| !now.contains(&edge.key));
        let lost: Vec<PlannedEdge> = lost.map(planned).collect();
        let known: BTreeSet<&EdgeKey> = owned.map(|edge| &edge.key).collect();
        let watched = relation.is_watched() && seen.watches(address, entry, relation.field);
        let others = now
            .into_iter()
            .filter(|key| watched && !known.contains(key));
        let added: Vec<PlannedEdge> = others
            .map(|key| {
                let (to, label) = name_edge(seen.names, home, kind, relation, key);
                let key = words(key);
                PlannedEdge { key, to, label }
            })
            .collect();
        let labels = |edges: &[PlannedEdge]| edges.iter().map(|e| e.label.clone()).collect();
        (!lost.is_empty() || !added.is_empty()).then(|| EdgesMoved {
            field: relation.field,
            change: FieldChange {
                added: labels(&added),
                removed: labels(&lost),
                ..change(&FieldPath::dotted(relation.field), Value::Null, Value::Null)
            },
            lost,
            added,
        })
    });
    changes.collect()
}

impl Seen<'_> {
    /// Whether what others added to that relation is told: of what we own, unless it is ignored.
    fn watches(&self, address: &Address, entry: &Entry, field: &str) -> bool {
        let document = self.documents.get(address);
        let ignored = document.is_some_and(|document| {
            let ignore = &document.lifecycle.ignore;
            ignore.iter().any(|path| *path == FieldPath::field(field))
        });
        self.input.options.all_edges && entry.owned && document.is_some() && !ignored
    }
}

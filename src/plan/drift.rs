//! What differs from what was last applied: somebody changed it by hand.

use std::collections::{BTreeMap, BTreeSet};

use super::delta::{change, for_each_written, spelled_alike};
use super::input::Input;
use super::matching::Index;
use super::plan::{Drift, FieldChange, Note};
use super::planner::{Names, name_edge};
use super::reading::Lists;
use super::relations::LiveEdges;
use crate::base::{Address, FieldPath, Value};
use crate::kind::secrets::concealed;
use crate::kind::{Descriptor, EdgeKey, Live, Policy};
use crate::manifest::Document;
use crate::state::Entry;

/// The owned objects whose live value is not what was last applied.
pub(super) fn drift(
    input: &Input<'_>,
    lists: &Lists,
    index: &Index,
    edges: &LiveEdges,
    names: &Names,
) -> Vec<Drift> {
    let documents = input.documents.iter().map(|d| (&d.address, d));
    let seen = Seen {
        input,
        lists,
        index,
        edges,
        names,
        documents: documents.collect(),
    };
    let entries = input.snapshot.resources.iter();
    entries
        .filter_map(|(address, entry)| of_entry(&seen, address, entry))
        .collect()
}

/// What was read.
struct Seen<'a> {
    input: &'a Input<'a>,
    lists: &'a Lists,
    index: &'a Index,
    edges: &'a LiveEdges,
    names: &'a Names,
    documents: BTreeMap<&'a Address, &'a Document>,
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

fn of_entry(seen: &Seen<'_>, address: &Address, entry: &Entry) -> Option<Drift> {
    let kind = seen
        .input
        .catalog
        .stored(&entry.api_version, address.kind())?;
    let home = entry.home.as_ref()?;
    let live = seen.index.owned(kind, entry);
    let Some(live) = live else {
        // A list that was not read says nothing.
        let read = seen.lists.all.contains_key(&(home.clone(), kind.name));
        return read.then(|| Drift {
            address: address.clone(),
            gone: true,
            changes: Vec::new(),
        });
    };
    let patterns = [&entry.written, &entry.observed];
    let shown = concealed(kind, address, &live.value, &patterns, seen.input.key);
    let mut changes = fields(kind, entry, &shown);
    changes.extend(edge_changes(seen, kind, (address, home), entry, live));
    (!changes.is_empty()).then(|| Drift {
        address: address.clone(),
        gone: false,
        changes,
    })
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

/// Owned edges that somebody took away, and, where all were read, those that somebody added.
fn edge_changes(
    seen: &Seen<'_>,
    kind: &'static Descriptor,
    (address, home): (&Address, &Address),
    entry: &Entry,
    live: &Live,
) -> Vec<FieldChange> {
    let changes = kind.relations.iter().filter_map(|relation| {
        let read = seen.edges.get(&(home.clone(), kind.name, relation.field))?;
        let now: BTreeSet<&EdgeKey> = read.get(&live.id).into_iter().flatten().collect();
        let owned = entry.edges.get(relation.field).into_iter().flatten();
        let lost = owned.clone().filter(|edge| !now.contains(&edge.key));
        let removed: Vec<String> = lost.map(|edge| edge.label.clone()).collect();
        let known: BTreeSet<&EdgeKey> = owned.map(|edge| &edge.key).collect();
        let watched = relation.is_watched() && seen.watches(address, entry, relation.field);
        let others = now
            .into_iter()
            .filter(|key| watched && !known.contains(key));
        let label = |key: &EdgeKey| name_edge(seen.names, home, kind, relation, key).1;
        let added: Vec<String> = others.map(label).collect();
        (!removed.is_empty() || !added.is_empty()).then(|| FieldChange {
            added,
            removed,
            ..change(&FieldPath::field(relation.field), Value::Null, Value::Null)
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

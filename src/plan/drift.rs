//! What differs from what was last applied: somebody changed it by hand.

use std::collections::BTreeSet;

use super::delta::{change, for_each_written, spelled_alike};
use super::input::Input;
use super::matching::Index;
use super::plan::{Drift, FieldChange};
use super::reading::Lists;
use super::relations::LiveEdges;
use crate::base::{Address, FieldPath, Value};
use crate::kind::{Descriptor, EdgeKey, Live};
use crate::state::Entry;

/// The owned objects whose live value is not what was last applied.
pub(super) fn drift(
    input: &Input<'_>,
    lists: &Lists,
    index: &Index,
    edges: &LiveEdges,
) -> Vec<Drift> {
    let entries = input.snapshot.resources.iter();
    entries
        .filter_map(|(address, entry)| of_entry(input, address, entry, lists, index, edges))
        .collect()
}

fn of_entry(
    input: &Input<'_>,
    address: &Address,
    entry: &Entry,
    lists: &Lists,
    index: &Index,
    edges: &LiveEdges,
) -> Option<Drift> {
    let kind = input.catalog.stored(&entry.api_version, address.kind())?;
    let home = entry.home.as_ref()?;
    let live = index.owned(kind, entry);
    let Some(live) = live else {
        // A list that was not read says nothing.
        let read = lists.all.contains_key(&(home.clone(), kind.name));
        return read.then(|| Drift {
            address: address.clone(),
            gone: true,
            changes: Vec::new(),
        });
    };
    let mut changes = fields(kind, entry, live);
    changes.extend(lost_edges(kind, home, entry, live, edges));
    (!changes.is_empty()).then(|| Drift {
        address: address.clone(),
        gone: false,
        changes,
    })
}

fn fields(kind: &'static Descriptor, entry: &Entry, live: &Live) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for_each_written(
        &entry.observed,
        &FieldPath::root(),
        &mut |path, observed| {
            let now = live.value.at(path);
            let shown = path.top().is_some_and(|top| live.value.get(top).is_some());
            if shown && !spelled_alike(kind, path, observed, now.unwrap_or(&Value::Null)) {
                changes.push(change(
                    path,
                    observed.clone(),
                    now.cloned().unwrap_or_default(),
                ));
            }
        },
    );
    changes
}

/// Owned edges that somebody took away.
fn lost_edges(
    kind: &'static Descriptor,
    home: &Address,
    entry: &Entry,
    live: &Live,
    edges: &LiveEdges,
) -> Vec<FieldChange> {
    let lost = entry.edges.iter().filter_map(|(field, owned)| {
        let relation = kind.relation(field)?;
        let read = edges.get(&(home.clone(), kind.name, relation.field))?;
        let now: BTreeSet<&EdgeKey> = read.get(&live.id).into_iter().flatten().collect();
        let removed: Vec<String> = owned
            .iter()
            .filter(|edge| !now.contains(&edge.key))
            .map(|edge| edge.label.clone())
            .collect();
        (!removed.is_empty()).then(|| FieldChange {
            removed,
            ..change(&FieldPath::dotted(field), Value::Null, Value::Null)
        })
    });
    lost.collect()
}

//! What the state says of an object: what was written, and how the server spells it.

use std::collections::{BTreeMap, BTreeSet};

use super::delta::for_each_written;
use super::plan::{PlannedEdge, known_key};
use crate::base::{Address, FieldPath, Hidden, Value, path};
use crate::kind::{Descriptor, Policy};
use crate::state::{Entry, OwnedEdge};

/// What an [`Entry`] is made from beside the object itself.
#[derive(Debug, Clone)]
pub struct Ownership<'a> {
    /// The object's target.
    pub home: Option<&'a Address>,
    /// What it refers to.
    pub depends_on: &'a BTreeSet<Address>,
    /// Its labels.
    pub labels: &'a BTreeMap<String, String>,
    /// `lifecycle.protect`.
    pub protect: bool,
    /// `lifecycle.onRemove: retain`.
    pub retain: bool,
    /// Whether the object itself is ours.
    pub owned: bool,
    /// The edges that are ours, keys known.
    pub edges: &'a BTreeMap<String, Vec<PlannedEdge>>,
}

/// The entry of the object `id`, written as `body` (all known), live as `live`.
pub fn entry(
    kind: &Descriptor,
    id: &str,
    body: &Value,
    live: &Value,
    ownership: &Ownership<'_>,
) -> Entry {
    let written = without_texts(body);
    Entry {
        api_version: kind.api_version().to_owned(),
        home: ownership.home.cloned(),
        id: id.to_owned(),
        observed: observed(kind, &written, live),
        written,
        depends_on: ownership.depends_on.clone(),
        labels: ownership.labels.clone(),
        protect: ownership.protect,
        retain: ownership.retain,
        edges: owned_edges(ownership.edges),
        owned: ownership.owned,
    }
}

/// The edges whose keys are known, by relation field.
pub fn owned_edges(
    planned: &BTreeMap<String, Vec<PlannedEdge>>,
) -> BTreeMap<String, Vec<OwnedEdge>> {
    let owned = |edge: &PlannedEdge| {
        let key = known_key(&edge.key)?;
        Some(OwnedEdge {
            key,
            to: edge.to.clone(),
            label: edge.label.clone(),
        })
    };
    planned
        .iter()
        .filter(|(_, edges)| !edges.is_empty())
        .map(|(field, edges)| (field.clone(), edges.iter().filter_map(owned).collect()))
        .collect()
}

/// A body as the state keeps it: of secrets what tells them apart and where they came from.
fn without_texts(body: &Value) -> Value {
    let kept = body
        .clone()
        .try_map_leaves(&FieldPath::root(), &mut |_, leaf| {
            Ok::<_, std::convert::Infallible>(match leaf {
                Value::Secret(hidden) => Value::Secret(Hidden {
                    text: None,
                    ..hidden
                }),
                other => other,
            })
        });
    let Ok(kept) = kept;
    kept
}

/// The written leaves as the server shows them, and the fields of the path.
fn observed(kind: &Descriptor, written: &Value, live: &Value) -> Value {
    let mut observed = Value::Map(BTreeMap::new());
    for_each_written(written, &FieldPath::root(), &mut |path, leaf| {
        let Some(shown) = live.at(path) else { return };
        // Of a secret, the fingerprint of what the server shows; else nothing.
        let printed = matches!(shown, Value::Secret(hidden) if hidden.fingerprint.is_some());
        if printed || !matches!(leaf, Value::Secret(_)) {
            put(&mut observed, path, without_texts(shown));
        }
    });
    for field in kind
        .fields
        .iter()
        .filter(|field| matches!(field.policy, Policy::InPath))
    {
        let path = FieldPath::dotted(field.path);
        if let Some(value) = live.at(&path).or_else(|| written.at(&path)) {
            put(&mut observed, &path, value.clone());
        }
    }
    observed
}

/// Puts every leaf that is written in `over` into `value`.
pub(super) fn lay_over(value: &mut Value, over: &Value) {
    for_each_written(over, &FieldPath::root(), &mut |path, leaf| {
        let is_empty = matches!(leaf, Value::Map(map) if map.is_empty());
        if !is_empty || !matches!(value.at(path), Some(Value::Map(_))) {
            put(value, path, leaf.clone());
        }
    });
}

/// Takes away what is at `path`, a path of keys.
pub(super) fn unset(value: &mut Value, path: &FieldPath) {
    let (Value::Map(map), Some((path::Segment::Key(key), rest))) =
        (value, path.segments().split_first())
    else {
        return;
    };
    match map.get_mut(key) {
        Some(inner) if !rest.is_empty() => {
            let below = rest.iter().filter_map(|segment| match segment {
                path::Segment::Key(key) => Some(key),
                path::Segment::Index(_) => None,
            });
            unset(inner, &below.fold(FieldPath::root(), |at, key| at.key(key)));
        }
        _ => drop(map.remove(key)),
    }
}

/// Puts `leaf` at `path`; mappings on the way are made.
pub(super) fn put(value: &mut Value, path: &FieldPath, leaf: Value) {
    let mut at = value;
    for segment in path.segments() {
        let (Value::Map(map), path::Segment::Key(key)) = (at, segment) else {
            return;
        };
        at = map
            .entry(key.clone())
            .or_insert_with(|| Value::Map(BTreeMap::new()));
    }
    *at = leaf;
}

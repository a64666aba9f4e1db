//! Which live object is whose: by the id that the state knows, else by the natural key.

use super::delta::spelled_alike;
use super::reading::Lists;
use super::resolve::key_of;
use crate::base::{FieldPath, Value};
use crate::kind::{Descriptor, Key, Live, Shape};
use crate::manifest::Document;
use crate::state::Entry;

/// What a document's object is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Match {
    /// Not there.
    Absent,
    /// There, and ours.
    Ours(Live),
    /// There, not ours, and the document says that it shall be.
    Adopted(Live),
    /// There, and not ours.
    NotOurs(Live),
    /// Several have the key.
    Ambiguous(usize),
}

impl Match {
    /// The live object, where it is or becomes ours.
    pub(super) fn live(&self) -> Option<&Live> {
        match self {
            Self::Ours(live) | Self::Adopted(live) => Some(live),
            Self::Absent | Self::NotOurs(_) | Self::Ambiguous(_) => None,
        }
    }
}

/// Finds the object of `document`, whose body is `body` with its key resolved. `owned` says
/// whether another address owns a live id.
pub(super) fn find(
    document: &Document,
    body: &Value,
    entry: Option<&Entry>,
    lists: &Lists,
    owned: impl Fn(&str) -> bool,
) -> Match {
    let Some(home) = &document.home else {
        return Match::Absent;
    };
    let list = lists.of(home, document.kind);
    if let Some(entry) = entry
        && let Some(live) = list
            .iter()
            .find(|live| is_entry(document.kind, live, entry))
    {
        return Match::Ours(live.clone());
    }
    let named = match document.kind.key {
        Key::State => by_name(list, body, document.lifecycle.adopt),
        key => by_key(document.kind, key, list, body),
    };
    match named.as_slice() {
        [] => Match::Absent,
        [one] if document.lifecycle.adopt && !owned(&one.id) => Match::Adopted((*one).clone()),
        [one] => Match::NotOurs((*one).clone()),
        several => Match::Ambiguous(several.len()),
    }
}

/// Whether `live` is the object of `entry`: its id, and for a child its parent too, since a
/// child's id may be unique in its parent only.
pub(super) fn is_entry(kind: &Descriptor, live: &Live, entry: &Entry) -> bool {
    let parent = kind.route.list.and_then(|list| match list.from {
        crate::kind::ListFrom::Parent { parent_field, .. } => Some(parent_field),
        _ => None,
    });
    live.id == entry.id
        && parent.is_none_or(|field| live.value.get(field) == entry.observed.get(field))
}

/// A tenant is taken for ours by its name only if that was asked for.
fn by_name<'a>(list: &'a [Live], body: &Value, adopt: bool) -> Vec<&'a Live> {
    let name = body.get("name");
    list.iter()
        .filter(|live| adopt && live.value.get("name") == name)
        .collect()
}

fn by_key<'a>(kind: &Descriptor, key: Key, list: &'a [Live], body: &Value) -> Vec<&'a Live> {
    let Some(wanted) = key_of(key, body) else {
        return Vec::new();
    };
    if wanted.iter().any(|(_, value)| value.has_unknown()) {
        return Vec::new();
    }
    let keyed = kind.route.shape == Shape::Keyed;
    list.iter()
        .filter(|live| {
            wanted.iter().all(|(name, value)| {
                let path = FieldPath::field(name);
                let shown = live.value.get(name);
                let by_id = keyed && value.as_text() == Some(&live.id);
                by_id || shown.is_some_and(|shown| spelled_alike(kind, &path, shown, value))
            })
        })
        .collect()
}

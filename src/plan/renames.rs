//! Documents that seem to be old ones under new names: one vanished beside a new one that says the
//! same. The plan warns, with the line that keeps the object.
//!
//! Nothing is done about it here: `lifecycle.movedFrom` is for people to write.

use std::collections::BTreeMap;

use super::input::{Input, RENAMED};
use super::matching::Match;
use super::plan::{Action, Note, Step};
use crate::base::{Address, FieldPath, Value};
use crate::kind::{Descriptor, Key, Policy, Shape};
use crate::manifest::Document;
use crate::state::Entry;

/// The warnings. `matches` are what documents were found to be, `steps` the plan's.
pub(super) fn renames(
    input: &Input<'_>,
    documents: &[&Document],
    matches: &BTreeMap<Address, Match>,
    steps: &[Step],
) -> Vec<Note> {
    let old: Vec<(&Address, &Entry)> = steps
        .iter()
        .filter(|step| step.is_farewell() && step.owned)
        .filter_map(|step| input.snapshot.resources.get_key_value(&step.address))
        .collect();
    if old.is_empty() {
        return Vec::new();
    }
    let new = documents.iter().filter(|document| {
        let is_owned = input.snapshot.resources.contains_key(&document.address);
        !is_owned && document.lifecycle.moved_from.is_none()
    });
    let mut pairs: Vec<(&Address, &Document)> = Vec::new();
    for document in new {
        let seems = |(address, entry): &&(&Address, &Entry)| {
            address.kind() == document.address.kind()
                && entry.home == document.home
                && match matches.get(&document.address) {
                    Some(Match::NotOurs(live)) => live.id == entry.id,
                    Some(Match::Absent) => says_the_same(document, steps, address, entry),
                    _ => false,
                }
        };
        let mut fitting = old.iter().filter(seems);
        if let (Some((address, _)), None) = (fitting.next(), fitting.next()) {
            pairs.push((*address, *document));
        }
    }
    let alone = |address: &Address| pairs.iter().filter(|(old, _)| *old == address).count() == 1;
    let told = pairs.iter().filter(|(address, _)| alone(address));
    told.map(|(old, document)| note(old, document)).collect()
}

/// Whether a creation says what was written of an object that goes, but for the name.
fn says_the_same(document: &Document, steps: &[Step], old: &Address, entry: &Entry) -> bool {
    let kind = document.kind;
    let mut created = steps.iter().filter(|step| {
        step.address == document.address && step.action == Action::Create && is_nameable(kind)
    });
    created.next().is_some_and(|step| {
        let (was, is) = (
            without_name(kind, &entry.written, old),
            without_name(kind, &step.desired, &document.address),
        );
        was == is && was.as_map().is_some_and(|fields| !fields.is_empty())
    })
}

/// Whether an object of that kind can take another name; else a new one is made all the same.
fn is_nameable(kind: &Descriptor) -> bool {
    let names = match kind.key {
        Key::Fields(names) | Key::FirstOf(names) | Key::Worked { fields: names, .. } => names,
        Key::Single | Key::State => return kind.route.shape != Shape::Keyed,
    };
    let is_fixed = |policy: &Policy| matches!(policy, Policy::Immutable | Policy::InPath);
    let mut fixed = names
        .iter()
        .filter(|name| kind.has(&FieldPath::field(name), is_fixed));
    kind.route.shape != Shape::Keyed && fixed.next().is_none()
}

/// A body without the fields that the address gives, and without secrets: their fingerprints tell
/// addresses apart.
fn without_name(kind: &Descriptor, body: &Value, address: &Address) -> Value {
    let names: &[&str] = match kind.key {
        Key::Fields(names) | Key::FirstOf(names) | Key::Worked { fields: names, .. } => names,
        Key::Single | Key::State => &[],
    };
    let Value::Map(fields) = body else {
        return Value::Null;
    };
    let kept = fields.iter().filter(|(name, value)| {
        let is_name = value.as_text() == Some(address.name());
        !(is_name && names.contains(&name.as_str()))
    });
    let kept = Value::Map(kept.map(|(n, v)| (n.clone(), v.clone())).collect());
    let bare = kept.try_map_leaves(&FieldPath::root(), &mut |_, leaf| {
        Ok::<_, std::convert::Infallible>(match leaf {
            Value::Secret(_) => Value::Null,
            plain => plain,
        })
    });
    let Ok(bare) = bare;
    bare
}

fn note(old: &Address, document: &Document) -> Note {
    let address = &document.address;
    Note {
        code: RENAMED.to_string(),
        message: format!(
            "`{address}` looks like `{old}` under another name: as written, the object is not kept"
        ),
        address: Some(address.clone()),
        hint: Some(format!(
            "if it is the same one, write beside its metadata: lifecycle: {{movedFrom: {}}}",
            old.name()
        )),
    }
}

//! Documents that are about the same object: equal addresses, equal keys, shared names.

use std::collections::BTreeMap;

use super::document::Document;
use super::index::{Declared, Index};
use crate::base::{Address, Code, Diagnostic, Place};
use crate::kind::{Api, Key, ObjectKey};

/// Two documents of one address.
pub const SAME_ADDRESS: Code = Code("E0215");
/// Two documents that one live object would answer to.
pub const SAME_KEY: Code = Code("E0216");

/// Kinds of one API whose objects share their names on the server: a DC/OS service account is a
/// user there (KINDS.md, "dcos/v1").
const SHARED: [(Api, &str, &str); 1] = [(Api::Dcos, "serviceaccount", "user")];

/// Adds an object to the index; complains if there is one of that address.
pub(super) fn add(index: &mut Index, address: &Address, declared: Declared) -> Option<Diagnostic> {
    let place = declared.place.clone();
    let other = other_word(address, &declared).and_then(|other| {
        index
            .get(&other)
            .map(|first| (other.clone(), first.clone()))
    });
    if let Some(first) = index.add(address, declared) {
        let message = format!("`{address}` is declared twice");
        let hint = "give one of them another name, or delete it";
        return Some(both(
            SAME_ADDRESS,
            message,
            place,
            first.place.clone(),
            hint,
        ));
    }
    let (other, first) = other?;
    let message = format!("`{address}` and `{other}` share one name");
    let hint = "these kinds have one namespace of names: give one of them another";
    Some(both(SAME_ADDRESS, message, place, first.place, hint))
}

/// The address of another kind that cannot be there too.
fn other_word(address: &Address, declared: &Declared) -> Option<Address> {
    let name = address.name();
    match (address.target(), address.kind()) {
        (None, "tenant") => Some(Address::top("cluster", name)),
        (None, "cluster") => Some(Address::top("tenant", name)),
        _ => shared(declared.kind.api, address.kind()).map(|other| address.sibling(other, name)),
    }
}

fn shared(api: Api, kind: &str) -> Option<&'static str> {
    SHARED.iter().find_map(|(of, one, other)| match kind {
        _ if *of != api => None,
        kind if kind == *one => Some(*other),
        kind if kind == *other => Some(*one),
        _ => None,
    })
}

fn both(code: Code, message: String, second: Place, first: Place, hint: &str) -> Diagnostic {
    let label = |place: Place, label: &str| Place {
        label: label.to_owned(),
        ..place
    };
    Diagnostic::error(code, message)
        .at(label(second, "a second time here"))
        .at(label(first, "first here"))
        .hint(hint)
}

/// Complains about documents that have the same natural key in the same place.
pub(super) fn keys(documents: &[Document]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<String, &Document> = BTreeMap::new();
    let mut found = Vec::new();
    for document in documents {
        let Some((fields, key)) = key(document) else {
            continue;
        };
        let Some(first) = seen.get(&key) else {
            seen.insert(key, document);
            continue;
        };
        let message = format!(
            "`{}` and `{}` are the same live object: {fields}",
            document.address, first.address
        );
        let (Some(second), Some(first)) = (place(document), place(first)) else {
            continue;
        };
        let hint = "a live object has one document: delete one, or write another key";
        found.push(both(SAME_KEY, message, second, first, hint));
    }
    found
}

fn place(document: &Document) -> Option<Place> {
    document.origin.place.clone()
}

/// What the live object is recognised by, in words and as a text that is equal for equal keys.
fn key(document: &Document) -> Option<(String, String)> {
    let kind = document.kind;
    let value = |field: &&'static str| Some((*field, document.body.get(field)?.clone()));
    let fields: ObjectKey = match kind.key {
        Key::Fields(fields) => fields.iter().map(value).collect::<Option<_>>()?,
        Key::FirstOf(fields) => {
            let mut written = fields.iter().filter_map(value);
            vec![written.find(|(_, value)| value.as_text().is_some())?]
        }
        Key::Worked { .. } => (kind.keys)(&document.body).into_iter().next()?,
        Key::Single if document.home.is_some() => Vec::new(),
        Key::Single | Key::State => return None,
    };
    let (names, values): (Vec<_>, Vec<_>) = fields
        .iter()
        .map(|(name, value)| (*name, value.to_tagged().to_string()))
        .unzip();
    let word = shared(kind.api, kind.name).map_or(kind.name, |other| other.min(kind.name));
    let key = format!("{:?} {word} {names:?} {values:?}", document.home);
    let said = match names.as_slice() {
        [] => format!("there is one `{}` a tenant", kind.kind),
        names => format!("they have the same `{}`", names.join("` and `")),
    };
    Some((said, key))
}

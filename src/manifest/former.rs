//! Old names (`lifecycle.movedFrom`) that cannot be told apart from new ones.

use std::collections::{BTreeMap, BTreeSet};

use super::Document;
use crate::base::{Address, Code, Diagnostic};

/// Old names that contradict each other.
pub(super) const OLD_NAMES: Code = Code("E0241");

/// One error each: for two documents with one old name, for documents that take each other's, and
/// for the old name of a mere connection that another document has.
pub(super) fn find(documents: &[Document]) -> Vec<Diagnostic> {
    let mut movers: BTreeMap<&Address, &Document> = BTreeMap::new();
    let mut found = Vec::new();
    for document in documents {
        let Some(old) = &document.lifecycle.moved_from else {
            continue;
        };
        if let Some(first) = movers.insert(old, document) {
            let message = format!(
                "`{}` and `{}` both say that they were `{old}`",
                first.address, document.address
            );
            let hint = "an object goes on under one name: take `movedFrom` out of the other";
            found.push(told(&[first, document], message).hint(hint));
        }
    }
    found.extend(circles(&movers));
    found.extend(connections(&movers, documents));
    found
}

/// Documents that take each other's names. `movers` are documents by their old names.
fn circles(movers: &BTreeMap<&Address, &Document>) -> Vec<Diagnostic> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for start in movers.values().copied() {
        let (mut circle, mut here) = (Vec::new(), start);
        while seen.insert(&here.address) {
            circle.push(here);
            let Some(next) = movers.get(&here.address) else {
                break;
            };
            here = next;
            if here.address == start.address {
                found.push(circular(&circle));
                break;
            }
        }
    }
    found
}

fn circular(circle: &[&Document]) -> Diagnostic {
    let names: Vec<_> = circle
        .iter()
        .map(|one| format!("`{}`", one.address))
        .collect();
    let message = match names.as_slice() {
        [one] => format!("{one} says that it was called so before"),
        names => format!("these take each other's names: {}", names.join(", ")),
    };
    let hint = match names.len() {
        1 => "take `movedFrom` out",
        _ => "give one of them a name that is free, apply, and then the name that it is to have",
    };
    told(circle, message).hint(hint)
}

/// Of what is only connected to, the state holds what lives in it alone: whose it is cannot be told
/// if both names are in use.
fn connections(movers: &BTreeMap<&Address, &Document>, documents: &[Document]) -> Vec<Diagnostic> {
    let all: BTreeMap<_, _> = documents.iter().map(|d| (&d.address, d)).collect();
    let connected = movers
        .iter()
        .filter(|(_, document)| document.home.is_none());
    let reused = connected.filter_map(|(old, document)| Some((*document, *all.get(old)?)));
    let told = reused.map(|(document, other)| {
        let message = format!(
            "`{}` says that it was `{}`, which another document is now",
            document.address, other.address
        );
        told(&[document, other], message)
            .hint("if that was applied, take `movedFrom` out; else give the other another name")
    });
    told.collect()
}

fn told(documents: &[&Document], message: String) -> Diagnostic {
    let places = documents.iter().filter_map(|one| one.origin.place.clone());
    places.fold(Diagnostic::error(OLD_NAMES, message), Diagnostic::at)
}

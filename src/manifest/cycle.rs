//! Documents that need each other in a circle, named edge by edge.
//!
//! Only what a body needs counts: relations are made after both their ends, so that a circle of
//! them is none.

use std::collections::{BTreeMap, BTreeSet};

use super::Document;
use crate::base::{Address, Code, Diagnostic, FieldPath, Part, SecretSource, Unknown, Value};

/// A circle of references.
pub const CYCLE: Code = Code("E0220");

/// The objects that `body` refers to, each with the field that does.
pub fn references(body: &Value) -> Vec<(FieldPath, Address)> {
    let mut found = Vec::new();
    body.leaves(&mut |path, leaf| match leaf {
        Value::Unknown(unknown) => inside(unknown, path, &mut found),
        Value::Secret(hidden) => {
            if let Some(SecretSource::Output(address, _)) = &hidden.source {
                found.push((path.clone(), address.clone()));
            }
        }
        _ => {}
    });
    found
}

fn inside(unknown: &Unknown, path: &FieldPath, found: &mut Vec<(FieldPath, Address)>) {
    for part in &unknown.parts {
        match part {
            Part::Output { address, .. } => found.push((path.clone(), address.clone())),
            Part::Lookup { fields, .. } => {
                for value in fields.values() {
                    let below = references(value).into_iter();
                    found.extend(below.map(|(_, address)| (path.clone(), address)));
                }
            }
            Part::Text(_) | Part::Builtin { .. } => {}
        }
    }
}

type Graph<'d> = BTreeMap<&'d Address, Vec<(Option<FieldPath>, Address)>>;

/// One error a circle; circles that share a document are found one after the other.
pub(super) fn find(documents: &[Document]) -> Vec<Diagnostic> {
    let by_address: BTreeMap<_, _> = documents.iter().map(|d| (&d.address, d)).collect();
    let mut graph: Graph<'_> = documents.iter().map(|d| (&d.address, needs(d))).collect();
    let mut found = Vec::new();
    loop {
        settle(&mut graph);
        let Some(start) = graph.keys().next().copied() else {
            return found;
        };
        let circle = circle(&graph, start);
        found.push(told(&circle, &by_address));
        for (address, ..) in &circle {
            graph.remove(address);
        }
    }
}

fn needs(document: &Document) -> Vec<(Option<FieldPath>, Address)> {
    let body = references(&document.body).into_iter();
    let body = body.map(|(path, address)| (Some(path), address));
    body.chain(document.home.clone().map(|home| (None, home)))
        .collect()
}

/// Takes out all that need nothing which is still there.
fn settle(graph: &mut Graph<'_>) {
    let mut needed_by: BTreeMap<Address, Vec<&Address>> = BTreeMap::new();
    let mut open: BTreeMap<&Address, usize> = BTreeMap::new();
    for (address, needs) in &*graph {
        let there = needs.iter().filter(|(_, need)| graph.contains_key(need));
        let mut count = 0;
        for (_, need) in there {
            needed_by.entry(need.clone()).or_default().push(address);
            count += 1;
        }
        open.insert(address, count);
    }
    let mut ready: Vec<_> = open
        .iter()
        .filter(|(_, count)| **count == 0)
        .map(|(a, _)| *a)
        .collect();
    while let Some(address) = ready.pop() {
        graph.remove(address);
        for dependant in needed_by.get(address).into_iter().flatten() {
            if let Some(count) = open.get_mut(*dependant) {
                *count -= 1;
                if *count == 0 {
                    ready.push(dependant);
                }
            }
        }
    }
}

/// One needs the other, because of that field; without one, it lives in it.
type Edge = (Address, Option<FieldPath>, Address);

/// Walks from `start`, where everything needs something that is there, until it is back somewhere.
fn circle(graph: &Graph<'_>, start: &Address) -> Vec<Edge> {
    let (mut walked, mut seen): (Vec<Edge>, _) = (Vec::new(), BTreeSet::new());
    let mut here = start.clone();
    while seen.insert(here.clone()) {
        let needs = graph.get(&here).into_iter().flatten();
        let Some((path, next)) = needs.into_iter().find(|(_, need)| graph.contains_key(need))
        else {
            break;
        };
        walked.push((here, path.clone(), next.clone()));
        here = next.clone();
    }
    let begin = walked
        .iter()
        .position(|(from, ..)| *from == here)
        .unwrap_or(0);
    walked.split_off(begin)
}

fn told(circle: &[Edge], documents: &BTreeMap<&Address, &Document>) -> Diagnostic {
    let names: Vec<_> = circle
        .iter()
        .map(|(from, ..)| format!("`{from}`"))
        .collect();
    let message = format!(
        "these objects need each other in a circle: {}",
        names.join(", ")
    );
    let mut diagnostic = Diagnostic::error(CYCLE, message);
    for (from, path, to) in circle {
        let origin = documents.get(from).map(|document| &document.origin);
        let place = match path {
            Some(path) => origin.and_then(|origin| origin.field(path)),
            None => origin.and_then(|origin| origin.place.clone()),
        };
        if let Some(mut place) = place {
            place.label = match path {
                Some(path) => format!("`{path}` of `{from}` needs `{to}`"),
                None => format!("`{from}` lives in `{to}`"),
            };
            diagnostic = diagnostic.at(place);
        }
    }
    diagnostic.hint("take one of these references out, or write its value")
}

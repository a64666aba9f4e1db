//! Orders documents and steps.

use std::collections::{BTreeMap, BTreeSet};

use super::super::draft::for_each_reference;
use super::super::plan::{Edge, Node, Step};
use super::super::{graph, input};
use crate::base::{Address, Diagnostic};
use crate::manifest::Document;

/// What a document refers to, its home included.
pub(super) fn needs(document: &Document) -> BTreeSet<Address> {
    let mut needs: BTreeSet<Address> = document.home.iter().cloned().collect();
    for_each_reference(&document.body, &mut |address| {
        needs.insert(address.clone());
    });
    let edges = document
        .relations
        .values()
        .flat_map(|relation| &relation.edges);
    needs.extend(edges.filter_map(|edge| edge.to.clone()));
    needs
}

/// The documents so that whatever a body refers to comes before it; the manifests have no cycles.
pub(super) fn in_order(documents: Vec<&Document>) -> Vec<&Document> {
    let mut by_address: BTreeMap<&Address, &Document> = documents
        .into_iter()
        .map(|document| (&document.address, document))
        .collect();
    let mut order = Vec::new();
    while let Some((address, _)) = by_address.first_key_value() {
        visit(address.to_owned(), &mut by_address, &mut order);
    }
    order
}

fn visit<'a>(
    address: &Address,
    left: &mut BTreeMap<&'a Address, &'a Document>,
    order: &mut Vec<&'a Document>,
) {
    let Some(document) = left.remove(address) else {
        return;
    };
    let mut before: BTreeSet<Address> = document.home.iter().cloned().collect();
    for_each_reference(&document.body, &mut |needed| {
        before.insert(needed.clone());
    });
    for needed in before {
        visit(&needed, left, order);
    }
    order.push(document);
}

/// Puts the steps in an order in which they could be applied one by one.
pub(super) fn sort_steps(
    steps: &mut [Step],
    nodes: &[Node],
    edges: &[Edge],
) -> Result<(), Vec<Diagnostic>> {
    let order = graph::order(nodes, edges).map_err(|cycle| {
        let names: Vec<String> = cycle
            .iter()
            .map(|node| format!("`{}`", node.address))
            .collect();
        let message = format!("steps wait for each other: {}", names.join(", "));
        vec![Diagnostic::error(input::CYCLE, message).hint("apply them one by one with `--target`")]
    })?;
    let mut place: BTreeMap<Address, usize> = BTreeMap::new();
    for (n, node) in order
        .iter()
        .enumerate()
        .filter(|(_, node)| !node.part.is_order())
    {
        place.entry(node.address.clone()).or_insert(n);
    }
    steps.sort_by_key(|step| (place.get(&step.address).copied(), step.address.clone()));
    Ok(())
}

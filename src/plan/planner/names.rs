//! Who is called what: addresses by live id, by old name, and what owned objects depend on.

use std::collections::{BTreeMap, BTreeSet};

use super::super::input::Input;
use crate::base::Address;
use crate::kind::{Descriptor, EdgeKey, Relation};

/// What live edges call their far ends: ids by target and kind.
pub(in crate::plan) type Names = BTreeMap<(Address, &'static str, String), Address>;

/// The far end of an edge: its address, if it is declared, and how the edge is called.
pub(in crate::plan) fn name_edge(
    names: &Names,
    home: &Address,
    kind: &Descriptor,
    relation: &Relation,
    key: &EdgeKey,
) -> (Option<Address>, String) {
    let find = |to: &[&'static str], id: &String| {
        let mut kinds = to.iter();
        kinds.find_map(|kind| names.get(&(home.clone(), *kind, id.clone())).cloned())
    };
    let called = |address: &Address| format!("{}/{}", address.kind(), address.name());
    let carrier = relation.carrier().and_then(|field| kind.relation(field));
    match (carrier, key.as_slice()) {
        (Some(carrier), [item, far]) => {
            let (item, to) = (
                find(carrier.to, item).map_or(item.clone(), |a| called(&a)),
                find(relation.to, far),
            );
            let label = format!("{item} {}", to.as_ref().map_or(far.clone(), called));
            (to, label)
        }
        (_, [id]) => {
            let to = find(relation.to, id);
            let label = to.as_ref().map_or(id.clone(), called);
            (to, label)
        }
        (_, words) => (
            words.first().and_then(|id| find(relation.to, id)),
            words.join(" "),
        ),
    }
}

/// What every owned object depends on.
pub(super) fn prior_references(input: &Input<'_>) -> BTreeMap<Address, BTreeSet<Address>> {
    let resources = input.snapshot.resources.iter();
    let with_home = resources.map(|(address, entry)| {
        let home = entry.home.iter().cloned();
        (
            address.clone(),
            entry.depends_on.iter().cloned().chain(home).collect(),
        )
    });
    with_home.collect()
}

/// The addresses that own a live id, by kind and id.
pub(super) fn owners<'a>(input: &Input<'a>) -> BTreeMap<(&'a str, &'a str), Vec<&'a Address>> {
    let mut owners: BTreeMap<(&str, &str), Vec<&Address>> = BTreeMap::new();
    for (address, entry) in &input.snapshot.resources {
        owners
            .entry((address.kind(), entry.id.as_str()))
            .or_default()
            .push(address);
    }
    owners
}

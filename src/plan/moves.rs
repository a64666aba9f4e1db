//! Renames that documents ask for (`lifecycle.movedFrom`): which are still to be done, and the state
//! as it is once they are.
//!
//! A plan is made from that state: whatever is looked up in it is found under the name that its
//! document has now. An old name that another document uses is free once its object has moved.

use std::collections::{BTreeMap, BTreeSet};

use super::input::{Facts, Input};
use crate::base::{Address, Secret, SecretSource, Value};
use crate::kind::Descriptor;
use crate::manifest::Document;
use crate::state::{Entry, Snapshot};

/// The renames of one plan.
pub(super) struct Moves<'a> {
    /// Old and new address, in an order in which each new one is free.
    all: Vec<(Address, Address)>,
    /// The state after them.
    snapshot: Snapshot,
    facts: Moved<'a>,
}

impl<'a> Moves<'a> {
    /// What is to be renamed; none if nothing is.
    pub(super) fn of(input: &Input<'a>) -> Option<Self> {
        let asked = (input.documents.iter()).any(|d| d.lifecycle.moved_from.is_some());
        let resources = &input.snapshot.resources;
        if !asked
            && resources
                .iter()
                .all(|(at, entry)| home_name(at, entry).is_none())
        {
            return None;
        }
        let mut moving = Moving {
            snapshot: input.snapshot.clone(),
            all: Vec::new(),
        };
        let hosts = moving.hosts(input.documents);
        moving.go_with(&hosts);
        moving.objects(input.documents);
        let Moving { snapshot, all } = moving;
        (snapshot != *input.snapshot).then(|| Self {
            facts: Moved {
                facts: input.facts,
                moves: all.clone(),
            },
            all,
            snapshot,
        })
    }

    /// The same input, after the renames.
    pub(super) fn input<'b>(&'b self, input: &Input<'b>) -> Input<'b> {
        Input {
            snapshot: &self.snapshot,
            facts: &self.facts,
            ..*input
        }
    }

    /// What the state is to hold under new names, or of objects whose home has a new one, beside
    /// `kept`; and the renames.
    pub(super) fn books(
        self,
        before: &Snapshot,
        kept: &mut BTreeMap<Address, Entry>,
    ) -> Vec<(Address, Address)> {
        for (address, entry) in self.snapshot.resources {
            if before.resources.get(&address) != Some(&entry) {
                kept.entry(address).or_insert(entry);
            }
        }
        self.all
    }
}

struct Moving {
    snapshot: Snapshot,
    all: Vec<(Address, Address)>,
}

impl Moving {
    /// Renames tenants, clusters and accounts. Returns old and new address.
    fn hosts(&mut self, documents: &[Document]) -> BTreeMap<Address, Address> {
        let resources = &self.snapshot.resources;
        let taken: BTreeSet<Address> = resources.keys().cloned().collect();
        // What is only connected to is in no state, but what lives in it is.
        let homes = resources.values().filter_map(|entry| entry.home.clone());
        let known = taken.iter().cloned().chain(homes).collect();
        let hosts = documents.iter().filter(|d| d.address.target().is_none());
        let mut moved = BTreeMap::new();
        for (old, new) in in_turn(hosts, known, taken) {
            self.rename(&old, &new);
            moved.insert(old, new);
        }
        moved
    }

    /// What lives in a target that was renamed goes with it; also what a run that died left behind.
    fn go_with(&mut self, hosts: &BTreeMap<Address, Address>) {
        for entry in self.snapshot.resources.values_mut() {
            if let Some(new) = entry.home.as_ref().and_then(|home| hosts.get(home)) {
                entry.home = Some(new.clone());
            }
        }
        let resources = &self.snapshot.resources;
        let strays = resources.iter().filter_map(|(address, entry)| {
            let new = Address::within(home_name(address, entry)?, address.kind(), address.name());
            (!resources.contains_key(&new)).then(|| (address.clone(), new))
        });
        for (old, new) in strays.collect::<Vec<_>>() {
            self.rename(&old, &new);
        }
    }

    fn objects(&mut self, documents: &[Document]) {
        let known: BTreeSet<Address> = self.snapshot.resources.keys().cloned().collect();
        let objects = documents.iter().filter(|d| d.address.target().is_some());
        for (old, new) in in_turn(objects, known.clone(), known) {
            self.snapshot.rename(&old, &new);
            // One that went with its target and has a new name as well is moved once.
            let before = self.all.iter().position(|(_, now)| *now == old);
            let first = before.map_or(old, |at| self.all.remove(at).0);
            self.all.push((first, new));
        }
    }

    fn rename(&mut self, old: &Address, new: &Address) {
        if self.snapshot.rename(old, new) {
            self.all.push((old.clone(), new.clone()));
        }
    }
}

/// What its target is called, of an object that is called by another one's name.
fn home_name<'e>(address: &Address, entry: &'e Entry) -> Option<&'e str> {
    let (target, home) = (address.target()?, entry.home.as_ref()?.name());
    (target != home).then_some(home)
}

/// The renames of `documents` that are still to be done: from a name that is `known` to one that is
/// not `taken`, or that was moved away from.
fn in_turn<'d>(
    documents: impl Iterator<Item = &'d Document>,
    mut known: BTreeSet<Address>,
    mut taken: BTreeSet<Address>,
) -> Vec<(Address, Address)> {
    let asked = documents.filter_map(|document| {
        let old = document.lifecycle.moved_from.as_ref()?;
        Some((&document.address, old))
    });
    let mut asked: BTreeMap<&Address, &Address> = asked.collect();
    let mut moves = Vec::new();
    loop {
        let free = asked.iter().find(|(new, _)| !taken.contains(*new));
        let Some((new, old)) = free.map(|(new, old)| (*new, *old)) else {
            return moves;
        };
        asked.remove(new);
        if known.remove(old) {
            taken.remove(old);
            taken.insert(new.clone());
            moves.push((old.clone(), new.clone()));
        }
    }
}

/// What is known, asked for by new names.
struct Moved<'a> {
    facts: &'a dyn Facts,
    moves: Vec<(Address, Address)>,
}

impl Facts for Moved<'_> {
    fn secret(&self, source: &SecretSource) -> Option<Secret> {
        self.facts.secret(source)
    }

    fn shown(&self, address: &Address) -> BTreeMap<String, Secret> {
        let steps = self.moves.iter().rev();
        let old = steps.fold(
            address,
            |name, (old, new)| if new == name { old } else { name },
        );
        self.facts.shown(old)
    }

    fn settings(
        &self,
        kind: &'static Descriptor,
        address: &Address,
        spec: &Value,
        live: &Value,
        shown: &Value,
    ) -> Value {
        self.facts.settings(kind, address, spec, live, shown)
    }
}

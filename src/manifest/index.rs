//! Which objects are declared, by address, before any body is looked at.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Address, Place};
use crate::kind::{Api, Catalog, Descriptor};

/// All addresses that documents and children give themselves, faulty ones included: a reference
/// to a faulty document does not lead nowhere.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) catalog: Catalog,
    declared: BTreeMap<Address, Declared>,
    claimed: BTreeSet<String>,
}

/// A declared object.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    pub(super) kind: &'static Descriptor,
    /// Where its name stands.
    pub(super) place: Place,
}

impl Index {
    pub(super) fn new(catalog: Catalog) -> Self {
        Self {
            catalog,
            declared: BTreeMap::new(),
            claimed: BTreeSet::new(),
        }
    }

    /// Adds an object; if there is one of that address, it stays, and is returned.
    pub(super) fn add(&mut self, address: &Address, declared: Declared) -> Option<&Declared> {
        if self.declared.contains_key(address) {
            return self.declared.get(address);
        }
        self.declared.insert(address.clone(), declared);
        None
    }

    /// Notes that something that could not be read may be called `name`.
    pub(super) fn claim(&mut self, name: String) {
        self.claimed.insert(name);
    }

    pub(super) fn get(&self, address: &Address) -> Option<&Declared> {
        self.declared.get(address)
    }

    /// Whether `name` may be the name of something that could not be read.
    pub(super) fn is_claimed(&self, name: &str) -> bool {
        let parent = name.split('.').next().unwrap_or(name);
        self.claimed.contains(name) || self.claimed.contains(parent)
    }

    /// All declared addresses.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.declared.keys()
    }

    /// The names of the tenants and clusters.
    pub(super) fn targets(&self) -> impl Iterator<Item = &str> {
        self.addresses()
            .filter(|address| {
                matches!(address.kind(), "tenant" | "cluster") && address.target().is_none()
            })
            .map(Address::name)
    }

    /// The API of the tenant or cluster called `target`.
    pub(super) fn api(&self, target: &str) -> Option<Api> {
        let of = |kind: &str| self.get(&Address::top(kind, target))?.kind.hosts;
        of("tenant").or_else(|| of("cluster"))
    }

    /// Whether `word` is the name of a kind, of whichever API.
    pub(super) fn is_kind(&self, word: &str) -> bool {
        self.catalog.all().any(|kind| kind.name == word)
    }
}

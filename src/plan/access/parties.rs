//! From edges to facts: who the ends of an edge are, and what the edge means.

use std::collections::BTreeMap;

use super::facts::{Fact, Facts, Party, Thing};
use crate::base::{Address, Part, Value};
use crate::kind::{EdgeShape, Grants, Relation};
use crate::plan::planner::Names;
use crate::state::Snapshot;

/// Somebody who is known by an address alone, and is no object of ours.
pub(super) const PERSON: &str = "person";

/// Tells who an id is.
pub(in crate::plan) struct Parties<'a> {
    names: &'a Names,
    /// Addresses by target, kind and id, as the state has them.
    owned: BTreeMap<(&'a Address, &'a str, &'a str), &'a Address>,
    /// By target name and id.
    builtins: BTreeMap<(&'a str, &'a str), &'a str>,
}

impl<'a> Parties<'a> {
    /// `names` are those of documents, `snapshot`'s those of what no document names any more,
    /// `builtins` ids by target name and their own names.
    pub(in crate::plan) fn new(
        names: &'a Names,
        snapshot: &'a Snapshot,
        builtins: &'a BTreeMap<(String, String), String>,
    ) -> Self {
        let by_name = builtins.iter();
        let builtins = by_name.map(|((target, name), id)| ((&**target, &**id), &**name));
        let owned = snapshot.resources.iter().filter_map(|(address, entry)| {
            let key = (entry.home.as_ref()?, address.kind(), &*entry.id);
            Some((key, address))
        });
        Self {
            names,
            owned: owned.collect(),
            builtins: builtins.collect(),
        }
    }

    /// The live object of one of these kinds.
    pub(in crate::plan) fn live(&self, home: &Address, kinds: &[&'static str], id: &str) -> Party {
        let mut named = kinds.iter();
        let named = named.find_map(|kind| self.names.get(&(home.clone(), *kind, id.to_owned())));
        let mut owned = kinds.iter();
        let owned = owned.find_map(|kind| self.owned.get(&(home, *kind, id)).copied());
        if let Some(address) = named.or(owned) {
            return Party::Declared(address.clone());
        }
        if let Some(name) = self.builtins.get(&(home.name(), id)) {
            return Party::Builtin(home.clone(), (*name).to_owned());
        }
        let kind = kinds.first().copied().unwrap_or_default();
        Party::Live(home.clone(), kind, id.to_owned())
    }

    /// For documents alone: no object is live.
    pub(in crate::plan) fn of_documents(names: &'a Names) -> Self {
        Self {
            names,
            owned: BTreeMap::new(),
            builtins: BTreeMap::new(),
        }
    }

    fn end(&self, home: &Address, kinds: &[&'static str], word: &Value, label: &str) -> Party {
        let unknown = match word {
            Value::Text(id) => return self.live(home, kinds, id),
            Value::Unknown(unknown) => unknown.parts.as_slice(),
            _ => &[],
        };
        match unknown {
            [Part::Output { address, .. }] => Party::Declared(address.clone()),
            [Part::Builtin { name, .. }] => Party::Builtin(home.clone(), name.clone()),
            _ => self.live(home, kinds, label),
        }
    }
}

/// One edge of an owner.
pub(in crate::plan) struct Edge<'a> {
    pub home: &'a Address,
    pub relation: &'a Relation,
    /// The kinds of the items that carry it, of a carried one.
    pub items: &'a [&'static str],
    pub owner: &'a Party,
    pub key: &'a [Value],
    pub label: &'a str,
}

impl Edge<'_> {
    /// What it means; nothing, if it is not about access.
    pub(in crate::plan) fn fact(&self, parties: &Parties<'_>) -> Option<Fact> {
        let owner = self.owner.clone();
        let last = self.key.last()?;
        let far = || parties.end(self.home, self.relation.to, last, self.label);
        Some(match (self.relation.grants, self.relation.shape) {
            (Grants::Nothing, _) | (Grants::Permission, EdgeShape::Words) => return None,
            (Grants::Consent, shape) => {
                let asked = match shape {
                    EdgeShape::Words => Thing::Word(String::new(), text(last)),
                    _ => Thing::Permission(far()),
                };
                Fact::Gives {
                    who: owner,
                    thing: Thing::Leave(Box::new(asked)),
                }
            }
            (Grants::Newcomers, _) => Fact::Has {
                who: Party::Newcomers(Box::new(owner.clone())),
                from: far(),
                inside: Some(owner),
            },
            (Grants::Permission, EdgeShape::Actions) => Fact::Gives {
                who: owner,
                thing: Thing::Word(text(self.key.first()?), text(last)),
            },
            (Grants::Permission, _) => Fact::Gives {
                who: owner,
                thing: Thing::Permission(far()),
            },
            (Grants::Member, EdgeShape::Carried) => Fact::Has {
                who: parties.end(self.home, self.items, self.key.first()?, self.label),
                from: far(),
                inside: Some(owner),
            },
            (Grants::Title { .. }, _) => Fact::Gives {
                who: Party::Live(self.home.clone(), PERSON, text(self.key.first()?)),
                thing: Thing::Word(called(&owner), text(last)),
            },
            (Grants::Member, _) => Fact::Has {
                who: owner,
                from: far(),
                inside: None,
            },
            (Grants::Members, _) => Fact::Has {
                who: far(),
                from: owner,
                inside: None,
            },
        })
    }

    /// Puts it in.
    pub(in crate::plan) fn insert(&self, parties: &Parties<'_>, facts: &mut Facts) {
        if self.relation.grants == Grants::Members {
            facts.insert(Fact::Gives {
                who: self.owner.clone(),
                thing: Thing::Place(self.owner.clone()),
            });
        }
        if let Some(fact) = self.fact(parties) {
            facts.insert(fact);
        }
    }
}

/// What somebody is something in.
fn called(owner: &Party) -> String {
    match owner {
        Party::Declared(address) => address.to_string(),
        Party::Live(_, kind, id) => format!("{kind}/{id}"),
        Party::Builtin(_, name) => name.clone(),
        Party::Newcomers(of) => called(of),
    }
}

/// A word of a key; one that is not known yet is how the edge calls it.
fn text(word: &Value) -> String {
    match word {
        Value::Text(text) => text.clone(),
        Value::Unknown(unknown) => match unknown.parts.as_slice() {
            [Part::Output { address, .. }] => address.name().to_owned(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

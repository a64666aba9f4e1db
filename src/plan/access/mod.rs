//! Who gains and who loses what by a plan, over every path that is known.
//!
//! What was not read is not taken for another path: somebody may be told to gain or lose what they
//! have by a path that no manifest names, but nothing that is gained or lost is left out of what
//! was looked at. Suspension and expiry are not looked at.

mod declared;
mod facts;
mod parties;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::builtins;
use crate::base::Address;
use crate::kind::{Catalog, EdgeShape, Grants};

pub use declared::declared;
pub(super) use facts::{Fact, Facts, Party, Thing, changes};
pub(super) use parties::{Edge, Parties};

/// What some people or machines of one target gain or lose alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessChange {
    /// The target's name.
    pub target: String,
    /// Whether it comes.
    pub gained: bool,
    /// Whether one of the rights is as good as all of them (a superuser's, the Management API's).
    pub everything: bool,
    /// Who: `acme/user/alice`.
    pub who: Vec<String>,
    /// What: `scope/read:orders`, `full on dcos:superuser`, `organization/globex`.
    pub rights: Vec<String>,
    /// Through whom, the nearest first; nothing: it is their own.
    pub through: Vec<String>,
}

impl AccessChange {
    /// How many rights of how many.
    pub fn weight(&self) -> usize {
        self.who.len() * self.rights.len()
    }
}

/// How parties and things are called, and which are as good as everything.
pub(super) trait Words {
    /// What people call a live object that nobody declared.
    fn live_name(&self, home: &Address, kind: &str, id: &str) -> Option<String>;
    /// The resource on which whoever has anything has everything in that target.
    fn ruling(&self, target: &str) -> Option<&'static str>;

    /// `user/alice`
    fn party(&self, party: &Party) -> String {
        match party {
            Party::Declared(address) => format!("{}/{}", address.kind(), address.name()),
            Party::Builtin(_, name) => name.clone(),
            Party::Newcomers(of) => match of.as_ref() {
                Party::Declared(home) if home.target().is_none() => {
                    format!("every new user of {}", home.name())
                }
                place => format!("whoever joins {}", self.who(place)),
            },
            Party::Live(home, kind, id) => {
                let name = self.live_name(home, kind, id);
                format!("{kind}/{}", name.unwrap_or_else(|| id.clone()))
            }
        }
    }

    /// `acme/user/alice`
    fn who(&self, party: &Party) -> String {
        match party {
            Party::Newcomers(_) => self.party(party),
            _ => format!("{}/{}", party.target(), self.party(party)),
        }
    }

    /// Whether to have it is to have everything in that target.
    fn is_everything(&self, target: &str, thing: &Thing) -> bool {
        match thing {
            Thing::Permission(Party::Builtin(_, name)) => name == builtins::ALL,
            Thing::Word(resource, _) => self.ruling(target) == Some(resource),
            Thing::Permission(_) | Thing::Place(_) | Thing::Leave(_) => false,
        }
    }
}

/// Tells those who have rights and hand none on.
pub(super) fn is_principal(catalog: Catalog) -> impl Fn(&Party) -> bool {
    let principals = principals(catalog);
    move |party| match party {
        Party::Newcomers(_) => true,
        Party::Declared(address) => principals.contains(address.kind()),
        Party::Live(_, kind, _) => principals.contains(kind),
        Party::Builtin(..) => false,
    }
}

/// Tells the kinds of those who have rights and hand none on.
pub(super) fn is_principal_kind(catalog: Catalog) -> impl Fn(&str) -> bool {
    let principals = principals(catalog);
    move |kind| principals.contains(kind)
}

/// Their kinds.
fn principals(catalog: Catalog) -> BTreeSet<&'static str> {
    let (mut have, mut hand_on) = (BTreeSet::new(), BTreeSet::new());
    for kind in catalog.all() {
        for relation in kind.relations {
            match (relation.grants, relation.shape) {
                (Grants::Member, EdgeShape::Carried) => {
                    have.extend(kind.items(relation));
                    hand_on.extend(relation.to);
                }
                (Grants::Member, _) => {
                    have.insert(kind.name);
                    hand_on.extend(relation.to);
                }
                (Grants::Members, _) => {
                    have.extend(relation.to);
                    hand_on.insert(kind.name);
                }
                (Grants::Consent, _) => {
                    have.insert(kind.name);
                }
                (Grants::Title { .. }, _) => {
                    have.insert(parties::PERSON);
                }
                (Grants::Newcomers, _) => hand_on.extend(relation.to),
                (Grants::Permission | Grants::Nothing, _) => {}
            }
        }
    }
    have.difference(&hand_on).copied().collect()
}

/// Somebody who gains or loses something in some way: whether it is gained, whether it is
/// everything, and through whom.
type One<'a> = (&'a Party, bool, bool, Vec<String>);
/// Target, what is alike but who, and what.
type Alike = (String, bool, bool, Vec<String>, Vec<String>);

/// The differences in words: those who gain or lose the same in the same way together, the
/// weightiest first, losses before gains.
pub(super) fn told<'a>(changes: &[facts::Change<'a>], words: &dyn Words) -> Vec<AccessChange> {
    let is_place = |change: &facts::Change<'_>| matches!(change.right.thing, Thing::Place(_));
    let way = |change: &facts::Change<'a>| (change.who, change.gained, change.through.clone());
    let speaking: BTreeSet<_> = changes.iter().filter(|c| !is_place(c)).map(way).collect();
    let mut rights: BTreeMap<One<'_>, Vec<String>> = BTreeMap::new();
    for change in changes {
        let mut through = change.through.as_slice();
        if is_place(change) {
            // What comes with it says enough; and nobody is in a place through itself.
            if speaking.contains(&way(change)) {
                continue;
            }
            through = through.split_last().map_or(through, |(_, nearer)| nearer);
        }
        let everything = words.is_everything(change.who.target(), change.right.thing);
        let through = through.iter().map(|party| words.party(party));
        let key = (change.who, change.gained, everything, through.collect());
        let texts = rights.entry(key).or_default();
        texts.push(right(&change.right, words));
    }
    let mut alike: BTreeMap<Alike, Vec<String>> = BTreeMap::new();
    for ((who, gained, everything, through), mut texts) in rights {
        texts.sort();
        let key = (who.target().to_owned(), gained, everything, through, texts);
        alike.entry(key).or_default().push(words.who(who));
    }
    let told = alike.into_iter().map(|(key, who)| {
        let (target, gained, everything, through, rights) = key;
        AccessChange {
            target,
            gained,
            everything,
            who,
            rights,
            through,
        }
    });
    let mut told: Vec<AccessChange> = told.collect();
    told.sort_by_key(|change| {
        let light = (!change.everything, change.gained);
        (light, std::cmp::Reverse(change.weight()))
    });
    told
}

fn thing(of: &Thing, words: &dyn Words) -> String {
    match of {
        Thing::Word(resource, word) if resource.is_empty() => word.clone(),
        Thing::Word(resource, word) => format!("{word} on {resource}"),
        Thing::Permission(of) => words.party(of),
        Thing::Place(of) => format!("a place in {}", words.party(of)),
        Thing::Leave(asked) => format!("leave to ask users for {}", thing(asked, words)),
    }
}

fn right(right: &facts::Right<'_>, words: &dyn Words) -> String {
    let thing = thing(right.thing, words);
    match right.inside {
        Some(place) => format!("{thing} in {}", words.party(place)),
        None => thing,
    }
}

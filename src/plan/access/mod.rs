//! Who gains and who loses what by a plan, over every path that is known.
//!
//! What was not read is not taken for another path: somebody may be told to gain or lose what they
//! have by a path that no manifest names, but nothing that is gained or lost is left out of what
//! was looked at. Suspension and expiry are not looked at.

mod facts;
mod parties;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(super) use facts::{Fact, Facts, Party, Thing, changes};
pub(super) use parties::{Edge, Parties};

/// What some people or machines of one target gain or lose alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// `user/alice`
    fn party(&self, party: &Party) -> String;
    /// `acme/user/alice`
    fn who(&self, party: &Party) -> String;
    /// The target that it is in.
    fn target(&self, party: &Party) -> String;
    /// Whether to have it is to have everything in that target.
    fn is_everything(&self, target: &str, thing: &Thing) -> bool;
}

/// Somebody who gains or loses something in some way.
type One<'a> = (&'a Party, bool, Vec<String>);
/// Target, whether it is gained, through whom, whether it is everything, and what.
type Alike = (String, bool, Vec<String>, bool, Vec<String>);

/// The differences in words: those who gain or lose the same in the same way together, the
/// weightiest first, losses before gains.
pub(super) fn told<'a>(changes: &[facts::Change<'a>], words: &dyn Words) -> Vec<AccessChange> {
    let is_place = |change: &facts::Change<'_>| matches!(change.right.thing, Thing::Place(_));
    let way = |change: &facts::Change<'a>| (change.who, change.gained, change.through.clone());
    let speaking: BTreeSet<_> = changes.iter().filter(|c| !is_place(c)).map(way).collect();
    let mut rights: BTreeMap<One<'_>, (Vec<String>, bool)> = BTreeMap::new();
    for change in changes {
        let mut through = change.through.as_slice();
        if is_place(change) {
            // What comes with it says enough; and nobody is in a place through itself.
            if speaking.contains(&way(change)) {
                continue;
            }
            through = through.split_last().map_or(through, |(_, nearer)| nearer);
        }
        let target = words.target(change.who);
        let through = through.iter().map(|party| words.party(party));
        let key = (change.who, change.gained, through.collect());
        let (texts, everything) = rights.entry(key).or_default();
        texts.push(right(&change.right, words));
        *everything |= words.is_everything(&target, change.right.thing);
    }
    let mut alike: BTreeMap<Alike, Vec<String>> = BTreeMap::new();
    for ((who, gained, through), (mut texts, everything)) in rights {
        texts.sort();
        let key = (words.target(who), gained, through, everything, texts);
        alike.entry(key).or_default().push(words.who(who));
    }
    let told = alike.into_iter().map(|(key, who)| {
        let (target, gained, through, everything, rights) = key;
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

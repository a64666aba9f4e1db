//! Who has what from whom, and what follows from it. Pure; knows no kinds.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Address;

/// Somebody or something that has rights, or hands them on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) enum Party {
    /// An object that a document or the state names.
    Declared(Address),
    /// What every target has from the start, by our name for it.
    Builtin(Address, String),
    /// Another live object: target, kind, id.
    Live(Address, &'static str, String),
    /// Whoever comes into this.
    Newcomers(Box<Self>),
}

impl Party {
    /// The name of the target that it is in.
    pub(in crate::plan) fn target(&self) -> &str {
        match self {
            Self::Declared(address) => address.target().unwrap_or(address.name()),
            Self::Builtin(home, _) | Self::Live(home, ..) => home.name(),
            Self::Newcomers(of) => of.target(),
        }
    }
}

/// What somebody has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) enum Thing {
    /// A word on a resource: `full` on `dcos:superuser`.
    Word(String, String),
    /// A permission that is an object (a scope).
    Permission(Party),
    /// Being in it.
    Place(Party),
    /// Leave to ask people for it.
    Leave(Box<Self>),
}

impl Thing {
    fn names_one_of(&self, parties: &BTreeSet<Party>) -> bool {
        match self {
            Self::Word(..) => false,
            Self::Permission(of) | Self::Place(of) => parties.contains(of),
            Self::Leave(thing) => thing.names_one_of(parties),
        }
    }
}

/// One step of the way from somebody to a right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) enum Fact {
    /// `who` has whatever `from` has; inside another, if it says so.
    Has {
        who: Party,
        from: Party,
        inside: Option<Party>,
    },
    /// `who` has it, and hands it on.
    Gives { who: Party, thing: Thing },
}

/// A right: a thing, perhaps inside another object only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) struct Right<'a> {
    pub thing: &'a Thing,
    pub inside: Option<&'a Party>,
}

/// One right that somebody has in one of two worlds only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) struct Change<'a> {
    /// Who.
    pub who: &'a Party,
    /// What.
    pub right: Right<'a>,
    /// Through whom, the nearest first; nobody: it is their own.
    pub through: Vec<&'a Party>,
    /// Whether it comes.
    pub gained: bool,
}

type Way<'a> = Vec<&'a Party>;

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::plan) struct Facts {
    has: BTreeMap<Party, BTreeSet<(Party, Option<Party>)>>,
    gives: BTreeMap<Party, BTreeSet<Thing>>,
}

impl Facts {
    pub(in crate::plan) fn insert(&mut self, fact: Fact) {
        match fact {
            Fact::Has { who, from, inside } => {
                self.has.entry(who).or_default().insert((from, inside));
            }
            Fact::Gives { who, thing } => {
                self.gives.entry(who).or_default().insert(thing);
            }
        }
    }

    pub(in crate::plan) fn remove(&mut self, fact: Fact) {
        match fact {
            Fact::Has { who, from, inside } => {
                if let Some(froms) = self.has.get_mut(&who) {
                    froms.remove(&(from, inside));
                }
            }
            Fact::Gives { who, thing } => {
                if let Some(things) = self.gives.get_mut(&who) {
                    things.remove(&thing);
                }
            }
        }
    }

    /// Forgets everything about these.
    pub(in crate::plan) fn forget(&mut self, gone: &BTreeSet<Party>) {
        if gone.is_empty() {
            return;
        }
        self.has.retain(|who, _| !gone.contains(who));
        self.gives.retain(|who, _| !gone.contains(who));
        for froms in self.has.values_mut() {
            froms.retain(|(from, inside)| {
                !gone.contains(from) && inside.as_ref().is_none_or(|place| !gone.contains(place))
            });
        }
        for things in self.gives.values_mut() {
            things.retain(|thing| !thing.names_one_of(gone));
        }
    }

    /// What somebody has, and the shortest way to each.
    pub(in crate::plan) fn of<'a>(&'a self, who: &'a Party) -> BTreeMap<Right<'a>, Way<'a>> {
        let mut rights = BTreeMap::new();
        let mut seen = BTreeSet::from([(who, None)]);
        let mut next = vec![(who, None, Vec::new())];
        while !next.is_empty() {
            let mut further = Vec::new();
            for (party, inside, way) in next {
                for thing in self.gives.get(party).into_iter().flatten() {
                    let right = Right { thing, inside };
                    rights.entry(right).or_insert_with(|| way.clone());
                }
                for (from, place) in self.has.get(party).into_iter().flatten() {
                    let inside = place.as_ref().or(inside);
                    if seen.insert((from, inside)) {
                        let mut way = way.clone();
                        way.push(from);
                        further.push((from, inside, way));
                    }
                }
            }
            next = further;
        }
        rights
    }

    fn differs(&self, other: &Self) -> BTreeSet<Party> {
        let mut differ = BTreeSet::new();
        for one in self.has.keys().chain(other.has.keys()) {
            if !alike(self.has.get(one), other.has.get(one)) {
                differ.insert(one.clone());
            }
        }
        for one in self.gives.keys().chain(other.gives.keys()) {
            if !alike(self.gives.get(one), other.gives.get(one)) {
                differ.insert(one.clone());
            }
        }
        differ
    }
}

/// Nothing and an empty set are the same.
fn alike<T: Ord>(one: Option<&BTreeSet<T>>, other: Option<&BTreeSet<T>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        (Some(set), None) | (None, Some(set)) => set.is_empty(),
        (None, None) => true,
    }
}

/// What those whom `is_principal` names gain and lose from `before` to `after`.
pub(in crate::plan) fn changes<'a>(
    before: &'a Facts,
    after: &'a Facts,
    is_principal: impl Fn(&Party) -> bool,
) -> Vec<Change<'a>> {
    let differ = before.differs(after);
    let mut changes = Vec::new();
    for who in concerned(before, after, &differ) {
        if !is_principal(who) {
            continue;
        }
        let (had, has) = (before.of(who), after.of(who));
        let mut add = |rights: &BTreeMap<Right<'a>, Way<'a>>, other: &BTreeMap<_, _>, gained| {
            let new = rights
                .iter()
                .filter(|(right, _)| !other.contains_key(*right));
            changes.extend(new.map(|(right, way)| Change {
                who,
                right: right.clone(),
                through: way.clone(),
                gained,
            }));
        };
        add(&had, &has, false);
        add(&has, &had, true);
    }
    changes
}

/// Those who differ, and all who have something through them.
fn concerned<'a>(
    before: &'a Facts,
    after: &'a Facts,
    differ: &BTreeSet<Party>,
) -> BTreeSet<&'a Party> {
    let mut had_by: BTreeMap<&Party, BTreeSet<&'a Party>> = BTreeMap::new();
    for (who, froms) in before.has.iter().chain(&after.has) {
        for (from, _) in froms {
            had_by.entry(from).or_default().insert(who);
        }
    }
    let all = before.has.keys().chain(after.has.keys());
    let all = all.chain(before.gives.keys()).chain(after.gives.keys());
    let mut concerned: BTreeSet<&Party> = all.filter(|party| differ.contains(party)).collect();
    let mut next: Vec<&Party> = concerned.iter().copied().collect();
    while let Some(party) = next.pop() {
        for who in had_by.get(party).into_iter().flatten() {
            if concerned.insert(who) {
                next.push(who);
            }
        }
    }
    concerned
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;

//! Who has what in the targets that are there, whoever gave it: every list and every edge that is
//! about access is read, each relation from its smaller side.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::moves::Moves;
use super::super::super::{builtins, reading};
use super::super::{Planner, failing, started};
use super::reads::{Asks, read_all};
use super::{Fact, Facts, Parties, Party, access, confers};
use crate::base::{Address, Diagnostic, Value};
use crate::kind::{Descriptor, ListFrom, Relation};
use crate::plan::{AccessChange, Input};

/// What everybody has now, as if all of it came anew.
///
/// # Errors
/// What could not be read or reached.
pub async fn live_access(input: &Input<'_>) -> Result<Vec<AccessChange>, Vec<Diagnostic>> {
    let moves = Moves::of(input);
    let renamed = moves.as_ref().map(|moves| moves.input(input));
    let input = renamed.as_ref().unwrap_or(input);
    let mut planner = started(input).await?;
    planner.read_parties().await;
    failing(&planner.lists.faults)?;
    let read = planner.read_everything().await;
    failing(&planner.faults)?;
    let parties = Parties::new(&planner.names, input.snapshot, &planner.known.builtins);
    let mut now = planner.facts_before(&parties, &read);
    planner.add_newcomers(&parties, &mut now);
    let nothing = Facts::default();
    let is_principal = access::is_principal(input.catalog);
    let changes = access::changes(&nothing, &now, is_principal);
    Ok(access::told(&changes, &planner))
}

impl Planner<'_> {
    /// Reads the lists of all who have access or hand it on.
    async fn read_parties(&mut self) {
        let (mut lists, mut children) = (BTreeSet::new(), Vec::new());
        for (home, target) in &self.targets.all {
            let kinds = self.input.catalog.of(target.api);
            let names: BTreeSet<&str> = kinds.flat_map(parties_of).collect();
            for kind in names
                .iter()
                .filter_map(|name| self.input.catalog.named(target.api, name))
            {
                match kind.route.list.map(|list| list.from) {
                    Some(ListFrom::Parent { kind: parent, .. }) => {
                        lists.insert((home.clone(), parent));
                        children.push((home.clone(), kind, parent));
                    }
                    Some(_) => drop(lists.insert((home.clone(), kind.name))),
                    None => {}
                }
            }
        }
        reading::read_more(self.input, &self.targets, lists, &mut self.lists).await;
        let parents = children.into_iter().map(|(home, kind, parent)| {
            let ids = self.ids(&home, &[parent]);
            ((home, kind.name), (kind, ids))
        });
        let parents: BTreeMap<_, _> = parents.collect();
        reading::read_children(self.input, &self.targets, parents, &mut self.lists).await;
        builtins::find(&self.targets, &self.lists, &mut self.known);
    }

    /// The ids of the live objects of some kinds.
    fn ids(&self, home: &Address, kinds: &[&'static str]) -> BTreeSet<String> {
        let lists = kinds
            .iter()
            .filter_map(|kind| self.lists.all.get(&(home.clone(), *kind)));
        lists.flatten().map(|live| live.id.clone()).collect()
    }

    /// Reads every edge that is about access.
    async fn read_everything(&mut self) -> Vec<super::Found> {
        let mut asks = Asks::new();
        for (home, target) in &self.targets.all {
            for kind in self.input.catalog.of(target.api) {
                for relation in kind.relations.iter().filter(|relation| confers(relation)) {
                    let (owners, far) = (self.ids(home, &[kind.name]), self.ids(home, relation.to));
                    let by_far = is_asked_from_afar(relation, owners.len(), far.len());
                    let place = (home.clone(), kind.name, relation.field, by_far);
                    let ids = if by_far { far } else { owners };
                    if !ids.is_empty() {
                        asks.insert(place, (relation, ids));
                    }
                }
            }
        }
        read_all(self, asks).await
    }

    /// Whoever comes has what the objects for newcomers give.
    fn add_newcomers(&self, parties: &Parties<'_>, facts: &mut Facts) {
        for ((home, name), lives) in &self.lists.all {
            let api = self.targets.all.get(home).map(|target| target.api);
            let kind = api.and_then(|api| self.input.catalog.named(api, name));
            let Some((kind, field)) = kind.and_then(|kind| Some((kind, kind.newcomers?))) else {
                continue;
            };
            let given = lives
                .iter()
                .filter(|live| live.value.get(field) == Some(&Value::Bool(true)));
            for live in given {
                facts.insert(Fact::Has {
                    who: Party::Newcomers(Box::new(Party::Declared(home.clone()))),
                    from: parties.live(home, &[kind.name], &live.id),
                    inside: None,
                });
            }
        }
    }
}

/// The kinds of those who have access through a kind's relations, or hand it on.
fn parties_of(kind: &'static Descriptor) -> Vec<&'static str> {
    let mut names = Vec::new();
    for relation in kind.relations.iter().filter(|relation| confers(relation)) {
        names.push(kind.name);
        names.extend(relation.to);
        names.extend(kind.items(relation));
    }
    names
}

/// Whether the far ends are fewer, and can be asked.
fn is_asked_from_afar(relation: &Relation, owners: usize, far: usize) -> bool {
    let can = relation.by_item.is_some() && relation.carrier().is_none();
    can && (far < owners || relation.by_owner.is_empty())
}

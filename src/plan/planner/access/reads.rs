//! What is read to tell access, beside what the plan needs: who holds what changes, and what is
//! held by whom.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::super::super::input;
use super::super::super::plan::Step;
use super::super::super::relations::Question;
use super::super::Planner;
use super::{Edges, Found, Place, goes};
use crate::base::Address;
use crate::kind::{Descriptor, EdgeQuery, Grants, Reader, Relation, RemoteError, RemoteKind};

/// What is to be read, by place: the relation, and the ids that are asked.
pub(super) type Asks = BTreeMap<Place, (&'static Relation, BTreeSet<String>)>;

/// What is read for it, beside what the plan needs.
impl Planner<'_> {
    pub(super) async fn read_for_access(&mut self) -> Vec<Found> {
        let mut asks = Asks::new();
        if !self.input.options.destroy {
            let doomed = self.doomed();
            for step in &self.steps {
                self.ask_who_holds(step, &doomed, &mut asks);
                self.ask_what_is_held(step, &mut asks);
            }
        }
        read_all(self, asks).await
    }

    /// Of what hands on other rights than before: who has it.
    fn ask_who_holds(&self, step: &Step, doomed: &BTreeSet<&Address>, asks: &mut Asks) {
        let (Some(kind), Some(home), Some(id)) =
            (step.kind(self.input.catalog), &step.home, &step.id)
        else {
            return;
        };
        let gives = |field: &String| {
            let relation = kind.relation(field);
            relation.is_some_and(|relation| relation.grants == Grants::Permission)
        };
        if !goes(step, doomed) && !step.grants.keys().chain(step.revokes.keys()).any(gives) {
            return;
        }
        let mut ask = |kind: &Descriptor, relation: &'static Relation, by_far| {
            let place = (home.clone(), kind.name, relation.field, by_far);
            let ids = asks.entry(place).or_insert((relation, BTreeSet::new()));
            ids.1.insert(id.clone());
        };
        let lists = kind.relations.iter();
        for relation in lists.filter(|relation| relation.grants == Grants::Members) {
            ask(kind, relation, false);
        }
        for other in self.input.catalog.of(kind.api) {
            let holds = other.relations.iter().filter(|relation| {
                let plain = relation.grants == Grants::Member && relation.carrier().is_none();
                plain && relation.by_item.is_some() && relation.to.contains(&kind.name)
            });
            for relation in holds {
                ask(other, relation, true);
            }
        }
    }

    /// Of what somebody comes to have, or has no more: what it hands on.
    fn ask_what_is_held(&self, step: &Step, asks: &mut Asks) {
        let (Some(kind), Some(home)) = (step.kind(self.input.catalog), &step.home) else {
            return;
        };
        for (field, edges) in step.grants.iter().chain(&step.revokes) {
            let Some(relation) = kind.relation(field) else {
                continue;
            };
            let far = edges.iter().filter_map(|edge| edge.key.last()?.as_text());
            let (kinds, ids): (&[&str], Vec<&str>) = match relation.grants {
                Grants::Member | Grants::Newcomers => (relation.to, far.collect()),
                Grants::Members => (&[kind.name], step.id.as_deref().into_iter().collect()),
                Grants::Permission | Grants::Consent | Grants::Title { .. } | Grants::Nothing => {
                    continue;
                }
            };
            let kinds = kinds.iter();
            for kind in kinds.filter_map(|name| self.input.catalog.named(kind.api, name)) {
                let gives = kind.relations.iter();
                for relation in gives.filter(|r| r.grants == Grants::Permission) {
                    let place = (home.clone(), kind.name, relation.field, false);
                    let asked = asks.entry(place).or_insert((relation, BTreeSet::new()));
                    asked.1.extend(ids.iter().map(|&id| id.to_owned()));
                }
            }
        }
    }
}

/// Reads all of it side by side; what the server does not offer is left out.
pub(super) async fn read_all(planner: &mut Planner<'_>, asks: Asks) -> Vec<Found> {
    let reads = asks.into_iter().filter_map(|(place, (relation, ids))| {
        let reader = planner.targets.all.get(&place.0)?.reader.clone()?;
        Some(async move {
            let read = read(reader.as_ref(), relation, &ids, place.3).await;
            (place, read)
        })
    });
    let mut found = Vec::new();
    for (place, read) in join_all(reads).await {
        match read {
            Ok(edges) => found.push((place, edges)),
            Err(error) if error.kind == RemoteKind::NotOffered => {}
            Err(error) => {
                let what = format!("who has access by `{}` in `{}`", place.2, place.0);
                planner.faults.push(input::read_failed(&what, &error));
            }
        }
    }
    found
}

async fn read(
    reader: &dyn Reader,
    relation: &'static Relation,
    ids: &BTreeSet<String>,
    by_far: bool,
) -> Result<Edges, RemoteError> {
    if by_far {
        let ids: Vec<String> = ids.iter().cloned().collect();
        return reader.edges_to(relation, &ids).await;
    }
    let queries = ids.iter().map(|owner| EdgeQuery {
        owner: owner.clone(),
        ..EdgeQuery::default()
    });
    let question = Question {
        relation,
        queries: queries.collect(),
        meant: BTreeSet::new(),
        owned: BTreeMap::new(),
    };
    question.ask(reader).await
}

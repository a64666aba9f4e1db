//! What others granted to an object that is replaced: it dies with the old one, and is put back
//! with the new one, in the same run, without becoming ours.

use std::collections::BTreeSet;

use super::super::delta::change;
use super::super::input;
use super::super::plan::{Action, FieldChange, Note, PlannedEdge, Step};
use super::Planner;
use super::names::name_edge;
use crate::base::{Address, FieldPath, Unknown, Value};
use crate::kind::{
    Descriptor, EdgeKey, EdgeQuery, Quirk, Reader, Relation, RemoteError, RemoteKind,
};

/// An object that is replaced.
struct Replaced {
    step: usize,
    address: Address,
    home: Address,
    kind: &'static Descriptor,
    id: String,
}

/// What was found of it.
#[derive(Default)]
struct Found {
    /// Its own edges, by relation.
    own: Vec<(&'static Relation, Vec<EdgeKey>)>,
    /// Who else lists it: kind, relation, owner's id.
    lists: Vec<(&'static Descriptor, &'static Relation, String)>,
}

impl Planner<'_> {
    /// Adds to the steps what is to be put back.
    pub(super) async fn restore(&mut self) {
        for replaced in self.replaced() {
            let reader = self
                .targets
                .all
                .get(&replaced.home)
                .and_then(|t| t.reader.clone());
            let Some(reader) = reader else { continue };
            match self.found(&replaced, reader.as_ref()).await {
                Ok(found) => self.put_back(&replaced, found),
                Err(error) => {
                    let what = format!("what others granted to `{}`", replaced.address);
                    self.faults.push(input::read_failed(&what, &error));
                }
            }
        }
    }

    fn replaced(&self) -> Vec<Replaced> {
        let steps = self.steps.iter().enumerate();
        let replaced = steps.filter(|(_, step)| step.action == Action::Replace);
        let all = replaced.filter_map(|(number, step)| {
            let kind = step.kind(self.input.catalog)?;
            kind.is(Quirk::KeepsAccess).then_some(Replaced {
                step: number,
                address: step.address.clone(),
                home: step.home.clone()?,
                kind,
                id: step.id.clone()?,
            })
        });
        all.collect()
    }

    async fn found(&self, replaced: &Replaced, reader: &dyn Reader) -> Result<Found, RemoteError> {
        let mut found = Found::default();
        for relation in replaced.kind.relations {
            let query = EdgeQuery {
                owner: replaced.id.clone(),
                ..EdgeQuery::default()
            };
            if let Some(mut edges) = offered(reader.edges(relation, &[query]).await)? {
                found
                    .own
                    .push((relation, edges.remove(&replaced.id).unwrap_or_default()));
            }
        }
        let api = replaced.kind.api;
        for other in self.input.catalog.of(api) {
            let lists = other.relations.iter();
            for relation in lists.filter(|relation| relation.to.contains(&replaced.kind.name)) {
                let ids = [replaced.id.clone()];
                let owners = offered(reader.edges_to(relation, &ids).await)?;
                let owners = owners.unwrap_or_default().into_keys();
                found
                    .lists
                    .extend(owners.map(|owner| (other, relation, owner)));
            }
        }
        Ok(found)
    }

    fn put_back(&mut self, replaced: &Replaced, found: Found) {
        let mut count = 0;
        for (relation, keys) in found.own {
            count += self.put_back_own(replaced, relation, &keys);
        }
        for (kind, relation, owner) in found.lists {
            count += usize::from(self.put_back_in(replaced, kind, relation, &owner));
        }
        if count > 0 {
            self.notes.push(Note {
                code: input::PUT_BACK.to_string(),
                message: format!(
                    "`{}` is made anew: what others granted to it ({count}) is put back, and stays theirs",
                    replaced.address
                ),
                address: Some(replaced.address.clone()),
                hint: None,
            });
        }
    }

    /// What nobody declared of its own edges.
    fn put_back_own(
        &mut self,
        replaced: &Replaced,
        relation: &Relation,
        keys: &[EdgeKey],
    ) -> usize {
        let field = relation.field;
        let desired = self
            .document(&replaced.address)
            .and_then(|d| d.relations.get(field));
        let is_exact = |key: &EdgeKey| {
            desired.is_some_and(|desired| {
                desired.exactly
                    || key.first().is_some_and(|word| {
                        desired
                            .exactly_items
                            .iter()
                            .any(|item| item.as_text() == Some(word))
                    })
            })
        };
        let entry = self.input.snapshot.resources.get(&replaced.address);
        let owned = entry
            .and_then(|entry| entry.edges.get(field))
            .into_iter()
            .flatten();
        let owned: BTreeSet<&EdgeKey> = owned.map(|edge| &edge.key).collect();
        let granted = self.steps[replaced.step]
            .grants
            .get(field)
            .into_iter()
            .flatten();
        let granted: BTreeSet<EdgeKey> = granted
            .filter_map(|edge| super::super::plan::known_key(&edge.key))
            .collect();
        let others = keys
            .iter()
            .filter(|key| !owned.contains(key) && !granted.contains(*key) && !is_exact(key));
        let edges: Vec<PlannedEdge> = others
            .map(|key| {
                let (to, label) =
                    name_edge(&self.names, &replaced.home, replaced.kind, relation, key);
                PlannedEdge {
                    key: key.iter().map(|word| Value::text(word.as_str())).collect(),
                    to,
                    label,
                }
            })
            .collect();
        let count = edges.len();
        if count > 0 {
            give(&mut self.steps[replaced.step], field, edges);
        }
        count
    }

    /// Its place in a list that is not declared to hold it.
    fn put_back_in(
        &mut self,
        replaced: &Replaced,
        kind: &'static Descriptor,
        relation: &'static Relation,
        owner: &str,
    ) -> bool {
        let known = (replaced.home.clone(), kind.name, owner.to_owned());
        let address = self.names.get(&known).cloned();
        let address = address.unwrap_or_else(|| replaced.address.sibling(kind.name, owner));
        let is_it = |to: &Option<Address>| to.as_ref() == Some(&replaced.address);
        let desired = self
            .document(&address)
            .and_then(|d| d.relations.get(relation.field));
        let declared =
            desired.is_some_and(|d| d.exactly || d.edges.iter().any(|edge| is_it(&edge.to)));
        let entry = self.input.snapshot.resources.get(&address);
        let kept = entry.and_then(|entry| entry.edges.get(relation.field));
        let mut kept = kept.into_iter().flatten();
        if declared || kept.any(|edge| is_it(&edge.to)) {
            return false;
        }
        let edge = PlannedEdge {
            key: vec![Value::Unknown(Unknown::output(
                replaced.address.clone(),
                "id",
            ))],
            to: Some(replaced.address.clone()),
            label: format!("{}/{}", replaced.address.kind(), replaced.address.name()),
        };
        match self.steps.iter_mut().find(|step| step.address == address) {
            Some(step) if step.action == Action::Delete => return false,
            Some(step) => give(step, relation.field, vec![edge]),
            None => {
                let mut step = self.step_of(&address, kind, &replaced.home, owner);
                give(&mut step, relation.field, vec![edge]);
                self.steps.push(step);
            }
        }
        true
    }

    /// A step that changes nothing yet of an object that stays as it is.
    fn step_of(
        &self,
        address: &Address,
        kind: &'static Descriptor,
        home: &Address,
        id: &str,
    ) -> Step {
        let entry = self.input.snapshot.resources.get(address);
        let document = self.document(address);
        Step {
            reason: "a member of it is made anew".to_owned(),
            id: Some(id.to_owned()),
            depends_on: entry
                .map(|entry| entry.depends_on.clone())
                .unwrap_or_default(),
            labels: entry.map(|entry| entry.labels.clone()).unwrap_or_default(),
            protect: document.is_some_and(|document| document.lifecycle.protect),
            retain: document.is_some_and(|document| document.lifecycle.retain),
            owned: entry.is_some_and(|entry| entry.owned),
            ..Step::bare(
                address.clone(),
                kind.api_version(),
                Some(home.clone()),
                Action::Update,
            )
        }
    }
}

/// Adds edges to what a step grants, and to what it says.
fn give(step: &mut Step, field: &str, edges: Vec<PlannedEdge>) {
    let labels: Vec<String> = edges.iter().map(|edge| edge.label.clone()).collect();
    step.grants
        .entry(field.to_owned())
        .or_default()
        .extend(edges);
    let path = FieldPath::field(field);
    match step.changes.iter_mut().find(|change| change.path == path) {
        Some(change) => change.added.extend(labels),
        None => step.changes.push(FieldChange {
            added: labels,
            ..change(&path, Value::Null, Value::Null)
        }),
    }
}

/// What an edition offers.
fn offered<T>(read: Result<T, RemoteError>) -> Result<Option<T>, RemoteError> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind == RemoteKind::NotOffered => Ok(None),
        Err(error) => Err(error),
    }
}

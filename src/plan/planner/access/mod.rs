//! What a plan does to access: reads what the steps touch and nobody has read, and compares.

mod live;
mod reads;
mod words;

pub use live::live_access;

use std::collections::{BTreeMap, BTreeSet};

use super::super::access::{self, AccessChange, Edge, Fact, Facts, Parties, Party};
use super::super::edges::{planned, words};
use super::super::plan::{Action, PlannedEdge, Step};
use super::Planner;
use crate::base::{Address, Value};
use crate::kind::{Descriptor, EdgeKey, Grants, Relation};

/// A list of edges to read: target, kind, field, and whether from the far end.
type Place = (Address, &'static str, &'static str, bool);
/// Edges by owner's id.
type Edges = BTreeMap<String, Vec<EdgeKey>>;

/// Edges that were read.
type Found = (Place, Edges);

/// Edges of one relation.
struct Read<'a> {
    home: &'a Address,
    kind: &'static Descriptor,
    relation: &'static Relation,
    edges: &'a Edges,
}

impl Planner<'_> {
    /// What the steps do to access.
    pub(super) async fn access(&mut self) -> Vec<AccessChange> {
        if !self.steps.iter().any(|step| self.touches_access(step)) {
            return Vec::new();
        }
        let more = self.read_for_access().await;
        let parties = Parties::new(&self.names, self.input.snapshot, &self.known.builtins);
        let before = self.facts_before(&parties, &more);
        let after = self.facts_after(&parties, before.clone());
        let is_principal = access::is_principal(self.input.catalog);
        access::told(&access::changes(&before, &after, is_principal), self)
    }

    /// The targets that are deleted, with all that is in them.
    pub(super) fn doomed(&self) -> BTreeSet<&Address> {
        let hosts = self.steps.iter().filter(|step| {
            let kind = step.kind(self.input.catalog);
            step.action == Action::Delete && kind.is_some_and(|kind| kind.hosts.is_some())
        });
        hosts.map(|step| &step.address).collect()
    }

    fn touches_access(&self, step: &Step) -> bool {
        let Some(kind) = step.kind(self.input.catalog) else {
            return false;
        };
        let grants = |field: &String| kind.relation(field).is_some_and(confers);
        let fields = step.grants.keys().chain(step.revokes.keys());
        is_gone(step) || fields.into_iter().any(grants) || kind.newcomers.is_some()
    }
}

/// What is.
impl Planner<'_> {
    fn facts_before(&self, parties: &Parties<'_>, more: &[Found]) -> Facts {
        let mut facts = Facts::default();
        let read = self.edges.iter();
        let read = read.map(|((home, kind, field), edges)| (home, *kind, *field, edges));
        let more = more.iter();
        let more = more.map(|((home, kind, field, _), edges)| (home, *kind, *field, edges));
        for (home, kind, field, edges) in read.chain(more) {
            let api = self.targets.all.get(home).map(|target| target.api);
            let kind = api.and_then(|api| self.input.catalog.named(api, kind));
            if let Some((kind, relation)) =
                kind.and_then(|kind| Some((kind, kind.relation(field)?)))
            {
                let read = Read {
                    home,
                    kind,
                    relation,
                    edges,
                };
                read.insert(parties, &mut facts);
            }
        }
        let doomed = self.doomed();
        for step in self.steps.iter().filter(|step| goes(step, &doomed)) {
            self.insert_owned(step, parties, &mut facts);
        }
        for step in &self.steps {
            if self.is_for_newcomers(step, false) {
                facts.insert(newcomers(step));
            }
        }
        facts
    }

    /// What the state says of an object that goes, whose edges nobody reads.
    fn insert_owned(&self, step: &Step, parties: &Parties<'_>, facts: &mut Facts) {
        let Some(entry) = self.input.snapshot.resources.get(&step.address) else {
            return;
        };
        for (field, owned) in &entry.edges {
            let edges: Vec<PlannedEdge> = owned.iter().map(planned).collect();
            self.each_edge(step, field, &edges, |edge| edge.insert(parties, facts));
        }
    }

    fn facts_after(&self, parties: &Parties<'_>, mut facts: Facts) -> Facts {
        let doomed = self.doomed();
        let gone = self.steps.iter().filter(|step| goes(step, &doomed));
        let gone: BTreeSet<Party> = gone
            .map(|step| Party::Declared(step.address.clone()))
            .collect();
        facts.forget(&gone);
        for step in &self.steps {
            for (field, edges) in &step.revokes {
                self.each_edge(step, field, edges, |edge| {
                    if let Some(fact) = edge.fact(parties) {
                        facts.remove(fact);
                    }
                });
            }
            facts.remove(newcomers(step));
        }
        for step in &self.steps {
            for (field, edges) in &step.grants {
                self.each_edge(step, field, edges, |edge| edge.insert(parties, &mut facts));
            }
            let dies = step.action != Action::Replace && goes(step, &doomed);
            if !dies && self.is_for_newcomers(step, true) {
                facts.insert(newcomers(step));
            }
        }
        facts
    }

    fn each_edge(
        &self,
        step: &Step,
        field: &str,
        edges: &[PlannedEdge],
        mut each: impl FnMut(&Edge<'_>),
    ) {
        let (Some(kind), Some(home)) = (step.kind(self.input.catalog), &step.home) else {
            return;
        };
        let Some(relation) = kind.relation(field) else {
            return;
        };
        let owner = Party::Declared(step.address.clone());
        for edge in edges {
            each(&Edge {
                home,
                relation,
                items: kind.items(relation),
                owner: &owner,
                key: &edge.key,
                label: &edge.label,
            });
        }
    }

    /// Whether every new account has what the step's object gives.
    fn is_for_newcomers(&self, step: &Step, after: bool) -> bool {
        let field = step
            .kind(self.input.catalog)
            .and_then(|kind| kind.newcomers);
        let (Some(field), Some(home)) = (field, &step.home) else {
            return false;
        };
        let is = |value: Option<&Value>| value.map(|value| *value == Value::Bool(true));
        let live = || {
            let list = self.lists.of(home, step.kind(self.input.catalog)?);
            let live = list
                .iter()
                .find(|live| Some(&live.id) == step.id.as_ref())?;
            is(live.value.get(field))
        };
        let is = if after {
            is(step.object.get(field)).or_else(live)
        } else {
            live()
        };
        is.unwrap_or_default()
    }
}

fn newcomers(step: &Step) -> Fact {
    let home = step.home.clone().unwrap_or_else(|| step.address.clone());
    Fact::Has {
        who: Party::Newcomers(Box::new(Party::Declared(home))),
        from: Party::Declared(step.address.clone()),
        inside: None,
    }
}

/// Whether its object goes, for good or to be made anew.
fn is_gone(step: &Step) -> bool {
    matches!(step.action, Action::Delete | Action::Replace)
}

/// Whether its object goes, be it with the target that it lives in.
fn goes(step: &Step, doomed: &BTreeSet<&Address>) -> bool {
    is_gone(step) || step.home.as_ref().is_some_and(|home| doomed.contains(home))
}

fn confers(relation: &Relation) -> bool {
    relation.grants != Grants::Nothing
}

impl Read<'_> {
    fn insert(&self, parties: &Parties<'_>, facts: &mut Facts) {
        for (owner, keys) in self.edges {
            let owner = parties.live(self.home, &[self.kind.name], owner);
            for key in keys {
                let words = words(key);
                let edge = Edge {
                    home: self.home,
                    relation: self.relation,
                    items: self.kind.items(self.relation),
                    owner: &owner,
                    key: &words,
                    label: "",
                };
                edge.insert(parties, facts);
            }
        }
    }
}

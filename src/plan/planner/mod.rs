//! Desired, prior and live → plan, in order: targets, lists, whose is what, edges, steps, guards.
//!
//! It has read sessions only: planning cannot write.

mod access;
mod costs;
mod drafts;
mod drifting;
mod matches;
mod names;
mod order;
mod own;
mod reads;
mod restore;
mod scope;
mod seats;
mod traces;
mod undoing;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub use access::live_access;
pub(super) use names::{Names, name_edge};
use names::{owners, prior_references};

use super::Writes;
use super::calls::foreseen;
use super::caps::Counts;
use super::guard::Guard;
use super::input::Input;
use super::matching::{Index, Match};
use super::moves::Moves;
use super::plan::{Note, Plan, Statistics, Step};
use super::reading::{self, Lists};
use super::relations::LiveEdges;
use super::renames::renames;
use super::resolve::Known;
use super::secrets::OutputTexts;
use super::shape::Shapes;
use super::targets::{self, Targets};
use super::{builtins, drift, graph, implied, removal};
use crate::base::{Address, Diagnostic, SecretSource};
use crate::kind::Turn;
use crate::manifest::Document;
use crate::state::Entry;

/// Makes the plan.
///
/// # Errors
/// Everything that could not be read, reached or resolved; refusals are not among them, but in
/// the plan.
pub async fn plan(input: &Input<'_>) -> Result<Plan, Vec<Diagnostic>> {
    let Some(moves) = Moves::of(input) else {
        return planned(input).await;
    };
    let mut plan = planned(&moves.input(input)).await?;
    plan.moved = moves.books(input.snapshot, &mut plan.bookkeeping);
    Ok(plan)
}

async fn planned(input: &Input<'_>) -> Result<Plan, Vec<Diagnostic>> {
    let mut planner = started(input).await?;
    planner.read_own_fields().await;
    planner.read_asked_outputs().await;
    planner.read_secret_outputs().await;
    planner.read_edges().await;
    failing(&planner.lists.faults)?;
    failing(&planner.faults)?;
    planner.draft_all();
    failing(&planner.faults)?;
    planner.finish().await
}

/// Targets, lists, and whose is what.
async fn started<'a>(input: &'a Input<'a>) -> Result<Planner<'a>, Vec<Diagnostic>> {
    let mut known = Known::default();
    let targets = targets::find(input, &mut known).await;
    failing(&targets.faults)?;
    let lists = reading::read(input, &targets).await;
    failing(&lists.faults)?;
    let mut planner = Planner::new(input, targets, lists, known);
    builtins::find(&planner.targets, &planner.lists, &mut planner.known);
    planner.offer_lists();
    planner.read_children().await;
    planner.match_all();
    Ok(planner)
}

fn failing(faults: &[Diagnostic]) -> Result<(), Vec<Diagnostic>> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.to_vec())
    }
}

struct Planner<'a> {
    input: &'a Input<'a>,
    targets: Targets,
    lists: Lists,
    index: Index,
    known: Known,
    shapes: Shapes,
    order: Vec<&'a Document>,
    owners: BTreeMap<(&'a str, &'a str), Vec<&'a Address>>,
    matches: BTreeMap<Address, Match>,
    edges: LiveEdges,
    names: Names,
    texts: OutputTexts,
    unset: BTreeSet<SecretSource>,
    steps: Vec<Step>,
    unchanged: usize,
    bookkeeping: BTreeMap<Address, Entry>,
    refusals: Vec<Note>,
    notes: Vec<Note>,
    faults: Vec<Diagnostic>,
    left_out: bool,
    lapsed: Vec<Note>,
}

impl<'a> Planner<'a> {
    fn new(input: &'a Input<'a>, targets: Targets, lists: Lists, known: Known) -> Self {
        let living = input
            .documents
            .iter()
            .filter(|document| document.home.is_some());
        Self {
            input,
            index: Index::of(input.catalog, &targets, &lists),
            targets,
            lists,
            known,
            shapes: Shapes::default(),
            order: order::in_order(living.collect()),
            matches: BTreeMap::new(),
            edges: LiveEdges::new(),
            names: Names::new(),
            owners: owners(input),
            texts: OutputTexts::new(),
            unset: BTreeSet::new(),
            steps: Vec::new(),
            unchanged: 0,
            bookkeeping: BTreeMap::new(),
            refusals: Vec::new(),
            notes: Vec::new(),
            faults: Vec::new(),
            left_out: false,
            lapsed: Vec::new(),
        }
    }

    /// The document of that address.
    fn document(&self, address: &Address) -> Option<&'a Document> {
        let mut documents = self.order.iter();
        documents
            .find(|document| document.address == *address)
            .copied()
    }

    /// What the state says of a document's object.
    fn entry(&self, document: &Document) -> Option<&'a Entry> {
        self.input.snapshot.resources.get(&document.address)
    }

    /// Makes the lists known to lookups.
    fn offer_lists(&mut self) {
        for ((home, kind), live) in &self.lists.all {
            let key = (home.name().to_owned(), (*kind).to_owned());
            self.known.lists.insert(key, live.clone());
        }
    }

    async fn finish(mut self) -> Result<Plan, Vec<Diagnostic>> {
        self.add_implied();
        self.add_removals();
        self.restore().await;
        self.say_what_is_undone();
        let drifted = self.drifted().await;
        if self.input.options.all_edges {
            self.notes.extend(drift::unseen(self.input));
            self.note_strange_rulers().await;
        }
        let (firsts, unruled) = self.judge_rulers().await;
        let own_roles = self.own_roles().await;
        self.read_for_rules().await;
        let unseated = self.unseated().await;
        failing(&self.lists.faults)?;
        failing(&self.faults)?;
        let access = self.access().await;
        failing(&self.faults)?;
        let conflicts = self.conflicts();
        let guard = Guard {
            input: self.input,
            targets: &self.targets,
            lists: &self.lists,
            own_roles: &own_roles,
        };
        let counts = Counts {
            input: self.input,
            targets: &self.targets,
            lists: &self.lists,
        };
        let mut over = counts.refusals(&self.steps);
        over.extend(unruled);
        over.extend(unseated);
        over.extend(self.outlooks().refusals());
        over.extend(self.policing(&access).refusals());
        over.extend(conflicts);
        let (refusals, overrides) = guard.check(&self.steps, over);
        self.refusals.extend(refusals);
        let undo = self.input.options.undo;
        let prior = prior_references(self.input);
        let catalog = self.input.catalog;
        let turn = |step: &Step| {
            let kind = step.kind(catalog);
            kind.map_or(Turn::Any, |kind| kind.turn)
        };
        let (nodes, mut edges) = graph::graph(&self.steps, &prior, &turn);
        graph::put_first(&mut edges, firsts);
        order::sort_steps(&mut self.steps, &nodes, &edges)?;
        let writes = self.foresee();
        Ok(Plan {
            warnings: self.warnings(),
            target: self.input.options.world,
            steps: self.steps,
            nodes,
            edges,
            unchanged: self.unchanged,
            bookkeeping: self.bookkeeping,
            moved: Vec::new(),
            refusals: self.refusals,
            notes: self.notes,
            overrides,
            partial: self.left_out && (undo.is_none() || self.input.options.selects.is_some()),
            undoes: undo.map(|undoing| undoing.run),
            drift: drifted.drift,
            drift_access: drifted.access,
            strangers: drifted.strangers,
            pending: drifted.pending,
            access,
            statistics: Statistics {
                writes,
                requests: self.input.sessions.requests(),
            },
        })
    }

    /// Says of every step how many write requests it takes, and returns their sum.
    fn foresee(&mut self) -> Writes {
        for step in &mut self.steps {
            debug_assert!(
                step.is_visible(),
                "{}: nobody sees what it does",
                step.address
            );
            let catalog = self.input.catalog;
            let kind = step.kind(catalog);
            step.writes = kind.map_or(Writes::default(), |kind| foreseen(kind, step));
        }
        self.steps.iter().map(|step| step.writes).sum()
    }

    fn warnings(&self) -> Vec<Note> {
        let mut warnings = words::warnings(self.input, &self.unset, &self.steps);
        match self.input.options.undo {
            Some(undoing) => warnings.extend(undoing.lost.iter().cloned()),
            None => warnings.extend(renames(self.input, &self.order, &self.matches, &self.steps)),
        }
        warnings.extend(self.lapsed.iter().cloned());
        warnings
    }

    fn add_implied(&mut self) {
        let steps = implied::resources(self.input, &self.steps, &self.lists);
        self.steps.extend(steps);
    }

    fn add_removals(&mut self) {
        let kept = self.order.iter().filter(|_| !self.input.options.destroy);
        let declared: BTreeSet<&Address> = kept.map(|document| &document.address).collect();
        let (gone, notes) = removal::removals(self.input, &declared, &self.index, &mut self.shapes);
        self.steps.extend(gone);
        self.notes.extend(notes);
        let matched: Vec<(&'static str, String)> = self
            .order
            .iter()
            .filter_map(|d| {
                Some((
                    d.kind.name,
                    self.matches.get(&d.address)?.live()?.id.clone(),
                ))
            })
            .collect();
        let ids = matched
            .iter()
            .map(|(kind, id)| (*kind, id.as_str()))
            .collect();
        if self.input.options.destroy || self.input.options.undo.is_some() {
            return;
        }
        let mut undeclared = Vec::new();
        for document in &self.order {
            if let Some(live) = self.matches.get(&document.address).and_then(Match::live) {
                undeclared.extend(removal::undeclared_children(
                    self.input,
                    document,
                    &live.id,
                    &ids,
                    &self.lists,
                    &mut self.shapes,
                ));
            }
        }
        let planned: BTreeSet<Address> = self.steps.iter().map(|s| s.address.clone()).collect();
        self.steps.extend(
            undeclared
                .into_iter()
                .filter(|step| !planned.contains(&step.address)),
        );
    }
}

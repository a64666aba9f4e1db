//! Desired, prior and live → plan, in order: targets, lists, whose is what, edges, steps, guards.
//!
//! It has read sessions only: planning cannot write.

mod access;
mod costs;
mod names;
mod order;
mod own;
mod reads;
mod restore;
mod scope;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use names::{Names, name_edge};
use names::{moved, owners, prior_references};

use super::caps::Counts;
use super::draft::{Declared, Outcome, draft};
use super::guard::{self, Guard};
use super::input::{Input, NO_SUCH_ID};
use super::matching::{self, Index, Match};
use super::plan::{Node, Note, Plan, Statistics, Step};
use super::reading::{self, Lists};
use super::relations::{self, LiveEdges};
use super::resolve::{Known, url};
use super::rule::Verdict;
use super::secrets::{self, OutputTexts};
use super::shape::Shapes;
use super::targets::{self, Targets};
use super::{builtins, drift, graph, implied, removal};
use crate::base::{Address, Diagnostic, SecretSource, Value};
use crate::kind::descriptor::OutputFrom;
use crate::kind::{EdgeKey, Relation, Turn};
use crate::manifest::Document;
use crate::state::Entry;

/// Makes the plan.
///
/// # Errors
/// Everything that could not be read, reached or resolved; refusals are not among them, but in
/// the plan.
pub async fn plan(input: &Input<'_>) -> Result<Plan, Vec<Diagnostic>> {
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
        }
    }

    /// The document of that address.
    fn document(&self, address: &Address) -> Option<&'a Document> {
        let mut documents = self.order.iter();
        documents
            .find(|document| document.address == *address)
            .copied()
    }

    /// What the state says of a document's object, under its old name if it was renamed.
    fn entry(&self, document: &Document) -> Option<&'a Entry> {
        let resources = &self.input.snapshot.resources;
        resources.get(&document.address).or_else(|| {
            document
                .lifecycle
                .moved_from
                .as_ref()
                .and_then(|old| resources.get(old))
        })
    }

    /// Makes the lists known to lookups.
    fn offer_lists(&mut self) {
        for ((home, kind), live) in &self.lists.all {
            let key = (home.name().to_owned(), (*kind).to_owned());
            self.known.lists.insert(key, live.clone());
        }
    }

    fn find(&self, document: &Document) -> Match {
        let body = self.known.resolve(document.body.clone());
        let body = body.unwrap_or_else(|_| document.body.clone());
        let owned = |id: &str| {
            let owners = self.owners.get(&(document.address.kind(), id));
            owners.into_iter().flatten().any(|owner| {
                let entry = self.input.snapshot.resources.get(owner);
                entry.is_some_and(|entry| entry.home == document.home)
                    && document.lifecycle.moved_from.as_ref() != Some(owner)
            })
        };
        let asked = matching::Asked {
            document,
            body: &body,
            entry: self.entry(document),
            imported: self.input.imported(&document.address),
            adopt: document.lifecycle.adopt || self.input.options.adopt,
        };
        matching::find(&asked, &self.index, owned)
    }

    /// Finds every document's object, parents first, and makes its outputs known.
    fn match_all(&mut self) {
        for document in self.order.clone() {
            let matched = self.find(document);
            if let (Some(id), Match::Absent) = (self.input.imported(&document.address), &matched) {
                self.faults.push(no_such_id(document, id));
            }
            if let Some(live) = matched.live() {
                let (id, value) = (live.id.clone(), live.value.clone());
                self.publish(document, &id, &value);
            }
            self.matches.insert(document.address.clone(), matched);
        }
        self.names = self.names();
    }

    fn publish(&mut self, document: &Document, id: &str, value: &Value) {
        self.known.put(&document.address, "id", Value::text(id));
        for output in document.kind.outputs {
            match output.from {
                OutputFrom::Id => self
                    .known
                    .put(&document.address, output.name, Value::text(id)),
                OutputFrom::Field(_) | OutputFrom::Extended(..) => {
                    let told = output.from.of_live(value).unwrap_or_default();
                    self.known.put(&document.address, output.name, told);
                }
                OutputFrom::Url { setting, path } => {
                    let url = document.home.as_ref().and_then(|home| {
                        let settings = &self.targets.all.get(home)?.settings;
                        url(settings, setting, path, id)
                    });
                    if let Some(url) = url {
                        self.known.put(&document.address, output.name, url);
                    }
                }
                OutputFrom::SecretIn { .. }
                | OutputFrom::Read(..)
                | OutputFrom::Marked { .. }
                | OutputFrom::Offers(..)
                | OutputFrom::Stored(_)
                | OutputFrom::Secret(_)
                | OutputFrom::Setting { .. } => {}
            }
        }
    }

    /// Makes the steps of all declared objects, parents first, so that whatever refers to one
    /// that is made or replaced sees its outputs as unknown.
    fn draft_all(&mut self) {
        let included = self.included();
        self.forget_replaced(&included);
        for document in self.order.clone() {
            if !included.contains(&document.address) {
                self.left_out = true;
                continue;
            }
            if self.input.options.destroy {
                continue;
            }
            self.draft_one(document);
        }
    }

    fn draft_one(&mut self, document: &'a Document) {
        let Some(matched) = self.matches.remove(&document.address) else {
            return;
        };
        if let Some(refused) = words::refused(document, &matched) {
            self.refusals.push(refused);
            self.matches.insert(document.address.clone(), matched);
            return;
        }
        if let Some(declared) = self.declared(document, &matched) {
            self.conclude(document, &declared);
        }
        self.matches.insert(document.address.clone(), matched);
    }

    fn declared<'b>(
        &mut self,
        document: &'b Document,
        matched: &'b Match,
    ) -> Option<DeclaredParts<'b>>
    where
        'a: 'b,
    {
        let body = match self.known.resolve(document.body.clone()) {
            Ok(body) => body,
            Err(error) => {
                self.faults.push(words::unresolvable(document, &error));
                return None;
            }
        };
        let address = &document.address;
        for (path, least) in secrets::too_short(self.input, document.kind, &body) {
            self.faults.push(words::too_short(document, &path, least));
        }
        let body = secrets::fingerprinted(self.input, address, body, &self.texts, &mut self.unset);
        let mut wanted = BTreeMap::new();
        for relation in document.kind.relations {
            match relations::wanted(document, relation, &self.known) {
                Ok(edges) => {
                    wanted.insert(relation.field, edges);
                }
                Err(error) => self.faults.push(words::unresolvable(document, &error)),
            }
        }
        if matched == &Match::Absent
            && let Some(why) = (document.kind.check_create)(&body)
        {
            self.faults.push(words::not_creatable(document, &why));
            return None;
        }
        let entry = self.entry(document);
        Some(DeclaredParts {
            document,
            body,
            matched,
            entry,
            relations: wanted,
        })
    }

    fn conclude(&mut self, document: &Document, parts: &DeclaredParts<'_>) {
        let shape = self.shapes.of(document.kind).clone();
        let declared = Declared {
            document: parts.document,
            body: parts.body.clone(),
            matched: parts.matched,
            shape: &shape,
            key: self.input.key,
            entry: parts.entry,
            relations: parts.relations.clone(),
        };
        let names = &self.names;
        let labels = |home: &Address, relation: &Relation, key: &EdgeKey| {
            name_edge(names, home, document.kind, relation, key)
        };
        match draft(&declared, &self.edges, &labels, &mut self.notes) {
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Keep(entry) => {
                self.unchanged += 1;
                self.bookkeeping.insert(document.address.clone(), *entry);
            }
            Outcome::Step(step) => {
                self.steps.push(*step);
            }
        }
    }

    /// Live ids by target and kind → address, to name edges that nobody declared.
    fn names(&self) -> Names {
        let mut names = BTreeMap::new();
        for document in &self.order {
            let live = self.matches.get(&document.address).and_then(Match::live);
            if let (Some(home), Some(live)) = (&document.home, live) {
                let key = (home.clone(), document.kind.name, live.id.clone());
                names.insert(key, document.address.clone());
            }
        }
        names
    }

    async fn finish(mut self) -> Result<Plan, Vec<Diagnostic>> {
        self.add_implied();
        self.add_removals();
        self.restore().await;
        let drift = drift::drift(
            self.input,
            &self.lists,
            &self.index,
            &self.edges,
            &self.names,
        );
        if self.input.options.all_edges {
            self.notes.extend(drift::unseen(self.input));
            self.note_strange_rulers().await;
        }
        let (firsts, unruled) = self.judge_rulers().await;
        let own_roles = self.own_roles().await;
        self.read_for_rules().await;
        failing(&self.lists.faults)?;
        failing(&self.faults)?;
        let access = self.access().await;
        failing(&self.faults)?;
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
        over.extend(self.outlooks().refusals());
        over.extend(self.policing(&access).refusals());
        let (refusals, overrides) = guard.check(&self.steps, over);
        self.refusals.extend(refusals);
        let prior = prior_references(self.input);
        let catalog = self.input.catalog;
        let turn = |step: &Step| {
            let kind = catalog.stored(&step.api_version, step.address.kind());
            kind.map_or(Turn::Any, |kind| kind.turn)
        };
        let (nodes, mut edges) = graph::graph(&self.steps, &prior, &turn);
        graph::put_first(&mut edges, firsts);
        order::sort_steps(&mut self.steps, &nodes, &edges)?;
        Ok(Plan {
            warnings: words::warnings(self.input, &self.unset, &self.steps),
            target: self.input.options.world,
            steps: self.steps,
            nodes,
            edges,
            unchanged: self.unchanged,
            bookkeeping: self.bookkeeping,
            moved: moved(self.input),
            refusals: self.refusals,
            notes: self.notes,
            overrides,
            partial: self.left_out,
            drift,
            access,
            statistics: Statistics {
                requests: self.input.sessions.requests(),
            },
        })
    }

    /// What must be done first so that somebody rules each target all the time, and the refusals
    /// where nobody would.
    async fn judge_rulers(&mut self) -> (Vec<(Node, Node)>, Vec<Note>) {
        let (mut firsts, mut refusals) = (Vec::new(), Vec::new());
        for (home, resource, facts) in self.rules().await {
            match self.rule(&home, resource, facts).verdict() {
                Verdict::Fine => {}
                Verdict::If(pairs) => firsts.extend(pairs),
                Verdict::Nobody(steps) => {
                    refusals.extend(steps.iter().map(|step| guard::unruled(&home, step)));
                }
            }
        }
        (firsts, refusals)
    }

    fn add_implied(&mut self) {
        let steps = implied::resources(self.input, &self.steps, &self.lists);
        self.steps.extend(steps);
    }

    fn add_removals(&mut self) {
        let kept = self.order.iter().filter(|_| !self.input.options.destroy);
        let declared: BTreeSet<&Address> = kept
            .flat_map(|d| std::iter::once(&d.address).chain(d.lifecycle.moved_from.as_ref()))
            .collect();
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
        if self.input.options.destroy {
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

/// A declared object before its shape is put in.
struct DeclaredParts<'b> {
    document: &'b Document,
    body: Value,
    matched: &'b Match,
    entry: Option<&'b Entry>,
    relations: BTreeMap<&'static str, super::edges::WantedEdges>,
}

/// An id to import that no live object has.
fn no_such_id(document: &Document, id: &str) -> Diagnostic {
    let home = document.home.as_ref().map(ToString::to_string);
    let message = format!(
        "cannot import `{}`: `{}` has no {} with the id `{id}`",
        document.address,
        home.unwrap_or_default(),
        document.kind.kind
    );
    Diagnostic::error(NO_SUCH_ID, message)
        .about(&document.address)
        .hint("the id is the server's own: a key such as a uid, or what its console shows")
}

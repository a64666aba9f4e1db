//! Which node of the graph may run next, and what a failure skips.
//!
//! Pure: no I/O, no clock, no tasks. [`executor`](super::executor) runs what this says.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Address, Value};
use crate::plan::{Action, Edge, Node, Order, Part, Plan, ReplaceOrder, Step};

/// How many nodes may run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In the whole run (`--parallelism`).
    pub all: usize,
    /// In one target.
    pub each: usize,
}

/// What became of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// Not started.
    Waiting,
    /// In flight.
    Running,
    /// Done.
    Done,
    /// Tried in vain.
    Failed,
    /// Not tried, because the node of that address failed.
    Skipped(Address),
}

/// A kind in a target, of which one object is created at a time.
type Alone = (Option<Address>, String);

/// A node with its place in the graph.
#[derive(Debug)]
struct Planned {
    node: Node,
    /// Its step's place in the plan; none of a node that is there for the order only.
    step: Option<usize>,
    lane: Option<Address>,
    /// What it must do alone: one of these at a time.
    alone: Option<Alone>,
    open: usize,
    followers: Vec<(usize, Order)>,
    fate: Fate,
}

/// The graph of a plan while it is walked. Nodes are numbered in the plan's order, and of those
/// that may run the lowest number runs first.
#[derive(Debug)]
pub(super) struct Schedule {
    nodes: Vec<Planned>,
    ready: BTreeSet<usize>,
    parked: BTreeMap<Option<Address>, BTreeSet<usize>>,
    running: BTreeMap<Option<Address>, usize>,
    /// Who is at it alone, and who waits for that.
    turns: BTreeMap<Alone, BTreeSet<usize>>,
    limits: Limits,
}

impl Schedule {
    /// The graph of `plan`. Edges that name a node which the plan does not have are left out.
    pub(super) fn new(plan: &Plan, limits: Limits) -> Self {
        let mut schedule = Self {
            nodes: Vec::new(),
            ready: BTreeSet::new(),
            parked: BTreeMap::new(),
            running: BTreeMap::new(),
            turns: BTreeMap::new(),
            limits,
        };
        let mut numbers = BTreeMap::new();
        for (step, planned) in plan.steps.iter().enumerate() {
            for part in parts(planned) {
                let node = node(planned, part);
                numbers.insert(node.clone(), schedule.nodes.len());
                let home = planned.home.clone();
                schedule.nodes.push(Planned::new(node, Some(step), home));
            }
        }
        for node in plan.nodes.iter().filter(|node| node.part.is_order()) {
            numbers.insert(node.clone(), schedule.nodes.len());
            schedule.nodes.push(Planned::new(node.clone(), None, None));
        }
        let within = plan.steps.iter().flat_map(edges_within);
        let within = within.chain(edges_to_homes(plan));
        let all: BTreeSet<_> = within.chain(plan.edges.iter().cloned()).collect();
        for edge in all {
            let ends = (numbers.get(&edge.before), numbers.get(&edge.after));
            if let (Some(before), Some(after)) = ends {
                schedule.nodes[*before].followers.push((*after, edge.order));
                schedule.nodes[*after].open += 1;
            }
        }
        schedule.ready = schedule.numbers(|node| node.open == 0);
        schedule
    }

    /// Lets the steps of which `is` says yes create their objects one at a time, a kind in a
    /// target.
    pub(super) fn one_by_one(mut self, plan: &Plan, is: impl Fn(&Step) -> bool) -> Self {
        for node in self.nodes.iter_mut().filter(|n| n.node.part == Part::Body) {
            let step = node.step.and_then(|step| plan.steps.get(step));
            let creates = |step: &&Step| matches!(step.action, Action::Create | Action::Replace);
            if let Some(step) = step.filter(creates).filter(|step| is(step)) {
                node.alone = Some((step.home.clone(), step.address.kind().to_owned()));
            }
        }
        self
    }

    /// Starts the next node that may run, if there is one and a slot for it.
    pub(super) fn start(&mut self) -> Option<usize> {
        if self.in_flight() >= self.limits.all.max(1) {
            return None;
        }
        while let Some(number) = self.ready.pop_first() {
            let lane = self.nodes[number].lane.clone();
            if let Some(alone) = self.nodes[number].alone.clone()
                && let Some(waiting) = self.turns.get_mut(&alone)
            {
                waiting.insert(number);
                continue;
            }
            let running = self.running.entry(lane.clone()).or_default();
            if *running < self.limits.each.max(1) {
                *running += 1;
                if let Some(alone) = self.nodes[number].alone.clone() {
                    self.turns.insert(alone, BTreeSet::new());
                }
                self.nodes[number].fate = Fate::Running;
                return Some(number);
            }
            self.parked.entry(lane).or_default().insert(number);
        }
        None
    }

    /// Ends a node. Returns the numbers of those that are skipped because it failed.
    pub(super) fn finish(&mut self, number: usize, succeeded: bool) -> Vec<usize> {
        self.free_slot(number);
        self.nodes[number].fate = if succeeded { Fate::Done } else { Fate::Failed };
        let because = self.nodes[number].node.address.clone();
        let (mut skipped, mut ended) = (Vec::new(), vec![number]);
        while let Some(one) = ended.pop() {
            let done = self.nodes[one].fate == Fate::Done;
            for (follower, order) in self.nodes[one].followers.clone() {
                self.nodes[follower].open -= 1;
                if self.nodes[follower].fate != Fate::Waiting {
                    continue;
                }
                if order == Order::Needs && !done {
                    self.nodes[follower].fate = Fate::Skipped(because.clone());
                    skipped.push(follower);
                    ended.push(follower);
                } else if self.nodes[follower].open == 0 {
                    self.ready.insert(follower);
                }
            }
        }
        skipped.sort_unstable();
        skipped
    }

    fn free_slot(&mut self, number: usize) {
        if let Some(alone) = &self.nodes[number].alone {
            let waiting = self.turns.remove(alone).unwrap_or_default();
            self.ready.extend(waiting);
        }
        let lane = &self.nodes[number].lane;
        if let Some(running) = self.running.get_mut(lane) {
            *running -= 1;
        }
        if let Some(next) = self.parked.get_mut(lane).and_then(BTreeSet::pop_first) {
            self.ready.insert(next);
        }
    }

    /// How many nodes are in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.running.values().sum()
    }

    /// Whether some node was never begun and is not skipped either.
    pub(super) fn has_waiting(&self) -> bool {
        self.nodes.iter().any(|node| node.fate == Fate::Waiting)
    }

    /// The place in the plan of the step that the node of that number belongs to, if to any.
    pub(super) fn step(&self, number: usize) -> Option<usize> {
        self.nodes[number].step
    }

    /// All nodes, in the order of their numbers.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (Option<usize>, &Node)> {
        self.nodes
            .iter()
            .map(|planned| (planned.step, &planned.node))
    }

    /// What became of the parts of the step at that place in the plan.
    pub(super) fn fates(&self, step: usize) -> impl Iterator<Item = (&Part, &Fate)> {
        let before = |node: &Planned| node.step.is_some_and(|other| other < step);
        let first = self.nodes.partition_point(before);
        self.nodes[first..]
            .iter()
            .take_while(move |node| node.step == Some(step))
            .map(|node| (&node.node.part, &node.fate))
    }

    fn numbers(&self, is: impl Fn(&Planned) -> bool) -> BTreeSet<usize> {
        let all = self.nodes.iter().enumerate();
        all.filter(|(_, node)| is(node)).map(|(n, _)| n).collect()
    }
}

impl Planned {
    fn new(node: Node, step: Option<usize>, lane: Option<Address>) -> Self {
        Self {
            node,
            step,
            lane,
            alone: None,
            open: 0,
            followers: Vec::new(),
            fate: Fate::Waiting,
        }
    }
}

fn node(step: &Step, part: Part) -> Node {
    Node {
        address: step.address.clone(),
        part,
    }
}

/// The parts of a step, in an order in which they could be done one by one. A body that sends
/// nothing is a part too: what it says goes into the state.
pub(super) fn parts(step: &Step) -> Vec<Part> {
    let fields = |edges: &BTreeMap<String, Vec<_>>, part: fn(String) -> Part| -> Vec<Part> {
        let filled = edges.iter().filter(|(_, edges)| !edges.is_empty());
        filled.map(|(field, _)| part(field.clone())).collect()
    };
    let grants = fields(&step.grants, Part::Grant);
    let revokes = fields(&step.revokes, Part::Revoke);
    match (step.action, step.replace_order) {
        (Action::Delete, _) => [revokes, vec![Part::Delete]].concat(),
        (Action::Forget, _) => [revokes, vec![Part::Body]].concat(),
        (Action::Replace, Some(ReplaceOrder::CreateFirst)) => {
            [vec![Part::Body], grants, revokes, vec![Part::Delete]].concat()
        }
        (Action::Replace, _) => [vec![Part::Delete, Part::Body], grants, revokes].concat(),
        // Nothing is said of the object itself: others' edges are put back in it.
        (Action::Update, _) if step.desired == Value::Null && !step.is_farewell() => {
            [grants, revokes].concat()
        }
        (Action::Create | Action::Update | Action::Adopt, _) => {
            [vec![Part::Body], grants, revokes].concat()
        }
    }
}

/// What lives in a target that is deleted is forgotten once the target is gone: until then it is
/// still ours. A target that is only forgotten is so after all that lives in it: without it nobody
/// knows how to reach that.
fn edges_to_homes(plan: &Plan) -> Vec<Edge> {
    let homes = plan.steps.iter().map(|step| (&step.address, step));
    let homes: BTreeMap<_, _> = homes.collect();
    let mut edges = Vec::new();
    for step in &plan.steps {
        let Some(home) = step.home.as_ref().and_then(|home| homes.get(home)) else {
            continue;
        };
        let order = |before: Node, after: Node| Edge {
            before,
            after,
            order: Order::Needs,
        };
        match (home.action, step.action) {
            (Action::Delete, Action::Forget) => {
                edges.push(order(node(home, Part::Delete), node(step, Part::Body)));
            }
            (Action::Forget, _) => {
                let last = node(home, Part::Body);
                let parts = parts(step).into_iter();
                edges.extend(parts.map(|part| order(node(step, part), last.clone())));
            }
            _ => {}
        }
    }
    edges
}

/// The order of a step's own parts, whatever the plan says of others.
fn edges_within(step: &Step) -> Vec<Edge> {
    let needs = |before: Part, after: Part| Edge {
        before: node(step, before),
        after: node(step, after),
        order: Order::Needs,
    };
    let edge_parts = parts(step)
        .into_iter()
        .filter(|part| matches!(part, Part::Grant(_) | Part::Revoke(_)));
    match step.action {
        Action::Delete => edge_parts.map(|part| needs(part, Part::Delete)).collect(),
        Action::Forget | Action::Update if step.is_farewell() => {
            edge_parts.map(|part| needs(part, Part::Body)).collect()
        }
        Action::Create => edge_parts.map(|part| needs(Part::Body, part)).collect(),
        Action::Update | Action::Adopt | Action::Forget => Vec::new(),
        Action::Replace => {
            let order = match step.replace_order {
                Some(ReplaceOrder::CreateFirst) => needs(Part::Body, Part::Delete),
                Some(ReplaceOrder::DeleteFirst) | None => needs(Part::Delete, Part::Body),
            };
            let mut all: Vec<_> = edge_parts.map(|part| needs(Part::Body, part)).collect();
            all.push(order);
            all
        }
    }
}

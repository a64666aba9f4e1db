//! Order: the parts of the steps, what each needs, and what it comes after.
//!
//! `Body` needs what its fields refer to; `Grant` and `Revoke` need the bodies at both ends; what
//! takes access away comes after all grants of the same target; deletes go in reverse.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Action, Edge, Node, Order, Part, ReplaceOrder, Step};
use super::turns::{self, Web};
use crate::base::Address;
use crate::kind::Turn;

/// The nodes and edges of `steps`. `prior` says what objects that are deleted depended on, `turn`
/// what order the kinds of steps declare.
pub fn graph(
    steps: &[Step],
    prior: &BTreeMap<Address, BTreeSet<Address>>,
    turn: &dyn Fn(&Step) -> Turn,
) -> (Vec<Node>, Vec<Edge>) {
    let by_address = steps.iter().map(|step| (&step.address, step)).collect();
    let holders = holders(steps, prior);
    let mut builder = Builder {
        by_address,
        prior,
        holders,
        nodes: BTreeSet::new(),
        edges: BTreeSet::new(),
    };
    for step in steps {
        builder.nodes.extend(
            parts(step)
                .into_iter()
                .map(|part| node(&step.address, part)),
        );
    }
    for step in steps {
        builder.add_step(step);
    }
    let mut web = Web {
        nodes: builder.nodes,
        edges: builder.edges,
    };
    turns::add(&mut web, steps, turn);
    (
        web.nodes.into_iter().collect(),
        web.edges.into_iter().collect(),
    )
}

/// Makes the first of each pair a need of the second: what takes a ruler's place comes before the
/// ruler goes, and if it fails the ruler stays.
pub(super) fn put_first(edges: &mut Vec<Edge>, pairs: Vec<(Node, Node)>) {
    for (before, after) in pairs {
        edges.retain(|edge| (&edge.before, &edge.after) != (&before, &after));
        edges.push(Edge {
            before,
            after,
            order: Order::Needs,
        });
    }
    edges.sort();
}

/// Whether the step sends a create or an update of the object itself.
fn has_body(step: &Step) -> bool {
    match step.action {
        Action::Create | Action::Replace => true,
        Action::Update | Action::Adopt => !step.send.is_empty(),
        Action::Delete | Action::Forget => false,
    }
}

/// Whether the object's id is another one after the step.
fn makes_object(step: &Step) -> bool {
    matches!(step.action, Action::Create | Action::Replace)
}

/// The parts of a step.
pub fn parts(step: &Step) -> Vec<Part> {
    let mut parts = Vec::new();
    if has_body(step) {
        parts.push(Part::Body);
    }
    let used = |edges: &&String, of: &BTreeMap<String, Vec<super::plan::PlannedEdge>>| {
        of.get(*edges).is_some_and(|edges| !edges.is_empty())
    };
    parts.extend(
        step.grants
            .keys()
            .filter(|f| used(f, &step.grants))
            .cloned()
            .map(Part::Grant),
    );
    parts.extend(
        step.revokes
            .keys()
            .filter(|f| used(f, &step.revokes))
            .cloned()
            .map(Part::Revoke),
    );
    if matches!(step.action, Action::Delete | Action::Replace) {
        parts.push(Part::Delete);
    }
    parts
}

fn node(address: &Address, part: Part) -> Node {
    Node {
        address: address.clone(),
        part,
    }
}

struct Builder<'a> {
    by_address: BTreeMap<&'a Address, &'a Step>,
    prior: &'a BTreeMap<Address, BTreeSet<Address>>,
    holders: BTreeMap<Address, BTreeSet<Node>>,
    nodes: BTreeSet<Node>,
    edges: BTreeSet<Edge>,
}

impl Builder<'_> {
    /// Adds an edge between two nodes that are there.
    fn edge(&mut self, before: Node, after: Node, order: Order) {
        if before != after && self.nodes.contains(&before) && self.nodes.contains(&after) {
            self.edges.insert(Edge {
                before,
                after,
                order,
            });
        }
    }

    fn add_step(&mut self, step: &Step) {
        if has_body(step) {
            for needed in step.depends_on.iter().chain(&step.home) {
                if self
                    .by_address
                    .get(needed)
                    .is_some_and(|needed| makes_object(needed))
                {
                    let body = node(&step.address, Part::Body);
                    self.edge(node(needed, Part::Body), body, Order::Needs);
                }
            }
        }
        if step.action == Action::Replace {
            self.add_replacement(step);
        }
        self.add_grants(step);
        self.add_revokes(step);
        self.add_delete(step);
    }

    fn add_replacement(&mut self, step: &Step) {
        let (delete, body) = (
            node(&step.address, Part::Delete),
            node(&step.address, Part::Body),
        );
        match step.replace_order {
            Some(ReplaceOrder::CreateFirst) => self.edge(body, delete, Order::Needs),
            _ => self.edge(delete, body, Order::Needs),
        }
    }

    fn add_grants(&mut self, step: &Step) {
        for (field, edges) in &step.grants {
            let grant = node(&step.address, Part::Grant(field.clone()));
            self.edge(node(&step.address, Part::Body), grant.clone(), Order::Needs);
            if let Some(home) = &step.home {
                self.edge(node(home, Part::Body), grant.clone(), Order::Needs);
            }
            // What an item carries comes after the item itself.
            if let Some((carrier, _)) = field.rsplit_once('.') {
                let carrier = node(&step.address, Part::Grant(carrier.to_owned()));
                self.edge(carrier, grant.clone(), Order::Needs);
            }
            for to in edges.iter().filter_map(|edge| edge.to.as_ref()) {
                if self.by_address.get(to).is_some_and(|to| makes_object(to)) {
                    self.edge(node(to, Part::Body), grant.clone(), Order::Needs);
                }
            }
            if let (Some(granted), false) = (granted(step), edges.is_empty()) {
                self.nodes.insert(granted.clone());
                self.edge(grant, granted, Order::After);
            }
        }
    }

    fn add_revokes(&mut self, step: &Step) {
        for field in step.revokes.keys() {
            let revoke = node(&step.address, Part::Revoke(field.clone()));
            let body = node(&step.address, Part::Body);
            if step.is_farewell() {
                self.edge(revoke.clone(), body, Order::Needs);
            } else {
                self.edge(body, revoke.clone(), Order::After);
            }
            self.after_grants(step, &revoke);
        }
    }

    /// What takes access away needs the grants of the same principal, and comes after all others.
    fn after_grants(&mut self, step: &Step, taking: &Node) {
        for field in step.grants.keys() {
            let grant = node(&step.address, Part::Grant(field.clone()));
            self.edge(grant, taking.clone(), Order::Needs);
        }
        if let Some(granted) = granted(step) {
            self.nodes.insert(granted.clone());
            self.edge(granted, taking.clone(), Order::After);
        }
    }

    fn add_delete(&mut self, step: &Step) {
        if !matches!(step.action, Action::Delete | Action::Replace) {
            return;
        }
        let delete = node(&step.address, Part::Delete);
        if step.action == Action::Delete {
            self.after_grants(step, &delete);
            for field in step.revokes.keys() {
                let revoke = node(&step.address, Part::Revoke(field.clone()));
                self.edge(revoke, delete.clone(), Order::Needs);
            }
        }
        let nothing = BTreeSet::new();
        for needed in self.prior.get(&step.address).unwrap_or(&nothing) {
            self.edge(delete.clone(), node(needed, Part::Delete), Order::Needs);
        }
        self.before_delete(step, &delete);
    }

    /// Whoever lets go of the doomed object does so first.
    fn before_delete(&mut self, doomed: &Step, delete: &Node) {
        for holder in self
            .holders
            .get(&doomed.address)
            .cloned()
            .unwrap_or_default()
        {
            self.edge(holder, delete.clone(), Order::Needs);
        }
    }
}

/// The nodes that let go of an object: updates that referred to it, and revocations of edges to
/// it.
fn holders(
    steps: &[Step],
    prior: &BTreeMap<Address, BTreeSet<Address>>,
) -> BTreeMap<Address, BTreeSet<Node>> {
    let mut holders: BTreeMap<Address, BTreeSet<Node>> = BTreeMap::new();
    for step in steps {
        if step.action == Action::Update {
            for held in prior.get(&step.address).into_iter().flatten() {
                holders
                    .entry(held.clone())
                    .or_default()
                    .insert(node(&step.address, Part::Body));
            }
        }
        for (field, edges) in &step.revokes {
            for held in edges.iter().filter_map(|edge| edge.to.clone()) {
                let revoke = node(&step.address, Part::Revoke(field.clone()));
                holders.entry(held).or_default().insert(revoke);
            }
        }
    }
    holders
}

/// The node that says that all grants of the step's target are done.
fn granted(step: &Step) -> Option<Node> {
    step.home.as_ref().map(|home| node(home, Part::Granted))
}

/// The nodes in an order that respects the edges, the least address first among those that are
/// free; the error is the nodes of a cycle.
pub fn order(nodes: &[Node], edges: &[Edge]) -> Result<Vec<Node>, Vec<Node>> {
    let mut waits: BTreeMap<&Node, usize> = nodes.iter().map(|node| (node, 0)).collect();
    let mut then: BTreeMap<&Node, Vec<&Node>> = BTreeMap::new();
    for edge in edges {
        *waits.entry(&edge.after).or_default() += 1;
        then.entry(&edge.before).or_default().push(&edge.after);
    }
    let mut ready: BTreeSet<&Node> = waits
        .iter()
        .filter(|(_, n)| **n == 0)
        .map(|(node, _)| *node)
        .collect();
    let mut order = Vec::new();
    while let Some(node) = ready.pop_first() {
        order.push(node.clone());
        for after in then.get(node).into_iter().flatten() {
            let Some(n) = waits.get_mut(after) else {
                continue;
            };
            *n -= 1;
            if *n == 0 {
                ready.insert(after);
            }
        }
    }
    if order.len() == waits.len() {
        return Ok(order);
    }
    Err(waits
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(node, _)| node.clone())
        .collect())
}

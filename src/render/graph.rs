//! What waits for what, as a picture: of the parts of a plan's steps, or of what manifests declare.
//!
//! Data and its making are here; how it is drawn is in `dot`, `mermaid` and `svg`.

mod dot;
mod gather;
mod layout;
mod mermaid;
mod svg;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Address;
use crate::manifest::Document;
use crate::manifest::cycle::references;
use crate::plan::{self, Action, Order, Part, Plan, Step};

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::svg;
pub(super) use svg::{STYLE, embedded};

/// A picture's nodes and arrows. An arrow goes from what comes first to what waits for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// In the order in which they could be done.
    pub nodes: Vec<Node>,
    /// Those that others already imply are left out.
    pub arrows: Vec<Arrow>,
}

/// One node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// `acme/role/clerk`; none if it is there for the order alone.
    pub address: Option<Address>,
    /// The target it lives in, or is.
    pub target: String,
    /// What is done, or what is waited for.
    pub text: String,
    /// What is done to the object; of a declared one nothing.
    pub action: Option<Action>,
}

/// One arrow, between nodes by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// First.
    pub before: usize,
    /// Then.
    pub after: usize,
    /// Whether the second is skipped if the first fails.
    pub needs: bool,
}

impl Node {
    /// Its lines: the object, and what is done.
    fn lines(&self) -> Vec<String> {
        let name = self.address.as_ref().map(ToString::to_string);
        let text = Some(self.text.clone()).filter(|text| !text.is_empty());
        name.into_iter().chain(text).collect()
    }

    /// The class that says what is done to it; of a declared object none.
    fn class(&self) -> Option<&'static str> {
        Some(match self.action? {
            Action::Create => "create",
            Action::Update => "update",
            Action::Replace | Action::Delete => "lose",
            Action::Adopt | Action::Forget => "own",
        })
    }
}

/// The parts of a plan's steps.
pub fn of_plan(plan: &Plan) -> Graph {
    let steps = plan.by_address();
    let order = plan::graph::order(&plan.nodes, &plan.edges);
    let order = order.unwrap_or_else(|_| plan.nodes.clone());
    let at: BTreeMap<&plan::Node, usize> = order.iter().zip(0..).collect();
    let nodes = order.iter().map(|node| {
        let step = steps.get(&node.address).filter(|_| !node.part.is_order());
        Node {
            address: step.map(|step| step.address.clone()),
            target: target(&node.address),
            text: told(node, step.copied()),
            action: step.map(|step| step.action),
        }
    });
    let arrows = plan.edges.iter().filter_map(|edge| {
        Some(Arrow {
            before: *at.get(&edge.before)?,
            after: *at.get(&edge.after)?,
            needs: edge.order == Order::Needs,
        })
    });
    let mut graph = Graph {
        nodes: nodes.collect(),
        arrows: arrows.collect(),
    };
    graph.reduce();
    graph
}

/// What is declared, and what refers to what.
pub fn of_documents(documents: &[Document]) -> Graph {
    let mut all: Vec<&Document> = documents.iter().collect();
    // What no file says is drawn only where something of the files lives in it.
    let homes: BTreeSet<&Address> = documents
        .iter()
        .filter_map(|one| one.home.as_ref())
        .collect();
    all.retain(|one| one.origin.place.is_some() || homes.contains(&one.address));
    all.sort_by_key(|document| (document.home.is_some(), &document.address));
    let at: BTreeMap<&Address, usize> = all.iter().map(|one| &one.address).zip(0..).collect();
    let nodes = all.iter().map(|document| Node {
        address: Some(document.address.clone()),
        target: target(&document.address),
        text: String::new(),
        action: None,
    });
    let mut arrows = BTreeSet::new();
    for (after, document) in all.iter().enumerate() {
        let body = references(&document.body);
        let edges = document.relations.values().flat_map(|one| &one.edges);
        let needed = body.iter().map(|(_, address)| address);
        let needed = needed
            .chain(edges.filter_map(|edge| edge.to.as_ref()))
            .chain(&document.home)
            .chain(&document.parent);
        for before in needed.filter_map(|address| at.get(address)) {
            arrows.insert(Arrow {
                before: *before,
                after,
                needs: true,
            });
        }
    }
    let mut graph = Graph {
        nodes: nodes.collect(),
        arrows: arrows
            .into_iter()
            .filter(|one| one.before != one.after)
            .collect(),
    };
    graph.reduce();
    graph
}

/// The target an object lives in, or is.
fn target(address: &Address) -> String {
    address.target().unwrap_or(address.name()).to_owned()
}

/// What a node does, in words.
pub(super) fn told(node: &plan::Node, step: Option<&Step>) -> String {
    match &node.part {
        Part::Body => match step.map(|step| step.action) {
            Some(Action::Create | Action::Replace) => "create".to_owned(),
            _ => "update".to_owned(),
        },
        Part::Grant(field) => format!("grant {field}"),
        Part::Revoke(field) => format!("revoke {field}"),
        Part::Delete => "delete".to_owned(),
        Part::Granted => format!("all is granted in {}", node.address.name()),
        Part::Order(words) => words.clone(),
    }
}

/// How large a graph may be, in nodes times arrows, for those that others imply to be left out.
const MANY: usize = 20_000_000;

impl Graph {
    /// Leaves out arrows that a longer way implies already.
    fn reduce(&mut self) {
        if self.nodes.len().saturating_mul(self.arrows.len()) > MANY {
            return;
        }
        let after = self.followers();
        let reach = Reach::new(&after);
        self.arrows.retain(|arrow| {
            let others = after.get(arrow.before).into_iter().flatten();
            !others
                .filter(|other| **other != arrow.after)
                .any(|other| reach.leads(*other, arrow.after) && !reach.leads(*other, arrow.before))
        });
    }

    /// The nodes of each target, with their places.
    fn by_target(&self) -> BTreeMap<&str, Vec<(usize, &Node)>> {
        let mut targets: BTreeMap<&str, Vec<(usize, &Node)>> = BTreeMap::new();
        for (n, node) in self.nodes.iter().enumerate() {
            targets.entry(&node.target).or_default().push((n, node));
        }
        targets
    }

    /// What waits for each node.
    fn followers(&self) -> Vec<Vec<usize>> {
        let mut after = vec![Vec::new(); self.nodes.len()];
        for arrow in &self.arrows {
            if let Some(all) = after.get_mut(arrow.before) {
                all.push(arrow.after);
            }
        }
        after
    }
}

/// Which node leads to which.
struct Reach(Vec<BTreeSet<usize>>);

impl Reach {
    fn new(after: &[Vec<usize>]) -> Self {
        let all = (0..after.len()).map(|start| {
            let (mut seen, mut next) = (BTreeSet::new(), after[start].clone());
            while let Some(node) = next.pop() {
                if seen.insert(node) {
                    next.extend(after[node].iter().copied());
                }
            }
            seen
        });
        Self(all.collect())
    }

    fn leads(&self, from: usize, to: usize) -> bool {
        self.0.get(from).is_some_and(|all| all.contains(&to))
    }
}

#[cfg(test)]
#[path = "graph_tests.rs"]
mod tests;

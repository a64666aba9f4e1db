//! A graph that nobody could read, made smaller: what is alike becomes one node with a number.
//!
//! Alike are objects of one kind in one target to which the same is done; if that leaves too many,
//! the targets are taken together. Arrows between groups stand for those between their nodes.

use std::collections::{BTreeMap, BTreeSet};

use super::{Arrow, Graph, Node};
use crate::base::Address;
use crate::plan::Action;

/// From how many nodes on a picture is drawn of groups.
pub(in crate::render) const PICTURE: usize = 400;

/// What nodes of a group have in common: target, kind, what is done, in words and in general.
type Likeness<'a> = (Option<&'a str>, Option<&'a str>, Option<Action>, &'a str);

impl Graph {
    /// The graph in groups, if it has more nodes than can be read.
    pub fn gathered(&self) -> Option<Self> {
        if self.nodes.len() <= PICTURE {
            return None;
        }
        let by_target = self.grouped(|node| Some(&node.target));
        if by_target.nodes.len() <= PICTURE {
            return Some(by_target);
        }
        Some(self.grouped(|_| None))
    }

    fn grouped<'a>(&'a self, target: impl Fn(&'a Node) -> Option<&'a str>) -> Self {
        let likeness = |node: &'a Node| -> Likeness<'a> {
            let kind = node.address.as_ref().map(Address::kind);
            // What is there for the order alone is alike whatever it waits for.
            let text = kind.map_or("", |_| node.text.as_str());
            (target(node), kind, node.action, text)
        };
        let mut places: BTreeMap<Likeness<'a>, usize> = BTreeMap::new();
        let mut members: Vec<Vec<&Node>> = Vec::new();
        let mut group_of = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let place = *places.entry(likeness(node)).or_insert_with(|| {
                members.push(Vec::new());
                members.len() - 1
            });
            members[place].push(node);
            group_of.push(place);
        }
        let arrows = self.arrows.iter().filter_map(|arrow| {
            let (before, after) = (*group_of.get(arrow.before)?, *group_of.get(arrow.after)?);
            (before != after).then_some(((before, after), arrow.needs))
        });
        let mut joined: BTreeMap<(usize, usize), bool> = BTreeMap::new();
        for (ends, needs) in arrows {
            *joined.entry(ends).or_default() |= needs;
        }
        let arrows = joined.into_iter().map(|((before, after), needs)| Arrow {
            before,
            after,
            needs,
        });
        let mut graph = Self {
            nodes: members.iter().map(|all| together(all)).collect(),
            arrows: arrows.collect(),
        };
        graph.reduce();
        graph
    }
}

/// One node for all of these; a single one is itself.
fn together(all: &[&Node]) -> Node {
    let (Some(first), count) = (all.first(), all.len()) else {
        return Node::default();
    };
    if count == 1 {
        return (*first).clone();
    }
    let targets: BTreeSet<&str> = all.iter().map(|node| node.target.as_str()).collect();
    let what = match &first.address {
        Some(address) if first.text.is_empty() => format!("{count} × {}", address.kind()),
        Some(address) => format!("{count} × {}: {}", address.kind(), first.text),
        None => format!("{count} × order alone"),
    };
    Node {
        address: None,
        target: match targets.len() {
            1 => first.target.clone(),
            several => format!("{several} targets"),
        },
        text: what,
        action: first.action,
    }
}

//! Order between kinds that no reference says: the turn that a kind declares.
//!
//! Edges are added to a graph that has all others already, and never against them: what a
//! reference demands wins over a turn.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::parts;
use super::plan::{Action, Edge, Node, Order, Part, Step};
use crate::base::Address;
use crate::kind::Turn;

/// A graph that edges are added to, with a way to walk it.
#[derive(Debug, Default)]
pub(super) struct Web {
    /// The nodes.
    pub(super) nodes: BTreeSet<Node>,
    /// The edges.
    pub(super) edges: BTreeSet<Edge>,
}

/// The steps of one target whose kind has a turn, and those that it is about.
struct Group<'a> {
    home: &'a Address,
    kind: &'a str,
    turn: Turn,
    own: Vec<&'a Step>,
    others: Vec<&'a Step>,
}

/// Adds what the turns of the steps' kinds ask for.
pub(super) fn add(web: &mut Web, steps: &[Step], turn: &dyn Fn(&Step) -> Turn) {
    let groups = groups(steps, turn);
    if groups.is_empty() {
        return;
    }
    let mut ways = Ways::of(&web.edges);
    for group in &groups {
        group.add(web, &mut ways);
    }
}

fn groups<'a>(steps: &'a [Step], turn: &dyn Fn(&Step) -> Turn) -> Vec<Group<'a>> {
    let mut homes: BTreeMap<&Address, Vec<(&Step, Turn)>> = BTreeMap::new();
    for step in steps {
        if let Some(home) = &step.home {
            homes.entry(home).or_default().push((step, turn(step)));
        }
    }
    let mut groups = Vec::new();
    for (home, steps) in homes {
        let late = steps.iter().filter(|(_, turn)| *turn != Turn::Any);
        let kinds: BTreeMap<&str, Turn> = late
            .map(|(step, turn)| (step.address.kind(), *turn))
            .collect();
        for (kind, turn) in kinds {
            let is_other = |step: &Step, other: Turn| match turn {
                Turn::Any => false,
                Turn::After(kinds) => kinds.contains(&step.address.kind()),
                Turn::Last => other != Turn::Last,
            };
            let own = steps.iter().filter(|(step, _)| step.address.kind() == kind);
            let others = steps.iter().filter(|(step, other)| is_other(step, *other));
            groups.push(Group {
                home,
                kind,
                turn,
                own: own.map(|(step, _)| *step).collect(),
                others: others.map(|(step, _)| *step).collect(),
            });
        }
    }
    groups
}

impl Group<'_> {
    fn add(&self, web: &mut Web, ways: &mut Ways) {
        let bodies = nodes(&self.own, |_, part| *part == Part::Body);
        let earlier = nodes(&self.others, |_, part| {
            self.turn == Turn::Last || matches!(part, Part::Body | Part::Grant(_))
        });
        let label = format!("before {}", self.kind);
        self.connect(web, ways, (&earlier, &bodies), Order::After, &label);
        match self.turn {
            Turn::Any => {}
            Turn::After(_) => {
                let doomed = nodes(&self.others, |_, part| *part == Part::Delete);
                let label = format!("{} lets go", self.kind);
                self.connect(web, ways, (&bodies, &doomed), Order::Needs, &label);
            }
            Turn::Last => {
                let gone = nodes(&self.own, |step, _| step.action == Action::Delete);
                let all = nodes(&self.others, |_, _| true);
                let label = format!("{} is gone", self.kind);
                self.connect(web, ways, (&gone, &all), Order::After, &label);
            }
        }
    }

    /// Puts all of `ends.0` before all of `ends.1`, save those that must come later; through a
    /// node of its own where that saves edges.
    fn connect(
        &self,
        web: &mut Web,
        ways: &mut Ways,
        ends: (&[Node], &[Node]),
        order: Order,
        label: &str,
    ) {
        let there = |node: &&Node| web.nodes.contains(*node);
        let afters: Vec<&Node> = ends.1.iter().filter(there).collect();
        let later = ways.reachable(&afters);
        let befores = ends.0.iter().filter(there);
        let befores: Vec<&Node> = befores.filter(|node| !later.contains(*node)).collect();
        let mut edges = Vec::new();
        if befores.len() < 2 || afters.len() < 2 {
            for before in &befores {
                edges.extend(afters.iter().map(|after| edge(before, after, order)));
            }
        } else {
            let between = node(self.home, Part::Order(label.to_owned()));
            edges.extend(befores.iter().map(|before| edge(before, &between, order)));
            edges.extend(afters.iter().map(|after| edge(&between, after, order)));
            web.nodes.insert(between);
        }
        for edge in edges {
            ways.add(&edge);
            web.edges.insert(edge);
        }
    }
}

fn nodes(steps: &[&Step], is: impl Fn(&Step, &Part) -> bool) -> Vec<Node> {
    let of = |step: &&Step| {
        let parts = parts(step).into_iter().filter(|part| is(step, part));
        let nodes = parts.map(|part| node(&step.address, part));
        nodes.collect::<Vec<_>>()
    };
    steps.iter().flat_map(of).collect()
}

fn node(address: &Address, part: Part) -> Node {
    Node {
        address: address.clone(),
        part,
    }
}

fn edge(before: &Node, after: &Node, order: Order) -> Edge {
    Edge {
        before: before.clone(),
        after: after.clone(),
        order,
    }
}

/// What follows each node.
struct Ways(BTreeMap<Node, BTreeSet<Node>>);

impl Ways {
    fn of(edges: &BTreeSet<Edge>) -> Self {
        let mut ways = Self(BTreeMap::new());
        for edge in edges {
            ways.add(edge);
        }
        ways
    }

    fn add(&mut self, edge: &Edge) {
        let followers = self.0.entry(edge.before.clone()).or_default();
        followers.insert(edge.after.clone());
    }

    /// These nodes, and all that come after them.
    fn reachable(&self, from: &[&Node]) -> BTreeSet<Node> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&Node> = from.to_vec();
        while let Some(node) = open.pop() {
            if found.insert(node.clone()) {
                open.extend(self.0.get(node).into_iter().flatten());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph::{graph, order};
    use super::super::plan::ReplaceOrder;
    use super::*;

    fn step(address: &str, action: Action) -> Step {
        Step {
            replace_order: (action == Action::Replace).then_some(ReplaceOrder::DeleteFirst),
            send: vec!["name".into()],
            owned: true,
            ..Step::bare(
                address.parse().expect("an address"),
                "logto/v1",
                Some(Address::top("tenant", "acme")),
                action,
            )
        }
    }

    /// `page` after `picture`, `bell` last.
    fn turn(step: &Step) -> Turn {
        match step.address.kind() {
            "page" => Turn::After(&["picture"]),
            "bell" => Turn::Last,
            _ => Turn::Any,
        }
    }

    fn ordered(steps: &[Step]) -> Vec<String> {
        let (nodes, edges) = graph(steps, &BTreeMap::new(), &turn);
        let order = order(&nodes, &edges).expect("no cycle");
        let said = order.iter().filter(|node| !node.part.is_order());
        let said = said.map(|node| {
            format!(
                "{:?} {}/{}",
                node.part,
                node.address.kind(),
                node.address.name()
            )
        });
        said.collect()
    }

    #[test]
    fn a_kind_comes_after_those_it_names_and_before_one_of_them_goes() {
        let steps = [
            step("acme/page/a", Action::Update),
            step("acme/picture/new", Action::Create),
            step("acme/picture/old", Action::Delete),
        ];
        assert_eq!(
            ordered(&steps),
            ["Body picture/new", "Body page/a", "Delete picture/old"]
        );
    }

    #[test]
    fn what_is_last_is_written_after_all_and_deleted_before_all() {
        let steps = [
            step("acme/bell/a", Action::Create),
            step("acme/bell/b", Action::Delete),
            step("acme/page/a", Action::Update),
            step("acme/role/x", Action::Delete),
            step("acme/role/y", Action::Delete),
        ];
        assert_eq!(
            ordered(&steps),
            [
                "Delete bell/b",
                "Body page/a",
                "Delete role/x",
                "Delete role/y",
                "Body bell/a"
            ]
        );
    }

    #[test]
    fn a_reference_wins_over_a_turn() {
        let mut role = step("acme/role/x", Action::Update);
        role.depends_on
            .insert("acme/bell/a".parse().expect("an address"));
        let steps = [
            step("acme/bell/a", Action::Create),
            role,
            step("acme/picture/p", Action::Create),
        ];
        assert_eq!(
            ordered(&steps),
            ["Body picture/p", "Body bell/a", "Body role/x"]
        );
    }

    #[test]
    fn a_replacement_that_deletes_first_is_over_before_the_turn() {
        let steps = [
            step("acme/page/a", Action::Update),
            step("acme/picture/p", Action::Replace),
        ];
        assert_eq!(
            ordered(&steps),
            ["Delete picture/p", "Body picture/p", "Body page/a"]
        );
    }

    #[test]
    fn many_are_ordered_through_one_node() {
        let pictures = (0..30).map(|n| step(&format!("acme/picture/{n}"), Action::Create));
        let pages = (0..30).map(|n| step(&format!("acme/page/{n}"), Action::Create));
        let steps: Vec<Step> = pictures.chain(pages).collect();
        let (_, edges) = graph(&steps, &BTreeMap::new(), &turn);
        assert_eq!(edges.len(), 60);
    }

    #[test]
    fn other_targets_have_their_own_turns() {
        let mut elsewhere = step("other/picture/p", Action::Create);
        elsewhere.home = Some(Address::top("tenant", "other"));
        let (_, edges) = graph(
            &[step("acme/page/a", Action::Update), elsewhere],
            &BTreeMap::new(),
            &turn,
        );
        assert_eq!(edges, []);
    }
}

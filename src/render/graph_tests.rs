//! Pictures of what waits for what: which arrows there are, and that no text is markup.

use super::*;
use crate::render::samples::{address, plan as plan_of, step};

fn node(at: &str, part: Part) -> plan::Node {
    plan::Node {
        address: address(at),
        part,
    }
}

fn edge(before: &plan::Node, after: &plan::Node, order: Order) -> plan::Edge {
    plan::Edge {
        before: before.clone(),
        after: after.clone(),
        order,
    }
}

/// A scope, a role with it, a user with that; another role goes at the end.
fn some() -> Plan {
    let scope = node("acme/scope/read", Part::Body);
    let role = node("acme/role/clerk", Part::Body);
    let grant = node("acme/role/clerk", Part::Grant("scopes".into()));
    let granted = node("tenant/acme", Part::Granted);
    let gone = node("acme/role/<b>\"gone\"", Part::Delete);
    let mut plan = plan_of(vec![
        step(Action::Create, "acme/scope/read", vec![]),
        step(Action::Create, "acme/role/clerk", vec![]),
        step(Action::Delete, "acme/role/<b>\"gone\"", vec![]),
    ]);
    plan.edges = vec![
        edge(&scope, &grant, Order::Needs),
        edge(&role, &grant, Order::Needs),
        edge(&grant, &granted, Order::After),
        edge(&granted, &gone, Order::After),
        edge(&scope, &gone, Order::After),
    ];
    plan.nodes = vec![scope, role, grant, granted, gone];
    plan
}

#[test]
fn dot_has_a_node_a_part_and_no_arrow_that_others_imply() {
    insta::assert_snapshot!(dot(&of_plan(&some())), @r#"
    digraph tenantry {
      rankdir=LR;
      node [shape=box, style="rounded,filled", fillcolor="whitesmoke", fontname="Helvetica"];
      subgraph cluster_0 {
        label="acme";
        n0 [label="acme/role/clerk\ncreate", shape=box, fillcolor="honeydew"];
        n1 [label="acme/scope/read\ncreate", shape=box, fillcolor="honeydew"];
        n2 [label="acme/role/clerk\ngrant scopes", shape=box, fillcolor="honeydew"];
        n3 [label="all is granted in acme", shape=plaintext, fillcolor="whitesmoke"];
        n4 [label="acme/role/<b>\"gone\"\ndelete", shape=box, fillcolor="mistyrose"];
      }
      n1 -> n2;
      n0 -> n2;
      n2 -> n3 [style=dashed];
      n3 -> n4 [style=dashed];
    }
    "#);
}

#[test]
fn mermaid_has_the_same() {
    insta::assert_snapshot!(mermaid(&of_plan(&some())), @r#"
    flowchart LR
      subgraph t0["acme"]
        n0["acme/role/clerk<br/>create"]:::create
        n1["acme/scope/read<br/>create"]:::create
        n2["acme/role/clerk<br/>grant scopes"]:::create
        n3["all is granted in acme"]
        n4["acme/role/#60;b#62;#34;gone#34;<br/>delete"]:::lose
      end
      n1 --> n2
      n0 --> n2
      n2 -.-> n3
      n3 -.-> n4
      classDef create fill:#dafbe1,stroke:#1a7f37,color:#1f2328
      classDef update fill:#fff8c5,stroke:#9a6700,color:#1f2328
      classDef lose fill:#ffebe9,stroke:#cf222e,color:#1f2328
      classDef own fill:#ddf4ff,stroke:#0969da,color:#1f2328
    "#);
}

#[test]
fn a_picture_stands_right_of_what_it_waits_for() {
    let graph = of_plan(&some());
    let text = svg(&graph);
    let layout = layout::Layout::new(&graph);
    for arrow in &graph.arrows {
        let [before, after] = [arrow.before, arrow.after].map(|n| layout.spots[n].column);
        assert!(before < after, "{arrow:?}");
    }
    assert_eq!(text.matches("<rect").count(), 5);
    assert!(
        text.contains("acme/role/&lt;b&gt;&quot;gone&quot;"),
        "{text}"
    );
    assert!(
        !text.contains("<b>") && !text.contains("NaN") && !text.contains("inf"),
        "{text}"
    );
}

#[test]
fn no_two_boxes_of_a_column_lie_on_each_other() {
    let nodes = |n| Node {
        address: Some(address(&format!("acme/role/r{n}"))),
        target: "acme".into(),
        text: String::new(),
        action: None,
    };
    let arrows = (1..60).flat_map(|n| {
        [n / 2, n / 3].map(|before| Arrow {
            before,
            after: n,
            needs: true,
        })
    });
    let arrows: BTreeSet<Arrow> = arrows.filter(|one| one.before != one.after).collect();
    let graph = Graph {
        nodes: (0..60).map(nodes).collect(),
        arrows: arrows.into_iter().collect(),
    };
    let layout = layout::Layout::new(&graph);
    let all: Vec<_> = layout.spots.iter().filter(|spot| spot.is_node).collect();
    for (n, one) in all.iter().enumerate() {
        for other in &all[n + 1..] {
            let apart = (one.y - other.y).abs();
            assert!(
                one.column != other.column || apart > 0.99,
                "{one:?} {other:?}"
            );
        }
    }
}

#[test]
fn a_circle_is_drawn_too() {
    let mut graph = of_plan(&some());
    graph.arrows.push(Arrow {
        before: 4,
        after: 0,
        needs: true,
    });
    assert!(svg(&graph).contains("</svg>"));
    let nothing = Graph::default();
    assert!(svg(&nothing).contains("</svg>"));
}

/// `count` users, each with a role of its own, in each of so many targets.
fn many(targets: usize, count: usize) -> Plan {
    let mut steps = Vec::new();
    let mut plan = plan_of(vec![]);
    for target in 0..targets {
        for n in 0..count {
            let (role, user) = (
                format!("t{target}/role/r{n}"),
                format!("t{target}/user/u{n}"),
            );
            let (role, user) = (role.as_str(), user.as_str());
            let grant = node(user, Part::Grant("roles".into()));
            plan.edges
                .push(edge(&node(role, Part::Body), &grant, Order::Needs));
            plan.edges
                .push(edge(&node(user, Part::Body), &grant, Order::Needs));
            plan.nodes
                .extend([node(role, Part::Body), node(user, Part::Body), grant]);
            steps.push(step(Action::Create, role, vec![]));
            steps.push(step(Action::Create, user, vec![]));
        }
    }
    Plan { steps, ..plan }
}

#[test]
fn a_graph_of_thousands_of_nodes_is_drawn_in_groups() {
    let graph = of_plan(&many(2, 1_000));
    assert_eq!(graph.nodes.len(), 6_000);
    let gathered = graph.gathered().expect("groups");
    let mut told: Vec<String> = gathered
        .nodes
        .iter()
        .map(|node| format!("{} {}", node.target, node.text))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "t0 1000 × role: create",
            "t0 1000 × user: create",
            "t0 1000 × user: grant roles",
            "t1 1000 × role: create",
            "t1 1000 × user: create",
            "t1 1000 × user: grant roles",
        ]
    );
    assert_eq!(gathered.arrows.len(), 4);
    assert!(
        gathered
            .nodes
            .iter()
            .all(|node| node.class() == Some("create"))
    );
    let drawn = svg(&gathered);
    assert!(drawn.len() < 10_000, "{}", drawn.len());
}

#[test]
fn thousands_of_targets_are_taken_together() {
    let graph = of_plan(&many(1_000, 2));
    let gathered = graph.gathered().expect("groups");
    let told: BTreeSet<&str> = gathered
        .nodes
        .iter()
        .map(|node| node.text.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "2000 × role: create",
            "2000 × user: create",
            "2000 × user: grant roles"
        ]
        .into()
    );
    assert!(
        gathered
            .nodes
            .iter()
            .all(|node| node.target == "1000 targets")
    );
}

#[test]
fn a_graph_that_can_be_read_is_drawn_as_it_is() {
    assert_eq!(of_plan(&many(1, 133)).gathered(), None);
    assert!(of_plan(&many(1, 134)).gathered().is_some());
}

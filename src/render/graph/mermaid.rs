//! A graph as Mermaid draws it, in Markdown on GitHub and GitLab.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Graph, Node};
use crate::base::text::visible;
use crate::plan::Action;

/// The whole.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    let mut targets: BTreeMap<&str, Vec<(usize, &Node)>> = BTreeMap::new();
    for (n, node) in graph.nodes.iter().enumerate() {
        targets.entry(&node.target).or_default().push((n, node));
    }
    for (n, (target, nodes)) in targets.into_iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = writeln!(out, "  subgraph t{n}[{}]", quoted(target));
        for (n, node) in nodes {
            let label = quoted(&node.lines().join("\n"));
            let _ = match class(node) {
                Some(class) => writeln!(out, "    n{n}[{label}]:::{class}"),
                None => writeln!(out, "    n{n}[{label}]"),
            };
        }
        out += "  end\n";
    }
    for arrow in &graph.arrows {
        let line = if arrow.needs { "-->" } else { "-.->" };
        let _ = writeln!(out, "  n{} {line} n{}", arrow.before, arrow.after);
    }
    out + CLASSES
}

const CLASSES: &str = "  classDef create fill:#dafbe1,stroke:#1a7f37,color:#1f2328
  classDef update fill:#fff8c5,stroke:#9a6700,color:#1f2328
  classDef lose fill:#ffebe9,stroke:#cf222e,color:#1f2328
  classDef own fill:#ddf4ff,stroke:#0969da,color:#1f2328
";

fn class(node: &Node) -> Option<&'static str> {
    Some(match node.action? {
        Action::Create => "create",
        Action::Update => "update",
        Action::Replace | Action::Delete => "lose",
        Action::Adopt | Action::Forget => "own",
    })
}

/// A text in quotes in which nothing is markup: whatever could be is written by its number.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escaped(&visible(line))).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

fn escaped(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || " /-_.:,()".contains(c);
    let mut out = String::new();
    for c in text.chars() {
        if plain(c) {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

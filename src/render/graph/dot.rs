//! A graph in the language of Graphviz.

use std::fmt::Write as _;

use super::Graph;
use crate::base::text::visible;
use crate::plan::Action;

/// The whole.
pub fn dot(graph: &Graph) -> String {
    let mut out = String::from(
        "digraph tenantry {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", \
         fillcolor=\"whitesmoke\", fontname=\"Helvetica\"];\n",
    );
    for (n, (target, nodes)) in graph.by_target().into_iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "  subgraph cluster_{n} {{\n    label={};",
            quoted(target)
        );
        for (n, node) in nodes {
            let (label, colour) = (quoted(&node.lines().join("\n")), colour(node.action));
            let shape = if node.address.is_some() {
                "box"
            } else {
                "plaintext"
            };
            let _ = writeln!(
                out,
                "    n{n} [label={label}, shape={shape}, fillcolor=\"{colour}\"];"
            );
        }
        out += "  }\n";
    }
    for arrow in &graph.arrows {
        let style = if arrow.needs { "" } else { " [style=dashed]" };
        let _ = writeln!(out, "  n{} -> n{}{style};", arrow.before, arrow.after);
    }
    out + "}\n"
}

fn colour(action: Option<Action>) -> &'static str {
    match action {
        Some(Action::Create) => "honeydew",
        Some(Action::Update) => "lightyellow",
        Some(Action::Replace | Action::Delete) => "mistyrose",
        Some(Action::Adopt | Action::Forget) => "aliceblue",
        None => "whitesmoke",
    }
}

/// A text in quotes; line breaks are those of the label.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| visible(line).replace('\\', "\\\\").replace('"', "\\\""))
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}

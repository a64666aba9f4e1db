//! A graph as Mermaid draws it, in Markdown on GitHub and GitLab.

use std::fmt::Write as _;

use super::Graph;
use crate::base::text::visible;

/// The whole.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    for (n, (target, nodes)) in graph.by_target().into_iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = writeln!(out, "  subgraph t{n}[{}]", quoted(target));
        for (n, node) in nodes {
            let label = quoted(&node.lines().join("\n"));
            let _ = match node.class() {
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

//! A graph as a picture of its own: no script, nothing fetched, light and dark as the reader has it.

use std::fmt::Write as _;

use super::layout::{Layout, Spot};
use super::{Graph, Node};
use crate::base::text::visible;
use crate::render::markup::escaped;

/// The height of a row and of the box in it, the room between columns and around all.
const ROW: f64 = 46.0;
const BOX: f64 = 36.0;
const GAP: f64 = 64.0;
const EDGE: f64 = 12.0;
/// How wide a letter is at most, and how many of a line are shown.
const LETTER: f64 = 7.3;
const LETTERS: usize = 44;

/// The colours; a page that holds the picture has them itself.
pub(in crate::render) const STYLE: &str = "\
.graph{font:12px ui-sans-serif,system-ui,sans-serif}
.graph rect{fill:#f6f8fa;stroke:#8c959f}
.graph text{fill:#1f2328}
.graph .what{fill:#59636e}
.graph .arrow{fill:none;stroke:#8c959f;stroke-width:1.3}
.graph .after{stroke-dasharray:4 4}
.graph .head{fill:#8c959f}
.graph .gate rect{fill:none;stroke-dasharray:3 3}
.graph .create rect{fill:#dafbe1;stroke:#1a7f37}
.graph .update rect{fill:#fff8c5;stroke:#9a6700}
.graph .lose rect{fill:#ffebe9;stroke:#cf222e}
.graph .own rect{fill:#ddf4ff;stroke:#0969da}
@media (prefers-color-scheme:dark){
.graph rect{fill:#212830;stroke:#656c76}
.graph text{fill:#f0f6fc}
.graph .what{fill:#9198a1}
.graph .arrow{stroke:#656c76}
.graph .head{fill:#656c76}
.graph .create rect{fill:#12261e;stroke:#2ea043}
.graph .update rect{fill:#272115;stroke:#9e6a03}
.graph .lose rect{fill:#25171c;stroke:#da3633}
.graph .own rect{fill:#121d2f;stroke:#1f6feb}
}
";

/// The picture as a file.
pub fn svg(graph: &Graph) -> String {
    drawn(graph, &format!("<style>\n{STYLE}</style>\n"))
}

/// The picture inside a page that has the colours.
pub(in crate::render) fn embedded(graph: &Graph) -> String {
    drawn(graph, "")
}

/// Where the columns begin and how wide their boxes are.
struct Columns(Vec<(f64, f64)>);

impl Columns {
    fn new(graph: &Graph, layout: &Layout) -> Self {
        let last = layout.spots.iter().map(|spot| spot.column).max();
        let mut widths = vec![40.0_f64; last.map_or(0, |last| last + 1)];
        for (node, spot) in graph.nodes.iter().zip(&layout.spots) {
            if let Some(width) = widths.get_mut(spot.column) {
                *width = width.max(wide(node));
            }
        }
        let mut left = EDGE;
        let all = widths.into_iter().map(|width| {
            let start = left;
            left += width + GAP;
            (start, width)
        });
        Self(all.collect())
    }

    fn left(&self, column: usize) -> f64 {
        self.0.get(column).map_or(EDGE, |(left, _)| *left)
    }

    fn right(&self, column: usize) -> f64 {
        self.0
            .get(column)
            .map_or(EDGE, |(left, width)| left + width)
    }
}

/// How wide a node's box is.
fn wide(node: &Node) -> f64 {
    let letters = node
        .lines()
        .iter()
        .map(|line| short(line).chars().count())
        .max();
    let letters = u32::try_from(letters.unwrap_or_default()).unwrap_or(u32::MAX);
    f64::from(letters).mul_add(LETTER, 20.0)
}

/// The start of a line that is too long.
fn short(line: &str) -> String {
    let line = visible(line);
    if line.chars().count() <= LETTERS {
        return line.into_owned();
    }
    line.chars().take(LETTERS - 1).chain(['…']).collect()
}

fn drawn(graph: &Graph, style: &str) -> String {
    let layout = Layout::new(graph);
    let columns = Columns::new(graph, &layout);
    let width = columns.0.last().map_or(0.0, |(left, width)| left + width) + EDGE;
    let height = layout.rows.mul_add(ROW, 2.0 * EDGE);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" role=\"img\" \
         aria-label=\"what waits for what\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\">\n{style}\
         <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
         markerHeight=\"7\" orient=\"auto\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n"
    );
    for (arrow, way) in graph.arrows.iter().zip(&layout.ways) {
        let class = if arrow.needs { "arrow" } else { "arrow after" };
        let spots: Vec<Spot> = way.iter().map(|spot| layout.spots[*spot]).collect();
        let first = graph.nodes.get(arrow.before).map_or(0.0, wide);
        let path = path(&spots, &columns, first);
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "<path class=\"{class}\" d=\"{path}\" marker-end=\"url(#head)\"/>"
        );
    }
    for (node, spot) in graph.nodes.iter().zip(&layout.spots) {
        boxed(&mut out, node, *spot, &columns);
    }
    out + "</svg>\n"
}

/// From the right of the first box, which is so wide, to the left of the last, through the crossings between.
fn path(spots: &[Spot], columns: &Columns, first: f64) -> String {
    let mut out = String::new();
    let mut at = None;
    for (n, spot) in spots.iter().enumerate() {
        let y = middle(*spot);
        let left = columns.left(spot.column);
        let right = match n {
            0 => left + first,
            _ => columns.right(spot.column),
        };
        if let Some((x, from)) = at {
            let half = f64::midpoint(x, left);
            let _ = write!(
                out,
                "C{half:.0} {from:.0} {half:.0} {y:.0} {left:.0} {y:.0}"
            );
        } else {
            let _ = write!(out, "M{right:.0} {y:.0}");
        }
        if n > 0 && n + 1 < spots.len() {
            let _ = write!(out, "L{right:.0} {y:.0}");
        }
        at = Some((right, y));
    }
    out
}

fn middle(spot: Spot) -> f64 {
    spot.y.mul_add(ROW, EDGE)
}

fn boxed(out: &mut String, node: &Node, spot: Spot, columns: &Columns) {
    let lines = node.lines();
    let (x, y, width) = (columns.left(spot.column), middle(spot), wide(node));
    let class = class(node);
    let title = escaped(&lines.join(": "));
    let top = y - BOX / 2.0;
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "<g class=\"{class}\"><title>{title}</title>\
         <rect x=\"{x:.0}\" y=\"{top:.0}\" width=\"{width:.0}\" height=\"{BOX:.0}\" rx=\"6\"/>"
    );
    let x = x + 10.0;
    match lines.as_slice() {
        [name, what, ..] => {
            let (first, second) = (y - 3.0, y + 12.0);
            let (name, what) = (escaped(&short(name)), escaped(&short(what)));
            let _ = write!(
                out,
                "<text x=\"{x:.0}\" y=\"{first:.0}\">{name}</text>\
                 <text class=\"what\" x=\"{x:.0}\" y=\"{second:.0}\">{what}</text>"
            );
        }
        lines => {
            let (base, text) = (y + 4.0, escaped(&short(&lines.concat())));
            let _ = write!(out, "<text x=\"{x:.0}\" y=\"{base:.0}\">{text}</text>");
        }
    }
    *out += "</g>\n";
}

fn class(node: &Node) -> &'static str {
    node.class().unwrap_or(match node.address {
        None => "gate",
        Some(_) => "object",
    })
}

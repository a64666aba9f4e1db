//! Where the nodes of a graph stand: in columns, each right of all that it waits for.
//!
//! A long arrow has a place in each column that it crosses, so that it goes around nodes. In a column
//! nodes stand in the order of what they are joined to, and the column in the middle.
//! Arrows of a cycle that go back are drawn, and move nobody.

use std::collections::BTreeSet;

use super::{Arrow, Graph};

/// A place in a column: a node, or where an arrow crosses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    /// The column.
    pub(super) column: usize,
    /// The middle, from the top, in rows.
    pub(super) y: f64,
    /// Whether a node stands there.
    pub(super) is_node: bool,
}

/// A graph's places.
#[derive(Debug)]
pub(super) struct Layout {
    /// The nodes, then the crossings.
    pub(super) spots: Vec<Spot>,
    /// For each arrow its places, from the first node to the last.
    pub(super) ways: Vec<Vec<usize>>,
    /// How many rows there are.
    pub(super) rows: f64,
    /// The spots of each column, from the top.
    columns: Vec<Vec<usize>>,
    /// What is joined to each spot, to its left and to its right.
    joined: Vec<[Vec<usize>; 2]>,
}

/// How often the columns are put in order.
const SWEEPS: usize = 8;
/// How much room a crossing takes; a node takes one row.
const CROSSING: f64 = 0.4;

impl Layout {
    /// Lays a graph out.
    pub(super) fn new(graph: &Graph) -> Self {
        let columns = columns(graph);
        let mut layout = Self {
            spots: columns
                .iter()
                .map(|column| Spot {
                    column: *column,
                    y: 0.0,
                    is_node: true,
                })
                .collect(),
            ways: Vec::new(),
            rows: 0.0,
            columns: Vec::new(),
            joined: vec![Default::default(); graph.nodes.len()],
        };
        for arrow in &graph.arrows {
            layout.route(arrow);
        }
        let count = layout.spots.iter().map(|spot| spot.column + 1).max();
        layout.columns = vec![Vec::new(); count.unwrap_or_default()];
        for (n, spot) in layout.spots.iter().enumerate() {
            layout.columns[spot.column].push(n);
        }
        layout.sort();
        layout.place();
        layout
    }

    /// Gives an arrow its places.
    fn route(&mut self, arrow: &Arrow) {
        let (from, to) = (
            self.spots[arrow.before].column,
            self.spots[arrow.after].column,
        );
        let mut way = vec![arrow.before];
        for column in from + 1..to {
            way.push(self.spots.len());
            self.spots.push(Spot {
                column,
                y: 0.0,
                is_node: false,
            });
            self.joined.push(Default::default());
        }
        way.push(arrow.after);
        if from < to {
            for pair in way.windows(2) {
                self.joined[pair[0]][1].push(pair[1]);
                self.joined[pair[1]][0].push(pair[0]);
            }
        }
        self.ways.push(way);
    }

    /// Puts each column in the order of what it is joined to, from the left and from the right.
    fn sort(&mut self) {
        self.stack();
        for sweep in 0..SWEEPS {
            let side = sweep % 2;
            let mut order: Vec<usize> = (0..self.columns.len()).collect();
            if side == 1 {
                order.reverse();
            }
            for column in order {
                let mut spots = std::mem::take(&mut self.columns[column]);
                spots.sort_by(|a, b| self.wish(*a, side).total_cmp(&self.wish(*b, side)));
                self.columns[column] = spots;
                self.stack_one(column);
            }
        }
    }

    /// The middle of what a spot is joined to on one side; its own, if that is nothing.
    fn wish(&self, spot: usize, side: usize) -> f64 {
        let joined = &self.joined[spot][side];
        if joined.is_empty() {
            return self.spots[spot].y;
        }
        let sum: f64 = joined.iter().map(|other| self.spots[*other].y).sum();
        sum / count(joined.len())
    }

    fn stack(&mut self) {
        for column in 0..self.columns.len() {
            self.stack_one(column);
        }
    }

    /// Spreads a column from the top.
    fn stack_one(&mut self, column: usize) {
        let mut y = 0.0;
        for spot in self.columns[column].clone() {
            let height = self.height(spot);
            self.spots[spot].y = y + height / 2.0;
            y += height;
        }
    }

    fn height(&self, spot: usize) -> f64 {
        if self.spots[spot].is_node {
            1.0
        } else {
            CROSSING
        }
    }

    /// Puts each column in the middle of the picture.
    fn place(&mut self) {
        let heights: Vec<f64> = self
            .columns
            .iter()
            .map(|column| column.iter().map(|spot| self.height(*spot)).sum())
            .collect();
        self.rows = heights.iter().copied().fold(0.0, f64::max);
        for (column, height) in self.columns.iter().zip(heights) {
            for spot in column {
                self.spots[*spot].y += (self.rows - height) / 2.0;
            }
        }
    }
}

/// Numbers of nodes are small.
fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// For each node one more than the last column of those before it; what goes back is not counted.
fn columns(graph: &Graph) -> Vec<usize> {
    let after = graph.followers();
    let mut columns = vec![0; graph.nodes.len()];
    for node in topological(&after) {
        for next in &after[node.0] {
            if !node.1.contains(next) {
                columns[*next] = columns[*next].max(columns[node.0] + 1);
            }
        }
    }
    columns
}

/// The nodes so that each comes before those that wait for it, with the followers that close a cycle.
fn topological(after: &[Vec<usize>]) -> Vec<(usize, BTreeSet<usize>)> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; after.len()];
    let mut order: Vec<(usize, BTreeSet<usize>)> = Vec::new();
    for start in 0..after.len() {
        if state[start] != State::New {
            continue;
        }
        let mut path = vec![(start, 0, BTreeSet::new())];
        state[start] = State::Open;
        while let Some((node, next, back)) = path.last_mut() {
            let node = *node;
            let Some(follower) = after[node].get(*next) else {
                order.push((node, std::mem::take(back)));
                state[node] = State::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match state[*follower] {
                State::New => {
                    state[*follower] = State::Open;
                    path.push((*follower, 0, BTreeSet::new()));
                }
                State::Open => {
                    back.insert(*follower);
                }
                State::Done => {}
            }
        }
    }
    order.reverse();
    order
}

//! Floor 3: desired, prior and live → plan. Reads only.

#[expect(clippy::module_inception, reason = "the plan is what this floor makes")]
pub mod plan;

pub use plan::{
    Action, Drift, Edge, FieldChange, Node, Note, Order, Part, Plan, PlannedEdge, ReplaceOrder,
    Statistics, Step, World,
};

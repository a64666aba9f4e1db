//! Floor 3: desired, prior and live → plan. Reads only.

pub mod access;
mod builtins;
pub mod calls;
mod caps;
pub mod delta;
mod draft;
mod drift;
pub mod edges;
pub mod export;
pub mod graph;
pub mod guard;
mod implied;
pub mod input;
mod matching;
mod moves;
mod outlook;
#[expect(clippy::module_inception, reason = "the plan is what this floor makes")]
pub mod plan;
pub mod planner;
mod policy;
mod reading;
pub mod records;
mod relations;
mod removal;
mod renames;
pub mod resolve;
mod rule;
pub mod saved;
mod secrets;
pub mod shape;
mod strangers;
mod targets;
mod turns;
pub mod undo;

pub use access::AccessChange;
pub use calls::Writes;
pub use input::{Facts, Input, Options};
pub use plan::{
    Action, Drift, Edge, Effect, FieldChange, Node, Note, Order, Part, Plan, PlannedEdge,
    ReplaceOrder, Statistics, Step, Strangers, World,
};
pub use planner::{live_access, plan};

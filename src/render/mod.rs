//! Floor 5: plan and report → text and JSON. Returns texts; writing them is `cli`'s business.

pub mod access;
mod change;
pub mod diagnostic;
mod drift;
pub mod editor;
pub mod explain;
mod explain_step;
pub mod export;
pub mod findings;
pub mod graph;
mod group;
pub mod html;
pub mod json;
#[cfg(test)]
mod json_tests;
pub mod markdown;
mod markup;
mod names;
pub mod output;
mod page;
mod plan;
#[cfg(test)]
mod plan_tests;
mod remarks;
mod report;
#[cfg(test)]
mod samples;
pub mod show;
mod step;
pub mod style;
mod text;
pub mod tfjson;
mod totals;
mod view;
#[cfg(test)]
mod view_tests;
pub mod yaml;

pub use diagnostic::{diagnostic, diagnostics};
pub use drift::drift;
pub use explain_step::{explain_step, no_step};
pub use plan::{plan, summary};
pub use report::{event, report, report_json, report_schema};
pub use style::Styles;
pub use view::{Detail, View};

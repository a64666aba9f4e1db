//! Floor 4: a plan → the servers, in dependency order; what was done is journaled as it is done.

mod attempts;
mod books;
mod chosen;
mod compare;
mod context;
pub mod creations;
mod dropped;
mod edges;
mod executor;
pub mod failure;
pub mod finding;
mod fresh;
mod kept;
pub mod ledger;
mod listed;
mod lockout;
mod look;
mod lookup;
mod marker;
mod merge;
mod need;
mod news;
pub mod once;
mod outputs;
mod parent;
pub mod progress;
mod record;
mod recover;
pub mod report;
pub mod resume;
mod resume_other;
mod resume_tenant;
mod run;
mod schedule;
pub mod secrets;
mod step;
mod surroundings;
pub mod targets;
pub mod tenant;
pub mod verdict;
pub mod verify;
mod write;

#[cfg(test)]
mod edge_tests;
#[cfg(test)]
mod executor_tests;
#[cfg(test)]
mod step_tests;
#[cfg(test)]
mod tenant_tests;
#[cfg(test)]
mod testing;

pub use kept::{Kept, open_intents};
pub use ledger::{Change, Done, End, Intent, IntentId, Journaled, Ledger, OpenIntent};
pub use look::{Look, Looked, look};
pub use need::needs_key;
pub use progress::{Counts, Event, Progress, Quiet};
pub use report::{Outcome, Report, StepReport};
pub use resume::{Resume, Resumed, resume};
pub use run::{Inputs, apply};
pub use schedule::Limits;
pub use secrets::SecretResolver;
pub use surroundings::Surroundings;
pub use targets::{Declared, Hosts, Target};

//! Floor 2: what we own. The snapshot, its store and lock, the journal, the credentials.

pub mod error;
pub mod fold;
pub mod journal;
mod random;
pub mod record;
#[cfg(test)]
mod samples;
pub mod snapshot;

pub use error::StateError;
pub use fold::fold;
pub use journal::{Journal, OpenIntent};
pub use record::{Act, CallKind, Effect, Event, Intent, Outcome, Part, Record, Seq};
pub use snapshot::{Entry, OwnedEdge, Snapshot};

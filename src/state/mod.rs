//! Floor 2: what we own. The snapshot, its store and lock, the journal, the credentials.
//!
//! [`Opened`] is a state that was read, [`State`] one whose lock we hold. docs/state-format.md
//! describes the files.

pub mod credentials;
pub mod error;
mod files;
pub mod fold;
pub mod folder;
mod folder_writer;
pub mod identity;
pub mod journal;
mod mending;
pub mod opened;
mod random;
pub mod record;
pub mod remote;
#[cfg(test)]
mod samples;
mod scribe;
mod seal;
pub mod snapshot;
pub mod store;
mod undos;
mod versions;
pub mod writing;

pub use credentials::Credentials;
pub use error::StateError;
pub use files::write_private;
pub use fold::fold;
pub use folder::Folder;
pub use identity::{Identities, permissions_warning};
pub use journal::{Journal, OpenIntent};
pub use opened::{Access, Opened, StateVersion};
pub use random::name as random_name;
pub use record::{Act, CallKind, Effect, Event, Intent, Outcome, Part, Record, Seq};
pub use remote::Remote;
pub use snapshot::{Entry, OwnedEdge, Snapshot};
pub use store::{Held, Holder, Holding, KeptUndo, KeptVersion, Store};
pub use writing::{Settled, State};

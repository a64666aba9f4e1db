//! Floor 2: what we own. The snapshot, its store and lock, the journal, the credentials.

pub mod credentials;
pub mod error;
mod files;
pub mod fold;
pub mod folder;
mod folder_writer;
pub mod identity;
pub mod journal;
mod random;
pub mod record;
#[cfg(test)]
mod samples;
mod seal;
pub mod snapshot;
pub mod store;

pub use credentials::Credentials;
pub use error::StateError;
pub use fold::fold;
pub use folder::Folder;
pub use identity::{Identities, permissions_warning};
pub use journal::{Journal, OpenIntent};
pub use record::{Act, CallKind, Effect, Event, Intent, Outcome, Part, Record, Seq};
pub use snapshot::{Entry, OwnedEdge, Snapshot};
pub use store::{Held, Holder, Store};

//! Floor 2: what we own. The snapshot, its store and lock, the journal, the credentials.

pub mod snapshot;

pub use snapshot::{Entry, OwnedEdge, Snapshot};

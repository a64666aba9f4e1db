//! Floor 2: YAML text → documents. Offline: nothing here knows a server.

pub mod document;

pub use document::{DesiredEdge, DesiredRelation, Document, Lifecycle, Origin};

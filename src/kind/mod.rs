//! Floor 1: kinds are declared here, and the two traits that reach live objects.
//!
//! A kind is a typed spec (what may be written) and a constant [`Descriptor`] (everything else).
//! No kind is named in this folder; they are in `provider/*/kinds`.

pub mod catalog;
pub mod descriptor;
pub mod field;
pub mod marker;
pub mod output;
mod pattern;
pub mod relation;
pub mod remote;
pub mod route;
pub mod rule;
pub mod secrets;
pub mod spec;
pub mod trace;
pub mod walk;

pub use catalog::Catalog;
pub use descriptor::{
    Api, Cap, Complaint, Descriptor, Home, Key, Kind, ObjectKey, Quirk, Trial, Turn,
};
pub use field::{Field, Policy};
pub use relation::{
    Attach, Children, EdgeBody, EdgeKey, EdgeShape, Fit, Grants, Has, Held, ReadEdges, Relation,
    Wants,
};
pub use remote::{
    Call, EdgeCall, EdgeQuery, KnownTarget, Live, ReadSessions, Reader, RemoteError, RemoteKind,
    Wanted, WriteSessions, Writer,
};
pub use route::{
    Body, Endpoint, Envelope, List, ListFrom, Method, Own, Paging, Path, Route, Segment, Shape,
};
pub use rule::{Outlook, Rule};
pub use trace::{Trace, Traced};

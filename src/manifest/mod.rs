//! Floor 2: YAML text → documents. Offline: nothing here knows a server.
//!
//! [`find`](find::find) and [`read`](find::read) get the texts, [`load`](load()) makes documents of them:
//! cut and parsed (`yaml`), heads read ([`header`]), everything declared put into an index, each
//! spec walked along its kind's schema and built ([`build`]), and what only all together show.

mod body;
pub mod build;
mod children;
mod config;
mod cut;
pub mod cycle;
pub mod document;
pub mod find;
mod fits;
mod former;
pub mod header;
mod hide;
pub mod home;
mod index;
pub mod load;
pub mod lookup;
pub mod marker;
mod offered;
mod outside;
pub mod paths;
pub mod policy;
pub mod reference;
pub mod relations;
mod report;
pub mod select;
mod set;
pub mod syntax;
pub mod twins;
mod yaml;

pub use document::{DesiredEdge, DesiredRelation, Document, Lifecycle, Origin, PutBack};
pub use find::Source;
pub use load::{Manifests, Options, load};
pub use select::Selection;
pub use set::KINDS;

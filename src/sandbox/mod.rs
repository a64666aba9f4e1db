//! Floor 4: emulations of the three APIs, which answer as the recorded exchanges do.
//!
//! Nothing here is learnt from the engine: defaults, errors, ids and paging are tables of their
//! own, each row naming the recording (or the line of the reference) that shows it.

mod admin;
pub mod builders;
pub mod cloud;
pub mod control;
pub mod dcos;
pub mod declared;
pub mod emulation;
pub mod exchange;
pub mod fault;
mod file;
pub mod listener;
pub mod logto;
pub mod random;
pub mod record;
mod seed_file;
pub mod tables;
pub mod world;

pub use builders::BUILDERS;
pub use emulation::{Effect, Emulation, TargetKind};
pub use exchange::{Answer, Request};
pub use listener::{Options, Sandbox};
pub use tables::{Change, Tables};
pub use world::World;

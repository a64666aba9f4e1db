//! Floor 2: the route shapes. Turns a declared kind and a value into requests, and answers into
//! live objects, over any [`Dialect`].
//!
//! No API and no kind is named here: `provider/*` says how each server logs in and answers.

mod dialect;
mod edges;
mod failure;
mod held;
mod list;
mod live;
mod memo;
mod narrow;
mod page;
mod reader;
pub mod request;
mod session;
pub mod settings;
mod wire;
mod writer;

pub use dialect::{Ask, Asked, Dialect, Effect, Fault, by_status};
pub use failure::{failed, garbled, local, refused, told};
pub use request::Draft;
pub use session::Session;

//! What applying and resuming need from outside: sessions, state, secrets, and who listens.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

use super::ledger::Ledger;
use super::progress::Progress;
use super::secrets::SecretResolver;
use super::targets::{Hosts, Target};
use crate::base::Address;
use crate::kind::{Catalog, WriteSessions};

/// What applying and resuming need from outside.
#[derive(Clone)]
pub struct Surroundings {
    /// All kinds.
    pub catalog: Catalog,
    /// Opens sessions.
    pub sessions: Arc<dyn WriteSessions>,
    /// The targets that exist.
    pub targets: BTreeMap<Address, Target>,
    /// Works out the settings of those that are made.
    pub hosts: Arc<dyn Hosts>,
    /// Finds the texts of secrets.
    pub secrets: Arc<dyn SecretResolver>,
    /// The state.
    pub ledger: Arc<dyn Ledger>,
    /// Hears what happens.
    pub progress: Arc<dyn Progress>,
    /// Raised to stop: what is in flight is finished, nothing more is begun. The futures of
    /// [`apply`](super::apply()) and [`resume`](super::resume()) must not be dropped instead: that
    /// would abandon calls in flight.
    pub stop: watch::Receiver<bool>,
}

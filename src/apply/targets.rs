//! Targets that can be connected to: those that were there before, and those made in this run.
//!
//! A session is opened at the first step that needs it. How it logs in is its provider's business.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use super::context::Context;
use super::failure::{NOT_KNOWN, call_failed};
use super::outputs::Made;
use crate::base::lock::lock;
use crate::base::{Address, Diagnostic, Secret, Value};
use crate::kind::{Api, Descriptor, KnownTarget, Reader, Writer};

/// A target that was there before: its settings may refer to objects of other targets, and name
/// secrets by their sources.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its API.
    pub api: Api,
    /// What its kind's `settings` worked out.
    pub settings: Value,
}

/// Works out the settings of targets that are made in a run.
pub trait Hosts: Send + Sync {
    /// The settings of the target that `kind`'s object at `address` is: as its kind declares
    /// them, unless it is played by the sandbox.
    fn settings(
        &self,
        kind: &'static Descriptor,
        _address: &Address,
        spec: &Value,
        live: &Value,
        shown: &Value,
    ) -> Value {
        (kind.settings)(spec, live, shown)
    }
}

/// Targets as their kinds declare them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Declared;

impl Hosts for Declared {}

/// An open session.
#[derive(Clone)]
pub(super) struct Session {
    /// To read.
    pub(super) reader: Arc<dyn Reader>,
    /// To write.
    pub(super) writer: Arc<dyn Writer>,
}

/// One target and what is open of it.
#[derive(Clone)]
struct Cell {
    target: Target,
    known: Arc<OnceCell<KnownTarget>>,
    session: Arc<OnceCell<Session>>,
}

/// The targets of a run.
#[derive(Default)]
pub(super) struct Targets(Mutex<BTreeMap<Address, Cell>>);

impl Targets {
    /// The targets that were there before.
    pub(super) fn new(known: BTreeMap<Address, Target>) -> Self {
        let targets = Self::default();
        for (address, target) in known {
            targets.put(&address, target);
        }
        targets
    }

    /// Keeps a target that is there now, in the place of any other at its address.
    pub(super) fn put(&self, address: &Address, target: Target) {
        let cell = Cell {
            target,
            known: Arc::default(),
            session: Arc::default(),
        };
        lock(&self.0).insert(address.clone(), cell);
    }

    /// The targets of an API.
    pub(super) fn of(&self, api: Api) -> Vec<Address> {
        let targets = lock(&self.0);
        let of = targets.iter().filter(|(_, cell)| cell.target.api == api);
        of.map(|(address, _)| address.clone()).collect()
    }

    fn cell(&self, address: &Address) -> Option<Cell> {
        lock(&self.0).get(address).cloned()
    }
}

impl Context {
    /// The settings of a target, everything in them resolved.
    pub(super) fn target<'a>(
        &'a self,
        address: &'a Address,
    ) -> BoxFuture<'a, Result<KnownTarget, Diagnostic>> {
        Box::pin(async move {
            let cell = self.targets.cell(address).ok_or_else(|| absent(address))?;
            let Target { api, settings } = cell.target;
            let known = cell.known.get_or_try_init(|| async {
                let settings = self.resolve(address, settings).await?;
                Ok::<_, Diagnostic>(KnownTarget {
                    address: address.clone(),
                    api,
                    settings,
                })
            });
            known.await.cloned()
        })
    }

    /// The session of a target, opened if it is not open yet.
    pub(super) async fn session(&self, address: &Address) -> Result<Session, Diagnostic> {
        let cell = self.targets.cell(address).ok_or_else(|| absent(address))?;
        let opened = cell.session.get_or_try_init(|| async {
            let target = self.target(address).await?;
            let failed = |error| call_failed("connect to", address, &error);
            Ok::<_, Diagnostic>(Session {
                reader: self
                    .sessions
                    .reads()
                    .reader(&target)
                    .await
                    .map_err(failed)?,
                writer: self.sessions.writer(&target).await.map_err(failed)?,
            })
        });
        opened.await.cloned()
    }

    /// Makes the account at `address` reachable though no document declares it: a tenant that was
    /// made in it outlives its document.
    pub(super) fn find_account(&self, address: &Address) {
        let host = self.catalog.host(Api::Cloud);
        let Some(kind) = host.filter(|kind| kind.name == address.kind()) else {
            return;
        };
        if self.targets.cell(address).is_none() {
            let nothing = Value::Null;
            let settings = self
                .hosts
                .settings(kind, address, &nothing, &nothing, &nothing);
            let api = Api::Cloud;
            self.targets.put(address, Target { api, settings });
        }
    }

    /// Makes a target of an object that was created, if it is one: what lives in it can be
    /// reached from now on. `shown` is what its creation showed once.
    pub(super) fn open_target(
        &self,
        address: &Address,
        spec: &Value,
        made: &Made,
        shown: &BTreeMap<String, Secret>,
    ) {
        let Some(api) = made.kind.hosts else { return };
        let shown = made.kind.shown(shown.clone());
        let hosts = &self.hosts;
        let settings = hosts.settings(made.kind, address, spec, &made.value, &shown);
        self.targets.put(address, Target { api, settings });
    }
}

fn absent(address: &Address) -> Diagnostic {
    Diagnostic::error(
        NOT_KNOWN,
        format!("`{address}` cannot be reached: it is not there"),
    )
    .about(address)
    .hint("run `tenantry plan` to see where it stands")
}

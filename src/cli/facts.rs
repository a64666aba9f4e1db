//! What only the command line knows, told to the planner and to apply: the texts of secrets,
//! stored credentials, and where targets really are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::played::Played;
use super::secrets::Secrets;
use crate::apply::{Hosts, SecretResolver};
use crate::base::lock::lock;
use crate::base::{Address, Secret, SecretSource, Value};
use crate::kind::{Api, Descriptor};
use crate::plan;
use crate::state::{Access, Credentials};

/// Facts of one run.
pub(super) struct Facts<'a> {
    secrets: &'a Secrets,
    played: Option<&'a Played>,
    credentials: Option<&'a Credentials>,
    found: Mutex<BTreeMap<Address, (Api, Value)>>,
}

impl<'a> Facts<'a> {
    /// Facts with the stored credentials of `access`, if they are open.
    pub(super) fn new(
        secrets: &'a Secrets,
        played: Option<&'a Played>,
        access: &'a Access,
    ) -> Self {
        Self {
            secrets,
            played,
            credentials: match access {
                Access::Open(credentials) => Some(credentials),
                Access::New | Access::Closed(_) => None,
            },
            found: Mutex::default(),
        }
    }

    /// The targets whose settings were asked for, as far as they are there.
    pub(super) fn targets(&self) -> BTreeMap<Address, (Api, Value)> {
        lock(&self.found).clone()
    }
}

impl plan::Facts for Facts<'_> {
    fn secret(&self, source: &SecretSource) -> Option<Secret> {
        self.secrets.text(source).ok()
    }

    fn shown(&self, address: &Address) -> BTreeMap<String, Secret> {
        let Some(credentials) = self.credentials else {
            return BTreeMap::new();
        };
        let names = credentials.outputs(address);
        names
            .filter_map(|name| Some((name.to_owned(), credentials.secret(address, name)?.clone())))
            .collect()
    }

    fn settings(
        &self,
        kind: &'static Descriptor,
        address: &Address,
        spec: &Value,
        live: &Value,
        shown: &Value,
    ) -> Value {
        let settings = match self.played {
            Some(played) => played.settings(kind, address, spec, live, shown),
            None => (kind.settings)(spec, live, shown),
        };
        if let (Some(api), true) = (kind.hosts, settings != Value::Null) {
            lock(&self.found).insert(address.clone(), (api, settings.clone()));
        }
        settings
    }
}

/// Where targets really are that apply makes.
pub(super) struct Whereabouts(pub(super) Option<Arc<Played>>);

impl Hosts for Whereabouts {
    fn settings(
        &self,
        kind: &'static Descriptor,
        address: &Address,
        spec: &Value,
        live: &Value,
        shown: &Value,
    ) -> Value {
        match &self.0 {
            Some(played) => played.settings(kind, address, spec, live, shown),
            None => (kind.settings)(spec, live, shown),
        }
    }
}

/// The texts of secrets, for apply.
pub(super) struct Resolver(pub(super) Arc<Secrets>);

#[async_trait]
impl SecretResolver for Resolver {
    async fn text(&self, source: &SecretSource) -> Result<Secret, String> {
        let (secrets, source) = (Arc::clone(&self.0), source.clone());
        let asked = tokio::task::spawn_blocking(move || secrets.text(&source));
        asked
            .await
            .unwrap_or_else(|_| Err("could not be asked".to_owned()))
    }
}

/// Asks for every source in `documents` at once, so that commands do not wait for each other
/// later, and none is run while servers are.
pub(super) async fn gather(secrets: Arc<Secrets>, bodies: Vec<Value>) {
    let mut sources = std::collections::BTreeSet::new();
    for body in bodies {
        body.leaves(&mut |_, leaf| {
            if let Value::Secret(hidden) = leaf
                && let Some(source) = &hidden.source
                && !matches!(source, SecretSource::Output(..))
            {
                sources.insert(source.clone());
            }
        });
    }
    let asked = sources.into_iter().map(|source| {
        let secrets = Arc::clone(&secrets);
        tokio::task::spawn_blocking(move || drop(secrets.text(&source)))
    });
    futures_util::future::join_all(asked).await;
}

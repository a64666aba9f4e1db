//! The sandbox of a run: every account, every tenant with a connection and every cluster of the
//! manifests is played by it, each by one of its own.
//!
//! What the manifests say of addresses and credentials is not used; limits are kept only where
//! they are written.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::args::{Edition, Place as Args, SandboxFlag};
use super::outcome::Failure;
use super::place::Place;
use super::running::Running;
use super::sandbox::faults;
use crate::base::lock::lock;
use crate::base::text::hex;
use crate::base::{Address, FingerprintKey, Hidden, Secret, Value};
use crate::http::Settings;
use crate::kind::{Api, Descriptor};
use crate::sandbox::control::{Access, Wish};
use crate::sandbox::{BUILDERS, Options, Sandbox};

/// The account that clusters are logged in to where the manifests name none.
const UID: &str = "bootstrapuser";

/// Who plays.
enum Stage {
    /// This process.
    Embedded(Sandbox),
    /// Another one.
    Running(Running),
}

/// The sandbox of a run.
pub(super) struct Played {
    stage: Stage,
    key: FingerprintKey,
    edition: &'static str,
    /// What to read in the place of a spec.
    specs: Mutex<BTreeMap<Address, BTreeMap<String, Value>>>,
}

impl Played {
    /// Opens the world that is kept at `place` and listens, or finds the sandbox that runs.
    pub(super) async fn start(
        args: &Args,
        place: &Place,
        network: Settings,
    ) -> Result<Self, Failure> {
        let rules = faults(&args.played.fault)?;
        let (stage, key) = if let Some(SandboxFlag::At(url)) = &args.sandbox {
            let running = Running::find(url, network)?;
            let key = running.key().await?;
            (Stage::Running(running), key)
        } else {
            let options = Options {
                listen: None,
                folder: Some(place.folder.path().to_owned()),
            };
            let sandbox = Sandbox::start(&options, BUILDERS).await?;
            let key = sandbox.with(|world| {
                for rule in rules {
                    world.faults.add(rule);
                }
                world.own_key()
            })?;
            (Stage::Embedded(sandbox), key)
        };
        Ok(Self {
            stage,
            key: made_of(&key),
            edition: match args.played.dcos {
                Edition::Enterprise => "enterprise",
                Edition::Open => "open",
            },
            specs: Mutex::default(),
        })
    }

    /// The sandbox's own key, from which secrets that are not set are made up.
    pub(super) fn key(&self) -> &FingerprintKey {
        &self.key
    }

    /// Ends it, if it is ours.
    pub(super) async fn stop(self) {
        if let Stage::Embedded(sandbox) = self.stage {
            sandbox.stop().await;
        }
    }

    /// Makes sure that the target at `address` is there, if it is one that is played.
    pub(super) async fn play(
        &self,
        api: Api,
        address: &Address,
        spec: &Value,
    ) -> Result<(), Failure> {
        if lock(&self.specs).contains_key(address) {
            return Ok(());
        }
        let wish = self.wish(api, address.name(), spec);
        let access = match &self.stage {
            Stage::Embedded(sandbox) => sandbox.with(|world| world.fulfil(&wish))?,
            Stage::Running(running) => running.fulfil(&wish).await?,
        };
        lock(&self.specs).insert(address.clone(), as_spec(&wish, access));
        Ok(())
    }

    /// The settings of a target as it is played.
    pub(super) fn settings(
        &self,
        kind: &'static Descriptor,
        address: &Address,
        spec: &Value,
        live: &Value,
        shown: &Value,
    ) -> Value {
        if kind.hosts.is_none() {
            return (kind.settings)(spec, live, shown);
        }
        // One that a played account made says itself where it is.
        let played = lock(&self.specs).get(address).cloned();
        let mut played = played.unwrap_or_default();
        let limits = spec.get("limits").cloned().unwrap_or_else(unlimited);
        played.insert("limits".into(), limits);
        let is_stored = shown.as_map().is_some_and(|shown| !shown.is_empty());
        let written = if !is_stored && *live != Value::Null {
            credentials(kind, spec)
        } else {
            shown.clone()
        };
        (kind.settings)(&Value::Map(played), live, &written)
    }

    fn wish(&self, api: Api, name: &str, spec: &Value) -> Wish {
        let connection = spec.get("connection");
        let written = |field: &str| connection?.get(field)?.as_text().map(str::to_owned);
        let name = name.to_owned();
        match api {
            Api::Cloud => Wish::Account {
                token: self.made_up(&format!("token of account/{name}")),
                name,
            },
            Api::Logto => Wish::Tenant {
                tenant_id: written("tenantId"),
                resource: written("resource"),
                client_id: written("clientId"),
                client_secret: self.made_up(&format!("client of tenant/{name}")),
                name,
            },
            Api::Dcos => {
                let login = connection.and_then(|connection| connection.get("login"));
                let uid = login
                    .and_then(|login| login.get("uid"))
                    .and_then(Value::as_text);
                Wish::Cluster {
                    edition: self.edition.to_owned(),
                    uid: uid.unwrap_or(UID).to_owned(),
                    password: self.made_up(&format!("login of cluster/{name}")),
                    name,
                }
            }
        }
    }

    /// A credential of the sandbox: the same on every run.
    fn made_up(&self, what: &str) -> String {
        hex(&self.key.derive(what)[..16])
    }
}

/// What a manifest would say of a target that is reached so.
fn as_spec(wish: &Wish, access: Access) -> BTreeMap<String, Value> {
    let Access {
        endpoint,
        tenant_id,
        resource,
        token_endpoint,
        login,
        secret,
    } = access;
    let secret = Value::Secret(Hidden {
        text: Some(Secret::new(secret)),
        ..Hidden::default()
    });
    let text = |text: Option<String>| text.map_or(Value::Null, Value::Text);
    let map = |pairs: Vec<(&str, Value)>| {
        Value::Map(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    };
    let spec = match wish {
        Wish::Account { .. } => map(vec![
            ("endpoint", Value::Text(endpoint)),
            ("token", secret),
            // Nothing comes late here.
            ("markerWait", Value::Number(0.into())),
        ]),
        Wish::Tenant { .. } => map(vec![(
            "connection",
            map(vec![
                ("endpoint", Value::Text(endpoint)),
                ("tenantId", text(tenant_id)),
                ("resource", text(resource)),
                ("tokenEndpoint", text(token_endpoint)),
                ("clientId", text(login)),
                ("clientSecret", secret),
            ]),
        )]),
        Wish::Cluster { .. } => {
            let login = map(vec![("uid", text(login)), ("password", secret)]);
            let connection = map(vec![("url", Value::Text(endpoint)), ("login", login)]);
            map(vec![("connection", connection)])
        }
    };
    match spec {
        Value::Map(spec) => spec,
        _ => BTreeMap::new(),
    }
}

/// What is written of the credentials of a target that an account shows: they are those of the
/// played one, which alone is asked with them.
fn credentials(kind: &Descriptor, spec: &Value) -> Value {
    let connection = spec.get("connection");
    let written = |name: &str| Some((name.to_owned(), connection?.get(name)?.clone()));
    let names = kind.shown_once.iter();
    let written: BTreeMap<_, _> = names.filter_map(|(name, _)| written(name)).collect();
    if written.is_empty() {
        return Value::Null;
    }
    Value::Map(written)
}

/// The sandbox bears any rate.
fn unlimited() -> Value {
    let much = || Value::Number(1_000_000.into());
    Value::Map(BTreeMap::from([
        ("rate".into(), much()),
        ("burst".into(), much()),
    ]))
}

/// The key that a text stands for.
fn made_of(text: &str) -> FingerprintKey {
    let mut bytes = [0; 32];
    bytes
        .iter_mut()
        .zip(text.bytes())
        .for_each(|(byte, of)| *byte = of);
    FingerprintKey::new(&bytes)
}

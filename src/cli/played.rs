//! The embedded sandbox of a run: every account, every tenant with a connection and every cluster
//! of the manifests is played by it, each by one of its own.
//!
//! What the manifests say of addresses and credentials is not used; limits are kept only where
//! they are written.

use std::collections::BTreeMap;

use super::args::Played as Args;
use super::outcome::Failure;
use super::place::Place;
use super::sandbox::{edition, faults};
use crate::base::{Address, Diagnostic, FingerprintKey, Hidden, Secret, Value};
use crate::kind::{Api, Descriptor};
use crate::sandbox::dcos::Edition;
use crate::sandbox::declared::TenantWish;
use crate::sandbox::{BUILDERS, Options, Sandbox, World, random};

/// The world's fact that holds the sandbox's own key.
const KEY: &str = "key";
/// The account that clusters are logged in to where the manifests name none.
const UID: &str = "bootstrapuser";

/// A running embedded sandbox.
pub(super) struct Played {
    sandbox: Sandbox,
    key: FingerprintKey,
    edition: Edition,
}

impl Played {
    /// Opens the world that is kept at `place`, and listens.
    pub(super) async fn start(args: &Args, place: &Place) -> Result<Self, Failure> {
        let rules = faults(&args.fault)?;
        let options = Options {
            listen: None,
            folder: Some(place.folder.path().to_owned()),
        };
        let sandbox = Sandbox::start(&options, BUILDERS).await?;
        let key = sandbox.with(|world| {
            for rule in rules {
                world.faults.add(rule);
            }
            key(world)
        })?;
        Ok(Self {
            sandbox,
            key,
            edition: edition(args.dcos),
        })
    }

    /// The sandbox's own key, from which secrets that are not set are made up.
    pub(super) fn key(&self) -> &FingerprintKey {
        &self.key
    }

    /// Takes no more requests and ends.
    pub(super) async fn stop(self) {
        self.sandbox.stop().await;
    }

    /// The settings of a target as it is played.
    pub(super) fn settings(
        &self,
        kind: &'static Descriptor,
        address: &Address,
        spec: &Value,
        live: &Value,
        shown: &Value,
    ) -> Result<Value, Box<Diagnostic>> {
        let played = match kind.hosts {
            Some(Api::Cloud) => self.account(address.name())?,
            Some(Api::Dcos) => self.cluster(address.name(), spec)?,
            Some(Api::Logto) if live == &Value::Null => self.tenant(address.name(), spec)?,
            // Made by a played account: the live tenant says where it is.
            Some(Api::Logto) => BTreeMap::new(),
            None => return Ok((kind.settings)(spec, live, shown)),
        };
        let limits = spec.get("limits").cloned().unwrap_or_else(unlimited);
        let mut spec = played;
        spec.insert("limits".into(), limits);
        Ok((kind.settings)(&Value::Map(spec), live, shown))
    }

    fn account(&self, name: &str) -> Result<BTreeMap<String, Value>, Box<Diagnostic>> {
        let token = self.made_up(&format!("token of account/{name}"));
        let access = self
            .sandbox
            .with(|world| world.ensure_account(name, &token))?;
        Ok(BTreeMap::from([
            ("endpoint".into(), Value::Text(access.endpoint)),
            ("token".into(), secret(access.token)),
            // Nothing comes late here.
            ("markerWait".into(), Value::Number(0.into())),
        ]))
    }

    fn tenant(&self, name: &str, spec: &Value) -> Result<BTreeMap<String, Value>, Box<Diagnostic>> {
        let written = |field: &str| {
            let connection = spec.get("connection")?;
            connection.get(field)?.as_text().map(str::to_owned)
        };
        let wish = TenantWish {
            tenant_id: written("tenantId"),
            resource: written("resource"),
            client_id: written("clientId"),
            client_secret: Some(self.made_up(&format!("client of tenant/{name}"))),
        };
        let access = self
            .sandbox
            .with(|world| world.ensure_tenant(name, &wish))?;
        let connection = BTreeMap::from([
            ("endpoint".into(), Value::Text(access.endpoint)),
            ("tenantId".into(), Value::Text(access.tenant)),
            ("resource".into(), Value::Text(access.resource)),
            ("tokenEndpoint".into(), Value::Text(access.token_endpoint)),
            ("clientId".into(), Value::Text(access.client_id)),
            ("clientSecret".into(), secret(access.client_secret)),
        ]);
        Ok(BTreeMap::from([(
            "connection".into(),
            Value::Map(connection),
        )]))
    }

    fn cluster(
        &self,
        name: &str,
        spec: &Value,
    ) -> Result<BTreeMap<String, Value>, Box<Diagnostic>> {
        let login = spec
            .get("connection")
            .and_then(|connection| connection.get("login"));
        let uid = login
            .and_then(|login| login.get("uid"))
            .and_then(Value::as_text);
        let password = self.made_up(&format!("login of cluster/{name}"));
        let access = self.sandbox.with(|world| {
            world.ensure_cluster(name, self.edition, uid.unwrap_or(UID), &password)
        })?;
        let login = BTreeMap::from([
            ("uid".into(), Value::Text(access.uid)),
            ("password".into(), secret(access.password)),
        ]);
        let connection = BTreeMap::from([
            ("url".into(), Value::Text(access.url)),
            ("login".into(), Value::Map(login)),
        ]);
        Ok(BTreeMap::from([(
            "connection".into(),
            Value::Map(connection),
        )]))
    }

    /// A credential of the sandbox: the same on every run.
    fn made_up(&self, what: &str) -> String {
        let bytes = self.key.derive(what);
        bytes[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .concat()
    }
}

fn secret(text: String) -> Value {
    Value::Secret(Hidden {
        text: Some(Secret::new(text)),
        ..Hidden::default()
    })
}

/// The sandbox bears any rate.
fn unlimited() -> Value {
    let much = || Value::Number(1_000_000.into());
    Value::Map(BTreeMap::from([
        ("rate".into(), much()),
        ("burst".into(), much()),
    ]))
}

/// The sandbox's own key: made with the world, and kept in it.
fn key(world: &mut World) -> Result<FingerprintKey, Box<Diagnostic>> {
    let kept = world
        .fact(KEY)
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned);
    let is_new = kept.is_none();
    let text = kept.unwrap_or_else(|| random::base62(43));
    if is_new {
        world.set_fact(KEY, text.as_str().into())?;
    }
    let mut bytes = [0; 32];
    let taken = text.bytes().chain(std::iter::repeat(0));
    bytes
        .iter_mut()
        .zip(taken)
        .for_each(|(byte, of)| *byte = of);
    Ok(FingerprintKey::new(&bytes))
}

//! One target for each account, tenant and cluster that is declared, and how to reach it.

use serde_json::{Map, Value, json};

use super::dcos::Edition;
use super::emulation::TargetKind;
use super::logto::settings::{ClientPlace, Settings};
use super::random;
use super::world::World;
use crate::base::diagnostic::Diagnostic;

/// How to reach an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountAccess {
    /// The Cloud API's endpoint.
    pub endpoint: String,
    /// The personal access token.
    pub token: String,
}

/// How to reach a tenant's Management API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantAccess {
    /// The tenant's id, as in `tenantId` of its rows.
    pub tenant: String,
    /// The endpoint, without `/api`.
    pub endpoint: String,
    /// The indicator to ask a token for.
    pub resource: String,
    /// Where to ask.
    pub token_endpoint: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
}

/// How to reach a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterAccess {
    /// The cluster's URL.
    pub url: String,
    /// The account to log in with.
    pub uid: String,
    /// Its password.
    pub password: String,
}

/// What is asked of a tenant; what is not said stays, or is made up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantWish {
    /// The tenant's id; `default` if not said.
    pub tenant_id: Option<String>,
    /// The Management API's indicator; `https://ID.logto.app/api` if not said.
    pub resource: Option<String>,
    /// The client's id. `m-default` is the seeded one, which lives in the admin tenant; any other
    /// is an application in this tenant, and can be locked out.
    pub client_id: Option<String>,
    /// The client's secret.
    pub client_secret: Option<String>,
}

fn map(pairs: &[(&str, Value)]) -> Map<String, Value> {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    pairs.collect()
}

impl World {
    /// The account of that name, with that token; made if it is not there.
    pub fn ensure_account(
        &mut self,
        name: &str,
        token: &str,
    ) -> Result<AccountAccess, Box<Diagnostic>> {
        let prefix = prefix(TargetKind::Cloud, name);
        self.ensure(&prefix, &map(&[("token", json!(token))]))?;
        Ok(AccountAccess {
            endpoint: self.seen_at(&prefix),
            token: token.to_owned(),
        })
    }

    /// The tenant of that name, with a client as wished; made if it is not there.
    pub fn ensure_tenant(
        &mut self,
        name: &str,
        wish: &TenantWish,
    ) -> Result<TenantAccess, Box<Diagnostic>> {
        let prefix = prefix(TargetKind::Logto, name);
        let kept = self.settings(&prefix).map(Settings::from_map);
        let settings = wished(kept, wish);
        self.ensure(&prefix, &settings.to_map())?;
        Ok(self.tenant_access(&prefix, &settings))
    }

    /// The cluster of that name, of that edition and with that account; made if it is not there.
    pub fn ensure_cluster(
        &mut self,
        name: &str,
        edition: Edition,
        uid: &str,
        password: &str,
    ) -> Result<ClusterAccess, Box<Diagnostic>> {
        let prefix = prefix(TargetKind::Dcos, name);
        let settings = [
            ("edition", json!(edition.name())),
            ("uid", json!(uid)),
            ("password", json!(password)),
        ];
        self.ensure(&prefix, &map(&settings))?;
        Ok(ClusterAccess {
            url: self.seen_at(&prefix),
            uid: uid.to_owned(),
            password: password.to_owned(),
        })
    }

    /// What a sandbox that stands alone begins with: an account, a self-hosted tenant `default`
    /// and a cluster, with throw-away credentials. What is there already stays.
    pub fn ensure_defaults(&mut self, edition: Edition) -> Result<(), Box<Diagnostic>> {
        let missing = |world: &Self, kind| world.of_kind(kind).is_empty();
        if missing(self, TargetKind::Cloud) {
            self.ensure_account("main", &format!("pat_{}", random::base62(32)))?;
        }
        if missing(self, TargetKind::Logto) {
            self.ensure_tenant("default", &TenantWish::default())?;
        }
        if missing(self, TargetKind::Dcos) {
            self.ensure_cluster("main", edition, "bootstrapuser", &random::base62(20))?;
        }
        Ok(())
    }

    /// The one line of JSON that a sandbox prints: how to reach what is in it.
    pub fn facts(&self) -> Value {
        let text = |settings: &Map<String, Value>, name: &str| {
            settings.get(name).cloned().unwrap_or_default()
        };
        let cloud = self.of_kind(TargetKind::Cloud).into_iter().next();
        let cloud = cloud.map(|(prefix, settings)| {
            json!({"endpoint": self.seen_at(prefix), "token": text(settings, "token")})
        });
        let tenants = self
            .of_kind(TargetKind::Logto)
            .into_iter()
            .map(|(prefix, settings)| {
                let settings = Settings::from_map(settings);
                (self.tenant_access(prefix, &settings), settings)
            });
        // Tenants that the Cloud made are the account's: their secrets were shown once.
        let declared = tenants.filter(|(_, settings)| settings.resource.is_some());
        let logto = declared.map(|(access, _)| {
            json!({
                "tenant": access.tenant, "endpoint": access.endpoint,
                "resource": access.resource, "token_endpoint": access.token_endpoint,
                "client_id": access.client_id, "client_secret": access.client_secret,
            })
        });
        let logto: Vec<_> = logto.collect();
        let dcos = self.of_kind(TargetKind::Dcos).into_iter().next();
        let dcos = dcos.map(|(prefix, settings)| {
            json!({
                "url": self.seen_at(prefix), "uid": text(settings, "uid"),
                "password": text(settings, "password"),
            })
        });
        json!({"cloud": cloud, "logto": logto, "dcos": dcos})
    }

    fn of_kind(&self, kind: TargetKind) -> Vec<(&str, &Map<String, Value>)> {
        let prefixes = self
            .prefixes()
            .filter(|prefix| TargetKind::of(prefix) == Some(kind));
        prefixes
            .filter_map(|prefix| Some((prefix, self.settings(prefix)?)))
            .collect()
    }

    fn seen_at(&self, prefix: &str) -> String {
        format!("{}/{prefix}", self.base())
    }

    fn tenant_access(&self, prefix: &str, settings: &Settings) -> TenantAccess {
        let endpoint = self.seen_at(prefix);
        let own = format!("{endpoint}/api");
        TenantAccess {
            tenant: settings.id.clone(),
            resource: settings.resource.clone().unwrap_or(own),
            token_endpoint: format!("{endpoint}/oidc/token"),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            endpoint,
        }
    }
}

fn prefix(kind: TargetKind, name: &str) -> String {
    format!("{}/{name}", kind.word())
}

fn wished(kept: Option<Settings>, wish: &TenantWish) -> Settings {
    let TenantWish {
        tenant_id,
        resource,
        client_id,
        client_secret,
    } = wish;
    let mut settings = kept.unwrap_or_else(Settings::self_hosted);
    if let Some(id) = tenant_id {
        settings.id.clone_from(id);
        settings.resource = Some(format!("https://{id}.logto.app/api"));
    }
    if resource.is_some() {
        settings.resource.clone_from(resource);
    }
    if let Some(id) = client_id {
        settings.client_id.clone_from(id);
        if id != "m-default" {
            settings.client_place = ClientPlace::Application;
            "Management client".clone_into(&mut settings.client_name);
        }
    }
    if let Some(secret) = client_secret {
        settings.client_secret.clone_from(secret);
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{BUILDERS, Request};

    fn token(world: &mut World, access: &TenantAccess) -> (u16, Value) {
        let TenantAccess {
            resource,
            client_id,
            client_secret,
            token_endpoint,
            ..
        } = access;
        let path = token_endpoint
            .strip_prefix(world.base())
            .unwrap()
            .to_owned();
        let mut request = Request::new("POST", &path);
        let form = "grant_type=client_credentials&scope=all";
        request.body = format!(
            "{form}&resource={resource}&client_id={client_id}&client_secret={client_secret}"
        )
        .into_bytes();
        let answer = world.serve(request).answer;
        (answer.status, answer.as_json().unwrap())
    }

    #[test]
    fn the_facts_of_a_new_sandbox_name_one_of_each() {
        let mut world = World::in_memory(BUILDERS);
        world.ensure_defaults(Edition::Enterprise).unwrap();
        let facts = world.facts();
        assert_eq!(facts["cloud"]["endpoint"], "http://sandbox.test/cloud/main");
        assert_eq!(facts["logto"][0]["tenant"], "default");
        assert_eq!(
            facts["logto"][0]["resource"],
            "https://default.logto.app/api"
        );
        assert_eq!(facts["logto"].as_array().map(Vec::len), Some(1));
        assert_eq!(facts["dcos"]["uid"], "bootstrapuser");
        world.ensure_defaults(Edition::Enterprise).unwrap();
        assert_eq!(world.facts(), facts);
    }

    #[test]
    fn a_wished_client_is_an_application_and_can_be_locked_out() {
        let mut world = World::in_memory(BUILDERS);
        let wish = TenantWish {
            client_id: Some("mine".to_owned()),
            client_secret: Some("s1".to_owned()),
            ..TenantWish::default()
        };
        let access = world.ensure_tenant("acme", &wish).unwrap();
        assert_eq!(token(&mut world, &access).1["scope"], "all");
        let tables = world.target("t/acme").unwrap().tables();
        tables.delete_where("applications_roles", |_, _| true);
        let (status, body) = token(&mut world, &access);
        assert!(status == 200 && body.get("scope").is_none(), "{body}");
        // Asking for the same again does not mend it.
        world.ensure_tenant("acme", &wish).unwrap();
        assert!(token(&mut world, &access).1.get("scope").is_none());
        world
            .target("t/acme")
            .unwrap()
            .tables()
            .delete("applications", "mine");
        assert_eq!(token(&mut world, &access).0, 400);
    }

    #[test]
    fn another_client_is_added_when_it_is_wished() {
        let mut world = World::in_memory(BUILDERS);
        world.ensure_tenant("acme", &TenantWish::default()).unwrap();
        let wish = TenantWish {
            client_id: Some("other".to_owned()),
            client_secret: Some("s2".to_owned()),
            ..TenantWish::default()
        };
        let access = world.ensure_tenant("acme", &wish).unwrap();
        assert_eq!(token(&mut world, &access).1["scope"], "all");
    }

    #[test]
    fn an_account_takes_the_token_that_is_wished_last() {
        let mut world = World::in_memory(BUILDERS);
        for token in ["one", "two"] {
            let access = world.ensure_account("main", token).unwrap();
            let bearer = format!("Bearer {}", access.token);
            let request = Request::new("GET", "/cloud/main/api/tenants");
            let answer = world
                .serve(request.with_header("authorization", &bearer))
                .answer;
            assert_eq!(answer.status, 200);
        }
    }
}

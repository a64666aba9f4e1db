//! One sandbox, one target, and the sessions that reach it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tenantry::base::{Address, Known, Value};
use tenantry::cli::providers::CATALOG;
use tenantry::cli::sessions::Sessions;
use tenantry::http::Settings;
use tenantry::http::retry::Patience;
use tenantry::kind::{
    Api, Call, Descriptor, EdgeCall, EdgeKey, EdgeQuery, KnownTarget, Live, ReadSessions as _,
    Reader, Relation, RemoteError, Wanted, WriteSessions as _, Writer,
};
use tenantry::sandbox::dcos::Edition;
use tenantry::sandbox::declared::TenantWish;
use tenantry::sandbox::fault::Rule;
use tenantry::sandbox::{BUILDERS, Options, Sandbox};

/// A target of a sandbox, and how it is reached.
pub(super) struct Bench {
    pub(super) sandbox: Sandbox,
    pub(super) sessions: Sessions,
    pub(super) target: KnownTarget,
    prefix: &'static str,
}

/// The password that benches log in to clusters with.
pub(super) const PASSWORD: &str = "correct-horse";

fn sessions() -> Sessions {
    let patience = Patience {
        base: Duration::from_millis(2),
        longest: Duration::from_millis(10),
        ..Patience::default()
    };
    let settings = Settings {
        patience,
        ..Settings::default()
    };
    Sessions::new(settings).expect("settings")
}

/// A target with these settings.
pub(super) fn target(address: Address, api: Api, settings: Json) -> KnownTarget {
    let settings = Known::new(Value::from(settings)).expect("known");
    KnownTarget {
        address,
        api,
        settings,
    }
}

async fn sandbox() -> Sandbox {
    let options = Options::default();
    Sandbox::start(&options, BUILDERS).await.expect("a sandbox")
}

impl Bench {
    /// A self-hosted tenant as it is seeded.
    pub(super) async fn tenant() -> Self {
        let sandbox = sandbox().await;
        let wish = TenantWish::default();
        let access = sandbox.with(|world| world.ensure_tenant("acme", &wish));
        let access = access.expect("a tenant");
        let settings = json!({
            "endpoint": access.endpoint, "resource": access.resource,
            "tokenEndpoint": access.token_endpoint, "clientId": access.client_id,
            "clientSecret": access.client_secret,
        });
        Self {
            sandbox,
            sessions: sessions(),
            target: target(Address::top("tenant", "acme"), Api::Logto, settings),
            prefix: "t/acme",
        }
    }

    /// A cluster.
    pub(super) async fn cluster(edition: Edition) -> Self {
        let sandbox = sandbox().await;
        let made = |world: &mut tenantry::sandbox::World| {
            world.ensure_cluster("prod", edition, "admin", PASSWORD)
        };
        let access = sandbox.with(made).expect("a cluster");
        let login = json!({"uid": access.uid, "password": access.password});
        let settings = json!({"url": access.url, "login": login});
        Self {
            sandbox,
            sessions: sessions(),
            target: target(Address::top("cluster", "prod"), Api::Dcos, settings),
            prefix: "c/prod",
        }
    }

    /// A Cloud account.
    pub(super) async fn account() -> Self {
        let sandbox = sandbox().await;
        let access = sandbox.with(|world| world.ensure_account("main", "pat_main"));
        let access = access.expect("an account");
        let settings = json!({"endpoint": access.endpoint, "token": access.token});
        Self {
            sandbox,
            sessions: sessions(),
            target: target(Address::top("account", "main"), Api::Cloud, settings),
            prefix: "cloud/main",
        }
    }

    /// Another session of the same target, with these settings laid over its own.
    pub(super) fn with_settings(&mut self, settings: Json) {
        let Value::Map(mut all) = self.target.settings.value().clone() else {
            panic!("settings are a mapping");
        };
        if let Value::Map(other) = Value::from(settings) {
            all.extend(other);
        }
        self.target.settings = Known::new(Value::Map(all)).expect("known");
        self.sessions = sessions();
    }

    pub(super) fn kind(&self, name: &str) -> &'static Descriptor {
        CATALOG.named(self.target.api, name).expect("a kind")
    }

    pub(super) fn relation(&self, kind: &str, field: &str) -> &'static Relation {
        self.kind(kind).relation(field).expect("a relation")
    }

    pub(super) async fn reader(&self) -> Arc<dyn Reader> {
        self.sessions.reader(&self.target).await.expect("a reader")
    }

    pub(super) async fn writer(&self) -> Arc<dyn Writer> {
        self.sessions.writer(&self.target).await.expect("a writer")
    }

    /// Puts `rows` (`{TABLE: {ID: ROW}}`) into the target.
    pub(super) fn seed(&self, rows: &Json) {
        let seed = json!({ self.prefix: rows }).to_string();
        self.sandbox
            .with(|world| world.seed("test", &seed))
            .expect("a seed");
    }

    /// From now on, this goes wrong.
    pub(super) fn fault(&self, rule: &str) {
        let rule = Rule::parse(rule).expect("a rule");
        self.sandbox.with(|world| world.faults.add(rule));
    }

    /// The requests since the last time that this was asked, log-ins left out.
    pub(super) fn requests(&self) -> Vec<String> {
        let all = self.all_requests().into_iter();
        all.filter(|line| !is_log_in(line)).collect()
    }

    /// The requests since the last time, log-ins among them.
    pub(super) fn all_requests(&self) -> Vec<String> {
        self.sandbox.with(|world| {
            let lines = world.record.all().map(|seen| {
                let query = seen.query.as_ref().map(|q| format!("?{q}"));
                format!("{} {}{}", seen.method, seen.path, query.unwrap_or_default())
            });
            let lines = lines.collect();
            world.record.clear();
            lines
        })
    }

    pub(super) async fn list(&self, kind: &str) -> Result<Vec<Live>, RemoteError> {
        self.reader().await.list(self.kind(kind), &[]).await
    }

    pub(super) async fn list_wanted(&self, kind: &str, wanted: &[Wanted]) -> Vec<Live> {
        let listed = self.reader().await.list(self.kind(kind), wanted).await;
        listed.expect("a list")
    }

    pub(super) async fn get(&self, kind: &str, id: &str, object: Json) -> Option<Live> {
        let reader = self.reader().await;
        let got = reader.get(self.kind(kind), id, &object.into()).await;
        got.expect("an answer")
    }

    pub(super) async fn create(
        &self,
        kind: &str,
        id: &str,
        object: Json,
    ) -> Result<Live, RemoteError> {
        let object = Known::new(object.into()).expect("known");
        let call = Call {
            kind: self.kind(kind),
            id,
            object: &object,
            fields: &[],
        };
        self.writer().await.create(&call).await
    }

    pub(super) async fn update(
        &self,
        kind: &str,
        id: &str,
        object: Json,
        fields: &[&str],
    ) -> Result<Option<Live>, RemoteError> {
        let object = Known::new(object.into()).expect("known");
        let fields: Vec<_> = fields.iter().map(|field| (*field).to_owned()).collect();
        let call = Call {
            kind: self.kind(kind),
            id,
            object: &object,
            fields: &fields,
        };
        self.writer().await.update(&call).await
    }

    pub(super) async fn delete(
        &self,
        kind: &str,
        id: &str,
        object: Json,
    ) -> Result<(), RemoteError> {
        let object = Known::new(object.into()).expect("known");
        let call = Call {
            kind: self.kind(kind),
            id,
            object: &object,
            fields: &[],
        };
        self.writer().await.delete(&call).await
    }

    /// The edges of these owners; `items` none: all of them.
    pub(super) async fn edges(
        &self,
        (kind, field): (&str, &str),
        owners: &[&str],
        items: Option<&[&str]>,
    ) -> Vec<Vec<EdgeKey>> {
        let items = items.map(|items| items.iter().map(|i| (*i).to_owned()).collect());
        let queries: Vec<_> = owners
            .iter()
            .map(|owner| EdgeQuery {
                owner: (*owner).to_owned(),
                items: Option::<Vec<_>>::clone(&items),
                ..EdgeQuery::default()
            })
            .collect();
        let reader = self.reader().await;
        let read = reader.edges(self.relation(kind, field), &queries).await;
        let mut read = read.expect("edges");
        let of_each = owners
            .iter()
            .map(|owner| read.remove(*owner).expect("an entry"));
        of_each.collect()
    }

    pub(super) async fn attach(
        &self,
        (kind, field): (&str, &str),
        owner: &str,
        edges: &[EdgeKey],
    ) -> Result<(), RemoteError> {
        self.writer()
            .await
            .attach(&self.edge_call(kind, field, owner, edges))
            .await
    }

    pub(super) async fn detach(
        &self,
        (kind, field): (&str, &str),
        owner: &str,
        edges: &[EdgeKey],
    ) -> Result<(), RemoteError> {
        self.writer()
            .await
            .detach(&self.edge_call(kind, field, owner, edges))
            .await
    }

    fn edge_call<'a>(
        &self,
        kind: &str,
        field: &str,
        owner: &'a str,
        edges: &'a [EdgeKey],
    ) -> EdgeCall<'a> {
        EdgeCall {
            live: &[],
            kind: self.kind(kind),
            relation: self.relation(kind, field),
            owner,
            edges,
        }
    }
}

fn is_log_in(line: &str) -> bool {
    line.contains("/oidc/token") || line.contains("/auth/login")
}

/// Edges to these far ends.
pub(super) fn to(ids: &[&str]) -> Vec<EdgeKey> {
    ids.iter().map(|id| vec![(*id).to_owned()]).collect()
}

/// `count` rows, by ids `{start}0000`, …
pub(super) fn rows(start: &str, count: usize, row: impl Fn(usize) -> Json) -> Json {
    let rows = (0..count).map(|n| (format!("{start}{n:04}"), row(n)));
    Json::Object(rows.collect())
}

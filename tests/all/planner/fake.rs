//! A live world held in memory, that counts what it is asked.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value as Json, json};
use tenantry::base::{Address, Diagnostic, FingerprintKey, Secret, SecretSource, Value};
use tenantry::cli::providers::CATALOG;
use tenantry::kind::route::Own;
use tenantry::kind::{
    Descriptor, EdgeKey, EdgeQuery, KnownTarget, Live, ReadSessions, Reader, Relation, RemoteError,
    RemoteKind, Wanted,
};
use tenantry::manifest::{self, Document, Source};
use tenantry::plan::{Facts, Input, Options, Plan, World};
use tenantry::state::Snapshot;

/// What is live, in every target alike: the tests have one of each.
#[derive(Default)]
pub(crate) struct Fake {
    lists: Mutex<BTreeMap<&'static str, Vec<Live>>>,
    edges: Mutex<BTreeMap<(&'static str, String), Vec<EdgeKey>>>,
    not_offered: Mutex<Vec<&'static str>>,
    requests: AtomicU64,
}

impl Fake {
    /// Puts a live object there.
    pub(crate) fn put(&self, kind: &'static str, id: &str, value: Json) {
        let mut lists = self.lists.lock().expect("not poisoned");
        let list = lists.entry(kind).or_default();
        list.retain(|live| live.id != id);
        list.push(Live {
            id: id.to_owned(),
            value: value.into(),
        });
    }

    /// Puts the edges of a relation there.
    pub(crate) fn put_edges(&self, field: &'static str, owner: &str, keys: &[&[&str]]) {
        let keys = keys
            .iter()
            .map(|key| key.iter().map(|&word| word.to_owned()).collect());
        self.edges
            .lock()
            .expect("not poisoned")
            .insert((field, owner.to_owned()), keys.collect());
    }

    /// Makes the server one that lacks a kind.
    pub(crate) fn lack(&self, kind: &'static str) {
        self.not_offered.lock().expect("not poisoned").push(kind);
    }

    fn count(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    fn listed(&self, kind: &Descriptor) -> Result<Vec<Live>, RemoteError> {
        self.count();
        if self
            .not_offered
            .lock()
            .expect("not poisoned")
            .contains(&kind.name)
        {
            return Err(RemoteError {
                kind: RemoteKind::NotOffered,
                method: "GET".into(),
                url: "http://fake".into(),
                status: Some(404),
                code: None,
                message: "not offered".into(),
                request_id: None,
            });
        }
        Ok(self
            .lists
            .lock()
            .expect("not poisoned")
            .get(kind.name)
            .cloned()
            .unwrap_or_default())
    }
}

/// Sessions that all lead to one fake.
pub(crate) struct FakeSessions(pub(crate) Arc<Fake>);

struct FakeReader(Arc<Fake>);

#[async_trait]
impl ReadSessions for FakeSessions {
    async fn reader(&self, _target: &KnownTarget) -> Result<Arc<dyn Reader>, RemoteError> {
        Ok(Arc::new(FakeReader(Arc::clone(&self.0))))
    }

    fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Reader for FakeReader {
    async fn list(
        &self,
        kind: &'static Descriptor,
        _wanted: &[Wanted],
    ) -> Result<Vec<Live>, RemoteError> {
        self.0.listed(kind)
    }

    async fn list_in(
        &self,
        kind: &'static Descriptor,
        _parents: &[String],
    ) -> Result<Vec<Live>, RemoteError> {
        self.0.listed(kind)
    }

    async fn get(
        &self,
        kind: &'static Descriptor,
        id: &str,
        _object: &Value,
    ) -> Result<Option<Live>, RemoteError> {
        Ok(self.0.listed(kind)?.into_iter().find(|live| live.id == id))
    }

    async fn own(
        &self,
        _kind: &'static Descriptor,
        _own: &Own,
        _id: &str,
    ) -> Result<Value, RemoteError> {
        self.0.count();
        Ok(json!({}).into())
    }

    async fn edges(
        &self,
        relation: &'static Relation,
        queries: &[EdgeQuery],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        self.0.count();
        let edges = self.0.edges.lock().expect("not poisoned");
        let of = |query: &EdgeQuery| {
            let found = edges.get(&(relation.field, query.owner.clone())).cloned();
            (query.owner.clone(), found.unwrap_or_default())
        };
        Ok(queries.iter().map(of).collect())
    }

    async fn secret(
        &self,
        _kind: &'static Descriptor,
        _id: &str,
        _output: &str,
    ) -> Result<Option<Secret>, RemoteError> {
        self.0.count();
        Ok(None)
    }

    fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }
}

/// Secrets whose text is their variable's name.
pub(crate) struct FakeFacts;

impl Facts for FakeFacts {
    fn secret(&self, source: &SecretSource) -> Option<Secret> {
        match source {
            SecretSource::Env(name) if name != "UNSET" => Some(Secret::new(name.as_str())),
            _ => None,
        }
    }

    fn shown(&self, _address: &Address) -> BTreeMap<String, Secret> {
        BTreeMap::new()
    }
}

/// The documents of a manifest without mistakes.
pub(crate) fn documents(text: &str) -> Vec<Document> {
    let source = Source::new("test.yaml", &PathBuf::from("."), text.as_bytes().to_vec());
    let options = manifest::Options {
        catalog: CATALOG,
        root: PathBuf::from("."),
        allow_files_outside: false,
    };
    let loaded = manifest::load(vec![source.expect("a manifest")], &options);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    loaded.documents
}

/// Plans.
pub(crate) fn planned(
    text: &str,
    snapshot: &Snapshot,
    fake: &Arc<Fake>,
) -> Result<Plan, Vec<Diagnostic>> {
    let sessions = FakeSessions(Arc::clone(fake));
    let key = FingerprintKey::new(&[7; 32]);
    let documents = documents(text);
    let options = Options {
        world: World::Live,
        selects: None,
        overrides: &[],
        no_delete: false,
        adopt: false,
        imports: &[],
        policy: None,
        undo: None,
        today: jiff::civil::date(2026, 11, 22),
        destroy: false,
        all_edges: false,
    };
    let input = Input {
        catalog: CATALOG,
        documents: &documents,
        snapshot,
        key: Some(&key),
        sessions: &sessions,
        facts: &FakeFacts,
        options: &options,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime.block_on(tenantry::plan::plan(&input))
}

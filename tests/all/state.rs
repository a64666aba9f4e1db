//! A state through its whole life: made, killed at any byte, read, saved, refused.

mod crashes;
mod format;
mod refusals;
mod remote;
mod secrets;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tenantry::base::value::Hidden;
use tenantry::base::{Address, FieldPath, Secret, SecretSource, Value};
use tenantry::state::{
    Act, CallKind, Effect, Entry, Folder, Identities, Intent, Opened, Part, Remote, Seq, Settled,
    State, StateError, Store,
};

use super::support::bucket::S3;

const PLANTED: [&str; 3] = [
    "planted-client-secret",
    "planted-password",
    "planted-second",
];

struct World {
    root: TempDir,
    identities: Identities,
    bucket: Option<S3>,
}

impl World {
    /// With a state in a folder.
    fn new() -> Self {
        Self {
            root: tempfile::tempdir().expect("a folder"),
            identities: Identities::generate("test"),
            bucket: None,
        }
    }

    /// With a state in a bucket.
    fn remote() -> Self {
        Self {
            bucket: Some(S3::start()),
            ..Self::new()
        }
    }

    /// One of each sort.
    fn all() -> [Self; 2] {
        [Self::new(), Self::remote()]
    }

    fn store(&self) -> Box<dyn Store> {
        match &self.bucket {
            Some(bucket) => {
                let remote = Remote::open("s3://states/team/main", &bucket.variables());
                Box::new(remote.expect("a place"))
            }
            None => Box::new(self.folder()),
        }
    }

    fn folder(&self) -> Folder {
        Folder::new(self.root.path().join("state"))
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder().path().join(name)
    }

    async fn try_open(&self) -> Result<State, StateError> {
        State::open(
            &*self.store(),
            &self.identities,
            Duration::from_secs(9),
            "apply",
        )
        .await
    }

    async fn open(&self) -> State {
        self.try_open().await.expect("opens")
    }

    async fn read(&self) -> Opened {
        self.read_with(Some(&self.identities)).await
    }

    async fn read_with(&self, identities: Option<&Identities>) -> Opened {
        Opened::read(&*self.store(), identities)
            .await
            .expect("reads")
    }
}

fn tenant() -> Address {
    Address::top("tenant", "acme")
}

fn act(address: Address, call: CallKind) -> Act {
    let part = Part::Body;
    Act {
        address,
        part,
        call,
    }
}

fn entry(id: &str, written: Value) -> Entry {
    Entry {
        api_version: "tenantry/v1".into(),
        home: None,
        id: id.into(),
        observed: written.clone(),
        written,
        depends_on: BTreeSet::new(),
        labels: BTreeMap::new(),
        protect: false,
        retain: false,
        edges: BTreeMap::new(),
        owned: true,
    }
}

fn owned(id: &str, written: Value) -> Effect {
    Effect::Owned {
        entry: Box::new(entry(id, written)),
        moved_from: None,
    }
}

fn marked() -> Intent {
    Intent {
        marker: Some("marker-1".into()),
        ..Intent::default()
    }
}

fn with_secret(answers: Option<Seq>, id: &str, secret: &str) -> Settled {
    let secrets = BTreeMap::from([("clientSecret".to_owned(), Secret::new(secret))]);
    Settled {
        secrets,
        ..Settled::new(answers, owned(id, Value::Null))
    }
}

/// A body with a password whose text is at hand, as the executor has it after a call.
fn body_with_password(state: &State, address: &Address) -> Value {
    let (path, text) = (FieldPath::field("password"), Secret::new(PLANTED[1]));
    let hidden = Hidden {
        source: Some(SecretSource::Env("PASSWORD".into())),
        fingerprint: Some(state.key().fingerprint(address, &path, &text)),
        text: Some(text),
    };
    Value::Map(BTreeMap::from([("password".into(), Value::Secret(hidden))]))
}

/// A tenant created under its marker, and a user; nothing saved.
async fn apply(state: &State) {
    let create = act(tenant(), CallKind::Create);
    let seq = state
        .intent(create.clone(), marked())
        .await
        .expect("announced");
    let stored = with_secret(Some(seq), "t1", PLANTED[0]);
    state.outcome(create, stored).await.expect("recorded");
    let alice = Address::within("acme", "user", "alice");
    let settled = Settled::new(None, owned("u1", body_with_password(state, &alice)));
    let created = state.outcome(act(alice, CallKind::Create), settled).await;
    created.expect("recorded");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for file in fs::read_dir(from).expect("reads") {
        let file = file.expect("reads");
        if file.path().is_dir() {
            continue;
        }
        fs::copy(file.path(), to.join(file.file_name())).expect("copied");
    }
}

/// All files below `folder`.
pub(crate) fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("reads") {
        let path = entry.expect("reads").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn secret_of(opened: &Opened) -> Option<String> {
    let secret = opened.secret(&tenant(), "clientSecret").expect("open");
    secret.map(|secret| secret.expose().to_owned())
}

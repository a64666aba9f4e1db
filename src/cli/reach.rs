//! Reaches one object of the state without making a plan: its target, its live value, its outputs.

use std::sync::Arc;

use super::facts::Facts;
use super::ground::Ground;
use super::outcome::Failure;
use super::providers::CATALOG;
use crate::base::suggest::nearest;
use crate::base::{Address, Code, Diagnostic, FieldPath, Known, Value};
use crate::kind::{Api, Descriptor, KnownTarget, Live, ReadSessions as _, Reader, RemoteError};
use crate::manifest::Document;
use crate::plan::Facts as _;
use crate::plan::input::NO_SUCH_ADDRESS;
use crate::state::{Access, Entry, Opened};

/// An object's target cannot be reached.
pub(super) const UNREACHABLE: Code = Code("E0815");

/// What reaching needs.
pub(super) struct Reach<'a> {
    pub(super) ground: &'a Ground,
    pub(super) opened: &'a Opened,
    pub(super) facts: Facts<'a>,
}

/// An object that is owned or declared.
pub(super) struct Subject<'a> {
    pub(super) address: Address,
    pub(super) kind: &'static Descriptor,
    pub(super) entry: Option<&'a Entry>,
    pub(super) document: Option<&'a Document>,
}

impl Subject<'_> {
    /// Where the object lives.
    pub(super) fn home(&self) -> Option<Address> {
        let declared = self.document.and_then(|document| document.home.clone());
        self.entry.and_then(|entry| entry.home.clone()).or(declared)
    }
}

impl<'a> Reach<'a> {
    /// Reaches from `ground` what `opened` knows.
    pub(super) fn new(ground: &'a Ground, opened: &'a Opened) -> Self {
        Self {
            ground,
            opened,
            facts: ground.facts(opened),
        }
    }

    /// What `text` names.
    pub(super) fn subject(&self, text: &str) -> Result<Subject<'a>, Failure> {
        let wrong = |message: String| Diagnostic::error(NO_SUCH_ADDRESS, message);
        let address: Address = text
            .parse()
            .map_err(|no: crate::base::address::NotAnAddress| {
                Failure::from(wrong(no.to_string()).hint("`tenantry show` lists what is owned"))
            })?;
        let entry = self.opened.snapshot.resources.get(&address);
        let document = self.document(&address);
        let stored = entry.and_then(|entry| CATALOG.stored(&entry.api_version, address.kind()));
        if let Some(kind) = document.map(|document| document.kind).or(stored) {
            return Ok(Subject {
                address,
                kind,
                entry,
                document,
            });
        }
        let owned = self.opened.snapshot.resources.keys();
        let declared = self
            .ground
            .documents
            .iter()
            .map(|document| &document.address);
        let names: Vec<_> = owned.chain(declared).map(ToString::to_string).collect();
        let error = wrong(format!("`{address}` is neither owned nor declared"));
        Err(match nearest(text, names.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`tenantry show` lists what is owned"),
        }
        .into())
    }

    fn document(&self, address: &Address) -> Option<&'a Document> {
        self.ground
            .documents
            .iter()
            .find(|document| document.address == *address)
    }

    /// The live object; none if it is gone.
    pub(super) async fn live(&self, subject: &Subject<'_>) -> Result<Option<Live>, Failure> {
        let (Some(entry), Some(home)) = (subject.entry, subject.home()) else {
            return Ok(None);
        };
        let reader = self.reader(&home).await?;
        let object = laid_over(&entry.written, &entry.observed);
        let live = reader.get(subject.kind, &entry.id, &object).await;
        live.map_err(|error| failed(&subject.address, &error))
    }

    /// A reader of the target at `home`.
    pub(super) async fn reader(&self, home: &Address) -> Result<Arc<dyn Reader>, Failure> {
        let kind = self.host(home)?;
        let settings = Box::pin(self.settings(home)).await?;
        let settings = self.revealed(home, settings)?;
        let target = KnownTarget {
            address: home.clone(),
            api: kind.hosts.unwrap_or(kind.api),
            settings,
        };
        let reader = self.ground.sessions.reader(&target).await;
        reader.map_err(|error| failed(home, &error))
    }

    /// The settings of the target at `address`: as written, or as the live tenant says.
    pub(super) async fn settings(&self, address: &Address) -> Result<Value, Failure> {
        let (kind, document) = (self.host(address)?, self.document(address));
        let body = document.map_or(Value::Null, |document| document.body.clone());
        let entry = self.opened.snapshot.resources.get(address);
        let home = entry
            .and_then(|entry| entry.home.clone())
            .or_else(|| document.and_then(|document| document.home.clone()));
        let (live, shown) = match (entry, home) {
            (Some(entry), Some(account)) => {
                let reader = Box::pin(self.reader(&account)).await?;
                let all = reader
                    .list(kind, &[])
                    .await
                    .map_err(|error| failed(address, &error))?;
                let live = all.into_iter().find(|live| live.id == entry.id);
                let live = live.ok_or_else(|| absent(address))?;
                (live.value, kind.shown(self.facts.shown(address)))
            }
            _ => (Value::Null, Value::Null),
        };
        match self.facts.settings(kind, address, &body, &live, &shown) {
            // One that no connection leads to.
            Value::Null => Err(absent(address)),
            settings => Ok(settings),
        }
    }

    /// A declared target as the account that it lives in shows it, and who reads it there; none of
    /// one that is only connected to.
    pub(super) async fn live_host(
        &self,
        document: &Document,
    ) -> Result<Option<(Live, Arc<dyn Reader>)>, Failure> {
        let Some(account) = &document.home else {
            return Ok(None);
        };
        let reader = self.reader(account).await?;
        let all = reader.list(document.kind, &[]).await;
        let all = all.map_err(|error| failed(&document.address, &error))?;
        let entry = self.opened.snapshot.resources.get(&document.address);
        let name = document.body.get("name");
        let mut named = all.into_iter().filter(|live| match entry {
            Some(entry) => live.id == entry.id,
            None => live.value.get("name") == name,
        });
        let found = named.next().filter(|_| named.next().is_none());
        Ok(found.map(|live| (live, reader)))
    }

    fn host(&self, address: &Address) -> Result<&'static Descriptor, Failure> {
        let declared = self.document(address).map(|document| document.kind);
        let hosts = [Api::Cloud, Api::Logto, Api::Dcos].into_iter();
        let kind = declared.or_else(|| {
            hosts
                .filter_map(|api| CATALOG.host(api))
                .find(|kind| kind.name == address.kind())
        });
        kind.filter(|kind| kind.hosts.is_some())
            .ok_or_else(|| absent(address))
    }

    /// The settings with the texts of their secrets.
    pub(super) fn revealed(&self, address: &Address, settings: Value) -> Result<Known, Failure> {
        let revealed = settings.try_map_leaves(&FieldPath::root(), &mut |_, leaf| {
            let Value::Secret(mut hidden) = leaf else {
                return Ok(leaf);
            };
            if hidden.text.is_none() {
                let source = hidden
                    .source
                    .as_ref()
                    .ok_or_else(|| self.unreachable(address, ""))?;
                let text = self.ground.secrets.text(source);
                let why = |why| self.unreachable(address, &format!("{source} {why}"));
                hidden.text = Some(text.map_err(why)?);
            }
            Ok::<_, Failure>(Value::Secret(hidden))
        })?;
        Known::new(revealed).map_err(|open| {
            self.unreachable(
                address,
                &format!("its setting `{}` is another object's to tell", open.path),
            )
        })
    }

    fn unreachable(&self, address: &Address, why: &str) -> Failure {
        let why = if why.is_empty() {
            "a secret of its settings is not known"
        } else {
            why
        };
        let error = Diagnostic::error(UNREACHABLE, format!("cannot reach `{address}`: {why}"));
        match &self.opened.access {
            Access::Closed(closed) => error.hint(format!("the credentials are not open: {closed}")),
            Access::Open(_) | Access::New => {
                error.hint("name the manifests that say how: --manifests PATH")
            }
        }
        .about(address)
        .into()
    }
}

/// The fields of `written`, and those that only the server tells.
fn laid_over(written: &Value, observed: &Value) -> Value {
    let (Value::Map(written), Value::Map(observed)) = (written, observed) else {
        return observed.clone();
    };
    let mut whole = observed.clone();
    whole.extend(
        written
            .iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    Value::Map(whole)
}

pub(super) fn failed(address: &Address, error: &RemoteError) -> Failure {
    let message = format!("cannot reach `{address}`: {error}");
    Diagnostic::error(UNREACHABLE, message)
        .about(address)
        .into()
}

fn absent(address: &Address) -> Failure {
    let message = format!("cannot reach `{address}`: it is not there, and no document says how");
    Diagnostic::error(UNREACHABLE, message)
        .about(address)
        .hint("name the manifests that say how: --manifests PATH")
        .into()
}

//! Opens sessions: one a target, whichever API it has, however often it is asked for.
//!
//! Nothing is sent here. Readers are handed out through one trait and writers through another,
//! so that whoever plans is given no way to write.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::base::lock::lock;
use crate::base::{Address, Value};
use crate::http::{Http, Problem, Settings};
use crate::kind::{Api, KnownTarget, ReadSessions, Reader, RemoteError, WriteSessions, Writer};
use crate::provider::{cloud, dcos, logto};

/// All sessions of a run.
pub struct Sessions {
    http: Http,
    open: Mutex<BTreeMap<Address, Vec<(Value, Opened)>>>,
}

/// One target's session, by its two faces.
#[derive(Clone)]
struct Opened {
    reader: Arc<dyn Reader>,
    writer: Arc<dyn Writer>,
}

impl Sessions {
    /// No sessions yet.
    ///
    /// # Errors
    /// A proxy or an authority that is none.
    pub fn new(settings: Settings) -> Result<Self, Problem> {
        Ok(Self {
            http: Http::new(settings)?,
            open: Mutex::default(),
        })
    }

    fn sum(&self, of: impl Fn(&dyn Reader) -> u64) -> u64 {
        let open = lock(&self.open);
        let sessions = open.values().flatten();
        sessions.map(|(_, opened)| of(opened.reader.as_ref())).sum()
    }

    fn session(&self, target: &KnownTarget) -> Result<Opened, RemoteError> {
        let mut open = lock(&self.open);
        let settings = without_secrets(target.settings.value());
        let sessions = open.entry(target.address.clone()).or_default();
        // A tenant that was replaced is another one under the same address.
        if let Some((_, opened)) = sessions.iter().find(|(known, _)| *known == settings) {
            return Ok(opened.clone());
        }
        let opened = match target.api {
            Api::Cloud => Opened::of(cloud::open(target, &self.http)?),
            Api::Logto => Opened::of(logto::open(target, &self.http)?),
            Api::Dcos => Opened::of(dcos::open(target, &self.http)?),
        };
        sessions.push((settings, opened.clone()));
        Ok(opened)
    }
}

/// The settings by which two targets are told apart. A secret is not compared: the planner and
/// the executor fetch it each for themselves.
fn without_secrets(settings: &Value) -> Value {
    match settings {
        Value::Secret(_) => Value::Null,
        Value::List(items) => Value::List(items.iter().map(without_secrets).collect()),
        Value::Map(map) => {
            let plain = |(name, value): (&String, &Value)| (name.clone(), without_secrets(value));
            Value::Map(map.iter().map(plain).collect())
        }
        plain => plain.clone(),
    }
}

impl Opened {
    fn of<S: Reader + Writer + 'static>(session: Arc<S>) -> Self {
        Self {
            reader: Arc::<S>::clone(&session),
            writer: session,
        }
    }
}

#[async_trait]
impl ReadSessions for Sessions {
    async fn reader(&self, target: &KnownTarget) -> Result<Arc<dyn Reader>, RemoteError> {
        Ok(self.session(target)?.reader)
    }

    fn writes(&self) -> u64 {
        self.sum(|reader| reader.writes())
    }

    fn requests(&self) -> u64 {
        self.sum(|reader| reader.requests())
    }
}

#[async_trait]
impl WriteSessions for Sessions {
    async fn writer(&self, target: &KnownTarget) -> Result<Arc<dyn Writer>, RemoteError> {
        Ok(self.session(target)?.writer)
    }

    fn reads(&self) -> &dyn ReadSessions {
        self
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let open = lock(&self.open);
        f.debug_list().entries(open.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Hidden, Known, Secret};
    use serde_json::json;

    fn target(name: &str, api: Api, settings: serde_json::Value) -> KnownTarget {
        KnownTarget {
            address: Address::top("account", name),
            api,
            settings: Known::new(Value::from(settings)).expect("known"),
        }
    }

    #[tokio::test]
    async fn a_target_has_one_session_and_opening_it_sends_nothing() {
        let sessions = Sessions::new(Settings::default()).expect("settings");
        let settings = json!({"endpoint": "http://127.0.0.1:1", "token": "x"});
        let main = target("main", Api::Cloud, settings.clone());
        let first = sessions.reader(&main).await.expect("a session");
        let again = sessions.reader(&main).await.expect("a session");
        assert!(Arc::ptr_eq(&first, &again));
        let other = target("other", Api::Cloud, settings);
        let other = sessions.reads().reader(&other).await.expect("a session");
        assert!(!Arc::ptr_eq(&first, &other));
        assert_eq!(sessions.requests(), 0);
    }

    #[tokio::test]
    async fn a_target_that_has_become_another_gets_another_session() {
        let sessions = Sessions::new(Settings::default()).expect("settings");
        let at = |endpoint: &str, secret: &str| {
            let mut settings = Value::from(json!({ "endpoint": endpoint }));
            if let Value::Map(map) = &mut settings {
                let hidden = Hidden {
                    text: Some(Secret::new(secret)),
                    ..Hidden::default()
                };
                map.insert("token".into(), Value::Secret(hidden));
            }
            KnownTarget {
                address: Address::top("account", "main"),
                api: Api::Cloud,
                settings: Known::new(settings).expect("known"),
            }
        };
        let first = sessions
            .reader(&at("http://a.example", "x"))
            .await
            .expect("a session");
        let same = sessions
            .reader(&at("http://a.example", "y"))
            .await
            .expect("a session");
        assert!(Arc::ptr_eq(&first, &same));
        let other = sessions
            .reader(&at("http://b.example", "x"))
            .await
            .expect("a session");
        assert!(!Arc::ptr_eq(&first, &other));
    }

    #[tokio::test]
    async fn a_missing_setting_is_named_with_its_target() {
        let sessions = Sessions::new(Settings::default()).expect("settings");
        let main = target("main", Api::Dcos, json!({"url": "https://m.example"}));
        let error = sessions.writer(&main).await.err().expect("no login");
        let message = error.to_string();
        assert!(message.contains("account/main"), "{message}");
        assert!(message.contains("login.uid"), "{message}");
    }
}

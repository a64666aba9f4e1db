//! Servers in memory. Every write is a line in a log, and an act that the world may die at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::time::sleep;

use crate::base::Value;
use crate::base::lock::lock;
use crate::kind::{
    Call, Descriptor, EdgeCall, EdgeKey, EdgeQuery, KnownTarget, Live, Own, Quirk, ReadSessions,
    Reader, Relation, RemoteError, RemoteKind, Shape, Wanted, WriteSessions, Writer,
};

/// How many acts are left before everything stops, if that is to happen.
#[derive(Debug, Default)]
pub(in crate::apply) struct Life {
    acts: Mutex<Option<usize>>,
    /// Whether the last act is done before the end.
    pub(in crate::apply) last_is_done: bool,
}

/// What becomes of an act.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Act {
    Done,
    DoneThenDead,
    Dead,
}

impl Life {
    /// A life of so many acts; the last of them is done or not.
    pub(in crate::apply) fn of(acts: usize, last_is_done: bool) -> Self {
        Self {
            acts: Mutex::new(Some(acts)),
            last_is_done,
        }
    }

    /// Whether it has ended.
    pub(in crate::apply) fn is_over(&self) -> bool {
        *lock(&self.acts) == Some(0)
    }

    pub(super) fn act(&self) -> Act {
        let mut acts = lock(&self.acts);
        match acts.as_mut() {
            None => Act::Done,
            Some(0) => Act::Dead,
            Some(left) => {
                *left -= 1;
                match (*left, self.last_is_done) {
                    (0, true) => Act::DoneThenDead,
                    (0, false) => Act::Dead,
                    _ => Act::Done,
                }
            }
        }
    }
}

/// Everything that the servers know.
#[derive(Default)]
pub(in crate::apply) struct FakeWorld {
    /// Objects by target, kind and id.
    pub(in crate::apply) objects: Mutex<BTreeMap<(String, String, String), Value>>,
    /// Edges by target, owner's id and field.
    pub(in crate::apply) edges: Mutex<BTreeMap<(String, String, String), BTreeSet<EdgeKey>>>,
    /// Writes, in the order of their effect.
    pub(in crate::apply) log: Mutex<Vec<String>>,
    /// Answers to writes: the log line's beginning, the error, and whether it takes effect first.
    pub(in crate::apply) script: Mutex<Vec<(String, RemoteError, bool)>>,
    /// How long a write takes.
    pub(in crate::apply) delay: Duration,
    /// Writes in flight, and the most there were.
    pub(in crate::apply) flying: Mutex<(usize, usize)>,
    /// When it dies.
    pub(in crate::apply) life: Arc<Life>,
    /// Whether it drops edges although it says that it keeps them.
    pub(in crate::apply) drops_edges: bool,
    /// How many ids were given out.
    pub(in crate::apply) next: Mutex<usize>,
}

/// An error of that kind.
pub(in crate::apply) fn refusal(kind: RemoteKind) -> RemoteError {
    RemoteError {
        kind,
        method: "POST".into(),
        url: "https://example.com/api".into(),
        status: None,
        code: None,
        message: "as scripted".into(),
        request_id: None,
    }
}

impl FakeWorld {
    /// The same servers, as the next run finds them.
    pub(in crate::apply) fn reopened(&self, life: Arc<Life>) -> Self {
        Self {
            objects: Mutex::new(std::mem::take(&mut *lock(&self.objects))),
            edges: Mutex::new(std::mem::take(&mut *lock(&self.edges))),
            next: Mutex::new(*lock(&self.next)),
            life,
            ..Self::default()
        }
    }

    /// The sessions into it.
    pub(in crate::apply) fn sessions(self: &Arc<Self>) -> Arc<dyn WriteSessions> {
        Arc::new(Sessions(Arc::clone(self)))
    }

    /// The lines of the log.
    pub(in crate::apply) fn lines(&self) -> Vec<String> {
        lock(&self.log).clone()
    }

    /// Puts an object there.
    pub(in crate::apply) fn put(&self, target: &str, kind: &str, id: &str, value: Value) {
        let at = (target.to_owned(), kind.to_owned(), id.to_owned());
        lock(&self.objects).insert(at, value);
    }

    /// The objects of a kind in a target.
    pub(in crate::apply) fn of(&self, target: &str, kind: &str) -> Vec<Live> {
        let objects = lock(&self.objects);
        let of = objects
            .iter()
            .filter(|((t, k, _), _)| t == target && k == kind);
        of.map(|((_, _, id), value)| Live {
            id: id.clone(),
            value: value.clone(),
        })
        .collect()
    }

    fn fresh_id(&self, kind: &Descriptor) -> String {
        let mut next = lock(&self.next);
        *next += 1;
        format!("{}-{next}", kind.name)
    }

    async fn write(&self, line: String, effect: impl FnOnce(&Self)) -> Result<(), RemoteError> {
        {
            let mut flying = lock(&self.flying);
            flying.0 += 1;
            flying.1 = flying.1.max(flying.0);
        }
        sleep(self.delay).await;
        lock(&self.flying).0 -= 1;
        let scripted = lock(&self.script)
            .iter()
            .find(|(start, ..)| line.starts_with(start.as_str()))
            .map(|(_, error, done)| (error.clone(), *done));
        let act = self.life.act();
        let is_done = act != Act::Dead && scripted.as_ref().is_none_or(|(_, done)| *done);
        if is_done {
            lock(&self.log).push(line);
            effect(self);
        }
        match (act, scripted) {
            (Act::Done, None) => Ok(()),
            (Act::Done, Some((error, _))) => Err(error),
            (Act::Dead | Act::DoneThenDead, _) => Err(refusal(RemoteKind::Ambiguous)),
        }
    }
}

struct Sessions(Arc<FakeWorld>);

#[async_trait]
impl ReadSessions for Sessions {
    async fn reader(&self, target: &KnownTarget) -> Result<Arc<dyn Reader>, RemoteError> {
        Ok(Arc::new(Session::of(self, target)))
    }

    fn requests(&self) -> u64 {
        self.0.lines().len() as u64
    }
}

#[async_trait]
impl WriteSessions for Sessions {
    async fn writer(&self, target: &KnownTarget) -> Result<Arc<dyn Writer>, RemoteError> {
        Ok(Arc::new(Session::of(self, target)))
    }

    fn reads(&self) -> &dyn ReadSessions {
        self
    }
}

struct Session {
    world: Arc<FakeWorld>,
    target: String,
}

impl Session {
    fn of(sessions: &Sessions, target: &KnownTarget) -> Self {
        Self {
            world: Arc::clone(&sessions.0),
            target: target.address.to_string(),
        }
    }

    fn at(&self, kind: &Descriptor, id: &str) -> (String, String, String) {
        (self.target.clone(), kind.name.to_owned(), id.to_owned())
    }

    fn edges_at(&self, owner: &str, field: &str) -> (String, String, String) {
        (self.target.clone(), owner.to_owned(), field.to_owned())
    }
}

#[async_trait]
impl Reader for Session {
    async fn list(
        &self,
        kind: &'static Descriptor,
        _: &[Wanted],
    ) -> Result<Vec<Live>, RemoteError> {
        Ok(self.world.of(&self.target, kind.name))
    }

    async fn list_in(
        &self,
        kind: &'static Descriptor,
        _: &[String],
    ) -> Result<Vec<Live>, RemoteError> {
        Ok(self.world.of(&self.target, kind.name))
    }

    async fn get(
        &self,
        kind: &'static Descriptor,
        id: &str,
        _: &Value,
    ) -> Result<Option<Live>, RemoteError> {
        let value = lock(&self.world.objects).get(&self.at(kind, id)).cloned();
        Ok(value.map(|value| Live {
            id: id.to_owned(),
            value,
        }))
    }

    async fn own(&self, _: &'static Descriptor, _: &Own, _: &str) -> Result<Value, RemoteError> {
        Ok(Value::Null)
    }

    async fn edges(
        &self,
        relation: &'static Relation,
        queries: &[EdgeQuery],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        let edges = lock(&self.world.edges);
        let of = |owner: &str| {
            let found = edges.get(&self.edges_at(owner, relation.field));
            found.into_iter().flatten().cloned().collect()
        };
        Ok(queries
            .iter()
            .map(|q| (q.owner.clone(), of(&q.owner)))
            .collect())
    }

    async fn secret(
        &self,
        _: &'static Descriptor,
        id: &str,
        output: &str,
    ) -> Result<Option<crate::base::Secret>, RemoteError> {
        Ok(Some(crate::base::Secret::new(format!("{output} of {id}"))))
    }

    fn requests(&self) -> u64 {
        0
    }
}

/// The fields of a call as the server keeps them.
fn sent(call: &Call<'_>) -> BTreeMap<String, Value> {
    let object = call.object.value().as_map().into_iter().flatten();
    let sent = object.filter(|(field, _)| call.fields.contains(field));
    sent.map(|(field, value)| (field.clone(), value.clone()))
        .collect()
}

#[async_trait]
impl Writer for Session {
    async fn create(&self, call: &Call<'_>) -> Result<Live, RemoteError> {
        let name = call
            .kind
            .named_by
            .and_then(|field| call.object.value().get(field));
        let name = name.and_then(Value::as_text).unwrap_or_default();
        let line = format!("create {} {name}", call.kind.name);
        let keyed = call.kind.route.shape == Shape::Keyed;
        let id = if keyed {
            call.id.to_owned()
        } else {
            self.world.fresh_id(call.kind)
        };
        let mut fields = sent(call);
        fields.insert(call.kind.route.id.to_owned(), Value::text(&id));
        if call.kind.is(Quirk::MarkedCreation) {
            fields.insert(
                "indicator".into(),
                Value::text(format!("https://{id}.logto.app")),
            );
        }
        let (at, stored) = (self.at(call.kind, &id), Value::Map(fields.clone()));
        let effect = |world: &FakeWorld| drop(lock(&world.objects).insert(at, stored));
        self.world.write(line, effect).await?;
        if call.kind.is(Quirk::MarkedCreation) {
            let shown = json!({"id": format!("m2m-{id}"), "secret": format!("shown-{id}")});
            fields.insert("defaultApplication".into(), shown.into());
        }
        Ok(Live {
            id,
            value: Value::Map(fields),
        })
    }

    async fn update(&self, call: &Call<'_>) -> Result<Option<Live>, RemoteError> {
        let line = format!(
            "update {} {} {}",
            call.kind.name,
            call.id,
            call.fields.join(",")
        );
        let (at, fields) = (self.at(call.kind, call.id), sent(call));
        let effect = |world: &FakeWorld| {
            if let Some(Value::Map(object)) = lock(&world.objects).get_mut(&at) {
                object.extend(fields);
            }
        };
        self.world.write(line, effect).await?;
        let value = lock(&self.world.objects)
            .get(&self.at(call.kind, call.id))
            .cloned();
        Ok(value
            .filter(|_| call.kind.route.answers_object)
            .map(|value| Live {
                id: call.id.to_owned(),
                value,
            }))
    }

    async fn set_own(
        &self,
        own: &Own,
        call: &Call<'_>,
        _key: Option<&str>,
    ) -> Result<(), RemoteError> {
        let line = format!("set {} {} {}", call.kind.name, call.id, own.field);
        let (at, fields) = (self.at(call.kind, call.id), sent(call));
        self.world
            .write(line, |world| {
                if let Some(Value::Map(object)) = lock(&world.objects).get_mut(&at) {
                    object.extend(fields);
                }
            })
            .await
    }

    async fn delete(&self, call: &Call<'_>) -> Result<(), RemoteError> {
        let line = format!("delete {} {}", call.kind.name, call.id);
        let at = self.at(call.kind, call.id);
        let effect = |world: &FakeWorld| drop(lock(&world.objects).remove(&at));
        self.world.write(line, effect).await
    }

    async fn attach(&self, call: &EdgeCall<'_>) -> Result<(), RemoteError> {
        let (at, line) = self.edge_line("attach", call);
        let edges = call.edges.to_vec();
        let kept = edges.into_iter().filter(|_| !self.world.drops_edges);
        let effect = |world: &FakeWorld| lock(&world.edges).entry(at).or_default().extend(kept);
        self.world.write(line, effect).await
    }

    async fn detach(&self, call: &EdgeCall<'_>) -> Result<(), RemoteError> {
        let (at, line) = self.edge_line("detach", call);
        let edges = call.edges.to_vec();
        let effect = |world: &FakeWorld| {
            let mut all = lock(&world.edges);
            all.entry(at)
                .or_default()
                .retain(|key| !edges.contains(key));
        };
        self.world.write(line, effect).await
    }
}

impl Session {
    fn edge_line(&self, verb: &str, call: &EdgeCall<'_>) -> ((String, String, String), String) {
        let keys: Vec<_> = call.edges.iter().map(|key| key.join(" ")).collect();
        let field = call.relation.field;
        let line = format!("{verb} {} {field} {}", call.owner, keys.join(","));
        (self.edges_at(call.owner, field), line)
    }
}

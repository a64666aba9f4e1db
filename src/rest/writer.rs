//! [`Writer`] over a session.
//!
//! Every write, done or not, makes the session forget what it read.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use serde_json::Value as Json;

use super::held::is_held;
use super::live::Shape;
use super::request::{self, Draft, Unwritable};
use super::wire::in_create;
use super::{Dialect, Session};
use crate::base::Value;
use crate::http::Answer;
use crate::kind::{
    Attach, Body, Call, EdgeCall, EdgeKey, EdgeQuery, Live, Own, RemoteError, RemoteKind, Writer,
};

/// How many edges are written at once where each is a call.
const ABREAST: usize = 8;

#[async_trait]
impl<D: Dialect> Writer for Session<D> {
    async fn create(&self, call: &Call<'_>) -> Result<Live, RemoteError> {
        let draft = self.written(request::create(call))?;
        let answer = self.write(&draft).await?;
        if call.kind.route.answers_object {
            return self
                .shown(call, &answer)
                .ok_or_else(|| lost(&draft, &answer, "the new object"));
        }
        Ok(Live {
            id: call.id.to_owned(),
            value: sent(call),
        })
    }

    async fn update(&self, call: &Call<'_>) -> Result<Option<Live>, RemoteError> {
        let Some(draft) = self.written(request::update(call))? else {
            return Ok(None);
        };
        let answer = self.write(&draft).await?;
        if !call.kind.route.answers_object {
            return Ok(None);
        }
        Ok(self.shown(call, &answer))
    }

    async fn set_own(
        &self,
        own: &Own,
        call: &Call<'_>,
        key: Option<&str>,
    ) -> Result<(), RemoteError> {
        let draft = self.written(request::set_own(own, call, key))?;
        self.write(&draft).await.map(drop)
    }

    async fn set_listed(&self, own: &Own, calls: &[Call<'_>]) -> Result<(), RemoteError> {
        let draft = self.written(request::set_listed(own, calls))?;
        self.write(&draft).await.map(drop)
    }

    async fn delete(&self, call: &Call<'_>) -> Result<(), RemoteError> {
        let draft = self.written(request::delete(call))?;
        match self.write(&draft).await {
            Err(error) if error.kind == RemoteKind::NotFound => Ok(()),
            Err(error) if stays(call, &error) => {
                let draft = self.written(request::emptied(call))?;
                self.write(&draft).await.map(drop)
            }
            done => done.map(drop),
        }
    }

    async fn attach(&self, call: &EdgeCall<'_>) -> Result<(), RemoteError> {
        let attach = &call.relation.attach;
        if is_held(call.relation) {
            return self.attach_held(call).await;
        }
        if attach.body.takes_many() {
            return self.attach_together(call).await;
        }
        self.one_by_one(attach, call, |_| false).await
    }

    async fn detach(&self, call: &EdgeCall<'_>) -> Result<(), RemoteError> {
        if is_held(call.relation) {
            return self.detach_held(call).await;
        }
        let gone = |error: &RemoteError| error.kind == RemoteKind::NotFound;
        self.one_by_one(&call.relation.detach, call, gone).await
    }

    async fn try_log_in(&self) -> Result<(), RemoteError> {
        self.log_in_anew().await
    }
}

impl<D: Dialect> Session<D> {
    pub(super) fn written<T>(&self, draft: Result<T, Unwritable>) -> Result<T, RemoteError> {
        draft.map_err(|error| self.unwritable("write", &error))
    }

    pub(super) async fn write(&self, draft: &Draft) -> Result<Answer, RemoteError> {
        let _forgets = Forgets(self);
        self.writes.fetch_add(1, Ordering::Relaxed);
        let answer = self.call(draft).await?;
        // A page for people is not the server's answer, whatever its status: that may have been a
        // refusal.
        if answer.is_html() && !answer.body.trim_ascii().is_empty() {
            return Err(lost(draft, &answer, "an answer of the server"));
        }
        Ok(answer)
    }

    /// The object that a write's answer shows.
    fn shown(&self, call: &Call<'_>, answer: &Answer) -> Option<Live> {
        let mut json: Json = serde_json::from_slice(&answer.body).ok()?;
        if let (Body::OneOfMany(_), Json::Array(items)) = (call.kind.route.body, &mut json) {
            json = items.pop()?;
        }
        let parent = path_fields(call);
        let mut live = Shape::of(call.kind, self.kinds).keyed(&json, call.id, None)?;
        if let Value::Map(map) = &mut live.value {
            for (name, value) in parent {
                map.entry(name).or_insert(value);
            }
        }
        Some(live)
    }

    async fn one_by_one(
        &self,
        attach: &Attach,
        call: &EdgeCall<'_>,
        fine: fn(&RemoteError) -> bool,
    ) -> Result<(), RemoteError> {
        let writes = call
            .edges
            .iter()
            .map(|key| self.write_edge(attach, call.owner, key));
        let writes: Vec<_> = writes.collect();
        let results = stream::iter(writes).buffer_unordered(ABREAST);
        let results: Vec<_> = results.collect().await;
        let so_already = |error: &RemoteError| is_already(attach, error) || fine(error);
        let mut failures = results.into_iter().filter_map(Result::err);
        failures
            .find(|error| !so_already(error))
            .map_or(Ok(()), Err)
    }

    async fn write_edge(
        &self,
        attach: &Attach,
        owner: &str,
        key: &EdgeKey,
    ) -> Result<(), RemoteError> {
        let draft = self.written(request::edge(attach, owner, key))?;
        self.write(&draft).await.map(drop)
    }

    /// In batches without repeats: the same one twice in a call is a 500
    /// (reference/logto-management.md 1.6).
    async fn attach_together(&self, call: &EdgeCall<'_>) -> Result<(), RemoteError> {
        let batches = request::batches(&call.relation.attach, call.edges);
        let writes: Vec<_> = (batches.iter())
            .map(|batch| self.attach_batch(call, batch))
            .collect();
        let results = stream::iter(writes).buffer_unordered(ABREAST);
        let results: Vec<_> = results.collect().await;
        results.into_iter().collect()
    }

    /// One call. If it was refused because some are there already, or if nobody knows whether it
    /// was done, the difference is read and sent once more.
    async fn attach_batch(
        &self,
        call: &EdgeCall<'_>,
        batch: &[EdgeKey],
    ) -> Result<(), RemoteError> {
        let attach = &call.relation.attach;
        let draft = request::edges(attach, call.owner, batch);
        let Err(error) = self.write(&self.written(draft)?).await else {
            return Ok(());
        };
        let open = matches!(error.kind, RemoteKind::Ambiguous | RemoteKind::Conflict);
        if !open && !is_already(attach, &error) {
            return Err(error);
        }
        let Ok(there) = self.edges_of_owner(call).await else {
            return Err(error);
        };
        let missing = batch.iter().filter(|key| !there.contains(key));
        let missing: Vec<_> = missing.cloned().collect();
        for batch in request::batches(attach, &missing) {
            let draft = request::edges(attach, call.owner, &batch);
            self.write(&self.written(draft)?).await?;
        }
        Ok(())
    }

    async fn edges_of_owner(&self, call: &EdgeCall<'_>) -> Result<Vec<EdgeKey>, RemoteError> {
        let query = EdgeQuery {
            owner: call.owner.to_owned(),
            ..EdgeQuery::default()
        };
        let mut edges = self.edges_of(call.relation, &[query], None).await?;
        Ok(edges.remove(call.owner).unwrap_or_default())
    }
}

/// Whether the object cannot be deleted now, but emptied.
fn stays(call: &Call<'_>, error: &RemoteError) -> bool {
    let code = call.kind.route.emptied_on;
    code.is_some() && error.code.as_deref() == code
}

/// Makes the session forget its lists when the write is over, however it ends.
struct Forgets<'a, D: Dialect>(&'a Session<D>);

impl<D: Dialect> Drop for Forgets<'_, D> {
    fn drop(&mut self) {
        self.0.memo.forget();
    }
}

pub(super) fn is_already(attach: &Attach, error: &RemoteError) -> bool {
    let code = error.code.as_deref();
    code.is_some_and(|code| attach.already.contains(&code))
}

/// The fields that stand in the path, so that the answer need not repeat them.
fn path_fields(call: &Call<'_>) -> BTreeMap<String, Value> {
    let object = call.object.value().as_map().into_iter().flatten();
    object
        .filter(|(name, _)| names_parent(call, name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn names_parent(call: &Call<'_>, name: &str) -> bool {
    use crate::kind::Segment;
    let create = call.kind.route.create;
    create.is_some_and(|create| {
        let mut path = create.path.iter();
        path.any(|segment| matches!(segment, Segment::Field(field) if *field == name))
    })
}

/// What a create call sent, and its key: the answer has no body.
fn sent(call: &Call<'_>) -> Value {
    let object = call.object.value().as_map().into_iter().flatten();
    let mut value: BTreeMap<_, _> = object
        .filter(|(name, _)| in_create(call.kind, name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let key = call.kind.route.id.to_owned();
    value.insert(key, Value::text(call.id));
    Value::Map(value)
}

/// It may have been done, but the answer is not `what` it should be.
fn lost(draft: &Draft, answer: &Answer, what: &str) -> RemoteError {
    RemoteError {
        kind: RemoteKind::Ambiguous,
        ..super::garbled(draft.method.as_str(), answer, what)
    }
}

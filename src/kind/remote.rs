//! Reading and writing live objects: two traits, so that a planner cannot write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Api, Descriptor, EdgeKey, Endpoint, Own, Relation, Trace, Traced};
use crate::base::{Address, Known, Secret, Value};

/// A live object. Its value is as the server answered, `LiveName`s already put under our names.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// The server's id (of keyed kinds, the key).
    pub id: String,
    /// The whole object.
    pub value: Value,
}

/// An object that a list is read for: a reader that finds the list long may ask for these alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The id, if the state knows it.
    pub id: Option<String>,
    /// The fields of the natural key that are known texts.
    pub key: BTreeMap<String, String>,
}

/// Edges that are asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EdgeQuery {
    /// The owner's id.
    pub owner: String,
    /// The far ends (first words of keys) that matter; none: all of them (`exactly`).
    pub items: Option<Vec<String>>,
    /// The kinds of far ends that matter; none: any.
    pub kinds: Option<BTreeSet<String>>,
}

/// A target that can be connected to.
#[derive(Debug, Clone)]
pub struct KnownTarget {
    /// `account/main`, `tenant/acme`, `cluster/prod`.
    pub address: Address,
    /// Its API.
    pub api: Api,
    /// Its settings, as its kind's `settings` worked them out, secrets with their texts.
    pub settings: Known,
}

/// One write.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The kind.
    pub kind: &'static Descriptor,
    /// The object's id; of a create, the key of a keyed kind, else empty.
    pub id: &'a str,
    /// The whole object as desired (path fields included), merged into the live one where
    /// mappings are merged.
    pub object: &'a Known,
    /// The top-level fields to send.
    pub fields: &'a [String],
}

/// One write of edges.
#[derive(Debug, Clone)]
pub struct EdgeCall<'a> {
    /// The owner's kind.
    pub kind: &'static Descriptor,
    /// The relation.
    pub relation: &'static Relation,
    /// The owner's id.
    pub owner: &'a str,
    /// The edges.
    pub edges: &'a [EdgeKey],
    /// Those that the plan saw and takes away from the same owner.
    pub live: &'a [EdgeKey],
}

/// Reads live objects of one target. A target that does not exist answers "absent" to everything.
#[async_trait]
pub trait Reader: Send + Sync {
    /// Returns the live objects of `kind`: all of them, or at least every wanted one. Each object
    /// once, however pages overlapped.
    async fn list(
        &self,
        kind: &'static Descriptor,
        wanted: &[Wanted],
    ) -> Result<Vec<Live>, RemoteError>;

    /// Returns those of these ids that are there although the last `list` did not show them. A list
    /// whose end nothing tells may have lost some on its way: what is taken for gone is made again.
    async fn missed(
        &self,
        _kind: &'static Descriptor,
        _ids: &BTreeSet<String>,
    ) -> Result<Vec<Live>, RemoteError> {
        Ok(Vec::new())
    }

    /// Returns the children of `kind` in the parents of these ids (kinds listed by parent).
    async fn list_in(
        &self,
        kind: &'static Descriptor,
        parents: &[String],
    ) -> Result<Vec<Live>, RemoteError>;

    /// Returns one object by its id and path fields, or none.
    async fn get(
        &self,
        kind: &'static Descriptor,
        id: &str,
        object: &Value,
    ) -> Result<Option<Live>, RemoteError>;

    /// Returns a field that has a read of its own.
    async fn own(
        &self,
        kind: &'static Descriptor,
        own: &Own,
        id: &str,
    ) -> Result<Value, RemoteError>;

    /// Returns the edges asked for, by owner; others may be among them.
    async fn edges(
        &self,
        relation: &'static Relation,
        queries: &[EdgeQuery],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError>;

    /// Returns the edges asked for as lists without a total show them when they are read again:
    /// half an answer is sound too, and what is taken for gone is forgotten. Nothing where each list
    /// tells how long it is.
    async fn edges_again(
        &self,
        _relation: &'static Relation,
        _queries: &[EdgeQuery],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        Ok(BTreeMap::new())
    }

    /// Returns a secret output that can be read again, or none.
    async fn secret(
        &self,
        kind: &'static Descriptor,
        id: &str,
        output: &str,
    ) -> Result<Option<Secret>, RemoteError>;

    /// How many objects of `kind` the server has beyond those that its last `list` returned.
    fn left_out(&self, _kind: &Descriptor) -> usize {
        0
    }

    /// Returns an output that takes a request of its own, or none where the object is not there.
    async fn told(
        &self,
        _kind: &'static Descriptor,
        _id: &str,
        _output: &str,
    ) -> Result<Option<Value>, RemoteError> {
        Ok(None)
    }

    /// Returns the edges that lead to these far ends, by owner; nothing where they cannot be read
    /// from that side.
    async fn edges_to(
        &self,
        _relation: &'static Relation,
        _items: &[String],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        Ok(BTreeMap::new())
    }

    /// Who we are logged in as, if that is known: the id of an account.
    fn login(&self) -> Option<String> {
        None
    }

    /// Tries out what the server has stored, with these fields: what it says of it. Nothing is
    /// changed.
    async fn try_out(&self, _endpoint: &Endpoint, _body: &Known) -> Result<String, RemoteError> {
        Ok(String::new())
    }

    /// The last change of each of these objects, by id, as far as the server's own log tells of it.
    async fn traces(&self, _of: &[Traced<'_>]) -> Result<BTreeMap<String, Trace>, RemoteError> {
        Ok(BTreeMap::new())
    }

    /// Forgets what was read: the next read asks the server again, though nothing was written.
    fn forget(&self) {}

    /// How many writes this session was asked for, each counted once however often it was sent.
    fn writes(&self) -> u64 {
        0
    }

    /// How many requests this session has sent, log-ins and retries included.
    fn requests(&self) -> u64;
}

/// Writes live objects of one target.
#[async_trait]
pub trait Writer: Send + Sync {
    /// Creates an object and returns it as the server answered; where the answer has no body,
    /// with what was sent.
    async fn create(&self, call: &Call<'_>) -> Result<Live, RemoteError>;

    /// Changes the call's fields, those with routes of their own excepted.
    async fn update(&self, call: &Call<'_>) -> Result<Option<Live>, RemoteError>;

    /// Sets a field that has a route of its own; under that key, where the call takes one.
    async fn set_own(
        &self,
        own: &Own,
        call: &Call<'_>,
        key: Option<&str>,
    ) -> Result<(), RemoteError>;

    /// Sets a field whose route takes a list of objects, of all of these.
    async fn set_listed(&self, own: &Own, calls: &[Call<'_>]) -> Result<(), RemoteError> {
        for call in calls {
            self.set_own(own, call, None).await?;
        }
        Ok(())
    }

    /// Deletes an object; one that is gone already is no error.
    async fn delete(&self, call: &Call<'_>) -> Result<(), RemoteError>;

    /// Adds edges; one that is there already is no error.
    async fn attach(&self, call: &EdgeCall<'_>) -> Result<(), RemoteError>;

    /// Takes edges away; one that is gone already is no error.
    async fn detach(&self, call: &EdgeCall<'_>) -> Result<(), RemoteError>;

    /// Logs in once more, keeping the token that there is: whether that is still allowed.
    async fn try_log_in(&self) -> Result<(), RemoteError> {
        Ok(())
    }
}

/// Opens read sessions. One session a target, however often it is asked for.
#[async_trait]
pub trait ReadSessions: Send + Sync {
    /// The reader of `target`. Nothing is sent before its first read.
    async fn reader(&self, target: &KnownTarget) -> Result<Arc<dyn Reader>, RemoteError>;

    /// How many writes all sessions were asked for, each counted once.
    fn writes(&self) -> u64 {
        0
    }

    /// How many requests all sessions have sent.
    fn requests(&self) -> u64;
}

/// Opens write sessions.
#[async_trait]
pub trait WriteSessions: Send + Sync {
    /// The writer of `target`, sharing token, limits and connections with its reader.
    async fn writer(&self, target: &KnownTarget) -> Result<Arc<dyn Writer>, RemoteError>;

    /// The same sessions, to read.
    fn reads(&self) -> &dyn ReadSessions;
}

/// What a failed call means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteKind {
    /// The object, or what it refers to, is not there.
    NotFound,
    /// It is there already.
    Conflict,
    /// The log-in or the token was refused.
    Unauthenticated,
    /// Logged in, but not allowed.
    Denied,
    /// Too many requests, beyond all patience.
    RateLimited {
        /// What the server asked to wait.
        after: Option<Duration>,
    },
    /// The server refuses the content.
    Rejected,
    /// The server has no such route (an edition that lacks the kind).
    NotOffered,
    /// Nothing was done: the server could not be reached, or says that it is down.
    Unavailable,
    /// It may have happened: the answer was lost after the request was sent, or was a bare 500.
    Ambiguous,
    /// The answer is not what the API promises.
    Garbled,
    /// Something on our side: a bad setting, an unreadable file.
    Local,
}

/// A failed call: what was tried, where, and what came back. Holds no secret.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{method} {url}: {message}")]
pub struct RemoteError {
    /// What it means.
    pub kind: RemoteKind,
    /// The method, or a phase such as `log in`.
    pub method: String,
    /// Origin and path; no query, no credentials.
    pub url: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The server's own code (`role.name_in_use`, `ERR_USER_EXISTS`), if it gave one.
    pub code: Option<String>,
    /// What to tell the user, in one line, the server's text escaped.
    pub message: String,
    /// The server's request id, for its operators.
    pub request_id: Option<String>,
}

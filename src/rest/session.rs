//! One target's session: its token, its client, and what it has read.
//!
//! Reading and writing by kinds is in `reader` and `writer`; this sends one request.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use async_trait::async_trait;
use serde_json::Value as Json;
use url::Url;

use super::failure::{failed, garbled, local, refused};
use super::memo::Memo;
use super::request::{Draft, Unwritable};
use super::{Ask, Asked, Dialect, Effect};
use crate::http::{
    Answer, Client, HeaderMap, HeaderValue, Method as Verb, Request, Token, TokenCell,
};
use crate::kind::{Descriptor, Method, RemoteError, RemoteKind};

/// A session of one target. It is `Reader` and `Writer` both; callers hold one of the traits.
#[derive(Debug)]
pub struct Session<D> {
    pub(super) dialect: D,
    pub(super) kinds: &'static [Descriptor],
    pub(super) memo: Memo,
    /// By kind: how many objects a list holds that was not read whole.
    pub(super) left_out: Mutex<BTreeMap<&'static str, usize>>,
    /// How many writes it was asked for.
    pub(super) writes: AtomicU64,
    client: Client,
    token: TokenCell<RemoteError>,
}

#[async_trait]
impl<D: Dialect> Ask for Session<D> {
    async fn get(&self, path: &str, query: &str) -> Result<Json, RemoteError> {
        let (_, json) = self.json(&Draft::get(path.to_owned(), query)).await?;
        Ok(json)
    }
}

impl<D: Dialect> Session<D> {
    /// A session that has sent nothing yet. `kinds` are all kinds of the provider.
    pub fn new(dialect: D, client: Client, kinds: &'static [Descriptor]) -> Self {
        Self {
            dialect,
            kinds,
            memo: Memo::default(),
            left_out: Mutex::default(),
            writes: AtomicU64::default(),
            client,
            token: TokenCell::new(is_lasting),
        }
    }

    /// How many requests it has sent.
    pub(super) fn sent(&self) -> u64 {
        self.client.requests()
    }

    /// Sends one request and returns its answer if that is a success. A token that is refused is
    /// renewed once.
    pub(super) async fn call(&self, draft: &Draft) -> Result<Answer, RemoteError> {
        let asked = asked(draft);
        let token = self.token(None).await?;
        let mut answer = self.send(draft, &token).await?;
        if answer.status == 401 && self.dialect.renews() {
            let renewed = self.token(Some(token.generation)).await?;
            answer = self.send(draft, &renewed).await?;
        }
        if answer.is_success() {
            return Ok(answer);
        }
        let fault = self.dialect.fault(asked, &answer);
        Err(refused(asked, &answer, fault))
    }

    /// Reads JSON.
    pub(super) async fn json(&self, draft: &Draft) -> Result<(Answer, Json), RemoteError> {
        let answer = self.call(draft).await?;
        match serde_json::from_slice(&answer.body) {
            Ok(json) if !answer.is_html() => Ok((answer, json)),
            _ => Err(garbled(draft.method.as_str(), &answer, "JSON")),
        }
    }

    /// Reads JSON, or nothing where the object is not there.
    pub(super) async fn found(&self, draft: &Draft) -> Result<Option<Json>, RemoteError> {
        match self.json(draft).await {
            Ok((_, json)) => Ok(Some(json)),
            Err(error) if error.kind == RemoteKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A request that could not be written.
    pub(super) fn unwritable(&self, what: &str, error: &Unwritable) -> RemoteError {
        local(what, self.dialect.base(), error.to_string())
    }

    async fn token(&self, refused: Option<u64>) -> Result<Token, RemoteError> {
        let log_in = || self.dialect.log_in(&self.client);
        self.token.get(refused, log_in).await
    }

    /// Logs in as if there were no token, and keeps the one there is.
    pub(super) async fn log_in_anew(&self) -> Result<(), RemoteError> {
        self.dialect.log_in(&self.client).await.map(drop)
    }

    async fn send(&self, draft: &Draft, token: &Token) -> Result<Answer, RemoteError> {
        let asked = asked(draft);
        let url = self.url(draft)?;
        let header = token.header(self.dialect.scheme()).ok_or_else(|| {
            let message = "the token holds what no header may; is there a line break in it?";
            local(asked.method, self.dialect.base(), message)
        })?;
        let mut headers = HeaderMap::new();
        headers.insert("authorization", header);
        headers.insert("accept", HeaderValue::from_static("application/json"));
        if let Some((name, key)) = &draft.key {
            let key = HeaderValue::from_str(key)
                .map_err(|_| local(asked.method, self.dialect.base(), "the key fits no header"))?;
            headers.insert(*name, key);
        }
        let body = draft
            .body
            .as_ref()
            .map(|body| body.to_string().into_bytes());
        if body.is_some() {
            let json = HeaderValue::from_static("application/json");
            headers.insert("content-type", json);
        }
        let request = Request {
            method: verb(draft.method),
            url,
            headers,
            body,
            repeat: draft.repeat,
        };
        let sent = self.client.send(&request).await;
        sent.map_err(|problem| failed(asked, self.dialect.base(), problem))
    }

    fn url(&self, draft: &Draft) -> Result<Url, RemoteError> {
        let place = format!("{}{}", self.dialect.base(), draft.path);
        let mut url = Url::parse(&place).map_err(|error| {
            let message = format!("this is no URL: {error}");
            local(draft.method.as_str(), &place, message)
        })?;
        url.set_query(Some(draft.query.as_str()).filter(|query| !query.is_empty()));
        Ok(url)
    }
}

fn asked(draft: &Draft) -> Asked<'static> {
    let effect = match draft.method {
        Method::Get => Effect::Reads,
        _ => Effect::Writes,
    };
    Asked {
        method: draft.method.as_str(),
        effect,
    }
}

/// Credentials that were refused stay refused.
fn is_lasting(error: &RemoteError) -> bool {
    matches!(
        error.kind,
        RemoteKind::Unauthenticated | RemoteKind::Denied | RemoteKind::Local
    )
}

fn verb(method: Method) -> Verb {
    match method {
        Method::Get => Verb::GET,
        Method::Post => Verb::POST,
        Method::Put => Verb::PUT,
        Method::Patch => Verb::PATCH,
        Method::Delete => Verb::DELETE,
    }
}

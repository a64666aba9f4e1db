//! What the three servers do differently: log-in, pages, errors.
//!
//! A dialect sends nothing but its log-in, and asks for nothing but what its server's log tells.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value as Json;

use crate::http::{Answer, Client, Fresh, form_encoded};
use crate::kind::{RemoteError, RemoteKind, Trace, Traced};

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing changes by it.
    Reads,
    /// Something may have changed when it fails late.
    Writes,
}

/// The request that an answer is for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a str,
    /// What it was for.
    pub effect: Effect,
}

/// What an answer that is no success means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What it means.
    pub kind: RemoteKind,
    /// The server's own code.
    pub code: Option<String>,
    /// What to tell the user: one line, the server's text made harmless.
    pub message: String,
}

/// Reads what no kind describes.
#[async_trait]
pub trait Ask: Send + Sync {
    /// The JSON at a path.
    async fn get(&self, path: &str, query: &str) -> Result<Json, RemoteError>;
}

/// One server's ways.
#[async_trait]
pub trait Dialect: Send + Sync {
    /// The target's base URL, without a slash at the end.
    fn base(&self) -> &str;

    /// What stands before the token in `Authorization`.
    fn scheme(&self) -> &'static str;

    /// Fetches a token, or hands over the one that was configured.
    async fn log_in(&self, client: &Client) -> Result<Fresh, RemoteError>;

    /// The account that it logs in as, if that can be told.
    fn login(&self) -> Option<String> {
        None
    }

    /// Whether logging in again may bring another token.
    fn renews(&self) -> bool;

    /// The query of the page with this number, from 1, at the largest size.
    fn page(&self, number: usize) -> String {
        format!("page={number}&page_size={}", self.page_size())
    }

    /// The largest page.
    fn page_size(&self) -> usize {
        100
    }

    /// How many items a list has on all its pages together.
    fn total(&self, answer: &Answer) -> Option<usize> {
        answer.header("total-number")?.parse().ok()
    }

    /// The query that finds objects by a field's exact value.
    fn search(&self, field: &str, value: &str, case_sensitive: bool) -> String {
        let value = form_encoded(value);
        format!("search.{field}={value}&mode.{field}=exact&isCaseSensitive={case_sensitive}")
    }

    /// The last change of each of these objects, by id, as far as the server's log tells of it.
    async fn traces(
        &self,
        _ask: &dyn Ask,
        _of: &[Traced<'_>],
    ) -> Result<BTreeMap<String, Trace>, RemoteError> {
        Ok(BTreeMap::new())
    }

    /// What an answer that is no success means.
    fn fault(&self, asked: Asked<'_>, answer: &Answer) -> Fault;
}

/// What a status means when the body says nothing better.
pub fn by_status(asked: Asked<'_>, answer: &Answer) -> RemoteKind {
    match (answer.status, asked.effect) {
        (401, _) => RemoteKind::Unauthenticated,
        (403, _) => RemoteKind::Denied,
        (404, _) => RemoteKind::NotFound,
        (405 | 501, _) => RemoteKind::NotOffered,
        (409, _) => RemoteKind::Conflict,
        (429, _) => RemoteKind::RateLimited {
            after: answer.retry_after(),
        },
        (400..=499, _) => RemoteKind::Rejected,
        // It says when to come back, so it did not begin.
        (503, _) if answer.retry_after().is_some() => RemoteKind::Unavailable,
        (500..=599, Effect::Writes) => RemoteKind::Ambiguous,
        (500..=599, Effect::Reads) => RemoteKind::Unavailable,
        _ => RemoteKind::Garbled,
    }
}

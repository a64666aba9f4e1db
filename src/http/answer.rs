//! What a server answered: status, headers and the whole body.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use url::Url;

use super::retry;

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body, capped.
    pub body: Vec<u8>,
    /// What was asked, after redirects.
    pub url: Url,
}

impl Answer {
    /// Whether the status says that it was done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the body says that it is JSON.
    pub fn is_json(&self) -> bool {
        let media = self.media_type();
        media == "application/json" || media.ends_with("+json")
    }

    /// Whether the body is a page for people.
    pub fn is_html(&self) -> bool {
        let start = self.body.trim_ascii_start();
        let looks_so = |with: &[u8]| {
            start
                .get(..with.len())
                .is_some_and(|s| s.eq_ignore_ascii_case(with))
        };
        self.media_type() == "text/html" || looks_so(b"<!doctype html") || looks_so(b"<html")
    }

    /// What the server asked to wait, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        retry::retry_after(self.header(RETRY_AFTER.as_str())?, jiff::Timestamp::now())
    }

    fn media_type(&self) -> String {
        let whole = self.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let media = whole.split(';').next().unwrap_or_default();
        media.trim().to_ascii_lowercase()
    }
}

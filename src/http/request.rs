//! One request, whole, and whether it may be sent twice.

use std::fmt;

use reqwest::Method;
use reqwest::header::HeaderMap;
use url::Url;

/// Whether a request may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Sending it twice does what sending it once does.
    Always,
    /// Only if it provably never arrived, or was refused unread.
    IfUnsent,
}

/// One request.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Headers beside those of the client.
    pub headers: HeaderMap,
    /// The body: bytes, never a stream, so that `Content-Length` is there (DC/OS's IAM ignores a
    /// chunked body; reference/dcos-iam.md 2).
    pub body: Option<Vec<u8>>,
    /// Whether it may be repeated.
    pub repeat: Repeat,
}

impl fmt::Debug for Request {
    /// Neither headers nor body: both may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, super::problem::place(&self.url))
    }
}

/// A text as a form or a query has it (`application/x-www-form-urlencoded`).
pub fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

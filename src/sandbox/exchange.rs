//! A request and its answer, as plain values: an emulation needs no socket.
//!
//! Paths stay percent-encoded as they were sent: DC/OS tells `%2F` from `%252F`.

use serde_json::Value;

/// What a client asked of one target, the target's prefix already taken off the path.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, in capitals.
    pub method: String,
    /// The raw, percent-encoded path below the target's prefix; begins with `/`.
    pub path: String,
    /// What follows the `?`, raw.
    pub query: Option<String>,
    /// Lower-case names, values as sent.
    pub headers: Vec<(String, String)>,
    /// The body, undecoded.
    pub body: Vec<u8>,
    /// Where the client sees this target: `http://127.0.0.1:4000/t/default`, no slash at the end.
    pub base: String,
}

/// What a target answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Lower-case names; the length is the listener's business.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers or body. `target` may hold a query.
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query,
            base: "http://sandbox.test".to_owned(),
            ..Self::default()
        }
    }

    /// The same with a header; the name is lowered.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// The same with a JSON body and its content type.
    #[must_use]
    pub fn with_json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.with_header("content-type", "application/json")
    }

    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The path's segments, each percent-decoded once.
    pub fn segments(&self) -> Vec<String> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        path.split('/').map(decoded).collect()
    }

    /// The query's pairs, decoded, in order.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        let query = self.query.as_deref().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }

    /// The first value of a query parameter, decoded.
    pub fn query_value(&self, name: &str) -> Option<String> {
        let mut pairs = self.query_pairs().into_iter();
        pairs.find(|(known, _)| known == name).map(|(_, v)| v)
    }

    /// The body as JSON, if it is that.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Percent-decodes once; what is no UTF-8 is replaced.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let digits = pair.and_then(|pair| std::str::from_utf8(pair).ok());
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

impl Answer {
    /// An answer of that content type.
    pub fn typed(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
        }
    }

    /// JSON, as compact text.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::typed(status, "application/json; charset=utf-8", body.to_string())
    }

    /// Plain text.
    pub fn text(status: u16, body: &str) -> Self {
        Self::typed(status, "text/plain; charset=utf-8", body)
    }

    /// A page.
    pub fn html(status: u16, body: &str) -> Self {
        Self::typed(status, "text/html; charset=utf-8", body)
    }

    /// No body and no content type.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON, if it is that.
    pub fn as_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl std::fmt::Debug for Request {
    /// Headers and body may hold secrets and are not shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        self.query
            .iter()
            .try_for_each(|query| write!(f, "?{query}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_decoded_once() {
        let request = Request::new("GET", "/acls/dcos:a%252Fb/x%2Fy?z=1%202");
        assert_eq!(request.path, "/acls/dcos:a%252Fb/x%2Fy");
        assert_eq!(request.segments(), ["acls", "dcos:a%2Fb", "x/y"]);
        assert_eq!(request.query_value("z").as_deref(), Some("1 2"));
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%4"), "%zz%4");
    }

    #[test]
    fn debug_output_holds_no_credentials() {
        let request = Request::new("GET", "/x").with_header("Authorization", "Bearer hush");
        assert_eq!(format!("{request:?}"), "GET /x");
    }
}

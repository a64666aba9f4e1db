//! How a failure is told: where it happened, in which phase, whether the request may have
//! arrived; and how others' texts are made harmless.

use url::Url;

use super::Answer;
use crate::base::text::visible;
use crate::base::{Code, Diagnostic};

/// Where on its way a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before anything was sent: a wrong setting.
    Settings,
    /// Finding the host, or connecting.
    Connect,
    /// Agreeing on TLS.
    Tls,
    /// Sending the request or waiting for the answer.
    Wait,
    /// Reading the answer.
    Read,
    /// Being sent elsewhere.
    Redirect,
}

/// Whether a failed request arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It provably did not.
    No,
    /// Nobody knows.
    Perhaps,
    /// It did, and was not carried out.
    Refused,
}

/// A request without a usable answer. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// Where on its way.
    pub phase: Phase,
    /// Whether it arrived.
    pub reached: Reached,
    /// Origin and path; empty if there was no request.
    pub place: String,
    /// One line, lower case, naming the host.
    pub message: String,
}

/// Connections cannot be set up.
pub const BAD_SETTINGS: Code = Code("E0601");

impl Problem {
    /// As a message, of a client that could not even be made.
    pub fn diagnostic(&self) -> Diagnostic {
        let message = format!("setting up connections: {}", self.message);
        Diagnostic::error(BAD_SETTINGS, message)
    }

    /// A wrong setting.
    pub fn settings(message: impl Into<String>) -> Self {
        Self {
            phase: Phase::Settings,
            reached: Reached::No,
            place: String::new(),
            message: message.into(),
        }
    }

    pub(super) fn new(phase: Phase, reached: Reached, url: &Url, message: String) -> Self {
        Self {
            phase,
            reached,
            place: place(url),
            message,
        }
    }
}

/// Origin and path of `url`: no query, no credentials.
pub fn place(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // A URL that cannot have a user has none to hide.
    let _hidden = (shown.set_username(""), shown.set_password(None));
    shown.into()
}

/// Host, and port where it is not the scheme's.
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or("an unnamed host");
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// `text` on one line without anything that a terminal obeys, cut after `most` characters.
pub fn harmless(text: &str, most: usize) -> String {
    let line = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let mut cut: String = line.chars().take(most).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    visible(&cut).into_owned()
}

/// What an answer says, for a message: its text made harmless, or what sort of page it is.
pub fn said(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    if answer.is_html() {
        return match title(&text) {
            Some(title) => format!("an HTML page titled `{}`", harmless(title, 80)),
            None => "an HTML page".to_owned(),
        };
    }
    match harmless(&text, 300) {
        empty if empty.is_empty() => "nothing".to_owned(),
        text => format!("`{text}`"),
    }
}

fn title(page: &str) -> Option<&str> {
    let lower = page.to_ascii_lowercase(); // keeps every byte's place
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    Some(page[start..end].trim()).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderMap;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_place_has_neither_query_nor_credentials() {
        let shown = place(&url(
            "https://me:hunter2@h.example:8443/a%2Fb?token=hunter2#x",
        ));
        assert_eq!(shown, "https://h.example:8443/a%2Fb");
    }

    #[test]
    fn a_terminal_obeys_nothing_that_a_server_says() {
        let text = harmless("a\u{1b}[2Jb\nc\u{202e}d\u{7}\r", 99);
        assert_eq!(text, "a\\u{1b}[2Jb c\\u{202e}d\\u{7}");
        assert_eq!(harmless(&"x".repeat(500), 3), "xxx…");
    }

    fn page(content_type: &'static str, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", content_type.parse().expect("a header"));
        Answer {
            status: 401,
            headers,
            body: body.into(),
            url: url("http://h/"),
        }
    }

    #[test]
    fn a_page_is_called_by_its_title() {
        let html = "<html>\r\n<head><TITLE>401 Authorization Required</TITLE></head>";
        let title = "an HTML page titled `401 Authorization Required`";
        assert_eq!(said(&page("text/html", html)), title);
        assert_eq!(
            said(&page("text/plain", html)),
            title,
            "whatever it calls itself"
        );
        assert_eq!(said(&page("text/html", "<p>")), "an HTML page");
        assert_eq!(said(&page("text/plain", "Not Found")), "`Not Found`");
        assert_eq!(said(&page("text/plain", "")), "nothing");
    }
}

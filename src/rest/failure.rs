//! Failed calls as [`RemoteError`]s: what was tried, where, and what came back.

use super::dialect::{Asked, Effect, Fault};
use crate::http::problem::{harmless, place, said};
use crate::http::{Answer, Phase, Problem, Reached};
use crate::kind::{RemoteError, RemoteKind};

/// A request without a usable answer.
pub fn failed(asked: Asked<'_>, url: &str, problem: Problem) -> RemoteError {
    let Problem {
        phase,
        reached,
        place,
        message,
    } = problem;
    let kind = match (phase, reached, asked.effect) {
        (Phase::Settings | Phase::Tls, _, _) => RemoteKind::Local,
        (Phase::Redirect, _, _) => RemoteKind::Garbled,
        (_, Reached::Perhaps, Effect::Writes) => RemoteKind::Ambiguous,
        _ => RemoteKind::Unavailable,
    };
    RemoteError {
        kind,
        method: asked.method.to_owned(),
        url: if place.is_empty() {
            url.to_owned()
        } else {
            place
        },
        status: None,
        code: None,
        message,
        request_id: None,
    }
}

/// An answer that is no success, as a dialect read it.
pub fn refused(asked: Asked<'_>, answer: &Answer, fault: Fault) -> RemoteError {
    let Fault {
        kind,
        code,
        message,
    } = fault;
    let message = match kind {
        RemoteKind::RateLimited { after: Some(after) } => {
            format!("{message}; it wants to be left alone for {after:?}")
        }
        _ => message,
    };
    RemoteError {
        kind,
        status: Some(answer.status),
        code,
        message,
        ..about(asked.method, answer)
    }
}

/// An answer's status, the server's code and its words, for a message; what is in `code` and
/// `text` is made harmless.
pub fn told(answer: &Answer, code: Option<&str>, text: Option<&str>) -> String {
    let status = answer.status;
    match (code, text) {
        (Some(code), Some(text)) => {
            format!(
                "answered {status} {}: {}",
                harmless(code, 80),
                harmless(text, 300)
            )
        }
        (Some(code), None) => format!("answered {status} {}", harmless(code, 80)),
        (None, Some(text)) => format!("answered {status}: {}", harmless(text, 300)),
        (None, None) => format!("answered {status} with {}", said(answer)),
    }
}

/// An answer that is not what the API promises.
pub fn garbled(method: &str, answer: &Answer, expected: &str) -> RemoteError {
    let message = format!(
        "answered {} with {} where {expected} was expected; is the address right?",
        answer.status,
        said(answer)
    );
    RemoteError {
        message,
        ..about(method, answer)
    }
}

fn about(method: &str, answer: &Answer) -> RemoteError {
    // Logto's (reference/logto-management.md 1.2), and what proxies commonly set.
    let id = ["logto-core-request-id", "x-request-id"]
        .iter()
        .find_map(|name| answer.header(name));
    RemoteError {
        kind: RemoteKind::Garbled,
        method: method.to_owned(),
        url: place(&answer.url),
        status: Some(answer.status),
        code: None,
        message: String::new(),
        request_id: id.map(|id| harmless(id, 80)),
    }
}

/// Something on our side: a bad setting, a path that cannot be written.
pub fn local(phase: &str, place: &str, message: impl Into<String>) -> RemoteError {
    RemoteError {
        kind: RemoteKind::Local,
        method: phase.to_owned(),
        url: place.to_owned(),
        status: None,
        code: None,
        message: message.into(),
        request_id: None,
    }
}

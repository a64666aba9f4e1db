//! How a tenant's Management API answers.

use async_trait::async_trait;
use serde::Deserialize;

use super::auth::LogIn;
use crate::http::problem::harmless;
use crate::http::{Answer, Client, Fresh};
use crate::kind::{RemoteError, RemoteKind};
use crate::rest::{Asked, Dialect, Fault, by_status, told};

/// A tenant's Management API.
#[derive(Debug)]
pub struct Logto {
    pub(super) base: String,
    pub(super) log_in: LogIn,
}

/// `{"code": "area.reason", "message": …, "details"?: …}`; `code` is missing from malformed JSON
/// and bare 500s (reference/logto-management.md 1.2).
#[derive(Deserialize)]
struct Body {
    code: Option<String>,
    message: Option<String>,
    details: Option<String>,
}

#[async_trait]
impl Dialect for Logto {
    fn base(&self) -> &str {
        &self.base
    }

    fn scheme(&self) -> &'static str {
        "Bearer "
    }

    async fn log_in(&self, client: &Client) -> Result<Fresh, RemoteError> {
        self.log_in.fetch(client).await
    }

    fn renews(&self) -> bool {
        true
    }

    fn fault(&self, asked: Asked<'_>, answer: &Answer) -> Fault {
        fault(asked, answer)
    }
}

/// What an answer means. `message` follows the language asked for, so only `code` decides.
pub(super) fn fault(asked: Asked<'_>, answer: &Answer) -> Fault {
    let Ok(body) = serde_json::from_slice::<Body>(&answer.body) else {
        return Fault {
            kind: of_text(asked, answer),
            code: None,
            message: told(answer, None, None),
        };
    };
    let Body {
        code,
        message,
        details,
    } = body;
    // `details` names the field (guard.invalid_input, "Error in key path …").
    let text = details.or(message);
    Fault {
        kind: (code.as_deref())
            .and_then(|code| of_code(answer.status, code))
            .unwrap_or_else(|| by_status(asked, answer)),
        message: told(answer, code.as_deref(), text.as_deref()),
        code,
    }
}

/// A text that is no JSON: an unknown path is 404 "Not Found", a wrong method 405, and a body
/// over 1 MiB 404 too (reference/logto-management.md 1.2). None of these means "absent".
fn of_text(asked: Asked<'_>, answer: &Answer) -> RemoteKind {
    match answer.status {
        404 => RemoteKind::NotOffered,
        _ => by_status(asked, answer),
    }
}

fn of_code(status: u16, code: &str) -> Option<RemoteKind> {
    // A bare 500 may carry one (organizations.jsonl, `entity.not_exists`): the status wins.
    if status >= 500 {
        return None;
    }
    let reason = code.rsplit('.').next().unwrap_or(code);
    let exists = reason.ends_with("_in_use")
        || reason.ends_with("_exists")
        || matches!(
            code,
            "entity.unique_integrity_violation"
                | "connector.multiple_instances_not_supported"
                | "connector.multiple_target_with_same_platform"
                | "single_sign_on.duplicate_connector_name"
        );
    match code {
        "entity.not_exists"
        | "entity.not_exists_with_id"
        | "entity.not_found"
        | "entity.relation_foreign_key_not_found" => Some(RemoteKind::NotFound),
        _ if exists => Some(RemoteKind::Conflict),
        _ => None,
    }
}

/// A setting, for a message.
pub(super) fn words(text: &str) -> String {
    harmless(text, 120)
}

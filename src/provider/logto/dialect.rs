//! How a tenant's Management API answers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Deserialize;

use super::auth::LogIn;
use super::history;
use crate::http::problem::harmless;
use crate::http::{Answer, Client, Fresh};
use crate::kind::{RemoteError, RemoteKind, Trace, Traced};
use crate::rest::{Ask, Asked, Dialect, Fault, by_status, told};

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

    async fn traces(
        &self,
        ask: &dyn Ask,
        of: &[Traced<'_>],
    ) -> Result<BTreeMap<String, Trace>, RemoteError> {
        history::traces(ask, of).await
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
        // domains.jsonl 1158: a self-hosted server has no provider of host names.
        "domain.not_configured" => Some(RemoteKind::NotOffered),
        _ if exists => Some(RemoteKind::Conflict),
        _ => None,
    }
}

/// A setting, for a message.
pub(super) fn words(text: &str) -> String {
    harmless(text, 120)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HeaderMap;
    use crate::rest::Effect;
    use RemoteKind::{Ambiguous, Conflict, Denied, NotFound, NotOffered, Rejected, Unavailable};
    use url::Url;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
            url: Url::parse("http://h/api/roles").expect("a URL"),
        }
    }

    fn writes(status: u16, body: &str) -> Fault {
        let asked = Asked {
            method: "POST",
            effect: Effect::Writes,
        };
        fault(asked, &answer(status, body))
    }

    #[test]
    fn codes_decide_as_they_were_recorded() {
        for (status, code, kind) in [
            (404, "entity.not_exists_with_id", NotFound), // roles.jsonl, GET by id
            (404, "entity.not_exists", NotFound),         // roles.jsonl, PATCH
            (404, "entity.not_found", NotFound),          // roles.jsonl, DELETE
            (422, "entity.relation_foreign_key_not_found", NotFound),
            (422, "role.name_in_use", Conflict),
            (422, "role.scope_exists", Conflict),
            (422, "resource.resource_identifier_in_use", Conflict),
            (422, "user.username_already_in_use", Conflict),
            (422, "application.secret_name_exists", Conflict),
            (422, "entity.unique_integrity_violation", Conflict),
            (409, "single_sign_on.duplicate_connector_name", Conflict),
            (422, "entity.invalid_input", Rejected),
            (400, "guard.invalid_input", Rejected),
            (400, "resource.cannot_modify_management_api", Rejected),
            (403, "auth.forbidden", Denied),
            (500, "entity.not_exists", Ambiguous), // a bare 500 in disguise
        ] {
            let body = format!(r#"{{"code": "{code}", "message": "m"}}"#);
            let fault = writes(status, &body);
            assert_eq!(fault.kind, kind, "{status} {code}");
            assert_eq!(fault.code.as_deref(), Some(code));
        }
    }

    #[test]
    fn a_bare_500_leaves_a_write_open_and_a_read_undone() {
        let body = r#"{"message": "Internal server error."}"#;
        assert_eq!(writes(500, body).kind, Ambiguous);
        let asked = Asked {
            method: "GET",
            effect: Effect::Reads,
        };
        assert_eq!(fault(asked, &answer(500, body)).kind, Unavailable);
    }

    #[test]
    fn a_path_that_is_not_there_is_no_absent_object() {
        let fault = writes(404, "Not Found");
        assert_eq!(fault.kind, NotOffered);
        assert_eq!(fault.message, "answered 404 with `Not Found`");
        assert_eq!(writes(405, "Method Not Allowed").kind, NotOffered);
    }

    #[test]
    fn the_field_that_is_wrong_is_told() {
        let body = r#"{"code": "guard.invalid_input", "message": "The request body is invalid.",
            "details": "Error in key path \"description\": too short"}"#;
        let message = writes(400, body).message;
        let expected =
            r#"answered 400 guard.invalid_input: Error in key path "description": too short"#;
        assert_eq!(message, expected);
    }

    #[test]
    fn a_body_that_echoes_claims_is_not_repeated() {
        // reference/logto-management.md 1.1: an expired token's claims come back in the answer.
        let body = r#"{"code": "auth.unauthorized", "message": "Unauthorized.",
            "data": {"code": "ERR_JWT_EXPIRED", "payload": {"sub": "hunter2"}}}"#;
        assert!(!writes(401, body).message.contains("hunter2"));
    }
}

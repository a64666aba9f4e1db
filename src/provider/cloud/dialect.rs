//! How the Cloud API answers. It is closed: error bodies are documented for subscriptions only
//! (reference/logto-cloud.md), the others are inferred to be those of a tenant.

use async_trait::async_trait;
use serde::Deserialize;

use super::auth::Pat;
use crate::http::{Answer, Client, Fresh};
use crate::kind::{RemoteError, RemoteKind};
use crate::rest::{Asked, Dialect, Fault, by_status, told};

/// The Cloud API.
#[derive(Debug)]
pub struct Cloud {
    pub(super) base: String,
    pub(super) token: Pat,
}

/// `{"message": …, "error": {"code": …}}` (documented), or `{"code": …, "message": …}` (inferred).
#[derive(Deserialize)]
struct Body {
    code: Option<String>,
    message: Option<String>,
    error: Option<serde_json::Value>,
}

#[async_trait]
impl Dialect for Cloud {
    fn base(&self) -> &str {
        &self.base
    }

    fn scheme(&self) -> &'static str {
        "Bearer "
    }

    async fn log_in(&self, _client: &Client) -> Result<Fresh, RemoteError> {
        Ok(self.token.fresh())
    }

    fn renews(&self) -> bool {
        false
    }

    fn fault(&self, asked: Asked<'_>, answer: &Answer) -> Fault {
        fault(asked, answer)
    }
}

fn fault(asked: Asked<'_>, answer: &Answer) -> Fault {
    let status = by_status(asked, answer);
    let Ok(body) = serde_json::from_slice::<Body>(&answer.body) else {
        return Fault {
            kind: match status {
                RemoteKind::NotFound => RemoteKind::NotOffered,
                other => other,
            },
            code: None,
            message: told(answer, None, None),
        };
    };
    let inner = body
        .error
        .as_ref()
        .and_then(|error| error.get("code")?.as_str());
    let code = body.code.or_else(|| inner.map(str::to_owned));
    let message = told(answer, code.as_deref(), body.message.as_deref());
    let hint = match answer.status {
        401 => "; the account's `token` is not accepted: make a new personal access token",
        _ => "",
    };
    Fault {
        kind: status,
        message: format!("{message}{hint}"),
        code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HeaderMap;
    use crate::rest::Effect;
    use url::Url;

    fn told(status: u16, body: &str) -> Fault {
        let asked = Asked {
            method: "POST",
            effect: Effect::Writes,
        };
        let answer = Answer {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
            url: Url::parse("http://h/api/tenants").expect("a URL"),
        };
        fault(asked, &answer)
    }

    #[test]
    fn documented_bodies_and_those_of_a_tenant_are_both_read() {
        let documented = told(
            409,
            r#"{"message": "m", "error": {"code": "subscription_exists"}}"#,
        );
        assert_eq!(documented.code.as_deref(), Some("subscription_exists"));
        assert_eq!(documented.kind, RemoteKind::Conflict);
        let as_tenant = told(422, r#"{"message": "m", "code": "entity.invalid_input"}"#);
        assert_eq!(as_tenant.code.as_deref(), Some("entity.invalid_input"));
        assert_eq!(as_tenant.kind, RemoteKind::Rejected);
        let neither = told(400, r#"{"message": "m", "error": "bad"}"#);
        assert_eq!((neither.code, neither.kind), (None, RemoteKind::Rejected));
    }

    #[test]
    fn a_page_is_no_absent_tenant() {
        assert_eq!(told(404, "<html>").kind, RemoteKind::NotOffered);
        let absent = r#"{"message": "m", "error": {"code": "not_found"}}"#;
        assert_eq!(told(404, absent).kind, RemoteKind::NotFound);
    }
}

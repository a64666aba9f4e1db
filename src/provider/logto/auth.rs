//! Fetches a tenant's token: client credentials of a machine-to-machine application.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::dialect::{fault, words};
use crate::base::Secret;
use crate::http::{
    Answer, Client, Fresh, HeaderMap, HeaderValue, Method, Repeat, Request, form_encoded,
};
use crate::kind::{RemoteError, RemoteKind};
use crate::rest::{Asked, Effect, Fault, failed, garbled, local, refused};

const ASKED: Asked<'static> = Asked {
    method: "log in",
    effect: Effect::Reads,
};

/// What a log-in needs.
#[derive(Debug)]
pub(super) struct LogIn {
    pub(super) endpoint: Url,
    pub(super) resource: String,
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
}

/// The token endpoint's answer (reference/logto-management.md 1.1).
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<u64>,
    scope: Option<String>,
}

impl LogIn {
    pub(super) async fn fetch(&self, client: &Client) -> Result<Fresh, RemoteError> {
        let answer = client.send(&self.request()?).await;
        let place = self.endpoint.as_str();
        let answer = answer.map_err(|problem| failed(ASKED, place, problem))?;
        if !answer.is_success() {
            return Err(self.refusal(&answer));
        }
        let granted: Granted = serde_json::from_slice(&answer.body)
            .map_err(|_| garbled(ASKED.method, &answer, "a token"))?;
        // Without the scope the token is good for nothing: every call answers 403
        // (reference/logto-management.md 1.1, "forgetting `scope`").
        let scope = granted.scope.unwrap_or_default();
        if !scope.split(' ').any(|word| word == "all") {
            return Err(self.without_scope(&answer));
        }
        Ok(Fresh {
            text: Secret::new(granted.access_token),
            lifetime: granted.expires_in.map(Duration::from_secs),
        })
    }

    fn request(&self) -> Result<Request, RemoteError> {
        let mut headers = HeaderMap::new();
        let mut basic = HeaderValue::try_from(self.basic()).map_err(|_| {
            local(
                ASKED.method,
                self.endpoint.as_str(),
                "the client id is no text",
            )
        })?;
        basic.set_sensitive(true);
        headers.insert("authorization", basic);
        headers.insert("accept", HeaderValue::from_static("application/json"));
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert("content-type", form);
        let body = Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("resource", &self.resource)
            .append_pair("scope", "all")
            .finish();
        Ok(Request {
            method: Method::POST,
            url: self.endpoint.clone(),
            headers,
            body: Some(body.into_bytes()),
            repeat: Repeat::Always,
        })
    }

    /// Both halves are form-encoded first (RFC 6749, 2.3.1).
    fn basic(&self) -> String {
        let secret = form_encoded(self.client_secret.expose());
        let pair = format!("{}:{secret}", form_encoded(&self.client_id));
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn refusal(&self, answer: &Answer) -> RemoteError {
        let Fault {
            kind,
            code,
            message,
        } = fault(ASKED, answer);
        let (kind, hint) = match code.as_deref() {
            Some("oidc.invalid_client") => (
                RemoteKind::Unauthenticated,
                format!(
                    "; check clientId `{}` and its secret, and that the application is one of \
                     the tenant that this token endpoint belongs to",
                    words(&self.client_id)
                ),
            ),
            Some("oidc.invalid_target") => (
                RemoteKind::Local,
                format!(
                    "; the tenant knows no resource `{}`: set `connection.tenantId`, or \
                     `connection.resource`",
                    words(&self.resource)
                ),
            ),
            _ => (kind, String::new()),
        };
        let message = format!("{message}{hint}");
        refused(
            ASKED,
            answer,
            Fault {
                kind,
                code,
                message,
            },
        )
    }

    fn without_scope(&self, answer: &Answer) -> RemoteError {
        let message = format!(
            "the token for client `{}` comes without the scope `all`; give the application the \
             role \"Logto Management API access\"",
            words(&self.client_id)
        );
        let fault = Fault {
            kind: RemoteKind::Denied,
            code: None,
            message,
        };
        refused(ASKED, answer, fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_in() -> LogIn {
        LogIn {
            endpoint: Url::parse("https://acme.logto.app/oidc/token").expect("a URL"),
            resource: "https://acme.logto.app/api".into(),
            client_id: "id".into(),
            client_secret: Secret::new("a:b%"),
        }
    }

    #[test]
    fn the_client_goes_in_the_header_and_the_resource_in_the_form() {
        let request = log_in().request().expect("a request");
        let expected = format!("Basic {}", STANDARD.encode("id:a%3Ab%25"));
        assert_eq!(request.headers["authorization"], expected.as_str());
        assert!(request.headers["authorization"].is_sensitive());
        let body = String::from_utf8(request.body.expect("a body")).expect("a text");
        assert_eq!(
            body,
            "grant_type=client_credentials&resource=https%3A%2F%2Facme.logto.app%2Fapi&scope=all"
        );
        assert!(!format!("{:?}", log_in()).contains("a:b%"));
    }
}

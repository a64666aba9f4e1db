//! How a cluster answers: the IAM with JSON, Admin Router with pages.

use async_trait::async_trait;
use serde::Deserialize;

use super::auth::LogIn;
use crate::http::{Answer, Client, Fresh};
use crate::kind::{RemoteError, RemoteKind};
use crate::rest::{Asked, Dialect, Fault, by_status, told};

/// A cluster.
#[derive(Debug)]
pub struct Dcos {
    pub(super) base: String,
    pub(super) log_in: LogIn,
}

/// `{"title": …, "description": …, "code"?: …}` (reference/dcos-iam.md 2, "Error body").
#[derive(Deserialize)]
struct Body {
    description: Option<String>,
    title: Option<String>,
    code: Option<String>,
}

#[async_trait]
impl Dialect for Dcos {
    fn base(&self) -> &str {
        &self.base
    }

    /// Matched with its case (reference/dcos-iam.md 2).
    fn scheme(&self) -> &'static str {
        "token="
    }

    async fn log_in(&self, client: &Client) -> Result<Fresh, RemoteError> {
        self.log_in.fetch(&self.base, client).await
    }

    fn login(&self) -> Option<String> {
        self.log_in.uid()
    }

    fn renews(&self) -> bool {
        self.log_in.renews()
    }

    fn fault(&self, asked: Asked<'_>, answer: &Answer) -> Fault {
        fault(asked, answer)
    }
}

/// What an answer means: the code decides, never the text.
pub(super) fn fault(asked: Asked<'_>, answer: &Answer) -> Fault {
    let body = serde_json::from_slice::<Body>(&answer.body).ok();
    let Some(Body {
        description,
        title,
        code,
    }) = body
    else {
        return of_page(asked, answer);
    };
    let text = description.or(title);
    Fault {
        kind: (code.as_deref())
            .and_then(of_code)
            .unwrap_or_else(|| by_status(asked, answer)),
        message: told(answer, code.as_deref(), text.as_deref()),
        code,
    }
}

/// Admin Router's own pages, and empty answers.
fn of_page(asked: Asked<'_>, answer: &Answer) -> Fault {
    let (kind, hint) = match answer.status {
        // Absent objects are 400 with a code: a route that is not there is 404 without a body.
        404 => (
            RemoteKind::NotOffered,
            "; this cluster has no such route (Open DC/OS has users and service accounts only)",
        ),
        403 => (
            RemoteKind::Denied,
            "; the login needs to be a superuser, or to have `full` on dcos:adminrouter:acs",
        ),
        _ => (by_status(asked, answer), ""),
    };
    Fault {
        kind,
        code: None,
        message: format!("{}{hint}", told(answer, None, None)),
    }
}

/// Codes of reference/dcos-iam.md 2; the others are told by their status.
fn of_code(code: &str) -> Option<RemoteKind> {
    Some(match code {
        "ERR_UNKNOWN_USER_ID"
        | "ERR_UNKNOWN_GROUP_ID"
        | "ERR_UNKNOWN_RESOURCE_ID"
        | "ERR_LDAP_CONFIG_NOT_AVAILABLE"
        | "ERR_USER_NOT_IN_GROUP"
        | "ERR_USER_NOT_IN_ACL"
        | "ERR_GROUP_NOT_IN_ACL"
        | "ERR_ACTION_NOT_YET_STORED" => RemoteKind::NotFound,
        "ERR_USER_EXISTS"
        | "ERR_GROUP_EXISTS"
        | "ERR_ACL_EXISTS"
        | "ERR_PERMISSION_EXISTS"
        | "ERR_USER_ALREADY_IN_GROUP" => RemoteKind::Conflict,
        "ERR_INVALID_CREDENTIALS" | "ERR_INVALID_CREDENTIALS_LDAP" => RemoteKind::Unauthenticated,
        "ERR_IS_SUPERUSER_ACL" | "ERR_IS_SUPERUSER_GROUP" | "ERR_NO_MORE_SUPERUSERS" => {
            RemoteKind::Denied
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HeaderMap;
    use crate::rest::Effect;
    use RemoteKind::{Conflict, Denied, NotFound, NotOffered, Rejected, Unauthenticated};
    use url::Url;

    fn told(status: u16, body: &str) -> Fault {
        let asked = Asked {
            method: "PUT",
            effect: Effect::Writes,
        };
        let answer = Answer {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
            url: Url::parse("http://h/acs/api/v1/users/x").expect("a URL"),
        };
        fault(asked, &answer)
    }

    #[test]
    fn codes_decide_because_absent_is_400() {
        for (status, code, kind) in [
            (400, "ERR_UNKNOWN_USER_ID", NotFound), // users.jsonl
            (400, "ERR_UNKNOWN_RESOURCE_ID", NotFound),
            (409, "ERR_USER_EXISTS", Conflict), // users.jsonl
            (400, "ERR_INVALID_USER_ID", Rejected),
            (400, "ERR_INVALID_DATA", Rejected),
            (401, "ERR_INVALID_CREDENTIALS", Unauthenticated), // auth.jsonl
            (400, "ERR_NO_MORE_SUPERUSERS", Denied),
        ] {
            let body = format!(r#"{{"title": "t", "description": "d", "code": "{code}"}}"#);
            let fault = told(status, &body);
            assert_eq!((fault.kind, fault.code.as_deref()), (kind, Some(code)));
        }
    }

    #[test]
    fn a_complaint_without_a_code_tells_its_hint() {
        // users.jsonl: schema violations have no code.
        let body = r#"{"title": "Bad Request", "description": "Unexpected JSON input. Hint: x"}"#;
        let fault = told(400, body);
        assert_eq!((fault.kind, fault.code), (Rejected, None));
        assert_eq!(
            fault.message,
            "answered 400: Unexpected JSON input. Hint: x"
        );
    }

    #[test]
    fn a_route_that_is_not_there_is_no_absent_object() {
        assert_eq!(told(404, "").kind, NotOffered); // protocol.jsonl
    }

    #[test]
    fn pages_of_admin_router_are_told_by_their_title() {
        let page = "<!DOCTYPE html>\n<html>\n<head>\n  <title>Unauthorized</title>";
        let fault = told(401, page); // adminrouter.jsonl
        assert_eq!(fault.kind, Unauthenticated);
        assert_eq!(
            fault.message,
            "answered 401 with an HTML page titled `Unauthorized`"
        );
        let denied = told(403, page);
        assert_eq!(denied.kind, Denied);
        assert!(
            denied.message.contains("dcos:adminrouter:acs"),
            "{}",
            denied.message
        );
    }
}

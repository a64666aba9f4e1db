//! Admin Router, which stands before the IAM: who may pass, and the pages for those who may not.
//!
//! Open asks for a valid token only (adminrouter.jsonl 27); Enterprise for a superuser or `full`
//! on `dcos:adminrouter:acs` too ([D]). One thing Open's router does is not played: it takes a
//! token signed with its public key as a shared secret (adminrouter.jsonl 19), a hole.

use super::edition::Edition;
use super::token::Tokens;
use super::{names, superuser};
use crate::sandbox::exchange::{Answer, Request, decoded};
use crate::sandbox::tables::Tables;

const HTML: &str = "text/html; charset=UTF-8";

/// The page for those without a good token (adminrouter.jsonl 6).
const UNAUTHORIZED: &str = r#"<!DOCTYPE html>

<html>
<head>
  <title>Unauthorized</title>
  <noscript><meta http-equiv="refresh" content="5; url=/#/login"></noscript>
  <script>
    (function () {
      var location = window.location;
      location.href = "/#/login?redirect=" + encodeURIComponent(location.href);
    }())
  </script>
</head>
<body>
  <h1>Unauthorized</h1>
</body>
</html>

"#;

/// The page for those who may not: that it is a page is documented, its text is inferred.
const FORBIDDEN: &str = "<!DOCTYPE html>\n\n<html>\n<head>\n  <title>Forbidden</title>\n</head>\n<body>\n  <h1>Forbidden</h1>\n</body>\n</html>\n";

/// The page of nginx for what is nobody's ([I]).
const NOT_FOUND: &str = "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n";

/// What anybody may reach below `/acs/api/v1/auth/` in Enterprise ([D]).
const PUBLIC: [&str; 9] = [
    "login",
    "logout",
    "jwks",
    "providers",
    "oidc/callback",
    "oidc/providers",
    "oidc/providers/",
    "saml/providers",
    "saml/providers/",
];

/// Lets the request pass, or answers it.
pub(super) fn admit(
    edition: Edition,
    tables: &mut Tables,
    tokens: &mut Tokens,
    request: &Request,
    now: u64,
) -> Result<(), Answer> {
    let Some(path) = request.path.strip_prefix(names::BASE) else {
        return Err(Answer::typed(404, HTML, NOT_FOUND));
    };
    let path = decoded(path);
    if is_public(edition, &path) {
        return Ok(());
    }
    let holder = token(request).and_then(|token| tokens.holder(tables, token, now));
    let Some(uid) = holder else {
        return Err(Answer::typed(401, HTML, UNAUTHORIZED)
            .with_header("www-authenticate", edition.challenge()));
    };
    if edition == Edition::Open || superuser::may_use_iam(tables, &uid) || is_own(&path, &uid) {
        return Ok(());
    }
    Err(Answer::typed(403, HTML, FORBIDDEN))
}

/// `Authorization: token=…` or `Bearer …`, capitals as written (adminrouter.jsonl 3 to 11); the
/// cookie counts only if there is no such header at all (adminrouter.jsonl 5, 6).
fn token(request: &Request) -> Option<&str> {
    if let Some(header) = request.header("authorization") {
        let token = header.strip_prefix("token=");
        return token.or_else(|| header.strip_prefix("Bearer ").map(str::trim_start));
    }
    let cookies = request.header("cookie")?.split(';');
    let mut ours = cookies.filter_map(|cookie| cookie.trim().strip_prefix("dcos-acs-auth-cookie="));
    ours.next()
}

/// Open: everything below `auth/` (adminrouter.jsonl 1, 2); Enterprise: a list ([D]).
fn is_public(edition: Edition, path: &str) -> bool {
    let Some(path) = path.strip_prefix("/auth/") else {
        return false;
    };
    edition == Edition::Open || PUBLIC.contains(&path) || is_saml_answer(path)
}

/// `saml/providers/<[0-9a-zA-Z-]+>/acs-callback` ([D]).
fn is_saml_answer(path: &str) -> bool {
    let id = path.strip_prefix("saml/providers/");
    let id = id.and_then(|rest| rest.strip_suffix("/acs-callback"));
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    id.is_some_and(|id| !id.is_empty() && id.bytes().all(letter))
}

/// Everybody may read their own permissions ([D]).
fn is_own(path: &str, uid: &str) -> bool {
    path == format!("/users/{uid}/permissions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enterprise_opens_a_list_of_paths_and_open_all_below_auth() {
        let (open, enterprise) = (Edition::Open, Edition::Enterprise);
        for path in [
            "/auth/login",
            "/auth/oidc/providers/",
            "/auth/saml/providers/a-B9/acs-callback",
        ] {
            assert!(is_public(enterprise, path), "{path}");
        }
        for path in [
            "/auth/oidc/providers/x",
            "/auth/saml/providers/a_b/acs-callback",
        ] {
            assert!(
                !is_public(enterprise, path) && is_public(open, path),
                "{path}"
            );
        }
        assert!(!is_public(open, "/users"));
    }

    #[test]
    fn a_bad_header_hides_a_good_cookie() {
        let request = Request::new("GET", "/").with_header("cookie", "a=b; dcos-acs-auth-cookie=t");
        assert_eq!(token(&request), Some("t"));
        assert_eq!(
            token(&request.with_header("authorization", "Token=t")),
            None
        );
    }
}

//! `/auth/login`: passwords and service tokens in, authentication tokens out.
//!
//! Its server bugs are played too: clients meet them (500, `[R]`).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::call::{Call, Reply};
use super::edition::Edition;
use super::fault::{INVALID_CREDENTIALS, MISSING_QUERY, unfitting};
use super::{password, protocol, providers, public_key, schema, token, users};
use crate::sandbox::exchange::Answer;

/// The members that matter.
struct Written {
    uid: Option<String>,
    password: Option<String>,
    token: Option<String>,
    /// Not documented: when the token shall end (services.jsonl 39 to 41).
    exp: Option<Value>,
}

/// `POST /auth/login` (auth.jsonl 4 to 29, services.jsonl 26 to 41).
pub(super) fn log_in(call: &mut Call<'_>) -> Reply {
    let body = schema::checked(call, &schema::LOGIN)?;
    let written = Written::checked(&body)?;
    let Some(uid) = written.uid.as_deref() else {
        return Err(with_id_token(written.token.as_deref().unwrap_or_default()));
    };
    let Some(account) = call.tables.get(users::TABLE, uid).cloned() else {
        return Err(denied()); // auth.jsonl 7, services.jsonl 38
    };
    if users::is_service(&account) {
        return service(call, uid, &account, &written);
    }
    if account["provider_type"] != "internal" {
        return Err(external(call.edition));
    }
    person(call, uid, &account, &written)
}

impl Written {
    fn checked(body: &Map<String, Value>) -> Result<Self, Answer> {
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let written = Self {
            uid: text("uid"),
            password: text("password"),
            token: text("token"),
            exp: body.get("exp").filter(|exp| !exp.is_null()).cloned(),
        };
        if written.password.is_some() == written.token.is_some() {
            // auth.jsonl 11, 12
            let told = "Exactly one of `token` and `password` must be provided in the request body";
            return Err(unfitting(told));
        }
        if written.password.is_some() && written.uid.is_none() {
            return Err(unfitting("`uid` missing in the request body")); // auth.jsonl 13
        }
        if written.password.as_deref() == Some("") || written.uid.as_deref() == Some("") {
            // auth.jsonl 14, 15
            return Err(unfitting("`uid` and `password` must not be empty strings"));
        }
        Ok(written)
    }

    /// An empty token counts as none from here on (services.jsonl 35).
    fn service_token(&self) -> Option<&str> {
        self.token.as_deref().filter(|token| !token.is_empty())
    }
}

fn person(call: &mut Call<'_>, uid: &str, account: &Value, written: &Written) -> Reply {
    let Some(secret) = &written.password else {
        return Err(protocol::server_error()); // auth.jsonl 9
    };
    let kept = account["password"].as_str().unwrap_or_default();
    if !password::fits(secret, kept) {
        return Err(denied()); // auth.jsonl 6
    }
    let issued = call.tokens.issue(call.tables, uid, call.now);
    welcome(uid, account, issued)
}

/// RS256, signed by the account's key, `uid` as in the body, `exp` optional
/// (services.jsonl 26 to 35).
fn service(call: &mut Call<'_>, uid: &str, account: &Value, written: &Written) -> Reply {
    let sent = written.service_token().ok_or_else(denied)?;
    let key = account["public_key"].as_str().unwrap_or_default();
    let key = public_key::rsa_key(key).map_err(|_| denied())?;
    let claims = token::verified(sent, &key).ok_or_else(denied)?;
    let ended = claims
        .get("exp")
        .is_some_and(|exp| !token::ends_after(exp, call.now));
    let early = claims
        .get("nbf")
        .is_some_and(|nbf| token::ends_after(nbf, call.now));
    if ended || early || claims.get("uid") != Some(&json!(uid)) {
        return Err(denied());
    }
    let issued = match &written.exp {
        None => call.tokens.issue(call.tables, uid, call.now),
        Some(exp) => {
            let claims = private_claims(uid, exp)?;
            call.tokens.sign(call.tables, &claims)
        }
    };
    welcome(uid, account, issued)
}

/// 0 leaves `exp` out (services.jsonl 39), a number is taken (40), what Python's `int` does not
/// read is an exception (41).
fn private_claims(uid: &str, exp: &Value) -> Result<Value, Answer> {
    let number = match exp {
        Value::Bool(flag) => Some(i64::from(*flag)),
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_i64(),
    };
    match number {
        None => Err(protocol::server_error()),
        Some(0) if !exp.is_string() => Ok(json!({ "uid": uid })),
        Some(number) => Ok(json!({"uid": uid, "exp": number})),
    }
}

/// A token without a uid is an ID token of the one issuer that Open trusts, which a sandbox
/// cannot have (services.jsonl 36); one that is no JWT is an exception (services.jsonl 37).
fn with_id_token(sent: &str) -> Answer {
    let header = sent.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).ok();
    let is_jwt = sent.split('.').count() == 3
        && header.is_some_and(|header| serde_json::from_slice::<Value>(&header).is_ok());
    if is_jwt {
        let told = "OpenID Connect ID Token login failed: bad token";
        protocol::error(401, "401 Unauthorized", told, None)
    } else {
        protocol::server_error()
    }
}

/// Open has no code for it (auth.jsonl 10); Enterprise asks the provider, and there is none
/// behind a sandbox ([I]).
fn external(edition: Edition) -> Answer {
    match edition {
        Edition::Open => protocol::server_error(),
        Edition::Enterprise => denied(),
    }
}

fn denied() -> Answer {
    INVALID_CREDENTIALS
        .about(&[])
        .with_header("www-authenticate", "acsjwt") // auth.jsonl 6
}

/// The token, in the body and in cookies for browsers (auth.jsonl 4).
fn welcome(uid: &str, account: &Value, issued: Option<String>) -> Reply {
    let issued = issued.ok_or_else(protocol::server_error)?;
    let info = json!({
        "uid": uid,
        "description": account["description"],
        "is_remote": false,
    });
    let info = STANDARD.encode(info.to_string());
    let quote = if info.contains('=') { "\"" } else { "" };
    Ok(protocol::json(&json!({ "token": issued }))
        .with_header(
            "set-cookie",
            format!("dcos-acs-auth-cookie={issued}; HttpOnly; Max-Age=432000; Path=/"),
        )
        .with_header(
            "set-cookie",
            format!("dcos-acs-info-cookie={quote}{info}{quote}; Max-Age=432000; Path=/"),
        ))
}

/// `GET /auth/login?oidc-provider=…`: begins a login in the browser (auth.jsonl 30 to 33).
pub(super) fn start(call: &mut Call<'_>) -> Reply {
    let asked = |name: &str| call.request.query_value(name).filter(|id| !id.is_empty());
    let Some(id) = asked("oidc-provider").or_else(|| asked("saml-provider")) else {
        return Err(MISSING_QUERY.about(&[]));
    };
    let accept = call.request.header("accept").unwrap_or_default();
    let browser = accept.to_ascii_lowercase().contains("text/html");
    if browser && !providers::is_login(call, &id) {
        // auth.jsonl 31
        let told = format!("The login provider with ID '{id}' is not known");
        let told = percent_encoded(&told);
        return Ok(protocol::empty(303).with_header("location", format!("/?iam-error={told}")));
    }
    // auth.jsonl 32: Open does not know how to go on; nor does a sandbox without a provider [I]
    Err(protocol::server_error())
}

/// All but letters, digits and `-._~`.
fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(format!("%{byte:02X}").chars());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_end_is_read_as_python_reads_it() {
        let claims = |exp: Value| private_claims("u", &exp).ok();
        assert_eq!(claims(json!(0)), Some(json!({"uid": "u"})));
        assert_eq!(claims(json!(7)), Some(json!({"uid": "u", "exp": 7})));
        assert_eq!(claims(json!("x")), None);
    }

    #[test]
    fn a_query_value_is_encoded_as_recorded() {
        assert_eq!(percent_encoded("with ID 'a-b'"), "with%20ID%20%27a-b%27");
    }
}

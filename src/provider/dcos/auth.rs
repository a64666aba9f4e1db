//! Logs in to a cluster: by password, by a service account's key, or with a token from elsewhere.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::dialect::fault;
use crate::base::Secret;
use crate::http::problem::harmless;
use crate::http::{Client, Fresh, HeaderMap, HeaderValue, Method, Repeat, Request};
use crate::kind::{RemoteError, RemoteKind};
use crate::rest::settings::Settings;
use crate::rest::{Asked, Effect, failed, garbled, local, refused};

const ASKED: Asked<'static> = Asked {
    method: "log in",
    effect: Effect::Reads,
};
const PATH: &str = "/acs/api/v1/auth/login";
/// How long a log-in token lives: it should be less than ten minutes (reference/dcos-iam.md 3).
const LOG_IN_LIFE: i64 = 300;
/// How long a token lives unless it says otherwise (reference/dcos-iam.md 3).
const LIFE: Duration = Duration::from_hours(5 * 24);

/// How to log in.
#[derive(Debug)]
pub(super) enum LogIn {
    /// A user's.
    Password { uid: String, password: Secret },
    /// A service account's.
    Key { uid: String, key: Secret },
    /// A token from elsewhere, which is not renewed.
    Token(Secret),
}

/// What a service account signs.
#[derive(Serialize)]
struct Claims<'a> {
    uid: &'a str,
    exp: i64,
}

/// `{"token": …}`.
#[derive(Deserialize)]
struct Granted {
    token: String,
}

/// What we look at in the token: when it ends.
#[derive(Deserialize)]
struct Ends {
    exp: f64,
}

/// What we look at in the token: whose it is.
#[derive(Deserialize)]
struct Whose {
    uid: String,
}

impl LogIn {
    pub(super) fn new(settings: Settings<'_>) -> Result<Self, RemoteError> {
        let uid = || settings.text("login.uid").map(str::to_owned);
        if settings.get("login.token").is_some() {
            return Ok(Self::Token(settings.secret("login.token")?));
        }
        if settings.get("login.privateKey").is_some() {
            let (uid, key) = (uid()?, settings.secret("login.privateKey")?);
            return Ok(Self::Key { uid, key });
        }
        Ok(Self::Password {
            uid: uid()?,
            password: settings.secret("login.password")?,
        })
    }

    /// Whose login it is: as it is written, or as its token says.
    pub(super) fn uid(&self) -> Option<String> {
        match self {
            Self::Password { uid, .. } | Self::Key { uid, .. } => Some(uid.clone()),
            Self::Token(token) => said::<Whose>(token.expose()).map(|whose| whose.uid),
        }
    }

    pub(super) const fn renews(&self) -> bool {
        !matches!(self, Self::Token(_))
    }

    pub(super) async fn fetch(&self, base: &str, client: &Client) -> Result<Fresh, RemoteError> {
        let (uid, body) = match self {
            Self::Token(token) => {
                return Ok(Fresh {
                    text: token.clone(),
                    lifetime: None,
                });
            }
            Self::Password { uid, password } => {
                (uid, json!({"uid": uid, "password": password.expose()}))
            }
            Self::Key { uid, key } => {
                let token = sign(uid, key, base, Timestamp::now().as_second())?;
                (uid, json!({"uid": uid, "token": token}))
            }
        };
        let request = request(base, &body)?;
        let answer = client.send(&request).await;
        let answer = answer.map_err(|problem| failed(ASKED, base, problem))?;
        if !answer.is_success() {
            let mut error = refused(ASKED, &answer, fault(ASKED, &answer));
            if error.kind == RemoteKind::Unauthenticated {
                let uid = harmless(uid, 96);
                error.message = format!("{}; check the login of `{uid}`", error.message);
            }
            return Err(error);
        }
        let granted: Granted = serde_json::from_slice(&answer.body)
            .map_err(|_| garbled(ASKED.method, &answer, "a token"))?;
        let lifetime = lifetime(&granted.token, Timestamp::now().as_second());
        Ok(Fresh {
            text: Secret::new(granted.token),
            lifetime: Some(lifetime),
        })
    }
}

fn request(base: &str, body: &serde_json::Value) -> Result<Request, RemoteError> {
    let url = Url::parse(&format!("{base}{PATH}"));
    let url = url.map_err(|error| local(ASKED.method, base, error.to_string()))?;
    let json = HeaderValue::from_static("application/json");
    let mut headers = HeaderMap::new();
    headers.insert("accept", json.clone());
    headers.insert("content-type", json);
    Ok(Request {
        method: Method::POST,
        url,
        headers,
        body: Some(body.to_string().into_bytes()),
        repeat: Repeat::Always,
    })
}

/// An RS256 token with `uid` and `exp`, at `now` in seconds (reference/dcos-iam.md 3).
fn sign(uid: &str, key: &Secret, base: &str, now: i64) -> Result<String, RemoteError> {
    let unusable = |_| {
        let message = "the private key is no RSA key in PEM (-----BEGIN PRIVATE KEY-----)";
        local(ASKED.method, base, message)
    };
    let key = EncodingKey::from_rsa_pem(key.expose().as_bytes()).map_err(unusable)?;
    let exp = now + LOG_IN_LIFE;
    let header = Header::new(Algorithm::RS256);
    jsonwebtoken::encode(&header, &Claims { uid, exp }, &key).map_err(unusable)
}

/// How long a token lives: as it says, at most five days; where our clock cannot be right, five
/// days, and a 401 renews it.
fn lifetime(token: &str, now: i64) -> Duration {
    let ends = said::<Ends>(token);
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds since 1970 are far below 2^52"
    )]
    let left = ends.map(|Ends { exp }| exp - now as f64);
    left.and_then(|left| Duration::try_from_secs_f64(left).ok())
        .filter(|left| !left.is_zero())
        .map_or(LIFE, |left| left.min(LIFE))
}

/// What a token claims; nothing is verified.
fn said<T: serde::de::DeserializeOwned>(token: &str) -> Option<T> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_whose_it_is() {
        let of = |text: String| LogIn::Token(Secret::new(text)).uid();
        assert_eq!(
            of(token(&json!({"uid": "alice"}))).as_deref(),
            Some("alice")
        );
        assert_eq!(of("opaque".to_owned()), None);
    }

    fn token(claims: &serde_json::Value) -> String {
        format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[test]
    fn a_token_lives_as_long_as_it_says_and_at_most_five_days() {
        let of = |claims| lifetime(&token(&claims), 1_000);
        assert_eq!(of(json!({"exp": 4_600})), Duration::from_hours(1));
        assert_eq!(
            of(json!({"exp": 4_600.5})),
            Duration::from_millis(3_600_500)
        );
        assert_eq!(of(json!({"exp": 999_999_999})), LIFE);
    }

    #[test]
    fn a_token_that_says_nothing_or_nonsense_is_tried() {
        for claims in [json!({}), json!({"exp": 1}), json!({"exp": "soon"})] {
            assert_eq!(lifetime(&token(&claims), 1_000), LIFE, "{claims}");
        }
        assert_eq!(lifetime("opaque", 1_000), LIFE);
    }
}

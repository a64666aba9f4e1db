//! `/auth/jwks` and `/auth/logout`: what anybody may ask.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::call::{Call, Reply};
use super::{protocol, public_key};
use crate::base::text::hex;
use crate::sandbox::exchange::Answer;

/// `GET /auth/jwks` (auth.jsonl 34). The server derives the key's name from its numbers; so does
/// this, in its own way, since nobody can tell.
pub(super) fn jwks(call: &mut Call<'_>) -> Reply {
    let der = call.tokens.public(call.tables).unwrap_or_default();
    let Some((modulus, exponent)) = public_key::numbers(&der) else {
        return Err(protocol::server_error());
    };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &der);
    let name = hex(digest.as_ref());
    Ok(protocol::json(&json!({"keys": [{
        "kid": name,
        "kty": "RSA",
        "n": URL_SAFE_NO_PAD.encode(modulus),
        "e": URL_SAFE_NO_PAD.encode(exponent),
        "alg": "RS256",
        "use": "sig",
    }]})))
}

/// `GET /auth/logout`: only the cookie goes, the token stays good (auth.jsonl 36).
pub(super) fn log_out() -> Answer {
    let gone = "dcos-acs-auth-cookie=\"\"; expires=Sat, 01 Jan 2000 00:00:00 GMT; HttpOnly; Path=/";
    protocol::empty(200).with_header("set-cookie", gone)
}

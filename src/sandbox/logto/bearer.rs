//! Access tokens: signed with a key of the tenant's own, so that none is good elsewhere.
//!
//! Signed with HMAC, where the server uses ES384: no client looks inside.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::call::Call;
use super::refusal::{Refusal, coded, with_data};
use crate::sandbox::random;
use crate::sandbox::tables::Tables;

/// The table of the signing key and of the generation of tokens.
const KEYS: &str = "token_keys";

/// Makes the tenant's signing key.
pub(super) fn make_key(tables: &mut Tables) {
    tables.put(KEYS, "signing", json!(random::base62(43)));
    tables.put(KEYS, "generation", json!(1));
}

/// Counts all tokens that were given out as expired.
pub(super) fn expire_all(tables: &mut Tables) {
    let next = generation(tables) + 1;
    tables.put(KEYS, "generation", json!(next));
}

fn generation(tables: &Tables) -> u64 {
    tables
        .get(KEYS, "generation")
        .and_then(Value::as_u64)
        .unwrap_or(0)
}

fn key(tables: &Tables) -> hmac::Key {
    let text = tables
        .get(KEYS, "signing")
        .and_then(Value::as_str)
        .unwrap_or_default();
    hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes())
}

/// Signs the claims.
pub(super) fn signed(tables: &Tables, claims: &Value) -> String {
    let header = json!({"alg": "HS256", "typ": "at+jwt", "kid": generation(tables).to_string()});
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let content = format!("{}.{}", part(&header), part(claims));
    let signature = hmac::sign(&key(tables), content.as_bytes());
    format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

/// Refuses a request whose token does not reach the Management API (section 1.1).
pub(super) fn check(call: &Call<'_>) -> Result<(), Refusal> {
    let Some(header) = call.request.header("authorization") else {
        let message = "Authorization header is missing.";
        return Err(coded(401, "auth.authorization_header_missing", message));
    };
    let Some(token) = header.strip_prefix("Bearer") else {
        let code = "auth.authorization_token_type_not_supported";
        let data = json!({"supportedTypes": ["Bearer"]});
        return Err(with_data(
            401,
            code,
            &data,
            "Authorization type is not supported.",
        ));
    };
    let claims = claims(call, token.trim()).map_err(|data| unauthorized(&data))?;
    let scopes = claims["scope"].as_str().unwrap_or_default();
    if scopes.split(' ').any(|scope| scope == "all") {
        return Ok(());
    }
    // `auth.jsonl` 6 and 41.
    let message = "Forbidden. Please check your user roles and permissions.";
    Err(coded(403, "auth.forbidden", message))
}

fn unauthorized(data: &Value) -> Refusal {
    let message = "Unauthorized. Please check credentials and its scope.";
    with_data(401, "auth.unauthorized", data, message)
}

/// The claims of a token that is valid here, or what the server says of one that is not
/// (`auth.jsonl` 3, 14, 16; the name for a foreign signature is the library's, an inference).
fn claims(call: &Call<'_>, token: &str) -> Result<Value, Value> {
    let invalid = || json!({"code": "ERR_JWS_INVALID", "name": "JWSInvalid"});
    let (content, signature) = token.rsplit_once('.').ok_or_else(invalid)?;
    let (header, payload) = content.split_once('.').ok_or_else(invalid)?;
    let json = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice::<Value>(&bytes).ok()
    };
    let (header, payload) = json(header).zip(json(payload)).ok_or_else(invalid)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid())?;
    if hmac::verify(&key(call.tables), content.as_bytes(), &signature).is_err() {
        let code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
        return Err(json!({"code": code, "name": "JWSSignatureVerificationFailed"}));
    }
    let failed = |code: &str, name: &str, claim: &str| {
        let reason = "check_failed";
        json!({"code": code, "name": name, "claim": claim, "reason": reason, "payload": payload})
    };
    if !super::token::is_management(call, payload["aud"].as_str().unwrap_or_default()) {
        let code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
        return Err(failed(code, "JWTClaimValidationFailed", "aud"));
    }
    let ends = payload["exp"].as_u64().unwrap_or(0);
    let old = header["kid"].as_str() != Some(generation(call.tables).to_string().as_str());
    if old || ends <= call.now_ms / 1000 {
        return Err(failed("ERR_JWT_EXPIRED", "JWTExpired", "exp"));
    }
    Ok(payload)
}

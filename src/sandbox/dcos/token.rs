//! The cluster's signing key, and the tokens that are signed and checked with it.
//!
//! The key is in the tables, so that a kept world goes on accepting its tokens. It is made when
//! it is first needed: that takes a while.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value, json};

use crate::sandbox::tables::Tables;

/// How long a token lives, in seconds: five days (auth.jsonl 5).
pub(super) const LIFETIME: u64 = 432_000;

const TABLE: &str = "keys";
const SIGNING: &str = "signing";
/// Row of the `exp` of the last token and of the last one that is void.
const BOUNDS: &str = "bounds";

/// The signing key once it is made or read, and the token seen last.
#[derive(Default)]
pub(super) struct Tokens {
    key: Option<KeyPair>,
    seen: Option<(String, Map<String, Value>)>,
}

impl Tokens {
    /// A token for `uid` that lives as long as tokens do (auth.jsonl 4).
    pub(super) fn issue(&mut self, tables: &mut Tables, uid: &str, now: u64) -> Option<String> {
        let exp = (now + LIFETIME).max(bound(tables, "void") + 1);
        if exp > bound(tables, "issued") {
            let void = bound(tables, "void");
            tables.put(TABLE, BOUNDS, json!({"issued": exp, "void": void}));
        }
        self.sign(tables, &json!({"uid": uid, "exp": exp}))
    }

    /// A token with these claims, whatever they are (services.jsonl 39, 40).
    pub(super) fn sign(&mut self, tables: &mut Tables, claims: &Value) -> Option<String> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"typ": "JWT", "alg": "RS256"}); // auth.jsonl 5
        let message = format!("{}.{}", part(&header), part(claims));
        let key = self.key(tables)?;
        let mut signature = vec![0; key.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        key.sign(
            &RSA_PKCS1_SHA256,
            &random,
            message.as_bytes(),
            &mut signature,
        )
        .ok()?;
        Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The `uid` in a token of ours that has not expired. A missing `exp` is no fault
    /// (adminrouter.jsonl 13), a missing `uid` is one (14).
    pub(super) fn holder(&mut self, tables: &mut Tables, token: &str, now: u64) -> Option<String> {
        let claims = match &self.seen {
            Some((seen, claims)) if seen == token => claims.clone(),
            _ => verified(token, &self.public(tables)?)?,
        };
        let bound = now.max(bound(tables, "void"));
        let fresh = claims.get("exp").is_none_or(|exp| ends_after(exp, bound));
        let uid = claims.get("uid").and_then(Value::as_str).map(str::to_owned);
        self.seen = Some((token.to_owned(), claims));
        uid.filter(|uid| fresh && !uid.is_empty())
    }

    /// The public half, as PKCS #1.
    pub(super) fn public(&mut self, tables: &mut Tables) -> Option<Vec<u8>> {
        Some(self.key(tables)?.public_key().as_ref().to_vec())
    }

    fn key(&mut self, tables: &mut Tables) -> Option<&KeyPair> {
        if self.key.is_none() {
            self.key = kept(tables).or_else(|| made(tables));
        }
        self.key.as_ref()
    }
}

/// Makes every token that has an end and was given out until now void.
pub(super) fn void_all(tables: &mut Tables) {
    let issued = bound(tables, "issued");
    tables.put(TABLE, BOUNDS, json!({"issued": issued, "void": issued}));
}

/// The claims of an RS256 token that this key signed, its times unchecked; nothing for any other.
pub(super) fn verified(token: &str, public: &[u8]) -> Option<Map<String, Value>> {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_rsa_der(public);
    let read = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation);
    read.ok().map(|read| read.claims)
}

/// Whether a claim is a time later than `bound`, in seconds; fractions are allowed
/// (services.jsonl 29).
pub(super) fn ends_after(claim: &Value, bound: u64) -> bool {
    let whole = claim.as_u64();
    let whole = whole.or_else(|| format!("{:.0}", claim.as_f64()?.floor()).parse().ok());
    whole.is_some_and(|end| end > bound)
}

fn bound(tables: &Tables, name: &str) -> u64 {
    let bounds = tables.get(TABLE, BOUNDS);
    bounds
        .and_then(|row| row[name].as_u64())
        .unwrap_or_default()
}

fn kept(tables: &Tables) -> Option<KeyPair> {
    let pkcs8 = tables.get(TABLE, SIGNING)?["pkcs8"].as_str()?;
    KeyPair::from_pkcs8(&STANDARD.decode(pkcs8).ok()?).ok()
}

fn made(tables: &mut Tables) -> Option<KeyPair> {
    let key = KeyPair::generate(KeySize::Rsa2048).ok()?;
    let der = key.as_der().ok()?;
    let row = json!({"pkcs8": STANDARD.encode(der.as_ref())});
    tables.put(TABLE, SIGNING, row);
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_world_accepts_the_tokens_it_gave_out() {
        let mut tables = Tables::default();
        let token = Tokens::default()
            .issue(&mut tables, "alice", 1_000)
            .unwrap();
        let mut again = Tokens::default();
        let holder =
            |tokens: &mut Tokens, tables: &mut Tables, now| tokens.holder(tables, &token, now);
        assert_eq!(
            holder(&mut again, &mut tables, 1_001).as_deref(),
            Some("alice")
        );
        assert_eq!(holder(&mut again, &mut tables, 1_000 + LIFETIME), None);
        void_all(&mut tables);
        assert_eq!(holder(&mut again, &mut tables, 1_001), None);
        let next = again.issue(&mut tables, "alice", 1_000).unwrap();
        assert_eq!(
            again.holder(&mut tables, &next, 1_001).as_deref(),
            Some("alice")
        );
        assert_eq!(again.holder(&mut tables, &format!("{next}x"), 1_001), None);
    }
}

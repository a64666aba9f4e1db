//! A service account's pair of RSA keys, in PEM as the IAM and log-ins take them.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::base::Secret;

/// A pair of keys.
#[derive(Debug)]
pub struct Pair {
    /// `-----BEGIN PRIVATE KEY-----`: to log in with.
    pub private: Secret,
    /// `-----BEGIN PUBLIC KEY-----`: what the account is made with.
    pub public: String,
}

/// A new pair, of 2,048 bits as the product's own tools make them.
///
/// # Errors
/// This machine gives no random bytes.
pub fn pair() -> Result<Pair, Unspecified> {
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    let private: Pkcs8V1Der<'_> = pair.as_der()?;
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der()?;
    Ok(Pair {
        private: Secret::new(pem("PRIVATE KEY", private.as_ref())),
        public: pem("PUBLIC KEY", public.as_ref()),
    })
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut lines = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        lines.push_str(&String::from_utf8_lossy(line));
        lines.push('\n');
    }
    lines + &format!("-----END {label}-----\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
    use serde_json::{Value as Json, json};

    #[test]
    fn what_one_key_signs_the_other_knows() {
        let Pair { private, public } = pair().expect("a pair");
        let key = EncodingKey::from_rsa_pem(private.expose().as_bytes()).expect("a key");
        let claims = json!({"uid": "x", "exp": 4_000_000_000_u64});
        let token = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &key);
        let key = DecodingKey::from_rsa_pem(public.as_bytes()).expect("a key");
        let validation = Validation::new(Algorithm::RS256);
        let read = jsonwebtoken::decode::<Json>(token.expect("a token"), &key, &validation);
        assert_eq!(read.expect("valid").claims["uid"], "x");
        assert!(public.lines().all(|line| line.len() <= 64));
    }
}

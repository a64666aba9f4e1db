//! Keys of our own in place of the recorded ones, whose private halves are gone, and the tokens
//! that they sign.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::arrange::{Recipe, Signer};

/// An RSA key.
pub(super) struct Key(KeyPair);

/// All keys of the replay.
pub(super) struct Keys {
    first: Key,
    second: Key,
    pub(super) bootstrap: Key,
    stranger: Key,
}

impl Key {
    fn new() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// `SubjectPublicKeyInfo`, 64 letters a line, a line end after the last.
    pub(super) fn public_pem(&self) -> String {
        let der = self.0.public_key().as_der().unwrap();
        let packed = STANDARD.encode(der.as_ref());
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for line in packed.as_bytes().chunks(64) {
            pem.push_str(std::str::from_utf8(line).unwrap());
            pem.push('\n');
        }
        pem + "-----END PUBLIC KEY-----\n"
    }

    fn sign(&self, claims: &Value) -> String {
        let message = message(&json!({"typ": "JWT", "alg": "RS256"}), claims);
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &random,
                message.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Keys {
    /// The keys, made once.
    pub(super) fn shared() -> &'static Self {
        static KEYS: OnceLock<Keys> = OnceLock::new();
        KEYS.get_or_init(|| Self {
            first: Key::new(),
            second: Key::new(),
            bootstrap: Key::new(),
            stranger: Key::new(),
        })
    }

    /// The text with our keys in the place of the recorded ones, however their lines end.
    pub(super) fn exchanged(&self, text: &str) -> String {
        let pairs = [
            (RECORDED_FIRST, &self.first),
            (RECORDED_SECOND, &self.second),
            (RECORDED_BOOTSTRAP, &self.bootstrap),
        ];
        let mut text = text.to_owned();
        for (recorded, ours) in pairs {
            let pem = ours.public_pem();
            let lines: Vec<&str> = pem.lines().skip(1).take(7).collect();
            for end in ["\n", "\\n", "\r\n", "\\r\\n"] {
                let recorded: Vec<&str> = recorded.lines().collect();
                text = text.replace(&recorded.join(end), &lines.join(end));
            }
        }
        text
    }

    /// A token by its recipe. `signing` is the row of the cluster's own key.
    pub(super) fn token(
        &self,
        recipe: &Recipe,
        latest: &str,
        signing: Option<&Value>,
        now: u64,
    ) -> String {
        let (signer, claims) = match recipe {
            Recipe::Made(signer, claims) => (*signer, timed(claims, now)),
            Recipe::Tampered => return tampered(latest),
        };
        match signer {
            Signer::First => self.first.sign(&claims),
            Signer::Second => self.second.sign(&claims),
            Signer::Bootstrap => self.bootstrap.sign(&claims),
            Signer::Stranger => self.stranger.sign(&claims),
            Signer::Cluster => cluster(signing).sign(&claims),
            Signer::PublicFirst => shared_secret(&self.first, &claims),
            Signer::PublicCluster => shared_secret(&cluster(signing), &claims),
            Signer::Nobody => message(&json!({"typ": "JWT", "alg": "none"}), &claims) + ".",
        }
    }
}

fn cluster(signing: Option<&Value>) -> Key {
    let der = STANDARD.decode(signing.unwrap()["pkcs8"].as_str().unwrap());
    Key(KeyPair::from_pkcs8(&der.unwrap()).unwrap())
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// HS256 with the text of a public key.
fn shared_secret(key: &Key, claims: &Value) -> String {
    use aws_lc_rs::hmac;
    let message = message(&json!({"typ": "JWT", "alg": "HS256"}), claims);
    let secret = hmac::Key::new(hmac::HMAC_SHA256, key.public_pem().as_bytes());
    let tag = hmac::sign(&secret, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

fn tampered(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    signature[7] ^= 1;
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// `NOW+300` becomes a number.
fn timed(claims: &str, now: u64) -> Value {
    let mut out = String::new();
    let mut parts = claims.split("NOW");
    out.push_str(parts.next().unwrap());
    for part in parts {
        let end = part.find([',', '}']).unwrap();
        let offset: f64 = part[..end].parse().unwrap();
        let whole: i64 = format!("{:.0}", offset.trunc()).parse().unwrap();
        let time = i64::try_from(now).unwrap() + whole;
        out.push_str(&time.to_string());
        if offset.fract() > 0.0 {
            out.push_str(&offset.fract().to_string()[1..]);
        }
        out.push_str(&part[end..]);
    }
    serde_json::from_str(&out).unwrap()
}

/// services.jsonl 2
const RECORDED_FIRST: &str = "\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxim+t94t9d97WrKJ3zY/
DkBjzWSSOqhp6yf0QK3QSudPsqkgLimBFxYZ++TRgc6LHCl00MrU/gUYbDHB5gFz
Zu5mxBt6XfxBu85hwlG4RqUnGjDBYteonfPWYx6Ew+xsKJryI7MWZj867jKJCATb
IcFPGiq7bGibaRZMfBwzekoU52xxwSWPmOia/acIXI7OGjnpR915MelpR6curlD4
aq8TZ3lDXQcjaM/loStwyEspCbBorVVFLPoch7G/jJsUW66E2jjBE1M7l571aHxW
ZL4GC5nzlL1/px4OI+HeUbbBlXd6ZeTNbIqNOucxUTsXikR09iai5mv1KyfFZa5N
+wIDAQAB";
/// services.jsonl 45
const RECORDED_SECOND: &str = "\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwWpx0zXGw5wV7b4f7Bbx
XfT+Bl76Uh/IkSY8wBFApz7lXQKAX6bemMNikgZYk0XPEUvBJsfnl34Trt5iRlvZ
K5edktDma+1bdzekXPMKAHjrfTKIdi3EkhvExoAbIhNV5p/rZEbJTPo2Wdr43JUj
MjHmFrnEMRPqrF9l0e6TIx9cFjqUQTZYdsBWYaw87SLcMhmvFeYfBKC8XEt0f2bo
TQTwe3IgWqMWEH8SGCKsNJftLM5/M/SRen7uOsBW+aaNXQJjRm/emYoggcGPJnB/
4mQ3RG1tl3DUw3iCtZzweqHdrswDgxHMGMyAchk+LKhyXP9l8AlaznCLWIR0/cG1
XQIDAQAB";
/// services.jsonl 1
const RECORDED_BOOTSTRAP: &str = "\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvtTxOBtrKFPX1Uaxkc4q
7GomzUbMHpQVKdfmBdXhA7Cq+a/VDLW7c57HSiFSWaWA+NSI+7j2YctV3mYnJI/k
ClbMDxO5lrw6Gi9i52V1b0e9elPKvFj2/it9Aw83BkbOf9QHJXVwgQ4gTLePK+eB
iOKWJQSFfd/rxN6vV/fpmezlk+c8/5oYPaf1xvUOiVKwnVLYY586BXaFI9V1RXFg
7ERiHUEsbdydS7XCoxy7xDmaoQSLw6fGppU9NnokxbLSMZ8wnPku35gdCT4n6ksN
MVxrsiHiMvxUFv6TnNp+yaSHXn9ZMZu67J3LfyTeTKTF7p2UcudcmY8g8UEWsleF
1wIDAQAB";

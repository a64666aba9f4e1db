//! Recognises a secret without keeping it: a keyed fingerprint of its text.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Address, FieldPath, Secret};

/// The first 16 bytes of `HMAC-SHA-256(key, address ‖ path ‖ text)`; equal for equal secrets at
/// the same place only, so that two objects with the same password do not show it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

/// The key that fingerprints are made with: 32 random bytes, one a lineage of state.
#[derive(Clone)]
pub struct FingerprintKey(hmac::Key);

impl FingerprintKey {
    /// The key from its bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The fingerprint of `secret` as the value of `path` at `address`.
    pub fn fingerprint(&self, address: &Address, path: &FieldPath, secret: &Secret) -> Fingerprint {
        self.of(&[&address.to_string(), &path.to_string(), secret.expose()])
    }

    /// The fingerprint of some texts, each told from the next by its length.
    pub fn of(&self, texts: &[&str]) -> Fingerprint {
        let mut context = hmac::Context::with_key(&self.0);
        for text in texts {
            context.update(&(text.len() as u64).to_be_bytes());
            context.update(text.as_bytes());
        }
        let mut first = [0; 16];
        first.copy_from_slice(&context.sign().as_ref()[..16]);
        Fingerprint(first)
    }

    /// 32 bytes derived from `label`: what the sandbox uses for sources that are not set.
    pub fn derive(&self, label: &str) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hmac::sign(&self.0, label.as_bytes()).as_ref());
        bytes
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// A text that is no fingerprint.
#[derive(Debug, Clone, thiserror::Error)]
#[error("not a fingerprint: 32 hexadecimal digits are expected")]
pub struct NotAFingerprint;

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return Err(NotAFingerprint);
        }
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).map_err(|_| NotAFingerprint)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_secret_elsewhere_has_another_fingerprint() {
        let key = FingerprintKey::new(&[7; 32]);
        let (path, secret) = (FieldPath::field("password"), Secret::new("hunter2"));
        let alice = key.fingerprint(&Address::within("prod", "user", "alice"), &path, &secret);
        let bob = key.fingerprint(&Address::within("prod", "user", "bob"), &path, &secret);
        assert_ne!(alice, bob);
        assert_eq!(
            alice
                .to_string()
                .parse::<Fingerprint>()
                .expect("reads back"),
            alice
        );
    }

    #[test]
    fn texts_do_not_run_into_each_other() {
        let key = FingerprintKey::new(&[7; 32]);
        assert_ne!(key.of(&["ab", "c"]), key.of(&["a", "bc"]));
    }
}

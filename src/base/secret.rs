//! What must not be seen: a secret's text, and where it comes from.

use std::fmt;

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::Address;

/// A secret's text. It cannot be serialised, prints as `(secret)`, and is zeroed when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes `text` out of sight.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// How many characters it has.
    pub fn length(&self) -> usize {
        self.expose().chars().count()
    }

    /// Whether it is stars alone: what some servers show in the place of a secret.
    pub fn is_masked(&self) -> bool {
        let text = self.expose();
        !text.is_empty() && text.chars().all(|c| c == '*')
    }

    /// The text itself. Called where a request is written, a fingerprint taken, a sealed file
    /// written and a secret asked for by name; `tests/all/architecture.rs` counts the places.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Where a secret comes from. Manifests, plans and states hold this, never the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SecretSource {
    /// `{env: NAME}`: an environment variable.
    Env(String),
    /// `{file: path}`: a file, relative to the manifests' root, final line break dropped.
    File(String),
    /// `{exec: [command, …]}`: a command's standard output; only with `--allow-exec`.
    Exec(Vec<String>),
    /// `{ref: …, field: …}`: another object's secret output.
    Output(Address, String),
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {path}"),
            Self::Exec(words) => write!(f, "command {}", words.first().map_or("", |w| w)),
            Self::Output(address, output) => write!(f, "{output} of {address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "(secret)");
    }
}

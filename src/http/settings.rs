//! What the command line decides for every request of a run, as plain data.
//!
//! Nothing here reads the environment or a file: `cli` did.

use std::fmt;
use std::time::Duration;

use super::retry::Patience;

/// The settings of a run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The proxies.
    pub proxies: Proxies,
    /// Authorities that are trusted beside the platform's.
    pub ca: Vec<CaFile>,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long a request may take, answer included. Less than 25 s by default: a Kubernetes
    /// grace period is 30.
    pub timeout: Duration,
    /// Who we say we are.
    pub user_agent: String,
    /// How many requests of one target may be under way at once.
    pub parallel: usize,
    /// How often and after what pauses a request is repeated.
    pub patience: Patience,
}

/// `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, as they were set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http:` URLs.
    pub http: Option<String>,
    /// For `https:` URLs.
    pub https: Option<String>,
    /// For all others.
    pub all: Option<String>,
    /// Hosts that are reached directly. Loopback always is.
    pub none: Option<String>,
}

/// A file with certificates of authorities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaFile {
    /// What messages call it.
    pub name: String,
    /// Its text: one or more certificates in PEM.
    pub pem: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            proxies: Proxies::default(),
            ca: Vec::new(),
            connect_timeout: Duration::from_secs(8),
            timeout: Duration::from_secs(20),
            user_agent: concat!("tenantry/", env!("CARGO_PKG_VERSION")).to_owned(),
            parallel: 32,
            patience: Patience::default(),
        }
    }
}

impl fmt::Debug for Proxies {
    /// A proxy's URL may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |url: &Option<String>| url.as_ref().map(|_| "(set)");
        f.debug_struct("Proxies")
            .field("http", &shown(&self.http))
            .field("https", &shown(&self.https))
            .field("all", &shown(&self.all))
            .field("none", &self.none)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_is_not_printed() {
        let proxies = Proxies {
            https: Some("http://me:hunter2@proxy:3128".into()),
            ..Proxies::default()
        };
        assert!(!format!("{proxies:?}").contains("hunter2"));
    }

    #[test]
    fn a_request_ends_before_a_grace_period_does() {
        assert!(Settings::default().timeout < Duration::from_secs(25));
    }
}

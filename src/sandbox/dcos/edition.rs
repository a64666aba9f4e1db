//! The two editions, and what differs between them outside of the routes.
//!
//! reference/dcos-iam.md section 1. Which routes an edition has is in [`routes`](super::routes).

/// Which DC/OS is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// Open source 1.13 and later: users and login.
    Open,
    /// Enterprise: groups, permissions, directories and identity providers too.
    Enterprise,
}

impl Edition {
    /// Reads `open` or `enterprise`.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Open, Self::Enterprise]
            .into_iter()
            .find(|edition| edition.name() == name)
    }

    /// `open` or `enterprise`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Enterprise => "enterprise",
        }
    }

    /// The challenge in Admin Router's 401: recorded for Open (adminrouter.jsonl 6), for
    /// Enterprise from the vendor's tests ([T]).
    pub(super) fn challenge(self) -> &'static str {
        match self {
            Self::Open => "oauthjwt",
            Self::Enterprise => "acsjwt",
        }
    }
}

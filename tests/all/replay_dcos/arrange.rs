//! What the recordings do not hold: how each file's store began, and what the tokens were that
//! were taken out of the requests.

/// One file of recordings.
pub(super) struct File {
    pub(super) name: &'static str,
    /// Whether the service account of the cluster's configuration was there.
    pub(super) service_account: bool,
    /// Line → what its `<jwt>` was; the token of the last login where none is named.
    recipes: &'static [(usize, Recipe)],
}

/// Whose key signs a token.
#[derive(Clone, Copy)]
pub(super) enum Signer {
    /// The service accounts' first key.
    First,
    /// Their second.
    Second,
    /// The configured service account's.
    Bootstrap,
    /// The cluster's.
    Cluster,
    /// A stranger's.
    Stranger,
    /// The first key's public half as a shared secret.
    PublicFirst,
    /// The cluster's public half as a shared secret.
    PublicCluster,
    /// Nobody: `alg: none`.
    Nobody,
}

/// How a token was made.
pub(super) enum Recipe {
    /// Signed so, with these claims; `NOW+n` stands for a time.
    Made(Signer, &'static str),
    /// The last login's, with its signature changed.
    Tampered,
}

use Recipe::{Made, Tampered};
use Signer::{Bootstrap, Cluster, First, Nobody, PublicCluster, PublicFirst, Second, Stranger};

const SVC1: &str = r#"{"uid": "svc1", "exp": NOW+300}"#;

/// All files that hold exchanges.
pub(super) const FILES: &[File] = &[
    File {
        name: "users.jsonl",
        service_account: false,
        recipes: &[],
    },
    File {
        name: "services.jsonl",
        service_account: true,
        recipes: &[
            (26, Made(First, SVC1)),
            (27, Made(First, r#"{"uid": "svc1", "exp": NOW+1200}"#)),
            (28, Made(First, r#"{"uid": "svc1"}"#)),
            (29, Made(First, r#"{"uid": "svc1", "exp": NOW+300.25}"#)),
            (
                30,
                Made(First, r#"{"uid": "svc1", "exp": NOW+300, "iat": NOW+200}"#),
            ),
            (31, Made(PublicFirst, SVC1)),
            (32, Made(First, r#"{"uid": "svc2", "exp": NOW+300}"#)),
            (33, Made(First, r#"{"exp": NOW+300}"#)),
            (36, Made(First, SVC1)),
            (38, Made(First, r#"{"uid": "ghost", "exp": NOW+300}"#)),
            (39, Made(First, SVC1)),
            (40, Made(First, SVC1)),
            (41, Made(First, SVC1)),
            (43, Made(First, r#"{"uid": "svc5", "exp": NOW+300}"#)),
            (46, Made(First, SVC1)),
            (47, Made(Second, SVC1)),
        ],
    },
    File {
        name: "auth.jsonl",
        service_account: false,
        recipes: &[(9, Made(First, r#"{"uid": "bob", "exp": NOW+300}"#))],
    },
    File {
        name: "protocol.jsonl",
        service_account: true,
        recipes: &[],
    },
    File {
        name: "adminrouter.jsonl",
        service_account: true,
        recipes: &[
            (
                1,
                Made(Bootstrap, r#"{"uid": "bootstrap-sa", "exp": NOW+300}"#),
            ),
            (
                12,
                Made(Cluster, r#"{"uid": "bootstrap-sa", "exp": NOW-10}"#),
            ),
            (13, Made(Cluster, r#"{"uid": "bootstrap-sa"}"#)),
            (14, Made(Cluster, r#"{"exp": NOW+300}"#)),
            (
                15,
                Made(Cluster, r#"{"uid": "nobody-at-all", "exp": NOW+300}"#),
            ),
            (16, Tampered),
            (
                17,
                Made(Stranger, r#"{"uid": "bootstrap-sa", "exp": NOW+300}"#),
            ),
            (
                18,
                Made(Nobody, r#"{"uid": "bootstrap-sa", "exp": NOW+300}"#),
            ),
            (
                19,
                Made(PublicCluster, r#"{"uid": "bootstrap-sa", "exp": NOW+300}"#),
            ),
            (
                20,
                Made(Bootstrap, r#"{"uid": "bootstrap-sa", "exp": NOW+300}"#),
            ),
        ],
    },
    File {
        name: "cockroach_wrapper.jsonl",
        service_account: true,
        recipes: &[],
    },
];

impl File {
    pub(super) fn recipe(&self, line: usize) -> Option<&'static Recipe> {
        let found = self.recipes.iter().find(|(number, _)| *number == line);
        found.map(|(_, recipe)| recipe)
    }
}

//! What the world needs of an emulated server.

use serde_json::{Map, Value};

use super::exchange::{Answer, Request};
use super::tables::Tables;

/// One emulated server. All that can change in it is in its [`Tables`].
pub trait Emulation: Send {
    /// Answers a request; `now_ms` is the time since 1970 in milliseconds.
    fn answer(&mut self, request: &Request, now_ms: u64) -> Answer;

    /// Its tables.
    fn tables(&mut self) -> &mut Tables;

    /// Takes what the last request did outside of the tables: tenants made or deleted.
    fn effects(&mut self) -> Vec<Effect> {
        Vec::new()
    }

    /// Makes all tokens that were given out invalid.
    fn expire_tokens(&mut self) {}

    /// Takes other settings than those it was made with: another client, another token.
    fn reconfigure(&mut self, _settings: &Map<String, Value>) {}

    /// A row of a seed with what a created one would have besides.
    fn completed(&self, _table: &str, _id: &str, row: Value) -> Value {
        row
    }
}

/// What a request does to the world outside of its target.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Make a target below this prefix with these settings.
    Add {
        /// Which emulation.
        kind: TargetKind,
        /// `t/abc123`.
        prefix: String,
        /// What its constructor takes.
        settings: Map<String, Value>,
    },
    /// Take the target below this prefix away, with all that is in it.
    Drop {
        /// `t/abc123`.
        prefix: String,
    },
}

/// Which server is emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// A Logto tenant, below `/t/`.
    Logto,
    /// A Logto Cloud account, below `/cloud/`.
    Cloud,
    /// A DC/OS cluster, below `/c/`.
    Dcos,
}

impl TargetKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Logto, Self::Cloud, Self::Dcos];

    /// The word that stands before a target's id in its prefix.
    pub fn word(self) -> &'static str {
        match self {
            Self::Logto => "t",
            Self::Cloud => "cloud",
            Self::Dcos => "c",
        }
    }

    /// The kind that `prefix` (`t/abc123`) belongs to.
    pub fn of(prefix: &str) -> Option<Self> {
        let (word, _) = prefix.split_once('/')?;
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

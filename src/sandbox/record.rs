//! Which requests a world has seen, so that tests can count them.

use std::collections::VecDeque;

/// How many requests are remembered one by one; all are counted.
const REMEMBERED: usize = 100_000;

/// A request that was answered (or cut).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The target's prefix, such as `t/default`; empty if there is none of that name.
    pub target: String,
    /// The method.
    pub method: String,
    /// The raw path below the prefix.
    pub path: String,
    /// What follows the `?`.
    pub query: Option<String>,
    /// The status that was meant to be answered; 0 if the connection was cut before.
    pub status: u16,
}

/// The list of requests, and their number.
#[derive(Debug, Clone, Default)]
pub struct Record {
    seen: VecDeque<Seen>,
    total: u64,
}

impl Seen {
    /// Whether it may change something: all but `GET`, `HEAD`, and requests for a token or a login.
    pub fn is_write(&self) -> bool {
        let reading = matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        !reading && self.path != "/oidc/token" && !self.path.ends_with("/auth/login")
    }
}

impl Record {
    /// Notes one request.
    pub fn note(&mut self, seen: Seen) {
        self.total += 1;
        if self.seen.len() == REMEMBERED {
            self.seen.pop_front();
        }
        self.seen.push_back(seen);
    }

    /// The requests remembered, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter()
    }

    /// How many there were in all.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

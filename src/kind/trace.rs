//! What a server's own log tells of who changed an object last, and when.
//!
//! Told as far as a log has it, and believed as far as it goes: what is not in it may have happened
//! all the same.

use std::collections::BTreeSet;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Descriptor;

/// The last change of one object that a log tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trace {
    /// When, by the server's clock.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What the log calls it (`Role.Data.Updated`).
    pub event: String,
    /// Which log it is in (`audit log`, ``log of webhook `siem` ``).
    pub log: String,
    /// The network address that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The program, as it calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The account that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The application that did it, or that it was done in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// Where no application is told: those that had a token for it from the same address.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub candidates: BTreeSet<String>,
}

/// An object whose last change is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Traced<'a> {
    /// Its kind.
    pub kind: &'static Descriptor,
    /// Its id.
    pub id: &'a str,
}

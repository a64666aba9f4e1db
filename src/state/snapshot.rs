//! What we own: address → id, what was last applied, what that depended on.
//!
//! A cache of identity and ownership, not of truth. Secrets are in it as fingerprints only.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::base::{Address, Value};
use crate::kind::EdgeKey;

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// The whole state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The format's version.
    pub version: u32,
    /// Made once with the state; never changes.
    pub lineage: String,
    /// One more with every write.
    pub serial: u64,
    /// The manifests' roots that own what is in here.
    pub roots: BTreeSet<String>,
    /// What we own.
    pub resources: BTreeMap<Address, Entry>,
    /// Markers of tenants ever set up, so that a late one is recognised.
    #[serde(default)]
    pub markers: BTreeMap<String, Address>,
}

/// One owned object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// `apiVersion` of its kind (`logto/v1`).
    pub api_version: String,
    /// The target it lives in.
    pub home: Option<Address>,
    /// The server's id.
    pub id: String,
    /// The desired body as last applied, references resolved, secrets as fingerprints.
    pub written: Value,
    /// The written leaves as the server answered, so that drift can tell a change by hand from
    /// the server's own spelling; path fields included.
    pub observed: Value,
    /// What it refers to.
    pub depends_on: BTreeSet<Address>,
    /// Its labels, so that `-l` can tell whether a document that has gone was selected.
    pub labels: BTreeMap<String, String>,
    /// `lifecycle.protect`, which outlives the document.
    #[serde(default)]
    pub protect: bool,
    /// `lifecycle.onRemove: retain`, which outlives the document.
    #[serde(default)]
    pub retain: bool,
    /// Owned edges, by relation field.
    #[serde(default)]
    pub edges: BTreeMap<String, Vec<OwnedEdge>>,
    /// Whether the object itself is ours: not of a document that holds relations alone.
    #[serde(default = "yes")]
    pub owned: bool,
}

fn yes() -> bool {
    true
}

/// One owned edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedEdge {
    /// Its key, as the server has it.
    pub key: EdgeKey,
    /// The other end, if it was declared: after a rename or a new id it is still the same edge.
    pub to: Option<Address>,
    /// How messages call it.
    pub label: String,
}

impl Snapshot {
    /// A new, empty state.
    pub fn new(lineage: String) -> Self {
        Self {
            version: VERSION,
            lineage,
            serial: 0,
            roots: BTreeSet::new(),
            resources: BTreeMap::new(),
            markers: BTreeMap::new(),
        }
    }
}

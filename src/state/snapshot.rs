//! What we own: address → id, what was last applied, what that depended on.
//!
//! A cache of identity and ownership, not of truth. Secrets are in it as fingerprints only.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Seq, StateError};
use crate::base::{Address, Value};
use crate::kind::EdgeKey;

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// So many used plans are remembered by name; older ones are refused by their serial alone.
const USED_PLANS: usize = 50;

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
    /// The last record of the journal that is in here.
    #[serde(default)]
    pub folded: Seq,
    /// The manifests' roots that own what is in here.
    pub roots: BTreeSet<String>,
    /// What we own.
    pub resources: BTreeMap<Address, Entry>,
    /// Markers of tenants ever set up, so that a late one is recognised.
    #[serde(default)]
    pub markers: BTreeMap<String, Address>,
    /// There are no credentials beside it: nothing needed any when it was written, and nobody had
    /// an identity.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keyless: bool,
    /// The saved plans that were applied last, newest at the end: none is applied twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_plans: Vec<String>,
}

/// One owned object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(is: &bool) -> bool {
    !is
}

fn yes() -> bool {
    true
}

/// One owned edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
            folded: Seq::default(),
            roots: BTreeSet::new(),
            resources: BTreeMap::new(),
            markers: BTreeMap::new(),
            keyless: false,
            used_plans: Vec::new(),
        }
    }

    /// Remembers that a saved plan was used.
    pub fn use_plan(&mut self, id: &str) {
        self.used_plans.push(id.to_owned());
        let many = self.used_plans.len().saturating_sub(USED_PLANS);
        self.used_plans.drain(..many);
    }

    /// The same, and these objects too.
    #[must_use]
    pub fn with(&self, more: BTreeMap<Address, Entry>) -> Self {
        let mut whole = self.clone();
        whole.resources.extend(more);
        whole
    }

    /// Reads what [`Snapshot::to_json`] wrote; `file` is how messages call it.
    ///
    /// # Errors
    /// It is no snapshot, or a newer program's.
    pub fn from_json(file: &str, json: &[u8]) -> Result<Self, StateError> {
        let Versioned { version } = parse(file, json)?;
        check_version(file, version, VERSION)?;
        parse(file, json)
    }

    /// The snapshot as it is kept: JSON for people too, with a final line break.
    pub fn to_json(&self) -> Result<Vec<u8>, StateError> {
        let mut json = serde_json::to_vec_pretty(self)
            .map_err(|_| StateError::Internal("a value has no JSON"))?;
        json.push(b'\n');
        Ok(json)
    }
}

/// The one field that every version has; the others are not looked at before it is known.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

fn parse<'a, T: Deserialize<'a>>(file: &str, json: &'a [u8]) -> Result<T, StateError> {
    serde_json::from_slice(json).map_err(|error| StateError::Corrupt {
        file: file.to_owned(),
        cause: error.to_string(),
    })
}

/// Refuses what a newer program wrote.
pub(super) fn check_version(file: &str, found: u64, known: u32) -> Result<(), StateError> {
    if (1..=u64::from(known)).contains(&found) {
        return Ok(());
    }
    Err(StateError::Version {
        file: file.to_owned(),
        found,
        known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(json: &str) -> StateError {
        Snapshot::from_json("state.json", json.as_bytes()).expect_err("refused")
    }

    #[test]
    fn a_newer_version_is_named_before_its_fields_are_looked_at() {
        let error = wrong(r#"{"version": 7, "shards": []}"#);
        assert_eq!(
            error.to_string(),
            "cannot read state.json: its format version is 7, this program knows up to 1"
        );
    }

    #[test]
    fn an_unknown_field_is_refused_by_name_and_place() {
        let mut json = serde_json::to_value(Snapshot::new("l".into())).expect("serialises");
        json["color"] = "red".into();
        let error = wrong(&serde_json::to_string_pretty(&json).expect("serialises")).to_string();
        assert!(error.contains("unknown field `color`"), "{error}");
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn a_cut_file_is_refused() {
        let json = Snapshot::new("l".into()).to_json().expect("serialises");
        for end in 0..json.len() - 2 {
            Snapshot::from_json("state.json", &json[..end]).expect_err("refused");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let snapshot = Snapshot::new("l".into());
        let json = snapshot.to_json().expect("serialises");
        assert_eq!(Snapshot::from_json("state.json", &json), Ok(snapshot));
    }
}

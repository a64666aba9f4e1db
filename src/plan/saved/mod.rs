//! A plan in a file: what it was made from, what it will do, and a signature over both.
//!
//! It holds the sources of secrets and their keyed fingerprints, never a text. Reading and writing
//! the file, and the keys, are `cli`'s business.

mod basis;
mod differ;
mod moved;

use std::collections::BTreeSet;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::plan::{Plan, World};
use crate::base::{Address, Code, Diagnostic, Fingerprint, FingerprintKey};
pub use basis::{Basis, Given, SeenSecret, documents, secrets};
pub use moved::{Now, moved};

/// A file is no saved plan, or a newer program's.
pub const UNREADABLE: Code = Code("E0850");
/// What a saved plan was made from is not so any more.
pub const MOVED: Code = Code("E0854");

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// The first key of every saved plan.
const MARK: &str = "tenantry_plan";

/// A saved plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Tenantry saved plan")]
pub struct Saved {
    /// The format's version.
    #[schemars(extend("const" = 1))]
    pub tenantry_plan: u32,
    /// 128 random bits: what the state remembers of a plan that was used.
    pub id: String,
    /// When it was made.
    #[schemars(with = "String")]
    pub made: Timestamp,
    /// The program that made it.
    pub program: String,
    /// What it was made from.
    pub basis: Basis,
    /// What was asked for: apply asks for the same again.
    pub options: Chosen,
    /// The plan.
    pub plan: Plan,
    /// By whom it was signed; none where nobody could.
    pub signature: Option<Signature>,
}

/// What was asked for on the command line, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// `-l`.
    pub selector: Option<String>,
    /// `--target`.
    pub target: Vec<String>,
    /// `--override`.
    pub overrides: Vec<String>,
    /// `--no-delete`.
    pub no_delete: bool,
    /// `--adopt`.
    pub adopt: bool,
    /// `--undo`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undo: bool,
}

/// Who says that the file is as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// With which key.
    pub by: Signer,
    /// The first 16 bytes of HMAC-SHA-256 over everything else in the file.
    pub mac: Fingerprint,
}

/// With which key a plan is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Signer {
    /// The state's own.
    Lineage,
    /// One derived from the age identity: there is no state yet, or none with a key.
    Identity,
    /// One derived from the sandbox's: there is no state of it yet.
    Sandbox,
}

/// Whether a file's first key says that it is a saved plan.
pub fn is_saved(bytes: &[u8]) -> bool {
    let mut rest = bytes.trim_ascii_start();
    for word in ["{", "\"", MARK, "\""] {
        match rest.strip_prefix(word.as_bytes()) {
            Some(after) if word == "{" => rest = after.trim_ascii_start(),
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.trim_ascii_start().starts_with(b":")
}

impl Saved {
    /// Reads what [`Saved::to_json`] wrote; `file` is how messages call it.
    ///
    /// # Errors
    /// It is no saved plan, or a newer program's, or has something in it that this one does not
    /// know.
    pub fn from_json(file: &str, bytes: &[u8]) -> Result<Self, Box<Diagnostic>> {
        let unreadable = |why: String| {
            let message = format!("cannot read the saved plan {file}: {why}");
            let hint = "make it again: tenantry plan --out FILE";
            Box::new(Diagnostic::error(UNREADABLE, message).hint(hint))
        };
        let json: Json = serde_json::from_slice(bytes).map_err(|no| unreadable(no.to_string()))?;
        match json.get(MARK).and_then(Json::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => {
                let why = format!("its version is {version}, this program knows {VERSION}");
                return Err(unreadable(why));
            }
            None => return Err(unreadable(format!("it has no `{MARK}` with a number"))),
        }
        let read: Self =
            serde_json::from_value(json.clone()).map_err(|no| unreadable(no.to_string()))?;
        // What was read is all there is: nothing unknown is passed over, and none of it is signed.
        if serde_json::to_value(&read).ok() != Some(json) {
            return Err(unreadable(
                "it has members that this program does not know, or lacks some".to_owned(),
            ));
        }
        Ok(read)
    }

    /// The file's text: JSON on several lines, the mark first.
    pub fn to_json(&self) -> String {
        // Texts, numbers and lists of ours: nothing that serde_json could refuse.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }

    /// Signs it.
    pub fn sign(&mut self, by: Signer, key: &FingerprintKey) {
        let mac = self.mac(by, key);
        self.signature = Some(Signature { by, mac });
    }

    /// Whether it is as it was when somebody with `key` signed it.
    pub fn is_signed_with(&self, key: &FingerprintKey) -> bool {
        let signature = self.signature.as_ref();
        signature.is_some_and(|signature| signature.mac == self.mac(signature.by, key))
    }

    fn mac(&self, by: Signer, key: &FingerprintKey) -> Fingerprint {
        let mut json = serde_json::to_value(self).unwrap_or_default();
        if let Json::Object(members) = &mut json {
            members.remove("signature");
        }
        key.of(&[MARK, &format!("{by:?}"), &json.to_string()])
    }

    /// The objects that it does something about: steps, what the state notes, and new names.
    pub fn addresses(&self) -> BTreeSet<Address> {
        let Plan {
            steps,
            bookkeeping,
            moved,
            ..
        } = &self.plan;
        let steps = steps.iter().map(|step| &step.address);
        let moved = moved.iter().flat_map(|(old, new)| [old, new]);
        let all = steps.chain(bookkeeping.keys()).chain(moved);
        all.cloned().collect()
    }

    /// The world it was made for.
    pub fn world(&self) -> World {
        self.plan.target
    }
}

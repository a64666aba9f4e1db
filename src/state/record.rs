//! One record of the journal, and the line it is kept as.
//!
//! What records mean for the state is [`fold`](mod@super::fold)'s business, what a whole journal says
//! [`journal`](super::journal)'s. The format is described in docs/state-format.md.

use std::fmt;

use aws_lc_rs::digest;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Entry, StateError, snapshot::check_version};
use crate::base::{Address, Fingerprint};

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// A record's number: from 1, each one more than the one before, over the state's whole life.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub struct Seq(pub u64);

impl Seq {
    /// The number after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One record: a call that is about to be made, or what came of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The format's version.
    pub version: u32,
    /// The state's lineage.
    pub lineage: String,
    /// This record's number.
    pub seq: Seq,
    /// Every record up to this one was on the disk when this one was written. Damage above it is
    /// the torn tail of a process that died; damage up to it is not.
    pub synced: Seq,
    /// The run that wrote it.
    pub run: String,
    /// When.
    pub at: Timestamp,
    /// Which call.
    pub act: Act,
    /// Before it or after it.
    pub event: Event,
}

/// A call on a part of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The object.
    pub address: Address,
    /// Which part of it.
    pub part: Part,
    /// What is done.
    pub call: CallKind,
}

/// A part of an object, as the plan's steps have them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The object itself.
    Body,
    /// New edges of a relation field.
    Grant(String),
    /// Edges of a relation field that go.
    Revoke(String),
    /// The object, to be deleted (of a replacement: the old one).
    Delete,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallKind {
    /// It is created.
    Create,
    /// Fields are changed.
    Update,
    /// A tenant that was created under its marker gets its real name.
    Rename,
    /// It is deleted.
    Delete,
    /// Edges are added.
    Attach,
    /// Edges are taken away.
    Detach,
    /// A live object becomes ours. Nothing is sent.
    Adopt,
    /// It is not ours any more, and stays. Nothing is sent.
    Forget,
    /// Its address changes. Nothing is sent.
    Move,
    /// A tenant's plan is bought or changed.
    Subscribe,
}

impl CallKind {
    /// The word in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Rename => "rename",
            Self::Delete => "delete",
            Self::Attach => "attach",
            Self::Detach => "detach",
            Self::Adopt => "adopt",
            Self::Forget => "forget",
            Self::Move => "move",
            Self::Subscribe => "subscribe",
        }
    }
}

/// Before a call, or after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// It is about to be made.
    Intent(Box<Intent>),
    /// It was made, or will not be.
    Outcome(Box<Outcome>),
}

/// What must be known to find out later whether a call was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Intent {
    /// The id, where it is known before the call: of a delete, or where we choose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Ids of live objects with the same natural key before the call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known_ids: Vec<String>,
    /// What a tenant's first name bears. It stays in [`Snapshot::markers`] for good.
    ///
    /// [`Snapshot::markers`]: super::Snapshot::markers
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
    /// The account's token, as a fingerprint: with another one the intent is not resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Fingerprint>,
    /// The key that makes the call safe to repeat, where the server takes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// What the state would hold if the call is done: its `written` is what is sent; the `id` is
    /// empty and `observed` null where only the answer tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Box<Entry>>,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The intent that is settled by it; none leaves all intents open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Seq>,
    /// What it means for the state.
    pub effect: Effect,
    /// Shown-once secrets, sealed with age and armoured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
}

/// What a call means for the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// The object is ours, and this is what the state holds of it from now on.
    Owned {
        /// All of it.
        entry: Box<Entry>,
        /// The address that it had before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moved_from: Option<Address>,
    },
    /// The object with this id is not ours any more. An entry with another id (of a replacement
    /// that was created first) stays.
    Gone {
        /// The id it had.
        id: String,
    },
    /// Nothing: the call was refused, or never sent.
    Nothing,
}

/// Why a line is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BadLine {
    /// It is not what was written.
    Damaged(&'static str),
    /// It is, but we do not understand it.
    Foreign(StateError),
}

const SUM_KEY: &[u8] = b",\"sum\":\"";
const SUM_DIGITS: usize = 32;
const TAIL: usize = SUM_KEY.len() + SUM_DIGITS + 2;

impl Record {
    /// The record as a line: JSON whose last member, `sum`, is taken over what the text is
    /// without it.
    pub(super) fn to_line(&self) -> Result<Vec<u8>, StateError> {
        let mut line =
            serde_json::to_vec(self).map_err(|_| StateError::Internal("a record has no JSON"))?;
        let sum = sum(&line);
        line.pop();
        line.extend_from_slice(SUM_KEY);
        line.extend_from_slice(sum.as_bytes());
        line.extend_from_slice(b"\"}\n");
        Ok(line)
    }

    /// Reads a line, given without its line break; `file` is how messages call the journal.
    pub(super) fn from_line(file: &str, line: &[u8]) -> Result<Self, BadLine> {
        let json = checked(line).map_err(BadLine::Damaged)?;
        let corrupt = |error: serde_json::Error| {
            BadLine::Foreign(StateError::Corrupt {
                file: file.to_owned(),
                cause: format!("a record with a good checksum is not understood: {error}"),
            })
        };
        let Versioned { version } = serde_json::from_slice(&json).map_err(corrupt)?;
        check_version(file, version, VERSION).map_err(BadLine::Foreign)?;
        serde_json::from_slice(&json).map_err(corrupt)
    }
}

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// The record's JSON, if the checksum at the end of `line` is that of the rest.
fn checked(line: &[u8]) -> Result<Vec<u8>, &'static str> {
    let cut = line.len().checked_sub(TAIL).ok_or("too short")?;
    let (body, tail) = line.split_at(cut);
    let digits = tail
        .strip_prefix(SUM_KEY)
        .and_then(|tail| tail.strip_suffix(b"\"}"))
        .ok_or("no checksum")?;
    let json = [body, b"}"].concat();
    if sum(&json).as_bytes() != digits {
        return Err("wrong checksum");
    }
    Ok(json)
}

/// The first 16 bytes of SHA-256, in hexadecimal.
fn sum(text: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, text);
    super::random::hex(&digest.as_ref()[..SUM_DIGITS / 2])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{record, records};
    use super::*;

    fn line_of(record: &Record) -> Vec<u8> {
        let mut line = record.to_line().expect("a line");
        assert_eq!(line.pop(), Some(b'\n'));
        line
    }

    #[test]
    fn a_line_is_json_with_the_sum_last() {
        let line = line_of(&record(1, Effect::Nothing));
        let json: serde_json::Value = serde_json::from_slice(&line).expect("JSON");
        assert_eq!(json["sum"].as_str().map(str::len), Some(SUM_DIGITS));
        assert_eq!(json["seq"], 1);
    }

    #[test]
    fn every_flipped_bit_is_seen() {
        let line = line_of(&record(1, Effect::Nothing));
        for at in 0..line.len() {
            let mut bad = line.clone();
            bad[at] ^= 1;
            let read = Record::from_line("journal", &bad);
            assert!(matches!(read, Err(BadLine::Damaged(_))), "byte {at}");
        }
    }

    #[test]
    fn a_newer_record_is_not_taken_for_damage() {
        let newer = Record {
            version: 9,
            ..record(1, Effect::Nothing)
        };
        let read = Record::from_line("journal.jsonl", &line_of(&newer));
        assert!(
            matches!(
                &read,
                Err(BadLine::Foreign(StateError::Version { found: 9, .. }))
            ),
            "{read:?}"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(record in records()) {
            let line = line_of(&record);
            prop_assert!(!line.contains(&b'\n'));
            prop_assert_eq!(Record::from_line("journal", &line), Ok(record));
        }
    }
}

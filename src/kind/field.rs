//! What the engine must know of a field beyond its type. A field without a policy is compared as
//! it is, sent when it differs, and cleared with `null` when it is no longer written.

use serde_json::Value as Json;

/// A policy for the field at a dotted path; several rows may name one field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Dotted path of plain keys, list indexes left out. It exists in the kind's schema (tested).
    pub path: &'static str,
    /// What holds for it.
    pub policy: Policy,
}

/// What holds for a field.
#[derive(Debug, Clone, Copy)]
pub enum Policy {
    /// A change of it replaces the object.
    Immutable,
    /// Only the server sets it: never sent, never compared.
    Computed,
    /// Never shown by the server: compared by the fingerprint of what was last sent.
    WriteOnly,
    /// Taken at creation only, and not shown: a later change of it is noted, not sent.
    CreateOnly,
    /// A list compared without order and without repeats.
    Set,
    /// A list of mappings recognised by this member.
    KeyedList(&'static str),
    /// The server stores `""` as `null`.
    EmptyIsNull,
    /// The server drops what is empty in it: `""`, `null`, empty mappings and lists.
    Cleaned,
    /// The server lower-cases it (each item of it, if it is a list).
    Lowercase,
    /// Compared without regard to case; kept as sent.
    CaseInsensitive,
    /// What the server has when nothing is sent: what a written field goes back to when it has
    /// gone from its manifest.
    Default(fn() -> Json),
    /// What the server adds where the mapping around it is sent without it: a mapping that is
    /// managed whole is compared as if it were written.
    Filled(fn() -> Json),
    /// The create call wants it: sent as this if it is not written.
    AtCreate(fn() -> Json),
    /// Left as it is when it has gone from its manifest, and the plan says so.
    Stays,
    /// A list of names of which the server drops those that it does not know, and answers as if it
    /// were done: an answer that lacks one is a failure.
    DropsUnknown,
    /// A field with a route of its own that takes a list of objects: one call for all that a run
    /// changes, whose body has it in a list below `member`, beside `by`, which names the object.
    Listed {
        /// The body's member.
        member: &'static str,
        /// The field that names the object.
        by: &'static str,
    },
    /// A switch with a route of its own: turned off before the other fields with routes of their
    /// own are set, and on in its place.
    Switch,
    /// The create call ignores it: sent once more right after it.
    NotInCreate,
    /// Part of the path, never of the body.
    InPath,
    /// The live object has it under another name.
    LiveName(&'static str),
    /// A read shows it under another name; it is sent under ours.
    ShownAs(&'static str),
    /// A field with a route of its own whose call must not be made twice. It is written as it is
    /// in the manifest, laid over nothing, under a key that is journaled before the call and used
    /// again until the attempt has ended.
    Once {
        /// The header that takes the key.
        header: &'static str,
        /// How many hours the server knows a key.
        hours: u16,
        /// The server's codes for an attempt that has not ended.
        unended: &'static [&'static str],
    },
    /// A mapping that says nothing where this member of it has one of these texts.
    NothingIf(&'static str, &'static [&'static str]),
    /// Only the Cloud takes it: a self-hosted server refuses anything but off or empty.
    CloudOnly,
    /// To write it costs money: the plan says so.
    Billed,
    /// A public key in PEM, compared by its DER.
    Der,
    /// A text whose blanks at its ends do not matter.
    Trimmed,
    /// Ours alone: never sent, never compared.
    Unsent,
    /// A secret that the server takes with so many characters at least.
    AtLeast(usize),
    /// A time, RFC 3339 in manifests, milliseconds on the wire.
    Millis,
    /// A list that is compared and sent whole, or a mapping that is never merged.
    Atomic,
}

impl Field {
    /// A row.
    pub const fn new(path: &'static str, policy: Policy) -> Self {
        Self { path, policy }
    }
}

//! What a plan is made from, and the faults that keep one from being made.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::base::{Address, Code, Diagnostic, FingerprintKey, Secret, SecretSource, Value};
use crate::kind::{Catalog, Descriptor, ReadSessions, RemoteError};
use crate::manifest::Document;
use crate::manifest::policy::Policy;
use crate::plan::World;
use crate::plan::undo::Undoing;
use crate::state::Snapshot;

/// A target could not be read.
pub const READ_FAILED: Code = Code("E0301");
/// A target's settings are not complete.
pub const NOT_REACHABLE: Code = Code("E0302");
/// The server has no such kind.
pub const NOT_OFFERED: Code = Code("E0303");
/// A lookup finds none or two.
pub const LOOKUP: Code = Code("E0304");
/// An object cannot be created from what is written.
pub const NOT_CREATABLE: Code = Code("E0305");
/// Owned objects live in a target that no document reaches.
pub const UNREACHED: Code = Code("E0306");
/// An address on the command line names nothing.
pub const NO_SUCH_ADDRESS: Code = Code("E0307");
/// An id to import that no live object has.
pub const NO_SUCH_ID: Code = Code("E0314");
/// Steps wait for each other.
pub const CYCLE: Code = Code("E0308");
/// A secret's source is not set.
pub const SECRET_NOT_SET: Code = Code("E0310");
/// Secrets are not compared without the identity.
pub const NOT_COMPARED: Code = Code("E0311");
/// A field that has gone is left as it is.
pub const LEFT: Code = Code("E0312");
/// A document's object was deleted by somebody else.
pub const WAS_DELETED: Code = Code("E0313");

/// A document seems to be an old one under a new name.
pub const RENAMED: Code = Code("E0325");

/// Changes by hand that the policy says to let be.
pub const IGNORED: Code = Code("E0326");
/// A rule that says to let changes be has ended.
pub const LAPSED: Code = Code("E0327");

/// What others granted to a replaced object is put back.
pub const PUT_BACK: Code = Code("E0320");
/// Fields of which a change by hand cannot be seen.
pub const UNSEEN: Code = Code("E0321");

/// Somebody rules a target whom no manifest names.
pub const STRANGE_RULER: Code = Code("E0323");
/// A secret that its server would refuse.
pub const TOO_SHORT: Code = Code("E0322");

/// The log that tells who changed what could not be read.
pub const NO_TRACE: Code = Code("E0328");

/// Everything that a plan is made from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// All kinds.
    pub catalog: Catalog,
    /// What is desired.
    pub documents: &'a [Document],
    /// What we own.
    pub snapshot: &'a Snapshot,
    /// The key of the secrets' fingerprints; none without the identity.
    pub key: Option<&'a FingerprintKey>,
    /// The live world.
    pub sessions: &'a dyn ReadSessions,
    /// What only the command line knows.
    pub facts: &'a dyn Facts,
    /// What was asked for.
    pub options: &'a Options<'a>,
}

/// What only the command line knows: secrets, and where targets really are.
pub trait Facts: Send + Sync {
    /// The text that a source gives now; none if it is not set or may not be asked.
    fn secret(&self, source: &SecretSource) -> Option<Secret>;

    /// The outputs of an object that were shown once and are stored.
    fn shown(&self, address: &Address) -> BTreeMap<String, Secret>;

    /// The settings of the target that `kind`'s object at `address` is.
    fn settings(
        &self,
        kind: &'static Descriptor,
        _address: &Address,
        spec: &Value,
        live: &Value,
        shown: &Value,
    ) -> Value {
        (kind.settings)(spec, live, shown)
    }
}

/// Decides by address and labels.
pub type Selects<'a> = &'a (dyn Fn(&Address, &BTreeMap<String, String>) -> bool + Send + Sync);

/// What was asked for.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of one command"
)]
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Real servers or the sandbox.
    pub world: World,
    /// `--target` and `-l`: what may be changed; none for everything.
    pub selects: Option<Selects<'a>>,
    /// `--override RULE=ADDRESS`.
    pub overrides: &'a [(String, String)],
    /// `--no-delete`.
    pub no_delete: bool,
    /// `destroy`: everything we own goes.
    pub destroy: bool,
    /// `drift`: every edge of what we own is read, not only those that a plan needs.
    pub all_edges: bool,
    /// `--adopt`: every live object that a document describes becomes ours.
    pub adopt: bool,
    /// `import ADDRESS ID`: the live objects of these ids become ours, whatever their keys.
    pub imports: &'a [(Address, String)],
    /// What takes a run back: then documents and state are its.
    pub undo: Option<&'a Undoing>,
    /// The repository's policy.
    pub policy: Option<&'a Policy>,
    /// The day, for what holds until one.
    pub today: Date,
}

impl Input<'_> {
    /// The id of the live object that shall become the one at `address`.
    pub(super) fn imported(&self, address: &Address) -> Option<&str> {
        let named = self.options.imports.iter().find(|(at, _)| at == address);
        named.map(|(_, id)| id.as_str())
    }

    /// Whether the object may be changed by this plan.
    pub fn selected(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        let Options { selects, undo, .. } = self.options;
        undo.is_none_or(|undoing| undoing.takes_back(address))
            && selects.is_none_or(|selects| selects(address, labels))
    }
}

/// The message of a failed read of `what`.
pub(super) fn read_failed(what: &str, error: &RemoteError) -> Diagnostic {
    let message = format!(
        "cannot read {what}: {} {}: {}",
        error.method, error.url, error.message
    );
    let diagnostic = Diagnostic::error(READ_FAILED, message);
    match &error.request_id {
        Some(id) => diagnostic.hint(format!("the server's operators know this request as {id}")),
        None => diagnostic,
    }
}

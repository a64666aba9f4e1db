//! Why a part of a step failed, as a message: what was attempted on which address, the cause, and
//! what can be typed.

use crate::base::{Address, Code, Diagnostic};
use crate::kind::{Descriptor, RemoteError, RemoteKind};

/// A call was refused or did not arrive.
pub const CALL_FAILED: Code = Code("E0701");
/// The answer of a call was lost: it may have happened.
pub const ANSWER_LOST: Code = Code("E0702");
/// A value that a step needs is not known although it should be.
pub const NOT_KNOWN: Code = Code("E0703");
/// The program contradicts itself.
pub const INTERNAL: Code = Code("E0704");
/// The object is not there any more.
pub const GONE: Code = Code("E0705");

/// A failed part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// What to say.
    pub(super) error: Box<Diagnostic>,
    /// Whether nothing more may be begun (the journal cannot be written).
    pub(super) fatal: bool,
}

impl From<Diagnostic> for Failure {
    fn from(error: Diagnostic) -> Self {
        Self {
            error: Box::new(error),
            fatal: false,
        }
    }
}

impl Failure {
    /// The state cannot be kept, so nothing more may be begun.
    pub(super) fn fatal(error: Diagnostic) -> Self {
        Self {
            error: Box::new(error),
            fatal: true,
        }
    }

    /// A task ended by a panic.
    pub(super) fn panicked() -> Self {
        let message = "a step ended by a fault of this program; what it did is in the journal";
        Self::fatal(
            Diagnostic::error(INTERNAL, message)
                .hint("run `tenantry plan` to see where it stands, and please report it"),
        )
    }
}

/// The message of a failed call: `verb` is what was attempted (`create`, `revoke roles of`).
pub(super) fn call_failed(verb: &str, address: &Address, error: &RemoteError) -> Diagnostic {
    let code = match error.kind {
        RemoteKind::Ambiguous => ANSWER_LOST,
        _ => CALL_FAILED,
    };
    let id = error.request_id.as_ref();
    let request = id.map_or(String::new(), |id| format!(" (request {id})"));
    let message = format!("could not {verb} `{address}`: {error}{request}");
    let diagnostic = Diagnostic::error(code, message).about(address);
    match hint(error.kind) {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// The same of an object of `kind`, with its advice about the server's code.
pub(super) fn advised(
    kind: &Descriptor,
    verb: &str,
    address: &Address,
    error: &RemoteError,
) -> Diagnostic {
    let failed = call_failed(verb, address, error);
    match kind.advice(error.code.as_deref()) {
        Some(advice) => failed.hint(advice),
        None => failed,
    }
}

fn hint(kind: RemoteKind) -> Option<&'static str> {
    Some(match kind {
        RemoteKind::Conflict => {
            "somebody made it meanwhile: run `tenantry plan` again; `lifecycle: {adopt: true}` takes it over"
        }
        RemoteKind::NotFound => "something that it needs is gone: run `tenantry plan` again",
        RemoteKind::Denied => {
            "give the login of this target the right to do this, then apply again"
        }
        RemoteKind::Unauthenticated => "check the credentials of this target, then apply again",
        RemoteKind::RateLimited { .. } => "apply again later, or with a lower `limits.rate`",
        RemoteKind::Unavailable | RemoteKind::Ambiguous => {
            "run `tenantry apply` again: what is done is kept, and it goes on from there"
        }
        RemoteKind::Rejected | RemoteKind::NotOffered | RemoteKind::Garbled | RemoteKind::Local => {
            return None;
        }
    })
}

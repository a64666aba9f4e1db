//! What is told of calls that were begun in a run that died. What is done about them is in
//! [`resume`](mod@super::resume); `plan` and `drift` only tell.

use super::ledger::{Journaled, OpenIntent};
use super::verdict::{Late, Verdict, name_of};
use crate::base::{Address, Code, Diagnostic};

/// A call was begun, and nobody knows what came of it.
pub const OPEN: Code = Code("E0711");
/// A call was begun with the token of another account.
pub const OTHER_ACCOUNT: Code = Code("E0712");
/// A tenant bears our marker, but it is not as we left it.
pub const STRANGE: Code = Code("E0713");
/// A tenant came after its creation was given up.
pub const LATE: Code = Code("E0714");
/// A tenant was being replaced, and its document has changed since.
pub const REPLACED: Code = Code("E0718");
/// A tenant is being set up.
pub const IN_SETUP: Code = Code("E0715");

/// What `plan` and `drift` tell of an open intent: a warning of what apply will do, or the error
/// that it will stop with.
pub fn finding(open: &OpenIntent, verdict: &Verdict) -> Diagnostic {
    let address = &open.intent.address;
    let told = |message: String| Diagnostic::warning(IN_SETUP, message).about(address);
    match verdict {
        Verdict::Finish { id } if !open.known_ids.is_empty() => told(format!(
            "`{address}` was replaced ({id}), and the old tenant ({}) may still be there: apply deletes it if the document still says the same",
            open.known_ids.join(", ")
        )),
        Verdict::Finish { id } => told(format!(
            "`{address}` was created ({id}) and has not got its name yet: apply gives it"
        )),
        Verdict::Orphan { id } => told(format!(
            "a tenant that was made for `{address}` ({id}) has lost its credentials: apply deletes it and makes another"
        )),
        Verdict::NotSeen => told(format!(
            "the creation of `{address}` was begun at {:.0} and nothing came of it yet: apply waits for it, then makes another",
            open.at
        )),
        Verdict::Vanished { id } => told(format!("`{address}` ({id}) is gone: apply forgets it")),
        Verdict::NotDeleted => told(format!(
            "the deletion of `{address}` was begun at {:.0} and was not done",
            open.at
        )),
        Verdict::Strange { .. } | Verdict::OtherAccount | Verdict::Unclear => {
            refusal(open, verdict)
        }
    }
}

/// The error that apply stops with, if it cannot resolve an open intent by itself.
pub(super) fn refusal(open: &OpenIntent, verdict: &Verdict) -> Diagnostic {
    let address = &open.intent.address;
    let over = format!("--override intent={address}");
    match verdict {
        Verdict::OtherAccount => {
            let message = format!(
                "`{address}` was begun with the token of another account, which alone can tell what came of it"
            );
            Diagnostic::error(OTHER_ACCOUNT, message)
                .about(address)
                .hint("run `tenantry apply` once with that account's token")
                .hint(format!("if the account is gone, or only its token is new and it has no such tenant: {over}"))
        }
        Verdict::Strange { id, why } => strange(address, id, why).hint(format!(
            "delete that tenant by hand if nobody needs it, then run again; or leave it alone: {over}"
        )),
        _ => unclear(open).hint(format!(
            "run `tenantry plan` to see whether it is there; then apply with {over} (and `lifecycle: {{adopt: true}}` if it is)"
        )),
    }
}

fn unclear(open: &OpenIntent) -> Diagnostic {
    let address = &open.intent.address;
    let verb = match open.intent.call {
        Journaled::Create => "creation",
        Journaled::Delete => "deletion",
        Journaled::Subscribe => "subscription",
    };
    let message = format!(
        "the {verb} of `{address}` was begun at {:.0} and nobody knows what came of it",
        open.at
    );
    Diagnostic::error(OPEN, message).about(address)
}

/// A tenant that is not as we left it.
pub(super) fn strange(address: &Address, id: &str, why: &str) -> Diagnostic {
    let message = format!(
        "a tenant that was made for `{address}` ({id}) has lost its credentials, and {why}: it is not deleted"
    );
    Diagnostic::error(STRANGE, message).about(address)
}

/// What is told of a tenant that came late.
pub fn late_finding(late: &Late) -> Diagnostic {
    let (address, id) = (&late.address, &late.live.id);
    let name = name_of(&late.live).unwrap_or_default().escape_debug();
    let message = format!(
        "`{name}` ({id}) was made for `{address}` after its creation was given up: apply deletes it if it is at most a day old and empty of people"
    );
    Diagnostic::warning(LATE, message).about(address)
}

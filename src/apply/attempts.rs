//! What became of an attempt whose call must not be made twice, begun in a run that died: told by
//! the field's own read. Nothing is sent again here; the plan shows what is still to be done, and
//! its step goes on under the same key.

use jiff::{SignedDuration, Timestamp};

use super::compare::differing;
use super::failure::{Failure, call_failed};
use super::finding::refusal;
use super::ledger::{Change, OpenIntent};
use super::once::Once;
use super::resume::{Resumed, Run, told};
use super::tenant::account_print;
use super::verdict::Verdict;
use crate::base::{Address, Code, Diagnostic, Value};
use crate::kind::{Descriptor, Reader, RemoteError};
use crate::plan::shape::Shape;

/// An attempt of an earlier run is open.
pub(super) const BEGUN: Code = Code("E0722");

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempted {
    /// It was done.
    Done,
    /// Nothing is to be seen of it, and it may still come.
    Open,
    /// Nothing is to be seen of it, and the server no longer knows its key.
    Lapsed,
}

/// Looks for what came of an attempt. `now` is the time.
pub(super) async fn attempted(
    reader: &dyn Reader,
    kind: &'static Descriptor,
    open: &OpenIntent,
    now: Timestamp,
) -> Result<Attempted, RemoteError> {
    let (Some(once), Some(id)) = (Once::of(kind), &open.intent.id) else {
        return Ok(Attempted::Open);
    };
    let field = once.own.field;
    let only = |value: Value| Value::Map([(field.to_owned(), value)].into());
    let shown = reader.own(kind, once.own, id).await?;
    let wanted = open.intent.entry.written.get(field).cloned();
    let wanted = only(wanted.unwrap_or_default());
    let is_there = shown != Value::Null;
    if is_there && differing(&Shape::of(kind), kind, &wanted, &only(shown)).is_empty() {
        return Ok(Attempted::Done);
    }
    let life = SignedDuration::from_hours(i64::from(once.hours));
    Ok(if now.duration_since(open.at) > life {
        Attempted::Lapsed
    } else {
        Attempted::Open
    })
}

/// What `plan` and `drift` tell of it.
pub(super) fn begun(open: &OpenIntent, attempted: Attempted) -> Diagnostic {
    let address = &open.intent.address;
    let what = match attempted {
        Attempted::Done => "it was done",
        Attempted::Open => {
            "nothing came of it yet: apply goes on under the same key, so that it is done once"
        }
        Attempted::Lapsed => "nothing came of it: apply begins anew",
    };
    let message = format!(
        "a call on `{address}` that must not be made twice was begun at {:.0}, and {what}",
        open.at
    );
    Diagnostic::warning(BEGUN, message).about(address)
}

impl Run<'_> {
    /// Ends an attempt that was done, or that can no longer come. One that may still come stays
    /// open.
    pub(super) async fn end_attempt(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
        resumed: &mut Resumed,
    ) -> Result<(), Failure> {
        let address = &open.intent.address;
        let account = self.context.target(home).await?;
        if open.intent.account != account_print(&self.context, &account) {
            return Err(refusal(open, &Verdict::OtherAccount).into());
        }
        let session = self.context.session(home).await?;
        let failed = |error| call_failed("look into", address, &error);
        let found = attempted(session.reader.as_ref(), kind, open, self.resume.now);
        let found = found.await.map_err(failed)?;
        let done = match found {
            Attempted::Open => return Ok(()),
            Attempted::Done => "has what was begun",
            Attempted::Lapsed => "has nothing of what was begun: that is over",
        };
        self.close(open, Change::Nothing).await?;
        told(resumed, address, done);
        Ok(())
    }
}

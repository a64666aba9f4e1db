//! What may deny our own log-in is tried right after it was written, and put back if it does,
//! while the token that we have still works.

use super::context::Context;
use super::failure::Failure;
use super::write::Writing;
use crate::base::{Address, Code, Diagnostic, Known, Value};
use crate::kind::{Call, RemoteError, RemoteKind};

/// Our own log-in was denied because of what was written.
pub(super) const LOCKED_OUT: Code = Code("E0716");

impl Context {
    /// What was there before an object that may lock us out; none if it may not.
    pub(super) async fn before(
        &self,
        writing: &Writing<'_>,
        id: &str,
    ) -> Result<Option<Value>, Failure> {
        if !(writing.kind.may_lock_out)(&writing.desired) {
            return Ok(None);
        }
        let reader = &writing.session.reader;
        let read = reader.get(writing.kind, id, writing.object.value()).await;
        let live = read.map_err(|error| writing.failed("read", &error))?;
        Ok(live.map(|live| live.value))
    }

    /// Whether our log-in is denied now. A failure of another sort says nothing of that.
    pub(super) async fn still_logs_in(&self, writing: &Writing<'_>) -> Result<(), RemoteError> {
        let tried = writing.session.writer.try_log_in().await;
        let denied = |error: &RemoteError| {
            let answered = error
                .status
                .is_some_and(|status| status < 500 && status != 429);
            answered || matches!(error.kind, RemoteKind::Denied | RemoteKind::Unauthenticated)
        };
        match tried {
            Err(error) if denied(&error) => Err(error),
            _ => Ok(()),
        }
    }

    /// Puts back what was there before, or deletes what was not there.
    pub(super) async fn take_back(
        &self,
        writing: &Writing<'_>,
        id: &str,
        before: Option<Value>,
    ) -> Result<(), RemoteError> {
        let writer = &writing.session.writer;
        let call = |object, fields| Call {
            kind: writing.kind,
            id,
            object,
            fields,
        };
        let Some(before) = before.and_then(|before| Known::new(before).ok()) else {
            return writer.delete(&call(&writing.object, &[])).await;
        };
        let fields = before.value().as_map().into_iter().flatten();
        let fields: Vec<_> = fields.map(|(name, _)| name.clone()).collect();
        writer.update(&call(&before, &fields)).await.map(drop)
    }
}

/// The message of a step that denied our log-in.
pub(super) fn locked_out(
    address: &Address,
    denied: &RemoteError,
    undone: Result<(), RemoteError>,
) -> Failure {
    let message = format!("`{address}` denies our own log-in: {denied}");
    let error = Diagnostic::error(LOCKED_OUT, message).about(address);
    let error = match undone {
        Ok(()) => error.hint(
            "what was there before is there again; let the script allow the client that \
             tenantry logs in as",
        ),
        Err(why) => error.hint(format!(
            "it could not be put back: {why}; mend it in Logto's console before the token of \
             this run ends"
        )),
    };
    error.into()
}

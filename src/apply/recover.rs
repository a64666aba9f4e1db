//! What became of a creation whose answer was lost: read again by key, never sent again.
//!
//! The plan saw no object with this key, so one that is there now and is as it was sent is ours.

use super::compare::differing;
use super::context::Context;
use super::creations::{Sought, found};
use super::parent::same_parent;
use super::write::{Writing, as_created};
use crate::kind::{Live, RemoteError};

/// What became of it.
pub(super) enum Recovered {
    /// It was created.
    Created(Live),
    /// It was not, and the server has said its last word.
    Absent,
    /// Nobody knows.
    Unknown,
}

impl Recovered {
    /// The same where the server has said for sure that it did nothing.
    pub(super) fn or_absent(self) -> Self {
        match self {
            Self::Created(live) => Self::Created(live),
            Self::Absent | Self::Unknown => Self::Absent,
        }
    }
}

impl Context {
    /// Looks for what `error` may have left behind.
    pub(super) async fn recover(
        &self,
        writing: &Writing<'_>,
        id: &str,
        error: &RemoteError,
    ) -> Recovered {
        let others = self.others(writing);
        let sought = Sought {
            id: Some(id),
            sent: writing.object.value(),
            others: &others,
        };
        let reader = writing.session.reader.as_ref();
        let found = found(reader, writing.kind, &sought).await;
        let found = found.ok().flatten();
        match found.as_deref() {
            Some([live]) if self.is_as_sent(writing, live) => Recovered::Created(live.clone()),
            Some([]) if error.status.is_some_and(is_last_word) => Recovered::Absent,
            _ => Recovered::Unknown,
        }
    }

    /// The old object of a replacement, where its id may be taken for the new one's.
    fn others(&self, writing: &Writing<'_>) -> Vec<String> {
        let old = self.ledger.entry(&writing.step.address);
        let sent = writing.object.value();
        let apart = old.is_some_and(|old| !same_parent(writing.kind, &old.written, sent));
        let old = writing.step.id.iter().filter(|_| !apart);
        old.cloned().collect()
    }

    fn is_as_sent(&self, writing: &Writing<'_>, live: &Live) -> bool {
        let desired = as_created(writing.kind, &writing.desired);
        differing(
            &self.shape(writing.kind),
            writing.kind,
            &desired,
            &live.value,
        )
        .is_empty()
    }
}

/// Whether the server itself answered, so that whatever it did is over: a gateway answers for a
/// server that may still be at work (RFC 9110, sections 15.6.3 to 15.6.5).
fn is_last_word(status: u16) -> bool {
    !matches!(status, 502..=504)
}

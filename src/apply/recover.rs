//! What became of a creation whose answer was lost: read again by key, never sent again.
//!
//! The plan saw no object with this key, so one that is there now and is as it was sent is ours.

use super::compare::differing;
use super::context::Context;
use super::write::Writing;
use crate::base::Value;
use crate::kind::{Live, Quirk, RemoteError, Shape};
use crate::plan::resolve::key_of;

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
        let chosen = writing.kind.is(Quirk::ChosenId);
        let found = if writing.kind.route.shape == Shape::Collection && !chosen {
            self.found_by_key(writing).await
        } else {
            self.found_by_id(writing, id).await
        };
        match found.as_deref() {
            Some([live]) if self.is_as_sent(writing, live) => Recovered::Created(live.clone()),
            // An answer came, though it says nothing: whatever it was, it is over.
            Some([]) if error.status.is_some() => Recovered::Absent,
            _ => Recovered::Unknown,
        }
    }

    async fn found_by_id(&self, writing: &Writing<'_>, id: &str) -> Option<Vec<Live>> {
        let reader = &writing.session.reader;
        let read = reader.get(writing.kind, id, writing.object.value()).await;
        Some(read.ok()?.into_iter().collect())
    }

    async fn found_by_key(&self, writing: &Writing<'_>) -> Option<Vec<Live>> {
        let key = key_of(writing.kind, writing.object.value())?;
        let key = key
            .into_iter()
            .map(|(field, value)| (field.to_owned(), value));
        let key = Value::Map(key.collect());
        let found = self
            .list_like(writing.home, writing.kind, &key)
            .await
            .ok()?;
        // Of a replacement that is created first, the old object is there too.
        let is_new = |live: &Live| Some(&live.id) != writing.step.id.as_ref();
        Some(found.into_iter().filter(is_new).collect())
    }

    fn is_as_sent(&self, writing: &Writing<'_>, live: &Live) -> bool {
        let mut desired = writing.desired.clone();
        if let Value::Map(fields) = &mut desired {
            let later = writing.kind.route.own.iter().filter(|own| !own.in_create);
            later.for_each(|own| drop(fields.remove(own.field)));
        }
        differing(
            &self.shape(writing.kind),
            writing.kind,
            &desired,
            &live.value,
        )
        .is_empty()
    }
}

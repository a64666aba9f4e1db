//! Changes to a state that no call to a server brings about: moved and forgotten objects, a root
//! that was renamed, a snapshot of before, other recipients.

use std::collections::BTreeSet;

use super::record::{Act, CallKind, Effect, Part};
use super::{Entry, Settled, Snapshot, State, StateError};
use crate::base::Address;

impl State {
    /// The object at `from` is called `to` from now on, by everybody who names it.
    ///
    /// # Errors
    /// It could not be stored.
    pub async fn move_to(
        &self,
        from: &Address,
        entry: Entry,
        to: Address,
    ) -> Result<(), StateError> {
        let act = Act {
            address: to,
            part: Part::Body,
            call: CallKind::Move,
        };
        let effect = Effect::Owned {
            entry: Box::new(entry),
            moved_from: Some(from.clone()),
        };
        self.outcome(act, Settled::new(None, effect)).await
    }

    /// The object at `address` is not ours any more; it stays as it is.
    ///
    /// # Errors
    /// It could not be stored.
    pub async fn forget(&self, address: Address, id: String) -> Result<(), StateError> {
        let act = Act {
            address,
            part: Part::Body,
            call: CallKind::Forget,
        };
        self.outcome(act, Settled::new(None, Effect::Gone { id }))
            .await
    }

    /// The manifests' root that was called `from` is called `to`. Returns whether there was one.
    ///
    /// # Errors
    /// It could not be stored.
    pub async fn rename_root(&self, from: &str, to: &str) -> Result<bool, StateError> {
        if !self.snapshot().roots.contains(from) {
            return Ok(false);
        }
        self.edit(|snapshot| {
            snapshot.roots.remove(from);
            snapshot.roots.insert(to.to_owned());
        });
        self.save().await?;
        Ok(true)
    }

    /// Goes back to what `earlier` says is owned. What the journal holds open stays open, and no
    /// marker that was ever used is forgotten.
    ///
    /// # Errors
    /// It is another state's, or could not be stored.
    pub async fn restore(&self, earlier: Snapshot) -> Result<(), StateError> {
        let ours = self.snapshot().lineage.clone();
        if earlier.lineage != ours {
            return Err(StateError::Mismatch {
                place: self.place().to_owned(),
                cause: format!(
                    "that version is of lineage {}, the state of {ours}",
                    earlier.lineage
                ),
            });
        }
        self.edit(|snapshot| {
            snapshot.resources = earlier.resources;
            snapshot.roots = earlier.roots;
            snapshot.markers.extend(earlier.markers);
        });
        self.save().await
    }

    /// Seals the credentials for these and nobody else from now on, records of the journal
    /// included: what they sealed is folded.
    ///
    /// # Errors
    /// One of them is no recipient, or it could not be stored.
    pub async fn reseal(&self, recipients: BTreeSet<String>) -> Result<(), StateError> {
        self.with_recipients(recipients.into_iter().collect())?;
        self.save().await
    }
}

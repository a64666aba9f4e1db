//! Edges whose calls depend on the list that they stand in: somebody who is invited becomes another
//! thing by another invitation, a member by a call of their own.
//!
//! The lists are read right before the calls, so that what somebody did meanwhile is seen.

use std::collections::BTreeMap;

use super::edges::held_keys;
use super::list::AGAIN;
use super::request::{edge, edge_of};
use super::writer::is_already;
use super::{Dialect, Session};
use crate::base::Value;
use crate::kind::{EdgeCall, EdgeKey, Held, Relation, RemoteError, RemoteKind};

/// Somebody in one of the lists.
struct Standing {
    held: &'static Held,
    item: Value,
    words: Vec<String>,
}

impl Standing {
    /// Whether they are what the edge says.
    fn is(&self, key: &EdgeKey) -> bool {
        self.words.iter().any(|word| word == words(key).1)
    }
}

/// Whether the calls on a relation's edges depend on where they stand.
pub(super) fn is_held(relation: &Relation) -> bool {
    relation.by_owner.iter().any(|read| read.held.is_some())
}

impl<D: Dialect> Session<D> {
    /// Makes everybody what they are to be.
    pub(super) async fn attach_held(&self, call: &EdgeCall<'_>) -> Result<(), RemoteError> {
        let standing = self.standing(call).await?;
        for key in call.edges {
            match standing.get(words(key).0) {
                Some(one) if one.is(key) => {}
                Some(one) => self.change_held(call, key, one).await?,
                None => self.add_held(call, key).await?,
            }
        }
        Ok(())
    }

    /// Takes everybody away who still is what they are not to be.
    pub(super) async fn detach_held(&self, call: &EdgeCall<'_>) -> Result<(), RemoteError> {
        let standing = self.standing(call).await?;
        for key in call.edges {
            if let Some(one) = standing.get(words(key).0)
                && one.is(key)
            {
                self.drop_held(call, key, one).await?;
            }
        }
        Ok(())
    }

    /// Who stands in the lists. Somebody who did and is not shown is looked for again: half a list
    /// is sound too, and who is taken for gone is invited anew, or keeps what they were to lose.
    async fn standing(
        &self,
        call: &EdgeCall<'_>,
    ) -> Result<BTreeMap<String, Standing>, RemoteError> {
        let mut standing = self.standing_now(call).await?;
        for _ in 0..AGAIN {
            let shown = |key: &EdgeKey| standing.contains_key(words(key).0);
            if call.live.iter().all(shown) {
                break;
            }
            standing.extend(self.standing_now(call).await?);
        }
        Ok(standing)
    }

    async fn standing_now(
        &self,
        call: &EdgeCall<'_>,
    ) -> Result<BTreeMap<String, Standing>, RemoteError> {
        self.memo.forget();
        let mut standing = BTreeMap::new();
        for read in call.relation.by_owner {
            let Some(held) = read.held else { continue };
            let (_, items, _) = self.whole_list(read, call.owner, None).await?;
            for item in items.iter() {
                let keys = held_keys(read, held, item);
                let Some(who) = keys.first().map(|key| words(key).0.to_owned()) else {
                    continue;
                };
                let words = keys.iter().map(|key| words(key).1.to_owned());
                standing.entry(who).or_insert_with(|| Standing {
                    held,
                    item: Value::from(item.clone()),
                    words: words.collect(),
                });
            }
        }
        Ok(standing)
    }

    async fn change_held(
        &self,
        call: &EdgeCall<'_>,
        key: &EdgeKey,
        one: &Standing,
    ) -> Result<(), RemoteError> {
        if let Some(change) = &one.held.change {
            let draft = edge_of(change, call.owner, key, &one.item);
            return self.write(&self.written(draft)?).await.map(drop);
        }
        self.drop_held(call, key, one).await?;
        self.add_held(call, key).await
    }

    async fn drop_held(
        &self,
        call: &EdgeCall<'_>,
        key: &EdgeKey,
        one: &Standing,
    ) -> Result<(), RemoteError> {
        let draft = edge_of(&one.held.detach, call.owner, key, &one.item);
        match self.write(&self.written(draft)?).await {
            Err(error) if error.kind == RemoteKind::NotFound => Ok(()),
            done => done.map(drop),
        }
    }

    /// Adds one. If nobody knows whether it was done, or it is said to be there, the lists tell.
    async fn add_held(&self, call: &EdgeCall<'_>, key: &EdgeKey) -> Result<(), RemoteError> {
        let draft = edge(&call.relation.attach, call.owner, key);
        let Err(error) = self.write(&self.written(draft)?).await else {
            return Ok(());
        };
        let is_open = matches!(error.kind, RemoteKind::Ambiguous | RemoteKind::Conflict);
        if !is_open && !is_already(&call.relation.attach, &error) {
            return Err(error);
        }
        let standing = self.standing(call).await;
        let there = standing
            .ok()
            .and_then(|mut standing| standing.remove(words(key).0));
        match there {
            Some(one) if one.is(key) => Ok(()),
            _ => Err(error),
        }
    }
}

/// Who, and what.
fn words(key: &EdgeKey) -> (&str, &str) {
    match key.as_slice() {
        [who, what, ..] => (who, what),
        _ => ("", ""),
    }
}

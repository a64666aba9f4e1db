//! Lists that were read, kept until the first write: each object is read once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value as Json;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::base::lock::lock;
use crate::kind::RemoteError;

/// The items of one list, as the server answered them.
pub(super) type Items = Arc<Vec<Json>>;

/// The lists of a session, by path and query.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<BTreeMap<String, Arc<Slot>>>);

#[derive(Debug)]
struct Slot {
    made: Instant,
    items: OnceCell<Items>,
}

impl Memo {
    /// The list called `key`, read by `read` unless somebody has, or is about to. A list begun
    /// longer than `oldest` ago is read anew.
    pub(super) async fn get<F>(
        &self,
        key: &str,
        oldest: Option<Duration>,
        read: impl FnOnce() -> F + Send,
    ) -> Result<Items, RemoteError>
    where
        F: Future<Output = Result<Vec<Json>, RemoteError>> + Send,
    {
        let slot = self.slot(key, oldest);
        let items = slot
            .items
            .get_or_try_init(|| async { read().await.map(Arc::new) });
        items.await.cloned()
    }

    /// The list called `key`, if it was read.
    pub(super) fn peek(&self, key: &str) -> Option<Items> {
        lock(&self.0).get(key)?.items.get().cloned()
    }

    /// Keeps a list that was read.
    pub(super) fn put(&self, key: &str, items: Vec<Json>) -> Items {
        let items = Arc::new(items);
        let slot = Slot {
            made: Instant::now(),
            items: OnceCell::new_with(Some(Arc::clone(&items))),
        };
        lock(&self.0).insert(key.to_owned(), Arc::new(slot));
        items
    }

    /// Forgets all lists: one of them is not true any more, and others may hold copies.
    pub(super) fn forget(&self) {
        lock(&self.0).clear();
    }

    fn slot(&self, key: &str, oldest: Option<Duration>) -> Arc<Slot> {
        let mut lists = lock(&self.0);
        let young = |slot: &&Arc<Slot>| oldest.is_none_or(|oldest| slot.made.elapsed() < oldest);
        if let Some(slot) = lists.get(key).filter(young) {
            return Arc::clone(slot);
        }
        let slot = Arc::new(Slot {
            made: Instant::now(),
            items: OnceCell::new(),
        });
        lists.insert(key.to_owned(), Arc::clone(&slot));
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(start_paused = true)]
    async fn a_list_is_read_once_for_all_until_a_write() {
        let (memo, reads) = (Memo::default(), AtomicUsize::new(0));
        let read = || async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            reads.fetch_add(1, Ordering::SeqCst);
            Ok(vec![Json::Null])
        };
        let all = join_all((0..9).map(|_| memo.get("/api/roles", None, read))).await;
        assert!(
            all.iter()
                .all(|items| items.as_ref().is_ok_and(|i| i.len() == 1))
        );
        assert_eq!(reads.load(Ordering::SeqCst), 1);
        memo.forget();
        memo.get("/api/roles", None, read).await.expect("a list");
        assert_eq!(reads.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_list_is_read_anew_where_a_fresh_one_is_wanted() {
        let (memo, reads) = (Memo::default(), AtomicUsize::new(0));
        let read = || async { Ok(vec![Json::from(reads.fetch_add(1, Ordering::SeqCst))]) };
        for (later, oldest, expected) in
            [(0, None, 0), (9, None, 0), (9, Some(5), 1), (1, Some(5), 1)]
        {
            tokio::time::sleep(Duration::from_secs(later)).await;
            let oldest = oldest.map(Duration::from_secs);
            let items = memo.get("/api/roles", oldest, read).await.expect("a list");
            assert_eq!(*items, [Json::from(expected)]);
        }
    }
}

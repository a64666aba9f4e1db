//! Keeps what the plan says of objects that need no call: new names of ours, new labels, edges
//! that were there already. Nothing is sent.

use std::collections::BTreeMap;

use super::context::Context;
use super::failure::Failure;
use super::ledger::{Change, Done};
use crate::base::Address;
use crate::plan::Part;

impl Context {
    /// Keeps it, renamed objects first.
    pub(super) async fn keep_books(&self) -> Result<(), Failure> {
        let mut books = self.plan.bookkeeping.clone();
        for (from, to) in &self.plan.moved {
            let entry = books.remove(to).or_else(|| self.ledger.entry(from));
            if let Some(entry) = entry {
                let change = Change::Moved {
                    from: from.clone(),
                    entry: Box::new(entry),
                };
                self.keep_book(to, change).await?;
            }
        }
        for (address, entry) in books {
            self.keep_book(&address, Change::Keep(Box::new(entry)))
                .await?;
        }
        Ok(())
    }

    async fn keep_book(&self, address: &Address, change: Change) -> Result<(), Failure> {
        let done = Done {
            address: address.clone(),
            part: Part::Body,
            intent: None,
            unfinished: false,
            change,
            sealed: BTreeMap::new(),
        };
        self.ledger.outcome(done).await.map_err(Failure::fatal)
    }
}

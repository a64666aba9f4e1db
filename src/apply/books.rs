//! Keeps what the plan says of objects that need no call: new names of ours, new labels, edges
//! that were there already. Nothing is sent.

use std::collections::BTreeMap;

use super::context::Context;
use super::failure::Failure;
use super::ledger::{Change, Done};
use crate::base::Address;
use crate::plan::Part;

impl Context {
    /// Keeps it, renamed objects first: what else is said of them names others as they are called
    /// after all renames.
    pub(super) async fn keep_books(&self) -> Result<(), Failure> {
        for (from, to) in &self.plan.moved {
            if let Some(entry) = self.ledger.entry(from) {
                let change = Change::Moved {
                    from: from.clone(),
                    entry: Box::new(entry),
                };
                self.keep_book(to, change).await?;
            }
        }
        for (address, entry) in self.plan.bookkeeping.clone() {
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

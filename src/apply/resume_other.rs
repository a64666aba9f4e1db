//! Ends what a run that died had begun of objects that are no tenants: a creation whose answer was
//! lost is kept or begun anew, the old object of a replacement is deleted.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::creations::{Became, became, unclear};
use super::failure::{Failure, call_failed};
use super::ledger::{Change, Journaled, OpenIntent};
use super::resume::{Resumed, Run, told};
use crate::base::{Address, Value};
use crate::kind::{Call, Descriptor, Live, Quirk, RemoteKind};

impl Run<'_> {
    /// Ends the intent of an object that is no tenant.
    pub(super) async fn end_other(
        &self,
        open: &OpenIntent,
        resumed: &mut Resumed,
    ) -> Result<(), Failure> {
        let (address, entry) = (&open.intent.address, &open.intent.entry);
        let kind = self.context.kind(&entry.api_version, address.kind());
        let (Some(kind), Some(home), Journaled::Create) = (kind, &entry.home, open.intent.call)
        else {
            return Err(unclear(open, "its kind is not known").into());
        };
        if !self.context.find_tenant(home).await? {
            let is_ours = self.context.is_made(home);
            if !is_ours {
                let why = format!("no document says how `{home}` is reached");
                return Err(unclear(open, &why).into());
            }
            self.close(open, Change::Nothing).await?;
            told(
                resumed,
                address,
                "was not created: what it was to be in is gone",
            );
            return Ok(());
        }
        match (&open.created, open.known_ids.first()) {
            (Some(_), Some(old)) => self.delete_old(open, kind, home, old).await?,
            (Some(_), None) => self.close(open, Change::Nothing).await?,
            (None, _) => return self.end_creation(open, kind, home, resumed).await,
        }
        told(resumed, address, "was replaced: the old one is gone");
        Ok(())
    }

    async fn end_creation(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
        resumed: &mut Resumed,
    ) -> Result<(), Failure> {
        let address = &open.intent.address;
        let mut result = self.look_for(open, kind, home).await?;
        let wait = self.unsettled(open.at);
        if result == Became::NotMade && !wait.is_zero() {
            if self.stopped_within(wait).await {
                resumed.interrupted = true;
                return Ok(());
            }
            result = self.look_for(open, kind, home).await?;
        }
        match result {
            Became::Made(entry) if self.spoils_the_list(kind, home).await? => {
                self.delete(open, kind, home, &entry.id).await?;
                self.close(open, Change::Nothing).await?;
                let what = "was created beside another one, so that none could be listed: deleted";
                told(resumed, address, what);
            }
            Became::Made(entry) => {
                let old = open.known_ids.first();
                let id = entry.id.clone();
                match old {
                    Some(old) => {
                        self.keep_open(open, Change::Keep(entry)).await?;
                        self.delete_old(open, kind, home, old).await?;
                    }
                    None => self.close(open, Change::Keep(entry)).await?,
                }
                told(resumed, address, &format!("was created ({id}): kept"));
            }
            Became::NotMade => {
                self.close(open, Change::Nothing).await?;
                told(resumed, address, "was not created");
            }
            Became::Unclear(why) => return Err(unclear(open, &why).into()),
        }
        Ok(())
    }

    async fn look_for(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
    ) -> Result<Became, Failure> {
        let session = self.context.session(home).await?;
        let key = self.context.ledger.fingerprints();
        let became = became(session.reader.as_ref(), kind, open, Some(&key)).await;
        Ok(became.map_err(|error| call_failed("look into", home, &error))?)
    }

    /// How long a server may still be at work on a call that was begun then.
    fn unsettled(&self, begun: Timestamp) -> Duration {
        let age = Timestamp::now()
            .duration_since(begun)
            .max(SignedDuration::ZERO);
        let age = Duration::try_from(age).unwrap_or_default();
        self.resume.settle.saturating_sub(age)
    }

    /// Deletes the old object of a replacement, and ends its intent.
    async fn delete_old(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
        old: &str,
    ) -> Result<(), Failure> {
        self.delete(open, kind, home, old).await?;
        self.close(open, Change::Nothing).await
    }

    /// Deletes what we made, if it is there.
    async fn delete(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
        id: &str,
    ) -> Result<(), Failure> {
        let address = &open.intent.address;
        let session = self.context.session(home).await?;
        let failed = |error| call_failed("delete the left-over of", address, &error);
        let written = &open.intent.entry.written;
        let live = session.reader.get(kind, id, written).await;
        let Some(live) = live.map_err(failed)? else {
            return Ok(());
        };
        let object = super::compare::without_secrets(&live.value);
        self.drop_left_over(address, kind, home, id, object).await
    }

    /// Deletes what was made for `address`; the path is made of `object`.
    pub(super) async fn drop_left_over(
        &self,
        address: &Address,
        kind: &'static Descriptor,
        home: &Address,
        id: &str,
        object: Value,
    ) -> Result<(), Failure> {
        let object = self.context.resolve(address, object).await?;
        let session = self.context.session(home).await?;
        self.context.ledger.fence().await.map_err(Failure::fatal)?;
        let call = Call {
            kind,
            id,
            object: &object,
            fields: &[],
        };
        let deleted = session.writer.delete(&call).await;
        Ok(deleted.map_err(|error| call_failed("delete the left-over of", address, &error))?)
    }

    /// Whether the server refuses to list objects of `kind` although each can be read by its id:
    /// two connectors for e-mail make the whole list an error (reference/logto-management.md,
    /// section 1.7).
    async fn spoils_the_list(
        &self,
        kind: &'static Descriptor,
        home: &Address,
    ) -> Result<bool, Failure> {
        if !kind.is(Quirk::ChosenId) {
            return Ok(false);
        }
        let session = self.context.session(home).await?;
        session.reader.forget();
        let listed = session.reader.list(kind, &[]).await;
        Ok(listed.is_err_and(|error| error.kind == RemoteKind::Rejected))
    }
}

impl super::context::Context {
    /// Whether the object at `address` is made by us where it is missing: a tenant of an account.
    fn is_made(&self, address: &Address) -> bool {
        let mut kinds = self.catalog.all();
        kinds.any(|kind| kind.name == address.kind() && kind.is(Quirk::MarkedCreation))
    }

    /// Makes the target at `address` reachable, if it is there: one that we made is as its account
    /// has it now.
    async fn find_tenant(&self, address: &Address) -> Result<bool, Failure> {
        if self.target(address).await.is_ok() {
            return Ok(true);
        }
        let Some(entry) = self.ledger.entry(address) else {
            return Ok(false);
        };
        let kind = self.kind(&entry.api_version, address.kind());
        let (Some(kind), Some(account)) = (kind, &entry.home) else {
            return Ok(false);
        };
        self.find_account(account);
        let Some(live) = self.live_tenant(kind, account, &entry.id).await? else {
            return Ok(false);
        };
        let outputs = kind.shown_once.iter();
        let shown = outputs.filter_map(|(output, _)| {
            let stored = self.ledger.credential(address, output)?;
            Some(((*output).to_owned(), stored))
        });
        let made = super::outputs::Made {
            kind,
            home: entry.home.clone(),
            id: live.id,
            value: live.value,
        };
        self.open_target(address, &entry.written, &made, &shown.collect());
        Ok(true)
    }

    /// The tenant of this id in an account. What half a list does not show may be there.
    pub(super) async fn live_tenant(
        &self,
        kind: &'static Descriptor,
        account: &Address,
        id: &str,
    ) -> Result<Option<Live>, Failure> {
        let session = self.session(account).await?;
        let failed = |error| call_failed("list the tenants of", account, &error);
        let listed = session.reader.list(kind, &[]).await.map_err(failed)?;
        if let Some(live) = listed.into_iter().find(|live| live.id == id) {
            return Ok(Some(live));
        }
        let ids = BTreeSet::from([id.to_owned()]);
        let missed = session.reader.missed(kind, &ids).await;
        Ok(missed.map_err(failed)?.pop())
    }
}

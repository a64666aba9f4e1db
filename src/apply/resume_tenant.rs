//! Ends what a run that died had begun of tenants that were made or deleted: a new one gets its
//! name, the old one that it replaces is deleted, and what lived in one that is gone is forgotten.

use std::collections::BTreeMap;

use super::failure::{Failure, INTERNAL, call_failed};
use super::finding::REPLACED;
use super::ledger::{Change, Done, OpenIntent};
use super::resume::{Resumed, Run, told};
use super::tenant::{name_field, with_name};
use super::verdict::real_name;
use crate::base::{Address, Diagnostic, Value};
use crate::kind::{Call, Descriptor};
use crate::plan::Part;

impl Run<'_> {
    /// Ends the creation of a tenant that is there, its credentials kept.
    pub(super) async fn finish(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
        id: &str,
        resumed: &mut Resumed,
    ) -> Result<(), Failure> {
        let address = &open.intent.address;
        self.rename(open, kind, home, id).await?;
        let mut old = open.known_ids.first();
        if let Some(id) = old
            && self.context.live_tenant(kind, home, id).await?.is_none()
        {
            old = None;
        }
        let Some(old) = old else {
            self.close(open, Change::Nothing).await?;
            told(resumed, address, "got its name");
            return Ok(());
        };
        if !self.is_still_wanted(open) {
            return Err(replaced(address, old, id).into());
        }
        self.drop_tenant(kind, home, old, address).await?;
        self.close(open, Change::Nothing).await?;
        told(resumed, address, "was replaced: the old one is gone");
        Ok(())
    }

    /// Whether the document still says what the tenant was made by. Of one that was put back, the
    /// old tenant is the one that somebody wants.
    fn is_still_wanted(&self, open: &OpenIntent) -> bool {
        let Some(body) = self.resume.wanted.get(&open.intent.address) else {
            return false;
        };
        let written = open.intent.entry.written.as_map().into_iter().flatten();
        let mut texts = written.filter(|(_, value)| value.as_text().is_some());
        texts.all(|(field, value)| body.get(field) == Some(value))
    }

    /// Gives a tenant its name.
    async fn rename(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
        id: &str,
    ) -> Result<(), Failure> {
        let address = &open.intent.address;
        let name = real_name(open).unwrap_or(address.name()).to_owned();
        let object = with_name(kind, &Value::Map(BTreeMap::new()), &name);
        let object = self.context.resolve(address, object).await?;
        let session = self.context.session(home).await?;
        self.context.ledger.fence().await.map_err(Failure::fatal)?;
        let call = Call {
            kind,
            id,
            object: &object,
            fields: &[name_field(kind).to_owned()],
        };
        let renamed = session.writer.update(&call).await;
        renamed.map_err(|error| call_failed("rename", address, &error))?;
        let entry = self.context.ledger.entry(address);
        let mut entry = entry.ok_or_else(|| no_entry(address))?;
        entry.written = with_name(kind, &entry.written, &name);
        entry.observed = with_name(kind, &entry.observed, &name);
        self.keep_open(open, Change::Keep(Box::new(entry))).await
    }

    /// Deletes a tenant that was made for `address`.
    pub(super) async fn drop_tenant(
        &self,
        kind: &'static Descriptor,
        home: &Address,
        id: &str,
        address: &Address,
    ) -> Result<(), Failure> {
        let nothing = Value::Map(BTreeMap::new());
        self.drop_left_over(address, kind, home, id, nothing).await
    }

    /// Forgets a tenant that is gone, after what lived in it.
    pub(super) async fn forget(&self, open: &OpenIntent, id: &str) -> Result<(), Failure> {
        let ledger = &self.context.ledger;
        for (address, id) in &self.resume.owned {
            let entry = ledger.entry(address).filter(|entry| entry.id == *id);
            if entry.is_some_and(|entry| entry.home.as_ref() == Some(&open.intent.address)) {
                let done = Done {
                    address: address.clone(),
                    part: Part::Body,
                    intent: None,
                    unfinished: false,
                    change: Change::Gone { id: id.clone() },
                    sealed: BTreeMap::new(),
                };
                ledger.outcome(done).await.map_err(Failure::fatal)?;
            }
        }
        self.close(open, Change::Gone { id: id.to_owned() }).await
    }
}

fn replaced(address: &Address, old: &str, new: &str) -> Diagnostic {
    let message = format!(
        "`{address}` was being replaced by another tenant ({new}), the old one ({old}) is still \
         there, and the document has changed since"
    );
    Diagnostic::error(REPLACED, message)
        .about(address)
        .hint("put the document back as it was then: apply deletes the old tenant")
        .hint(format!(
            "or leave the old tenant alone, which is nobody's then: --override intent={address}"
        ))
}

fn no_entry(address: &Address) -> Diagnostic {
    let message = format!("`{address}` was created, but the state does not hold it");
    Diagnostic::error(INTERNAL, message).about(address)
}

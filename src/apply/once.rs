//! Calls that must not be made twice, and that the server tells apart by a key (a subscription):
//! the key is journaled before the call, and used again until the attempt has ended.
//!
//! What a run that died left behind is looked at in `attempts`.

use super::context::Context;
use super::failure::{Failure, call_failed};
use super::ledger::{Intent, IntentId, Journaled, OpenIntent};
use super::marker::new_marker;
use super::tenant::account_print;
use super::write::Writing;
use crate::base::{Code, Diagnostic};
use crate::kind::{Call, Descriptor, Own, Policy, RemoteError, RemoteKind};
use crate::plan::Part;

/// The server refused an attempt.
pub const REFUSED: Code = Code("E0720");
/// Nobody knows yet what came of an attempt.
pub const UNDECIDED: Code = Code("E0721");

/// What a kind says of a field whose call must not be made twice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Once {
    /// The field.
    pub(super) own: &'static Own,
    /// How many hours the server knows a key.
    pub(super) hours: u16,
    unended: &'static [&'static str],
}

/// An attempt that is begun.
struct Attempt {
    intent: IntentId,
    key: String,
}

impl Once {
    /// The field of `kind` whose call must not be made twice.
    pub(super) fn of(kind: &'static Descriptor) -> Option<Self> {
        kind.route.own.iter().find_map(|own| Self::at(kind, own))
    }

    /// The same of that field, if it is one.
    pub(super) fn at(kind: &'static Descriptor, own: &'static Own) -> Option<Self> {
        let mut fields = kind.fields.iter().filter(|field| field.path == own.field);
        fields.find_map(|field| match field.policy {
            Policy::Once { hours, unended, .. } => Some(Self {
                own,
                hours,
                unended,
            }),
            _ => None,
        })
    }

    /// Whether the attempt that `error` came of is over, so that another one may take a new key.
    fn is_over(&self, error: &RemoteError) -> bool {
        let is_open = |code: &str| self.unended.contains(&code);
        let said_no = matches!(
            error.kind,
            RemoteKind::NotFound
                | RemoteKind::Conflict
                | RemoteKind::Denied
                | RemoteKind::Unauthenticated
                | RemoteKind::Rejected
                | RemoteKind::NotOffered
                | RemoteKind::Local
        );
        said_no && !error.code.as_deref().is_some_and(is_open)
    }
}

impl Context {
    /// Sets a field whose call must not be made twice.
    pub(super) async fn set_once(
        &self,
        writing: &Writing<'_>,
        once: Once,
        id: &str,
    ) -> Result<(), Failure> {
        let step = writing.step;
        let attempt = self.attempt(writing, once, id).await?;
        let object = self.resolve(&step.address, writing.desired.clone()).await?;
        let call = Call {
            kind: writing.kind,
            id,
            object: &object,
            fields: &[once.own.field.to_owned()],
        };
        self.ledger.fence().await.map_err(Failure::fatal)?;
        let session = &writing.session;
        let done = session.writer.set_own(once.own, &call, Some(&attempt.key));
        let done = done.await;
        if done.as_ref().err().is_none_or(|error| once.is_over(error)) {
            let intent = Some(attempt.intent);
            self.record_nothing(step, Part::Body, intent).await?;
        }
        done.map_err(|error| failed(writing, once, &error).into())
    }

    /// The attempt that is open, if it is for the same; else a new one.
    async fn attempt(
        &self,
        writing: &Writing<'_>,
        once: Once,
        id: &str,
    ) -> Result<Attempt, Failure> {
        let (step, field) = (writing.step, once.own.field);
        let mut entry = self.entry(step);
        let wanted = self.hide(&step.address, &writing.desired, &entry.written);
        entry.written = wanted;
        let open = self.ledger.open().into_iter();
        let mut open = open.filter(|open| {
            open.intent.address == step.address && open.intent.call == Journaled::Subscribe
        });
        if let Some(open) = open.next() {
            let meant = open.intent.entry.written.get(field);
            return match &open.intent.key {
                Some(key) if meant == entry.written.get(field) => Ok(Attempt {
                    intent: open.id,
                    key: key.clone(),
                }),
                _ => Err(other_attempt(&open, once).into()),
            };
        }
        let key = new_marker()?;
        let account = self.target(writing.home).await?;
        let intent = Intent {
            address: step.address.clone(),
            part: Part::Body,
            call: Journaled::Subscribe,
            id: Some(id.to_owned()),
            entry: Box::new(entry),
            marker: None,
            account: account_print(self, &account),
            key: Some(key.clone()),
        };
        let intent = self.ledger.intent(intent).await.map_err(Failure::fatal)?;
        Ok(Attempt { intent, key })
    }
}

fn failed(writing: &Writing<'_>, once: Once, error: &RemoteError) -> Diagnostic {
    let address = &writing.step.address;
    let verb = format!("set `{}` of", once.own.field);
    let message = call_failed(&verb, address, error).message;
    let code = if once.is_over(error) {
        REFUSED
    } else {
        UNDECIDED
    };
    let failed = Diagnostic::error(code, message).about(address);
    let advice = writing.kind.advice(error.code.as_deref());
    match advice {
        Some(advice) => failed.hint(advice),
        None if code == UNDECIDED => failed.hint(
            "run `tenantry apply` again: it asks what came of it, and tries again under the same \
             key, so that nothing is bought twice",
        ),
        None => failed,
    }
}

/// Another attempt is open, for something else.
fn other_attempt(open: &OpenIntent, once: Once) -> Diagnostic {
    let (address, field) = (&open.intent.address, once.own.field);
    let message = format!(
        "could not set `{field}` of `{address}`: an attempt to set it to something else was begun \
         at {:.0}, and nobody knows yet what came of it",
        open.at
    );
    let hours = once.hours;
    Diagnostic::error(UNDECIDED, message)
        .about(address)
        .hint(format!(
            "write `{field}` as it was and apply; or wait {hours} hours from then on"
        ))
        .hint(format!(
            "if it is certain that nothing came of it: --override intent={address}"
        ))
}

//! Fields whose route takes a list of objects: what all steps of a run have to say there is one
//! call, made when the last of them is done.

use std::collections::BTreeMap;

use super::context::Context;
use super::failure::{Failure, advised};
use super::write::Writing;
use crate::base::lock::lock;
use crate::base::{Address, Diagnostic, FieldPath, Known};
use crate::kind::{Call, Descriptor, Own, Policy, RemoteError};

/// What one object has to say in such a call.
pub(super) struct Listed {
    step: usize,
    kind: &'static Descriptor,
    own: &'static Own,
    id: String,
    object: Known,
}

/// What all objects have to say, by target, kind and field.
pub(super) type Lists = BTreeMap<(Address, &'static str, &'static str), Vec<Listed>>;

/// Why a call was not made, or failed.
enum Trouble {
    /// The target cannot be reached.
    Home(Diagnostic),
    /// It was refused, or lost.
    Call(RemoteError),
}

/// Whether a field's route takes a list of objects.
pub(super) fn is_listed(kind: &Descriptor, own: &Own) -> bool {
    let path = FieldPath::field(own.field);
    kind.has(&path, |policy| matches!(policy, Policy::Listed { .. }))
}

impl Context {
    /// Keeps what a step has to say until the others have come.
    pub(super) fn list(&self, writing: &Writing<'_>, own: &'static Own, id: &str) {
        let key = (writing.home.clone(), writing.kind.name, own.field);
        let listed = Listed {
            step: writing.number,
            kind: writing.kind,
            own,
            id: id.to_owned(),
            object: writing.object.clone(),
        };
        lock(&self.listed).entry(key).or_default().push(listed);
    }

    /// Makes the calls. Returns the steps that failed by them, and why.
    pub(super) async fn send_lists(&self) -> Vec<(usize, Failure)> {
        let lists = std::mem::take(&mut *lock(&self.listed));
        let mut failed = Vec::new();
        for ((home, _, field), listed) in lists {
            let sent = self.send_list(&home, &listed).await;
            for one in &listed {
                let kept = match &sent {
                    Ok(()) => {
                        let value = one.object.value().get(field).cloned();
                        self.record_field(self.step(one.step), field, value.unwrap_or_default())
                            .await
                    }
                    Err(trouble) => Err(self.said_of(one, trouble)),
                };
                failed.extend(kept.err().map(|failure| (one.step, failure)));
            }
        }
        failed
    }

    /// What a failed call means for one of the steps.
    fn said_of(&self, one: &Listed, trouble: &Trouble) -> Failure {
        let address = &self.step(one.step).address;
        match trouble {
            Trouble::Home(error) => error.clone().into(),
            Trouble::Call(error) => {
                let verb = format!("set `{}` of", one.own.field);
                advised(one.kind, &verb, address, error).into()
            }
        }
    }

    async fn send_list(&self, home: &Address, listed: &[Listed]) -> Result<(), Trouble> {
        let Some(first) = listed.first() else {
            return Ok(());
        };
        let session = self.session(home).await.map_err(Trouble::Home)?;
        let fields = [first.own.field.to_owned()];
        let calls = listed.iter().map(|one| Call {
            kind: one.kind,
            id: &one.id,
            object: &one.object,
            fields: &fields,
        });
        let calls: Vec<_> = calls.collect();
        let sent = session.writer.set_listed(first.own, &calls).await;
        sent.map_err(Trouble::Call)
    }
}

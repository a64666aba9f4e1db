//! Does one part of one step: resolves what it refers to, calls, compares the answer, records.

use super::compare::without_secrets;
use super::context::Context;
use super::failure::{Failure, INTERNAL, advised};
use super::ledger::{Intent, IntentId, Journaled};
use super::tenant::account_print;
use crate::base::lock::lock;
use crate::base::{Address, Diagnostic, FieldPath, Known, Value};
use crate::kind::{Call, Descriptor, Key, Policy, Quirk, RemoteKind, Shape};
use crate::plan::calls::own;
use crate::plan::{Action, Node, Part, ReplaceOrder, Step};

impl Context {
    /// Does the part that `node` names, of the step at that place in the plan.
    pub(super) async fn perform(&self, number: usize, node: &Node) -> Result<(), Failure> {
        let action = self.step(number).action;
        match (&node.part, action) {
            (Part::Grant(field), _) => self.grant(number, field).await,
            (Part::Revoke(field), _) => self.revoke(number, field).await,
            (Part::Granted | Part::Order(_), _) => Ok(()),
            (Part::Delete, _) => self.delete(number).await,
            (Part::Body, Action::Create | Action::Replace) => self.create(number).await,
            (Part::Body, Action::Update | Action::Adopt) => self.update(number).await,
            (Part::Body, Action::Forget | Action::Delete) => {
                self.record_gone(self.step(number), Part::Body, None).await
            }
        }
    }

    async fn delete(&self, number: usize) -> Result<(), Failure> {
        let step = self.step(number);
        let (kind, home) = (self.kind_of_step(step)?, home_of(step)?);
        let id = step.id.clone().ok_or_else(|| no_id(step))?;
        // No path is made of a secret, and a saved plan has none of their texts.
        let object = without_secrets(&step.live);
        let object = self.resolve(&step.address, object).await?;
        let session = self.session(home).await?;
        let replacing = lock(&self.replacing).get(&step.address).copied();
        let is_of_delete = kind.is(Quirk::MarkedCreation) && replacing.is_none();
        let intent = if is_of_delete {
            Some(self.intend_delete(step).await?)
        } else {
            replacing
        };
        let call = Call {
            kind,
            id: &id,
            object: &object,
            fields: &[],
        };
        let deleted = session.writer.delete(&call).await;
        if let Err(error) = deleted {
            if is_of_delete && error.kind != RemoteKind::Ambiguous {
                self.record_nothing(step, Part::Delete, intent).await?;
            }
            return Err(advised(kind, "delete", &step.address, &error).into());
        }
        if step.replace_order != Some(ReplaceOrder::CreateFirst) {
            self.outputs.forget(&step.address);
        }
        self.record_gone(step, Part::Delete, intent).await
    }

    async fn intend_delete(&self, step: &Step) -> Result<IntentId, Failure> {
        let account = self.target(home_of(step)?).await?;
        let intent = Intent {
            address: step.address.clone(),
            part: Part::Delete,
            call: Journaled::Delete,
            id: step.id.clone(),
            entry: Box::new(self.entry(step)),
            marker: None,
            account: account_print(self, &account),
            key: None,
        };
        self.ledger.intent(intent).await.map_err(Failure::fatal)
    }

    /// The kind of a step's object.
    pub(super) fn kind_of_step(&self, step: &Step) -> Result<&'static Descriptor, Failure> {
        let kind = self.kind(&step.api_version, step.address.kind());
        kind.ok_or_else(|| {
            let message = format!(
                "`{}` is of a kind that this program does not know",
                step.address
            );
            Diagnostic::error(INTERNAL, message)
                .about(&step.address)
                .hint("use the version of tenantry that made the plan")
                .into()
        })
    }
}

/// The target that a step's object lives in.
pub(super) fn home_of(step: &Step) -> Result<&Address, Failure> {
    step.home.as_ref().ok_or_else(|| {
        let message = format!(
            "`{}` lives in no target, so nothing can be done to it",
            step.address
        );
        Diagnostic::error(INTERNAL, message)
            .about(&step.address)
            .into()
    })
}

/// The top-level fields that a create call sends: not those of the path, not what only the server
/// sets, not what has a route of its own that the create call does not take.
pub(super) fn create_fields(kind: &Descriptor, object: &Known) -> Vec<String> {
    let fields = object.value().as_map().into_iter().flatten();
    fields
        .map(|(field, _)| field.clone())
        .filter(|field| own(kind, field).is_none_or(|own| own.in_create))
        .filter(|field| {
            let path = FieldPath::field(field);
            !kind.has(&path, |policy| {
                matches!(policy, Policy::InPath | Policy::Computed | Policy::Unsent)
            })
        })
        .collect()
}

/// The id that a create call is made with: the key of a keyed kind.
pub(super) fn create_id(kind: &Descriptor, object: &Known) -> String {
    let key = match kind.key {
        Key::Single => Some(kind.name),
        Key::Fields([field]) if kind.route.shape == Shape::Keyed => {
            object.value().get(field).and_then(Value::as_text)
        }
        // One of several fields that are the key: the others are the path's.
        Key::Fields(_) if kind.route.shape == Shape::Keyed => {
            object.value().get(kind.route.id).and_then(Value::as_text)
        }
        _ if kind.is(Quirk::ChosenId) => object.value().get("id").and_then(Value::as_text),
        _ => None,
    };
    key.unwrap_or_default().to_owned()
}

fn no_id(step: &Step) -> Diagnostic {
    let message = format!("`{}` cannot be deleted: its id is not known", step.address);
    Diagnostic::error(INTERNAL, message).about(&step.address)
}

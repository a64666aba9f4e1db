//! Creates a tenant so that it is never created twice and its credentials are never lost:
//! intent with a marker, creation under the marked name, credentials sealed, rename, done.
//!
//! What is done when a run dies in between is in [`resume`](mod@super::resume).

use std::collections::BTreeMap;

use super::context::Context;
use super::failure::{Failure, call_failed};
use super::ledger::{Intent, IntentId, Journaled};
use super::look::token_print;
use super::marker::{marked_name, new_marker};
use super::outputs::Made;
use super::record::{Body, Closing};
use super::step::create_fields;
use super::write::Writing;
use crate::base::lock::lock;
use crate::base::{Address, Code, Diagnostic, FieldPath, Fingerprint, Secret, Value};
use crate::kind::{Call, Descriptor, KnownTarget, Live, RemoteKind};
use crate::plan::{Part, ReplaceOrder};

/// A creation did not show what it shows once.
pub const NOTHING_SHOWN: Code = Code("E0710");

impl Context {
    /// Creates the tenant of a step.
    pub(super) async fn create_marked(&self, writing: &Writing<'_>) -> Result<(), Failure> {
        let step = writing.step;
        let marker = new_marker()?;
        let field = name_field(writing.kind);
        let real = writing
            .object
            .value()
            .get(field)
            .cloned()
            .unwrap_or_default();
        let first_name = marked_name(real.as_text().unwrap_or(step.address.name()), &marker);
        let account = self.target(writing.home).await?;
        let intent = self
            .intend_marked(writing, &marker, account_print(self, &account))
            .await?;
        let (live, shown) = self.post_marked(writing, &first_name, intent).await?;
        self.ledger.fence().await.map_err(Failure::fatal)?;
        self.seal(writing, &live, &first_name, intent, &shown)
            .await?;
        self.ledger.fence().await.map_err(Failure::fatal)?;
        let renamed = rename(writing, &live).await?;
        // The old tenant of a replacement is still there: until it is gone, the intent is open.
        let unfinished = step.replace_order == Some(ReplaceOrder::CreateFirst);
        if unfinished {
            lock(&self.replacing).insert(step.address.clone(), intent);
        }
        let closing = Closing {
            intent: Some(intent),
            unfinished,
            ..Closing::default()
        };
        self.created(writing, renamed, closing).await
    }

    async fn intend_marked(
        &self,
        writing: &Writing<'_>,
        marker: &str,
        account: Option<Fingerprint>,
    ) -> Result<IntentId, Failure> {
        let step = writing.step;
        let intent = Intent {
            address: step.address.clone(),
            part: Part::Body,
            call: Journaled::Create,
            id: None,
            entry: self.intended(step, &writing.desired),
            marker: Some(marker.to_owned()),
            account,
            key: None,
        };
        self.ledger.intent(intent).await.map_err(Failure::fatal)
    }

    /// Creates under the marked name. Returns the tenant without what it shows once, and that.
    async fn post_marked(
        &self,
        writing: &Writing<'_>,
        marked: &str,
        intent: IntentId,
    ) -> Result<(Live, BTreeMap<String, Secret>), Failure> {
        let step = writing.step;
        let object = with_name(writing.kind, writing.object.value(), marked);
        let object = self.resolve(&step.address, object).await?;
        let call = Call {
            kind: writing.kind,
            id: "",
            object: &object,
            fields: &create_fields(writing.kind, &object),
        };
        let mut live = match writing.session.writer.create(&call).await {
            Ok(live) => live,
            Err(error) if error.kind == RemoteKind::Ambiguous => {
                return Err(call_failed("create", &step.address, &error).into());
            }
            Err(error) => {
                self.record_nothing(step, Part::Body, Some(intent)).await?;
                return Err(call_failed("create", &step.address, &error).into());
            }
        };
        let shown = take_shown(writing.kind, &mut live.value);
        if shown.len() < writing.kind.shown_once.len() {
            return Err(nothing_shown(&step.address).into());
        }
        Ok((live, shown))
    }

    /// Keeps the tenant, still under its marked name, and its credentials in one record.
    async fn seal(
        &self,
        writing: &Writing<'_>,
        live: &Live,
        marked: &str,
        intent: IntentId,
        shown: &BTreeMap<String, Secret>,
    ) -> Result<(), Failure> {
        let step = writing.step;
        let own = writing.kind.route.own.iter().filter(|own| !own.in_create);
        let body = Body {
            id: &live.id,
            desired: &with_name(writing.kind, &writing.desired, marked),
            live: &live.value,
            unsent: own.map(|own| own.field.to_owned()).collect(),
        };
        let closing = Closing {
            intent: Some(intent),
            unfinished: true,
            shown: shown.clone(),
        };
        self.record_body(step, body, closing).await?;
        let made = Made {
            kind: writing.kind,
            home: step.home.clone(),
            id: live.id.clone(),
            value: live.value.clone(),
        };
        self.open_target(&step.address, &writing.desired, &made, shown);
        Ok(())
    }
}

async fn rename(writing: &Writing<'_>, live: &Live) -> Result<Live, Failure> {
    let field = name_field(writing.kind);
    let call = Call {
        kind: writing.kind,
        id: &live.id,
        object: &writing.object,
        fields: &[field.to_owned()],
    };
    let renamed = writing.session.writer.update(&call).await;
    let renamed = renamed.map_err(|error| call_failed("rename", &writing.step.address, &error))?;
    let name = renamed.as_ref().and_then(|live| live.value.get(field));
    let name = name.or_else(|| writing.object.value().get(field));
    let mut whole = live.clone();
    if let (Value::Map(fields), Some(name)) = (&mut whole.value, name) {
        fields.insert(field.to_owned(), name.clone());
    }
    Ok(whole)
}

/// The field that is the tenant's name.
pub(super) fn name_field(kind: &Descriptor) -> &'static str {
    kind.named_by.unwrap_or("name")
}

/// `object` under another name.
pub(super) fn with_name(kind: &Descriptor, object: &Value, name: &str) -> Value {
    let mut object = object.clone();
    if let Value::Map(fields) = &mut object {
        fields.insert(name_field(kind).to_owned(), Value::text(name));
    }
    object
}

/// What tells whose token an account is reached with, without keeping the token.
pub(super) fn account_print(context: &Context, account: &KnownTarget) -> Option<Fingerprint> {
    token_print(&context.ledger.fingerprints(), account)
}

/// Takes what is shown once out of a creation's answer, so that it is nowhere but sealed.
fn take_shown(kind: &Descriptor, answer: &mut Value) -> BTreeMap<String, Secret> {
    let mut shown = BTreeMap::new();
    for (output, member) in kind.shown_once {
        let text = match answer.at(&FieldPath::dotted(member)) {
            Some(Value::Text(text)) => Some(Secret::new(text)),
            Some(Value::Secret(hidden)) => hidden.text.clone(),
            _ => None,
        };
        shown.extend(text.map(|text| ((*output).to_owned(), text)));
    }
    if let Value::Map(fields) = answer {
        let tops = kind.shown_once.iter();
        let tops = tops.filter_map(|(_, member)| member.split('.').next());
        tops.for_each(|top| drop(fields.remove(top)));
    }
    shown
}

fn nothing_shown(address: &Address) -> Diagnostic {
    let message = format!("`{address}` was created, but the answer did not show its credentials");
    Diagnostic::error(NOTHING_SHOWN, message)
        .about(address)
        .hint("run `tenantry apply` again: it deletes this one, which bears our marker, and makes another")
}

//! Creates and updates bodies: the calls, the answer as the read-back, and what is kept of both.

use std::collections::{BTreeMap, BTreeSet};

use super::chosen::with_chosen_id;
use super::compare::differing;
use super::context::Context;
use super::dropped;
use super::failure::{Failure, advised};
use super::ledger::{Intent, IntentId, Journaled};
use super::listed::is_listed;
use super::lockout::locked_out;
use super::once::Once;
use super::outputs::Made;
use super::record::{Body, Closing};
use super::recover::Recovered;
use super::step::{create_fields, create_id, home_of};
use super::targets::Session;
use super::verify::Written;
use crate::base::lock::lock;
use crate::base::{Address, FieldPath, Known, Secret, Value};
use crate::kind::{Call, Descriptor, Live, Own, Policy, Quirk, RemoteError, RemoteKind, Shape};
use crate::plan::calls::{fields_again, later_fields, own};
use crate::plan::{Part, ReplaceOrder, Step};

/// What one body needs to be written.
pub(super) struct Writing<'a> {
    /// The step's place in the plan.
    pub(super) number: usize,
    /// The step.
    pub(super) step: &'a Step,
    /// Its kind.
    pub(super) kind: &'static Descriptor,
    /// The target it lives in.
    pub(super) home: &'a Address,
    /// The session there.
    pub(super) session: Session,
    /// The desired body, resolved, for the state.
    pub(super) desired: Value,
    /// The whole object, resolved, to send from.
    pub(super) object: Known,
}

impl Writing<'_> {
    fn call<'a>(&'a self, id: &'a str, fields: &'a [String]) -> Call<'a> {
        Call {
            kind: self.kind,
            id,
            object: &self.object,
            fields,
        }
    }

    pub(super) fn failed(&self, verb: &str, error: &RemoteError) -> Failure {
        advised(self.kind, verb, &self.step.address, error).into()
    }
}

impl Context {
    pub(super) async fn writing(
        &self,
        number: usize,
        object: Value,
    ) -> Result<Writing<'_>, Failure> {
        let step = self.step(number);
        let (kind, home) = (self.kind_of_step(step)?, home_of(step)?);
        Ok(Writing {
            number,
            step,
            kind,
            home,
            session: self.session(home).await?,
            desired: self
                .resolve_known(&step.address, step.desired.clone())
                .await?,
            object: self.resolve(&step.address, object).await?,
        })
    }

    /// Creates the object of a step.
    pub(super) async fn create(&self, number: usize) -> Result<(), Failure> {
        let object = self.step(number).object.clone();
        let kind = self.kind_of_step(self.step(number))?;
        let writing = self.writing(number, with_chosen_id(kind, object)?).await?;
        if writing.kind.is(Quirk::MarkedCreation) {
            return self.create_marked(&writing).await;
        }
        let step = writing.step;
        let intent = self.intend_to_create(&writing).await?;
        let id = create_id(writing.kind, &writing.object);
        let fields = create_fields(writing.kind, &writing.object);
        let created = writing
            .session
            .writer
            .create(&writing.call(&id, &fields))
            .await;
        let live = match created {
            Ok(live) => live,
            Err(error) if error.kind == RemoteKind::Conflict && !step.owned => Live {
                id,
                value: writing.object.value().clone(),
            },
            Err(error) => {
                let is_keyed = writing.kind.route.shape == Shape::Keyed;
                let recovered = match error.kind {
                    RemoteKind::Ambiguous => self.recover(&writing, &id, &error).await,
                    // A client may have sent it twice; nobody had it before.
                    RemoteKind::Conflict if is_keyed => {
                        self.recover(&writing, &id, &error).await.or_absent()
                    }
                    _ => Recovered::Absent,
                };
                match recovered {
                    Recovered::Created(live) => live,
                    Recovered::Unknown => return Err(writing.failed("create", &error)),
                    Recovered::Absent => {
                        self.record_nothing(step, Part::Body, Some(intent)).await?;
                        return Err(writing.failed("create", &error));
                    }
                }
            }
        };
        if (writing.kind.may_lock_out)(&writing.desired)
            && let Err(denied) = self.still_logs_in(&writing).await
        {
            let undone = self.take_back(&writing, &live.id, None).await;
            self.record_nothing(step, Part::Body, Some(intent)).await?;
            return Err(locked_out(&step.address, &denied, undone));
        }
        // The old object of a replacement is still there: until it is gone, the intent is open.
        let unfinished = step.replace_order == Some(ReplaceOrder::CreateFirst);
        if unfinished {
            lock(&self.replacing).insert(step.address.clone(), intent);
        }
        let closing = Closing {
            intent: Some(intent),
            unfinished,
            ..Closing::default()
        };
        self.created(&writing, live, closing).await
    }

    async fn intend_to_create(&self, writing: &Writing<'_>) -> Result<IntentId, Failure> {
        let step = writing.step;
        let id = create_id(writing.kind, &writing.object);
        let intent = Intent {
            address: step.address.clone(),
            part: Part::Body,
            call: Journaled::Create,
            id: (!id.is_empty()).then_some(id),
            entry: self.intended(step, &writing.desired),
            marker: None,
            account: None,
            key: None,
        };
        self.ledger.intent(intent).await.map_err(Failure::fatal)
    }

    /// Keeps a created object, then sets what has routes of its own.
    pub(super) async fn created(
        &self,
        writing: &Writing<'_>,
        live: Live,
        closing: Closing,
    ) -> Result<(), Failure> {
        let again = fields_again(writing.kind, writing.object.value());
        let later = later_fields(writing.kind, writing.object.value());
        let open: Vec<_> = later.iter().chain(&again).cloned().collect();
        let seen = fill(&live.value, writing.object.value());
        self.keep_made(writing, &live.id, seen.clone(), &closing.shown);
        let body = Body {
            id: &live.id,
            desired: &writing.desired,
            live: &seen,
            unsent: open.iter().cloned().collect(),
        };
        self.record_body(writing.step, body, closing).await?;
        self.check_answer(writing, &live, &open);
        if !again.is_empty() {
            return self.send(writing, &live.id, &seen, &open).await;
        }
        if later.is_empty() {
            return Ok(());
        }
        let mut sent = BTreeSet::new();
        let result = self.set_own(writing, &live.id, &later, &mut sent).await;
        self.keep_sent(writing, &live.id, &seen, &later, &sent)
            .await?;
        result
    }

    /// Changes the fields of a step's object that its plan sends.
    pub(super) async fn update(&self, number: usize) -> Result<(), Failure> {
        let step = self.step(number);
        let Some(id) = step.id.clone() else {
            return self.configure(number).await;
        };
        let object = self.object_now(step).await?;
        let writing = self.writing(number, object).await?;
        self.send(&writing, &id, &step.live, &step.send).await?;
        if step.is_farewell() {
            return self.record_gone(step, Part::Body, None).await;
        }
        Ok(())
    }

    /// Sends `fields`: together those that share the update call, then each with its own route.
    pub(super) async fn send(
        &self,
        writing: &Writing<'_>,
        id: &str,
        live: &Value,
        fields: &[String],
    ) -> Result<(), Failure> {
        let (later, shared): (Vec<_>, Vec<_>) = fields
            .iter()
            .cloned()
            .partition(|field| own(writing.kind, field).is_some());
        let before = self.before(writing, id).await?;
        let mut seen = fill(writing.object.value(), live);
        let mut sent = BTreeSet::new();
        let mut result = Ok(());
        if !shared.is_empty() {
            match writing
                .session
                .writer
                .update(&writing.call(id, &shared))
                .await
            {
                Ok(answer) => {
                    if let Some(before) = before
                        && let Err(denied) = self.still_logs_in(writing).await
                    {
                        let undone = self.take_back(writing, id, Some(before)).await;
                        return Err(locked_out(&writing.step.address, &denied, undone));
                    }
                    sent.extend(shared);
                    let lost = answer.as_ref().map(|live| lost(writing, &live.value));
                    for (field, failure) in lost.into_iter().flatten() {
                        sent.remove(&field);
                        result = Err(failure);
                    }
                    seen = self.answered(writing, id, answer, &later, seen);
                }
                Err(error) => result = Err(writing.failed("update", &error)),
            }
        }
        if result.is_ok() {
            result = self.set_own(writing, id, &later, &mut sent).await;
        }
        self.keep_made(writing, id, seen.clone(), &BTreeMap::new());
        self.keep_sent(writing, id, &seen, fields, &sent).await?;
        result
    }

    /// What an update's answer says the object is now.
    fn answered(
        &self,
        writing: &Writing<'_>,
        id: &str,
        answer: Option<Live>,
        later: &[String],
        seen: Value,
    ) -> Value {
        let Some(live) = answer else {
            self.verify_later(writing, id);
            return seen;
        };
        self.check_answer(writing, &live, later);
        fill(&live.value, &seen)
    }

    async fn set_own(
        &self,
        writing: &Writing<'_>,
        id: &str,
        later: &[String],
        sent: &mut BTreeSet<String>,
    ) -> Result<(), Failure> {
        for own in in_turn(writing) {
            let field = own.field.to_owned();
            if !later.contains(&field) {
                continue;
            }
            if is_listed(writing.kind, own) {
                self.list(writing, own, id);
                continue;
            }
            if let Some(once) = Once::at(writing.kind, own) {
                self.set_once(writing, once, id).await?;
            } else {
                let fields = [field.clone()];
                let call = writing.call(id, &fields);
                let done = writing.session.writer.set_own(own, &call, None).await;
                done.map_err(|error| writing.failed(&format!("set `{field}` of"), &error))?;
            }
            sent.insert(field);
        }
        Ok(())
    }

    /// Keeps what was sent of what was to be sent.
    async fn keep_sent(
        &self,
        writing: &Writing<'_>,
        id: &str,
        seen: &Value,
        fields: &[String],
        sent: &BTreeSet<String>,
    ) -> Result<(), Failure> {
        if sent.is_empty() && !fields.is_empty() {
            return Ok(());
        }
        let routed = fields
            .iter()
            .filter(|field| own(writing.kind, field).is_some());
        let mut live = seen.clone();
        for field in routed.filter(|field| sent.contains(*field)) {
            if let (Value::Map(live), Some(value)) = (&mut live, writing.object.value().get(field))
            {
                live.insert(field.clone(), value.clone());
            }
        }
        let body = Body {
            id,
            desired: &writing.desired,
            live: &live,
            unsent: fields
                .iter()
                .filter(|field| !sent.contains(*field))
                .cloned()
                .collect(),
        };
        self.record_body(writing.step, body, Closing::default())
            .await
    }

    /// Keeps what the object tells others from now on.
    fn keep_made(
        &self,
        writing: &Writing<'_>,
        id: &str,
        value: Value,
        shown: &BTreeMap<String, Secret>,
    ) {
        let made = Made {
            kind: writing.kind,
            home: writing.step.home.clone(),
            id: id.to_owned(),
            value,
        };
        if !shown.is_empty() {
            self.open_target(&writing.step.address, &writing.desired, &made, shown);
        }
        self.outputs.keep(&writing.step.address, made);
    }

    /// Compares an answer that is the object with what was written; one that is not is read back
    /// with all others at the end.
    fn check_answer(&self, writing: &Writing<'_>, live: &Live, later: &[String]) {
        if !writing.kind.route.answers_object {
            return self.verify_later(writing, &live.id);
        }
        let mut desired = writing.desired.clone();
        if let Value::Map(fields) = &mut desired {
            fields.retain(|field, _| !later.contains(field));
        }
        let shape = self.shape(writing.kind);
        let paths = differing(&shape, writing.kind, &desired, &live.value);
        self.warn_changed(&writing.step.address, &paths);
    }

    fn verify_later(&self, writing: &Writing<'_>, id: &str) {
        let written = Written {
            step: writing.number,
            kind: writing.kind,
            id: id.to_owned(),
            desired: writing.desired.clone(),
        };
        lock(&self.unverified).body(writing.home, written);
    }
}

/// The fields of which the server dropped something.
fn lost(writing: &Writing<'_>, answer: &Value) -> Vec<(String, Failure)> {
    let lost = dropped::dropped(writing.kind, &writing.desired, answer).into_iter();
    let address = &writing.step.address;
    lost.map(|(field, item)| {
        let failure = dropped::failed(address, &field, &item);
        (field, failure)
    })
    .collect()
}

/// What a create call takes of `object`: the rest is sent once it is there.
pub(super) fn as_created(kind: &Descriptor, object: &Value) -> Value {
    let mut sent = object.clone();
    if let Value::Map(fields) = &mut sent {
        let later = kind.route.own.iter().filter(|own| !own.in_create);
        later.for_each(|own| drop(fields.remove(own.field)));
        for field in fields_again(kind, object) {
            fields.remove(&field);
        }
    }
    sent
}

/// The fields with routes of their own in the order in which they are set: what is turned off
/// comes first.
fn in_turn(writing: &Writing<'_>) -> Vec<&'static Own> {
    let is_turned_off = |own: &&Own| {
        let path = FieldPath::field(own.field);
        let is_switch = writing.kind.has(&path, |p| matches!(p, Policy::Switch));
        is_switch && writing.object.value().get(own.field) == Some(&Value::Bool(false))
    };
    let mut all: Vec<&'static Own> = writing.kind.route.own.iter().collect();
    all.sort_by_key(|own| !is_turned_off(own));
    all
}

/// `live`, and what it does not show as it was before or as it was sent.
pub(super) fn fill(live: &Value, sent: &Value) -> Value {
    let Value::Map(live) = live else {
        return sent.clone();
    };
    let Value::Map(sent) = sent else {
        return Value::Map(live.clone());
    };
    let mut whole = sent.clone();
    whole.extend(live.clone());
    Value::Map(whole)
}

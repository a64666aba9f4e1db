//! Live values as they are now: read again where they are no longer fresh, read for the first
//! time where the object came with a target that was made in this run.

use std::time::Duration;

use super::context::Context;
use super::failure::{Failure, GONE, call_failed};
use super::merge::rebase;
use super::step::home_of;
use super::write::Writing;
use crate::base::{Address, Diagnostic, Hidden, Value};
use crate::kind::{Key, Live, Shape};
use crate::plan::Step;
use crate::plan::delta::{Subject, delta};

/// A live value older than this is read again before anything is merged into it.
const FRESH: Duration = Duration::from_mins(1);

impl Context {
    /// The object to send from. If its mappings were merged into a live value that is not fresh
    /// any more, that is read again.
    pub(super) async fn object_now(&self, step: &Step) -> Result<Value, Failure> {
        let is_fresh = self.read_at.is_some_and(|at| at.elapsed() <= FRESH);
        let is_map = |value: &Value, field: &str| matches!(value.get(field), Some(Value::Map(_)));
        let mut fields = step.send.iter();
        let merges = fields.any(|f| is_map(&step.object, f) && is_map(&step.live, f));
        if (is_fresh || !merges) && !lacks_texts(step) {
            return Ok(step.object.clone());
        }
        let (kind, home) = (self.kind_of_step(step)?, home_of(step)?);
        let session = self.session(home).await?;
        let id = step.id.as_deref().unwrap_or_default();
        let read = session.reader.get(kind, id, &step.live).await;
        let read = read.map_err(|error| call_failed("read", &step.address, &error))?;
        let fresh = read.ok_or_else(|| gone(&step.address))?.value;
        Ok(rebase_fields(step, &fresh))
    }

    /// Writes what differs of an object that was not there when the plan was made and comes by
    /// itself: a singleton, or one that is built in.
    pub(super) async fn configure(&self, number: usize) -> Result<(), Failure> {
        let step = self.step(number);
        let mut writing = self.writing(number, step.desired.clone()).await?;
        let live = self.read_configured(&writing).await?;
        let shape = self.shape(writing.kind);
        let compared = delta(&Subject {
            kind: writing.kind,
            shape: &shape,
            desired: writing.object.value(),
            exact: &step.exact,
            ignore: &[],
            live: &shape.project(writing.kind, &live.value),
            prior: None,
        });
        writing.object = self.resolve(&step.address, compared.object).await?;
        self.send(&writing, &live.id, &live.value, &compared.send)
            .await
    }

    async fn read_configured(&self, writing: &Writing<'_>) -> Result<Live, Failure> {
        let (kind, step) = (writing.kind, writing.step);
        if kind.route.shape == Shape::Singleton {
            let read = writing
                .session
                .reader
                .get(kind, "", writing.object.value())
                .await;
            let read = read.map_err(|error| call_failed("read", &step.address, &error))?;
            return Ok(read.ok_or_else(|| gone(&step.address))?);
        }
        let keys = match kind.key {
            Key::Fields(fields) | Key::FirstOf(fields) | Key::Worked { fields, .. } => fields,
            Key::Single | Key::State => &[],
        };
        let fields = keys
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), writing.object.value().get(key)?.clone())));
        let fields = Value::Map(fields.collect());
        let found = self.list_like(writing.home, kind, &fields).await;
        let mut found = found.map_err(|why| gone(&step.address).hint(why))?;
        match found.len() {
            1 => Ok(found.remove(0)),
            _ => Err(gone(&step.address).into()),
        }
    }
}

/// Whether a secret is to be sent that is not ours, and whose text is not here: no plan that was
/// saved holds one.
fn lacks_texts(step: &Step) -> bool {
    let mut lacks = false;
    for value in step.send.iter().filter_map(|field| step.object.get(field)) {
        value.leaves(&mut |_, leaf| {
            let lost = |hidden: &Hidden| hidden.source.is_none() && hidden.text.is_none();
            lacks |= matches!(leaf, Value::Secret(hidden) if lost(hidden));
        });
    }
    lacks
}

/// The object to send from, its merged fields put onto what is live now.
fn rebase_fields(step: &Step, fresh: &Value) -> Value {
    let mut object = step.object.clone();
    if let Value::Map(fields) = &mut object {
        for field in &step.send {
            let read = step.live.get(field);
            if let (Some(planned), Some(read), Some(fresh)) =
                (fields.get(field), read, fresh.get(field))
            {
                let put = rebase(read, planned, fresh);
                fields.insert(field.clone(), put);
            }
        }
    }
    object
}

fn gone(address: &Address) -> Diagnostic {
    let message = format!("`{address}` is not there any more");
    Diagnostic::error(GONE, message)
        .about(address)
        .hint("run `tenantry plan` again")
}

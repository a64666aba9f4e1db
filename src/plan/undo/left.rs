//! What a run left, beside what is live: where somebody has changed it since, taking the run back
//! would take that back too, and is refused unless it is asked for by name.

use super::super::delta::{for_each_written, is_apart, spelled_alike};
use super::super::guard::refusal;
use super::super::input::Input;
use super::super::plan::Note;
use super::Undoing;
use super::image::Image;
use crate::base::{Address, Code, FieldPath, Value};
use crate::kind::Descriptor;
use crate::state::Entry;

/// Somebody has changed it since.
pub(super) const CHANGED_SINCE: Code = Code("E0417");

/// The rule's name.
const RULE: &str = "undo";

/// An object as a run left it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::plan) struct Left {
    /// The fields that it changed, with the values that they may have: what the run wrote, how the
    /// server spelled that, and what was there before.
    fields: Vec<(FieldPath, Vec<Value>)>,
    /// Whether it should be there.
    there: bool,
}

impl Left {
    /// Of an object that was there before.
    pub(super) fn of(image: &Image, now: Option<&Entry>) -> Self {
        let fields = image.changes.iter().map(|change| {
            let told = now.and_then(|now| now.observed.at(&change.path));
            let values = [Some(&change.before), Some(&change.after), told];
            (
                change.path.clone(),
                values.into_iter().flatten().cloned().collect(),
            )
        });
        Self {
            fields: fields.collect(),
            there: now.is_some(),
        }
    }

    /// Of an object that the run made.
    pub(super) fn made(entry: &Entry) -> Self {
        let mut fields = Vec::new();
        for_each_written(&entry.observed, &FieldPath::root(), &mut |path, leaf| {
            fields.push((path.clone(), vec![leaf.clone()]));
        });
        Self {
            fields,
            there: false,
        }
    }
}

/// The refusal of an object that was deleted, and that somebody has made again.
pub(in crate::plan) fn made_since(address: &Address) -> Note {
    let message = format!("`{address}` is there again, and is not ours: it would be taken over");
    refusal(CHANGED_SINCE, RULE, address, message)
}

/// Whether it was asked for by name that what somebody did since is lost.
pub(in crate::plan) fn is_asked_for(input: &Input<'_>, address: &Address) -> bool {
    let mut named = input.options.overrides.iter();
    named.any(|(rule, of)| rule == RULE && *of == address.to_string())
}

/// What is live of an object that a run changed.
pub(in crate::plan) struct Seen<'a> {
    /// Its kind.
    pub kind: &'static Descriptor,
    /// Its value, secrets as fingerprints; none if it is not there.
    pub live: Option<Value>,
    /// Its address.
    pub address: &'a Address,
}

/// The refusals where somebody has changed since what the run left.
pub(in crate::plan) fn conflicts(undoing: &Undoing, seen: &[Seen<'_>]) -> Vec<Note> {
    let mut refusals = Vec::new();
    for one in seen {
        let Some(left) = undoing.left.get(one.address) else {
            continue;
        };
        let Some(live) = &one.live else {
            if left.there {
                let message = format!(
                    "`{}` was deleted since by somebody else: it would be made anew",
                    one.address
                );
                refusals.push(refusal(CHANGED_SINCE, RULE, one.address, message));
            }
            continue;
        };
        let fields = changed(one.kind, left, live);
        if !fields.is_empty() {
            let message = format!(
                "{} of `{}` was changed since by somebody else: that would be lost",
                fields.join(", "),
                one.address
            );
            refusals.push(refusal(CHANGED_SINCE, RULE, one.address, message));
        }
    }
    refusals
}

/// The fields that are neither as the run left them nor as they were before it.
fn changed(kind: &Descriptor, left: &Left, live: &Value) -> Vec<String> {
    let shown = |path: &FieldPath| path.top().is_some_and(|top| live.get(top).is_some());
    let compared = |path: &FieldPath| shown(path) && !is_apart(kind, path);
    let fields = left.fields.iter().filter(|(path, _)| compared(path));
    let differ = fields.filter(|(path, values)| {
        let nothing = Value::Null;
        let live = live.at(path).unwrap_or(&nothing);
        let mut known = values.iter().filter(|value| !value.has_unknown());
        !known.any(|value| may_be(kind, path, value, live))
    });
    differ.map(|(path, _)| format!("`{path}`")).collect()
}

/// Whether what is live may be `one`: a server puts its own into a mapping, and in the place of what
/// was taken out of one.
fn may_be(kind: &Descriptor, path: &FieldPath, one: &Value, live: &Value) -> bool {
    match (one, live) {
        (Value::Null, _) if path.segments().len() > 1 => true,
        (Value::Map(fields), Value::Map(shown)) => fields.iter().all(|(key, value)| {
            let live = shown.get(key).unwrap_or(&Value::Null);
            may_be(kind, &path.key(key), value, live)
        }),
        _ => spelled_alike(kind, path, &with_secrets_of(live, one), live),
    }
}

/// `one` with the secrets of `live` where nobody can tell them apart.
fn with_secrets_of(live: &Value, one: &Value) -> Value {
    match (one, live) {
        (Value::Secret(one), Value::Secret(shown)) => match (one.fingerprint, shown.fingerprint) {
            (Some(mine), Some(other)) if mine != other => Value::Secret(one.clone()),
            _ => live.clone(),
        },
        // No server shows it.
        (Value::Secret(_), _) => live.clone(),
        (Value::List(items), Value::List(shown)) if items.len() == shown.len() => {
            let pairs = items.iter().zip(shown);
            Value::List(
                pairs
                    .map(|(item, shown)| with_secrets_of(shown, item))
                    .collect(),
            )
        }
        (Value::Map(fields), Value::Map(shown)) => {
            let fields = fields.iter().map(|(key, value)| {
                let live = shown.get(key).unwrap_or(&Value::Null);
                (key.clone(), with_secrets_of(live, value))
            });
            Value::Map(fields.collect())
        }
        _ => one.clone(),
    }
}

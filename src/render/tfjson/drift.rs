//! What somebody changed by hand, as the format tells of it: from what was applied to what is live.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::change_of;
use super::masks::Shown;
use super::names::Resource;
use crate::base::path::Segment;
use crate::base::{FieldPath, Value};
use crate::plan::Drift;

/// One object, in the words of a change.
pub(super) fn change(drift: &Drift) -> Json {
    let secret = drift.changes.iter().filter(|change| change.sensitive);
    let secret: BTreeSet<&FieldPath> = secret.map(|change| &change.path).collect();
    let side = |object: &Value| {
        let mut shown = Shown::new(object, &secret);
        shown.set("id", json!(drift.id));
        shown
    };
    let mut before = side(&drift.object);
    let mut after = (!drift.gone).then(|| side(&now(drift)));
    let relations = drift.changes.iter().filter(|change| change.is_relation());
    for (field, change) in relations.filter_map(|change| Some((change.path.top()?, change))) {
        before.set(field, json!(change.removed));
        if let Some(after) = &mut after {
            after.set(field, json!(change.added));
        }
    }
    let action = if drift.gone { "delete" } else { "update" };
    let mut change = change_of(&Some(before), &after);
    change.insert("actions".into(), json!([action]));
    let mut shown = Resource::new(&drift.address, &drift.api_version).changed();
    shown.insert("change".into(), Json::Object(change));
    Json::Object(shown)
}

/// What is managed of the object as it is.
fn now(drift: &Drift) -> Value {
    let fields = drift.changes.iter().filter(|change| !change.is_relation());
    fields.fold(drift.object.clone(), |object, change| {
        put(object, change.path.segments(), &change.after)
    })
}

/// `object` with `value` at a path; as it was, where the path leads nowhere.
fn put(object: Value, path: &[Segment], value: &Value) -> Value {
    let Some((first, rest)) = path.split_first() else {
        return value.clone();
    };
    match (object, first) {
        (Value::Map(mut map), Segment::Key(key)) => {
            let inner = map.remove(key.as_str()).unwrap_or_default();
            map.insert(key.clone(), put(inner, rest, value));
            Value::Map(map)
        }
        (Value::Null, Segment::Key(_)) => put(Value::Map([].into()), path, value),
        (Value::List(mut items), Segment::Index(at)) => {
            if let Some(item) = items.get_mut(*at) {
                *item = put(std::mem::take(item), rest, value);
            }
            Value::List(items)
        }
        (other, _) => other,
    }
}

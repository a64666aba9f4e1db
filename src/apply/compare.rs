//! Where a written value is not what the server answered.
//!
//! Pure. Only what the server shows is compared: no secrets, nothing that is part of the path.

use crate::base::{FieldPath, Value};
use crate::kind::{Descriptor, Policy};

/// The paths of `desired` at which `live` says something else. Fields that `live` does not have at
/// all are not looked at: an answer may leave out what a list shows.
pub(super) fn differing(kind: &Descriptor, desired: &Value, live: &Value) -> Vec<FieldPath> {
    let mut paths = Vec::new();
    let fields = desired.as_map().into_iter().flatten();
    for (field, value) in fields {
        let path = FieldPath::field(field);
        if let Some(live) = live.get(field)
            && !is_hidden(kind, &path)
        {
            walk(kind, &path, value, live, &mut paths);
        }
    }
    paths
}

fn walk(
    kind: &Descriptor,
    path: &FieldPath,
    desired: &Value,
    live: &Value,
    paths: &mut Vec<FieldPath>,
) {
    if is_hidden(kind, path) {
        return;
    }
    match (desired, live) {
        (Value::Map(desired), Value::Map(live)) => {
            for (key, value) in desired {
                let live = live.get(key).unwrap_or(&Value::Null);
                walk(kind, &path.key(key), value, live, paths);
            }
        }
        (Value::List(desired), Value::List(live)) if desired.len() == live.len() => {
            for (n, (value, live)) in desired.iter().zip(live).enumerate() {
                walk(kind, &path.index(n), value, live, paths);
            }
        }
        (Value::Secret(_), _) => {}
        (desired, live) if desired == live => {}
        _ => paths.push(path.clone()),
    }
}

fn is_hidden(kind: &Descriptor, path: &FieldPath) -> bool {
    kind.has(path, |policy| {
        matches!(
            policy,
            Policy::WriteOnly | Policy::CreateOnly | Policy::InPath | Policy::Computed
        )
    })
}

//! Where a written value is not what the server answered.
//!
//! Pure. How two values are the same to a server is the plan's to know.

use crate::base::{FieldPath, Value};
use crate::kind::Descriptor;
use crate::plan::delta::disagreements;
use crate::plan::shape::Shape;

/// The paths of `written` at which `live` says something else. Secrets are not compared, and what
/// `live` does not show says nothing.
pub(super) fn differing(
    shape: &Shape,
    kind: &'static Descriptor,
    written: &Value,
    live: &Value,
) -> Vec<FieldPath> {
    disagreements(kind, shape, &without_secrets(written), live)
}

/// `value` without the members that are secrets, and without lists that hold one.
pub(super) fn without_secrets(value: &Value) -> Value {
    let Value::Map(fields) = value else {
        return value.clone();
    };
    let open = fields.iter().filter(|(_, value)| !hides(value));
    Value::Map(
        open.map(|(field, value)| (field.clone(), without_secrets(value)))
            .collect(),
    )
}

fn hides(value: &Value) -> bool {
    match value {
        Value::Secret(_) => true,
        Value::List(items) => items.iter().any(holds_secret),
        _ => false,
    }
}

fn holds_secret(value: &Value) -> bool {
    let mut found = false;
    value.leaves(&mut |_, leaf| found |= matches!(leaf, Value::Secret(_)));
    found
}

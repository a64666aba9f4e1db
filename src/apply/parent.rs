//! Ids that hold within a parent alone.

use crate::base::Value;
use crate::kind::Descriptor;

/// Whether an id tells `one` from `other`. Those of a kind that its parents list are told apart
/// within their parent (an application's secrets are called by their names): in another one the
/// same id is another object.
pub(super) fn same_parent(kind: &Descriptor, one: &Value, other: &Value) -> bool {
    let parent = kind.route.parent_field();
    parent.is_none_or(|field| one.get(field) == other.get(field))
}

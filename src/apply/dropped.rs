//! What a server left out of a list although it answered as if all were well: a lie to whoever
//! would call it applied.

use super::failure::Failure;
use crate::base::{Address, Code, Diagnostic, FieldPath, Value};
use crate::kind::{Descriptor, Policy};

/// The server dropped what it does not know.
pub(super) const DROPPED: Code = Code("E0725");

/// The fields of which `answer` lacks something that `sent` has, and what.
pub(super) fn dropped(kind: &Descriptor, sent: &Value, answer: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let fields = sent.as_map().into_iter().flatten();
    let drops = |field: &str| {
        let path = FieldPath::field(field);
        kind.has(&path, |policy| matches!(policy, Policy::DropsUnknown))
    };
    for (field, value) in fields.filter(|(field, _)| drops(field)) {
        let (Value::List(items), Some(kept)) = (value, answer.get(field)) else {
            continue;
        };
        let kept = match kept {
            Value::List(kept) => kept.as_slice(),
            _ => &[],
        };
        let lost = items.iter().find(|item| !kept.contains(item));
        found.extend(lost.map(|item| (field.clone(), item.clone())));
    }
    found
}

/// That the server dropped `item` of `field`.
pub(super) fn failed(address: &Address, field: &str, item: &Value) -> Failure {
    let item = item.get("name").unwrap_or(item).to_tagged();
    let message = format!("the server dropped {item} from `{field}` of `{address}`");
    Diagnostic::error(DROPPED, message)
        .about(address)
        .hint("it knows nothing of that name: declare it, or check the spelling")
        .into()
}

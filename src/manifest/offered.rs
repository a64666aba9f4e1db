//! Fields that only the Cloud takes, in documents of a tenant that is not there: the server would
//! refuse them, and only when it is asked to write.

use std::collections::BTreeMap;

use super::document::Document;
use crate::base::{Address, Code, Diagnostic, FieldPath, Value};
use crate::kind::Policy;

/// A field that the tenant's server does not offer.
const NOT_OFFERED: Code = Code("E0240");

/// The setting of a target that no Cloud runs.
const SELF_HOSTED: &str = "selfHosted";

/// Complains about every such field.
pub(super) fn find(documents: &[Document]) -> Vec<Diagnostic> {
    let all: BTreeMap<&Address, &Document> =
        documents.iter().map(|one| (&one.address, one)).collect();
    let mut found = Vec::new();
    for document in documents {
        let home = document.home.as_ref().and_then(|home| all.get(home));
        if !home.is_some_and(|home| is_self_hosted(home)) {
            continue;
        }
        for field in document.kind.fields {
            let path = FieldPath::dotted(field.path);
            let value = document.body.at(&path);
            if matches!(field.policy, Policy::CloudOnly) && value.is_some_and(says_something) {
                found.push(complaint(document, &path));
            }
        }
    }
    found
}

fn is_self_hosted(home: &Document) -> bool {
    let settings = (home.kind.settings)(&home.body, &Value::Null, &Value::Null);
    settings.get(SELF_HOSTED) == Some(&Value::Bool(true))
}

/// Whether a value is anything but off or empty.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Text(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Map(map) => map.values().any(says_something),
        Value::Bool(true) | Value::Number(_) | Value::Secret(_) | Value::Unknown(_) => true,
    }
}

fn complaint(document: &Document, path: &FieldPath) -> Diagnostic {
    let home = document.home.as_ref().map(ToString::to_string);
    let message = format!(
        "`{}` writes `{path}`, which only Logto Cloud offers, and `{}` is self-hosted",
        document.address,
        home.unwrap_or_default()
    );
    let diagnostic = Diagnostic::error(NOT_OFFERED, message).about(&document.address);
    let diagnostic = match document.origin.field(path) {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    };
    diagnostic.hint(format!("drop `{path}`: the server answers it with 400"))
}

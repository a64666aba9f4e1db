//! Refusals as the server's validator words them, where a shape cannot say what is wrong: open
//! mappings, strict ones, configurations of factories.

use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use crate::sandbox::exchange::Answer;

/// One issue.
pub(super) struct Issue {
    body: Value,
    detail: String,
}

/// Something is missing or of another type at `path`.
pub(super) fn wrong_type(path: &[Value], expected: &str, value: Option<&Value>) -> Issue {
    let received = value.map_or("undefined", kind);
    let message = match received {
        "undefined" => "Required".to_owned(),
        _ => format!("Expected {expected}, received {received}"),
    };
    let body = json!({
        "code": "invalid_type", "expected": expected, "received": received, "path": path,
        "message": message,
    });
    let detail = format!(
        "Error in key path \"{}\": (invalid_type) Expected {expected} but received {received}.",
        dotted(path)
    );
    Issue { body, detail }
}

/// An issue whose detail is its message.
pub(super) fn issue(path: &[Value], code: &str, message: &str, more: Value) -> Issue {
    let mut body = more;
    body["code"] = json!(code);
    body["message"] = json!(message);
    body["path"] = json!(path);
    let detail = format!("Error in key path \"{}\": ({code}) {message}", dotted(path));
    Issue { body, detail }
}

/// Keys that a strict mapping does not have (`configs-jwt-customizer.jsonl` 1059).
pub(super) fn unrecognized(map: &Map<String, Value>, known: &[&str]) -> Option<Issue> {
    unrecognized_in(&[], map, known)
}

/// The same of a mapping at `path`.
pub(super) fn unrecognized_in(
    path: &[Value],
    map: &Map<String, Value>,
    known: &[&str],
) -> Option<Issue> {
    let strange = map.keys().filter(|key| !known.contains(&key.as_str()));
    let strange: Vec<_> = strange.collect();
    if strange.is_empty() {
        return None;
    }
    let quoted: Vec<_> = strange.iter().map(|key| format!("'{key}'")).collect();
    let message = format!("Unrecognized key(s) in object: {}", quoted.join(", "));
    Some(issue(
        path,
        "unrecognized_keys",
        &message,
        json!({"keys": strange}),
    ))
}

/// The refusal of a request's part.
pub(super) fn refused(part: &str, issues: Vec<Issue>) -> Refusal {
    let message = format!("The request {part} is invalid.");
    answered(400, "guard.invalid_input", &message, issues)
}

/// The refusal of a connector's configuration (`connectors.jsonl` 961, 970).
pub(super) fn bad_config(issues: Vec<Issue>) -> Refusal {
    let message = "The connector's config is invalid.";
    answered(400, "connector.invalid_config", message, issues)
}

fn answered(status: u16, code: &str, message: &str, issues: Vec<Issue>) -> Refusal {
    let (bodies, details): (Vec<_>, Vec<_>) = issues
        .into_iter()
        .map(|Issue { body, detail }| (body, detail))
        .unzip();
    let body = json!({
        "code": code, "data": {"issues": bodies, "name": "ZodError"},
        "details": details.join("\n"), "message": message,
    });
    Refusal(Answer::json(status, &body))
}

/// Takes out what is empty, at any depth: `cleanDeep` (`connectors.jsonl` 962,
/// `custom-phrases.jsonl` 1041).
pub(super) fn cleaned(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| (key.clone(), cleaned(value)));
            Value::Object(pairs.filter(|(_, value)| !is_empty(value)).collect())
        }
        Value::Array(items) => {
            let items = items.iter().map(cleaned);
            Value::Array(items.filter(|value| !is_empty(value)).collect())
        }
        other => other.clone(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// How the validator calls a type.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn dotted(path: &[Value]) -> String {
    let words = path.iter().map(|step| match step {
        Value::String(name) => name.clone(),
        other => other.to_string(),
    });
    words.collect::<Vec<_>>().join(".")
}

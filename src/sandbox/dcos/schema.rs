//! The shapes of request bodies, and the check that every body passes before anything else.
//!
//! From the API's own document (`definitions` there, [S]); texts and the order of checks from
//! users.jsonl 21, protocol.jsonl 13 and auth.jsonl 16. Rules between members are the handlers'.

use serde_json::{Map, Value};

use super::call::Call;
use super::fault::malformed;
use super::python;
use crate::sandbox::exchange::Answer;

/// A JSON object's shape.
pub(super) struct Shape {
    /// Members that must be there.
    pub(super) required: &'static [&'static str],
    /// Members and their types.
    pub(super) members: &'static [(&'static str, Type)],
    /// Whether other members are refused.
    pub(super) closed: bool,
}

/// A member's type.
pub(super) enum Type {
    /// A string.
    Text,
    /// A whole number.
    Integer,
    /// A boolean.
    Flag,
    /// A list of strings.
    Texts,
    /// An object.
    Object(&'static Shape),
}

/// `LoginObject`: open to other members (auth.jsonl 18).
pub(super) const LOGIN: Shape = Shape {
    required: &[],
    members: &[
        ("uid", Type::Text),
        ("password", Type::Text),
        ("token", Type::Text),
    ],
    closed: false,
};

/// `UserCreate`.
pub(super) const USER_CREATE: Shape = Shape {
    required: &[],
    members: &[
        ("description", Type::Text),
        ("password", Type::Text),
        ("public_key", Type::Text),
        ("provider_type", Type::Text),
        ("provider_id", Type::Text),
        ("cluster_url", Type::Text),
        ("creator_uid", Type::Text),
    ],
    closed: true,
};

/// `UserUpdate`.
pub(super) const USER_UPDATE: Shape = Shape {
    required: &[],
    members: &[("description", Type::Text), ("password", Type::Text)],
    closed: true,
};

/// `GroupCreate`.
pub(super) const GROUP_CREATE: Shape = Shape {
    required: &["description"],
    members: &[("description", Type::Text), ("provider_type", Type::Text)],
    closed: true,
};

/// `GroupUpdate`, `ACLCreate` and `ACLUpdate`.
pub(super) const DESCRIPTION: Shape = Shape {
    required: &["description"],
    members: &[("description", Type::Text)],
    closed: true,
};

/// The call's body, if there is one of that shape.
pub(super) fn checked(call: &mut Call<'_>, shape: &Shape) -> Result<Map<String, Value>, Answer> {
    let Some(body) = call.body.take() else {
        // protocol.jsonl 10
        return Err(malformed("Request has bad Content-Type or lacks JSON data"));
    };
    if let Some(fault) = fault(&body, shape) {
        return Err(malformed(&format!("Unexpected JSON input. Hint: {fault}")));
    }
    match body {
        Value::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}

/// The first thing wrong with a value, in the order of the schema's words.
fn fault(value: &Value, shape: &Shape) -> Option<String> {
    let Value::Object(members) = value else {
        return Some(format!("{} is not of type 'object'", python::repr(value)));
    };
    let missing = shape
        .required
        .iter()
        .find(|name| !members.contains_key(**name));
    if let Some(name) = missing {
        return Some(format!("{} is a required property", python::quoted(name)));
    }
    let typed = |(name, kind): &(&str, Type)| type_fault(members.get(*name)?, kind);
    shape
        .members
        .iter()
        .find_map(typed)
        .or_else(|| surplus(members, shape))
}

fn type_fault(value: &Value, kind: &Type) -> Option<String> {
    let (fits, name) = match kind {
        Type::Text => (value.is_string(), "string"),
        Type::Integer => (value.is_i64() || value.is_u64(), "integer"),
        Type::Flag => (value.is_boolean(), "boolean"),
        Type::Texts => {
            let odd = value
                .as_array()?
                .iter()
                .find_map(|item| type_fault(item, &Type::Text));
            return odd;
        }
        Type::Object(shape) => return fault(value, shape),
    };
    (!fits).then(|| format!("{} is not of type '{name}'", python::repr(value)))
}

fn surplus(members: &Map<String, Value>, shape: &Shape) -> Option<String> {
    let known = |name: &str| shape.members.iter().any(|(member, _)| *member == name);
    let extra = members.keys().filter(|name| shape.closed && !known(name));
    let extra: Vec<String> = extra.map(|name| python::quoted(name)).collect();
    let verb = if extra.len() == 1 { "was" } else { "were" };
    (!extra.is_empty()).then(|| {
        format!(
            "Additional properties are not allowed ({} {verb} unexpected)",
            extra.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_fault_is_told_as_the_server_tells_it() {
        let cases = [
            (json!(["a"]), "['a'] is not of type 'object'"), // protocol.jsonl 13
            (json!({"public_key": null}), "None is not of type 'string'"), // services.jsonl 18
            (
                json!({"x": 1, "someprop": 1}),
                "Additional properties are not allowed ('someprop', 'x' were unexpected)",
            ),
        ];
        for (body, told) in cases {
            assert_eq!(fault(&body, &USER_CREATE).as_deref(), Some(told));
        }
    }

    #[test]
    fn a_missing_member_is_named() {
        let told = fault(&json!({}), &GROUP_CREATE);
        assert_eq!(
            told.as_deref(),
            Some("'description' is a required property")
        );
    }
}

//! The machine format: what is in it, what never is, and that its schema says the truth.

use serde_json::{Value as Json, json};

use super::json;
use super::samples::{change, everything, plan, relation, secret, step, unknown};
use crate::base::Value;
use crate::plan::{Action, FieldChange};

fn parsed(plan: &crate::plan::Plan) -> Json {
    serde_json::from_str(&json::plan(plan)).expect("JSON")
}

/// Every way in which `value` is not what `schema` says; a field it does not name is one.
pub(super) fn faults(schema: &Json, root: &Json, value: &Json, at: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.trim_start_matches("#/$defs/");
        return faults(&root["$defs"][name], root, value, at);
    }
    if let Some(choices) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let none = choices
            .iter()
            .all(|choice| !faults(choice, root, value, at).is_empty());
        return if none {
            vec![format!("{at}: no choice fits")]
        } else {
            Vec::new()
        };
    }
    let mut out = Vec::new();
    let types: Vec<&str> = match &schema["type"] {
        Json::String(one) => vec![one],
        Json::Array(many) => many.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.contains(&type_of(value)) {
        out.push(format!("{at}: {value} is no {types:?}"));
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|all| !all.contains(value))
    {
        out.push(format!("{at}: {value} is not among the choices"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().expect("a name")).is_none() {
            out.push(format!("{at}: {name} is missing"));
        }
    }
    if let (Some(properties), Some(fields)) = (schema["properties"].as_object(), value.as_object())
    {
        for (name, field) in fields {
            match properties.get(name) {
                Some(inner) => out.extend(faults(inner, root, field, &format!("{at}.{name}"))),
                None => out.push(format!("{at}.{name} is not in the schema")),
            }
        }
    }
    if let (Some(inner), Some(items)) = (schema.get("items"), value.as_array()) {
        let items = items.iter().enumerate();
        out.extend(items.flat_map(|(n, item)| faults(inner, root, item, &format!("{at}[{n}]"))));
    }
    out
}

fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

#[test]
fn a_plan_is_what_its_schema_says() {
    let schema: Json = serde_json::from_str(&json::plan_schema()).expect("JSON");
    let none: [String; 0] = [];
    assert_eq!(
        faults(&schema, &schema, &parsed(&everything()), "plan"),
        none
    );
    let wrong = json!({"format_version": 1});
    assert!(faults(&schema, &schema, &wrong, "plan").len() > 5);
}

#[test]
fn the_schema_in_the_documentation_is_current() {
    let written = include_str!("../../docs/plan.schema.json");
    assert!(
        written == json::plan_schema(),
        "write it anew: cargo run -- schema plan > docs/plan.schema.json"
    );
}

#[test]
fn the_schema_of_pre_images_is_written_down() {
    let written = include_str!("../../docs/undo.schema.json");
    assert!(
        written == json::undo_schema(),
        "write it anew: cargo run -- schema undo > docs/undo.schema.json"
    );
}

#[test]
fn a_saved_plan_is_what_its_schema_says() {
    let text = json::saved_plan_schema();
    let written = include_str!("../../docs/saved-plan.schema.json");
    assert!(
        written == text,
        "write it anew: cargo run -- schema saved-plan > docs/saved-plan.schema.json"
    );
    let schema: Json = serde_json::from_str(&text).expect("JSON");
    for seed in [
        include_str!("../../fuzz/seeds/plan/create.json"),
        include_str!("../../fuzz/seeds/plan/update.json"),
    ] {
        let saved: Json = serde_json::from_str(seed).expect("JSON");
        let none: [String; 0] = [];
        assert_eq!(faults(&schema, &schema, &saved, "saved"), none);
    }
}

#[test]
fn a_plan_has_its_numbers_and_its_steps() {
    let json = parsed(&everything());
    assert_eq!(json["format_version"], json!("1"));
    assert_eq!(json["target"], json!("sandbox"));
    assert_eq!(
        json["summary"],
        json!({"create": 1, "update": 1, "replace": 0, "delete": 1, "adopt": 0, "forget": 0, "unchanged": 12})
    );
    assert_eq!(
        json["statistics"],
        json!({"requests": 9, "writes": {"least": 3, "most": 4}})
    );
    assert_eq!(
        json["steps"][0]["depends_on"],
        json!(["acme/scope/orders.read"])
    );
    assert_eq!(
        json["refusals"],
        json!([{
            "code": "E0402",
            "message": "it is protected",
            "address": "acme/role/gone",
            "hint": "--override protect=acme/role/gone",
        }])
    );
    assert_eq!(
        json["warnings"],
        json!([{"code": "E0310", "message": "PASSWORD is not set", "address": null}])
    );
}

#[test]
fn a_change_says_what_it_is() {
    let changes = vec![
        change("description", "old", "new"),
        relation("scopes", &["scope/a"], &["scope/b"]),
        unknown("resourceId", "acme/apiresource/orders"),
    ];
    let json = parsed(&plan(vec![step(Action::Update, "acme/role/x", changes)]));
    assert_eq!(
        json["steps"][0]["changes"],
        json!([
            {"path": "description", "before": "old", "after": "new", "sensitive": false,
             "known_after_apply": false, "forces_replace": false, "merged": false},
            {"path": "scopes", "before": null, "after": null, "sensitive": false,
             "known_after_apply": false, "forces_replace": false, "merged": false,
             "added": ["scope/a"], "removed": ["scope/b"]},
            {"path": "resourceId", "before": null, "after": null, "sensitive": false,
             "known_after_apply": true, "forces_replace": false, "merged": false},
        ])
    );
}

#[test]
fn no_secret_is_in_it_not_even_as_a_fingerprint() {
    let changes = vec![
        FieldChange {
            sensitive: true,
            ..change("password", "hunter2", "hunter3")
        },
        change("config", Value::Null, secret(Some('a'))),
    ];
    let text = json::plan(&plan(vec![step(Action::Update, "acme/user/x", changes)]));
    assert!(!text.contains("hunter") && !text.contains("aaaa"), "{text}");
    let json: Json = serde_json::from_str(&text).expect("JSON");
    let of = |n: usize| &json["steps"][0]["changes"][n];
    assert_eq!(
        (&of(0)["sensitive"], &of(0)["after"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(
        (&of(1)["sensitive"], &of(1)["after"]),
        (&json!(true), &json!(null))
    );
}

//! Holds JSON against a JSON Schema, as far as ours use it.

use serde_json::Value as Json;

/// Everything in which `value` is not as `schema` says.
pub(super) fn faults(schema: &Json, value: &Json) -> Vec<String> {
    let mut faults = Vec::new();
    check(schema, schema, value, "", &mut faults);
    faults
}

fn check(root: &Json, schema: &Json, value: &Json, at: &str, faults: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#'));
        let target = target.unwrap_or_else(|| panic!("{name} is not there"));
        return check(root, target, value, at, faults);
    }
    if let Some(types) = types(schema)
        && !types.iter().any(|name| is(value, name))
    {
        faults.push(format!("{at}: {value} is no {types:?}"));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        faults.push(format!("{at}: {value} is none of {allowed:?}"));
    }
    if let Some(least) = schema["minLength"].as_u64()
        && value
            .as_str()
            .is_some_and(|text| (text.len() as u64) < least)
    {
        faults.push(format!("{at}: too short"));
    }
    if let Some(least) = schema["minimum"].as_i64()
        && value.as_i64().is_some_and(|number| number < least)
    {
        faults.push(format!("{at}: {value} is less than {least}"));
    }
    object(root, schema, value, at, faults);
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], item, &format!("{at}[{n}]"), faults);
    }
}

fn object(root: &Json, schema: &Json, value: &Json, at: &str, faults: &mut Vec<String>) {
    let Some(map) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten() {
        if !map.contains_key(name.as_str().unwrap()) {
            faults.push(format!("{at}: {name} is missing"));
        }
    }
    for (name, inner) in map {
        let at = format!("{at}.{name}");
        match (&schema["properties"][name], &schema["additionalProperties"]) {
            (Json::Null, Json::Bool(false)) => faults.push(format!("{at} is not known")),
            (Json::Null, other @ Json::Object(_)) => check(root, other, inner, &at, faults),
            (Json::Null, _) => {}
            (known, _) => check(root, known, inner, &at, faults),
        }
    }
}

fn types(schema: &Json) -> Option<Vec<&str>> {
    match &schema["type"] {
        Json::String(one) => Some(vec![one]),
        Json::Array(several) => several.iter().map(Json::as_str).collect(),
        _ => None,
    }
}

fn is(value: &Json, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    }
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let schema = serde_json::json!({
        "type": "object",
        "required": ["a", "b"],
        "additionalProperties": false,
        "properties": {"a": {"type": "array", "items": {"$ref": "#/defs/x"}}},
        "defs": {"x": {"enum": [1, 2]}},
    });
    let value = serde_json::json!({"a": [1, 3], "c": null});
    assert_eq!(
        faults(&schema, &value),
        [
            ": \"b\" is missing",
            ".a[1]: 3 is none of [Number(1), Number(2)]",
            ".c is not known"
        ]
    );
}

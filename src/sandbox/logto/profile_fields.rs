//! Custom profile fields: a shape a type, a common order. `custom-profile-fields.jsonl`.

use serde_json::{Value, json};

use super::call::{Call, text};
use super::column::{Column, Fill, Written, column, holds_nul, stored};
use super::refusal::{Refusal, Reply, coded, internal, not_exists, not_found};
use super::shape::{NUMBER, Shape, TEXT, guard_fields, optional, required, text as length};
use super::{sign_in_experience, singles};
use crate::sandbox::exchange::Answer;

const TABLE: &str = "custom_profile_fields";

const COLUMNS: &[Column] = &[
    column("name", Fill::Null, Written::Once),
    column("type", Fill::Null, Written::Always),
    column("label", Fill::Null, Written::Always),
    column("description", Fill::Null, Written::Always),
    column("required", Fill::False, Written::Always),
    column("config", Fill::Object, Written::Always),
    column("createdAt", Fill::Now, Written::Never),
    column("sieOrder", Fill::Null, Written::Never),
];

/// Names in lists that refer to fields.
pub(super) const NAMED: Shape = Shape::List(&Shape::Object(&[required("name", TEXT)]), 0);

const PLACE: Shape = Shape::Object(&[required("name", TEXT), required("sieOrder", NUMBER)]);
const ORDER: Shape = Shape::Object(&[required("order", Shape::List(&PLACE, 0))]);

const OPTIONS: Shape = Shape::List(
    &Shape::Object(&[optional("label", TEXT), required("value", TEXT)]),
    0,
);

const PART: Shape = Shape::Object(&[
    required("enabled", Shape::Bool),
    required("name", TEXT),
    required("type", TEXT),
    required("required", Shape::Bool),
    optional("label", length(1, usize::MAX)),
    optional("description", TEXT),
    optional("config", Shape::Free),
]);

/// What a field of a type looks like: its configuration, and whether there must be one.
fn config(of: &str) -> Option<(Shape, bool)> {
    const TEXT_CONFIG: Shape = Shape::Object(&[
        optional("placeholder", TEXT),
        optional("minLength", NUMBER),
        optional("maxLength", NUMBER),
    ]);
    const NUMBER_CONFIG: Shape = Shape::Object(&[
        optional("placeholder", TEXT),
        optional("minValue", NUMBER),
        optional("maxValue", NUMBER),
    ]);
    const DATE: Shape = Shape::Object(&[
        optional("placeholder", TEXT),
        required("format", TEXT),
        optional("customFormat", TEXT),
    ]);
    const CHECKBOX: Shape =
        Shape::Object(&[required("defaultValue", Shape::Choice(&["true", "false"]))]);
    const SELECT: Shape =
        Shape::Object(&[optional("placeholder", TEXT), required("options", OPTIONS)]);
    const PLAIN: Shape = Shape::Object(&[optional("placeholder", TEXT)]);
    const REGEX: Shape = Shape::Object(&[optional("placeholder", TEXT), required("format", TEXT)]);
    const PARTS: Shape = Shape::Object(&[required("parts", Shape::List(&PART, 0))]);
    Some(match of {
        "Text" => (TEXT_CONFIG, false),
        "Number" => (NUMBER_CONFIG, false),
        "Date" => (DATE, false),
        "Checkbox" => (CHECKBOX, false),
        "Select" => (SELECT, true), // 1252
        "Url" => (PLAIN, false),
        "Regex" => (REGEX, true),
        "Address" | "Fullname" => (PARTS, true), // 1256
        _ => return None,
    })
}

/// The types, in the order in which the server lists them (1257).
const TYPES: [&str; 9] = [
    "Text", "Number", "Date", "Checkbox", "Select", "Url", "Regex", "Address", "Fullname",
];

/// Identifiers of a sign-in, which no field may be called as (1254); the others are an inference.
const RESERVED: [&str; 5] = ["username", "email", "phone", "primaryEmail", "primaryPhone"];

/// The body, by the shape of its type.
fn checked(body: &Value, named: bool) -> Result<Value, Refusal> {
    let Some((config, needed)) = body["type"].as_str().and_then(config) else {
        return Err(wrong_type());
    };
    let head: &[_] = if named {
        &[required("name", TEXT)]
    } else {
        &[]
    };
    let field = if needed { required } else { optional };
    let rest = [
        required("type", TEXT),
        optional("label", length(1, usize::MAX)),
        optional("description", TEXT),
        required("required", Shape::Bool),
        field("config", config),
    ];
    let fields = [head, &rest].concat();
    let body = guard_fields(&fields, body)?;
    if holds_nul(&body) {
        return Err(internal());
    }
    Ok(body)
}

/// 1257.
fn wrong_type() -> Refusal {
    let names = TYPES.map(|name| format!("'{name}'")).join(" | ");
    let message = format!("Invalid discriminator value. Expected {names}");
    let issue = json!({
        "code": "invalid_union_discriminator", "options": TYPES, "path": ["type"],
        "message": message,
    });
    let body = json!({
        "code": "guard.invalid_input",
        "data": {"issues": [issue], "name": "ZodError"},
        "details": format!("Error in key path \"type\": (invalid_union_discriminator) {message}"),
        "message": "The request body is invalid.",
    });
    Refusal(Answer::json(400, &body))
}

fn by_name(call: &Call<'_>) -> Option<Value> {
    call.where_is(TABLE, "name", &json!(call.param(0)))
}

fn free_name(call: &Call<'_>, body: &Value) -> Result<(), Refusal> {
    let name = text(body, "name");
    if RESERVED.contains(&name.as_str()) {
        let code = "custom_profile_fields.name_conflict_sign_in_identifier";
        let message = format!("Invalid field name. Reserved sign-in identifier key(s): {name}.");
        return Err(coded(400, code, &message));
    }
    if call.where_is(TABLE, "name", &body["name"]).is_some() {
        let message = "Field already exists with the given name."; // 1250
        return Err(coded(422, "custom_profile_fields.name_exists", message));
    }
    Ok(())
}

/// Puts a new field behind all others (1249, 1251).
fn put_new(call: &mut Call<'_>, body: &Value) -> Value {
    let rows = call.tables.rows(TABLE);
    let last = rows.filter_map(|(_, row)| row["sieOrder"].as_i64()).max();
    let mut row = call.insert(TABLE, COLUMNS, body, 21);
    row["sieOrder"] = json!(last.unwrap_or(0) + 1);
    call.tables.put(TABLE, &text(&row, "id"), row.clone());
    row
}

fn ordered(call: &Call<'_>) -> Vec<Value> {
    let mut rows: Vec<Value> = call.all(TABLE).into_iter().cloned().collect();
    rows.sort_by_key(|row| row["sieOrder"].as_i64());
    rows
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &json!(ordered(call)))) // never paged: section 1.3
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.any_body()?;
    let body = checked(&body, true)?;
    free_name(call, &body)?;
    let row = put_new(call, &body);
    Ok(Answer::json(201, &row))
}

/// All of them, or none (1258, 1259).
pub(super) fn create_many(call: &mut Call<'_>) -> Reply {
    let body = call.any_body()?;
    let mut bodies = Vec::new();
    for body in body.as_array().into_iter().flatten() {
        let body = checked(body, true)?;
        free_name(call, &body)?;
        bodies.push(body);
    }
    let rows: Vec<_> = bodies.iter().map(|body| put_new(call, body)).collect();
    Ok(Answer::json(201, &json!(rows)))
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let row = by_name(call).ok_or_else(not_found)?; // 1262
    Ok(Answer::json(200, &row))
}

/// What the body does not have stays, and an empty description is none (seen on a running server):
/// a configuration is replaced whole, and that of a box must be there.
pub(super) fn put(call: &mut Call<'_>) -> Reply {
    let body = call.any_body()?;
    let body = checked(&body, false)?;
    let old = by_name(call).ok_or_else(|| not_exists("custom_profile_field"))?; // 1265
    if body["type"] == "Checkbox" && body.get("config").is_none() {
        let code = "custom_profile_fields.invalid_default_value";
        return Err(coded(400, code, "Invalid default value."));
    }
    let mut row = old;
    for (name, value) in body.as_object().into_iter().flatten() {
        row[name] = stored(value);
    }
    call.tables.put(TABLE, &text(&row, "id"), row.clone());
    Ok(Answer::json(200, &row))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let row = by_name(call).ok_or_else(not_found)?; // 1274
    call.tables.delete(TABLE, &text(&row, "id"));
    // extra-dependencies.jsonl 34
    sign_in_experience::forget_profile_field(call);
    singles::forget_profile_field(call);
    Ok(Answer::empty(204))
}

/// 1267. That an unknown name is passed over is an inference.
pub(super) fn order(call: &mut Call<'_>) -> Reply {
    let body = call.body(&ORDER)?;
    let mut named = Vec::new();
    for place in body["order"].as_array().into_iter().flatten() {
        if let Some(mut row) = call.where_is(TABLE, "name", &place["name"]) {
            row["sieOrder"] = place["sieOrder"].clone();
            call.tables.put(TABLE, &text(&row, "id"), row.clone());
            named.push(row);
        }
    }
    named.sort_by_key(|row| row["sieOrder"].as_i64());
    Ok(Answer::json(200, &json!(named)))
}

/// Drops names of fields that there are not, in silence (extra-sie-without-connectors.jsonl 10).
pub(super) fn drop_unknown(call: &Call<'_>, named: &mut Value) {
    if let Some(named) = named.as_array_mut() {
        named.retain(|field| call.where_is(TABLE, "name", &field["name"]).is_some());
    }
}

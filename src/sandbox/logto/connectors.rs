//! Connectors: `connectors.jsonl`, `extra-empty-string.jsonl` 7 to 9, `extra-verify.jsonl` 33 to
//! 36. What factories there are is in [`factories`](super::factories).

use serde_json::{Map, Value, json};

use super::call::{Call, text};
use super::factories::{Factory, factory};
use super::refusal::{Refusal, Reply, coded, internal, not_found, nothing_to_write, with_data};
use super::shape::{Shape, TEXT, nullable, optional, required, text as length};
use super::zod::{bad_config, cleaned, kind, wrong_type};
use super::{column, sign_in_experience};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

/// The table.
pub(super) const TABLE: &str = "connectors";

const METADATA: Shape = Shape::Object(&[
    optional("target", TEXT),
    optional("name", Shape::Free),
    optional("logo", TEXT),
    nullable("logoDark", TEXT),
]);
const CREATE: Shape = Shape::Object(&[
    optional("id", length(1, 128)),
    required("connectorId", length(1, 128)),
    optional("config", Shape::Free),
    optional("metadata", METADATA),
    optional("syncProfile", Shape::Bool),
    optional("enableTokenStorage", Shape::Bool),
]);
const PATCH: Shape = Shape::Object(&[
    optional("config", Shape::Free),
    optional("metadata", METADATA),
    optional("syncProfile", Shape::Bool),
    optional("enableTokenStorage", Shape::Bool),
]);

const TEST: Shape = Shape::Object(&[optional("config", Shape::Free)]);

/// A row as it is answered: its own columns and its factory's.
fn shown(row: &Value) -> Value {
    let made_by = factory(&text(row, "connectorId"));
    let mut all = made_by.map(Factory::shown).unwrap_or_default();
    for name in ["target", "name", "logo", "logoDark"] {
        // 949: a standard one's metadata stand for its factory's.
        if let Some(own) = row["metadata"].get(name) {
            all.insert(name.to_owned(), own.clone());
        }
    }
    all.extend(row.as_object().cloned().unwrap_or_default());
    Value::Object(all)
}

/// What all connectors together must not be (`extra-verify.jsonl` 34; section 1.7).
fn coherent(rows: &[Value]) -> Result<(), Refusal> {
    let count = |sort: &str| rows.iter().filter(|row| row["type"] == sort).count();
    for (sort, code) in [
        ("Email", "connector.more_than_one_email"),
        ("Sms", "connector.more_than_one_sms"),
    ] {
        if count(sort) > 1 {
            let message = format!("The number of {sort} connectors is larger then 1.");
            return Err(coded(400, code, &message));
        }
    }
    for (index, row) in rows.iter().enumerate() {
        let same = |other: &&Value| {
            other["type"] == "Social"
                && other["target"] == row["target"]
                && other["platform"] == row["platform"]
        };
        if row["type"] == "Social" && rows[..index].iter().any(|other| same(&other)) {
            let message =
                "You can not have multiple social connectors that have same target and platform.";
            return Err(coded(
                400,
                "connector.multiple_target_with_same_platform",
                message,
            ));
        }
    }
    Ok(())
}

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let mut rows: Vec<_> = call.all(TABLE).into_iter().map(shown).collect();
    rows.sort_by_key(|row| text(row, "id"));
    coherent(&rows)?;
    if let Some(target) = call.query("target") {
        rows.retain(|row| row["target"] == *target); // 957
    }
    Ok(Answer::json(200, &Value::Array(rows))) // never in pages: 958
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let row = call.row(TABLE, &call.param(0)).ok_or_else(not_found)?; // 946
    Ok(Answer::json(200, &shown(&row)))
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.body(&CREATE)?;
    let wanted = text(&body, "connectorId");
    let Some(factory) = factory(&wanted) else {
        // The code of an unknown factory is an inference.
        let message = format!("Cannot find any available connector for type: {wanted}.");
        return Err(coded(
            422,
            "connector.not_found_with_connector_id",
            &message,
        ));
    };
    check_metadata(factory, body.get("metadata"), None)?;
    if factory.standard && body["metadata"]["target"].is_null() {
        let message = "You should specify 'target'.";
        return Err(coded(400, "connector.should_specify_target", message)); // 948
    }
    if let Some(config) = body.get("config") {
        check_config(factory, config)?;
    }
    free(call, factory, &body)?;
    let id = body["id"]
        .as_str()
        .map_or_else(|| random::base36(12), str::to_owned);
    if call.tables.has(TABLE, &id) {
        return Err(internal()); // extra-empty-string.jsonl 9
    }
    if factory.is_for_messages() {
        let same = |row: &Value| row["type"] == factory.sort;
        let others: Vec<_> = call
            .all(TABLE)
            .into_iter()
            .map(shown)
            .filter(same)
            .collect();
        for other in others {
            call.tables.delete(TABLE, &text(&other, "id")); // 944, 946
        }
    }
    let row = json!({
        "id": id, "connectorId": wanted,
        "syncProfile": body["syncProfile"] == true,
        "enableTokenStorage": body["enableTokenStorage"] == true,
        "config": kept(&body["config"]), "metadata": kept(&body["metadata"]),
        "type": factory.sort,
        "target": body["metadata"]["target"].as_str().unwrap_or(factory.target),
    });
    call.tables.put(TABLE, &id, row.clone());
    Ok(Answer::json(200, &shown(&row)))
}

/// A JSON column, cleaned (949, 962).
fn kept(value: &Value) -> Value {
    match value {
        Value::Object(_) => column::jsonb(&cleaned(value)),
        _ => json!({}),
    }
}

fn check_metadata(
    factory: &Factory,
    metadata: Option<&Value>,
    target: Option<&Value>,
) -> Result<(), Refusal> {
    let Some(metadata) = metadata else {
        return Ok(());
    };
    if !factory.standard {
        let code = "connector.cannot_overwrite_metadata_for_non_standard_connector"; // 940, 966
        return Err(coded(
            400,
            code,
            "This connector's 'metadata' cannot be overwritten.",
        ));
    }
    if target.is_some_and(|target| metadata.get("target") != Some(target)) {
        let message = "The connector 'target' can not be modified."; // 952, 953
        return Err(coded(400, "connector.can_not_modify_target", message));
    }
    Ok(())
}

fn check_config(factory: &Factory, config: &Value) -> Result<(), Refusal> {
    let wrong = factory.required.iter().filter_map(|(name, expected)| {
        let value = config.get(*name);
        let right = value.is_some_and(|value| kind(value) == *expected);
        (!right).then(|| wrong_type(&[json!(name)], expected, value))
    });
    let wrong: Vec<_> = wrong.collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(bad_config(wrong)) // 961, 970
}

/// Whether the place of a social connector is free.
fn free(call: &Call<'_>, factory: &Factory, body: &Value) -> Result<(), Refusal> {
    if factory.is_for_messages() {
        return Ok(());
    }
    let mut rows = call.all(TABLE).into_iter();
    if factory.standard {
        let target = &body["metadata"]["target"];
        let Some(other) = rows.find(|row| shown(row)["target"] == *target) else {
            return Ok(());
        };
        let other = shown(other);
        let data = json!({"connectorId": other["connectorId"], "connectorName": other["name"]});
        let message =
            "You can not have multiple social connectors that have same target and platform.";
        let code = "connector.multiple_target_with_same_platform"; // 950
        return Err(with_data(422, code, &data, message));
    }
    if rows.any(|row| row["connectorId"] == factory.id) {
        let message = "Cannot have multiple instances of this connector.";
        return Err(coded(
            422,
            "connector.multiple_instances_not_supported",
            message,
        ));
    }
    Ok(())
}

pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let body = call.body(&PATCH)?;
    let id = call.param(0);
    let mut row = call.row(TABLE, &id).ok_or_else(not_found)?;
    let made_by = factory(&text(&row, "connectorId")).ok_or_else(internal)?;
    check_metadata(made_by, body.get("metadata"), row["metadata"].get("target"))?;
    if let Some(config) = body.get("config") {
        check_config(made_by, config)?;
    }
    let given = body.as_object().cloned().unwrap_or_default();
    if given.is_empty() {
        return Err(nothing_to_write()); // 965, 967
    }
    write(&mut row, given);
    call.tables.put(TABLE, &id, row.clone());
    Ok(Answer::json(200, &shown(&row)))
}

fn write(row: &mut Value, given: Map<String, Value>) {
    for (name, value) in given {
        row[&name] = match value {
            Value::Object(_) => kept(&value),
            other => other,
        };
    }
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    if !call.tables.has(TABLE, &id) {
        return Err(not_found()); // 975
    }
    sign_in_experience::without_connector(call, &id)?;
    call.tables.delete(TABLE, &id);
    sign_in_experience::forget_target(call); // 976
    Ok(Answer::empty(204))
}

/// Sends nothing: says whether the configuration would do (970).
pub(super) fn test(call: &mut Call<'_>) -> Reply {
    let body = call.body(&TEST)?;
    let made_by = factory(&call.param(0)).ok_or_else(not_found)?;
    check_config(made_by, &body["config"])?;
    Ok(Answer::empty(204))
}

//! What e-mails say: `email-templates.jsonl`.

use serde_json::{Value, json};

use super::call::{Call, text};
use super::refusal::{Refusal, Reply, no_such_id};
use super::shape::{Shape, TEXT, guard_param, optional, required, text as length};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

/// The table.
const TABLE: &str = "email_templates";

const TYPE: Shape = Shape::Choice(&[
    "SignIn",
    "Register",
    "ForgotPassword",
    "OrganizationInvitation",
    "Generic",
    "UserPermissionValidation",
    "BindNewIdentifier",
    "MfaVerification",
    "BindMfa",
]);
const CONTENT: Shape = Shape::Choice(&["text/html", "text/plain"]);
const DETAILS: Shape = Shape::Object(&[
    required("subject", TEXT),
    required("content", TEXT),
    optional("contentType", CONTENT),
    optional("replyTo", TEXT),
    optional("sendFrom", TEXT),
]);
const SOME_DETAILS: Shape = Shape::Object(&[
    optional("subject", TEXT),
    optional("content", TEXT),
    optional("contentType", CONTENT),
    optional("replyTo", TEXT), // not null: 1232
    optional("sendFrom", TEXT),
]);
const TEMPLATE: Shape = Shape::Object(&[
    required("languageTag", length(1, 16)), // not looked at: 1223
    required("templateType", TYPE),         // 1222
    required("details", DETAILS),           // 1225
]);
const PUT: Shape = Shape::Object(&[required("templates", Shape::List(&TEMPLATE, 1))]); // 1224

fn no_such(id: &str) -> Refusal {
    no_such_id(TABLE, id) // 1234
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let mut rows = call.all(TABLE);
    rows.retain(|row| is_meant(call, row));
    rows.sort_by_key(|row| (text(row, "languageTag"), text(row, "templateType")));
    let rows = rows.into_iter().cloned().collect();
    Ok(Answer::json(200, &Value::Array(rows))) // never in pages: 1228
}

fn is_meant(call: &Call<'_>, row: &Value) -> bool {
    let filters = ["languageTag", "templateType"];
    let mut filters = filters.iter();
    filters.all(|name| call.query(name).is_none_or(|wanted| row[*name] == wanted))
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let row = call.row(TABLE, &id).ok_or_else(|| no_such(&id))?;
    Ok(Answer::json(200, &row))
}

pub(super) fn put(call: &mut Call<'_>) -> Reply {
    let body = call.body(&PUT)?;
    let templates = body["templates"].as_array().cloned().unwrap_or_default();
    let written: Vec<_> = templates.iter().map(|one| upsert(call, one)).collect();
    Ok(Answer::json(200, &Value::Array(written)))
}

/// Makes a template or replaces it, keeping its id (1220, 1221).
fn upsert(call: &mut Call<'_>, template: &Value) -> Value {
    let same = |row: &&Value| {
        ["languageTag", "templateType"]
            .iter()
            .all(|name| row[*name] == template[*name])
    };
    let there = call.all(TABLE).into_iter().find(same).cloned();
    let mut row = there.unwrap_or_else(|| {
        json!({
            "tenantId": call.settings.id, "id": random::base36(21),
            "languageTag": template["languageTag"], "templateType": template["templateType"],
            "createdAt": call.now_ms,
        })
    });
    row["details"] = template["details"].clone();
    call.tables.put(TABLE, &text(&row, "id"), row.clone());
    row
}

pub(super) fn patch_details(call: &mut Call<'_>) -> Reply {
    let body = call.body(&SOME_DETAILS)?;
    let id = call.param(0);
    let mut row = call.row(TABLE, &id).ok_or_else(|| no_such(&id))?;
    for (name, value) in body.as_object().into_iter().flatten() {
        row["details"][name] = value.clone(); // laid over: 1230, 1231
    }
    call.tables.put(TABLE, &id, row.clone());
    Ok(Answer::json(200, &row))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    call.tables.delete(TABLE, &id).ok_or_else(|| no_such(&id))?;
    Ok(Answer::empty(204))
}

/// 1235; without a filter it is refused (section 1.6), in words of our own.
pub(super) fn delete_some(call: &mut Call<'_>) -> Reply {
    let asked = |name: &str| call.query(name).is_some();
    if !asked("languageTag") && !asked("templateType") {
        return Err(super::refusal::bad_input(400, "A filter is needed."));
    }
    if let Some(sort) = call.query("templateType") {
        guard_param("templateType", &TYPE, &sort)?;
    }
    let doomed = call
        .all(TABLE)
        .into_iter()
        .filter(|row| is_meant(call, row));
    let doomed: Vec<_> = doomed.map(|row| text(row, "id")).collect();
    for id in &doomed {
        call.tables.delete(TABLE, id);
    }
    Ok(Answer::json(200, &json!({"rowCount": doomed.len()})))
}

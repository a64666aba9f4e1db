//! Webhooks: `hooks.jsonl`, `extra-empty-string.jsonl` 1 to 3, `extra-verify.jsonl` 27 and 28.
//! None is ever called: nothing leaves the machine. What it would have been called with is in the log.

use serde_json::{Value, json};

use super::call::Call;
use super::column::{Column, Fill, Written, column};
use super::page::{Paging, listed};
use super::refusal::{Reply, coded, no_such_id, not_exists, not_found};
use super::shape::{NUMBER, Shape, TEXT, nullable, optional, required, text as length};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

/// The table.
pub(super) const TABLE: &str = "hooks";

/// Its columns.
pub(super) const COLUMNS: &[Column] = &[
    column("name", Fill::Json("\"\""), Written::Always), // 1097
    column("event", Fill::Null, Written::Always),
    column("events", Fill::Json("[]"), Written::Always),
    column("config", Fill::Object, Written::Always), // whole: 1141
    column("signingKey", Fill::Null, Written::Never), // 1109
    column("enabled", Fill::Json("true"), Written::Always),
    column("createdAt", Fill::Now, Written::Later), // extra-verify.jsonl 27 and 28
];

const EVENT: Shape = Shape::Choice(&[
    "PostRegister",
    "PostSignIn",
    "PostSignInAdaptiveMfaTriggered",
    "PostResetPassword",
    "User.Created",
    "User.Deleted",
    "User.Data.Updated",
    "User.SuspensionStatus.Updated",
    "Role.Created",
    "Role.Deleted",
    "Role.Data.Updated",
    "Role.Scopes.Updated",
    "Scope.Created",
    "Scope.Deleted",
    "Scope.Data.Updated",
    "Organization.Created",
    "Organization.Deleted",
    "Organization.Data.Updated",
    "Organization.Membership.Updated",
    "OrganizationRole.Created",
    "OrganizationRole.Deleted",
    "OrganizationRole.Data.Updated",
    "OrganizationRole.Scopes.Updated",
    "OrganizationScope.Created",
    "OrganizationScope.Deleted",
    "OrganizationScope.Data.Updated",
    "Identifier.Lockout",
    "Message.RateLimited",
    "Grant.LimitExceeded",
]);
const CONFIG: Shape = Shape::Object(&[
    required("url", TEXT), // any text: 1106
    optional("headers", Shape::Free),
    optional(
        "retries",
        Shape::Number {
            min: i64::MIN,
            max: 3,
        },
    ), // 1108
]);
const CREATE: Shape = Shape::Object(&[
    optional("name", length(1, 256)),
    optional("event", EVENT),
    optional("events", Shape::List(&EVENT, 1)),
    required("config", CONFIG),
    optional("enabled", Shape::Bool),
    optional("createdAt", NUMBER),
]);
const PATCH: Shape = Shape::Object(&[
    optional("name", length(1, 256)),           // 1148
    nullable("event", EVENT),                   // 1149
    optional("events", Shape::List(&EVENT, 1)), // 1144
    optional("config", CONFIG),
    optional("enabled", Shape::Bool),
    optional("createdAt", NUMBER),
]);

/// Events once each, in their order (1100, 1101).
fn once_each(body: &mut Value) {
    if let Some(events) = body.get_mut("events").and_then(Value::as_array_mut) {
        let mut seen = Vec::new();
        events.retain(|event| {
            let new = !seen.contains(event);
            seen.push(event.clone());
            new
        });
    }
}

/// With numbers of calls, if they are asked for (1137, 1139).
fn with_stats(call: &Call<'_>, mut row: Value) -> Value {
    if call.query("includeExecutionStats").as_deref() == Some("true") {
        row["executionStats"] = json!({"successCount": 0, "requestCount": 0});
    }
    row
}

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let rows = call.newest_first(TABLE);
    listed(call, rows, Paging::OnRequest, |call, rows| {
        rows.into_iter().map(|row| with_stats(call, row)).collect()
    })
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let mut body = call.body(&CREATE)?;
    if body.get("event").is_none() && body.get("events").is_none() {
        let message = "You need to provide at least one event."; // 1102
        return Err(coded(400, "hook.missing_events", message));
    }
    once_each(&mut body);
    let mut row = call.insert(TABLE, COLUMNS, &body, 21);
    row["signingKey"] = json!(random::base62(32));
    let id = row["id"].as_str().unwrap_or_default().to_owned();
    call.tables.put(TABLE, &id, row.clone());
    Ok(Answer::json(201, &row))
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let row = call.row(TABLE, &id).ok_or_else(|| no_such_id(TABLE, &id))?; // 1118
    Ok(Answer::json(200, &with_stats(call, row)))
}

pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let mut body = call.body(&PATCH)?;
    once_each(&mut body);
    let row = call
        .row(TABLE, &call.param(0))
        .ok_or_else(|| not_exists("hook"))?; // 1119
    Ok(Answer::json(200, &call.patch(TABLE, COLUMNS, row, &body)?))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    call.tables
        .delete(TABLE, &call.param(0))
        .ok_or_else(not_found)?; // 1120
    Ok(Answer::empty(204))
}

/// 1150, 1155
pub(super) fn rotate_key(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let mut row = call.row(TABLE, &id).ok_or_else(|| not_exists("hook"))?;
    row["signingKey"] = json!(random::base62(32));
    call.tables.put(TABLE, &id, row.clone());
    Ok(Answer::json(200, &row))
}

/// Nothing is sent, so it always fails as an address that nobody listens at does (1152).
pub(super) fn test(_call: &mut Call<'_>) -> Reply {
    let message = "Failed to send test payload: TypeError: fetch failed";
    Err(coded(422, "hook.send_test_payload_failed", message))
}

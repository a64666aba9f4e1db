//! What the server writes down of others: tokens that it gave (`pristine.jsonl` 83,
//! `systems-dashboard-logs.jsonl`) and calls of webhooks, as Logto v1.42.0's sources have them
//! (`libraries/hook`, `routes/log.ts`, `queries/log.ts`); no call of a webhook was recorded.
//!
//! It is kept while the sandbox runs and not in its world: two runs that did the same differ in it.
//! A write through the Management API leaves no row of its own (reference/logto-management.md,
//! "systems, dashboard, logs"), only that of a webhook which listens to its event. Rows that people
//! make by signing in are played by none; a seed may hold some, in the table `logs`.

use std::cmp::Reverse;
use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::call::{Call, text};
use super::hooks;
use super::page::{Paging, plain};
use super::refusal::{Refusal, Reply, coded, no_such_id};
use super::route::Route;
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

/// Rows of a seed.
const TABLE: &str = "logs";
/// So many are kept.
const MOST: usize = 10_000;
/// What keys of webhooks' rows begin with.
const HOOK: &str = "TriggerHook.";
/// The log's own key of a machine's token (`pristine.jsonl` 83).
const MACHINE: &str = "ExchangeTokenBy.ClientCredentials";
/// Everybody is on this machine.
const ADDRESS: &str = "127.0.0.1";

/// The rows, the newest first.
#[derive(Debug, Default)]
pub(super) struct Log(VecDeque<Value>);

/// Which write is which event: `managementApiHooksRegistration`, and where the routes of users and
/// of organizations' members say so themselves.
const EVENTS: &[(&str, &str, &str)] = &[
    ("POST", "/users", "User.Created"),
    ("DELETE", "/users/:userId", "User.Deleted"),
    ("PATCH", "/users/:userId", "User.Data.Updated"),
    ("PATCH", "/users/:userId/custom-data", "User.Data.Updated"),
    ("PATCH", "/users/:userId/profile", "User.Data.Updated"),
    ("PATCH", "/users/:userId/password", "User.Data.Updated"),
    (
        "PATCH",
        "/users/:userId/is-suspended",
        "User.SuspensionStatus.Updated",
    ),
    ("POST", "/roles", "Role.Created"),
    ("DELETE", "/roles/:id", "Role.Deleted"),
    ("PATCH", "/roles/:id", "Role.Data.Updated"),
    ("POST", "/roles/:id/scopes", "Role.Scopes.Updated"),
    (
        "DELETE",
        "/roles/:id/scopes/:scopeId",
        "Role.Scopes.Updated",
    ),
    ("POST", "/resources/:resourceId/scopes", "Scope.Created"),
    (
        "DELETE",
        "/resources/:resourceId/scopes/:scopeId",
        "Scope.Deleted",
    ),
    (
        "PATCH",
        "/resources/:resourceId/scopes/:scopeId",
        "Scope.Data.Updated",
    ),
    ("POST", "/organizations", "Organization.Created"),
    ("DELETE", "/organizations/:id", "Organization.Deleted"),
    ("PATCH", "/organizations/:id", "Organization.Data.Updated"),
    ("POST", "/organizations/:id/users", MEMBERSHIP),
    ("PUT", "/organizations/:id/users", MEMBERSHIP),
    ("DELETE", "/organizations/:id/users/:userId", MEMBERSHIP),
    ("POST", "/organizations/:id/applications", MEMBERSHIP),
    ("PUT", "/organizations/:id/applications", MEMBERSHIP),
    (
        "DELETE",
        "/organizations/:id/applications/:applicationId",
        MEMBERSHIP,
    ),
    ("POST", "/organization-roles", "OrganizationRole.Created"),
    (
        "DELETE",
        "/organization-roles/:id",
        "OrganizationRole.Deleted",
    ),
    (
        "PATCH",
        "/organization-roles/:id",
        "OrganizationRole.Data.Updated",
    ),
    ("POST", "/organization-scopes", "OrganizationScope.Created"),
    (
        "DELETE",
        "/organization-scopes/:id",
        "OrganizationScope.Deleted",
    ),
    (
        "PATCH",
        "/organization-scopes/:id",
        "OrganizationScope.Data.Updated",
    ),
    (
        "PUT",
        "/organization-roles/:id/scopes",
        "OrganizationRole.Scopes.Updated",
    ),
    (
        "POST",
        "/organization-roles/:id/scopes",
        "OrganizationRole.Scopes.Updated",
    ),
    (
        "DELETE",
        "/organization-roles/:id/scopes/:organizationScopeId",
        "OrganizationRole.Scopes.Updated",
    ),
];
const MEMBERSHIP: &str = "Organization.Membership.Updated";

impl Log {
    fn add(&mut self, tenant: &str, key: &str, payload: &Value, now_ms: u64) {
        let row = json!({
            "tenantId": tenant,
            "id": random::base36(21),
            "key": key,
            "payload": payload,
            "createdAt": now_ms,
        });
        self.0.push_front(row);
        self.0.truncate(MOST);
    }
}

/// Notes a request for a token: whose it was and with which secret, if that is known, and whether
/// there is one.
pub(super) fn note_token(call: &mut Call<'_>, client: Option<(&str, &str)>, scope: Option<&str>) {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&call.request.body)
        .into_owned()
        .collect();
    let mut params = Map::new();
    for (name, value) in form {
        let shown = match name.as_str() {
            "client_id" => continue,
            "client_secret" => "******".to_owned(),
            _ => value,
        };
        params.insert(name, json!(shown));
    }
    let result = if scope.is_some() { "Success" } else { "Error" };
    let mut payload = json!({
        "key": MACHINE, "result": result, "ip": ADDRESS, "params": params, "tokenTypes": [],
    });
    if let Some((application, secret)) = client {
        payload["applicationId"] = json!(application);
        let mut secrets = call.tables.rows("application_secrets").map(|(_, row)| row);
        let used =
            secrets.find(|row| row["applicationId"] == application && row["value"] == secret);
        payload["applicationSecret"] = json!({"name": used.map(|row| text(row, "name"))});
    }
    if let Some(scope) = scope {
        payload["tokenTypes"] = json!(["AccessToken"]);
        if !scope.is_empty() {
            payload["scope"] = json!(scope);
        }
    }
    call.log
        .add(&call.settings.id, MACHINE, &payload, call.now_ms);
}

/// Notes the calls of the webhooks that listen to what a request did. Each is said to have
/// succeeded, though nothing leaves the machine.
pub(super) fn note_hooks(call: &mut Call<'_>, route: &Route, answer: &Answer) {
    let path = route.path.strip_prefix("/api").unwrap_or(route.path);
    let Some((_, matched, event)) = EVENTS
        .iter()
        .find(|(method, known, _)| *method == route.method && is_alike(known, path))
    else {
        return;
    };
    let listening: Vec<String> = (call.tables.rows(hooks::TABLE))
        .filter(|(_, hook)| listens(hook, event))
        .map(|(id, _)| id.to_owned())
        .collect();
    for hook in listening {
        let mut body = event_body(call, matched, event, answer);
        body["hookId"] = json!(hook);
        let key = format!("{HOOK}{event}");
        let payload = json!({
            "key": key,
            "result": "Success",
            "hookId": hook,
            "hookRequest": {"body": body},
            "response": {"statusCode": 200, "body": ""},
        });
        call.log.add(&call.settings.id, &key, &payload, call.now_ms);
    }
}

fn event_body(call: &Call<'_>, matched: &str, event: &str, answer: &Answer) -> Value {
    let names = matched.split('/').filter_map(|part| part.strip_prefix(':'));
    let params: Map<String, Value> = names
        .zip(&call.params)
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    let path = &call.request.path;
    let mut body = json!({
        "event": event,
        "createdAt": moment(call.now_ms),
        "ip": ADDRESS,
        "path": path.strip_prefix("/api").unwrap_or(path),
        "method": call.request.method,
        "status": answer.status,
        "params": params,
        "matchedRoute": matched,
    });
    if let Some(agent) = call.request.header("user-agent") {
        body["userAgent"] = json!(agent);
    }
    if event == MEMBERSHIP {
        body["organizationId"] = json!(call.param(0));
    } else if let Some(data) = answer.as_json() {
        body["data"] = data;
    }
    body
}

fn moment(now_ms: u64) -> String {
    let ms = i64::try_from(now_ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |at| at.to_string())
}

/// Whether two paths are the same but for what their parameters are called.
fn is_alike(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.split('/'), other.split('/'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || (a.starts_with(':') && b.starts_with(':')) => {}
            _ => return false,
        }
    }
}

/// An enabled one with that event; `event` counts where there are no `events`.
fn listens(hook: &Value, event: &str) -> bool {
    let events = hook["events"].as_array().map_or(&[][..], Vec::as_slice);
    let named = match events {
        [] => hook["event"] == event,
        events => events.iter().any(|one| one == event),
    };
    hook["enabled"] == true && named
}

/// The tenant's own log, without the webhooks'.
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let rows = rows(call, |row| !text(row, "key").starts_with(HOOK))?;
    let rows = matching(rows, call, "userId");
    let rows = matching(rows, call, "applicationId");
    plain(call, rows, Paging::Always)
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let rows = rows(call, |row| row["id"] == id.as_str())?;
    let row = rows.first().ok_or_else(|| no_such_id(TABLE, &id))?;
    Ok(Answer::json(200, row))
}

/// What a webhook was called with, of the last day unless another time is asked for
/// (`hooks.jsonl` 1151).
pub(super) fn of_hook(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let is_asked = ["start_time", "end_time"].map(|name| call.query(name).is_some());
    let since = match is_asked {
        [false, false] => call.now_ms.saturating_sub(24 * 60 * 60 * 1000),
        _ => 0,
    };
    let rows = rows(call, |row| {
        text(row, "key").starts_with(HOOK)
            && row["payload"]["hookId"] == id.as_str()
            && row["createdAt"].as_u64() >= Some(since)
    })?;
    plain(call, rows, Paging::Always)
}

/// The rows of the key and the time that were asked for, the newest first.
fn rows<'a>(
    call: &'a Call<'_>,
    is_meant: impl Fn(&Value) -> bool,
) -> Result<Vec<&'a Value>, Refusal> {
    let bound = |name: &str| match call.query(name) {
        None => Ok(None),
        Some(text) => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(coded(
                400,
                "guard.invalid_input",
                "The request input is invalid.",
            )),
        },
    };
    let (from, to) = (bound("start_time")?, bound("end_time")?);
    let key = call.query("logKey");
    let seeded = call.tables.rows(TABLE).map(|(_, row)| row);
    let mut rows: Vec<&Value> = call.log.0.iter().chain(seeded).collect();
    rows.retain(|row| {
        let at = row["createdAt"].as_f64().unwrap_or_default();
        key.as_ref().is_none_or(|key| row["key"] == key.as_str())
            && from.is_none_or(|from| at >= from)
            && to.is_none_or(|to| at <= to)
            && is_meant(row)
    });
    rows.sort_by_key(|row| Reverse(row["createdAt"].as_u64()));
    Ok(rows)
}

/// Those whose payload has what a parameter of that name asks for.
fn matching<'a>(mut rows: Vec<&'a Value>, call: &Call<'_>, name: &str) -> Vec<&'a Value> {
    if let Some(wanted) = call.query(name) {
        rows.retain(|row| row["payload"][name] == wanted.as_str());
    }
    rows
}

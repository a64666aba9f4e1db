//! What is in a new tenant (`pristine.jsonl`, section 2.2 of the reference).

use serde_json::{Value, json};

use super::application_parts::new_secret;
use super::bearer;
use super::call::Call;
use super::column::{Column, fresh as fresh_row};
use super::relations::{APPLICATIONS_ROLES, RELATIONS, ROLES_SCOPES};
use super::settings::{ClientPlace, Settings};
use super::{applications, collections, hooks, resources, roles, scopes, users};
use crate::sandbox::random;
use crate::sandbox::tables::Tables;
use crate::sandbox::world::real_now_ms;

/// The Management API's resource (`pristine.jsonl` 49).
pub(super) const MANAGEMENT: &str = "management-api";
/// Its one scope (`pristine.jsonl` 50).
pub(super) const MANAGEMENT_ALL: &str = "management-api-all";
/// The hidden role behind `isAdmin` (`roles.jsonl` 560).
pub(super) const ADMIN_ROLE: &str = "admin-role";
/// Clients that live in the admin tenant.
pub(super) const ADMIN_CLIENTS: &str = "admin_clients";

/// The tables of a new tenant.
pub(super) fn fresh(settings: &Settings) -> Tables {
    let mut tables = Tables::default();
    bearer::make_key(&mut tables);
    let tenant = &settings.id;
    let now = real_now_ms();
    let indicator = settings.resource.clone().unwrap_or_default();
    put(
        &mut tables,
        "resources",
        MANAGEMENT,
        json!({
            "tenantId": tenant, "name": "Logto Management API", "indicator": indicator,
            "isDefault": false, "accessTokenTtl": 3600,
        }),
    );
    put(
        &mut tables,
        "scopes",
        MANAGEMENT_ALL,
        json!({
            "tenantId": tenant, "resourceId": MANAGEMENT, "name": "all",
            "description": "Default scope for Management API, allows all permissions.",
            "createdAt": now,
        }),
    );
    let access = random::base36(21);
    put(
        &mut tables,
        "roles",
        &access,
        json!({
            "tenantId": tenant, "name": "Logto Management API access",
            "description": "This default role grants access to the Logto management API.",
            "type": "MachineToMachine", "isDefault": false,
        }),
    );
    ROLES_SCOPES.add(&mut tables, &access, MANAGEMENT_ALL);
    put(
        &mut tables,
        "roles",
        ADMIN_ROLE,
        json!({
            "tenantId": tenant, "name": "#internal:admin",
            "description": format!("Internal admin role for Logto tenant {tenant}."),
            "type": "MachineToMachine", "isDefault": false,
        }),
    );
    ROLES_SCOPES.add(&mut tables, ADMIN_ROLE, MANAGEMENT_ALL);
    add_client(&mut tables, settings);
    tables
}

/// The client of the settings, with the first role that reaches the whole Management API.
pub(super) fn add_client(tables: &mut Tables, settings: &Settings) {
    let now_ms = real_now_ms();
    let id = &settings.client_id;
    match settings.client_place {
        ClientPlace::Admin => {
            tables.put(ADMIN_CLIENTS, id, json!({"secret": settings.client_secret}));
        }
        ClientPlace::Application => {
            let body = json!({"name": settings.client_name, "type": "MachineToMachine"});
            let mut row = Value::Object(fresh_row(applications::COLUMNS, &body, now_ms));
            row["tenantId"] = json!(settings.id);
            put(tables, "applications", id, row);
            let secret = &settings.client_secret;
            new_secret(
                tables,
                &settings.id,
                id,
                "Default secret",
                secret,
                &Value::Null,
                now_ms,
            );
            let access = ROLES_SCOPES.lefts(tables, MANAGEMENT_ALL);
            if let Some(role) = access.first() {
                APPLICATIONS_ROLES.add(tables, id, role);
            }
        }
    }
}

fn put(tables: &mut Tables, table: &str, id: &str, mut row: Value) {
    row["id"] = json!(id);
    tables.put(table, id, row);
}

/// Lets the Management API's indicator follow the address of the sandbox, where the tenant is one
/// of the Cloud and its indicator is its endpoint and `/api`.
pub(super) fn follow_base(call: &mut Call<'_>) {
    if call.settings.resource.is_some() {
        return;
    }
    let indicator = format!("{}/api", call.request.base);
    let row = call.tables.get("resources", MANAGEMENT);
    if let Some(mut row) = row.filter(|row| row["indicator"] != *indicator).cloned() {
        row["indicator"] = json!(indicator);
        call.tables.put("resources", MANAGEMENT, row);
    }
}

/// A row with what a created one would have besides: its id, the tenant, the defaults; a pair of a
/// relation from its id, `LEFT/RIGHT`.
pub(super) fn completed(settings: &Settings, table: &str, id: &str, row: Value) -> Value {
    if let Some(relation) = RELATIONS.iter().find(|relation| relation.table() == table) {
        return relation.row(id).unwrap_or(row);
    }
    let columns: &[Column] = match table {
        applications::TABLE => applications::COLUMNS,
        resources::TABLE => resources::COLUMNS,
        roles::TABLE => roles::COLUMNS,
        scopes::TABLE => scopes::COLUMNS,
        users::TABLE => users::COLUMNS,
        hooks::TABLE => hooks::COLUMNS,
        other => match collections::columns(other) {
            Some(columns) => columns,
            None => return row,
        },
    };
    let mut completed = fresh_row(columns, &json!({}), real_now_ms());
    completed.insert("id".to_owned(), json!(id));
    completed.insert("tenantId".to_owned(), json!(settings.id));
    completed.extend(row.as_object().cloned().unwrap_or_default());
    Value::Object(completed)
}

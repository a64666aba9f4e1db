//! Roles of organizations: created with their scopes, shown with them in the list.
//! `organization-roles.jsonl`. The lists of scopes themselves are in [`links`](super::links).

use serde_json::{Value, json};

use super::call::{Call, text, texts};
use super::collections::{made, rows};
use super::page::{Paging, listed};
use super::refusal::{Reply, no_such_key, not_found};
use super::relations::{
    JIT_ROLES, ORGANIZATION_ROLES_RESOURCE_SCOPES, ORGANIZATION_ROLES_SCOPES, rows_of,
};
use super::shape::{Shape, TEXT, optional};
use super::{access_control, members};
use crate::sandbox::exchange::Answer;
use crate::sandbox::tables::Tables;

pub(super) const TABLE: &str = "organization_roles";

const LIST: Shape = Shape::List(&TEXT, 0);
const SCOPES: Shape = Shape::Object(&[
    optional("organizationScopeIds", LIST),
    optional("resourceScopeIds", LIST),
]);

/// All or nothing (723).
pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.body(&SCOPES)?;
    let own = texts(&body, "organizationScopeIds");
    let of_resources = texts(&body, "resourceScopeIds");
    let known =
        |tables: &Tables, table, ids: &[String]| rows_of(tables, table, ids).len() == ids.len();
    let sound = known(call.tables, "organization_scopes", &own)
        && known(call.tables, "scopes", &of_resources);
    if !sound && call.body(&Shape::Free)?.get("name").is_some() {
        return Err(no_such_key());
    }
    let row = made(call)?;
    let id = text(&row, "id");
    for scope in &own {
        ORGANIZATION_ROLES_SCOPES.add(call.tables, &id, scope);
    }
    for scope in &of_resources {
        ORGANIZATION_ROLES_RESOURCE_SCOPES.add(call.tables, &id, scope);
    }
    Ok(Answer::json(201, &row))
}

/// Each with its scopes in brief (735).
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    listed(call, rows(call)?, Paging::Always, |call, mut rows| {
        for row in &mut rows {
            let id = text(row, "id");
            row["scopes"] = scopes(call, &id);
            row["resourceScopes"] = resource_scopes(call, &id);
        }
        rows
    })
}

fn scopes(call: &Call<'_>, role: &str) -> Value {
    let ids = ORGANIZATION_ROLES_SCOPES.rights(call.tables, role);
    let rows = rows_of(call.tables, "organization_scopes", &ids).into_iter();
    rows.map(|row| json!({"id": row["id"], "name": row["name"]}))
        .collect()
}

fn resource_scopes(call: &Call<'_>, role: &str) -> Value {
    let ids = ORGANIZATION_ROLES_RESOURCE_SCOPES.rights(call.tables, role);
    let rows = rows_of(call.tables, "scopes", &ids).into_iter();
    let brief = |row: &Value| {
        let resource = call
            .row("resources", &text(row, "resourceId"))
            .unwrap_or_default();
        let resource = json!({"id": resource["id"], "name": resource["name"]});
        json!({"id": row["id"], "name": row["name"], "resource": resource})
    };
    rows.map(brief).collect()
}

/// Without its scopes (752), and with a refusal of its own (732).
pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let row = call.row(TABLE, &call.param(0)).ok_or_else(not_found)?;
    Ok(Answer::json(200, &row))
}

/// Takes away what hangs on a role that went (`organizations.jsonl` 927).
pub(super) fn forget(call: &mut Call<'_>, role: &str) {
    ORGANIZATION_ROLES_SCOPES.delete_left(call.tables, role);
    ORGANIZATION_ROLES_RESOURCE_SCOPES.delete_left(call.tables, role);
    JIT_ROLES.delete_right(call.tables, role);
    members::forget_role(call.tables, role);
    access_control::forget_organization_role(call, role);
}

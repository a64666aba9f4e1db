//! Roles. `roles.jsonl`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::call::{Call, text, texts};
use super::column::{Column, Fill, Written, column};
use super::page::{Paging, listed};
use super::refusal::{Refusal, Reply, coded, no_such_id};
use super::relations::{APPLICATIONS_ROLES, ROLES_SCOPES, Relation, USERS_ROLES};
use super::role_relations::{assignable, sound_scopes};
use super::search::{NAMED, found};
use super::shape::{Shape, TEXT, optional, required, text as length};
use super::{access_control, applications};
use crate::sandbox::exchange::Answer;

pub(super) const TABLE: &str = "roles";

pub(super) const COLUMNS: &[Column] = &[
    column("name", Fill::Null, Written::Always),
    column("description", Fill::Null, Written::Always),
    column("type", Fill::Text("User"), Written::Once), // 431; ignored later: 486, 487
    column("isDefault", Fill::False, Written::Always), // 447, 490
];

const TYPES: Shape = Shape::Choice(&["User", "MachineToMachine"]); // 441

const CREATE: Shape = Shape::Object(&[
    required("name", length(1, 128)),
    required("description", length(1, 128)), // 435 to 437, 443
    optional("type", TYPES),
    optional("isDefault", Shape::Bool),
    optional("scopeIds", Shape::List(&TEXT, 0)),
]);

const PATCH: Shape = Shape::Object(&[
    optional("name", length(1, 128)),
    optional("description", length(1, 128)), // no null: 485
    optional("isDefault", Shape::Bool),
]);

/// Roles whose names begin with `#internal:` are not listed (`extra-verify.jsonl` 22).
pub(super) fn is_internal(role: &Value) -> bool {
    text(role, "name").starts_with("#internal:")
}

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let rows = call
        .all(TABLE)
        .into_iter()
        .filter(|role| !is_internal(role));
    let mut rows = found(call, rows.collect(), &NAMED)?; // 478 to 480
    if let Some(wanted) = call.query("type") {
        rows.retain(|role| role["type"] == *wanted); // 477
    }
    for (name, relation) in [
        ("excludeUserId", USERS_ROLES),
        ("excludeApplicationId", APPLICATIONS_ROLES),
    ] {
        if let Some(holder) = call.query(name) {
            rows.retain(|role| !relation.has(call.tables, &holder, &text(role, "id")));
        }
    }
    listed(call, rows, Paging::Always, with_holders)
}

/// The list shows who holds a role; `GET :id` does not. The members of `featured…` are an
/// inference from the console's needs: no recording has a holder.
fn with_holders(call: &Call<'_>, mut rows: Vec<Value>) -> Vec<Value> {
    let by_role = |relation: &Relation| {
        let mut holders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (holder, role) in relation.pairs(call.tables) {
            holders
                .entry(role.to_owned())
                .or_default()
                .push(holder.to_owned());
        }
        holders
    };
    let (users, applications) = (by_role(&USERS_ROLES), by_role(&APPLICATIONS_ROLES));
    let none = Vec::new();
    let named = |table: &str, ids: &[String], names: &[&str]| -> Value {
        let rows = ids.iter().filter_map(|id| call.tables.get(table, id));
        rows.take(3).map(|row| picked(row, names)).collect()
    };
    for role in &mut rows {
        let id = text(role, "id");
        let users = users.get(&id).unwrap_or(&none);
        // Only machine-to-machine applications count (`role-applications.jsonl` 548, 551).
        let machines: Vec<_> = applications
            .get(&id)
            .unwrap_or(&none)
            .iter()
            .filter(|id| applications::is_machine(call, id))
            .cloned()
            .collect();
        role["usersCount"] = json!(users.len());
        role["featuredUsers"] = named("users", users, &["id", "avatar", "name"]);
        role["applicationsCount"] = json!(machines.len());
        role["featuredApplications"] = named("applications", &machines, &["id", "name", "type"]);
    }
    rows
}

fn picked(row: &Value, names: &[&str]) -> Value {
    let cells = names
        .iter()
        .map(|name| ((*name).to_owned(), row[*name].clone()));
    Value::Object(cells.collect())
}

/// The role is there even if a scope of it is then refused (444, 445).
pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.body(&CREATE)?;
    free_name(call, &text(&body, "name"), "")?;
    let row = call.insert(TABLE, COLUMNS, &body, 21);
    let scopes = texts(&body, "scopeIds");
    sound_scopes(call, &scopes)?;
    assignable(&row, &scopes, call)?;
    for scope in scopes {
        ROLES_SCOPES.add(call.tables, &text(&row, "id"), &scope);
    }
    Ok(Answer::json(200, &row))
}

/// Both types share one space of names, to the letter (438 to 440, 450).
fn free_name(call: &Call<'_>, name: &str, own_id: &str) -> Result<(), Refusal> {
    let mut rows = call.tables.rows(TABLE);
    if rows.any(|(id, role)| id != own_id && role["name"] == name) {
        let message = format!("This role name {name} is already in use");
        return Err(coded(422, "role.name_in_use", &message));
    }
    Ok(())
}

/// The role with that id, or the refusal that all its routes share (458 to 460).
pub(super) fn role(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.row(TABLE, id).ok_or_else(|| no_such_id(TABLE, id))
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &role(call, &call.param(0))?))
}

pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let body = call.body(&PATCH)?;
    let row = role(call, &id)?;
    if let Some(name) = body["name"].as_str() {
        free_name(call, name, &id)?; // 482, 483
    }
    Ok(Answer::json(200, &call.patch(TABLE, COLUMNS, row, &body)?))
}

/// The built-in ones too (562, `extra-builtin-role.jsonl` 54).
pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    call.tables
        .delete(TABLE, &id)
        .ok_or_else(|| no_such_id(TABLE, &id))?;
    ROLES_SCOPES.delete_left(call.tables, &id);
    USERS_ROLES.delete_right(call.tables, &id);
    APPLICATIONS_ROLES.delete_right(call.tables, &id);
    access_control::forget(call, "userRoleIds", &id);
    Ok(Answer::empty(204))
}

//! An application's roles, with the PUT that is broken. `applications.jsonl` 266 to 281,
//! `extra-app-roles-put.jsonl`.

use serde_json::{Value, json};

use super::applications::application;
use super::call::{Call, text, texts};
use super::page::{Paging, plain};
use super::refusal::{Refusal, Reply, coded, constraint, internal, not_found, nothing_to_write};
use super::relations::{APPLICATIONS_ROLES, repeated, rows_of};
use super::roles::{is_internal, role};
use super::search::{NAMED, found};
use super::shape::{Shape, TEXT, required};
use crate::sandbox::exchange::Answer;

const IDS: Shape = Shape::Object(&[required("roleIds", Shape::List(&TEXT, 0))]); // 271

/// The id of the application, which must be a machine: each of these routes refuses another (seen on
/// a running server).
fn machine(call: &Call<'_>) -> Result<String, Refusal> {
    let application = application(call)?;
    if application["type"] != "MachineToMachine" {
        let message = "Only machine to machine applications can have associated roles.";
        return Err(coded(422, "application.invalid_type", message));
    }
    Ok(text(&application, "id"))
}

/// The hidden role is not shown (`extra-builtin-role.jsonl` 60).
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let id = machine(call)?;
    let ids = APPLICATIONS_ROLES.rights(call.tables, &id);
    let mut rows = rows_of(call.tables, "roles", &ids);
    rows.retain(|role| !is_internal(role));
    let rows = found(call, rows, &NAMED)?;
    plain(call, rows, Paging::Always)
}

/// The roles with these ids; an unknown one is refused (270).
fn known(call: &Call<'_>, ids: &[String]) -> Result<Vec<Value>, Refusal> {
    ids.iter().map(|id| role(call, id)).collect()
}

fn is_machines(role: &Value) -> bool {
    role["type"] == "MachineToMachine"
}

/// One that is there already is no error (268).
pub(super) fn add(call: &mut Call<'_>) -> Reply {
    let ids = texts(&call.body(&IDS)?, "roleIds");
    let id = machine(call)?;
    if !known(call, &ids)?.iter().all(is_machines) {
        // 422 is section 1.6's; the code is the one of `user-roles.jsonl` 664, an inference.
        let message = "Invalid role type, can not assign user role to application.";
        return Err(coded(422, "application.invalid_role_type", message));
    }
    let new: Vec<_> = ids
        .iter()
        .filter(|role| !APPLICATIONS_ROLES.has(call.tables, &id, role))
        .collect();
    for role in &new {
        APPLICATIONS_ROLES.add(call.tables, &id, role);
    }
    Ok(Answer::json(
        201,
        &json!({"roleIds": ids, "addedRoleIds": new}),
    ))
}

/// Takes away what is not in the list, the hidden role included (`extra-app-roles-put.jsonl` 20,
/// 21), then fails if there is nothing to add (276, 277; extra 7 to 11).
pub(super) fn replace(call: &mut Call<'_>) -> Reply {
    let ids = texts(&call.body(&IDS)?, "roleIds");
    let id = machine(call)?;
    let roles = known(call, &ids)?;
    for old in APPLICATIONS_ROLES.rights(call.tables, &id) {
        if !ids.contains(&old) {
            APPLICATIONS_ROLES.delete(call.tables, &id, &old);
        }
    }
    let held = |role: &String| APPLICATIONS_ROLES.has(call.tables, &id, role);
    let new: Vec<_> = ids.iter().filter(|role| !held(role)).cloned().collect();
    if new.is_empty() {
        return Err(nothing_to_write());
    }
    if !roles.iter().all(is_machines) {
        return Err(constraint()); // section 1.6; the code is that of users, an inference
    }
    if repeated(&new).is_some() {
        return Err(internal()); // 278
    }
    for role in &new {
        APPLICATIONS_ROLES.add(call.tables, &id, role);
    }
    Ok(Answer::text(200, "OK"))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let (id, role) = (machine(call)?, call.param(1));
    let was_there = APPLICATIONS_ROLES.delete(call.tables, &id, &role);
    was_there.then(|| Answer::empty(204)).ok_or_else(not_found) // 281
}

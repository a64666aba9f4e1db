//! A user's roles. `user-roles.jsonl`.

use serde_json::{Value, json};

use super::call::{Call, text, texts};
use super::page::{Paging, plain};
use super::refusal::{Refusal, Reply, coded, constraint, internal, not_found};
use super::relations::{USERS_ROLES, repeated, rows_of};
use super::roles::role;
use super::search::{NAMED, found};
use super::shape::{Shape, TEXT, required};
use super::users::user;
use crate::sandbox::exchange::Answer;

const IDS: Shape = Shape::Object(&[required("roleIds", Shape::List(&TEXT, 0))]); // 665

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let id = text(&user(call)?, "id");
    let ids = USERS_ROLES.rights(call.tables, &id);
    let rows = found(call, rows_of(call.tables, "roles", &ids), &NAMED)?;
    plain(call, rows, Paging::Always)
}

/// The roles with these ids; an unknown one is refused (663, 671).
fn known(call: &Call<'_>, ids: &[String]) -> Result<Vec<Value>, Refusal> {
    ids.iter().map(|id| role(call, id)).collect()
}

/// One that is there already is no error (662).
pub(super) fn add(call: &mut Call<'_>) -> Reply {
    let ids = texts(&call.body(&IDS)?, "roleIds");
    let user = text(&user(call)?, "id");
    for role in known(call, &ids)? {
        if role["type"] != "User" {
            // 664
            let message = "Invalid role type, can not assign machine-to-machine role to user.";
            return Err(coded(422, "user.invalid_role_type", message));
        }
    }
    let new: Vec<_> = ids
        .iter()
        .filter(|id| !USERS_ROLES.has(call.tables, &user, id))
        .collect();
    for role in &new {
        USERS_ROLES.add(call.tables, &user, role);
    }
    Ok(Answer::json(
        201,
        &json!({"roleIds": ids, "addedRoleIds": new}),
    ))
}

/// Takes the old ones away before it finds that a new one is of the wrong type (673, 674).
pub(super) fn replace(call: &mut Call<'_>) -> Reply {
    let ids = texts(&call.body(&IDS)?, "roleIds");
    let user = text(&user(call)?, "id");
    let roles = known(call, &ids)?;
    for old in USERS_ROLES.rights(call.tables, &user) {
        if !ids.contains(&old) {
            USERS_ROLES.delete(call.tables, &user, &old);
        }
    }
    if roles.iter().any(|role| role["type"] != "User") {
        return Err(constraint());
    }
    let new: Vec<_> = ids
        .iter()
        .filter(|id| !USERS_ROLES.has(call.tables, &user, id))
        .cloned()
        .collect();
    if repeated(&new).is_some() {
        return Err(internal()); // as for applications, an inference
    }
    for role in &new {
        USERS_ROLES.add(call.tables, &user, role);
    }
    Ok(Answer::json(200, &json!({"roleIds": ids})))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let (id, role) = (text(&user(call)?, "id"), call.param(1));
    let was_there = USERS_ROLES.delete(call.tables, &id, &role);
    was_there.then(|| Answer::empty(204)).ok_or_else(not_found) // 676
}

//! Scopes, users and applications of a role. `role-scopes.jsonl`, `role-users.jsonl`,
//! `role-applications.jsonl`.

use serde_json::{Value, json};

use super::call::{Call, text, texts};
use super::page::{Paging, listed, plain};
use super::refusal::{Refusal, Reply, coded, constraint, internal, no_such_id, not_found};
use super::relations::{
    APPLICATIONS_ROLES, ROLES_SCOPES, Relation, USERS_ROLES, repeated, rows_of,
};
use super::roles::role;
use super::search::{APPLICATIONS, NAMED, USERS, found};
use super::seed::MANAGEMENT;
use super::shape::{Shape, TEXT, required};
use super::{applications, users};
use crate::sandbox::exchange::Answer;

const IDS: Shape = Shape::List(&TEXT, 1); // `role-scopes.jsonl` 501
const SCOPES: Shape = Shape::Object(&[required("scopeIds", IDS)]);
const USER_IDS: Shape = Shape::Object(&[required("userIds", IDS)]);
const APPLICATION_IDS: Shape = Shape::Object(&[required("applicationIds", IDS)]);

/// Each scope with its resource (`role-scopes.jsonl` 497).
pub(super) fn list_scopes(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    role(call, &id)?; // 526
    let ids = ROLES_SCOPES.rights(call.tables, &id);
    let rows = found(call, rows_of(call.tables, "scopes", &ids), &NAMED)?;
    listed(call, rows, Paging::OnRequest, |call, mut rows| {
        for scope in &mut rows {
            let resource = call.row("resources", &text(scope, "resourceId"));
            scope["resource"] = resource.unwrap_or_default();
        }
        rows
    })
}

/// All or nothing: 496, 499. Answers with the role's scopes (that it is all of them and not the
/// added ones alone is an inference).
pub(super) fn add_scopes(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let scopes = texts(&call.body(&SCOPES)?, "scopeIds");
    let role = role(call, &id)?; // 525
    for scope in &scopes {
        if ROLES_SCOPES.has(call.tables, &id, scope) {
            let message = format!("The scope id {scope} has already been added to this role");
            return Err(coded(422, "role.scope_exists", &message)); // 495
        }
    }
    sound_scopes(call, &scopes)?; // 500
    assignable(&role, &scopes, call)?; // 503
    if repeated(&scopes).is_some() {
        return Err(internal()); // 498
    }
    for scope in &scopes {
        ROLES_SCOPES.add(call.tables, &id, scope);
    }
    let all = ROLES_SCOPES.rights(call.tables, &id);
    let rows = rows_of(call.tables, "scopes", &all);
    Ok(Answer::json(201, &json!(rows)))
}

/// Refuses scopes that are not there.
pub(super) fn sound_scopes(call: &Call<'_>, scopes: &[String]) -> Result<(), Refusal> {
    let unknown = scopes
        .iter()
        .find(|scope| !call.tables.has("scopes", scope));
    unknown.map_or(Ok(()), |scope| Err(no_such_id("scopes", scope)))
}

/// The Management API's scopes are for machine roles.
pub(super) fn assignable(role: &Value, scopes: &[String], call: &Call<'_>) -> Result<(), Refusal> {
    let management = |scope: &String| {
        let row = call.tables.get("scopes", scope);
        row.is_some_and(|row| row["resourceId"] == MANAGEMENT)
    };
    if role["type"] == "User" && scopes.iter().any(management) {
        let code = "role.management_api_scopes_not_assignable_to_user_role";
        let message = "Cannot assign Management API scopes to a user role.";
        return Err(coded(400, code, message));
    }
    Ok(())
}

pub(super) fn delete_scope(call: &mut Call<'_>) -> Reply {
    let (role, scope) = (call.param(0), call.param(1));
    unpaired(ROLES_SCOPES.delete(call.tables, &role, &scope)) // 522 to 524
}

fn unpaired(was_there: bool) -> Reply {
    was_there.then(|| Answer::empty(204)).ok_or_else(not_found)
}

pub(super) fn list_users(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    role(call, &id)?;
    let ids = USERS_ROLES.lefts(call.tables, &id);
    let rows = found(call, rows_of(call.tables, "users", &ids), &USERS)?;
    listed(call, rows, Paging::Always, |_, rows| {
        rows.iter().map(users::shown).collect()
    })
}

pub(super) fn add_users(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let ids = texts(&call.body(&USER_IDS)?, "userIds");
    let role = role(call, &id)?;
    let held = ids
        .iter()
        .find(|user| USERS_ROLES.has(call.tables, user, &id));
    if let Some(user) = held {
        // The code is section 1.6's; the message is an inference.
        let message = format!("The user id {user} has already been added to this role");
        return Err(coded(422, "role.user_exists", &message));
    }
    if ids.iter().any(|user| !call.tables.has("users", user)) {
        return Err(not_found()); // `role-users.jsonl` 533
    }
    if role["type"] != "User" {
        return Err(constraint()); // 535
    }
    paired(call, &USERS_ROLES, &ids, &id)
}

/// Adds the pairs; a repeated id breaks a unique index (`role-scopes.jsonl` 498).
fn paired(call: &mut Call<'_>, relation: &Relation, lefts: &[String], role: &str) -> Reply {
    if repeated(lefts).is_some() {
        return Err(internal());
    }
    for left in lefts {
        relation.add(call.tables, left, role);
    }
    Ok(Answer::text(201, "Created"))
}

pub(super) fn delete_user(call: &mut Call<'_>) -> Reply {
    let (role, user) = (call.param(0), call.param(1));
    unpaired(USERS_ROLES.delete(call.tables, &user, &role))
}

/// Only machine-to-machine applications are shown (`role-applications.jsonl` 551).
pub(super) fn list_applications(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    role(call, &id)?;
    let mut ids = APPLICATIONS_ROLES.lefts(call.tables, &id);
    ids.retain(|application| applications::is_machine(call, application));
    let rows = found(
        call,
        rows_of(call.tables, "applications", &ids),
        &APPLICATIONS,
    )?;
    plain(call, rows, Paging::Always)
}

/// An application of any type is taken (548).
pub(super) fn add_applications(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let ids = texts(&call.body(&APPLICATION_IDS)?, "applicationIds");
    let role = role(call, &id)?;
    if ids
        .iter()
        .any(|application| APPLICATIONS_ROLES.has(call.tables, application, &id))
    {
        // The name in braces is as the server sends it: 547.
        let message = "The application id {{applicationId}} is already been added to this role";
        return Err(coded(422, "role.application_exists", message));
    }
    if let Some(unknown) = ids.iter().find(|id| !call.tables.has("applications", id)) {
        return Err(no_such_id("applications", unknown)); // 549
    }
    if role["type"] != "MachineToMachine" {
        return Err(constraint()); // as for users, an inference
    }
    paired(call, &APPLICATIONS_ROLES, &ids, &id)
}

pub(super) fn delete_application(call: &mut Call<'_>) -> Reply {
    let (role, application) = (call.param(0), call.param(1));
    unpaired(APPLICATIONS_ROLES.delete(call.tables, &application, &role)) // 554
}

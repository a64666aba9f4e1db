//! Who is in an organization, and with which of its roles: users and machines.
//! `organizations.jsonl` 847 to 890.

use serde_json::{Value, json};

use super::call::{Call, text, texts};
use super::collections::rows;
use super::links;
use super::page::{Paging, listed, plain};
use super::refusal::{Refusal, Reply, coded, constraint, no_such_key, not_found};
use super::relations::{
    MEMBER_APPLICATIONS_ROLES, MEMBER_USERS_ROLES, ORGANIZATION_ROLES_SCOPES,
    ORGANIZATIONS_APPLICATIONS, ORGANIZATIONS_USERS, Relation, rows_of,
};
use super::shape::{Shape, TEXT, optional, required};
use super::{applications, organization_roles, users};
use crate::sandbox::exchange::Answer;
use crate::sandbox::tables::Tables;

/// Users, or applications.
struct Side {
    table: &'static str,
    /// The list's name in the body of a bulk call, and that body.
    member: &'static str,
    bulk: Shape,
    members: Relation,
    roles: Relation,
    /// The type of roles that it can hold.
    role_type: &'static str,
}

const IDS: Shape = Shape::List(&TEXT, 1);
const ROLE_IDS: &str = "organizationRoleIds";

const USERS: Side = Side {
    table: users::TABLE,
    member: "userIds",
    bulk: Shape::Object(&[required("userIds", IDS), required(ROLE_IDS, IDS)]),
    members: ORGANIZATIONS_USERS,
    roles: MEMBER_USERS_ROLES,
    role_type: "User", // 858
};
const APPLICATIONS: Side = Side {
    table: applications::TABLE,
    member: "applicationIds",
    bulk: Shape::Object(&[required("applicationIds", IDS), required(ROLE_IDS, IDS)]),
    members: ORGANIZATIONS_APPLICATIONS,
    roles: MEMBER_APPLICATIONS_ROLES,
    role_type: "MachineToMachine", // 882
};

/// By id, by name (857), or both.
const ROLES: Shape = Shape::Object(&[
    optional(ROLE_IDS, Shape::List(&TEXT, 0)),
    optional("organizationRoleNames", Shape::List(&TEXT, 0)),
]);

fn side(call: &Call<'_>) -> &'static Side {
    let segments = call.request.segments();
    let mut words = segments.iter().map(String::as_str);
    if words.any(|word| word == "applications") {
        &APPLICATIONS
    } else {
        &USERS
    }
}

/// The left side of what a member holds.
fn membership(organization: &str, member: &str) -> String {
    format!("{organization}/{member}")
}

/// Takes away what somebody held in an organization that they left.
pub(super) fn forget_member(tables: &mut Tables, organization: &str, member: &str) {
    for side in [&USERS, &APPLICATIONS] {
        side.roles
            .delete_left(tables, &membership(organization, member));
    }
}

/// Takes a user or an application that went out of all organizations.
pub(super) fn forget(tables: &mut Tables, member: &str) {
    for side in [&USERS, &APPLICATIONS] {
        for organization in side.members.lefts(tables, member) {
            side.members.delete(tables, &organization, member);
            forget_member(tables, &organization, member);
        }
    }
}

/// Takes everybody out of an organization that went.
pub(super) fn forget_organization(tables: &mut Tables, organization: &str) {
    for side in [&USERS, &APPLICATIONS] {
        for member in side.members.rights(tables, organization) {
            side.members.delete(tables, organization, &member);
            forget_member(tables, organization, &member);
        }
    }
}

/// Takes a role that went from everybody.
pub(super) fn forget_role(tables: &mut Tables, role: &str) {
    for side in [&USERS, &APPLICATIONS] {
        side.roles.delete_right(tables, role);
    }
}

/// What a member holds, in brief (886).
fn held(call: &Call<'_>, side: &Side, organization: &str, member: &str) -> Value {
    let ids = side
        .roles
        .rights(call.tables, &membership(organization, member));
    let rows = rows_of(call.tables, organization_roles::TABLE, &ids);
    let brief = rows
        .iter()
        .map(|row| json!({"id": row["id"], "name": row["name"]}));
    brief.collect()
}

/// The newest first (851), each with what it holds.
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let (side, id) = (side(call), call.param(0));
    if !call.tables.has("organizations", &id) {
        return Err(not_found());
    }
    let mut rows = call.newest_first(side.table);
    rows.retain(|row| side.members.has(call.tables, &id, &text(row, "id")));
    if let Some(role) = call.query("organizationRoleId") {
        let holds = |row: &&Value| {
            let left = membership(&id, &text(row, "id"));
            side.roles.has(call.tables, &left, &role)
        };
        rows.retain(holds); // 854
    }
    listed(call, rows, Paging::Always, |call, rows| {
        let whole = |row: &Value| {
            let mut shown = match side.table {
                users::TABLE => member_shown(row),
                _ => row.clone(),
            };
            shown["organizationRoles"] = held(call, side, &id, &text(row, "id"));
            shown
        };
        rows.iter().map(whole).collect()
    })
}

/// With how many users each has, and a few of them, if that is asked for (829); what is shown of
/// a user is an inference from the API's description.
pub(super) fn list_organizations(call: &mut Call<'_>) -> Reply {
    let featured = call.query("showFeatured").as_deref() == Some("true");
    listed(call, rows(call)?, Paging::Always, |call, mut rows| {
        for row in rows.iter_mut().filter(|_| featured) {
            let ids = ORGANIZATIONS_USERS.rights(call.tables, &text(row, "id"));
            let users = rows_of(call.tables, users::TABLE, &ids);
            let brief = |row: &&Value| json!({"id": row["id"], "avatar": row["avatar"], "name": row["name"]});
            row["usersCount"] = json!(ids.len());
            row["featuredUsers"] = users.iter().take(3).map(brief).collect();
        }
        rows
    })
}

/// A user as a member is shown: without some of what the list of users has (851).
fn member_shown(row: &Value) -> Value {
    let mut shown = users::shown(row);
    if let Some(shown) = shown.as_object_mut() {
        for name in ["ssoIdentities", "hasPassword", "mfaVerificationFactors"] {
            shown.remove(name);
        }
    }
    shown
}

/// The organizations that somebody is in, each with what they hold there: 886; that a user's are
/// shown likewise is an inference from the API's description.
pub(super) fn organizations(call: &mut Call<'_>) -> Reply {
    let (side, id) = (side(call), call.param(0));
    let ids = side.members.lefts(call.tables, &id);
    let rows = rows_of(call.tables, "organizations", &ids);
    let finish = |call: &Call<'_>, rows: Vec<Value>| {
        let whole = |mut row: Value| {
            row["organizationRoles"] = held(call, side, &text(&row, "id"), &id);
            row
        };
        rows.into_iter().map(whole).collect()
    };
    if side.table == users::TABLE {
        let rows = rows.into_iter().cloned().collect();
        return Ok(Answer::json(200, &Value::Array(finish(call, rows))));
    }
    listed(call, rows, Paging::OnRequest, finish)
}

/// The membership of the path, or the refusal of what needs one (860).
fn of_path(call: &Call<'_>, side: &Side) -> Result<String, Refusal> {
    let (organization, member) = (call.param(0), call.param(1));
    if !side.members.has(call.tables, &organization, &member) {
        let code = "organization.require_membership";
        let message = "The user must be a member of the organization to proceed.";
        return Err(coded(422, code, message));
    }
    Ok(membership(&organization, &member))
}

/// Refuses roles that are not there (859), and those of the other type (858, 882).
fn fitting(call: &Call<'_>, side: &Side, roles: &[String]) -> Result<(), Refusal> {
    let rows = rows_of(call.tables, organization_roles::TABLE, roles);
    if rows.len() != roles.len() {
        return Err(no_such_key());
    }
    if rows.iter().any(|row| row["type"] != side.role_type) {
        return Err(constraint());
    }
    Ok(())
}

/// The roles that a body names.
fn named(call: &Call<'_>, body: &Value) -> Vec<String> {
    let mut ids = texts(body, ROLE_IDS);
    for name in texts(body, "organizationRoleNames") {
        let role = call.where_is(organization_roles::TABLE, "name", &json!(name));
        ids.push(role.map_or(name, |role| text(&role, "id")));
    }
    ids
}

pub(super) fn list_roles(call: &mut Call<'_>) -> Reply {
    let side = side(call);
    let left = of_path(call, side)?;
    let ids = side.roles.rights(call.tables, &left);
    let rows = rows_of(call.tables, organization_roles::TABLE, &ids);
    plain(call, rows, Paging::OnRequest) // 863, 864
}

/// One that is held already is no error (856, 881).
pub(super) fn add_roles(call: &mut Call<'_>) -> Reply {
    let side = side(call);
    let body = call.body(&ROLES)?;
    let left = of_path(call, side)?;
    let ids = named(call, &body);
    fitting(call, side, &ids)?;
    for role in &ids {
        side.roles.add(call.tables, &left, role);
    }
    if side.table == users::TABLE {
        return Ok(Answer::json(201, &json!({ ROLE_IDS: ids })));
    }
    Ok(Answer::text(201, "Created"))
}

pub(super) fn replace_roles(call: &mut Call<'_>) -> Reply {
    let side = side(call);
    let body = call.body(&ROLES)?;
    let left = of_path(call, side)?;
    let ids = named(call, &body);
    fitting(call, side, &ids)?;
    links::all_different(&ids)?;
    side.roles.delete_left(call.tables, &left);
    for role in &ids {
        side.roles.add(call.tables, &left, role);
    }
    Ok(Answer::empty(204))
}

pub(super) fn delete_role(call: &mut Call<'_>) -> Reply {
    let side = side(call);
    let left = membership(&call.param(0), &call.param(1));
    let was_there = side.roles.delete(call.tables, &left, &call.param(2));
    was_there.then(|| Answer::empty(204)).ok_or_else(not_found) // 869
}

/// Each of these with each of those (865, 885). Who is no member breaks a key of the database, an
/// inference.
pub(super) fn add_all_roles(call: &mut Call<'_>) -> Reply {
    let (side, organization) = (side(call), call.param(0));
    let body = call.body(&side.bulk)?;
    let (ids, roles) = (texts(&body, side.member), texts(&body, ROLE_IDS));
    let is_in = |id: &String| side.members.has(call.tables, &organization, id);
    if !ids.iter().all(is_in) {
        return Err(no_such_key());
    }
    fitting(call, side, &roles)?;
    for id in &ids {
        for role in &roles {
            let left = membership(&organization, id);
            side.roles.add(call.tables, &left, role);
        }
    }
    Ok(Answer::text(201, "Created"))
}

/// The scopes that a user has through roles (867).
pub(super) fn scopes(call: &mut Call<'_>) -> Reply {
    let left = of_path(call, &USERS)?;
    let mut ids = Vec::new();
    for role in USERS.roles.rights(call.tables, &left) {
        for scope in ORGANIZATION_ROLES_SCOPES.rights(call.tables, &role) {
            if !ids.contains(&scope) {
                ids.push(scope);
            }
        }
    }
    let rows = rows_of(call.tables, "organization_scopes", &ids);
    Ok(Answer::json(200, &json!(rows)))
}

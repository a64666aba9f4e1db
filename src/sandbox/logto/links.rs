//! Lists of ids that hang on organizations and their roles: added to, replaced whole, taken from one
//! by one. `organization-roles.jsonl`, `organizations.jsonl`.
//!
//! What a member of an organization holds there is in [`members`](super::members).

use serde_json::{Value, json};

use super::call::{Call, texts};
use super::page::{Paging, plain};
use super::refusal::{Refusal, Reply, constraint, no_such_key, not_found, not_unique};
use super::relations::{
    JIT_ROLES, JIT_SSO, ORGANIZATION_ROLES_RESOURCE_SCOPES, ORGANIZATION_ROLES_SCOPES,
    ORGANIZATIONS_APPLICATIONS, ORGANIZATIONS_USERS, Relation, repeated, rows_of,
};
use super::shape::{Shape, TEXT, required};
use super::{applications, members, users};
use crate::sandbox::exchange::Answer;

/// One such list.
pub(super) struct Links {
    /// The first words of its path, after the id of what it hangs on.
    path: &'static [&'static str],
    pub(super) relation: Relation,
    /// The tables of both sides.
    left: &'static str,
    right: &'static str,
    /// The list's name in bodies, and the bodies of POST and PUT.
    member: &'static str,
    some: Shape,
    any: Shape,
    /// Whether POST answers with what was sent.
    echoes: bool,
    /// Which rows a constraint of the database lets in.
    fits: fn(&Value) -> bool,
}

const SOME: Shape = Shape::List(&TEXT, 1); // `organization-roles.jsonl` 765
const ANY: Shape = Shape::List(&TEXT, 0); // 777

const ORGANIZATION: &str = "organizations";
const ROLE: &str = "organization_roles";

const LINKS: &[Links] = &[
    Links {
        path: &["organization-roles", "scopes"],
        relation: ORGANIZATION_ROLES_SCOPES,
        left: ROLE,
        right: "organization_scopes",
        member: "organizationScopeIds",
        some: Shape::Object(&[required("organizationScopeIds", SOME)]),
        any: Shape::Object(&[required("organizationScopeIds", ANY)]),
        echoes: false,
        fits: |_| true,
    },
    Links {
        path: &["organization-roles", "resource-scopes"],
        relation: ORGANIZATION_ROLES_RESOURCE_SCOPES,
        left: ROLE,
        right: "scopes",
        member: "scopeIds", // 785
        some: Shape::Object(&[required("scopeIds", SOME)]),
        any: Shape::Object(&[required("scopeIds", ANY)]),
        echoes: false,
        fits: |_| true,
    },
    Links {
        path: &["organizations", "users"],
        relation: ORGANIZATIONS_USERS,
        left: ORGANIZATION,
        right: users::TABLE,
        member: "userIds",
        some: Shape::Object(&[required("userIds", SOME)]),
        any: Shape::Object(&[required("userIds", ANY)]),
        echoes: true, // `organizations.jsonl` 847
        fits: |_| true,
    },
    Links {
        path: &["organizations", "applications"],
        relation: ORGANIZATIONS_APPLICATIONS,
        left: ORGANIZATION,
        right: applications::TABLE,
        member: "applicationIds",
        some: Shape::Object(&[required("applicationIds", SOME)]),
        any: Shape::Object(&[required("applicationIds", ANY)]),
        echoes: false,                                 // 874
        fits: |row| row["type"] == "MachineToMachine", // 876
    },
    Links {
        path: &["organizations", "jit", "roles"],
        relation: JIT_ROLES,
        left: ORGANIZATION,
        right: ROLE,
        member: "organizationRoleIds",
        some: Shape::Object(&[required("organizationRoleIds", SOME)]),
        any: Shape::Object(&[required("organizationRoleIds", ANY)]),
        echoes: false,
        fits: |_| true, // a machine's too: 906
    },
    Links {
        path: &["organizations", "jit", "sso-connectors"],
        relation: JIT_SSO,
        left: ORGANIZATION,
        right: "sso_connectors",
        member: "ssoConnectorIds",
        some: Shape::Object(&[required("ssoConnectorIds", SOME)]),
        any: Shape::Object(&[required("ssoConnectorIds", ANY)]),
        echoes: false,
        fits: |_| true,
    },
];

/// The list that the request's path names.
pub(super) fn of(call: &Call<'_>) -> Result<&'static Links, Refusal> {
    let segments = call.request.segments();
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    let named = |links: &&Links| match (links.path, words.as_slice()) {
        ([kind, rest @ ..], ["api", of, _, below @ ..]) => kind == of && below.starts_with(rest),
        _ => false,
    };
    LINKS.iter().find(named).ok_or_else(not_found)
}

/// Refuses ids that are not there, on either side, and rows that a constraint keeps out.
pub(super) fn sound(
    call: &Call<'_>,
    links: &Links,
    left: &str,
    ids: &[String],
) -> Result<(), Refusal> {
    let rows = rows_of(call.tables, links.right, ids);
    if !call.tables.has(links.left, left) || rows.len() != ids.len() {
        return Err(no_such_key()); // `organization-roles.jsonl` 770, 778
    }
    if rows.iter().any(|row| !(links.fits)(row)) {
        return Err(constraint());
    }
    Ok(())
}

/// An id that another row of the list has already, in one body.
pub(super) fn all_different(ids: &[String]) -> Result<(), Refusal> {
    repeated(ids).map_or(Ok(()), |_| Err(not_unique())) // `organization-roles.jsonl` 769
}

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let (links, id) = (of(call)?, call.param(0));
    if !call.tables.has(links.left, &id) {
        return Err(not_found()); // `organization-roles.jsonl` 779
    }
    let ids = links.relation.rights(call.tables, &id);
    plain(
        call,
        rows_of(call.tables, links.right, &ids),
        Paging::OnRequest,
    )
}

/// One that is there already is no error (763).
pub(super) fn add(call: &mut Call<'_>) -> Reply {
    let (links, id) = (of(call)?, call.param(0));
    let ids = texts(&call.body(&links.some)?, links.member);
    sound(call, links, &id, &ids)?;
    all_different(&ids)?;
    for right in &ids {
        links.relation.add(call.tables, &id, right);
    }
    if links.echoes {
        return Ok(Answer::json(201, &json!({ links.member: ids })));
    }
    Ok(Answer::text(201, "Created"))
}

/// All or nothing (770).
pub(super) fn replace(call: &mut Call<'_>) -> Reply {
    let (links, id) = (of(call)?, call.param(0));
    let ids = texts(&call.body(&links.any)?, links.member);
    sound(call, links, &id, &ids)?;
    all_different(&ids)?;
    for gone in links.relation.rights(call.tables, &id) {
        links.relation.delete(call.tables, &id, &gone);
        if !ids.contains(&gone) {
            members::forget_member(call.tables, &id, &gone);
        }
    }
    for right in &ids {
        links.relation.add(call.tables, &id, right);
    }
    Ok(Answer::empty(204))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let (links, left, right) = (of(call)?, call.param(0), call.param(1));
    if !links.relation.delete(call.tables, &left, &right) {
        return Err(not_found()); // 776
    }
    members::forget_member(call.tables, &left, &right);
    Ok(Answer::empty(204))
}

//! Objects without rules of their own: a row of a table says it all. `organization-scopes.jsonl`,
//! `organization-roles.jsonl`, `organizations.jsonl`.
//!
//! What hangs on them is in [`links`](super::links), [`members`](super::members) and
//! [`jit`](super::jit).

use serde_json::Value;

use super::call::{Call, text};
use super::column::{Column, Fill, Written, column};
use super::page::{Paging, plain};
use super::refusal::{Refusal, Reply, internal, no_such_id, not_exists, not_found, not_unique};
use super::relations::ORGANIZATION_ROLES_SCOPES;
use super::shape::{
    BRANDING, COLOUR, NUMBER, Shape, TEXT, nullable, optional, required, text as length,
};
use super::{access_control, consents, jit, members, organization_roles};
use crate::sandbox::exchange::Answer;

/// A kind of object.
struct Collection {
    path: &'static str,
    table: &'static str,
    /// As a PATCH names it that finds none.
    one: &'static str,
    id_length: usize,
    columns: &'static [Column],
    create: Shape,
    patch: Shape,
    paging: Paging,
    /// A column that no two have in common, by which lists are ordered.
    key: Option<&'static str>,
    /// What else goes with a row: name of the list of rules, if any.
    forget: fn(&mut Call<'_>, &str),
}

const COLLECTIONS: &[Collection] = &[
    Collection {
        path: "organization-scopes",
        table: "organization_scopes",
        one: "organization_scope", // 691
        id_length: 21,
        columns: &[
            column("name", Fill::Null, Written::Always), // spaces too: 682
            column("description", Fill::Null, Written::Always),
        ],
        create: Shape::Object(&[
            required("name", length(1, 128)),
            nullable("description", TEXT),
        ]),
        patch: Shape::Object(&[
            optional("name", length(1, 128)),
            nullable("description", TEXT),
            optional("tenantId", TEXT),
        ]),
        paging: Paging::OnRequest, // 693
        key: Some("name"),         // 681, 712
        forget: |call, id| {
            consents::forget(call, &["organizationScopes"], id);
            ORGANIZATION_ROLES_SCOPES.delete_right(call.tables, id);
        },
    },
    Collection {
        path: "organization-roles",
        table: organization_roles::TABLE,
        one: "organization_role", // `organization-roles.jsonl` 733
        id_length: 21,
        columns: &[
            column("name", Fill::Null, Written::Always),
            column("description", Fill::Null, Written::Always),
            column("type", Fill::Text("User"), Written::Always), // 755
        ],
        create: Shape::Object(&[
            required("name", length(1, 128)), // 728
            nullable("description", length(0, 256)),
            optional("type", Shape::Choice(&["User", "MachineToMachine"])), // 725
        ]),
        patch: Shape::Object(&[
            optional("name", length(1, 128)),
            nullable("description", length(0, 256)),
            optional("type", Shape::Choice(&["User", "MachineToMachine"])),
            optional("tenantId", TEXT),
        ]),
        paging: Paging::Always,
        key: Some("name"), // both types together: 722
        forget: organization_roles::forget,
    },
    Collection {
        path: "organizations",
        table: "organizations",
        one: "organization", // 811
        id_length: 12,
        columns: &[
            column("name", Fill::Null, Written::Always), // not unique: 801
            column("description", Fill::Null, Written::Always),
            column("customData", Fill::Object, Written::Always), // whole: 835
            column("isMfaRequired", Fill::False, Written::Always),
            column("color", Fill::Object, Written::Always),
            column("branding", Fill::Object, Written::Always), // whole: 837
            column("customCss", Fill::Null, Written::Always),
            column("createdAt", Fill::Now, Written::Later), // section 1.5
        ],
        create: ORGANIZATION,
        patch: ORGANIZATION_PATCH,
        paging: Paging::Always, // 813
        key: None,
        forget: |call, id| {
            access_control::forget_organization(call, id);
            members::forget_organization(call.tables, id);
            jit::forget(call, id);
        },
    },
];

const ORGANIZATION: Shape = Shape::Object(&[
    required("name", length(1, 128)),
    nullable("description", length(0, 256)),
    optional("customData", Shape::Free),
    optional("isMfaRequired", Shape::Bool),
    optional("color", COLOUR),
    optional("branding", BRANDING), // 838
    nullable("customCss", TEXT),
]);

const ORGANIZATION_PATCH: Shape = Shape::Object(&[
    optional("name", length(1, 128)),
    nullable("description", length(0, 256)),
    optional("customData", Shape::Free),
    optional("isMfaRequired", Shape::Bool),
    optional("color", COLOUR),
    optional("branding", BRANDING),
    nullable("customCss", TEXT),
    optional("createdAt", NUMBER),
    optional("tenantId", TEXT),
]);

/// The columns of a table, if it is one of these.
pub(super) fn columns(table: &str) -> Option<&'static [Column]> {
    let found = COLLECTIONS.iter().find(|of| of.table == table);
    found.map(|of| of.columns)
}

fn of(call: &Call<'_>) -> Result<&'static Collection, Refusal> {
    let segments = call.request.segments();
    let path = segments.get(1).map_or("", String::as_str);
    let found = COLLECTIONS
        .iter()
        .find(|collection| collection.path == path);
    found.ok_or_else(not_found)
}

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    plain(call, rows(call)?, of(call)?.paging)
}

/// The rows of the list, all pages together.
pub(super) fn rows<'a>(call: &'a Call<'_>) -> Result<Vec<&'a Value>, Refusal> {
    let of = of(call)?;
    let mut rows = call.all(of.table);
    if let Some(key) = of.key {
        rows.sort_by_key(|row| text(row, key));
    }
    if let Some(part) = call.query("q").map(|part| part.to_lowercase()) {
        // Section 1.4; ids too (`organization-roles.jsonl` 751).
        let has = |row: &Value, name| text(row, name).to_lowercase().contains(&part);
        rows.retain(|row| has(row, "name") || has(row, "id"));
    }
    Ok(rows)
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(201, &made(call)?))
}

/// The row that the body asks for.
pub(super) fn made(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let of = of(call)?;
    let body = call.body(&of.create)?;
    free_key(call, of, &body, "")?;
    Ok(call.insert(of.table, of.columns, &body, of.id_length))
}

fn free_key(call: &Call<'_>, of: &Collection, body: &Value, own_id: &str) -> Result<(), Refusal> {
    let Some(wanted) = of.key.and_then(|key| body.get(key)) else {
        return Ok(());
    };
    let key = of.key.unwrap_or_default();
    let mut rows = call.tables.rows(of.table);
    if rows.any(|(id, row)| id != own_id && &row[key] == wanted) {
        return Err(not_unique());
    }
    Ok(())
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let (of, id) = (of(call)?, call.param(0));
    let row = call
        .row(of.table, &id)
        .ok_or_else(|| no_such_id(of.table, &id))?;
    Ok(Answer::json(200, &row))
}

pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let (of, id) = (of(call)?, call.param(0));
    let body = call.body(&of.patch)?;
    let row = call.row(of.table, &id).ok_or_else(|| not_exists(of.one))?;
    if body
        .get("tenantId")
        .is_some_and(|tenant| *tenant != row["tenantId"])
    {
        return Err(internal()); // 714
    }
    free_key(call, of, &body, &id)?;
    Ok(Answer::json(
        200,
        &call.patch(of.table, of.columns, row, &body)?,
    ))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let (of, id) = (of(call)?, call.param(0));
    call.tables.delete(of.table, &id).ok_or_else(not_found)?; // 692
    (of.forget)(call, &id);
    Ok(Answer::empty(204))
}

//! API resources. `resources.jsonl`.

use serde_json::{Value, json};

use super::call::{Call, text};
use super::column::{Column, Fill, Written, column};
use super::consents;
use super::page::{Paging, listed};
use super::refusal::{Refusal, Reply, coded, internal, no_such_id, not_exists, nothing_to_write};
use super::relations::{ORGANIZATION_ROLES_RESOURCE_SCOPES, ROLES_SCOPES};
use super::seed::MANAGEMENT;
use super::shape::{NUMBER, Shape, TEXT, optional, required, text as length};
use crate::sandbox::exchange::Answer;

pub(super) const TABLE: &str = "resources";

pub(super) const COLUMNS: &[Column] = &[
    column("name", Fill::Null, Written::Always), // not unique: 317
    column("indicator", Fill::Null, Written::Once), // ignored later: 361, 362
    column("isDefault", Fill::False, Written::Never), // a route of its own: 325
    column("accessTokenTtl", Fill::Number(3600), Written::Always), // 314
];

const CREATE: Shape = Shape::Object(&[
    required("name", length(1, usize::MAX)),      // 331
    required("indicator", length(1, usize::MAX)), // any text: 318 to 323
    optional("accessTokenTtl", NUMBER),           // zero and less too: 327, 328
]);

const PATCH: Shape = Shape::Object(&[
    optional("name", length(1, usize::MAX)),
    optional("accessTokenTtl", NUMBER), // no null: 364
    optional("tenantId", TEXT),
]);

const DEFAULT: Shape = Shape::Object(&[required("isDefault", Shape::Bool)]);

/// All of them, with their scopes if asked for (357); `search` is ignored (358).
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let rows = call.all(TABLE);
    let with_scopes = call.query("includeScopes").as_deref() == Some("true");
    listed(call, rows, Paging::OnRequest, |call, mut rows| {
        if with_scopes {
            let scopes = call.all("scopes");
            for row in &mut rows {
                let own = scopes
                    .iter()
                    .filter(|scope| scope["resourceId"] == row["id"]);
                row["scopes"] = own.copied().cloned().collect();
            }
        }
        rows
    })
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.body(&CREATE)?;
    let indicator = text(&body, "indicator");
    if call
        .where_is(TABLE, "indicator", &body["indicator"])
        .is_some()
    {
        // 316
        let message = format!("The API identifier {indicator} is already in use");
        return Err(coded(422, "resource.resource_identifier_in_use", &message));
    }
    whole_lifetime(&body)?;
    let mut row = call.insert(TABLE, COLUMNS, &body, 21);
    row["scopes"] = json!([]);
    Ok(Answer::json(201, &row))
}

/// The column is a bigint: 329.
fn whole_lifetime(body: &Value) -> Result<(), Refusal> {
    let fraction = body["accessTokenTtl"]
        .as_f64()
        .is_some_and(|ttl| ttl.fract() != 0.0);
    if fraction {
        Err(nothing_to_write())
    } else {
        Ok(())
    }
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let row = call.row(TABLE, &id).ok_or_else(|| no_such_id(TABLE, &id))?;
    Ok(Answer::json(200, &row))
}

pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let body = call.body(&PATCH)?;
    spare_management(&id, "modify")?; // 373
    let row = call.row(TABLE, &id).ok_or_else(|| no_such_id(TABLE, &id))?; // 339
    whole_lifetime(&body)?;
    if body
        .get("tenantId")
        .is_some_and(|tenant| *tenant != row["tenantId"])
    {
        return Err(internal()); // row-level security: 366
    }
    Ok(Answer::json(200, &call.patch(TABLE, COLUMNS, row, &body)?))
}

/// Takes the scopes and all grants of them along (424, `extra-dependencies.jsonl` 29).
pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    spare_management(&id, "delete")?; // 374
    call.tables
        .delete(TABLE, &id)
        .ok_or_else(|| no_such_id(TABLE, &id))?;
    for scope in call
        .tables
        .delete_where("scopes", |_, row| row["resourceId"] == *id)
    {
        forget_scope(call, &scope);
    }
    Ok(Answer::empty(204))
}

/// Takes away what refers to a scope that went.
pub(super) fn forget_scope(call: &mut Call<'_>, scope: &str) {
    ORGANIZATION_ROLES_RESOURCE_SCOPES.delete_right(call.tables, scope);
    ROLES_SCOPES.delete_right(call.tables, scope);
    consents::forget_scope(call, scope);
}

/// One resource of a tenant is the default: it moves (369, 370), to the Management API too (376).
pub(super) fn set_default(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let body = call.body(&DEFAULT)?;
    let mut row = call.row(TABLE, &id).ok_or_else(|| not_exists("resource"))?; // 372
    if body["isDefault"] == true {
        let others = call.all(TABLE).into_iter();
        let old: Vec<_> = others
            .filter(|row| row["isDefault"] == true)
            .cloned()
            .collect();
        for mut other in old {
            other["isDefault"] = json!(false);
            call.tables.put(TABLE, &text(&other, "id"), other);
        }
    }
    row["isDefault"] = body["isDefault"].clone();
    call.tables.delete(TABLE, &id);
    call.tables.put(TABLE, &id, row.clone());
    Ok(Answer::json(200, &row))
}

/// The Management API is not to be touched: 373 to 375, `resource-scopes.jsonl` 422.
pub(super) fn spare_management(id: &str, verb: &str) -> Result<(), Refusal> {
    if id != MANAGEMENT {
        return Ok(());
    }
    let message = format!("Cannot {verb} Logto Management API.");
    Err(coded(
        400,
        &format!("resource.cannot_{verb}_management_api"),
        &message,
    ))
}

//! Scopes of API resources. `resource-scopes.jsonl`.

use serde_json::{Value, json};

use super::call::{Call, text};
use super::column::{Column, Fill, Written, column};
use super::page::{Paging, plain};
use super::refusal::{Refusal, Reply, coded, no_such_id, not_exists, not_found};
use super::resources::{forget_scope, spare_management};
use super::search::{NAMED, found};
use super::shape::{Shape, TEXT, nullable, optional, required, text as length};
use crate::sandbox::exchange::Answer;

pub(super) const TABLE: &str = "scopes";

pub(super) const COLUMNS: &[Column] = &[
    column("name", Fill::Null, Written::Always),
    column("description", Fill::Null, Written::Always), // 381 to 383
    column("createdAt", Fill::Now, Written::Never),
];

const CREATE: Shape = Shape::Object(&[
    required("name", length(1, usize::MAX)), // 387
    nullable("description", TEXT),
]);

const PATCH: Shape = Shape::Object(&[
    optional("name", length(1, usize::MAX)),
    nullable("description", TEXT), // 412
]);

/// An unknown resource has no scopes, and that is no error (`resources.jsonl` 426).
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let resource = call.param(0);
    let rows = call
        .all(TABLE)
        .into_iter()
        .filter(|row| row["resourceId"] == *resource);
    let rows = found(call, rows.collect(), &NAMED)?;
    plain(call, rows, Paging::Always)
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let resource = call.param(0);
    let body = call.body(&CREATE)?;
    spare_management(&resource, "modify")?; // `resources.jsonl` 375
    if !call.tables.has("resources", &resource) {
        return Err(no_such_id("resources", &resource)); // 388
    }
    let name = text(&body, "name");
    sound_name(call, &resource, &name, "")?;
    let mut row = call.insert(TABLE, COLUMNS, &body, 21);
    row["resourceId"] = json!(resource);
    call.tables.put(TABLE, &text(&row, "id"), row.clone());
    Ok(Answer::json(201, &row))
}

/// Names are unique in their resource, to the letter (384, 385, 389), and without spaces (section
/// 2; the code is an inference).
fn sound_name(call: &Call<'_>, resource: &str, name: &str, own_id: &str) -> Result<(), Refusal> {
    if name.contains(char::is_whitespace) {
        let message = "The scope name cannot contain any spaces.";
        return Err(coded(400, "scope.name_with_space", message));
    }
    let same = |row: &Value| row["resourceId"] == resource && row["name"] == name;
    let mut rows = call.tables.rows(TABLE);
    if rows.any(|(id, row)| id != own_id && same(row)) {
        let message = format!("The scope name {name} is already in use");
        return Err(coded(422, "scope.name_exists", &message));
    }
    Ok(())
}

/// Works through any resource's path: 417.
pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let (resource, id) = (call.param(0), call.param(1));
    let body = call.body(&PATCH)?;
    spare_management(&resource, "modify")?; // 422
    let row = call.row(TABLE, &id).ok_or_else(|| not_exists("scope"))?; // 416
    if let Some(name) = body["name"].as_str() {
        sound_name(call, &text(&row, "resourceId"), name, &id)?;
    }
    Ok(Answer::json(200, &call.patch(TABLE, COLUMNS, row, &body)?))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let (resource, id) = (call.param(0), call.param(1));
    spare_management(&resource, "modify")?;
    call.tables.delete(TABLE, &id).ok_or_else(not_found)?; // 419
    forget_scope(call, &id);
    Ok(Answer::empty(204))
}

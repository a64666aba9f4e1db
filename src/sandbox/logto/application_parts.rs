//! Secrets and sign-in experience of an application. `applications.jsonl`.

use serde_json::{Value, json};

use super::applications::application;
use super::call::{Call, text};
use super::column::{Column, Fill, Written, column, fresh, update};
use super::pattern::Pattern;
use super::refusal::{
    Refusal, Reply, bad_input, coded, constraint, no_such_id, not_exists, not_found,
    nothing_to_write,
};
use super::shape::{
    BRANDING, COLOUR, NUMBER, Shape, TEXT, nullable, optional, or_empty, required, text as length,
};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;
use crate::sandbox::tables::Tables;

const SECRETS: &str = "application_secrets";
const EXPERIENCES: &str = "application_sign_in_experiences";

const SECRET: Shape = Shape::Object(&[
    required("name", length(1, 256)), // 212, 213
    nullable("expiresAt", NUMBER),
]);
const RENAME: Shape = Shape::Object(&[required("name", length(1, 256))]); // 219

fn secret_id(application: &str, name: &str) -> String {
    format!("{application}/{name}")
}

/// Makes a secret; who calls has checked the name.
pub(super) fn new_secret(
    tables: &mut Tables,
    tenant: &str,
    application: &str,
    name: &str,
    value: &str,
    expires: &Value,
    now_ms: u64,
) -> Value {
    let row = json!({
        "tenantId": tenant,
        "applicationId": application,
        "name": name,
        "value": value,
        "createdAt": now_ms,
        "expiresAt": expires,
    });
    tables.put(SECRETS, &secret_id(application, name), row.clone());
    row
}

/// By name (221): the table's key is read in order.
pub(super) fn list_secrets(call: &mut Call<'_>) -> Reply {
    let id = text(&application(call)?, "id");
    let rows = call
        .all(SECRETS)
        .into_iter()
        .filter(|row| row["applicationId"] == *id);
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| text(row, "name"));
    Ok(Answer::json(200, &json!(rows)))
}

pub(super) fn create_secret(call: &mut Call<'_>) -> Reply {
    let body = call.body(&SECRET)?;
    let application = application(call)?; // 216
    if body["expiresAt"]
        .as_u64()
        .is_some_and(|ends| ends <= call.now_ms)
    {
        return Err(bad_input(
            400,
            "The value of `expiresAt` must be in the future.",
        )); // 209
    }
    if matches!(text(&application, "type").as_str(), "SPA" | "Native") {
        return Err(constraint()); // section 2
    }
    let (id, name) = (text(&application, "id"), text(&body, "name"));
    free_name(call, &id, &name)?;
    let (tenant, now, value) = (&call.settings.id, call.now_ms, random::base62(32));
    let row = new_secret(
        call.tables,
        tenant,
        &id,
        &name,
        &value,
        &body["expiresAt"],
        now,
    );
    Ok(Answer::json(201, &row)) // a value that is sent is ignored: 211
}

/// 210, 218.
fn free_name(call: &Call<'_>, application: &str, name: &str) -> Result<(), Refusal> {
    if call.tables.has(SECRETS, &secret_id(application, name)) {
        let message = "Secret name already exists.";
        return Err(coded(422, "application.secret_name_exists", message));
    }
    Ok(())
}

pub(super) fn rename_secret(call: &mut Call<'_>) -> Reply {
    let name = text(&call.body(&RENAME)?, "name");
    let id = text(&application(call)?, "id");
    let old = secret_id(&id, &call.param(1));
    // The refusal of an unknown one is that of other PATCHes, an inference.
    let mut row = call
        .row(SECRETS, &old)
        .ok_or_else(|| not_exists("application secret"))?;
    if row["name"] != *name {
        free_name(call, &id, &name)?;
        row["name"] = json!(name);
        call.tables.delete(SECRETS, &old);
        call.tables
            .put(SECRETS, &secret_id(&id, &name), row.clone());
    }
    Ok(Answer::json(200, &row))
}

/// The default one too (224).
pub(super) fn delete_secret(call: &mut Call<'_>) -> Reply {
    let id = secret_id(&call.param(0), &call.param(1));
    call.tables.delete(SECRETS, &id).ok_or_else(not_found)?;
    Ok(Answer::empty(204))
}

const EXPERIENCE_COLUMNS: &[Column] = &[
    column("color", Fill::Object, Written::Always),
    column("branding", Fill::Object, Written::Always),
    column("customCss", Fill::Null, Written::Always),
    column("termsOfUseUrl", Fill::Null, Written::Always),
    column("privacyPolicyUrl", Fill::Null, Written::Always),
    column("displayName", Fill::Null, Written::Always),
];

const EXPERIENCE: Shape = Shape::Object(&[
    optional("color", COLOUR),
    optional("branding", BRANDING),
    nullable("customCss", TEXT),
    nullable("displayName", length(0, 256)),
    nullable("termsOfUseUrl", or_empty(Pattern::Url)), // 232
    nullable("privacyPolicyUrl", or_empty(Pattern::Url)),
]);

/// 227, 234.
pub(super) fn get_experience(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let row = call
        .row(EXPERIENCES, &id)
        .ok_or_else(|| no_such_id(EXPERIENCES, &id))?;
    Ok(Answer::json(200, &row))
}

/// Behaves as a PATCH: what is not sent stays (228 to 231).
pub(super) fn put_experience(call: &mut Call<'_>) -> Reply {
    let body = call.body(&EXPERIENCE)?;
    let id = text(&application(call)?, "id"); // 235
    if let Some(mut row) = call.row(EXPERIENCES, &id) {
        if !update(EXPERIENCE_COLUMNS, &mut row, &body) {
            return Err(nothing_to_write());
        }
        call.tables.put(EXPERIENCES, &id, row.clone());
        return Ok(Answer::json(200, &row));
    }
    let mut row = fresh(EXPERIENCE_COLUMNS, &body, call.now_ms);
    row.insert("applicationId".to_owned(), json!(id));
    call.stamp(&mut row);
    let row = Value::Object(row);
    call.tables.put(EXPERIENCES, &id, row.clone());
    Ok(Answer::json(201, &row))
}

/// Takes away what belongs to an application that went.
pub(super) fn forget_parts(call: &mut Call<'_>, application: &str) {
    call.tables
        .delete_where(SECRETS, |_, row| row["applicationId"] == application);
    for table in [
        EXPERIENCES,
        super::consents::TABLE,
        super::access_control::TABLE,
    ] {
        call.tables.delete(table, application);
    }
}

//! Custom domains. A server without a provider of host names refuses them (`domains.jsonl`); one
//! of the Cloud has one, played by the specification, which no recording shows.

use serde_json::{Value, json};

use super::call::Call;
use super::column::{Column, Fill, Written, column};
use super::refusal::{Refusal, Reply, coded, no_such_id, not_found};
use super::shape::{Shape, required, text};
use crate::sandbox::exchange::Answer;

const TABLE: &str = "domains";
const FILES: &str = "domain_verification_files";

const COLUMNS: &[Column] = &[
    column("domain", Fill::Null, Written::Once),
    column("status", Fill::Text("PendingVerification"), Written::Never),
    column("errorMessage", Fill::Null, Written::Never),
    column("dnsRecords", Fill::Json("[]"), Written::Never),
    column("createdAt", Fill::Now, Written::Never),
];

const DOMAIN: Shape = Shape::Object(&[required("domain", text(1, 256))]);

const WRITTEN_FILES: Shape = Shape::Object(&[required("verificationFiles", Shape::Free)]);

/// Whether the server has a provider: the Cloud's have.
fn offered(call: &Call<'_>) -> Result<(), Refusal> {
    if call.settings.resource.is_none() {
        return Ok(());
    }
    let message = "Domain hostname provider is not configured.";
    Err(coded(400, "domain.not_configured", message)) // 1158, 1161, 1162
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &json!(call.all(TABLE)))) // 1156
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.body(&DOMAIN)?; // 1159
    offered(call)?;
    if call.where_is(TABLE, "domain", &body["domain"]).is_some() {
        let message = "The domain already exists."; // section 2, from the source
        return Err(coded(422, "domain.hostname_already_exists", message));
    }
    if call.tables.count(TABLE) > 0 {
        let message = "The number of domains has reached its limit."; // the specification: one
        return Err(coded(422, "domain.exceed_domain_limit", message));
    }
    let mut row = call.insert(TABLE, COLUMNS, &body, 21);
    let target = format!("{}.domains.test", call.settings.id);
    row["dnsRecords"] = json!([{"type": "CNAME", "name": body["domain"], "value": target}]);
    let id = row["id"].as_str().unwrap_or_default().to_owned();
    call.tables.put(TABLE, &id, row.clone());
    Ok(Answer::json(201, &shown(row)))
}

/// Without its tenant, as the specification has it.
fn shown(mut row: Value) -> Value {
    if let Some(row) = row.as_object_mut() {
        row.remove("tenantId");
    }
    row
}

fn found(call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.param(0);
    call.row(TABLE, &id).ok_or_else(|| no_such_id(TABLE, &id))
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &shown(found(call)?)))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    offered(call)?;
    let id = call.param(0);
    call.tables.delete(TABLE, &id).ok_or_else(not_found)?;
    call.tables.delete(FILES, &id);
    Ok(Answer::empty(204))
}

pub(super) fn get_files(call: &mut Call<'_>) -> Reply {
    found(call)?;
    let files = call.row(FILES, &call.param(0));
    Ok(Answer::json(200, &files.unwrap_or_else(|| json!({}))))
}

/// All of them at once; ten at most.
pub(super) fn put_files(call: &mut Call<'_>) -> Reply {
    found(call)?;
    let body = call.body(&WRITTEN_FILES)?;
    let files = body["verificationFiles"].clone();
    if files.as_object().is_none_or(|files| files.len() > 10) {
        let message = "The request body is invalid.";
        return Err(coded(400, "guard.invalid_input", message));
    }
    call.tables.put(FILES, &call.param(0), files.clone());
    Ok(Answer::json(200, &files))
}

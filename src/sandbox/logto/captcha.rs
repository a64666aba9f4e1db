//! The CAPTCHA provider: `captcha-provider.jsonl`.

use serde_json::{Value, json};

use super::call::{Call, parsed, text};
use super::refusal::{Reply, not_found};
use super::shape::{Shape, TEXT, optional, required};
use super::sign_in;
use super::zod::{issue, refused};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

/// The table, of one row.
const TABLE: &str = "captcha_providers";
const ROW: &str = "captcha";

const TURNSTILE: Shape = Shape::Object(&[required(
    "config",
    Shape::Object(&[
        required("type", TEXT),
        required("siteKey", TEXT),
        required("secretKey", TEXT),
    ]),
)]);
const RECAPTCHA: Shape = Shape::Object(&[required(
    "config",
    Shape::Object(&[
        required("type", TEXT),
        required("siteKey", TEXT),
        required("secretKey", TEXT),
        required("projectId", TEXT),
        optional("domain", TEXT),
        optional("mode", Shape::Choice(&["invisible", "checkbox"])),
    ]),
)]);

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let row = call.row(TABLE, ROW).ok_or_else(not_found)?; // 1275
    Ok(Answer::json(200, &row))
}

pub(super) fn put(call: &mut Call<'_>) -> Reply {
    let body = parsed(call.request)?;
    let shape = match body["config"]["type"].as_str() {
        Some("Turnstile") => &TURNSTILE,
        Some("RecaptchaEnterprise") => &RECAPTCHA,
        _ if body.get("config").is_none() => &TURNSTILE, // says that `config` is missing
        _ => {
            let message =
                "Invalid discriminator value. Expected 'Turnstile' | 'RecaptchaEnterprise'";
            let more = json!({"options": ["Turnstile", "RecaptchaEnterprise"]});
            let path = [json!("config"), json!("type")];
            let wrong = issue(&path, "invalid_union_discriminator", message, more);
            return Err(refused("body", vec![wrong])); // 1279
        }
    };
    let body = call.body(shape)?;
    let there = call.row(TABLE, ROW);
    let (id, created) = match &there {
        Some(row) => (text(row, "id"), row["createdAt"].clone()), // 1278
        None => (random::base36(21), json!(call.now_ms)),
    };
    let row: Value = json!({
        "tenantId": call.settings.id, "id": id, "config": body["config"], "createdAt": created,
        "updatedAt": call.now_ms,
    });
    call.tables.put(TABLE, ROW, row.clone());
    Ok(Answer::json(200, &row))
}

/// Always 204 (1281).
#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    if call.tables.delete(TABLE, ROW).is_some() {
        sign_in::without_captcha(call);
    }
    Ok(Answer::empty(204))
}

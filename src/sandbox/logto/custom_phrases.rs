//! One's own phrases: `custom-phrases.jsonl`, `extra-dependencies.jsonl` 36 to 39.

use serde_json::{Value, json};

use super::call::{Call, parsed, text};
use super::refusal::{Refusal, Reply, coded, not_found};
use super::zod::{cleaned, issue, refused, wrong_type};
use super::{languages, sign_in};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

/// The table, by language.
const TABLE: &str = "custom_phrases";

/// What there is in `input`; of other groups the keys are not looked at.
const INPUT: [&str; 8] = [
    "username",
    "password",
    "email",
    "phone_number",
    "confirm_password",
    "search_region_code",
    "backup_code",
    "username_required",
];

fn tag(call: &Call<'_>) -> Result<String, Refusal> {
    let tag = call.param(0);
    if languages::TAGS.contains(&tag.as_str()) {
        return Ok(tag);
    }
    let wrong = issue(
        &[json!("languageTag")],
        "custom",
        "Invalid input",
        json!({}),
    );
    Err(refused("params", vec![wrong])) // 1042
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let mut rows = call.all(TABLE);
    rows.sort_by_key(|row| text(row, "languageTag"));
    let rows = rows.into_iter().cloned().collect();
    Ok(Answer::json(200, &Value::Array(rows)))
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let row = call.row(TABLE, &tag(call)?).ok_or_else(not_found)?; // 1044
    Ok(Answer::json(200, &row))
}

pub(super) fn put(call: &mut Call<'_>) -> Reply {
    let tag = tag(call)?;
    let body = parsed(call.request)?;
    let Some(groups) = body.as_object() else {
        let wrong = wrong_type(&[], "object", Some(&body)); // 1043
        return Err(refused("body", vec![wrong]));
    };
    let input = groups.get("input").and_then(Value::as_object);
    if input.is_some_and(|input| input.keys().any(|key| !INPUT.contains(&key.as_str()))) {
        let message = "Invalid data schemas. Please check your input and try again."; // 1039
        return Err(coded(
            422,
            "localization.invalid_translation_structure",
            message,
        ));
    }
    let id = call.row(TABLE, &tag).map(|row| text(&row, "id"));
    let row = json!({
        "tenantId": call.settings.id, "id": id.unwrap_or_else(|| random::base36(21)),
        "languageTag": tag, "translation": cleaned(&body), // 1034, 1041
    });
    call.tables.put(TABLE, &tag, row.clone());
    Ok(Answer::json(201, &row))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let tag = tag(call)?;
    if !call.tables.has(TABLE, &tag) {
        return Err(not_found()); // 1047
    }
    if sign_in::fallback_language(call) == tag {
        let message = format!("{tag} is set as your default language and can’t be deleted.");
        return Err(coded(
            409,
            "localization.cannot_delete_default_language",
            &message,
        ));
    }
    call.tables.delete(TABLE, &tag);
    Ok(Answer::empty(204))
}

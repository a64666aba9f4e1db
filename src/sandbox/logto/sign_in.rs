//! What the sign-in experience has to do with phrases and the CAPTCHA provider.

use serde_json::{Value, json};

use super::call::{Call, text};

/// Where the sign-in experience is kept once it was changed.
const TABLE: &str = "sign_in_experiences";
const ID: &str = "default";

fn row(call: &Call<'_>) -> Value {
    call.row(TABLE, ID).unwrap_or_default()
}

/// The language of those whose own is not known.
pub(super) fn fallback_language(call: &Call<'_>) -> String {
    match text(&row(call)["languageInfo"], "fallbackLanguage").as_str() {
        "" => "en".to_owned(), // pristine.jsonl
        other => other.to_owned(),
    }
}

/// Asks for no CAPTCHA any more: its provider is gone (reference, section 2).
pub(super) fn without_captcha(call: &mut Call<'_>) {
    let mut row = row(call);
    if row.get("captchaPolicy").is_some() {
        row["captchaPolicy"] = json!({"enabled": false});
        call.tables.put(TABLE, ID, row);
    }
}

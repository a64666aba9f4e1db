//! What the fields of a sign-in experience demand of each other and of connectors (section 2.1).

use serde_json::{Map, Value, json};

use super::call::Call;
use super::refusal::{Refusal, coded};

/// Languages that the sign-in page is translated to: recorded are en, fr and de, and that af-ZA
/// is none (extra-sie-without-connectors.jsonl 11, 12); the others are an inference.
const BUILT_IN: [&str; 20] = [
    "ar", "cs", "de", "en", "es", "fr", "hu", "it", "ja", "ko", "pl-PL", "pt-BR", "pt-PT", "ru",
    "th", "tr-TR", "uk-UA", "zh-CN", "zh-HK", "zh-TW",
];

/// A field of a body, the row as it would be, and what it wants.
pub(super) fn check(
    call: &Call<'_>,
    fields: &Map<String, Value>,
    row: &Value,
) -> Result<(), Refusal> {
    if fields.contains_key("languageInfo") {
        language(call, &row["languageInfo"]["fallbackLanguage"])?;
    }
    if fields.contains_key("signUp") {
        sign_up(call, row)?;
    }
    if fields.contains_key("signIn") {
        sign_in(call, row)?;
    }
    if fields.contains_key("mfa") {
        factors(row)?;
    }
    if fields.contains_key("mfa") || fields.contains_key("adaptiveMfa") {
        adaptive(row)?;
    }
    if fields.contains_key("mfa") || fields.contains_key("signIn") {
        codes_serve_once(row)?;
    }
    expiration(row, |_| true, call)?;
    if fields.contains_key("forgotPasswordMethods") {
        forgotten(call, row)?;
    }
    Ok(())
}

/// The type of a connector by its factory, where its row does not say it.
fn type_of(row: &Value) -> &str {
    match (row["type"].as_str(), row["connectorId"].as_str()) {
        (Some(known), _) => known,
        (None, Some(id)) if id.contains("email") || id.contains("mail") => "Email",
        (None, Some(id)) if id.contains("sms") => "Sms",
        _ => "Social",
    }
}

fn has(call: &Call<'_>, of: &str, counts: impl Fn(&str) -> bool) -> bool {
    let mut rows = call.tables.rows("connectors");
    rows.any(|(id, row)| counts(id) && type_of(row) == of)
}

fn wants(call: &Call<'_>, of: &str) -> Result<(), Refusal> {
    if has(call, of, |_| true) {
        return Ok(());
    }
    let message = format!("Enabled {of} connector not found.");
    let code = "sign_in_experiences.enabled_connector_not_found";
    Err(coded(400, code, &message)) // extra-sie-without-connectors.jsonl 1, 2
}

/// The connectors that a code to an identifier goes through.
fn carrier(identifier: &Value) -> Option<&'static str> {
    match identifier.as_str() {
        Some("email") => Some("Email"),
        Some("phone") => Some("Sms"),
        _ => None,
    }
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

fn sign_up(call: &Call<'_>, row: &Value) -> Result<(), Refusal> {
    if row["signUp"]["verify"] != json!(true) {
        return Ok(());
    }
    for of in items(&row["signUp"], "identifiers").filter_map(carrier) {
        wants(call, of)?;
    }
    Ok(())
}

fn sign_in(call: &Call<'_>, row: &Value) -> Result<(), Refusal> {
    let by_code =
        items(&row["signIn"], "methods").filter(|method| method["verificationCode"] == json!(true));
    for of in by_code.filter_map(|method| carrier(&method["identifier"])) {
        wants(call, of)?;
    }
    Ok(())
}

/// Section 2.1; the code is an inference.
fn factors(row: &Value) -> Result<(), Refusal> {
    if row["mfa"]["factors"] != json!(["BackupCode"]) {
        return Ok(());
    }
    let message = "Backup code cannot be enabled alone.";
    let code = "sign_in_experiences.backup_code_cannot_be_enabled_alone";
    Err(coded(400, code, message))
}

/// Seen on a running server.
fn adaptive(row: &Value) -> Result<(), Refusal> {
    let asks = [
        "PromptOnlyAtSignInMandatory",
        "PromptAtSignInAndSignUpMandatory",
    ];
    let policy = row["mfa"]["policy"].as_str().unwrap_or_default();
    if row["adaptiveMfa"]["enabled"] != true || asks.contains(&policy) {
        return Ok(());
    }
    let code = "sign_in_experiences.adaptive_mfa_requires_non_skippable_policy";
    Err(coded(422, code, "Use a policy that nobody can skip."))
}

/// extra-dependencies.jsonl 15; that of the phone by the same pattern.
fn codes_serve_once(row: &Value) -> Result<(), Refusal> {
    for (identifier, factor, code, words) in [
        (
            "email",
            "EmailVerificationCode",
            "email_verification_code",
            "Email",
        ),
        (
            "phone",
            "PhoneVerificationCode",
            "phone_verification_code",
            "Phone",
        ),
    ] {
        let both = items(&row["mfa"], "factors").any(|one| one == factor)
            && items(&row["signIn"], "methods").any(|method| {
                method["identifier"] == identifier && method["verificationCode"] == json!(true)
            });
        if both {
            let code = format!("sign_in_experiences.{code}_cannot_be_used_for_sign_in");
            let message = format!(
                "{words} verification code cannot be used for sign-in when it is enabled for MFA."
            );
            return Err(coded(400, &code, &message));
        }
    }
    Ok(())
}

/// The connector of a way to get a forgotten password back.
fn of_method(method: &Value) -> &'static str {
    match method.as_str() {
        Some("PhoneVerificationCode") => "Sms",
        _ => "Email",
    }
}

fn forgotten(call: &Call<'_>, row: &Value) -> Result<(), Refusal> {
    for of in items(row, "forgotPasswordMethods").map(of_method) {
        if !has(call, of, |_| true) {
            let code = "sign_in_experiences.forgot_password_method_requires_connector";
            let word = of.to_lowercase();
            let message = format!(
                "Forgot password method requires a corresponding {word} connector to be configured."
            );
            return Err(coded(400, code, &message)); // extra-sie-without-connectors.jsonl 6
        }
    }
    Ok(())
}

/// On every write: extra-verify.jsonl 6. `counts` says which connectors are there.
pub(super) fn expiration(
    row: &Value,
    counts: impl Fn(&str) -> bool,
    call: &Call<'_>,
) -> Result<(), Refusal> {
    let reachable =
        items(row, "forgotPasswordMethods").any(|method| has(call, of_method(method), &counts));
    if row["passwordExpiration"]["enabled"] != json!(true) || reachable {
        return Ok(());
    }
    let code = "sign_in_experiences.password_expiration_requires_forgot_password";
    let message = "Password expiration requires at least one forgot password method with a valid \
                   connector.";
    Err(coded(422, code, message))
}

fn language(call: &Call<'_>, tag: &Value) -> Result<(), Refusal> {
    let known = tag.as_str().is_some_and(|tag| BUILT_IN.contains(&tag));
    if known
        || call
            .where_is("custom_phrases", "languageTag", tag)
            .is_some()
    {
        return Ok(());
    }
    let tag = tag.as_str().unwrap_or_default();
    let message = format!("This language - {tag} is not supported at the moment.");
    let code = "sign_in_experiences.unsupported_default_language";
    Err(coded(400, code, &message))
}

/// Drops targets that no connector has, in silence.
pub(super) fn drop_unknown_targets(call: &Call<'_>, targets: &mut Value) {
    if let Some(targets) = targets.as_array_mut() {
        let target = |row: &Value| match row["target"].as_str() {
            Some(target) => json!(target),
            None => row["metadata"]["target"].clone(),
        };
        let rows = call.tables.rows("connectors");
        let known: Vec<Value> = rows.map(|(_, row)| target(row)).collect();
        targets.retain(|target| known.contains(target));
    }
}

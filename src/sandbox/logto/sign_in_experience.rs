//! The sign-in experience: one row, one PATCH, whose fields are replaced whole.
//! `sign-in-exp.jsonl`, `extra-sie-without-connectors.jsonl`.

use serde_json::{Map, Value, json};

use super::call::Call;
use super::column::{merged, stored};
use super::pattern::Pattern;
use super::refusal::{Refusal, Reply, bad_input, internal, nothing_to_write};
use super::shape::{
    BRANDING, NUMBER, Shape, TEXT, matching, nullable, optional, or_empty, required,
};
use super::{constants, profile_fields, sign_in_rules};
use crate::sandbox::exchange::Answer;

const TABLE: &str = "sign_in_experiences";
const ID: &str = "default";

const COLOUR: Shape = matching(0, usize::MAX, Pattern::Colour);
const IDENTIFIER: Shape = Shape::Choice(&["username", "email", "phone"]);
const LINK: Shape = or_empty(Pattern::Url);
const WORDS: Shape = Shape::List(&TEXT, 0);

const SIGN_UP: Shape = Shape::Object(&[
    required("identifiers", Shape::List(&IDENTIFIER, 0)),
    required("password", Shape::Bool), // extra-verify.jsonl 18
    required("verify", Shape::Bool),
    optional(
        "secondaryIdentifiers",
        Shape::List(
            &Shape::Object(&[
                required(
                    "identifier",
                    Shape::Choice(&["username", "email", "phone", "emailOrPhone"]),
                ),
                optional("verify", Shape::Bool),
            ]),
            0,
        ),
    ),
]);

const SIGN_IN: Shape = Shape::Object(&[required(
    "methods",
    Shape::List(
        &Shape::Object(&[
            required("identifier", IDENTIFIER),
            required("password", Shape::Bool),
            required("verificationCode", Shape::Bool),
            required("isPasswordPrimary", Shape::Bool),
        ]),
        0,
    ),
)]);

const PASSWORD_POLICY: Shape = Shape::Object(&[
    optional(
        "length",
        Shape::Object(&[optional("min", NUMBER), optional("max", NUMBER)]),
    ),
    optional("characterTypes", Shape::Object(&[optional("min", NUMBER)])),
    optional(
        "rejects",
        Shape::Object(&[
            optional("pwned", Shape::Bool),
            optional("repetitionAndSequence", Shape::Bool),
            optional("userInfo", Shape::Bool),
            optional("words", WORDS),
        ]),
    ),
]);

const MFA: Shape = Shape::Object(&[
    required(
        "factors",
        Shape::List(
            &Shape::Choice(&[
                "Totp",
                "WebAuthn",
                "BackupCode",
                "EmailVerificationCode",
                "PhoneVerificationCode",
            ]),
            0,
        ),
    ),
    required(
        "policy",
        Shape::Choice(&[
            "UserControlled",
            "Mandatory",
            "PromptOnlyAtSignIn",
            "PromptAtSignInAndSignUp",
            "NoPrompt",
            "PromptAtSignInAndSignUpMandatory",
            "PromptOnlyAtSignInMandatory",
        ]),
    ),
    optional(
        "organizationRequiredMfaPolicy",
        Shape::Choice(&["NoPrompt", "Mandatory"]),
    ),
]);

const USERNAME_POLICY: Shape = Shape::Object(&[
    required("caseSensitive", Shape::Bool), // 1020
    required("minLength", NUMBER),
    required("maxLength", NUMBER),
    required(
        "allowedChars",
        Shape::Object(&[
            required("lowercase", Shape::Bool),
            required("uppercase", Shape::Bool),
            required("numbers", Shape::Bool),
            required("underscore", Shape::Bool),
        ]),
    ),
]);

const BODY: Shape = Shape::Object(&[
    optional("tenantId", TEXT),
    optional(
        "color",
        Shape::Object(&[
            required("primaryColor", COLOUR), // 981
            required("isDarkModeEnabled", Shape::Bool),
            required("darkPrimaryColor", COLOUR),
        ]),
    ),
    optional("branding", BRANDING), // whole: 982
    optional("hideLogtoBranding", Shape::Bool),
    optional(
        "languageInfo",
        Shape::Object(&[
            required("autoDetect", Shape::Bool),
            required("fallbackLanguage", Shape::Language),
        ]),
    ),
    nullable("termsOfUseUrl", LINK), // 984 to 987
    nullable("privacyPolicyUrl", LINK),
    optional(
        "agreeToTermsPolicy",
        Shape::Choice(&["Automatic", "ManualRegistrationOnly", "Manual"]),
    ),
    optional("signIn", SIGN_IN),
    optional("signUp", SIGN_UP),
    optional(
        "socialSignIn",
        Shape::Object(&[
            optional("automaticAccountLinking", Shape::Bool),
            optional("skipRequiredIdentifiers", Shape::Bool),
        ]),
    ),
    optional("socialSignInConnectorTargets", WORDS),
    optional(
        "signInMode",
        Shape::Choice(&["SignIn", "Register", "SignInAndRegister"]),
    ),
    nullable("customCss", TEXT),
    optional("customContent", Shape::Free), // whole: 1004
    nullable(
        "customUiAssets",
        Shape::Object(&[required("id", TEXT), required("createdAt", NUMBER)]),
    ),
    optional(
        "customUiCsp",
        Shape::Object(&[optional("scriptSrc", WORDS), optional("connectSrc", WORDS)]),
    ),
    optional("passwordPolicy", PASSWORD_POLICY), // whole: 989
    optional("mfa", MFA),
    optional("adaptiveMfa", SWITCH),
    optional("singleSignOnEnabled", Shape::Bool),
    nullable("supportEmail", or_empty(Pattern::Mail)), // 1024
    nullable("supportWebsiteUrl", LINK),
    nullable("unknownSessionRedirectUrl", LINK),
    optional("captchaPolicy", SWITCH),
    optional(
        "sentinelPolicy",
        Shape::Object(&[
            optional("maxAttempts", NUMBER),
            optional("lockoutDuration", NUMBER),
        ]),
    ),
    optional(
        "emailBlocklistPolicy",
        Shape::Object(&[
            optional("blockDisposableAddresses", Shape::Bool),
            optional("blockSubaddressing", Shape::Bool),
            optional("customAllowlist", WORDS),
            optional("customBlocklist", WORDS), // kept as sent: 1013
        ]),
    ),
    optional(
        "verificationCodePolicy",
        Shape::Object(&[
            optional("expirationDuration", NUMBER),
            optional("maxRetryAttempts", NUMBER),
        ]),
    ),
    nullable(
        "forgotPasswordMethods",
        Shape::List(
            &Shape::Choice(&["EmailVerificationCode", "PhoneVerificationCode"]),
            0,
        ),
    ),
    optional(
        "passkeySignIn",
        Shape::Object(&[
            optional("enabled", Shape::Bool),
            optional("showPasskeyButton", Shape::Bool),
            optional("allowAutofill", Shape::Bool),
        ]),
    ),
    nullable("signUpProfileFields", profile_fields::NAMED),
    optional(
        "passwordExpiration",
        Shape::Object(&[
            optional("enabled", Shape::Bool),
            optional("validPeriodDays", NUMBER),
            optional("enabledAt", NUMBER),
        ]),
    ),
    optional("usernamePolicy", USERNAME_POLICY),
]);

const SWITCH: Shape = Shape::Object(&[optional("enabled", Shape::Bool)]);

fn row(call: &Call<'_>) -> Value {
    let kept = call.row(TABLE, ID);
    kept.unwrap_or_else(|| constants::of_new_tenant("/api/sign-in-exp", &call.settings.id))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn get(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &row(call)))
}

pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let body = call.body(&BODY)?;
    let mut fields = body.as_object().cloned().unwrap_or_default();
    let mut row = row(call);
    if fields
        .remove("tenantId")
        .is_some_and(|tenant| tenant != row["tenantId"])
    {
        return Err(internal()); // 1009
    }
    if call.settings.resource.is_some()
        && let Some(why) = of_the_cloud(&fields)
    {
        return Err(bad_input(400, why));
    }
    settle(call, &mut fields, &row);
    let wrote = !fields.is_empty();
    for (name, value) in &fields {
        row[name] = stored(value);
    }
    sign_in_rules::check(call, &fields, &row)?;
    if !wrote {
        return Err(nothing_to_write()); // 1008
    }
    call.tables.put(TABLE, ID, row.clone());
    Ok(Answer::json(200, &row))
}

/// What only the Cloud takes, in a self-hosted server's words (seen on a running one; those about
/// addresses from its source).
fn of_the_cloud(fields: &Map<String, Value>) -> Option<&'static str> {
    let sources = |name: &str| fields["customUiCsp"][name].as_array().map_or(0, Vec::len);
    let disposable = fields
        .get("emailBlocklistPolicy")
        .is_some_and(|policy| policy["blockDisposableAddresses"] == true);
    match () {
        () if fields.get("hideLogtoBranding") == Some(&json!(true)) => {
            Some("Hide Logto branding is not supported in this environment")
        }
        () if fields.contains_key("customUiCsp")
            && sources("scriptSrc") + sources("connectSrc") > 0 =>
        {
            Some("Custom UI CSP configuration is not available")
        }
        () if disposable => {
            Some("Disposable email domain validation is not supported in this environment")
        }
        () => None,
    }
}

/// What the server makes of a body before it looks at it.
fn settle(call: &Call<'_>, fields: &mut Map<String, Value>, row: &Value) {
    if let Some(targets) = fields.get_mut("socialSignInConnectorTargets") {
        sign_in_rules::drop_unknown_targets(call, targets); // extra-sie-without-connectors 8
    }
    if let Some(named) = fields.get_mut("signUpProfileFields") {
        profile_fields::drop_unknown(call, named); // extra-sie-without-connectors 10
    }
    if let Some(policy) = fields.get_mut("passwordPolicy") {
        fill_password_policy(policy);
    }
    if let Some(policy) = fields.get_mut("emailBlocklistPolicy") {
        for list in ["customAllowlist", "customBlocklist"] {
            if let Some(items) = policy.get_mut(list).and_then(Value::as_array_mut) {
                each_once(items);
            }
        }
    }
    if fields
        .get("mfa")
        .is_some_and(|mfa| mfa["factors"] == json!([]))
        && !fields.contains_key("adaptiveMfa")
    {
        fields.insert("adaptiveMfa".to_owned(), json!({"enabled": false})); // 997, not 1027
    }
    if let Some(expiration) = fields.get_mut("passwordExpiration") {
        *expiration = expiring(&row["passwordExpiration"], expiration, call.now_ms);
    }
}

/// Each mapping that is sent gets its defaults (988; those of the others were seen on a running
/// server).
fn fill_password_policy(policy: &mut Value) {
    for (name, defaults) in [
        ("length", json!({"min": 8, "max": 256})),
        ("characterTypes", json!({"min": 1})),
        (
            "rejects",
            json!({"pwned": true, "repetitionAndSequence": true, "userInfo": true, "words": []}),
        ),
    ] {
        if let Some(sent) = policy.get_mut(name) {
            *sent = merged(&defaults, sent);
        }
    }
}

/// One that is sent twice is kept once (seen on a running server).
fn each_once(items: &mut Vec<Value>) {
    let mut seen = Vec::new();
    items.retain(|item| {
        let new = !seen.contains(item);
        seen.push(item.clone());
        new
    });
}

/// The one field that is merged with the stored value (section 2.1, 1018, 1026,
/// extra-verify.jsonl 3).
fn expiring(stored: &Value, sent: &Value, now_ms: u64) -> Value {
    if sent["enabled"] == json!(false) {
        return json!({"enabled": false});
    }
    let mut whole = merged(stored, sent);
    if whole["enabled"] == json!(true) && whole.get("enabledAt").is_none() {
        whole["enabledAt"] = json!(now_ms);
    }
    whole
}

/// Takes a profile field that is gone out of the sign-up (extra-dependencies.jsonl 34).
pub(super) fn forget_profile_field(call: &mut Call<'_>) {
    let mut row = row(call);
    let before = row["signUpProfileFields"].clone();
    profile_fields::drop_unknown(call, &mut row["signUpProfileFields"]);
    if row["signUpProfileFields"] != before {
        call.tables.put(TABLE, ID, row);
    }
}

/// Takes the target of a connector that is gone off the sign-in page (extra-dependencies.jsonl 23).
pub(super) fn forget_target(call: &mut Call<'_>) {
    let mut row = row(call);
    let before = row["socialSignInConnectorTargets"].clone();
    sign_in_rules::drop_unknown_targets(call, &mut row["socialSignInConnectorTargets"]);
    if row["socialSignInConnectorTargets"] != before {
        call.tables.put(TABLE, ID, row);
    }
}

/// Whether a connector can go: the expiry of passwords may need it (extra-verify.jsonl 5).
pub(super) fn without_connector(call: &Call<'_>, connector: &str) -> Result<(), Refusal> {
    sign_in_rules::expiration(&row(call), |other| other != connector, call)
}

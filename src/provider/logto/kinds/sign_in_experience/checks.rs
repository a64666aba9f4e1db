//! What the fields of a sign-in experience demand of each other, as far as a document alone can tell.

use super::super::language;
use super::spec::{Factor, Identifier, MfaPolicy, SignInMethod, Spec};
use crate::kind::Complaint;
use crate::kind::spec::Text;

/// One demand.
type Check = fn(&Spec) -> Option<Complaint>;

/// All of them.
pub(super) const CHECKS: &[Check] = &[
    fallback,
    factors,
    repeated_factors,
    codes,
    adaptive,
    expiration,
    lengths,
    letters,
    secondary,
    blocked,
    content,
];

fn fallback(spec: &Spec) -> Option<Complaint> {
    let info = spec.language_info.as_ref()?;
    let tag = info.fallback_language.as_ref()?.plain()?;
    if language::is_known(tag) {
        return None;
    }
    let hint = match language::meant(tag) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "write a language as `en`, or with a region as `pt-BR`".to_owned(),
    };
    let message = format!("`{tag}` is none of Logto's languages");
    Some(Complaint::new(
        "languageInfo.fallbackLanguage",
        message,
        hint,
    ))
}

fn factors(spec: &Spec) -> Option<Complaint> {
    let factors = spec.mfa.as_ref()?.factors.as_ref()?;
    (factors.as_slice() == [Factor::BackupCode]).then(|| {
        Complaint::new(
            "mfa.factors",
            "backup codes cannot be the only second factor",
            "add `Totp` or `WebAuthn`",
        )
    })
}

/// extra-dependencies.jsonl 15.
fn codes(spec: &Spec) -> Option<Complaint> {
    let factors = spec.mfa.as_ref()?.factors.as_ref()?;
    let methods = spec.sign_in.as_ref()?.methods.as_ref()?;
    let pairs = [
        (Identifier::Email, Factor::EmailVerificationCode, "e-mail"),
        (Identifier::Phone, Factor::PhoneVerificationCode, "phone"),
    ];
    let (_, factor, word) = pairs.iter().find(|(identifier, factor, _)| {
        let by_code =
            |method: &&SignInMethod| method.identifier == *identifier && method.verification_code;
        factors.contains(factor) && methods.iter().any(|method| by_code(&method))
    })?;
    Some(Complaint::new(
        "mfa.factors",
        format!("an {word} code cannot be a way to sign in and a second factor at once"),
        format!("take `{factor:?}` out of `mfa.factors`, or write `verificationCode: false`"),
    ))
}

/// sign-in-exp.jsonl 997: turned off with the last factor. The policies were seen on a running
/// server: 422 `sign_in_experiences.adaptive_mfa_requires_non_skippable_policy`.
fn adaptive(spec: &Spec) -> Option<Complaint> {
    let mfa = spec.mfa.as_ref()?;
    if spec.adaptive_mfa.as_ref()?.enabled != Some(true) {
        return None;
    }
    if mfa.factors.as_ref().is_some_and(Vec::is_empty) {
        return Some(Complaint::new(
            "adaptiveMfa.enabled",
            "the server turns it off where there are no second factors",
            "write some in `mfa.factors`, or `enabled: false`",
        ));
    }
    let asks = [
        MfaPolicy::PromptOnlyAtSignInMandatory,
        MfaPolicy::PromptAtSignInAndSignUpMandatory,
    ];
    (!asks.contains(mfa.policy.as_ref()?)).then(|| {
        Complaint::new(
            "adaptiveMfa.enabled",
            "it wants a policy of second factors that nobody can skip",
            "write `policy: PromptOnlyAtSignInMandatory` or `PromptAtSignInAndSignUpMandatory` in `mfa`",
        )
    })
}

/// extra-sie-without-connectors.jsonl 7.
fn expiration(spec: &Spec) -> Option<Complaint> {
    let expiration = spec.password_expiration.as_ref()?;
    if expiration.enabled != Some(true) {
        return None;
    }
    let methods = spec.forgot_password_methods.as_ref();
    if methods.is_some_and(|methods| methods.0.as_ref().is_none_or(Vec::is_empty)) {
        return Some(Complaint::new(
            "passwordExpiration.enabled",
            "passwords can end only where a forgotten one can be got back",
            "write `forgotPasswordMethods: [EmailVerificationCode]`",
        ));
    }
    expiration.valid_period_days.is_none().then(|| {
        Complaint::new(
            "passwordExpiration.enabled",
            "the server wants to know after how many days",
            "write `validPeriodDays: 90` beside it",
        )
    })
}

fn lengths(spec: &Spec) -> Option<Complaint> {
    let policy = spec.username_policy.as_ref()?;
    (policy.min_length? > policy.max_length?).then(|| {
        Complaint::new(
            "usernamePolicy.minLength",
            "it is more than `maxLength`",
            "write a smaller one",
        )
    })
}

/// 400 `sign_in_experiences.duplicated_mfa_factors` (seen on a running server).
fn repeated_factors(spec: &Spec) -> Option<Complaint> {
    let factors = spec.mfa.as_ref()?.factors.as_ref()?;
    let twice = repeated(factors)?;
    Some(Complaint::new(
        "mfa.factors",
        format!("`{twice:?}` is there twice"),
        "drop one",
    ))
}

fn repeated<T: PartialEq>(items: &[T]) -> Option<&T> {
    let mut items = items.iter().enumerate();
    let all = items.clone();
    let is_again = |(n, item): &(usize, &T)| all.clone().take(*n).any(|(_, other)| other == *item);
    items.find(is_again).map(|(_, item)| item)
}

/// 400 `sign_in_experiences.invalid_custom_email_blocklist_format` (seen on a running server).
fn blocked(spec: &Spec) -> Option<Complaint> {
    let policy = spec.email_blocklist_policy.as_ref()?;
    let lists = [
        (
            "emailBlocklistPolicy.customAllowlist",
            &policy.custom_allowlist,
        ),
        (
            "emailBlocklistPolicy.customBlocklist",
            &policy.custom_blocklist,
        ),
    ];
    let is_none = |text: &str| {
        let domain = text.split_once('@').map(|(_, domain)| domain);
        !domain.is_some_and(|domain| domain.contains('.')) || text.contains(char::is_whitespace)
    };
    lists.iter().find_map(|(path, list)| {
        let mut texts = list.iter().flatten().filter_map(Text::plain);
        let bad = texts.find(|text| is_none(text))?;
        Some(Complaint::new(
            path,
            format!("`{bad}` is neither an address nor a domain"),
            "write `a@example.com`, `@example.com` or `@*.example.com`",
        ))
    })
}

/// 400 on a running server: nobody could have a name.
fn letters(spec: &Spec) -> Option<Complaint> {
    let chars = spec.username_policy.as_ref()?.allowed_chars.as_ref()?;
    let none = [chars.lowercase, chars.uppercase, chars.underscore] == [Some(false); 3];
    none.then(|| {
        Complaint::new(
            "usernamePolicy.allowedChars",
            "a name cannot begin with a digit, so nobody could have one",
            "allow `lowercase`, `uppercase` or `underscore`",
        )
    })
}

/// 400 `passwordless_requires_verify` and `duplicated_sign_up_identifiers` (seen on a running
/// server).
fn secondary(spec: &Spec) -> Option<Complaint> {
    let sign_up = spec.sign_up.as_ref()?;
    let secondary = sign_up.secondary_identifiers.as_ref()?;
    let identifiers = sign_up.identifiers.as_deref().unwrap_or_default();
    if let Some(twice) = secondary
        .iter()
        .find(|one| identifiers.iter().any(|first| one.is(*first)))
    {
        return Some(Complaint::new(
            "signUp.secondaryIdentifiers",
            format!("`{:?}` is among `identifiers` already", twice.identifier),
            "drop one of the two",
        ));
    }
    let verified = secondary.iter().any(|one| one.verify == Some(true));
    (verified && sign_up.verify == Some(false)).then(|| {
        Complaint::new(
            "signUp.secondaryIdentifiers",
            "one of them is verified, and `verify` of `signUp` says that nothing is",
            "write `verify: true` in `signUp`",
        )
    })
}

/// The values are texts (seen on a running server).
fn content(spec: &Spec) -> Option<Complaint> {
    let pages = spec.custom_content.as_ref()?.0.as_object()?;
    let (path, _) = pages.iter().find(|(_, text)| !text.is_string())?;
    Some(Complaint::new(
        "customContent",
        format!("what stands for `{path}` is no text"),
        "write the page's content as a text",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn complaints(spec: Json) -> Vec<String> {
        let spec = serde_json::from_value(spec).expect("a spec");
        let complaints = CHECKS.iter().filter_map(|check| check(&spec));
        complaints.map(|one| one.path.to_string()).collect()
    }

    fn by_code() -> Json {
        json!({"methods": [{
            "identifier": "email", "password": false, "verificationCode": true,
            "isPasswordPrimary": false,
        }]})
    }

    #[test]
    fn what_the_server_would_refuse_is_said_before() {
        for (spec, path) in [
            (
                json!({"languageInfo": {"fallbackLanguage": "english"}}),
                "languageInfo.fallbackLanguage",
            ),
            (json!({"mfa": {"factors": ["BackupCode"]}}), "mfa.factors"),
            (json!({"mfa": {"factors": ["Totp", "Totp"]}}), "mfa.factors"),
            (
                json!({
                    "mfa": {"factors": ["Totp"], "policy": "Mandatory"},
                    "adaptiveMfa": {"enabled": true},
                }),
                "adaptiveMfa.enabled",
            ),
            (
                json!({"emailBlocklistPolicy": {"customBlocklist": ["@a.example", "nope"]}}),
                "emailBlocklistPolicy.customBlocklist",
            ),
            (
                json!({"usernamePolicy": {"allowedChars": {
                    "lowercase": false, "uppercase": false, "underscore": false,
                }}}),
                "usernamePolicy.allowedChars",
            ),
            (
                json!({"signUp": {
                    "identifiers": ["username"], "verify": false,
                    "secondaryIdentifiers": [{"identifier": "email", "verify": true}],
                }}),
                "signUp.secondaryIdentifiers",
            ),
            (
                json!({"signUp": {
                    "identifiers": ["email"], "verify": true,
                    "secondaryIdentifiers": [{"identifier": "email", "verify": true}],
                }}),
                "signUp.secondaryIdentifiers",
            ),
            (json!({"customContent": {"/a": 1}}), "customContent"),
            (
                json!({"mfa": {"factors": ["EmailVerificationCode"]}, "signIn": by_code()}),
                "mfa.factors",
            ),
            (
                json!({"mfa": {"factors": []}, "adaptiveMfa": {"enabled": true}}),
                "adaptiveMfa.enabled",
            ),
            (
                json!({
                    "passwordExpiration": {"enabled": true, "validPeriodDays": 9},
                    "forgotPasswordMethods": null,
                }),
                "passwordExpiration.enabled",
            ),
            (
                json!({"passwordExpiration": {"enabled": true}}),
                "passwordExpiration.enabled",
            ),
            (
                json!({"usernamePolicy": {"minLength": 9, "maxLength": 8}}),
                "usernamePolicy.minLength",
            ),
        ] {
            assert_eq!(complaints(spec), [path]);
        }
    }

    #[test]
    fn what_goes_together_is_taken() {
        for spec in [
            json!({}),
            json!({"languageInfo": {"fallbackLanguage": {"ref": "customphrases/x"}}}),
            json!({"mfa": {"factors": ["Totp", "BackupCode"]}, "signIn": by_code()}),
            json!({"passwordExpiration": {"enabled": false}, "forgotPasswordMethods": []}),
        ] {
            assert_eq!(complaints(spec), Vec::<String>::new());
        }
    }
}

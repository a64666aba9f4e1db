//! `SignInExperience`: how people sign in and up, and what the pages look like.
//!
//! The PATCH replaces each top-level field whole and wants some of them complete, so that what is
//! written is laid over the live value first (reference/logto-management.md, section 2.1).

mod spec;

use serde_json::json;

use super::{language, ways_in};
use crate::kind::Segment::Text as T;
use crate::kind::{
    Api, Complaint, Endpoint, Field, Home, Key, Kind, Method, Path, Policy, Route, Rule, Shape,
    Turn,
};
pub(super) use spec::ProfileField;
use spec::{Factor, Identifier, Spec};

/// The kind.
pub(super) struct SignInExperience;

const EXPERIENCE: Path = &[T("/api/sign-in-exp")];

impl Kind for SignInExperience {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "SignInExperience";
    const NAME: &'static str = "signinexperience";
    const ABOUT: &'static str = "How people sign in and up, and what the pages look like.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: SignInExperience
metadata:
  name: default
  tenant: acme-dev
spec:
  color: {primaryColor: '#1d4ed8'}
  termsOfUseUrl: https://acme.example.com/terms
  signUp: {identifiers: [username], password: true, verify: false}
  signIn:
    methods:
      - {identifier: username, password: true, verificationCode: false, isPasswordPrimary: true}
  mfa: {factors: [Totp, WebAuthn], policy: PromptAtSignInAndSignUp}
  customCss: |
    body { letter-spacing: 0.01em; }
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Singleton,
        read: Some(EXPERIENCE),
        update: Some(Endpoint {
            method: Method::Patch,
            path: EXPERIENCE,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Single;
    /// The defaults are what a new tenant has (pristine.jsonl 58).
    const FIELDS: &'static [Field] = &[
        Field::new(
            "color",
            Policy::Default(|| {
                json!({
                    "primaryColor": "#6139F6", "isDarkModeEnabled": false,
                    "darkPrimaryColor": "#8768F8",
                })
            }),
        ),
        Field::new(
            "branding",
            Policy::Default(|| {
                json!({
                    "logoUrl": "https://logto.io/logo.svg",
                    "darkLogoUrl": "https://logto.io/logo-dark.svg",
                })
            }),
        ),
        Field::new("hideLogtoBranding", Policy::Default(|| json!(false))),
        Field::new(
            "languageInfo",
            Policy::Default(|| json!({"autoDetect": true, "fallbackLanguage": "en"})),
        ),
        // 986: `""` is stored as null.
        Field::new("termsOfUseUrl", Policy::EmptyIsNull),
        Field::new("privacyPolicyUrl", Policy::EmptyIsNull),
        Field::new("agreeToTermsPolicy", Policy::Default(|| json!("Automatic"))),
        Field::new(
            "signIn",
            Policy::Default(|| {
                json!({"methods": [{
                    "identifier": "username", "password": true, "verificationCode": false,
                    "isPasswordPrimary": true,
                }]})
            }),
        ),
        Field::new(
            "signUp",
            Policy::Default(
                || json!({"identifiers": ["username"], "password": true, "verify": false}),
            ),
        ),
        Field::new(
            "socialSignInConnectorTargets",
            Policy::Default(|| json!([])),
        ),
        // extra-sie-without-connectors.jsonl 8 and 10: 200, and it is not there.
        Field::new("socialSignInConnectorTargets", Policy::DropsUnknown),
        Field::new("signUpProfileFields", Policy::DropsUnknown),
        Field::new("signInMode", Policy::Default(|| json!("SignInAndRegister"))),
        Field::new("customCss", Policy::EmptyIsNull),
        Field::new(
            "mfa",
            Policy::Default(|| json!({"factors": [], "policy": "UserControlled"})),
        ),
        Field::new("singleSignOnEnabled", Policy::Default(|| json!(false))),
        Field::new("supportEmail", Policy::EmptyIsNull),
        Field::new("supportWebsiteUrl", Policy::EmptyIsNull),
        Field::new("unknownSessionRedirectUrl", Policy::EmptyIsNull),
        Field::new("forgotPasswordMethods", Policy::Default(|| json!([]))),
        // Merged by the server: its first state, `{}`, cannot be had again (section 2.1).
        Field::new("passwordExpiration", Policy::Stays),
        Field::new(
            "usernamePolicy",
            Policy::Default(|| {
                json!({
                    "caseSensitive": true, "minLength": 1, "maxLength": 128,
                    "allowedChars": {
                        "lowercase": true, "uppercase": true, "numbers": true, "underscore": true,
                    },
                })
            }),
        ),
    ];
    /// It names connectors by their targets and types, profile fields by name, phrases by
    /// language, and the captcha by turning it on.
    const TURN: Turn = Turn::After(&[
        "connector",
        "customprofilefield",
        "customphrases",
        "captchaprovider",
    ]);
    const RULES: &'static [Rule] = ways_in::OF_EXPERIENCE;

    fn check(spec: &Spec) -> Vec<Complaint> {
        let checks = [fallback, factors, codes, adaptive, expiration, lengths];
        checks.iter().filter_map(|check| check(spec)).collect()
    }
}

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
        let by_code = |method: &&spec::SignInMethod| {
            method.identifier == *identifier && method.verification_code
        };
        factors.contains(factor) && methods.iter().any(|method| by_code(&method))
    })?;
    Some(Complaint::new(
        "mfa.factors",
        format!("an {word} code cannot be a way to sign in and a second factor at once"),
        format!("take `{factor:?}` out of `mfa.factors`, or write `verificationCode: false`"),
    ))
}

/// sign-in-exp.jsonl 997: turned off with the last factor.
fn adaptive(spec: &Spec) -> Option<Complaint> {
    let factors = spec.mfa.as_ref()?.factors.as_ref()?;
    let on = spec.adaptive_mfa.as_ref()?.enabled?;
    (on && factors.is_empty()).then(|| {
        Complaint::new(
            "adaptiveMfa.enabled",
            "the server turns it off where there are no second factors",
            "write some in `mfa.factors`, or `enabled: false`",
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value as Json;

    fn complaints(spec: Json) -> Vec<String> {
        let spec = serde_json::from_value(spec).expect("a spec");
        let complaints = SignInExperience::check(&spec);
        complaints.iter().map(|one| one.path.to_string()).collect()
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

//! `SignInExperience`: how people sign in and up, and what the pages look like.
//!
//! The PATCH replaces each top-level field whole and wants some of them complete, so that what is
//! written is laid over the live value first (reference/logto-management.md, section 2.1).

mod checks;
mod spec;

use serde_json::json;

use super::ways_in;
use crate::kind::Segment::Text as T;
use crate::kind::{
    Api, Complaint, Endpoint, Field, Home, Key, Kind, Method, Path, Policy, Route, Rule, Shape,
    Turn,
};
use checks::CHECKS;
pub(super) use spec::ProfileField;
use spec::Spec;

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
        // 400 `request.invalid_input` elsewhere (seen on a running server).
        Field::new("hideLogtoBranding", Policy::CloudOnly),
        Field::new("customUiCsp", Policy::CloudOnly),
        Field::new(
            "emailBlocklistPolicy.blockDisposableAddresses",
            Policy::CloudOnly,
        ),
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
        // Each mapping of the policy that is sent is filled (seen on a running server).
        Field::new("passwordPolicy.length.min", Policy::Filled(|| json!(8))),
        Field::new("passwordPolicy.length.max", Policy::Filled(|| json!(256))),
        Field::new(
            "passwordPolicy.characterTypes.min",
            Policy::Filled(|| json!(1)),
        ),
        Field::new(
            "passwordPolicy.rejects.pwned",
            Policy::Filled(|| json!(true)),
        ),
        Field::new(
            "passwordPolicy.rejects.repetitionAndSequence",
            Policy::Filled(|| json!(true)),
        ),
        Field::new(
            "passwordPolicy.rejects.userInfo",
            Policy::Filled(|| json!(true)),
        ),
        Field::new("passwordPolicy.rejects.words", Policy::Filled(|| json!([]))),
        // One that is sent twice is kept once (seen on a running server).
        Field::new("emailBlocklistPolicy.customAllowlist", Policy::Set),
        Field::new("emailBlocklistPolicy.customBlocklist", Policy::Set),
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
        CHECKS.iter().filter_map(|check| check(spec)).collect()
    }
}

//! What may be written of a sign-in experience: every field of the API's document.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::look;
use crate::kind::spec::{Free, Nullable, Text, written};

/// How people sign in and up, and what the pages look like. There is one a tenant, from the start.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-refused" = {
    "customUiAssets": "upload the ZIP in the Cloud's console: it is no value that could be read back and compared"
}))]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(in crate::provider::logto::kinds) struct Spec {
    /// The colours of the pages.
    color: Option<look::Color>,
    /// The pictures of the pages.
    branding: Option<look::Branding>,
    /// Whether Logto's own mark is left out (on the Cloud only).
    hide_logto_branding: Option<bool>,
    /// Which language the pages are in.
    pub(super) language_info: Option<LanguageInfo>,
    /// The address of the terms of use.
    #[schemars(regex(pattern = r"^$|^[A-Za-z][A-Za-z0-9+.-]*:\S+$"))]
    terms_of_use_url: Option<Nullable<Text>>,
    /// The address of the privacy policy.
    #[schemars(regex(pattern = r"^$|^[A-Za-z][A-Za-z0-9+.-]*:\S+$"))]
    privacy_policy_url: Option<Nullable<Text>>,
    /// How people agree to the terms.
    agree_to_terms_policy: Option<AgreeToTermsPolicy>,
    /// How people sign in.
    pub(super) sign_in: Option<SignIn>,
    /// How people sign up.
    pub(super) sign_up: Option<SignUp>,
    /// What happens after a first social sign-in.
    social_sign_in: Option<SocialSignIn>,
    /// The targets of the social connectors on the page, in order: each a text, or a reference
    /// (`{ref: connector/github, field: target}`).
    social_sign_in_connector_targets: Option<Vec<Text>>,
    /// What people can do there.
    sign_in_mode: Option<SignInMode>,
    /// Style sheets of your own.
    custom_css: Option<Nullable<Text>>,
    /// Content of your own, by the page's path.
    pub(super) custom_content: Option<Free>,
    /// What custom UI assets may load and call, beyond the default policy (on the Cloud only).
    custom_ui_csp: Option<CustomUiCsp>,
    /// What a password must be like.
    password_policy: Option<PasswordPolicy>,
    /// Multi-factor sign-in.
    pub(super) mfa: Option<Mfa>,
    /// Multi-factor sign-in by risk. The server turns it off with the last factor.
    pub(super) adaptive_mfa: Option<Switch>,
    /// Whether people of a company sign in through its own provider.
    single_sign_on_enabled: Option<bool>,
    /// Where help is to be had, on error pages.
    #[schemars(regex(pattern = r"^$|^\S+@\S+\.\S+$"))]
    support_email: Option<Nullable<Text>>,
    /// Where help is to be had, on error pages.
    #[schemars(regex(pattern = r"^$|^[A-Za-z][A-Za-z0-9+.-]*:\S+$"))]
    support_website_url: Option<Nullable<Text>>,
    /// Where people are sent whose session is not known.
    #[schemars(regex(pattern = r"^$|^[A-Za-z][A-Za-z0-9+.-]*:\S+$"))]
    unknown_session_redirect_url: Option<Nullable<Text>>,
    /// Whether a captcha stands before sign-in; a `CaptchaProvider` must be there.
    captcha_policy: Option<Switch>,
    /// When people are locked out for too many attempts.
    sentinel_policy: Option<SentinelPolicy>,
    /// Which e-mail addresses are taken at sign-up.
    pub(super) email_blocklist_policy: Option<EmailBlocklistPolicy>,
    /// How long codes are good for.
    verification_code_policy: Option<VerificationCodePolicy>,
    /// How a forgotten password is got back; each wants a connector.
    #[serde(default, deserialize_with = "written")]
    pub(super) forgot_password_methods: Option<Nullable<Vec<ForgotPasswordMethod>>>,
    /// Sign-in by passkey.
    passkey_sign_in: Option<PasskeySignIn>,
    /// The profile fields that sign-up asks for, in order.
    sign_up_profile_fields: Option<Nullable<Vec<ProfileField>>>,
    /// When passwords end. The server merges it with what it has.
    pub(super) password_expiration: Option<PasswordExpiration>,
    /// What a user name must be like.
    pub(super) username_policy: Option<UsernamePolicy>,
}

/// Which language the pages are in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct LanguageInfo {
    /// Whether the browser's language decides.
    auto_detect: Option<bool>,
    /// The language otherwise: built in, or with `CustomPhrases`.
    pub(super) fallback_language: Option<Text>,
}

/// How people agree to the terms.
#[derive(Debug, Deserialize, JsonSchema)]
enum AgreeToTermsPolicy {
    Automatic,
    ManualRegistrationOnly,
    Manual,
}

/// How people sign in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SignIn {
    /// The ways, in order.
    pub(super) methods: Option<Vec<SignInMethod>>,
}

/// A way to sign in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct SignInMethod {
    /// What is typed first.
    pub(super) identifier: Identifier,
    /// Whether a password is taken.
    password: bool,
    /// Whether a code is sent and taken.
    pub(super) verification_code: bool,
    /// Whether the password is asked for first.
    is_password_primary: bool,
}

/// What tells people apart.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Identifier {
    Username,
    Email,
    Phone,
}

/// What tells people apart, or one of two of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum SecondaryIdentifierKind {
    Username,
    Email,
    Phone,
    EmailOrPhone,
}

/// How people sign up.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct SignUp {
    /// What they give.
    pub(super) identifiers: Option<Vec<Identifier>>,
    /// Whether they set a password.
    password: Option<bool>,
    /// Whether an address or number is verified by a code.
    pub(super) verify: Option<bool>,
    /// What they give besides.
    pub(super) secondary_identifiers: Option<Vec<SecondaryIdentifier>>,
}

/// What people give besides.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SecondaryIdentifier {
    /// Which.
    pub(super) identifier: SecondaryIdentifierKind,
    /// Whether it is verified by a code.
    pub(super) verify: Option<bool>,
}

impl SecondaryIdentifier {
    /// Whether it is that one, or may be.
    pub(super) fn is(&self, first: Identifier) -> bool {
        use SecondaryIdentifierKind as Kind;
        matches!(
            (&self.identifier, first),
            (Kind::Username, Identifier::Username)
                | (Kind::Email, Identifier::Email)
                | (Kind::Phone, Identifier::Phone)
        )
    }
}

/// What happens after a first social sign-in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct SocialSignIn {
    /// Whether an account of the same address is linked without asking.
    automatic_account_linking: Option<bool>,
    /// Whether sign-up's identifiers need not be given.
    skip_required_identifiers: Option<bool>,
}

/// What people can do on the pages.
#[derive(Debug, Deserialize, JsonSchema)]
enum SignInMode {
    SignIn,
    Register,
    SignInAndRegister,
}

/// Sources beyond the default policy.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct CustomUiCsp {
    /// Where scripts may come from.
    script_src: Option<Vec<Text>>,
    /// What may be called.
    connect_src: Option<Vec<Text>>,
}

/// What a password must be like.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct PasswordPolicy {
    /// How long.
    length: Option<Length>,
    /// Of how many sorts of characters.
    character_types: Option<CharacterTypes>,
    /// What it must not be.
    rejects: Option<Rejects>,
}

/// How long.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Length {
    /// At least.
    #[schemars(range(min = 1))]
    min: Option<u32>,
    /// At most.
    #[schemars(range(min = 1))]
    max: Option<u32>,
}

/// Of how many sorts of characters.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct CharacterTypes {
    /// At least.
    #[schemars(range(min = 1, max = 4))]
    min: Option<u32>,
}

/// What a password must not be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Rejects {
    /// One that is known to have leaked.
    pwned: Option<bool>,
    /// Repeated or successive characters.
    repetition_and_sequence: Option<bool>,
    /// What is known of the user.
    user_info: Option<bool>,
    /// These words.
    words: Option<Vec<Text>>,
}

/// Multi-factor sign-in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Mfa {
    /// The second factors.
    pub(super) factors: Option<Vec<Factor>>,
    /// Who is asked for one.
    pub(super) policy: Option<MfaPolicy>,
    /// Who is asked in an organization that demands it.
    organization_required_mfa_policy: Option<OrganizationMfaPolicy>,
}

/// A second factor.
#[derive(Debug, Deserialize, JsonSchema, PartialEq, Eq)]
pub(super) enum Factor {
    Totp,
    WebAuthn,
    BackupCode,
    EmailVerificationCode,
    PhoneVerificationCode,
}

/// Who is asked for a second factor.
#[derive(Debug, Deserialize, JsonSchema, PartialEq, Eq)]
pub(super) enum MfaPolicy {
    UserControlled,
    Mandatory,
    PromptOnlyAtSignIn,
    PromptAtSignInAndSignUp,
    NoPrompt,
    PromptAtSignInAndSignUpMandatory,
    PromptOnlyAtSignInMandatory,
}

/// Who is asked in an organization that demands it.
#[derive(Debug, Deserialize, JsonSchema)]
enum OrganizationMfaPolicy {
    NoPrompt,
    Mandatory,
}

/// A policy that is on or off.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Switch {
    /// Whether it is on.
    pub(super) enabled: Option<bool>,
}

/// When people are locked out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct SentinelPolicy {
    /// After so many failed attempts within an hour; 100 if not written.
    max_attempts: Option<u32>,
    /// For so many minutes; 60 if not written.
    lockout_duration: Option<u32>,
}

/// Which e-mail addresses are taken.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct EmailBlocklistPolicy {
    /// Whether known throw-away domains are refused (on the Cloud only).
    block_disposable_addresses: Option<bool>,
    /// Whether addresses with a `+` are refused.
    block_subaddressing: Option<bool>,
    /// Addresses and domains that are always taken (`a@example.com`, `@example.com`, `@*.example.com`).
    pub(super) custom_allowlist: Option<Vec<Text>>,
    /// Addresses and domains that are refused, written as above.
    pub(super) custom_blocklist: Option<Vec<Text>>,
}

/// How long codes are good for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct VerificationCodePolicy {
    /// In seconds.
    #[schemars(range(min = 60, max = 3600))]
    expiration_duration: Option<u32>,
    /// How often one may be mistyped.
    #[schemars(range(min = 1, max = 100))]
    max_retry_attempts: Option<u32>,
}

/// How a forgotten password is got back.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) enum ForgotPasswordMethod {
    EmailVerificationCode,
    PhoneVerificationCode,
}

/// Sign-in by passkey.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct PasskeySignIn {
    /// Whether it is on.
    enabled: Option<bool>,
    /// Whether the page has a button for it.
    show_passkey_button: Option<bool>,
    /// Whether the browser may offer one where the name is typed.
    allow_autofill: Option<bool>,
}

/// A profile field, by name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(in crate::provider::logto::kinds) struct ProfileField {
    /// The name: a text, or a reference (`{ref: customprofilefield/tier, field: name}`).
    #[schemars(length(min = 1))]
    name: Text,
}

/// When passwords end.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct PasswordExpiration {
    /// Whether they do. It wants a way to get a forgotten password back.
    pub(super) enabled: Option<bool>,
    /// After so many days.
    #[schemars(range(min = 1))]
    pub(super) valid_period_days: Option<u32>,
    /// Since when, in milliseconds since 1970; the server sets it where it is not written.
    enabled_at: Option<u64>,
}

/// What a user name must be like.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct UsernamePolicy {
    /// Whether `A` and `a` are two; the server refuses to unite them while names clash.
    case_sensitive: Option<bool>,
    /// At least so many characters.
    #[schemars(range(min = 1, max = 128))]
    pub(super) min_length: Option<u32>,
    /// At most so many characters.
    #[schemars(range(min = 1, max = 128))]
    pub(super) max_length: Option<u32>,
    /// Which characters.
    pub(super) allowed_chars: Option<AllowedChars>,
}

/// Which characters a user name may have.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct AllowedChars {
    /// `a` to `z`.
    pub(super) lowercase: Option<bool>,
    /// `A` to `Z`.
    pub(super) uppercase: Option<bool>,
    /// `0` to `9`.
    numbers: Option<bool>,
    /// `_`.
    pub(super) underscore: Option<bool>,
}

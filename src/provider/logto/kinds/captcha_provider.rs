//! `CaptchaProvider`: who tells people from machines on the sign-in pages.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::Segment::Text as T;
use crate::kind::spec::{SecretField, Text};
use crate::kind::{Api, Complaint, Endpoint, Home, Key, Kind, Method, Path, Quirk, Route, Shape};

/// The kind.
pub(super) struct CaptchaProvider;

/// Who tells people from machines. A tenant has one, or none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Spec {
    /// What the provider needs.
    config: CaptchaConfig,
}

/// What the provider needs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
struct CaptchaConfig {
    /// Which provider.
    #[serde(rename = "type")]
    provider: Provider,
    /// The key that pages show.
    site_key: Text,
    /// The key that nobody sees.
    secret_key: SecretField,
    /// The Google Cloud project (`RecaptchaEnterprise`).
    project_id: Option<Text>,
    /// Where its script is from, if not google.com (`RecaptchaEnterprise`).
    domain: Option<Text>,
    /// Whether people see it (`RecaptchaEnterprise`).
    mode: Option<Mode>,
}

/// Which provider.
#[derive(Debug, Deserialize, JsonSchema, PartialEq, Eq)]
enum Provider {
    /// Cloudflare's.
    Turnstile,
    /// Google's.
    RecaptchaEnterprise,
}

/// Whether people see it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// They do not.
    Invisible,
    /// They tick a box.
    Checkbox,
}

const PROVIDER: Path = &[T("/api/captcha-provider")];

const fn call(method: Method) -> Endpoint {
    Endpoint {
        method,
        path: PROVIDER,
    }
}

impl Kind for CaptchaProvider {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "CaptchaProvider";
    const NAME: &'static str = "captchaprovider";
    const ABOUT: &'static str = "Who tells people from machines on the sign-in pages. Its removal \
                                 also turns `captchaPolicy` of the sign-in experience off.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: CaptchaProvider
metadata:
  name: captcha
  tenant: acme-dev
spec:
  config:
    type: Turnstile
    siteKey: '0x4AAAAAAA'
    secretKey: {env: TURNSTILE_SECRET}
";
    const HOME: Home = Home::Tenant;
    // One, or 404 (captcha-provider.jsonl 1275); a PUT makes it or replaces it (1278).
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        read: Some(PROVIDER),
        create: Some(call(Method::Put)),
        update: Some(call(Method::Put)),
        delete: Some(call(Method::Delete)),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Single;
    const QUIRKS: &'static [Quirk] = &[Quirk::ReplacedWhole];

    fn check(spec: &Spec) -> Vec<Complaint> {
        let config = &spec.config;
        let only_google = [
            ("config.projectId", config.project_id.is_some()),
            ("config.domain", config.domain.is_some()),
            ("config.mode", config.mode.is_some()),
        ];
        match config.provider {
            Provider::RecaptchaEnterprise if config.project_id.is_none() => vec![Complaint::new(
                "config.projectId",
                "reCAPTCHA Enterprise needs a project",
                "write `projectId: …`",
            )],
            Provider::RecaptchaEnterprise => Vec::new(),
            Provider::Turnstile => only_google
                .into_iter()
                .filter(|(_, written)| *written)
                .map(|(field, _)| {
                    let message = "Turnstile does not know this field";
                    Complaint::new(field, message, format!("drop `{field}`"))
                })
                .collect(),
        }
    }
}

//! `CimdConfig`: whether clients that nobody registered may ask people in, and for what.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::consents::{UserConsentScopes, consents};
use crate::kind::Segment::Text as T;
use crate::kind::{
    Api, Endpoint, Field, Home, Key, Kind, Method, Path, Policy, Relation, Route, Shape,
};

/// The kind.
pub(super) struct CimdConfig;

/// Clients that describe themselves by an OAuth Client ID Metadata Document. There is one
/// configuration a tenant, from the start. The released Logto 1.42.0 does not have it yet.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// Whether such clients are let in at all.
    enabled: Option<bool>,
    /// What they may ask people's consent for at most. The Management API's scopes never.
    user_consent_scopes: Option<UserConsentScopes>,
}

const CONFIG: Path = &[T("/api/configs/cimd")];
const CONSENTS: [Relation; 4] = consents!(T("/api/cimd"));

impl Kind for CimdConfig {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "CimdConfig";
    const NAME: &'static str = "cimdconfig";
    const ABOUT: &'static str = "Whether clients that nobody registered may ask people in, and \
                                 for what (not in the released Logto 1.42.0 yet).";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: CimdConfig
metadata:
  name: clients
  tenant: acme-dev
spec:
  enabled: true
  userConsentScopes:
    userScopes: [profile, email]
    resourceScopes: ['orders.read:orders']
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Singleton,
        read: Some(CONFIG),
        update: Some(Endpoint {
            method: Method::Patch,
            path: CONFIG,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Single;
    // configs-misc.jsonl 1089 and 1090.
    const FIELDS: &'static [Field] = &[Field::new("enabled", Policy::Default(|| json!(false)))];
    const RELATIONS: &'static [Relation] = &CONSENTS;
    const ADVICE: &'static [(&'static str, &'static str)] = &[(
        "request.invalid_input",
        "the server must protect itself from requests to its own network: take \
         OIDC_PROVIDER_SSRF_PROTECTION_DISABLED out of its environment",
    )];
}

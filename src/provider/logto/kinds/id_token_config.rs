//! `IdTokenConfig`: which further claims ID tokens have.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::kind::Segment::Text as T;
use crate::kind::{Api, Endpoint, Field, Home, Key, Kind, Method, Path, Policy, Route, Shape};

/// The kind.
pub(super) struct IdTokenConfig;

/// A claim beyond the standard ones.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ExtendedClaim {
    CustomData,
    Identities,
    SsoIdentities,
    Roles,
    Organizations,
    OrganizationData,
    OrganizationRoles,
}

/// The configuration of ID tokens. There is one a tenant, from the start.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The claims beyond the standard ones.
    enabled_extended_claims: Option<Vec<ExtendedClaim>>,
}

const ID_TOKEN: Path = &[T("/api/configs/id-token")];

impl Kind for IdTokenConfig {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "IdTokenConfig";
    const NAME: &'static str = "idtokenconfig";
    const ABOUT: &'static str = "Which further claims ID tokens have.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: IdTokenConfig
metadata:
  name: default
  tenant: acme-dev
spec:
  enabledExtendedClaims: [roles, organizations, custom_data]
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Singleton,
        read: Some(ID_TOKEN),
        // configs-misc.jsonl 1085: there is no PATCH.
        update: Some(Endpoint {
            method: Method::Put,
            path: ID_TOKEN,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Single;
    const FIELDS: &'static [Field] = &[
        Field::new("enabledExtendedClaims", Policy::Set),
        // pristine.jsonl 68.
        Field::new(
            "enabledExtendedClaims",
            Policy::Default(|| json!(["roles", "organizations", "organization_roles"])),
        ),
    ];
}

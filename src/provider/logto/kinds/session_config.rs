//! `SessionConfig`: how long a sign-in lasts.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::kind::Segment::Text as T;
use crate::kind::{Api, Endpoint, Field, Home, Key, Kind, Method, Path, Policy, Route, Shape};

/// The kind.
pub(super) struct SessionConfig;

/// The configuration of sessions. There is one a tenant, from the start.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// Seconds that a sign-in lasts; 1209600, two weeks, in a new tenant.
    #[schemars(range(min = 1, max = 31_536_000))]
    ttl: Option<u64>,
}

const SESSION: Path = &[T("/api/configs/oidc/session")];

impl Kind for SessionConfig {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "SessionConfig";
    const NAME: &'static str = "sessionconfig";
    const ABOUT: &'static str = "How long a sign-in lasts.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: SessionConfig
metadata:
  name: default
  tenant: acme-dev
spec:
  ttl: 86400
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Singleton,
        read: Some(SESSION),
        update: Some(Endpoint {
            method: Method::Patch,
            path: SESSION,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Single;
    // pristine.jsonl 69; null is refused (configs-oidc.jsonl 1073).
    const FIELDS: &'static [Field] = &[Field::new("ttl", Policy::Default(|| json!(1_209_600)))];
}

//! `ApiResource`: an API that tokens are issued for, with its scopes.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::base::Value;
use crate::kind::Segment::{Own as Id, Text as T};
use crate::kind::spec::{Members, Nullable, Text};
use crate::kind::{
    Api, Cap, Children, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Own, Paging,
    Path, Policy, Quirk, Route, Rule, Shape,
};

/// The kind.
pub(super) struct ApiResource;

/// An API resource.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The name that people see; `metadata.name` if not written.
    #[schemars(length(min = 1))]
    name: Option<Text>,
    /// The indicator: any text, compared byte for byte. A change replaces the resource, with its
    /// scopes and every grant of them.
    #[schemars(length(min = 1))]
    indicator: Text,
    /// Seconds that an access token lives.
    access_token_ttl: Option<i64>,
    /// Whether it is the tenant's default resource; there is one.
    is_default: Option<bool>,
    /// Its scopes, each an object of its own at `TENANT/scope/RESOURCE.SCOPE`.
    scopes: Option<Members<ScopeItem>>,
}

/// A scope written inside its resource.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct ScopeItem {
    /// The scope's name, without white space.
    #[schemars(length(min = 1, max = 256), regex(pattern = r"^\S+$"))]
    name: Text,
    /// What it allows.
    description: Option<Nullable<Text>>,
}

const RESOURCES: &str = "/api/resources";
const RESOURCE: Path = &[T("/api/resources/"), Id];

impl Kind for ApiResource {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "ApiResource";
    const NAME: &'static str = "apiresource";
    const ABOUT: &'static str = "An API that access tokens are issued for, with its scopes.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: ApiResource
metadata:
  name: orders
  tenant: acme-dev
spec:
  name: Orders API
  indicator: https://orders.example.com
  accessTokenTtl: 3600
  scopes:
    - {name: 'read:orders', description: Read orders}
    - {name: 'write:orders', description: Change orders}
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        // One request brings all resources with all their scopes (resources.jsonl,
        // "includeScopes=true"); without `page` the list is whole.
        list: Some(List {
            from: ListFrom::All(&[T(RESOURCES)]),
            query: "includeScopes=true",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(RESOURCE),
        create: Some(Endpoint {
            method: Method::Post,
            path: &[T(RESOURCES)],
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: RESOURCE,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: RESOURCE,
        }),
        // Ignored in create and update; setting it takes it from the one that had it
        // (reference/logto-management.md, section 2; resources.jsonl 367).
        own: &[Own {
            field: "isDefault",
            endpoint: Endpoint {
                method: Method::Patch,
                path: &[T("/api/resources/"), Id, T("/is-default")],
            },
            wrapped: true,
            in_create: false,
            read: None,
        }],
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["indicator"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = &[
        Field::new("indicator", Policy::Immutable),
        Field::new("accessTokenTtl", Policy::Default(|| json!(3600))),
        Field::new("isDefault", Policy::Default(|| json!(false))),
    ];
    const CHILDREN: &'static [Children] = &[Children {
        field: "scopes",
        kind: "scope",
        parent_field: "resource",
        name_field: "name",
    }];
    const RULES: &'static [Rule] = super::ways_in::OF_RESOURCE;
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey];
    const WITH: &'static str = "its scopes and every grant of them";
    /// reference/logto-cloud.md, "Entity caps", documented.
    const CAPS: &'static [Cap] = &[Cap {
        of: None,
        per: None,
        tiers: &[("development", 100), ("production", 1_000)],
    }];

    fn builtin(live: &Value) -> Option<&'static str> {
        (live.get("id")?.as_text()? == "management-api")
            .then_some("it is the Management API's own resource")
    }
}

//! `Scope`: a permission of an API resource.

use schemars::JsonSchema;
use serde::Deserialize;

use super::ToResource;
use crate::base::Value;
use crate::kind::Segment::{Field as Of, Own, Text as T};
use crate::kind::spec::{Nullable, Ref, Text};
use crate::kind::{
    Api, Cap, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path, Policy,
    Quirk, Route, Rule, Shape,
};

/// The kind.
pub(super) struct Scope;

/// A permission of an API resource.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The API resource that it belongs to. A change replaces the scope.
    resource: Ref<ToResource>,
    /// Its name, without white space; `metadata.name` if not written.
    #[schemars(length(min = 1, max = 256), regex(pattern = r"^\S+$"))]
    name: Option<Text>,
    /// What it allows.
    description: Option<Nullable<Text>>,
}

const SCOPES: Path = &[T("/api/resources/"), Of("resource"), T("/scopes")];
const SCOPE: Path = &[T("/api/resources/"), Of("resource"), T("/scopes/"), Own];

impl Kind for Scope {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "Scope";
    const NAME: &'static str = "scope";
    const ABOUT: &'static str = "A permission of an API resource.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Scope
metadata:
  name: orders-export
  tenant: acme-dev
spec:
  resource: orders
  name: export:orders
  description: Export all orders
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::Embedded {
                kind: "apiresource",
                member: "scopes",
                parent_field: "resource",
            },
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        create: Some(Endpoint {
            method: Method::Post,
            path: SCOPES,
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: SCOPE,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: SCOPE,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["resource", "name"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = &[
        Field::new("resource", Policy::Immutable),
        Field::new("resource", Policy::InPath),
        Field::new("resource", Policy::LiveName("resourceId")),
        Field::new("description", Policy::EmptyIsNull),
    ];
    const RULES: &'static [Rule] = super::ways_in::OF_SCOPE;
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey];
    /// reference/logto-cloud.md, "Entity caps", documented.
    const CAPS: &'static [Cap] = &[Cap {
        of: None,
        per: Some("resource"),
        tiers: &[("production", 1_000)],
    }];
    const WITH: &'static str = "every grant of it";

    fn builtin(live: &Value) -> Option<&'static str> {
        (live.get("resource")?.as_text()? == "management-api")
            .then_some("it belongs to the Management API")
    }
}

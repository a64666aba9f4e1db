//! `ApplicationSecret`: a secret of an application, written in the application's `secrets`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::ToApplication;
use crate::base::Value;
use crate::kind::Segment::{Field as Of, Own, Text as T};
use crate::kind::spec::{Nullable, Ref, Text, Time};
use crate::kind::{
    Api, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Policy, Quirk, Route,
    Rule, Shape,
};

/// The kind.
pub(super) struct ApplicationSecret;

/// A secret of an application.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The application that it belongs to.
    application: Ref<ToApplication>,
    /// Its name, unique in the application.
    #[schemars(length(min = 1, max = 256))]
    name: Text,
    /// When it ends; never, if not written. A change makes another secret.
    expires_at: Option<Nullable<Time>>,
}

impl Kind for ApplicationSecret {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "ApplicationSecret";
    const NAME: &'static str = "applicationsecret";
    const ABOUT: &'static str = "A secret of an application; its value is an output.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Application
metadata:
  name: web
  tenant: acme-dev
spec:
  type: Traditional
  secrets:
    - {name: ci, expiresAt: 2030-01-01T00:00:00Z}
";
    const HOME: Home = Home::Tenant;
    // The name is the id: it is in the path, and a renamed secret is another one.
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::Parent {
                kind: "application",
                path: &[T("/api/applications/"), Own, T("/secrets")],
                parent_field: "application",
            },
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        create: Some(Endpoint {
            method: Method::Post,
            path: &[T("/api/applications/"), Of("application"), T("/secrets")],
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: &[
                T("/api/applications/"),
                Of("application"),
                T("/secrets/"),
                Own,
            ],
        }),
        id: "name",
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["application", "name"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = &[
        Field::new("application", Policy::InPath),
        Field::new("application", Policy::Immutable),
        Field::new("application", Policy::LiveName("applicationId")),
        Field::new("expiresAt", Policy::Immutable),
        Field::new("expiresAt", Policy::Millis),
    ];
    const RULES: &'static [Rule] = super::ways_in::OF_SECRET;
    const QUIRKS: &'static [Quirk] = &[Quirk::ChildOnly, Quirk::UniqueKey];

    fn builtin(live: &Value) -> Option<&'static str> {
        (live.get("name")?.as_text()? == "Default secret").then_some("the server made it")
    }
}

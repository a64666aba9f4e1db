//! `Acl`: a protected resource (Enterprise).

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::identifier;
use crate::base::Value;
use crate::kind::Segment::{Own2F, Text as T};
use crate::kind::spec::Text;
use crate::kind::{
    Api, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path, Policy, Quirk,
    Route, Shape,
};

/// The kind.
pub(super) struct Acl;

/// A protected resource. One that only `permissions` name is made as needed, and never deleted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The resource id; `metadata.name` if not written.
    #[schemars(length(min = 1))]
    rid: Option<Text>,
    /// What it protects.
    description: Option<Text>,
}

const ACLS: &str = "/acs/api/v1/acls";
const ACL: Path = &[T("/acs/api/v1/acls/"), Own2F];

impl Kind for Acl {
    type Spec = Spec;
    const API: Api = Api::Dcos;
    const KIND: &'static str = "Acl";
    const NAME: &'static str = "acl";
    const ABOUT: &'static str = "A protected resource (Enterprise).";
    const EXAMPLE: &'static str = "\
apiVersion: dcos/v1
kind: Acl
metadata:
  name: dev-services
  cluster: prod
spec:
  rid: dcos:service:marathon:marathon:services:/dev
  description: Services of the developers
";
    const HOME: Home = Home::Cluster;
    const ROUTE: Route = Route {
        shape: Shape::Keyed,
        list: Some(List {
            from: ListFrom::All(&[T(ACLS)]),
            query: "",
            paging: Paging::Whole,
            member: Some("array"),
            search: &[],
        }),
        read: Some(ACL),
        create: Some(Endpoint {
            method: Method::Put,
            path: ACL,
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: ACL,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: ACL,
        }),
        id: "rid",
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["rid"]);
    const NAMED_BY: Option<&'static str> = Some("rid");
    const FIELDS: &'static [Field] = &[
        Field::new("rid", Policy::InPath),
        Field::new("description", Policy::Default(|| json!(""))),
        Field::new("description", Policy::AtCreate(|| json!(""))),
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::SomeEditions];
    const WITH: &'static str = "every permission on it";

    fn check_key(rid: &str) -> Option<String> {
        identifier::rid(rid)
    }

    fn builtin(live: &Value) -> Option<&'static str> {
        match live.get("rid")?.as_text()? {
            "dcos:superuser" => Some("it makes the superusers"),
            rid => is_builtin(rid).then_some("a new cluster has it"),
        }
    }
}

/// What a new cluster has, by the product's documentation of permissions; that there is nothing
/// else is inferred (reference/dcos-iam.md 9 names the prefixes).
const BUILTIN: &[&str] = &[
    "dcos:adminrouter:acs",
    "dcos:adminrouter:licensing",
    "dcos:adminrouter:package",
    "dcos:adminrouter:secrets",
    "dcos:adminrouter:service:marathon",
    "dcos:adminrouter:service:metronome",
    "dcos:mesos:master:framework:role:*",
    "dcos:mesos:master:reservation:role:*",
    "dcos:mesos:master:volume:role:*",
    "dcos:mesos:master:task:app_id:/",
    "dcos:service:marathon:marathon:services:/",
    "dcos:service:metronome:metronome:jobs",
];

fn is_builtin(rid: &str) -> bool {
    BUILTIN.contains(&rid) || rid.starts_with("dcos:adminrouter:ops:")
}

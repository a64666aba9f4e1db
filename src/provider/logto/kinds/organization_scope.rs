//! `OrganizationScope`: a permission inside an organization.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::Segment::{Own, Text as T};
use crate::kind::spec::{Nullable, Text};
use crate::kind::{
    Api, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path, Policy, Quirk,
    Route, Shape,
};

/// The kind.
pub(super) struct OrganizationScope;

/// A permission inside an organization.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// Its name, unique in the tenant, spaces allowed; `metadata.name` if not written.
    #[schemars(length(min = 1, max = 128))]
    name: Option<Text>,
    /// What it allows.
    #[schemars(length(max = 256))]
    description: Option<Nullable<Text>>,
}

const SCOPES: Path = &[T("/api/organization-scopes")];
const SCOPE: Path = &[T("/api/organization-scopes/"), Own];

impl Kind for OrganizationScope {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "OrganizationScope";
    const NAME: &'static str = "organizationscope";
    const ABOUT: &'static str = "A permission inside an organization.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: OrganizationScope
metadata:
  name: member-invite
  tenant: acme-dev
spec:
  name: invite:member
  description: Invite people
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        // Without `page` the list is whole (organization-scopes.jsonl 693).
        list: Some(List {
            from: ListFrom::All(SCOPES),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(SCOPE),
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
    const KEY: Key = Key::Fields(&["name"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = &[Field::new("description", Policy::EmptyIsNull)];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey];
    const WITH: &'static str = "every grant of it";
}

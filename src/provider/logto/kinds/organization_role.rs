//! `OrganizationRole`: a named set of scopes inside organizations, for users or for machines.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::role::RoleType;
use super::{ToOrganizationScope, ToScope};
use crate::kind::Segment::{Item, Own, Text as T};
use crate::kind::spec::{Members, Nullable, Ref, Text};
use crate::kind::{
    Api, Attach, EdgeBody, EdgeShape, Endpoint, Field, Grants, Home, Key, Kind, List, ListFrom,
    Method, Paging, Path, Policy, Quirk, ReadEdges, Relation, Route, Shape,
};

/// The kind.
pub(super) struct OrganizationRole;

/// A role inside organizations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// Its name, unique among both types; `metadata.name` if not written.
    #[schemars(length(min = 1, max = 128))]
    name: Option<Text>,
    /// What it is for.
    #[schemars(length(max = 256))]
    description: Option<Nullable<Text>>,
    /// `User` (if not written) or `MachineToMachine`.
    #[serde(rename = "type")]
    role_type: Option<RoleType>,
    /// The organization scopes that it grants.
    scopes: Option<Members<Ref<ToOrganizationScope>>>,
    /// The scopes of API resources that it grants.
    resource_scopes: Option<Members<Ref<ToScope>>>,
}

const ROLES: Path = &[T("/api/organization-roles")];
const ROLE: Path = &[T("/api/organization-roles/"), Own];
const SCOPES: Path = &[T("/api/organization-roles/"), Own, T("/scopes")];
const RESOURCE_SCOPES: Path = &[T("/api/organization-roles/"), Own, T("/resource-scopes")];

/// A list of scopes, read by role (whole without `page`: section 1.3).
const fn by_role(path: Path) -> ReadEdges {
    ReadEdges {
        path,
        query: "",
        paging: Paging::Whole,
        member: None,
        id: "id",
        words: None,
        held: None,
    }
}

/// The same in the list of all roles, which shows it (organization-roles.jsonl 735).
const fn in_list(member: &'static str) -> ReadEdges {
    ReadEdges {
        path: ROLES,
        query: "",
        paging: Paging::Pages,
        member: None,
        id: "id",
        words: Some((member, "id")),
        held: None,
    }
}

impl Kind for OrganizationRole {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "OrganizationRole";
    const NAME: &'static str = "organizationrole";
    const ABOUT: &'static str =
        "A named set of scopes inside organizations, for users or for machines.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: OrganizationRole
metadata:
  name: manager
  tenant: acme-dev
spec:
  name: Manager
  description: Runs an organization
  type: User
  scopes: [member-invite]
  resourceScopes: ['orders.read:orders']
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::All(ROLES),
            query: "",
            paging: Paging::Pages,
            member: None,
            search: &[],
        }),
        read: Some(ROLE),
        create: Some(Endpoint {
            method: Method::Post,
            path: ROLES,
        }),
        // It changes the type too (organization-roles.jsonl 755).
        update: Some(Endpoint {
            method: Method::Patch,
            path: ROLE,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: ROLE,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["name"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = &[
        Field::new("description", Policy::EmptyIsNull),
        Field::new("type", Policy::Default(|| json!("User"))),
    ];
    const RELATIONS: &'static [Relation] = &[
        Relation {
            field: "scopes",
            to: &["organizationscope"],
            shape: EdgeShape::Objects,
            by_owner: &[by_role(SCOPES)],
            by_item: Some(in_list("scopes")),
            // One that is there already is no error (organization-roles.jsonl 763, 782).
            attach: Attach::post(SCOPES, EdgeBody::Many("organizationScopeIds")),
            detach: Attach::delete(&[T("/api/organization-roles/"), Own, T("/scopes/"), Item(0)]),
            grants: Grants::Permission,
        },
        Relation {
            field: "resourceScopes",
            to: &["scope"],
            shape: EdgeShape::Objects,
            by_owner: &[by_role(RESOURCE_SCOPES)],
            by_item: Some(in_list("resourceScopes")),
            attach: Attach::post(RESOURCE_SCOPES, EdgeBody::Many("scopeIds")),
            detach: Attach::delete(&[
                T("/api/organization-roles/"),
                Own,
                T("/resource-scopes/"),
                Item(0),
            ]),
            grants: Grants::Permission,
        },
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey];
    const WITH: &'static str = "its scopes and whoever holds it";
}

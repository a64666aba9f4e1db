//! `Role`: a named set of scopes, for users or for machines.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::ToScope;
use crate::base::Value;
use crate::kind::Segment::{Item, Own, Text as T};
use crate::kind::spec::{Members, Ref, Text};
use crate::kind::{
    Api, Attach, Cap, EdgeBody, EdgeShape, Endpoint, Field, Fit, Grants, Home, Key, Kind, List,
    ListFrom, Method, Paging, Path, Policy, Quirk, ReadEdges, Relation, Route, Shape, Wants,
};

/// The kind.
pub(super) struct Role;

/// Who may hold a role.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) enum RoleType {
    /// Users.
    User,
    /// Machine-to-machine applications.
    MachineToMachine,
}

/// A role.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// Its name, unique among both types; `metadata.name` if not written.
    #[schemars(length(min = 1, max = 128))]
    name: Option<Text>,
    /// What it is for.
    #[schemars(length(min = 1, max = 128))]
    description: Text,
    /// `User` (if not written) or `MachineToMachine`. A change replaces the role: whoever holds
    /// it loses it.
    #[serde(rename = "type")]
    role_type: Option<RoleType>,
    /// Whether every new user gets it.
    is_default: Option<bool>,
    /// The scopes that it grants.
    scopes: Option<Members<Ref<ToScope>>>,
}

const ROLES: &str = "/api/roles";
const ROLE: Path = &[T("/api/roles/"), Own];
const SCOPES: Path = &[T("/api/roles/"), Own, T("/scopes")];

impl Kind for Role {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "Role";
    const NAME: &'static str = "role";
    const ABOUT: &'static str = "A named set of scopes, for users or for machines.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Role
metadata:
  name: order-admin
  tenant: acme-dev
spec:
  name: Order admin
  description: Reads and changes orders
  type: User
  scopes:
    - 'orders.read:orders'
    - {ref: 'scope/orders.write:orders'}
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::All(&[T(ROLES)]),
            query: "",
            paging: Paging::Pages,
            member: None,
            search: &["name"],
        }),
        read: Some(ROLE),
        create: Some(Endpoint {
            method: Method::Post,
            path: &[T(ROLES)],
        }),
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
        Field::new("type", Policy::Immutable),
        Field::new("isDefault", Policy::Default(|| json!(false))),
    ];
    const RELATIONS: &'static [Relation] = &[Relation {
        field: "scopes",
        to: &["scope"],
        shape: EdgeShape::Objects,
        by_owner: &[ReadEdges {
            path: SCOPES,
            query: "",
            paging: Paging::Whole,
            member: None,
            id: "id",
            words: None,
            held: None,
        }],
        by_item: None,
        // Refused whole if one is there already, and there is no PUT (role-scopes.jsonl).
        attach: Attach {
            endpoint: Endpoint {
                method: Method::Post,
                path: SCOPES,
            },
            body: EdgeBody::Many("scopeIds"),
            already: &["role.scope_exists"],
        },
        detach: Attach::delete(&[T("/api/roles/"), Own, T("/scopes/"), Item(0)]),
        grants: Grants::Permission,
    }];
    const NEWCOMERS: Option<&'static str> = Some("isDefault");
    // role.management_api_scopes_not_assignable_to_user_role (role-scopes.jsonl).
    const FITS: &'static [Fit] = &[Fit {
        field: "scopes",
        of: Some(("type", "User", "User")),
        wants: Wants::NoBuiltin("management-api-all"),
    }];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey];
    const WITH: &'static str = "its scopes and whoever holds it";
    /// reference/logto-cloud.md, "Entity caps", documented. Machine roles of a production tenant
    /// have no documented number.
    const CAPS: &'static [Cap] = &[
        Cap {
            of: Some(("type", &["User", ""])),
            per: None,
            tiers: &[("development", 100), ("production", 1_000)],
        },
        Cap {
            of: Some(("type", &["MachineToMachine"])),
            per: None,
            tiers: &[("development", 100)],
        },
    ];

    fn builtin(live: &Value) -> Option<&'static str> {
        // roles.jsonl 560: hidden from the list, and deletable by its id.
        if live.get("id").and_then(Value::as_text) == Some("admin-role") {
            return Some("it is Logto's own");
        }
        let name = live.get("name")?.as_text()?;
        if name == "Logto Management API access" {
            return Some("every self-made machine client reaches the tenant through it");
        }
        name.starts_with("#internal:")
            .then_some("it is Logto's own")
    }

    fn check_key(name: &str) -> Option<String> {
        name.starts_with("#internal:").then(|| {
            "the server hides roles whose name begins with `#internal:` from its list".to_owned()
        })
    }
}

//! `Organization`: people and machines who belong together, with roles of their own.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{ToApplication, ToOrganizationRole, ToSsoConnector, ToUser};
use crate::kind::Segment::{Item, Own, Text as T};
use crate::kind::spec::{Carrying, Free, Item as MayCarry, Members, Nullable, Ref, Text};
use crate::kind::{
    Api, Attach, EdgeBody, EdgeShape, Endpoint, Field, Fit, Grants, Home, Key, Kind, List,
    ListFrom, Method, Paging, Path, Policy, ReadEdges, Relation, Route, Shape, Wants,
};

/// The kind.
pub(super) struct Organization;

/// An organization.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// Its name; `metadata.name` if not written. Not unique on the server: two hits are refused.
    #[schemars(length(min = 1, max = 128))]
    name: Option<Text>,
    /// What it is.
    #[schemars(length(max = 256))]
    description: Option<Nullable<Text>>,
    /// Data of your own.
    custom_data: Option<Free>,
    /// Whether its members must use a second factor.
    is_mfa_required: Option<bool>,
    /// Colours of its sign-in page.
    color: Option<super::look::Color>,
    /// Pictures of its sign-in page.
    branding: Option<super::look::Branding>,
    /// Style sheet of its sign-in page.
    custom_css: Option<Nullable<Text>>,
    /// Its users, each alone or with the roles that they hold in it.
    users: Option<Members<MayCarry<UserItem>>>,
    /// Its machine-to-machine applications, each alone or with the roles that they hold in it.
    applications: Option<Members<MayCarry<ApplicationItem>>>,
    /// Who comes into it by themselves, and as what.
    jit: Option<Jit>,
}

/// A user with roles.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct UserItem {
    /// Who.
    user: Ref<ToUser>,
    /// Roles of the type `User`.
    roles: Option<Members<Ref<ToOrganizationRole>>>,
}

impl Carrying for UserItem {
    const BY: &'static str = "user";
}

/// An application with roles.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct ApplicationItem {
    /// Which one.
    application: Ref<ToApplication>,
    /// Roles of the type `MachineToMachine`.
    roles: Option<Members<Ref<ToOrganizationRole>>>,
}

impl Carrying for ApplicationItem {
    const BY: &'static str = "application";
}

/// Just-in-time provisioning.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Jit {
    /// Whoever has an address in one of these domains.
    email_domains: Option<Members<EmailDomain>>,
    /// The roles, of the type `User`, that newcomers get.
    roles: Option<Members<Ref<ToOrganizationRole>>>,
    /// Whoever signs in through one of these identity providers.
    sso_connectors: Option<Members<Ref<ToSsoConnector>>>,
}

/// A domain; its case is kept as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "read through the schema")]
struct EmailDomain(#[schemars(length(min = 1, max = 128))] String);

const ORGANIZATIONS: Path = &[T("/api/organizations")];
const ORGANIZATION: Path = &[T("/api/organizations/"), Own];
const USERS: Path = &[T("/api/organizations/"), Own, T("/users")];
const APPLICATIONS: Path = &[T("/api/organizations/"), Own, T("/applications")];
const DOMAINS: Path = &[T("/api/organizations/"), Own, T("/jit/email-domains")];
const JIT_CONNECTORS: Path = &[T("/api/organizations/"), Own, T("/jit/sso-connectors")];
const JIT_ROLES: Path = &[T("/api/organizations/"), Own, T("/jit/roles")];

/// A member's roles as lists of members and of organizations show them (organizations.jsonl 851,
/// 886).
const ROLES: Option<(&str, &str)> = Some(("organizationRoles", "id"));

/// A list of members, or what it shows of their roles: always paged (section 1.3).
const fn members(path: Path, words: Option<(&'static str, &'static str)>) -> ReadEdges {
    ReadEdges {
        path,
        query: "",
        paging: Paging::Pages,
        member: None,
        id: "id",
        words,
        held: None,
    }
}

/// A list that is whole without `page` (section 1.3).
const fn whole(path: Path, id: &'static str) -> ReadEdges {
    ReadEdges {
        path,
        query: "",
        paging: Paging::Whole,
        member: None,
        id,
        words: None,
        held: None,
    }
}

/// The organizations that a member is in.
const fn of_member(path: Path, words: Option<(&'static str, &'static str)>) -> ReadEdges {
    ReadEdges {
        words,
        held: None,
        ..whole(path, "id")
    }
}

const OF_USER: Path = &[T("/api/users/"), Own, T("/organizations")];
const OF_APPLICATION: Path = &[T("/api/applications/"), Own, T("/organizations")];

/// Of members and roles, one that is there already is no error (organizations.jsonl 848, 866, 875,
/// 905).
const RELATIONS: &[Relation] = &[
    Relation {
        field: "users",
        to: &["user"],
        shape: EdgeShape::Items { by: "user" },
        by_owner: &[members(USERS, None)],
        by_item: Some(of_member(OF_USER, None)),
        attach: Attach::post(USERS, EdgeBody::Many("userIds")),
        detach: Attach::delete(&[T("/api/organizations/"), Own, T("/users/"), Item(0)]),
        grants: Grants::Members,
    },
    Relation {
        field: "users.roles",
        to: &["organizationrole"],
        shape: EdgeShape::Carried,
        by_owner: &[members(USERS, ROLES)],
        by_item: Some(of_member(OF_USER, ROLES)),
        // Each of the users with each of the roles (organizations.jsonl 865).
        attach: Attach::post(
            &[T("/api/organizations/"), Own, T("/users/roles")],
            EdgeBody::Product("userIds", "organizationRoleIds"),
        ),
        detach: Attach::delete(&[
            T("/api/organizations/"),
            Own,
            T("/users/"),
            Item(0),
            T("/roles/"),
            Item(1),
        ]),
        grants: Grants::Member,
    },
    Relation {
        field: "applications",
        to: &["application"],
        shape: EdgeShape::Items { by: "application" },
        by_owner: &[members(APPLICATIONS, None)],
        by_item: Some(of_member(OF_APPLICATION, None)),
        attach: Attach::post(APPLICATIONS, EdgeBody::Many("applicationIds")),
        detach: Attach::delete(&[T("/api/organizations/"), Own, T("/applications/"), Item(0)]),
        grants: Grants::Members,
    },
    Relation {
        field: "applications.roles",
        to: &["organizationrole"],
        shape: EdgeShape::Carried,
        by_owner: &[members(APPLICATIONS, ROLES)],
        by_item: Some(of_member(OF_APPLICATION, ROLES)),
        attach: Attach::post(
            &[T("/api/organizations/"), Own, T("/applications/roles")],
            EdgeBody::Product("applicationIds", "organizationRoleIds"),
        ),
        detach: Attach::delete(&[
            T("/api/organizations/"),
            Own,
            T("/applications/"),
            Item(0),
            T("/roles/"),
            Item(1),
        ]),
        grants: Grants::Member,
    },
    Relation {
        field: "jit.emailDomains",
        to: &[],
        shape: EdgeShape::Words,
        by_owner: &[whole(DOMAINS, "emailDomain")],
        by_item: None,
        // One a call, and one that is there already is refused (organizations.jsonl 892, 893).
        attach: Attach {
            already: &["entity.unique_integrity_violation"],
            ..Attach::post(DOMAINS, EdgeBody::One("emailDomain"))
        },
        detach: Attach::delete(&[
            T("/api/organizations/"),
            Own,
            T("/jit/email-domains/"),
            Item(0),
        ]),
        grants: Grants::Nothing,
    },
    Relation {
        field: "jit.roles",
        to: &["organizationrole"],
        shape: EdgeShape::Objects,
        by_owner: &[whole(JIT_ROLES, "id")],
        by_item: None,
        attach: Attach::post(JIT_ROLES, EdgeBody::Many("organizationRoleIds")),
        detach: Attach::delete(&[T("/api/organizations/"), Own, T("/jit/roles/"), Item(0)]),
        grants: Grants::Newcomers,
    },
    Relation {
        field: "jit.ssoConnectors",
        to: &["ssoconnector"],
        shape: EdgeShape::Objects,
        by_owner: &[whole(JIT_CONNECTORS, "id")],
        by_item: None,
        attach: Attach::post(JIT_CONNECTORS, EdgeBody::Many("ssoConnectorIds")),
        detach: Attach::delete(&[
            T("/api/organizations/"),
            Own,
            T("/jit/sso-connectors/"),
            Item(0),
        ]),
        grants: Grants::Nothing,
    },
];

const fn typed(field: &'static str, wanted: &'static str) -> Fit {
    Fit {
        field,
        of: None,
        wants: Wants::Text(("type", "User", wanted)),
    }
}

impl Kind for Organization {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "Organization";
    const NAME: &'static str = "organization";
    const ABOUT: &'static str =
        "People and machines who belong together, with roles of their own inside.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Organization
metadata:
  name: globex
  tenant: acme-dev
spec:
  name: Globex
  isMfaRequired: true
  users:
    - alice
    - {user: bob, roles: [manager]}
  applications:
    - {application: importer, roles: [robot]}
  jit:
    emailDomains: [globex.example]
    roles: [member]
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::All(ORGANIZATIONS),
            query: "",
            paging: Paging::Pages,
            member: None,
            search: &[],
        }),
        read: Some(ORGANIZATION),
        create: Some(Endpoint {
            method: Method::Post,
            path: ORGANIZATIONS,
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: ORGANIZATION,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: ORGANIZATION,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["name"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = &[
        Field::new("description", Policy::EmptyIsNull),
        Field::new("customCss", Policy::EmptyIsNull),
        Field::new("isMfaRequired", Policy::Default(|| json!(false))),
    ];
    const RELATIONS: &'static [Relation] = RELATIONS;
    // organizations.jsonl 876; roles of the other type are of no use to a member (906).
    const FITS: &'static [Fit] = &[
        typed("users.roles", "User"),
        typed("applications.roles", "MachineToMachine"),
        typed("jit.roles", "User"),
        Fit {
            field: "applications",
            of: None,
            wants: Wants::Text(("type", "", "MachineToMachine")),
        },
    ];
    const WITH: &'static str = "its members and their roles";
}

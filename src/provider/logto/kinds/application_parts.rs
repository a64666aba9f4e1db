//! Parts of an [`Application`](super::application) with routes of their own: how its sign-in page
//! looks, who may use it, its roles, its domains.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ToOrganization, ToOrganizationRole, ToRole, ToUser, look};
use crate::kind::Segment::{Item, Own as Id, Text as T};
use crate::kind::spec::{Members, Nullable, Ref, Text};
use crate::kind::{
    Attach, EdgeBody, EdgeShape, Endpoint, Grants, Method, Own, Paging, Path, ReadEdges, Relation,
};

/// How an application's sign-in page looks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct SignInExperience {
    /// Its colours.
    color: Option<look::Color>,
    /// Its pictures.
    branding: Option<look::Branding>,
    /// Its style sheet.
    custom_css: Option<Nullable<Text>>,
    /// The application's name on it.
    #[schemars(length(max = 256))]
    display_name: Option<Nullable<Text>>,
    /// The address of the terms of use.
    #[schemars(length(max = 2048))]
    terms_of_use_url: Option<Nullable<Text>>,
    /// The address of the privacy policy.
    #[schemars(length(max = 2048))]
    privacy_policy_url: Option<Nullable<Text>>,
}

/// Who may use an application.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct AccessControl {
    /// These users.
    users: Option<Vec<Ref<ToUser>>>,
    /// Users with one of these roles.
    user_roles: Option<Vec<Ref<ToRole>>>,
    /// Members of these organizations.
    organizations: Option<Vec<Ref<ToOrganization>>>,
    /// Members of an organization with one of these roles in it.
    organization_roles: Option<Vec<OrganizationRule>>,
}

/// Members of an organization with one of some roles.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct OrganizationRule {
    /// The organization.
    organization: Ref<ToOrganization>,
    /// The roles.
    #[schemars(length(min = 1))]
    roles: Vec<Ref<ToOrganizationRole>>,
}

/// What the proxy of a protected application does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct ProtectedApp {
    /// The first label of its address, at creation only.
    sub_domain: Text,
    /// The website behind it.
    origin: Text,
    /// Seconds that a session lasts.
    session_duration: Option<u32>,
    /// The pages that need a sign-in; all, if none is named.
    page_rules: Option<Vec<PageRule>>,
    /// What the website is told of a user beside the profile.
    additional_scopes: Option<Vec<AdditionalScope>>,
    /// Domains of your own.
    custom_domains: Option<Members<String>>,
}

/// A page that needs a sign-in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct PageRule {
    /// A pattern of its path.
    path: Text,
}

/// What a protected website can be told of a user.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum AdditionalScope {
    CustomData,
    Identities,
    Roles,
    #[serde(rename = "urn:logto:scope:organizations")]
    Organizations,
    #[serde(rename = "urn:logto:scope:organization_roles")]
    OrganizationRoles,
}

const APPLICATION: Path = &[T("/api/applications/"), Id];
const EXPERIENCE: Path = &[T("/api/applications/"), Id, T("/sign-in-experience")];
const ACCESS: Path = &[T("/api/applications/"), Id, T("/access-control")];
const ROLES_PATH: Path = &[T("/api/applications/"), Id, T("/roles")];

/// A PUT that keeps what it is not sent; there is nothing to read before the first one
/// (applications.jsonl 227 to 231).
pub(super) const SIGN_IN_EXPERIENCE: Own = Own {
    field: "signInExperience",
    endpoint: Endpoint {
        method: Method::Put,
        path: EXPERIENCE,
    },
    wrapped: false,
    in_create: false,
    read: Some(EXPERIENCE),
};

/// Who may use it: set before that only those may.
pub(super) const ACCESS_CONTROL: Own = Own {
    field: "accessControl",
    endpoint: Endpoint {
        method: Method::Put,
        path: ACCESS,
    },
    wrapped: false,
    in_create: false,
    read: Some(ACCESS),
};

/// Ignored by the create call (extra-patch-jsonb-null.jsonl 31); refused while nobody may use it
/// (applications.jsonl 262).
pub(super) const fn only_those(path: Path) -> Own {
    Own {
        field: "appLevelAccessControlEnabled",
        endpoint: Endpoint {
            method: Method::Patch,
            path,
        },
        wrapped: true,
        in_create: false,
        read: None,
    }
}

/// The policies of `accessControl` and its switch, before others. All four lists are wanted
/// (applications.jsonl 255), and named otherwise.
macro_rules! with_access_control {
    ($($more:expr),* $(,)?) => {
        &[
            Field::new("accessControl.users", Policy::LiveName("userIds")),
            Field::new("accessControl.users", Policy::Default(|| json!([]))),
            Field::new("accessControl.users", Policy::Set),
            Field::new("accessControl.userRoles", Policy::LiveName("userRoleIds")),
            Field::new("accessControl.userRoles", Policy::Default(|| json!([]))),
            Field::new("accessControl.userRoles", Policy::Set),
            Field::new("accessControl.organizations", Policy::LiveName("organizationIds")),
            Field::new("accessControl.organizations", Policy::Default(|| json!([]))),
            Field::new("accessControl.organizations", Policy::Set),
            // The list's own name first: what stands in it is looked for below that.
            Field::new(
                "accessControl.organizationRoles",
                Policy::LiveName("organizationRoleRules"),
            ),
            Field::new(
                "accessControl.organizationRoles.organization",
                Policy::LiveName("organizationId"),
            ),
            Field::new(
                "accessControl.organizationRoles.roles",
                Policy::LiveName("organizationRoleIds"),
            ),
            Field::new("accessControl.organizationRoles.roles", Policy::Set),
            Field::new("accessControl.organizationRoles", Policy::Default(|| json!([]))),
            Field::new(
                "accessControl.organizationRoles",
                Policy::KeyedList("organization"),
            ),
            Field::new("appLevelAccessControlEnabled", Policy::Default(|| json!(false))),
            Field::new("appLevelAccessControlEnabled", Policy::Switch),
            $($more),*
        ]
    };
}
pub(super) use with_access_control;

pub(super) const ROLES: Relation = Relation {
    field: "roles",
    to: &["role"],
    shape: EdgeShape::Objects,
    by_owner: &[paged(ROLES_PATH)],
    by_item: Some(paged(&[T("/api/roles/"), Id, T("/applications")])),
    // Never PUT: it is broken and strips a hidden role (section 1.6).
    attach: Attach::post(ROLES_PATH, EdgeBody::Many("roleIds")),
    detach: Attach::delete(&[T("/api/applications/"), Id, T("/roles/"), Item(0)]),
    grants: Grants::Member,
};

const fn paged(path: Path) -> ReadEdges {
    ReadEdges {
        path,
        query: "",
        paging: Paging::Pages,
        member: None,
        id: "id",
        words: None,
        held: None,
    }
}

/// Domains of a protected application's own. There is no recording of them: the API's description
/// says that each call takes one, and that the application shows them. Their own route refuses
/// every other application (applications.jsonl 283), so it is not what is read.
pub(super) const CUSTOM_DOMAINS: Relation = Relation {
    field: "protectedAppMetadata.customDomains",
    to: &[],
    shape: EdgeShape::Words,
    by_owner: &[ReadEdges {
        paging: Paging::Whole,
        member: Some("protectedAppMetadata.customDomains"),
        id: "domain",
        ..paged(APPLICATION)
    }],
    by_item: Some(ReadEdges {
        paging: Paging::Whole,
        words: Some(("protectedAppMetadata.customDomains", "domain")),
        held: None,
        ..paged(&[T("/api/applications")])
    }),
    attach: Attach::post(DOMAINS, EdgeBody::One("domain")),
    detach: Attach::delete(&[
        T("/api/applications/"),
        Id,
        T("/protected-app-metadata/custom-domains/"),
        Item(0),
    ]),
    grants: Grants::Nothing,
};

const DOMAINS: Path = &[
    T("/api/applications/"),
    Id,
    T("/protected-app-metadata/custom-domains"),
];

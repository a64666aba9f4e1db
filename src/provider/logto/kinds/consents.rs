//! What clients that are somebody else's may ask people's consent for: an application's own four
//! lists, and those of clients that nobody registered.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ToOrganizationScope, ToScope};
use crate::kind::spec::{Members, Ref};
use crate::kind::{Attach, EdgeBody, EdgeShape, Grants, Paging, Path, ReadEdges, Relation};

/// What clients may ask people's consent for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct UserConsentScopes {
    /// What it may know of a user.
    user_scopes: Option<Members<UserScope>>,
    /// Scopes of organizations.
    organization_scopes: Option<Members<Ref<ToOrganizationScope>>>,
    /// Scopes of API resources, in the user's own name.
    resource_scopes: Option<Members<Ref<ToScope>>>,
    /// Scopes of API resources, in an organization's name.
    organization_resource_scopes: Option<Members<Ref<ToScope>>>,
}

/// What of a user a client may ask for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum UserScope {
    Profile,
    Email,
    Phone,
    Address,
    CustomData,
    Identities,
    Roles,
    #[serde(rename = "urn:logto:scope:organizations")]
    Organizations,
    #[serde(rename = "urn:logto:scope:organization_roles")]
    OrganizationRoles,
    #[serde(rename = "urn:logto:scope:sessions")]
    Sessions,
    #[serde(rename = "urn:logto:scope:trusted_devices")]
    TrustedDevices,
}

/// One list: its field, the kinds of its items, its member and the member of an item that is the
/// id, the path of all and the one of an item.
///
/// All four are members of one answer, and one that is there already is no error
/// (applications.jsonl 241).
pub(super) const fn list(
    field: &'static str,
    to: &'static [&'static str],
    by_owner: &'static [ReadEdges],
    (all, member): (Path, &'static str),
    one: Path,
) -> Relation {
    Relation {
        field,
        to,
        shape: if to.is_empty() {
            EdgeShape::Words
        } else {
            EdgeShape::Objects
        },
        by_owner,
        by_item: None,
        attach: Attach::post(all, EdgeBody::Many(member)),
        detach: Attach::delete(one),
        grants: Grants::Consent,
    }
}

/// A member of the one answer, and the member of its items that is the id.
pub(super) const fn read(path: Path, member: &'static str, id: &'static str) -> ReadEdges {
    ReadEdges {
        path,
        query: "",
        paging: Paging::Whole,
        member: Some(member),
        id,
        words: None,
        held: None,
    }
}

/// The four lists below a path, given as its segments.
macro_rules! consents {
    ($($segment:expr),+) => {{
        use crate::kind::Path;
        use crate::kind::Segment::{Item, Text};
        use crate::provider::logto::kinds::consents::{list, read};
        const ALL: Path = &[$($segment,)+ Text("/user-consent-scopes")];
        [
            list(
                "userConsentScopes.organizationScopes",
                &["organizationscope"],
                &[read(ALL, "organizationScopes", "id")],
                (ALL, "organizationScopes"),
                &[$($segment,)+ Text("/user-consent-scopes/organization-scopes/"), Item(0)],
            ),
            list(
                "userConsentScopes.resourceScopes",
                &["scope"],
                &[read(ALL, "resourceScopes", "scopes.id")],
                (ALL, "resourceScopes"),
                &[$($segment,)+ Text("/user-consent-scopes/resource-scopes/"), Item(0)],
            ),
            list(
                "userConsentScopes.organizationResourceScopes",
                &["scope"],
                &[read(ALL, "organizationResourceScopes", "scopes.id")],
                (ALL, "organizationResourceScopes"),
                &[
                    $($segment,)+
                    Text("/user-consent-scopes/organization-resource-scopes/"),
                    Item(0),
                ],
            ),
            list(
                "userConsentScopes.userScopes",
                &[],
                &[read(ALL, "userScopes", "")],
                (ALL, "userScopes"),
                &[$($segment,)+ Text("/user-consent-scopes/user-scopes/"), Item(0)],
            ),
        ]
    }};
}
pub(super) use consents;

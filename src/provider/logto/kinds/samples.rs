//! What a token customizer's samples may hold: the members that the server keeps. The rest of a
//! `contextSample` is dropped without a word, the rest of a `tokenSample` refused (both seen on a
//! running server; the members are those of the server's source, `types/logto-config`).

use serde_json::Value as Json;

use crate::kind::Complaint;

/// The members of one mapping: its dotted path, lists gone through, and their names.
type Known = (&'static str, &'static [&'static str]);

/// Of the tokens of machines.
pub(super) const OF_MACHINES: &[Known] = &[
    ("tokenSample", &["jti", "aud", "scope", "clientId", "kind"]),
    ("contextSample", &["application"]),
    ("contextSample.application", APPLICATION),
];

/// Of the tokens of people.
pub(super) const OF_PEOPLE: &[Known] = &[
    (
        "tokenSample",
        &[
            "jti",
            "aud",
            "scope",
            "clientId",
            "accountId",
            "expiresWithSession",
            "grantId",
            "gty",
            "sessionUid",
            "sid",
            "kind",
        ],
    ),
    (
        "contextSample",
        &[
            "user",
            "grant",
            "interaction",
            "application",
            "organization",
        ],
    ),
    ("contextSample.application", APPLICATION),
    ("contextSample.grant", &["type", "subjectTokenContext"]),
    (
        "contextSample.interaction",
        &[
            "interactionEvent",
            "userId",
            "verificationRecords",
            "signInContext",
        ],
    ),
    (
        "contextSample.organization",
        &["id", "name", "description", "customData"],
    ),
    (
        "contextSample.user",
        &[
            "id",
            "username",
            "primaryEmail",
            "primaryPhone",
            "name",
            "avatar",
            "customData",
            "identities",
            "lastSignInAt",
            "createdAt",
            "updatedAt",
            "profile",
            "applicationId",
            "cimdClientId",
            "isSuspended",
            "hasPassword",
            "ssoIdentities",
            "mfaVerificationFactors",
            "roles",
            "organizations",
            "organizationRoles",
        ],
    ),
    (
        "contextSample.user.profile",
        &[
            "familyName",
            "givenName",
            "middleName",
            "nickname",
            "preferredUsername",
            "profile",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "address",
        ],
    ),
    (
        "contextSample.user.ssoIdentities",
        &["issuer", "identityId", "detail"],
    ),
    (
        "contextSample.user.roles",
        &["id", "name", "description", "scopes"],
    ),
    (
        "contextSample.user.roles.scopes",
        &["id", "name", "description", "resourceId", "resource"],
    ),
    (
        "contextSample.user.roles.scopes.resource",
        &[
            "tenantId",
            "id",
            "name",
            "indicator",
            "isDefault",
            "accessTokenTtl",
        ],
    ),
    (
        "contextSample.user.organizations",
        &["id", "name", "description"],
    ),
    (
        "contextSample.user.organizationRoles",
        &["organizationId", "roleId", "roleName"],
    ),
];

const APPLICATION: &[&str] = &[
    "tenantId",
    "id",
    "name",
    "description",
    "type",
    "oidcClientMetadata",
    "customClientMetadata",
    "protectedAppMetadata",
    "customData",
    "isThirdParty",
    "appLevelAccessControlEnabled",
    "createdAt",
];

/// Complains about the first member of a sample that the server does not keep.
pub(super) fn check(field: &str, sample: Option<&Json>, known: &[Known]) -> Option<Complaint> {
    unknown(field, sample?, known)
}

fn unknown(at: &str, value: &Json, known: &[Known]) -> Option<Complaint> {
    match value {
        Json::Array(items) => items.iter().find_map(|item| unknown(at, item, known)),
        Json::Object(members) => {
            let here = known.iter().find(|(path, _)| *path == at);
            let here = here.map(|(_, members)| *members);
            members.iter().find_map(|(name, inner)| match here {
                Some(here) if !here.contains(&name.as_str()) => Some(complaint(at, name, here)),
                _ => unknown(&format!("{at}.{name}"), inner, known),
            })
        }
        _ => None,
    }
}

fn complaint(at: &str, name: &str, known: &[&str]) -> Complaint {
    let does = if at.starts_with("tokenSample") {
        "refuse"
    } else {
        "drop"
    };
    Complaint::new(
        at,
        format!("the server would {does} `{name}`"),
        format!("there are: {}", known.join(", ")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_server_drops_at_any_depth_is_told_with_its_place() {
        let sample = json!({"user": {"username": "a", "roles": [
            {"id": "r", "name": "n", "scopes": [{"id": "s", "nosuch": 1}]},
        ]}});
        let found = check("contextSample", Some(&sample), OF_PEOPLE).expect("a complaint");
        assert_eq!(found.path.to_string(), "contextSample.user.roles.scopes");
        assert_eq!(found.message, "the server would drop `nosuch`");
        let free = json!({"user": {"customData": {"any": {"thing": 1}}, "identities": {"x": {}}}});
        assert_eq!(check("contextSample", Some(&free), OF_PEOPLE), None);
        let token = json!({"jti": "x", "y": 1});
        let found = check("tokenSample", Some(&token), OF_PEOPLE).expect("a complaint");
        assert_eq!(found.message, "the server would refuse `y`");
        let machine = json!({"jti": "x", "accountId": "a"});
        assert!(check("tokenSample", Some(&machine), OF_MACHINES).is_some());
    }
}

//! Memberships with their roles, and lists that show several relations at once: each read once.

use serde_json::{Map, Value as Json, json};
use tenantry::kind::EdgeKey;

use super::bench::{Bench, rows, to};

const USERS: (&str, &str) = ("organization", "users");
const USERS_ROLES: (&str, &str) = ("organization", "users.roles");

/// Organizations in which every user is a clerk.
async fn tenant(organizations: usize, users: usize) -> Bench {
    let bench = Bench::tenant().await;
    let (mut members, mut roles) = (Map::new(), Map::new());
    for organization in 0..organizations {
        for user in 0..users {
            members.insert(format!("o{organization:04}/u{user:04}"), json!({}));
            roles.insert(format!("o{organization:04}/u{user:04}/clerk"), json!({}));
        }
    }
    bench.seed(&json!({
        "users": rows("u", users, |n| json!({"username": format!("user{n}")})),
        "organizations": rows("o", organizations, |n| json!({"name": format!("organization{n}")})),
        "organization_roles": {"clerk": {"name": "clerk"}},
        "organizations_users": members,
        "organizations_users_roles": roles,
    }));
    bench
}

fn keys(keys: &[[&str; 2]]) -> Vec<EdgeKey> {
    let key = |key: &[&str; 2]| key.iter().map(|&word| word.to_owned()).collect();
    keys.iter().map(key).collect()
}

#[tokio::test]
async fn members_and_their_roles_take_one_page_an_organization() {
    let bench = tenant(5, 50).await;
    let owners = ["o0000", "o0001", "o0002", "o0003", "o0004"];
    let members = bench.edges(USERS, &owners, None).await;
    let roles = bench.edges(USERS_ROLES, &owners, None).await;
    assert!(members.iter().all(|members| members.len() == 50));
    assert!(roles.iter().all(|roles| roles.len() == 50));
    assert_eq!(roles[0][7], ["u0007", "clerk"]);
    assert_eq!(bench.requests().len(), 5);
}

#[tokio::test]
async fn one_member_of_a_large_organization_is_asked_for_where_they_are() {
    let bench = tenant(1, 250).await;
    let items: Option<&[&str]> = Some(&["u0003"]);
    assert_eq!(
        bench.edges(USERS, &["o0000"], items).await[0],
        to(&["u0003"])
    );
    let roles = bench.edges(USERS_ROLES, &["o0000"], items).await;
    assert_eq!(roles[0], keys(&[["u0003", "clerk"]]));
    assert_eq!(bench.requests(), ["GET /api/users/u0003/organizations"]);
}

#[tokio::test]
async fn roles_are_given_to_many_members_in_one_call_and_taken_one_by_one() {
    let bench = tenant(1, 3).await;
    bench.seed(&json!({"organization_roles": {"boss": {"name": "boss"}}}));
    let bosses = keys(&[["u0000", "boss"], ["u0001", "boss"], ["u0002", "boss"]]);
    bench
        .attach(USERS_ROLES, "o0000", &bosses)
        .await
        .expect("given");
    bench
        .detach(USERS_ROLES, "o0000", &bosses[..2])
        .await
        .expect("taken");
    bench
        .detach(USERS_ROLES, "o0000", &bosses[..1])
        .await
        .expect("gone already is no error");
    let path = "/api/organizations/o0000/users";
    let requests = bench.requests();
    assert_eq!(requests[0], format!("POST {path}/roles"));
    assert_eq!(requests.len(), 1 + 2 + 1);
    let left = bench.edges(USERS_ROLES, &["o0000"], None).await.remove(0);
    let left: Vec<_> = left.into_iter().filter(|key| key[1] == "boss").collect();
    assert_eq!(left, keys(&[["u0002", "boss"]]));
}

#[tokio::test]
async fn scopes_of_organization_roles_come_with_their_list() {
    let bench = Bench::tenant().await;
    bench.seed(&json!({
        "resources": {"orders": {"indicator": "https://o.example", "name": "Orders"}},
        "scopes": {"read": {"resourceId": "orders", "name": "read"}},
        "organization_scopes": {"invite": {"name": "invite"}},
        "organization_roles": rows("r", 150, |n| json!({"name": format!("role{n:03}")})),
        "organization_roles_scopes": {"r0003/invite": {}, "r0149/invite": {}},
        "organization_roles_resource_scopes": {"r0003/read": {}},
    }));
    bench.list("organizationrole").await.expect("a list");
    let owners = ["r0003", "r0149", "r0000"];
    let scopes = bench
        .edges(("organizationrole", "scopes"), &owners, None)
        .await;
    assert_eq!(scopes, [to(&["invite"]), to(&["invite"]), to(&[])]);
    let scopes = bench
        .edges(("organizationrole", "resourceScopes"), &owners, None)
        .await;
    assert_eq!(scopes, [to(&["read"]), to(&[]), to(&[])]);
    assert_eq!(
        bench.requests().len(),
        2,
        "two pages of a hundred, and nothing more"
    );
}

#[tokio::test]
async fn all_consents_of_an_application_are_one_request() {
    let bench = Bench::tenant().await;
    let consents: Json = json!({
        "organizationScopes": ["invite"], "resourceScopes": ["read"],
        "organizationResourceScopes": [], "userScopes": ["profile", "email"],
    });
    bench.seed(&json!({
        "applications": {"app": {"name": "app", "type": "SPA", "isThirdParty": true}},
        "resources": {"orders": {"indicator": "https://o.example", "name": "Orders"}},
        "scopes": {"read": {"resourceId": "orders", "name": "read"}},
        "organization_scopes": {"invite": {"name": "invite"}},
        "application_consents": {"app": consents},
    }));
    for (field, expected) in [
        ("userConsentScopes.organizationScopes", to(&["invite"])),
        ("userConsentScopes.resourceScopes", to(&["read"])),
        ("userConsentScopes.organizationResourceScopes", to(&[])),
        ("userConsentScopes.userScopes", to(&["email", "profile"])),
    ] {
        let read = bench.edges(("application", field), &["app"], None).await;
        assert_eq!(read, [expected], "{field}");
    }
    assert_eq!(
        bench.requests(),
        ["GET /api/applications/app/user-consent-scopes"]
    );
}

#[tokio::test]
async fn domains_of_applications_are_read_where_every_application_can_be() {
    let bench = Bench::tenant().await;
    let metadata = json!({"customDomains": [{"domain": "a.example"}, {"domain": "b.example"}]});
    bench.seed(&json!({"applications": {
        "wiki": {"name": "wiki", "type": "Protected", "protectedAppMetadata": metadata},
        "shop": {"name": "shop", "type": "SPA"},
    }}));
    let domains = ("application", "protectedAppMetadata.customDomains");
    assert_eq!(bench.edges(domains, &["shop"], None).await, [to(&[])]);
    let owners = ["wiki", "shop"];
    let read = bench.edges(domains, &owners, None).await;
    assert_eq!(read, [to(&["a.example", "b.example"]), to(&[])]);
    assert_eq!(
        bench.requests(),
        ["GET /api/applications/shop", "GET /api/applications"],
        "their own route refuses what is not protected"
    );
}

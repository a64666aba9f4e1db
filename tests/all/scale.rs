//! How many requests a plan of many objects takes: as few as `docs/requests.md` derives.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tenantry::cli::providers::CATALOG;

use super::support::Ground;

/// How much of everything there is.
#[derive(Clone, Copy)]
struct Sizes {
    connectors: usize,
    roles: usize,
    scopes_of_a_role: usize,
    users: usize,
    roles_of_a_user: usize,
    organizations: usize,
    members: usize,
}

impl Sizes {
    /// What is applied, as manifests.
    fn manifests(self) -> String {
        let mut text = String::new();
        let mut document = |kind: &str, name: &str, spec: &str| {
            let _ = write!(
                text,
                "apiVersion: logto/v1\nkind: {kind}\nmetadata: {{name: {name}, tenant: acme}}\n\
                 spec: {spec}\n---\n"
            );
        };
        for n in 0..self.connectors {
            let config = format!(
                "authorizationEndpoint: 'https://{n}.example/a', tokenEndpoint: 'https://{n}.example/t', \
                 userInfoEndpoint: 'https://{n}.example/u', clientId: c, clientSecret: {{env: SECRET}}, \
                 tokenEndpointAuthMethod: client_secret_basic"
            );
            let spec = format!(
                "{{connectorId: oauth2, metadata: {{target: c{n}, name: {{en: C}}}}, config: {{{config}}}}}"
            );
            document("Connector", &format!("c{n}"), &spec);
        }
        let scopes = 3 * self.scopes_of_a_role;
        let all: Vec<_> = (0..scopes).map(|n| format!("{{name: s{n}}}")).collect();
        let spec = format!(
            "{{indicator: 'https://api.example', scopes: [{}]}}",
            all.join(", ")
        );
        document("ApiResource", "api", &spec);
        for n in 0..self.roles {
            let scopes = some(n, self.scopes_of_a_role, scopes, "api.s");
            document(
                "Role",
                &format!("r{n}"),
                &format!("{{description: x, scopes: {scopes}}}"),
            );
        }
        for n in 0..self.users {
            let roles = some(n, self.roles_of_a_user, self.roles, "r");
            document(
                "User",
                &format!("u{n}"),
                &format!("{{username: u{n}, roles: {roles}}}"),
            );
        }
        for n in 0..self.organizations {
            let users = some(n * self.members, self.members, self.users, "u");
            document(
                "Organization",
                &format!("o{n}"),
                &format!("{{users: {users}}}"),
            );
        }
        text
    }

    /// docs/requests.md, term by term.
    fn minimum(self) -> usize {
        let pages = |count: usize| count.div_ceil(100).max(1);
        let log_in = 1;
        let (connectors, resources) = (1, 1);
        // A tenant has one role from the start.
        let (roles, users) = (pages(self.roles + 1), pages(self.users));
        let organizations = pages(self.organizations);
        let scopes_of_roles = self.roles;
        let holders = (self.users * self.roles_of_a_user).div_ceil(self.roles);
        let roles_of_users = self.users.min(self.roles * pages(holders));
        let members = self.organizations * pages(self.members);
        log_in
            + connectors
            + resources
            + roles
            + users
            + organizations
            + scopes_of_roles
            + roles_of_users
            + members
    }
}

/// A list of `count` of `all` names, from the n-th on.
fn some(n: usize, count: usize, all: usize, stem: &str) -> String {
    let names: Vec<_> = (0..count)
        .map(|k| format!("{stem}{}", (n + k) % all))
        .collect();
    format!("[{}]", names.join(", "))
}

fn requests_of_the_second_plan(sizes: Sizes) -> usize {
    let mut ground = Ground::with(CATALOG);
    ground.set("SECRET", "x");
    let text = sizes.manifests();
    ground.apply(&text);
    let again = ground.apply_again(&text);
    let mut seen = BTreeMap::new();
    ground.by_hand(|world| {
        for one in world.record.all() {
            let asked = format!(
                "{} {}?{}",
                one.method,
                one.path,
                one.query.as_deref().unwrap_or("")
            );
            *seen.entry(asked).or_insert(0) += 1;
        }
    });
    seen.retain(|_, count| *count > 1);
    assert_eq!(seen, BTreeMap::new(), "asked twice");
    usize::try_from(again.plan.statistics.requests).unwrap()
}

#[test]
fn a_plan_of_many_objects_takes_no_request_too_many() {
    let sizes = Sizes {
        connectors: 3,
        roles: 12,
        scopes_of_a_role: 4,
        users: 130,
        roles_of_a_user: 3,
        organizations: 5,
        members: 7,
    };
    assert_eq!(requests_of_the_second_plan(sizes), sizes.minimum());
}

/// The full size: `cargo test --release scale -- --ignored --nocapture`.
#[test]
#[ignore = "minutes: for figures"]
fn the_full_size_takes_no_request_too_many() {
    let sizes = Sizes {
        connectors: 30,
        roles: 300,
        scopes_of_a_role: 10,
        users: 2_000,
        roles_of_a_user: 3,
        organizations: 100,
        members: 50,
    };
    assert_eq!(requests_of_the_second_plan(sizes), sizes.minimum());
}

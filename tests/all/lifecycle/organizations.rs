//! Organizations with everything that hangs on them, and the parts of applications that have routes
//! of their own.

use tenantry::cli::providers::CATALOG;
use tenantry::kind::Catalog;
use tenantry::plan::Action;

use super::super::support::{Ground, Run};
use super::{actions, doc, logto};

#[test]
fn an_organizations_scopes_and_roles_live_as_declared() {
    an_organizations_scopes_and_roles_live(CATALOG);
}

#[test]
fn an_organizations_fields_come_and_go_as_declared() {
    an_organizations_fields_come_and_go(CATALOG);
}

#[test]
fn members_come_and_go_with_their_roles_as_declared() {
    members_come_and_go_with_their_roles(CATALOG);
}

#[test]
fn machines_are_members_with_roles_too_as_declared() {
    machines_are_members_with_roles_too(CATALOG);
}

#[test]
fn newcomers_are_provided_for_as_declared() {
    newcomers_are_provided_for(CATALOG);
}

#[test]
fn an_applications_own_parts_live_as_declared() {
    an_applications_own_parts_live(CATALOG);
}

#[test]
fn who_may_use_an_application_is_set_before_it_is_closed_as_declared() {
    who_may_use_an_application_is_set_before_it_is_closed(CATALOG);
}

#[test]
fn a_protected_application_lives_on_the_cloud_as_declared() {
    a_protected_application_lives_on_the_cloud(CATALOG);
}

/// How many write requests have that text.
pub(super) fn count(run: &Run, text: &str) -> usize {
    run.writes
        .iter()
        .filter(|write| write.contains(text))
        .count()
}

pub(super) fn an_organizations_scopes_and_roles_live(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let resource = logto(
        "ApiResource",
        "orders",
        "{indicator: 'https://o.example', scopes: [{name: read}, {name: write}]}",
    );
    let scopes = logto(
        "OrganizationScope",
        "invite",
        "{name: 'invite people', description: d}",
    ) + &logto("OrganizationScope", "leave", "{}");
    let role = |spec: &str| {
        format!(
            "{resource}{scopes}{}",
            logto("OrganizationRole", "boss", spec)
        )
    };
    ground.apply_twice(&role(
        "{description: d, type: MachineToMachine, scopes: [invite], resourceScopes: [orders.read]}",
    ));
    let run = ground.apply_twice(&role(
        "{name: Boss, description: '', type: MachineToMachine, scopes: [invite, leave], \
         resourceScopes: [orders.write]}",
    ));
    assert_eq!(count(&run, "POST"), 2, "{:?}", run.writes);
    assert_eq!(
        actions(&run),
        [("acme/organizationrole/boss".into(), Action::Update)]
    );
    let run = ground.apply_twice(&role("{scopes: {exactly: [leave]}}"));
    let id = ground.id("acme/organizationrole/boss");
    assert_eq!(
        count(&run, &format!("DELETE /api/organization-roles/{id}/")),
        2
    );
    let run = ground.apply(&role("{type: User, scopes: {exactly: [leave]}}"));
    assert_eq!(actions(&run), [], "it went back to its default");
    let fewer = logto("OrganizationScope", "leave", "{description: ''}");
    ground.apply_twice(&format!(
        "{resource}{fewer}{}",
        logto("OrganizationRole", "boss", "{scopes: [leave]}")
    ));
    ground.apply_twice("");
}

pub(super) fn an_organizations_fields_come_and_go(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let organization = |spec: &str| logto("Organization", "globex", spec);
    ground.apply_twice(&organization("{}"));
    ground.apply_twice(&organization(
        "{name: Globex, description: d, customData: {a: 1, b: 2}, isMfaRequired: true, \
         color: {primaryColor: '#fff'}, branding: {logoUrl: 'https://g.example/l.png'}, \
         customCss: 'a {}'}",
    ));
    ground.apply_twice(&organization(
        "{description: '', customData: {a: 1}, color: {isDarkModeEnabled: true}, customCss: ''}",
    ));
    ground.apply_twice(&organization("{customData: {exactly: {}}}"));
    let run = ground.apply(&organization("{isMfaRequired: false}"));
    assert_eq!(actions(&run), []);
    ground.apply_twice("");
}

const USERS: [&str; 3] = ["alice", "bob", "carol"];

fn people() -> String {
    let users = USERS.map(|name| logto("User", name, &format!("{{username: {name}}}")));
    let roles = ["boss", "clerk"].map(|name| logto("OrganizationRole", name, "{}"));
    users.concat() + &roles.concat()
}

pub(super) fn members_come_and_go_with_their_roles(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let globex =
        |users: &str| people() + &logto("Organization", "globex", &format!("{{users: {users}}}"));
    let run = ground.apply_twice(&globex(
        "[alice, {user: bob, roles: [boss, clerk]}, {user: carol, roles: [clerk, boss]}]",
    ));
    let id = ground.id("acme/organization/globex");
    let path = format!("/api/organizations/{id}/users");
    assert_eq!(count(&run, &format!("POST {path}")), 2, "{:?}", run.writes);
    // One role more, one less, one who leaves: their roles go with them, without a call.
    let run = ground.apply_twice(&globex(
        "[{user: alice, roles: [clerk]}, {user: bob, roles: [boss]}]",
    ));
    let (bob, carol) = (ground.id("acme/user/bob"), ground.id("acme/user/carol"));
    let clerk = ground.id("acme/organizationrole/clerk");
    let deleted = run.writes.iter().filter(|w| w.starts_with("DELETE"));
    let mut deleted: Vec<_> = deleted.cloned().collect();
    deleted.sort();
    let mut wanted = [
        format!("DELETE {path}/{bob}/roles/{clerk} 204"),
        format!("DELETE {path}/{carol} 204"),
    ];
    wanted.sort();
    assert_eq!(deleted, wanted);
    // Who was added by hand stays, unless the list says that these are all.
    let by_others = logto("Organization", "globex", "{users: [{user: {lookup: user, username: carol}, roles: [{lookup: organizationrole, name: boss}]}]}")
        .replace("\nspec:", "\nlifecycle: {adopt: true}\nspec:");
    ground.by_others(|ground| {
        ground.apply(&by_others);
    });
    let run = ground.apply_twice(&globex("[{user: alice, roles: {exactly: [clerk]}}, bob]"));
    assert_eq!(count(&run, "DELETE"), 1, "bob's role: {:?}", run.writes);
    let run = ground.apply_twice(&globex(
        "{exactly: [{user: alice, roles: {exactly: []}}, bob]}",
    ));
    assert_eq!(count(&run, "DELETE"), 2, "{:?}", run.writes);
    ground.apply_twice(&globex("[]"));
    ground.apply_twice("");
}

pub(super) fn machines_are_members_with_roles_too(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let parts = logto("Application", "importer", "{type: MachineToMachine}")
        + &logto("OrganizationRole", "robot", "{type: MachineToMachine}");
    let globex = |applications: &str| {
        let spec = format!("{{applications: {applications}}}");
        format!("{parts}{}", logto("Organization", "globex", &spec))
    };
    ground.apply_twice(&globex("[{application: importer, roles: [robot]}]"));
    ground.apply_twice(&globex("[importer]"));
    let run = ground.apply_twice(&globex("{exactly: []}"));
    assert_eq!(count(&run, "DELETE"), 1);
    ground.apply_twice("");
}

pub(super) fn newcomers_are_provided_for(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let idp = logto("SsoConnector", "idp", "{providerName: OIDC}");
    let globex =
        |jit: &str| people() + &idp + &logto("Organization", "globex", &format!("{{jit: {jit}}}"));
    ground.apply_twice(&globex(
        "{emailDomains: [a.example, B.example], roles: [clerk]}",
    ));
    let run = ground.apply_twice(&globex(
        "{emailDomains: [a.example, B.example], roles: [clerk], ssoConnectors: [idp]}",
    ));
    assert_eq!(
        count(&run, "/jit/sso-connectors 201"),
        1,
        "{:?}",
        run.writes
    );
    let run = ground.apply_twice(&globex("{emailDomains: [a.example, c.example]}"));
    assert_eq!(
        (count(&run, "POST"), count(&run, "DELETE")),
        (1, 3),
        "{:?}",
        run.writes
    );
    ground.apply_twice(&globex(
        "{emailDomains: {exactly: [c.example]}, roles: {exactly: [boss]}}",
    ));
    let run = ground.apply_twice(&(people() + &idp));
    assert_eq!(
        actions(&run),
        [("acme/organization/globex".into(), Action::Delete)]
    );
    ground.apply_twice("");
}

pub(super) fn an_applications_own_parts_live(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let others = logto(
        "ApiResource",
        "orders",
        "{indicator: 'https://o.example', scopes: [{name: read}, {name: write}]}",
    ) + &logto("OrganizationScope", "invite", "{}");
    let shop = |spec: &str| {
        let spec = format!("{{type: Traditional, isThirdParty: true, {spec}}}");
        format!("{others}{}", logto("Application", "shop", &spec))
    };
    ground.apply_twice(&shop(
        "signInExperience: {displayName: Shop, customCss: 'a {}', color: {primaryColor: '#fff'}, \
         termsOfUseUrl: 'https://s.example/t', privacyPolicyUrl: 'https://s.example/p'}, \
         userConsentScopes: {userScopes: [profile, email], organizationScopes: [invite], \
         resourceScopes: [orders.read], organizationResourceScopes: [orders.write]}",
    ));
    let run = ground.apply_twice(&shop(
        "signInExperience: {displayName: '', customCss: '', termsOfUseUrl: '', privacyPolicyUrl: ''}, \
         userConsentScopes: {userScopes: [profile, phone], resourceScopes: [orders.read, orders.write]}",
    ));
    assert_eq!(
        (count(&run, "POST"), count(&run, "DELETE")),
        (2, 3),
        "{:?}",
        run.writes
    );
    ground.apply_twice(&shop(
        "signInExperience: {displayName: Shop, color: {isDarkModeEnabled: true}}",
    ));
    ground.apply_twice(&shop("userConsentScopes: {userScopes: {exactly: []}}"));
    ground.apply_twice("");
}

pub(super) fn who_may_use_an_application_is_set_before_it_is_closed(catalog: Catalog) {
    who_may_use(catalog, "Application", "type: SPA, ", "applications");
}

/// The access control of objects of that kind, whose specs begin so, and whose paths have that word.
pub(super) fn who_may_use(catalog: Catalog, kind: &str, start: &str, word: &str) {
    let ground = Ground::with(catalog);
    let others = people()
        + &logto("Role", "clerk", "{description: d}")
        + &logto("Role", "cook", "{description: d}")
        + &logto("Organization", "globex", "{users: [alice]}")
        + &logto("Organization", "initech", "{}");
    let shop = |spec: &str| {
        format!(
            "{others}{}",
            logto(kind, "shop", &spec.replace("type: SPA, ", start))
        )
    };
    let closed = "{type: SPA, appLevelAccessControlEnabled: true, accessControl: {users: [bob, alice], \
         userRoles: [clerk, cook], organizations: [initech, globex], organizationRoles: \
         [{organization: initech, roles: [clerk]}, {organization: globex, roles: [clerk, boss]}]}}";
    ground.apply_twice(&shop(closed));
    let reordered = "{type: SPA, appLevelAccessControlEnabled: true, accessControl: {users: [alice, bob], \
         userRoles: [cook, clerk], organizations: [globex, initech], organizationRoles: \
         [{organization: globex, roles: [boss, clerk]}, {organization: initech, roles: [clerk]}]}}";
    assert_eq!(
        actions(&ground.apply(&shop(reordered))),
        [],
        "order is no matter"
    );
    ground.apply_twice(&shop(
        "{type: SPA, appLevelAccessControlEnabled: true, accessControl: {users: [alice]}}",
    ));
    let run = ground.apply_twice(&shop("{type: SPA, accessControl: {users: []}}"));
    let id = ground.id(&format!("acme/{}/shop", kind.to_lowercase()));
    assert_eq!(
        run.writes,
        [
            format!("PATCH /api/{word}/{id} 200"),
            format!("PUT /api/applications/{id}/access-control 200"),
        ],
        "opened first, or it would be refused"
    );
    let run = ground.apply(&shop("{type: SPA, }"));
    assert_eq!(actions(&run), []);
    ground.apply_twice("");
}

pub(super) fn a_protected_application_lives_on_the_cloud(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let tenant = "apiVersion: logto/v1\nkind: Tenant\nmetadata: {name: shop}\n\
         spec: {name: Shop, tag: development, regionName: EU, account: main}\n---\n";
    let wiki = |metadata: &str| {
        let spec = format!("{{type: Protected, protectedAppMetadata: {{{metadata}}}}}");
        format!(
            "{tenant}{}",
            doc("logto", "Application", "wiki", "tenant: shop", &spec)
        )
    };
    ground.apply_twice(&wiki(
        "subDomain: wiki, origin: 'https://wiki.example', sessionDuration: 3600, \
         pageRules: [{path: ^/private}], additionalScopes: [roles, custom_data], \
         customDomains: [wiki.example.com]",
    ));
    ground.apply_twice(&wiki(
        "subDomain: wiki, origin: 'https://wiki2.example', sessionDuration: 7200, \
         additionalScopes: [custom_data, roles], customDomains: {exactly: [docs.example.com]}",
    ));
    let run = ground.apply(&wiki(
        "subDomain: wiki, origin: 'https://wiki2.example', sessionDuration: 7200, \
         additionalScopes: [roles, custom_data], customDomains: {exactly: [docs.example.com]}",
    ));
    assert_eq!(actions(&run), [], "order is no matter");
    for (label, part) in [
        ("a", "sessionDuration: 60"),
        ("b", "pageRules: [{path: ^/a}]"),
        ("c", "additionalScopes: [roles]"),
    ] {
        let site = |more: &str| {
            let name = format!("site-{label}");
            let metadata = format!("subDomain: {label}, origin: 'https://{label}.example'{more}");
            let spec = format!("{{type: Protected, protectedAppMetadata: {{{metadata}}}}}");
            let site = doc("logto", "Application", &name, "tenant: shop", &spec);
            wiki("subDomain: wiki, origin: 'https://wiki2.example'") + &site
        };
        ground.apply_twice(&site(&format!(", {part}")));
        // What the server keeps, nobody claims to have put back.
        ground.apply_again(&site(""));
    }
    ground.allow("target", "tenant/shop");
    ground.apply_twice("");
}

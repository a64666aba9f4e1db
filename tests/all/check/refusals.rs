//! What a server would refuse or drop, said before anything is asked of it.

use super::text;

/// The messages about documents of a tenant, each `KIND NAME SPEC`.
fn said(documents: &[(&str, &str, &str)]) -> Vec<String> {
    let head = "apiVersion: logto/v1\nkind: Tenant\nmetadata: {name: t}\nspec:\n  connection: \
                {endpoint: 'https://t.logto.app', clientId: c, clientSecret: {env: S}}\n";
    let documents = documents.iter().map(|(kind, name, spec)| {
        format!(
            "---\napiVersion: logto/v1\nkind: {kind}\nmetadata: {{name: {name}, tenant: t}}\nspec: {spec}\n"
        )
    });
    let whole = head.to_owned() + &documents.collect::<String>();
    let found = text(&whole).diagnostics;
    found.into_iter().map(|one| one.message).collect()
}

const PEOPLE: (&str, &str, &str) = ("Role", "people", "{description: d}");
const MACHINES: (&str, &str, &str) = (
    "Role",
    "machines",
    "{description: d, type: MachineToMachine}",
);

#[test]
fn a_role_of_the_other_type_is_refused_at_both_ends() {
    let machine = "{type: MachineToMachine, roles: [people]}";
    assert_eq!(
        said(&[PEOPLE, ("Application", "m", machine)]),
        [
            "`t/application/m` lists `role/people`, whose `type` is `User`: it takes `MachineToMachine` alone in `roles`"
        ]
    );
    let user = "{username: u, roles: [people, machines]}";
    assert_eq!(
        said(&[PEOPLE, MACHINES, ("User", "u", user)]),
        [
            "`t/user/u` lists `role/machines`, whose `type` is `MachineToMachine`: it takes `User` alone in `roles`"
        ]
    );
    let fine = "{type: MachineToMachine, roles: [machines, {builtin: management-api-access}]}";
    assert_eq!(said(&[MACHINES, ("Application", "m", fine)]), [""; 0]);
}

#[test]
fn roles_of_people_have_no_scope_of_the_management_api() {
    let scopes = "{description: d, scopes: [{builtin: management-api-all}]}";
    assert_eq!(
        said(&[("Role", "people", scopes)]),
        [
            "`t/role/people` lists `management-api-all`, which its own `type` may not have in `scopes`"
        ]
    );
    let machines = scopes.replace("{description", "{type: MachineToMachine, description");
    assert_eq!(said(&[("Role", "machines", &machines)]), [""; 0]);
}

#[test]
fn organizations_have_machines_and_roles_of_the_right_type() {
    let app = ("Application", "web", "{type: SPA}");
    let robot = ("OrganizationRole", "robot", "{type: MachineToMachine}");
    let user = ("User", "u", "{username: u}");
    let organization =
        "{applications: [web], users: [{user: u, roles: [robot]}], jit: {roles: [robot]}}";
    let mut found = said(&[app, robot, user, ("Organization", "o", organization)]);
    found.sort();
    let web = "`t/organization/o` lists `application/web`, whose `type` is `SPA`: it takes \
               `MachineToMachine` alone in `applications`";
    let jit = "`t/organization/o` lists `organizationrole/robot`, whose `type` is \
               `MachineToMachine`: it takes `User` alone in `jit.roles`";
    let held = "`t/organization/o` lists `user/u organizationrole/robot`, whose `type` is \
                `MachineToMachine`: it takes `User` alone in `users.roles`";
    assert_eq!(found, [web, jit, held]);
}

#[test]
fn what_a_server_would_drop_of_samples_and_configurations_is_refused() {
    for (kind, spec, word) in [
        (
            "JwtCustomizer",
            "{tokenType: client-credentials, script: s, contextSample: {user: {}}}",
            "user",
        ),
        (
            "JwtCustomizer",
            "{tokenType: access-token, script: s, contextSample: {user: {nosuch: 1}}}",
            "nosuch",
        ),
        (
            "JwtCustomizer",
            "{tokenType: access-token, script: s, contextSample: {user: {roles: [{id: r, deep: 1}]}}}",
            "deep",
        ),
        (
            "SsoConnector",
            "{providerName: OIDC, config: {issuer: 'https://i.example', foo: 1}}",
            "foo",
        ),
        (
            "SsoConnector",
            "{providerName: SAML, config: {issuer: 'https://i.example'}}",
            "issuer",
        ),
    ] {
        let found = said(&[(kind, "one", spec)]);
        assert_eq!(found.len(), 1, "{found:#?}");
        let wanted = format!("the server would drop `{word}`");
        assert!(found[0].contains(&wanted), "{found:#?}");
    }
}

#[test]
fn what_a_server_would_refuse_of_samples_is_told_before() {
    for (spec, told) in [
        (
            "{tokenType: access-token, script: s, tokenSample: {y: 1}}",
            "would refuse `y`",
        ),
        (
            "{tokenType: client-credentials, script: s, tokenSample: {accountId: a}}",
            "would refuse `accountId`",
        ),
        (
            "{tokenType: access-token, script: s, contextSample: {grant: {}}}",
            "without `user`",
        ),
    ] {
        let found = said(&[("JwtCustomizer", "one", spec)]);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].contains(told), "{found:#?}");
    }
}

#[test]
fn numbers_that_a_server_refuses_are_out_of_bounds() {
    for (kind, spec) in [
        ("SessionConfig", "{ttl: 31536001}"),
        ("SignInExperience", "{passwordPolicy: {length: {min: 0}}}"),
        (
            "SignInExperience",
            "{passwordPolicy: {characterTypes: {min: 5}}}",
        ),
        (
            "SignInExperience",
            "{verificationCodePolicy: {expirationDuration: 59}}",
        ),
        (
            "SignInExperience",
            "{verificationCodePolicy: {maxRetryAttempts: 101}}",
        ),
        ("AccountCenter", "{deleteAccountUrl: 'ftp://a.example'}"),
        (
            "Application",
            "{type: SPA, customClientMetadata: {refreshTokenTtlInDays: 181}}",
        ),
        (
            "Application",
            "{type: SPA, customClientMetadata: {maxAllowedGrants: 0}}",
        ),
    ] {
        assert_eq!(said(&[(kind, "one", spec)]).len(), 1, "{kind} {spec}");
    }
}

//! The life of objects of every kind, each step twice: the second time there is nothing to do.

use super::support::Ground;
use tenantry::plan::Action;

fn actions(run: &super::support::Run) -> Vec<(String, Action)> {
    run.plan
        .steps
        .iter()
        .map(|step| (step.address.to_string(), step.action))
        .collect()
}

fn doc(api: &str, kind: &str, name: &str, home: &str, spec: &str) -> String {
    format!(
        "apiVersion: {api}/v1\nkind: {kind}\nmetadata: {{name: {name}, {home}}}\nspec: {spec}\n---\n"
    )
}

fn logto(kind: &str, name: &str, spec: &str) -> String {
    doc("logto", kind, name, "tenant: acme", spec)
}

fn dcos(kind: &str, name: &str, spec: &str) -> String {
    doc("dcos", kind, name, "cluster: prod", spec)
}

#[test]
fn a_role_lives_and_its_scope_changes_keep_its_id() {
    let mut ground = Ground::new();
    let resource = logto(
        "ApiResource",
        "orders",
        "{indicator: 'https://orders', scopes: [{name: read}, {name: write, description: w}]}",
    );
    let role = |rest: &str| format!("{resource}{}", logto("Role", "admin", rest));
    ground.apply_twice(&role("{description: d, scopes: [orders.read]}"));
    let id = ground.id("acme/role/admin");
    let run = ground.apply_twice(&role("{description: d, scopes: [orders.write]}"));
    assert_eq!(actions(&run), [("acme/role/admin".into(), Action::Update)]);
    ground.apply_twice(&role(
        "{name: Admin, description: other, isDefault: true, scopes: [orders.read, orders.write]}",
    ));
    ground.apply_twice(&role("{description: other}"));
    assert_eq!(ground.id("acme/role/admin"), id);
    ground.apply_twice(&resource);
    ground.allow("deletes", "acme/scope/*");
    ground.apply_twice("");
}

#[test]
fn a_user_with_25_roles_and_a_resource_with_45_scopes_show_no_difference() {
    let ground = Ground::new();
    let scopes: Vec<String> = (0..45).map(|n| format!("{{name: s{n}}}")).collect();
    let mut text = logto(
        "ApiResource",
        "big",
        &format!(
            "{{indicator: 'https://big', scopes: [{}]}}",
            scopes.join(", ")
        ),
    );
    for n in 0..25 {
        text += &logto("Role", &format!("r{n}"), "{description: d}");
    }
    let roles: Vec<String> = (0..25).map(|n| format!("r{n}")).collect();
    text += &logto(
        "User",
        "alice",
        &format!("{{username: alice, roles: [{}]}}", roles.join(", ")),
    );
    ground.apply_twice(&text);
}

#[test]
fn a_users_fields_come_and_go() {
    let mut ground = Ground::new();
    ground.set("PW", "correct horse");
    ground.apply_twice(&logto(
        "User",
        "alice",
        "{username: alice, password: {env: PW}}",
    ));
    ground.apply_twice(&logto(
        "User",
        "alice",
        "{username: alice, primaryEmail: Alice@Example.com, primaryPhone: '15555550100', name: Alice, \
         avatar: 'https://a.example/a.png', customData: {tier: gold, n: {a: 1}}, profile: {givenName: A}, \
         isSuspended: true, password: {env: PW}, logtoConfigs: {mfa: {skipped: true}}}",
    ));
    ground.set("PW", "battery staple");
    let run = ground.apply_twice(&logto(
        "User",
        "alice",
        "{username: alice, name: '', customData: {n: {a: 1}}, password: {env: PW}}",
    ));
    assert!(
        run.writes.iter().any(|write| write.contains("/password")),
        "{:?}",
        run.writes
    );
    ground.apply_twice(&logto("User", "alice", "{username: alice, name: null}"));
    ground.apply_twice("");
}

#[test]
fn an_application_lives_with_its_roles_and_secrets() {
    let ground = Ground::new();
    let role = logto("Role", "robot", "{description: d, type: MachineToMachine}");
    let app = |spec: &str| format!("{role}{}", logto("Application", "app", spec));
    ground.apply_twice(&app(
        "{type: MachineToMachine, roles: [robot], secrets: [{name: ci}]}",
    ));
    ground.apply_twice(&app(
        "{type: MachineToMachine, description: x, customData: {a: 1}, roles: [], \
         secrets: [{name: ci}, {name: 'cd 2', expiresAt: 2099-01-01T00:00:00Z}]}",
    ));
    ground.apply_twice(&app(
        "{type: MachineToMachine, secrets: {exactly: [{name: ci}]}}",
    ));
    let run = ground.apply_twice(&app("{type: Traditional, secrets: [{name: ci}]}"));
    let replaced = run
        .plan
        .steps
        .iter()
        .filter(|step| step.action == Action::Replace);
    assert_eq!(replaced.count(), 2, "{:#?}", run.plan.steps);
    ground.apply_twice("");
}

#[test]
fn an_applications_metadata_is_merged_and_put_back() {
    let ground = Ground::new();
    let app = |spec: &str| logto("Application", "web", spec);
    ground.apply_twice(&app(
        "{type: SPA, oidcClientMetadata: {redirectUris: ['https://a/cb']}}",
    ));
    ground.apply_twice(&app(
        "{type: SPA, oidcClientMetadata: {postLogoutRedirectUris: ['https://a']}, \
         customClientMetadata: {idTokenTtl: 60, corsAllowedOrigins: ['https://a']}}",
    ));
    ground.apply_twice(&app(
        "{type: SPA, customClientMetadata: {corsAllowedOrigins: ['https://b']}}",
    ));
    ground.apply_twice(&app("{type: SPA, description: ''}").replace("''", "text"));
    ground.apply_twice(&app("{type: SPA}"));
}

#[test]
fn a_resource_changes_its_indicator_and_gets_everything_back() {
    let ground = Ground::new();
    let text = |indicator: &str| {
        format!(
            "{}{}",
            logto(
                "ApiResource",
                "x",
                &format!("{{indicator: '{indicator}', isDefault: true, scopes: [{{name: read}}]}}")
            ),
            logto("Role", "r", "{description: d, scopes: [x.read]}"),
        )
    };
    ground.apply_twice(&text("https://old"));
    let role = ground.id("acme/role/r");
    ground.apply_twice(&text("https://new"));
    assert_eq!(ground.id("acme/role/r"), role);
}

#[test]
fn a_tenant_on_the_cloud_lives_with_what_is_in_it() {
    let mut ground = Ground::new();
    let text = |name: &str| {
        format!(
            "apiVersion: logto/v1\nkind: Tenant\nmetadata: {{name: shop}}\n\
             spec: {{name: {name}, tag: development, regionName: EU, account: main}}\n---\n\
             {}",
            doc("logto", "Role", "clerk", "tenant: shop", "{description: d}")
        )
    };
    ground.apply_twice(&text("Shop"));
    ground.apply_twice(&text("Store"));
    let refused = ground.try_apply("").expect("a plan");
    assert_eq!(refused.plan.refusals[0].code, "E0406");
    ground.allow("target", "tenant/shop");
    ground.apply_twice("");
}

#[test]
fn a_cluster_gets_users_groups_and_permissions() {
    let mut ground = Ground::new();
    ground.set("ALICE", "alice-password");
    let slash = "dcos:service:marathon:marathon:services:/dev";
    let text = |group: &str, user: &str| {
        format!(
            "{}{}{}",
            dcos("User", "alice", user),
            dcos("Group", "ops", group),
            dcos("Acl", "dev", &format!("{{rid: '{slash}', description: d}}")),
        )
    };
    let user = "{description: Alice, password: {env: ALICE}}";
    let group =
        format!("{{description: Ops, members: [alice], permissions: {{'{slash}': [read, full]}}}}");
    ground.apply_twice(&text(&group, user));
    let run = ground.apply_twice(&text(
        &format!("{{members: [alice], permissions: {{'{slash}': [read]}}}}"),
        user,
    ));
    let wire = "/acs/api/v1/acls/dcos:service:marathon:marathon:services:%252Fdev/groups/ops/full";
    assert!(
        run.writes.contains(&format!("DELETE {wire} 204")),
        "{:?}",
        run.writes
    );
    ground.apply_twice(&text(
        "{}",
        "{password: {env: ALICE}, permissions: {'dcos:other': [full]}}",
    ));
    ground.set("ALICE", "another-password");
    ground.apply_twice(&text("{}", "{password: {env: ALICE}}"));
    ground.apply_twice("");
}

#[test]
fn a_member_added_by_hand_to_an_additive_group_survives() {
    let mut ground = Ground::new();
    ground.set("PW", "some-password");
    let user = |name: &str| dcos("User", name, "{password: {env: PW}}");
    let text = |members: &str| {
        format!(
            "{}{}{}",
            user("alice"),
            user("bob"),
            dcos("Group", "ops", &format!("{{members: {members}}}"))
        )
    };
    ground.apply_twice(&text("[alice]"));
    let by_others = dcos("Group", "ops", "{members: [{lookup: user, uid: bob}]}")
        .replace("spec:", "lifecycle: {adopt: true}\nspec:");
    ground.by_others(|ground| ground.apply(&by_others));
    ground.apply_again(&text("[alice]"));
    ground.apply_again(&text("{exactly: [alice, bob]}"));
    ground.apply_twice(&text("{exactly: [bob]}"));
}

#[test]
fn a_service_accounts_new_key_replaces_it_and_puts_everything_back() {
    let ground = Ground::new();
    let text = |key: &str| {
        format!(
            "{}{}",
            dcos(
                "ServiceAccount",
                "robot",
                &format!("{{public_key: \"{key}\", permissions: {{'dcos:x': [read]}}}}")
            ),
            dcos("Group", "robots", "{members: [robot]}"),
        )
    };
    let (one, two) = (public_key(), public_key());
    ground.apply_twice(&text(&one));
    let run = ground.apply_twice(&text(&two));
    let puts: Vec<&String> = run
        .writes
        .iter()
        .filter(|write| write.starts_with("PUT"))
        .collect();
    assert_eq!(puts.len(), 3, "account, membership, permission: {puts:?}");
}

/// A new RSA public key in PEM, on one line for YAML.
fn public_key() -> String {
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::KeyPair as _;
    use base64::Engine;
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let der = pair.public_key().as_der().expect("DER");
    let text = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
    format!("-----BEGIN PUBLIC KEY-----\\n{text}\\n-----END PUBLIC KEY-----\\n")
}

#[test]
fn destroy_leaves_nothing_of_ours() {
    let mut ground = Ground::new();
    let text = format!(
        "{}{}",
        logto(
            "ApiResource",
            "x",
            "{indicator: 'https://x', scopes: [{name: read}]}"
        ),
        logto("Role", "r", "{description: d, scopes: [x.read]}"),
    );
    ground.apply_twice(&text);
    ground.destroying();
    ground.apply_twice(&text);
}

#[test]
fn what_others_made_is_adopted_only_on_request() {
    let ground = Ground::new();
    let other = Ground::new();
    drop(other);
    let text = logto("Role", "r", "{description: d}");
    ground.apply_twice(&text);
    std::fs::remove_dir_all(ground.state_folder()).expect("a lost state");
    let refused = ground.try_apply(&text).expect("a plan");
    assert_eq!(refused.plan.refusals[0].code, "E0401");
    assert_eq!(refused.writes, Vec::<String>::new());
    let adopted = text.replace("spec:", "lifecycle: {adopt: true}\nspec:");
    ground.apply_twice(&adopted);
}

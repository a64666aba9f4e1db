//! The lives of what is in a cluster.

use tenantry::kind::Catalog;
use tenantry::plan::Action;

use super::super::support::Ground;
use super::{actions, dcos};

pub(super) fn a_cluster_gets_users_groups_and_permissions(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
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
    ground.holds(&format!(
        "{}{}",
        dcos("User", "alice", "{description: '', password: {env: ALICE}}"),
        dcos("Group", "ops", "{description: ''}"),
    ));
    ground.set("ALICE", "1234");
    let short = ground.try_apply(&text("{}", "{password: {env: ALICE}}"));
    let errors = short.err().expect("the server wants five characters");
    assert_eq!(errors[0].code.0, "E0322");
    ground.apply_twice(&dcos("Acl", "dev", &format!("{{rid: '{slash}'}}")));
    ground.holds(&dcos(
        "Acl",
        "dev",
        &format!("{{rid: '{slash}', description: ''}}"),
    ));
    ground.apply_twice("");
}

pub(super) fn an_external_user_is_replaced_when_its_provider_changes(catalog: Catalog) {
    let ground = Ground::with(catalog);
    ground.apply_twice(&dcos("User", "dora", "{provider_type: ldap}"));
    let run = ground.apply_twice(&dcos(
        "User",
        "dora",
        "{provider_type: oidc, provider_id: one}",
    ));
    assert_eq!(actions(&run), [("prod/user/dora".into(), Action::Replace)]);
    let run = ground.apply_twice(&dcos(
        "User",
        "dora",
        "{provider_type: saml, provider_id: one}",
    ));
    assert_eq!(actions(&run), [("prod/user/dora".into(), Action::Replace)]);
    let run = ground.apply_twice(&dcos(
        "User",
        "dora",
        "{provider_type: saml, provider_id: two}",
    ));
    assert_eq!(actions(&run), [("prod/user/dora".into(), Action::Replace)]);
}

pub(super) fn a_member_added_by_hand_to_an_additive_group_survives(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
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

pub(super) fn a_service_accounts_new_key_replaces_it_and_puts_everything_back(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let text = |key: &str| {
        format!(
            "{}{}",
            dcos(
                "ServiceAccount",
                "robot",
                &format!(
                    "{{public_key: \"{key}\", description: d, permissions: {{'dcos:x': [read]}}}}"
                )
            ),
            dcos("Group", "robots", "{members: [robot]}"),
        )
    };
    let (one, two) = (public_key(), public_key());
    ground.apply_twice(&text(&one));
    let run = ground.apply_twice(&text(&two));
    ground.apply_again(&text(&two.replace("\\n", "\\r\\n")));
    let puts: Vec<&String> = run
        .writes
        .iter()
        .filter(|write| write.starts_with("PUT"))
        .collect();
    assert_eq!(puts.len(), 3, "account, membership, permission: {puts:?}");
    ground.apply_twice(&dcos(
        "ServiceAccount",
        "robot",
        &format!("{{public_key: \"{two}\"}}"),
    ));
    ground.holds(&dcos("ServiceAccount", "robot", "{description: ''}"));
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

//! Attempts to lock oneself out of a cluster: each is refused with the reason, nothing is sent,
//! and a named override for that one object is what lets it through.

use serde_json::json;
use tenantry::cli::providers::CATALOG;
use tenantry::plan::{Action, Order, Part};

use super::support::{Ground, Run};

fn dcos(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: dcos/v1\nkind: {kind}\nmetadata: {{name: {name}, cluster: prod}}\nspec: {spec}\n---\n"
    )
}

fn adopted(kind: &str, name: &str, spec: &str) -> String {
    dcos(kind, name, spec).replace("\nspec:", "\nlifecycle: {adopt: true}\nspec:")
}

/// Puts a row into a table of the cluster.
fn put(ground: &Ground, table: &str, key: &str, row: serde_json::Value) {
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.put(table, key, row);
    });
}

/// Grants an action by hand.
fn grant(ground: &Ground, holder: &str, id: &str, rid: &str, action: &str) {
    let row = json!({holder: id, "rid": rid, "actions": [action]});
    put(ground, "grants", &format!("{holder} {id} {rid}"), row);
}

fn member(ground: &Ground, gid: &str, uid: &str) {
    put(
        ground,
        "members",
        &format!("{gid} {uid}"),
        json!({"gid": gid, "uid": uid}),
    );
}

fn group(ground: &Ground, gid: &str, provider: &str) {
    let row = json!({"description": "", "provider_type": provider});
    put(ground, "groups", gid, row);
}

/// A private key, and its public one on one line for YAML.
fn key_pair() -> (String, String) {
    let pair = tenantry::provider::dcos::pair::pair().expect("a pair");
    (
        pair.private.expose().to_owned(),
        pair.public.replace('\n', "\\n"),
    )
}

/// A ground whose login is `clerk`, who is no superuser: he may use the IAM through `admins`.
fn clerk() -> Ground {
    let mut ground = Ground::with(CATALOG);
    ground.set("CLERK", "clerk-password");
    ground.apply(&dcos("User", "clerk", "{password: {env: CLERK}}"));
    std::fs::remove_dir_all(ground.state_folder()).expect("a state");
    group(&ground, "admins", "internal");
    grant(&ground, "group", "admins", "dcos:adminrouter:acs", "full");
    member(&ground, "admins", "clerk");
    ground.log_in("clerk", "CLERK");
    ground
}

/// The attempt is refused by that rule about that object, and nothing is sent; with the override
/// it would be let through.
fn refused(ground: &mut Ground, text: &str, rule: &str, address: &str) -> Run {
    let run = ground.try_apply(text).expect("a plan");
    let hint = format!("--override {rule}={address}");
    let hints: Vec<_> = run
        .plan
        .refusals
        .iter()
        .map(|note| note.hint.clone())
        .collect();
    assert!(
        hints.contains(&Some(hint.clone())),
        "{hint}: {:#?}",
        run.plan.refusals
    );
    assert_eq!(run.writes, Vec::<String>::new());
    for note in &run.plan.refusals {
        assert!(note.message.len() > 20, "{note:?}");
    }
    run
}

#[test]
fn lockout_1_our_own_account_is_not_deleted() {
    let mut ground = Ground::with(CATALOG);
    ground.apply(&adopted("User", "boss", "{description: The boss}"));
    refused(&mut ground, "", "own-login", "prod/user/boss");
}

#[test]
fn lockout_2_our_own_password_changes_to_the_logins_alone() {
    let mut ground = Ground::with(CATALOG);
    ground.set("OTHER", "other-password");
    ground.apply(&adopted(
        "User",
        "boss",
        "{description: d, password: {env: BOSS}}",
    ));
    let other = dcos("User", "boss", "{description: d, password: {env: OTHER}}");
    refused(&mut ground, &other, "own-login", "prod/user/boss");
}

#[test]
fn lockout_3_our_own_permissions_are_not_revoked() {
    let mut ground = Ground::with(CATALOG);
    let boss = |permissions: &str| {
        adopted(
            "User",
            "boss",
            &format!("{{description: d, permissions: {permissions}}}"),
        )
    };
    ground.apply(&boss("{'dcos:adminrouter:acs': [full]}"));
    refused(&mut ground, &boss("{}"), "own-login", "prod/user/boss");
}

#[test]
fn lockout_4_our_login_does_not_leave_its_group() {
    let mut ground = clerk();
    let admins = adopted("Group", "admins", "{members: {exactly: []}}");
    refused(&mut ground, &admins, "own-login", "prod/group/admins");
    // Others may leave it.
    put(
        &ground,
        "users",
        "bob",
        json!({"description": "", "provider_type": "ldap", "provider_id": ""}),
    );
    member(&ground, "admins", "bob");
    let run = ground.apply(&adopted(
        "Group",
        "admins",
        "{members: {exactly: [{lookup: user, uid: clerk}]}}",
    ));
    assert_eq!(run.plan.steps[0].revokes["members"].len(), 1);
}

#[test]
fn lockout_5_a_group_that_our_login_is_in_is_not_deleted() {
    let mut ground = clerk();
    ground.apply(&adopted("Group", "admins", "{description: ours}"));
    refused(&mut ground, "", "own-login", "prod/group/admins");
}

#[test]
fn lockout_6_the_permissions_of_our_logins_group_are_not_revoked() {
    let mut ground = clerk();
    let none = adopted(
        "Group",
        "admins",
        "{permissions: {'dcos:adminrouter:acs': {exactly: []}}}",
    );
    refused(&mut ground, &none, "own-login", "prod/group/admins");
}

#[test]
fn lockout_7_a_resource_that_our_rights_hang_on_is_not_deleted() {
    let mut ground = clerk();
    put(&ground, "acls", "dcos:ours", json!({"description": ""}));
    grant(&ground, "group", "admins", "dcos:ours", "read");
    ground.apply(&adopted(
        "Acl",
        "ours",
        "{rid: 'dcos:ours', description: d}",
    ));
    refused(&mut ground, "", "own-login", "prod/acl/ours");
}

#[test]
fn lockout_8_our_own_key_is_not_replaced() {
    let mut ground = Ground::with(CATALOG);
    let ((private, public), (_, other)) = (key_pair(), key_pair());
    let robot = |key: &str| {
        dcos(
            "ServiceAccount",
            "robot",
            &format!("{{public_key: \"{key}\"}}"),
        )
    };
    ground.apply(&robot(&public));
    member(&ground, "superusers", "robot");
    ground.set("ROBOT", &private);
    ground.log_in_by_key("robot", "ROBOT");
    let run = refused(
        &mut ground,
        &robot(&other),
        "own-login",
        "prod/serviceaccount/robot",
    );
    assert_eq!(run.plan.steps[0].action, Action::Replace);
}

/// A ground whose login is no superuser, and whose only superuser is `root`, by himself.
fn one_superuser() -> Ground {
    let mut ground = clerk();
    ground.set("ROOT", "root-password");
    ground.apply(&dcos(
        "User",
        "root",
        "{password: {env: ROOT}, permissions: {'dcos:superuser': [full]}}",
    ));
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.delete("members", "superusers boss");
    });
    ground
}

#[test]
fn lockout_9_the_last_superuser_is_not_deleted() {
    let mut ground = one_superuser();
    refused(&mut ground, "", "last-superuser", "prod/user/root");
}

#[test]
fn lockout_10_the_last_superusers_permission_is_not_revoked() {
    let mut ground = one_superuser();
    let root = dcos("User", "root", "{password: {env: ROOT}}");
    refused(&mut ground, &root, "last-superuser", "prod/user/root");
}

#[test]
fn lockout_11_the_last_superuser_by_a_group_does_not_leave_it_and_it_is_not_deleted() {
    let mut ground = clerk();
    ground.set("ROOT", "root-password");
    let root = dcos("User", "root", "{password: {env: ROOT}}");
    let rulers = |members: &str| {
        dcos(
            "Group",
            "rulers",
            &format!("{{members: {members}, permissions: {{'dcos:superuser': [full]}}}}"),
        )
    };
    ground.apply(&format!("{root}{}", rulers("[root]")));
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.delete("members", "superusers boss");
    });
    refused(
        &mut ground,
        &format!("{root}{}", rulers("[]")),
        "last-superuser",
        "prod/group/rulers",
    );
    refused(&mut ground, &root, "last-superuser", "prod/group/rulers");
}

#[test]
fn lockout_12_the_last_superuser_is_not_replaced_even_if_it_would_come_back() {
    let mut ground = clerk();
    let ((_, one), (_, two)) = (key_pair(), key_pair());
    let robot = |key: &str| {
        let spec = format!("{{public_key: \"{key}\", permissions: {{'dcos:superuser': [full]}}}}");
        dcos("ServiceAccount", "robot", &spec)
    };
    ground.apply(&robot(&one));
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.delete("members", "superusers boss");
    });
    let run = refused(
        &mut ground,
        &robot(&two),
        "last-superuser",
        "prod/serviceaccount/robot",
    );
    assert_eq!(run.plan.steps[0].action, Action::Replace);
    assert_eq!(
        run.plan.steps[0].grants["permissions"].len(),
        1,
        "it would get it back"
    );
}

#[test]
fn lockout_13_a_superuser_goes_only_when_the_next_one_is_there() {
    let mut ground = one_superuser();
    ground.set("HEIR", "heir-password");
    let heir = dcos(
        "User",
        "heir",
        "{password: {env: HEIR}, permissions: {'dcos:superuser': [full]}}",
    );
    // The heir cannot be made: the old one stays.
    ground.fault("PUT /acs/api/v1/users/heir=status:503");
    let run = ground.try_apply(&heir).expect("a plan");
    assert!(run.plan.refusals.is_empty(), "{:#?}", run.plan.refusals);
    let after = run.plan.edges.iter().find(|edge| {
        edge.before.part == Part::Grant("permissions".into()) && edge.after.part == Part::Delete
    });
    assert_eq!(after.expect("an order").order, Order::Needs);
    assert!(!run.report.succeeded());
    assert!(
        !run.writes.iter().any(|write| write.starts_with("DELETE")),
        "{:?}",
        run.writes
    );
    ground.no_faults();
    let run = ground.apply(&heir);
    let place = |start: &str| run.writes.iter().position(|write| write.starts_with(start));
    let granted = place("PUT /acs/api/v1/acls/dcos:superuser/users/heir/full");
    let deleted = place("DELETE /acs/api/v1/users/root");
    assert!(granted < deleted && granted.is_some(), "{:?}", run.writes);
}

#[test]
fn lockout_14_superusers_and_its_permission_are_not_touched() {
    let mut ground = Ground::with(CATALOG);
    ground.set("BOB", "bob-password");
    let bob = dcos("User", "bob", "{password: {env: BOB}}");
    let both = format!(
        "{bob}{}",
        adopted("Group", "superusers", "{members: [bob]}")
    );
    ground.apply_twice(&both);
    refused(&mut ground, &bob, "builtin", "prod/group/superusers");
    let renamed = adopted("Group", "superusers", "{description: mine, members: [bob]}");
    refused(
        &mut ground,
        &format!("{bob}{renamed}"),
        "builtin",
        "prod/group/superusers",
    );
    let acl = adopted("Acl", "all", "{rid: 'dcos:superuser', description: mine}");
    refused(
        &mut ground,
        &format!("{both}{acl}"),
        "builtin",
        "prod/acl/all",
    );
}

#[test]
fn lockout_15_the_systems_own_accounts_and_resources_are_not_touched() {
    let mut ground = Ground::with(CATALOG);
    let marathon = adopted(
        "ServiceAccount",
        "dcos_marathon",
        "{permissions: {'dcos:x': [read]}}",
    );
    ground.apply_twice(&marathon);
    refused(
        &mut ground,
        "",
        "builtin",
        "prod/serviceaccount/dcos_marathon",
    );
    ground.allow("builtin", "prod/serviceaccount/dcos_marathon");
    ground.apply("");
    let group = |members: &str| dcos("Group", "robots", &format!("{{members: {members}}}"));
    ground.apply(&group("[{lookup: serviceaccount, uid: dcos_cosmos}]"));
    refused(&mut ground, &group("[]"), "builtin", "prod/group/robots");
    let ops = adopted(
        "Acl",
        "ops",
        "{rid: 'dcos:adminrouter:ops:mesos', description: mine}",
    );
    let both = format!(
        "{}{ops}",
        group("[{lookup: serviceaccount, uid: dcos_cosmos}]")
    );
    refused(&mut ground, &both, "builtin", "prod/acl/ops");
}

#[test]
fn lockout_16_what_our_login_comes_through_is_not_changed() {
    let mut ground = clerk();
    ground.set("CLIENT", "client-secret");
    let company = |description: &str| {
        dcos(
            "OidcProvider",
            "company",
            &format!(
                "{{issuer: 'https://id', base_url: 'https://dcos', client_id: x, \
                 client_secret: {{env: CLIENT}}, description: {description}}}"
            ),
        )
    };
    let ldap = |host: &str| {
        dcos(
            "LdapConfig",
            "directory",
            &format!("{{host: {host}, port: 636, use-ldaps: true, enforce-starttls: false}}"),
        )
    };
    ground.apply(&format!("{}{}", company("one"), ldap("a.example")));
    // He signs in through the company from now on; what he has is a token.
    let token = ground.token("clerk", "CLERK");
    ground.set("TOKEN", &token);
    ground.log_in_by_token("TOKEN");
    let account = |ground: &Ground, provider: &str, id: &str| {
        ground.by_hand(|world| {
            let tables = world.target("c/prod").expect("a cluster").tables();
            let mut row = tables.get("users", "clerk").expect("there").clone();
            row["provider_type"] = json!(provider);
            row["provider_id"] = json!(id);
            tables.put("users", "clerk", row);
        });
    };
    account(&ground, "oidc", "company");
    let changed = format!("{}{}", company("two"), ldap("a.example"));
    refused(
        &mut ground,
        &changed,
        "own-login",
        "prod/oidcprovider/company",
    );
    refused(
        &mut ground,
        &ldap("a.example"),
        "own-login",
        "prod/oidcprovider/company",
    );
    account(&ground, "ldap", "");
    let changed = format!("{}{}", company("one"), ldap("b.example"));
    refused(
        &mut ground,
        &changed,
        "own-login",
        "prod/ldapconfig/directory",
    );
}

#[test]
fn lockout_17_members_of_a_directorys_group_are_not_ours() {
    let mut ground = Ground::with(CATALOG);
    group(&ground, "people", "ldap");
    put(
        &ground,
        "users",
        "ann",
        json!({"description": "", "provider_type": "ldap", "provider_id": ""}),
    );
    let people = adopted("Group", "people", "{members: [{lookup: user, uid: ann}]}");
    refused(&mut ground, &people, "foreign", "prod/group/people");
    ground.apply_twice(&adopted(
        "Group",
        "people",
        "{permissions: {'dcos:x': [read]}}",
    ));
    // Nor is somebody whom the directory has removed made again.
    let dora = dcos("User", "dora", "{provider_type: ldap}");
    ground.apply_twice(&dora);
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.delete("users", "dora");
    });
    refused(&mut ground, &dora, "foreign", "prod/user/dora");
}

#[test]
fn lockout_18_destroying_everything_keeps_us_in() {
    let mut ground = one_superuser();
    ground.destroying();
    let root = dcos(
        "User",
        "root",
        "{password: {env: ROOT}, permissions: {'dcos:superuser': [full]}}",
    );
    refused(&mut ground, &root, "last-superuser", "prod/user/root");
}

#[test]
fn lockout_19_a_login_by_a_token_is_known_by_it() {
    let mut ground = Ground::with(CATALOG);
    ground.apply(&adopted("User", "boss", "{description: The boss}"));
    let token = ground.token("boss", "BOSS");
    ground.set("TOKEN", &token);
    ground.log_in_by_token("TOKEN");
    refused(&mut ground, "", "own-login", "prod/user/boss");
}

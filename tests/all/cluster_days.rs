//! Days in the life of a cluster: what others do by hand, what is put back, and what it costs.

use serde_json::json;
use tenantry::cli::providers::CATALOG;
use tenantry::plan::{Action, Plan};

use super::support::Ground;

fn dcos(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: dcos/v1\nkind: {kind}\nmetadata: {{name: {name}, cluster: prod}}\nspec: {spec}\n---\n"
    )
}

fn put(ground: &Ground, table: &str, key: &str, row: serde_json::Value) {
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.put(table, key, row);
    });
}

fn grant(ground: &Ground, uid: &str, rid: &str, action: &str) {
    let row = json!({"user": uid, "rid": rid, "actions": [action]});
    put(ground, "grants", &format!("user {uid} {rid}"), row);
}

/// What drift says, a line a change.
fn told(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    for drift in &plan.drift {
        for change in &drift.changes {
            let (address, path) = (&drift.address, &change.path);
            lines.extend(
                change
                    .added
                    .iter()
                    .map(|edge| format!("{address} {path} + {edge}")),
            );
            lines.extend(
                change
                    .removed
                    .iter()
                    .map(|edge| format!("{address} {path} - {edge}")),
            );
            if change.added.is_empty() && change.removed.is_empty() {
                lines.push(format!("{address} {path}"));
            }
        }
    }
    lines
}

const SLASH: &str = "dcos:service:marathon:marathon:services:/dev";

#[test]
fn drift_names_who_gained_and_lost_what_and_apply_leaves_what_is_not_ours() {
    let mut ground = Ground::with(CATALOG);
    ground.set("PW", "some-password");
    let text = format!(
        "{}{}{}",
        dcos("User", "alice", "{description: Alice, password: {env: PW}}"),
        dcos("User", "bob", "{password: {env: PW}}"),
        dcos("Group", "ops", "{description: Ops, members: [alice, bob]}"),
    );
    ground.apply_twice(&text);
    assert_eq!(told(&ground.drift(&text)), Vec::<String>::new());
    // By hand: a superuser, a member gone, a description, a grant with a slash in its rid.
    grant(&ground, "alice", "dcos:superuser", "full");
    put(&ground, "acls", SLASH, json!({"description": ""}));
    grant(&ground, "bob", SLASH, "read");
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.delete("members", "ops bob");
        let mut group = tables.get("groups", "ops").expect("there").clone();
        group["description"] = json!("by hand");
        tables.put("groups", "ops", group);
    });
    // And a superuser who is no business of ours.
    let carol = json!({"description": "", "provider_type": "ldap", "provider_id": ""});
    put(&ground, "users", "carol", carol);
    put(
        &ground,
        "members",
        "superusers carol",
        json!({"gid": "superusers", "uid": "carol"}),
    );
    let drift = ground.drift(&text);
    let strange = drift.notes.iter().filter(|note| note.code == "E0323");
    let strange: Vec<_> = strange.map(|note| note.message.as_str()).collect();
    assert_eq!(
        strange,
        ["`carol` is a superuser of `cluster/prod`, and no manifest names it"]
    );
    assert_eq!(
        told(&drift),
        [
            // What gives most stands first.
            "prod/user/alice permissions + dcos:superuser full".to_owned(),
            format!("prod/user/bob permissions + {SLASH} read"),
            "prod/group/ops description".to_owned(),
            "prod/group/ops members - user/bob".to_owned(),
        ]
    );
    // Passwords are not called unchanged: nobody can see them.
    let unseen = drift.notes.iter().find(|note| note.code == "E0321");
    assert!(
        unseen.is_some_and(|note| note.message.contains("`password` of 2 objects")),
        "{:#?}",
        drift.notes
    );
    let run = ground.apply_twice(&text);
    assert!(
        !run.writes.iter().any(|write| write.starts_with("DELETE")),
        "{:?}",
        run.writes
    );
    assert_eq!(
        told(&ground.drift(&text)),
        [
            "prod/user/alice permissions + dcos:superuser full".to_owned(),
            format!("prod/user/bob permissions + {SLASH} read"),
        ],
        "what is left on purpose, and nothing else"
    );
    let quiet = text.replace("\nspec:", "\nlifecycle: {ignore: [permissions]}\nspec:");
    assert_eq!(told(&ground.drift(&quiet)), Vec::<String>::new());
}

#[test]
fn a_new_key_puts_back_what_others_granted_too_and_it_stays_theirs() {
    let ground = Ground::with(CATALOG);
    let robot = |key: &str| {
        let spec = format!("{{public_key: \"{key}\", permissions: {{'dcos:x': [read]}}}}");
        format!(
            "{}{}",
            dcos("ServiceAccount", "robot", &spec),
            dcos("Group", "ours", "{members: [robot]}")
        )
    };
    let pair = || tenantry::provider::dcos::pair::pair().expect("a pair");
    let (one, two) = (
        pair().public.replace('\n', "\\n"),
        pair().public.replace('\n', "\\n"),
    );
    ground.apply_twice(&robot(&one));
    // Others: a permission, one more action on ours, and a group that no manifest knows.
    put(&ground, "acls", SLASH, json!({"description": ""}));
    grant(&ground, "robot", SLASH, "full");
    let both = json!({"user": "robot", "rid": "dcos:x", "actions": ["read", "update"]});
    put(&ground, "grants", "user robot dcos:x", both);
    put(
        &ground,
        "groups",
        "theirs",
        json!({"description": "", "provider_type": "internal"}),
    );
    put(
        &ground,
        "members",
        "theirs robot",
        json!({"gid": "theirs", "uid": "robot"}),
    );
    let run = ground.apply(&robot(&two));
    let replaced = run
        .plan
        .steps
        .iter()
        .find(|step| step.action == Action::Replace);
    assert!(
        replaced
            .expect("a replacement")
            .reason
            .contains("all of which are put back")
    );
    let note = run
        .plan
        .notes
        .iter()
        .find(|note| note.code == "E0320")
        .expect("a note");
    assert!(note.message.contains("(3)"), "{note:?}");
    let there = ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        let has = |table: &str, key: &str| tables.get(table, key).cloned();
        [
            has("members", "ours robot"),
            has("members", "theirs robot"),
            has("grants", &format!("user robot {SLASH}")),
            has("grants", "user robot dcos:x"),
        ]
    });
    assert!(there.iter().all(Option::is_some), "{there:#?}");
    let actions = there[3]
        .as_ref()
        .map(|grant| grant["actions"].as_array().map(Vec::len));
    assert_eq!(actions, Some(Some(2)));
    ground.apply_again(&robot(&two));
    let state = std::fs::read_to_string(ground.state_folder().join("state.json")).expect("a state");
    assert!(
        !state.contains("theirs") && !state.contains(SLASH),
        "it stays theirs"
    );
}

#[test]
fn what_open_lacks_is_one_error_a_document_before_anything_is_written() {
    let mut ground = Ground::with(CATALOG);
    ground.set("PW", "some-password");
    ground.open_edition();
    let ldap = "{host: h, port: 636, use-ldaps: true, enforce-starttls: false}";
    let oidc = "{issuer: i, base_url: b, client_id: c, client_secret: {env: PW}}";
    let text = [
        dcos("User", "alice", "{password: {env: PW}}"),
        dcos(
            "User",
            "bob",
            "{password: {env: PW}, permissions: {'dcos:x': [read]}}",
        ),
        dcos(
            "Group",
            "ops",
            "{members: [alice], permissions: {'dcos:x': [read]}}",
        ),
        dcos("Acl", "x", "{rid: 'dcos:y'}"),
        dcos("LdapConfig", "l", ldap),
        dcos("OidcProvider", "o", oidc),
        dcos("SamlProvider", "s", "{idp_metadata: m, sp_base_url: b}"),
    ];
    let errors = ground.try_apply(&text.concat()).err().expect("no plan");
    let mut about: Vec<_> = errors
        .iter()
        .map(|error| {
            (
                error.code.0,
                error
                    .address
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            )
        })
        .collect();
    about.sort();
    let lacking = [
        "acl/x",
        "group/ops",
        "ldapconfig/l",
        "oidcprovider/o",
        "samlprovider/s",
        "user/bob",
    ];
    let expected: Vec<_> = lacking
        .iter()
        .map(|name| ("E0303", format!("prod/{name}")))
        .collect();
    assert_eq!(about, expected);
    assert_eq!(ground.writes(), Vec::<String>::new());
    ground.apply_twice(&text[0]);
    let alice = dcos(
        "User",
        "alice",
        "{password: {env: PW}, description: {ref: cluster/prod, field: edition}}",
    );
    ground.apply_twice(&alice);
    ground.holds(&dcos("User", "alice", "{description: open}"));
    assert_eq!(told(&ground.drift(&alice)), Vec::<String>::new());
}

#[test]
fn a_password_that_the_server_would_refuse_is_told_before_anything_is_written() {
    let mut ground = Ground::with(CATALOG);
    ground.set("PW", "1234");
    let errors = ground
        .try_apply(&dcos("User", "alice", "{password: {env: PW}}"))
        .err()
        .expect("no plan");
    assert_eq!(errors[0].code.0, "E0322");
    assert!(!format!("{errors:?}").contains("1234"));
    assert_eq!(ground.writes(), Vec::<String>::new());
}

#[test]
fn every_step_of_a_cluster_done_twice_does_nothing_the_second_time() {
    let mut ground = Ground::with(CATALOG);
    ground.set("PW", "some-password");
    let text = |description: &str, members: &str, actions: &str| {
        format!(
            "{}{}",
            dcos(
                "User",
                "alice",
                &format!("{{description: {description}, password: {{env: PW}}}}")
            ),
            dcos(
                "Group",
                "ops",
                &format!(
                    "{{description: {description}, members: {members}, permissions: {{'{SLASH}': {actions}}}}}"
                )
            ),
        )
    };
    ground.apply_twice(&text("Text", "[alice]", "[read, full]"));
    ground.apply_twice(&text("''", "[alice]", "[read, full]"));
    ground.apply_twice(&text("''", "[]", "[]"));
    ground.apply_twice(&text("''", "[alice]", "[full]"));
    ground.apply_twice(&text("Text", "{exactly: [alice]}", "{exactly: [read]}"));
    // What somebody else deleted already is deleted twice.
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.delete("groups", "ops");
    });
    ground.apply_twice("");
}

#[test]
fn a_thousand_users_memberships_and_grants_are_planned_with_at_most_60_requests() {
    let mut ground = Ground::with(CATALOG);
    ground.set("PW", "some-password");
    let text = bulk(60, 10, 60);
    ground.apply(&text);
    let (plan, asked) = ground.looked(&text);
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    let gets = asked.iter().filter(|line| line.starts_with("GET")).count();
    // The lists of users, groups and resources, one list a group, and one a resource.
    assert_eq!(gets, 3 + 10 + 5, "{asked:#?}");
}

/// So many users, each in one of so many groups, and so many grants on five resources.
pub(crate) fn bulk(users: usize, groups: usize, grants: usize) -> String {
    let mut text = String::new();
    for n in 0..users {
        let permissions = if n < grants {
            format!(", permissions: {{'dcos:service:/{}': [read]}}", n % 5)
        } else {
            String::new()
        };
        let user = format!("{{password: {{env: PW}}, description: User {n}{permissions}}}");
        text += &dcos("User", &format!("u{n}"), &user);
    }
    for g in 0..groups {
        let members: Vec<String> = (g..users)
            .step_by(groups)
            .map(|n| format!("u{n}"))
            .collect();
        text += &dcos(
            "Group",
            &format!("g{g}"),
            &format!("{{members: [{}]}}", members.join(", ")),
        );
    }
    text
}

#[test]
fn a_group_of_a_thousand_members_costs_two_requests() {
    let mut ground = Ground::with(CATALOG);
    ground.set("PW", "some-password");
    let mut text = bulk(150, 0, 0);
    let members: Vec<String> = (0..150).map(|n| format!("u{n}")).collect();
    text += &dcos(
        "Group",
        "all",
        &format!("{{members: {{exactly: [{}]}}}}", members.join(", ")),
    );
    ground.apply(&text);
    let (plan, asked) = ground.looked(&text);
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    let of_group = asked
        .iter()
        .filter(|line| line.contains("/groups/all/users"));
    assert_eq!(of_group.count(), 2, "{asked:#?}");
}

#[test]
fn a_secret_that_a_cluster_masks_is_not_overwritten_by_its_mask() {
    let mut ground = Ground::with(CATALOG);
    ground.set("LOOKUP", "hunter2");
    let ldap = |host: &str, rest: &str| {
        let spec = "port: 636, use-ldaps: true, enforce-starttls: false";
        dcos(
            "LdapConfig",
            "l",
            &format!("{{host: {host}, {spec}{rest}}}"),
        )
    };
    ground.apply_twice(&ldap("one", ""));
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        let mut config = tables.get("ldap", "config").expect("stored").clone();
        config["lookup-password"] = json!("********");
        tables.put("ldap", "config", config);
    });
    let refused = ground.try_apply(&ldap("two", "")).expect("a plan");
    assert_eq!(refused.plan.refusals[0].code, "E0412");
    assert_eq!(refused.writes, Vec::<String>::new());
    ground.apply_twice(&ldap("two", ", lookup-password: {env: LOOKUP}"));
}

#[test]
fn lost_answers_are_read_again_and_compared() {
    let mut ground = Ground::with(CATALOG);
    ground.set("PW", "some-password");
    let company = "{issuer: i, base_url: b, client_id: c, client_secret: {env: PW}}";
    let text = format!(
        "{}{}{}",
        dcos(
            "User",
            "alice",
            "{password: {env: PW}, permissions: {'dcos:x': [read]}}"
        ),
        dcos("Group", "ops", "{members: [alice]}"),
        dcos("OidcProvider", "company", company),
    );
    for path in [
        "users/alice#1",
        "groups/ops#1",
        "acls/dcos:x#1",
        "ops/users/alice#1",
        "users/alice/read#1",
        "providers/company#1",
    ] {
        ground.fault(&format!("PUT /{path}=cut-after-commit"));
    }
    ground.apply(&text);
    ground.apply_again(&text);
}

//! The policy of a repository: found, read, and held against documents and plans.

use super::{Folder, Ran};

const CLUSTER: &str = "\
apiVersion: dcos/v1
kind: Cluster
metadata: {name: prod}
spec:
  connection:
    url: https://dcos.invalid
    login: {uid: bootstrapuser, password: {env: DCOS_PASSWORD}}
";

fn user(name: &str, rest: &str) -> String {
    format!(
        "---\napiVersion: dcos/v1\nkind: User\nmetadata: {{name: {name}, cluster: prod}}\n\
         spec: {{description: {name}, password: {{env: PASSWORD}}{rest}}}\n"
    )
}

fn users(names: std::ops::Range<u8>) -> String {
    names.map(|n| user(&format!("u{n}"), "")).collect()
}

fn group(rest: &str) -> String {
    format!(
        "---\napiVersion: dcos/v1\nkind: Group\nmetadata: {{name: ops, cluster: prod}}\n\
         spec: {{description: Operators{rest}}}\n"
    )
}

fn policy(spec: &str) -> String {
    format!("apiVersion: tenantry/v1\nkind: Policy\nspec:\n{spec}")
}

/// A folder with manifests below a policy.
fn folder(spec: &str, manifests: &str) -> Folder {
    let folder = Folder::new();
    folder.write(".git/HEAD", "");
    folder.write("tenantry.yaml", &policy(spec));
    folder.write("m/prod.yaml", &format!("{CLUSTER}{manifests}"));
    folder
}

/// Applies what the policy has nothing against.
fn applies(folder: &Folder, manifests: &str, flags: &str) {
    folder.write("m/prod.yaml", &format!("{CLUSTER}{manifests}"));
    for _ in 0..2 {
        let ran = folder.run(&format!("apply --sandbox m {flags}"));
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
    assert_eq!(folder.run("plan --sandbox m").code, 0);
}

/// The refusals of a plan and of an apply, which are the same, and nothing is done.
fn refused(folder: &Folder, manifests: &str) -> String {
    folder.write("m/prod.yaml", &format!("{CLUSTER}{manifests}"));
    let (plan, apply) = (
        folder.run("plan --sandbox m --format json"),
        folder.run("apply --sandbox m --format json"),
    );
    assert_eq!((plan.code, apply.code), (1, 1), "{}{}", plan.out, plan.err);
    let told = |ran: &Ran| {
        let plan: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let refusals = plan["refusals"].as_array().unwrap().iter();
        let text = |note: &serde_json::Value, key: &str| note[key].as_str().unwrap().to_owned();
        let lines = refusals.map(|note| {
            let parts = ["code", "message", "hint"].map(|key| text(note, key));
            format!("{}\n", parts.join(" | "))
        });
        lines.collect::<String>()
    };
    assert_eq!(told(&plan), told(&apply));
    told(&plan)
}

#[test]
fn access_that_nobody_may_gain_is_refused_by_any_path_and_overridden_by_name() {
    let rule = "  deny:\n    - {name: no-superusers, gain: 'dcos:superuser', except: ['prod/user/root'], reason: Ask the security team.}\n";
    let folder = folder(rule, "");
    let before = user("alice", "") + &user("root", "") + &group("");
    applies(&folder, &before, "");
    let own = user("alice", ", permissions: {'dcos:superuser': [full]}")
        + &user("root", ", permissions: {'dcos:superuser': [full]}")
        + &group("");
    insta::assert_snapshot!(refused(&folder, &own), @r"E0414 | `prod/user/alice` would gain full on dcos:superuser, which the rule `no-superusers` denies: Ask the security team. | --override deny.no-superusers=prod/user/alice");
    let through = user("alice", "")
        + &user("root", "")
        + &group(", members: [alice], permissions: {'dcos:superuser': [full]}");
    insta::assert_snapshot!(refused(&folder, &through), @r"E0414 | `prod/user/alice` would gain full on dcos:superuser through group/ops, which the rule `no-superusers` denies: Ask the security team. | --override deny.no-superusers=prod/user/alice");
    applies(
        &folder,
        &through,
        "--override deny.no-superusers=prod/user/alice",
    );
}

#[test]
fn an_override_that_was_used_is_recorded_in_the_plan() {
    let rule = "  deny:\n    - {name: no-ops, create: 'prod/group/*'}\n";
    let folder = folder(rule, "");
    insta::assert_snapshot!(refused(&folder, &group("")), @r"E0414 | `prod/group/ops` would be created, which the rule `no-ops` denies | --override deny.no-ops=prod/group/ops");
    let plan = folder.run("plan --sandbox m --format json --override deny.no-ops=prod/group/ops");
    let plan: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(plan["overrides"][0], "deny.no-ops=prod/group/ops");
}

#[test]
fn limits_hold_for_each_kind_by_number_and_by_share() {
    let limits = "  limits:\n    creates: {count: 12}\n    deletes: {percent: 10}\n    kinds:\n      group: {deletes: {count: 0}}\n";
    let folder = folder(limits, "");
    insta::assert_snapshot!(refused(&folder, &users(0..13)), @r"E0413 | 13 user objects of `cluster/prod` would be created, more than 12 | --override creates=prod/user/*");
    let all = users(0..12) + &group("");
    applies(&folder, &all, "");
    insta::assert_snapshot!(refused(&folder, &users(0..10)), @r"
    E0413 | 1 of 1 group objects of `cluster/prod` would be deleted, more than 0 | --override deletes=prod/group/*
    E0413 | 2 of 12 user objects of `cluster/prod` would be deleted, more than 10 % | --override deletes=prod/user/*
    ");
    applies(
        &folder,
        &users(0..10),
        "--override deletes=prod/user/* --override deletes=prod/group/*",
    );
}

#[test]
fn those_who_lose_everything_count_for_more() {
    let limits = "  limits: {access: {losers: {count: 10}, weightOfEverything: 8}}\n";
    let folder = folder(limits, "");
    let members = "members: [u0, u1, u2, u3, u4, u5]";
    let before = |permissions: &str| {
        users(0..6) + &group(&format!(", {members}, permissions: {{{permissions}}}"))
    };
    applies(&folder, &before("'dcos:x': [read]"), "");
    applies(&folder, &before(""), "");
    applies(&folder, &before("'dcos:superuser': [full]"), "");
    insta::assert_snapshot!(refused(&folder, &before("")), @r"E0413 | 6 would lose access in `prod` (6 of them everything, each of whom counts for 8: 48), more than 10 | --override access-losses=prod/*");
    applies(&folder, &before(""), "--override access-losses=prod/*");
}

#[test]
fn a_break_glass_principal_keeps_what_access_it_has() {
    let folder = folder("  breakGlass: ['prod/user/root']\n", "");
    let with = user("root", ", permissions: {'dcos:superuser': [full]}") + &user("alice", "");
    applies(&folder, &with, "");
    let without = user("root", "") + &user("alice", "");
    insta::assert_snapshot!(refused(&folder, &without), @r"E0415 | `prod/user/root` must keep access, and would lose full on dcos:superuser | --override break-glass=prod/user/root");
    insta::assert_snapshot!(refused(&folder, &user("alice", "")), @r"
    E0415 | `prod/user/root` must keep access, and would lose full on dcos:superuser | --override break-glass=prod/user/root
    E0415 | `prod/user/root` must keep access, and would be deleted | --override break-glass=prod/user/root
    ");
    applies(
        &folder,
        &user("alice", ""),
        "--override break-glass=prod/user/root",
    );
}

#[test]
fn live_objects_that_no_manifest_names_are_refused_unless_they_are_allowed() {
    let rule = "  unmanaged:\n    - {kind: group, in: 'prod', allow: ['superusers']}\n";
    let folder = folder(rule, &group(""));
    applies(&folder, &group(""), "");
    let other = Folder::new();
    other.write(
        "m/prod.yaml",
        &format!("{CLUSTER}{}", group("").replace("name: ops", "name: own")),
    );
    std::fs::create_dir_all(other.path().join("m/.tenantry")).unwrap();
    let world = "m/.tenantry/sandbox/world.jsonl";
    folder.write("other/.tenantry/sandbox/world.jsonl", &folder.read(world));
    folder.write("other/prod.yaml", &other.read("m/prod.yaml"));
    let by_others = folder.run("apply --sandbox other --override unmanaged=prod/group/ops");
    assert_eq!(by_others.code, 0, "{}{}", by_others.out, by_others.err);
    folder.write(world, &folder.read("other/.tenantry/sandbox/world.jsonl"));
    insta::assert_snapshot!(refused(&folder, &group("")), @r"E0416 | `prod/group/own` is live and in no manifest, which the policy wants | --override unmanaged=prod/group/own");
}

#[test]
fn labels_that_the_policy_wants_are_looked_for_offline() {
    let rule = "  labels:\n    - {name: team, values: [ops, 'web-*'], kinds: [user]}\n    - {name: owner}\n";
    let labelled = |labels: &str| {
        CLUSTER.replace("{name: prod}", "{name: prod, labels: {owner: ann}}")
            + &user("bob", "").replace(
                "cluster: prod",
                &format!("cluster: prod, labels: {{{labels}}}"),
            )
    };
    let folder = folder(rule, "");
    folder.write("m/prod.yaml", &labelled("team: web-shop, owner: ann"));
    assert_eq!(folder.run("check m").code, 0);
    folder.write("m/prod.yaml", &labelled("team: sales"));
    let ran = folder.run("check m");
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.err, @r"
    error[E0235]: `prod/user/bob` has the label `team: sales`, which the policy does not allow
      --> m/prod.yaml:10:7
       |
    10 | kind: User
       |       ^^^^
       |
       = hint: write one of: ops, web-*
    error[E0235]: `prod/user/bob` has no label `owner`, which the policy wants
      --> m/prod.yaml:10:7
       |
    10 | kind: User
       |       ^^^^
       |
       = hint: write under metadata: `labels: {owner: …}`
    2 errors
    ");
    assert_eq!(folder.run("plan --sandbox m").code, 1);
}

#[test]
fn a_policy_that_means_nothing_is_told_with_its_place_and_nothing_is_planned() {
    let spec = "  limits: {deletes: {}, kinds: {usr: {deletes: {percent: 101}}}}\n  deny:\n    - {name: x}\n    - {name: x, gain: a, lose: b}\n  brekGlass: []\n";
    let folder = folder(spec, &user("bob", ""));
    let ran = folder.run("plan --sandbox m");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    insta::assert_snapshot!(ran.err, @r"
    error[E0208]: this document wants a number from 0 to 100 in `spec.limits.kinds.usr.deletes.percent`
     --> tenantry.yaml:4:58
      |
    4 |   limits: {deletes: {}, kinds: {usr: {deletes: {percent: 101}}}}
      |                                                          ^^^ a number from 0 to 100
      |
      = hint: write a number from 0 to 100
    error[E0203]: this document has no field `spec.brekGlass`
     --> tenantry.yaml:8:3
      |
    8 |   brekGlass: []
      |   ^^^^^^^^^ no such field
      |
      = hint: did you mean `breakGlass`?
    ");
    let sound = spec.replace("  brekGlass: []\n", "").replace("101", "50");
    folder.write("tenantry.yaml", &policy(&sound));
    insta::assert_snapshot!(folder.run("check m").err, @r"
    error[E0236]: the rule `x` must say exactly one thing that it denies
     --> tenantry.yaml:6:7
      |
    6 |     - {name: x}
      |       ^
      |
      = hint: write one of gain, lose, create, update, delete; a rule for each
    error[E0236]: the rule `x` must say exactly one thing that it denies
     --> tenantry.yaml:7:7
      |
    7 |     - {name: x, gain: a, lose: b}
      |       ^
      |
      = hint: write one of gain, lose, create, update, delete; a rule for each
    error[E0236]: two rules are called `x`
     --> tenantry.yaml:7:7
      |
    7 |     - {name: x, gain: a, lose: b}
      |       ^
      |
      = hint: give each a name of its own: overrides go by it
    error[E0236]: there is no kind `usr`
     --> tenantry.yaml:4:38
      |
    4 |   limits: {deletes: {}, kinds: {usr: {deletes: {percent: 50}}}}
      |                                      ^
      |
      = hint: did you mean `user`?
    error[E0236]: the limit `limits.deletes` has no number
     --> tenantry.yaml:4:21
      |
    4 |   limits: {deletes: {}, kinds: {usr: {deletes: {percent: 50}}}}
      |                     ^
      |
      = hint: write `count`, `percent` or both
    5 errors
    ");
}

#[test]
fn a_policy_is_found_above_named_or_refused_where_there_are_two() {
    let deny = "  deny: [{name: no-users, create: 'prod/user/*'}]\n";
    let folder = folder(deny, &user("bob", ""));
    assert_eq!(folder.run("plan --sandbox m").code, 1);
    assert_eq!(folder.run("plan --sandbox m/prod.yaml").code, 1);
    folder.write("none.yaml", &policy("  deny: []\n"));
    assert_eq!(folder.run("plan --sandbox m --policy none.yaml").code, 2);
    let missing = folder.run("plan --sandbox m --policy nowhere.yaml");
    insta::assert_snapshot!(missing.err, @r"
    error[E0824]: the policy nowhere.yaml is not there
     |
     = hint: name a file, or leave out --policy: `tenantry.yaml` is found by itself
    ");
    folder.write("m/tenantry.yaml", &policy("  deny: []\n"));
    let two = folder.run("plan --sandbox m");
    assert_eq!(two.code, 1);
    insta::assert_snapshot!(two.err, @r"
    error[E0119]: there are two policies, `m/tenantry.yaml` and `tenantry.yaml`
     |
     = hint: keep one, at the root of the repository, or name it: --policy FILE
    ");
}

#[test]
fn the_schema_is_printed_for_editors() {
    let ran = Folder::new().run("schema policy");
    let schema: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(schema["title"], "Tenantry policy");
    assert!(schema["properties"]["spec"]["properties"]["breakGlass"].is_object());
}

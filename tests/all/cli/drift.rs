//! `drift`: what somebody did by hand, what that means for access, and what else there is to know.

use serde_json::{Value as Json, json};

use super::saved::{PEOPLE, Servers};

const RULERS: &str = "---
apiVersion: dcos/v1
kind: Group
metadata: {name: rulers, cluster: prod}
spec: {description: Rulers, permissions: {'dcos:superuser': [full]}}
";

fn put(servers: &Servers, table: &str, key: &str, row: Json) {
    servers.sandbox().with(|world| {
        let tables = world.target("c/prod").unwrap().tables();
        tables.put(table, key, row);
    });
}

#[test]
fn changed_by_hand_pending_and_both_are_told_apart() {
    let servers = Servers::applied();
    assert_eq!(servers.run("drift m").code, 0);
    servers.by_hand("users", "bob", "description", json!("Rob"));
    servers.by_hand("groups", "operators", "description", json!("Ops"));
    let people = PEOPLE.replace("description: Bob", "description: Robert");
    servers.write(&people.replace("description: Carol", "description: Caroline"));
    let ran = servers.run("drift m");
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.out, @r#"
    Target: sandbox

    Changed since the last apply, not by tenantry (2)

      ~ prod/group/operators
          ~ description = "Operators" -> "Ops"

      ~ prod/user/bob  # conflict: the manifests change `description` too
          ~ description = "Bob" -> "Rob"

    note[E0321]: `password` of 2 objects is never shown: a change by hand cannot be seen

    Drift: 2 objects changed since the last apply (12 requests).
    Pending: 2 changes of the manifests (prod/user/bob, prod/user/carol); see `tenantry plan`.
    "#);
    let json: Json = serde_json::from_str(&servers.run("drift m --format json").out).unwrap();
    let conflicts: Vec<_> = (0..2).map(|n| &json["drift"][n]["conflicts"]).collect();
    assert_eq!(conflicts, [&json!([]), &json!(["description"])]);
}

#[test]
fn what_a_change_by_hand_does_to_access_stands_first() {
    let servers = Servers::new();
    servers.write(&format!("{PEOPLE}{RULERS}"));
    assert_eq!(servers.run("apply m").code, 0);
    servers.by_hand("users", "bob", "description", json!("Rob"));
    let member = json!({"gid": "rulers", "uid": "carol"});
    put(&servers, "members", "rulers carol", member);
    let ran = servers.run("drift m");
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.out, @r#"
    Target: sandbox

    Access (1 gains)

      + prod/user/carol gains full on dcos:superuser through group/rulers: everything in prod

    Changed since the last apply, not by tenantry (2)

      ~ prod/group/rulers  # gives everything
          + members:
              + user/carol

      ~ prod/user/bob
          ~ description = "Bob" -> "Rob"

    note[E0321]: `password` of 2 objects is never shown: a change by hand cannot be seen

    Drift: 2 objects changed since the last apply (15 requests).
    "#);
}

#[test]
fn known_changes_are_let_be_until_their_day() {
    let servers = Servers::applied();
    servers.by_hand("users", "bob", "description", json!("Rob"));
    let policy = |until: &str| {
        let text = format!(
            "apiVersion: tenantry/v1\nkind: Policy\nspec:\n  drift:\n    ignore:\n      \
             - {{address: prod/user/*, field: description, reason: 'see OPS-7', until: '{until}'}}\n"
        );
        servers.folder.write("m/tenantry.yaml", &text);
        servers.run("drift m")
    };
    let known = policy("2999-12-31");
    assert_eq!(known.code, 0, "{}", known.all());
    insta::assert_snapshot!(known.out, @r"
    Target: sandbox

    note[E0326]: 1 change is ignored in `prod/user/*` until 2999-12-31: see OPS-7
    note[E0321]: `password` of 2 objects is never shown: a change by hand cannot be seen

    No drift: live is as last applied (12 requests).
    ");
    let ended = policy("2020-02-29");
    assert_eq!(ended.code, 2, "{}", ended.all());
    insta::assert_snapshot!(ended.out, @r#"
    Target: sandbox

    Changed since the last apply, not by tenantry (1)

      ~ prod/user/bob
          ~ description = "Bob" -> "Rob"

    warning[E0327]: changes in `prod/user/*` were ignored until 2020-02-29, and are told again: see OPS-7
      hint: take the change back or into the manifests, or give the rule another day
    note[E0321]: `password` of 2 objects is never shown: a change by hand cannot be seen

    Drift: 1 object changed since the last apply (12 requests).
    "#);
    let wrong = policy("2021-02-29");
    insta::assert_snapshot!(wrong.err, @r"
    error[E0236]: `2021-02-29` is no day
     --> m/tenantry.yaml:6:80
      |
    6 |       - {address: prod/user/*, field: description, reason: 'see OPS-7', until: '2021-02-29'}
      |                                                                                ^^^^^^^^^^^^
      |
      = hint: write it like 2027-01-31
    ");
}

#[test]
fn what_appeared_is_told_and_is_no_drift_of_ours() {
    let servers = Servers::applied();
    let bob = servers.sandbox().with(|world| {
        let tables = world.target("c/prod").unwrap().tables();
        tables.get("users", "bob").unwrap().clone()
    });
    put(&servers, "users", "mallory", bob);
    let ran = servers.run("drift m");
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.out, @r"
    Target: sandbox

    Live and in no manifest (1)

      ? prod/user: mallory

    note[E0321]: `password` of 2 objects is never shown: a change by hand cannot be seen

    No drift: live is as last applied (12 requests).
    ");
}

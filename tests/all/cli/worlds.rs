//! Whole runs against the embedded sandbox: check, plan, apply, drift, destroy, and their codes.

use serde_json::Value as Json;

use super::{Folder, Ran};

const CLUSTER: &str = "\
apiVersion: dcos/v1
kind: Cluster
metadata: {name: prod}
spec:
  connection:
    url: https://dcos.invalid
    login: {uid: bootstrapuser, password: {env: DCOS_PASSWORD}}
---
apiVersion: dcos/v1
kind: User
metadata: {name: bob, cluster: prod, labels: {team: ops}}
spec:
  description: Bob
  password: {env: BOB_PASSWORD}
";

const GROUP: &str = "\
apiVersion: dcos/v1
kind: Group
metadata: {name: operators, cluster: prod}
spec:
  description: Those who run it
  members: [bob]
";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("m/prod.yaml", CLUSTER);
    folder.write("m/groups.yaml", GROUP);
    folder
}

fn json(ran: &Ran) -> Json {
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err))
}

#[test]
fn a_second_apply_finds_nothing_to_do() {
    let folder = folder();
    assert_eq!(folder.run("plan --sandbox m").code, 2);
    let first = folder.run("apply --sandbox m");
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    insta::assert_snapshot!(first.out.lines().last().unwrap_or_default(), @"Applied: 2 created, 0 updated, 0 replaced, 0 deleted, 0 adopted, 0 forgotten (6 requests).");
    let second = folder.run("apply --sandbox m");
    assert_eq!((second.code, second.err.as_str()), (0, ""));
    insta::assert_snapshot!(second.out, @r"
    Target: sandbox

    No changes. 2 unchanged (4 requests).
    ");
    assert_eq!(folder.run("plan --sandbox m").code, 0);
    assert_eq!(folder.run("drift --sandbox m").code, 0);
}

#[test]
fn a_plan_for_machines_has_its_numbers() {
    let folder = folder();
    let plan = json(&folder.run("plan --sandbox m --format json"));
    assert_eq!(plan["target"], "sandbox");
    assert_eq!(plan["summary"]["create"], 2);
    assert!(plan["statistics"]["requests"].as_u64() > Some(0));
    let report = json(&folder.run("apply --sandbox m --format json"));
    assert_eq!(report["summary"]["created"], 2);
    assert_eq!(report["interrupted"], false);
}

#[test]
fn a_plan_writes_no_state() {
    let folder = folder();
    folder.run("plan --sandbox m");
    assert!(!folder.has("m/.tenantry/sandbox/state.json"));
    assert!(!folder.has("m/.tenantry/sandbox/identity.txt"));
}

#[test]
fn what_leaves_the_manifests_is_deleted_unless_it_is_to_be_left() {
    let folder = folder();
    folder.run("apply --sandbox m");
    std::fs::remove_file(folder.path().join("m/groups.yaml")).unwrap();
    let kept = json(&folder.run("plan --sandbox m --no-delete --format json"));
    assert_eq!(kept["summary"]["delete"], 0);
    let plan = json(&folder.run("plan --sandbox m --format json"));
    assert_eq!(plan["summary"]["delete"], 1);
    assert_eq!(plan["steps"][0]["address"], "prod/group/operators");
    assert_eq!(folder.run("apply --sandbox m").code, 0);
    assert_eq!(folder.run("plan --sandbox m").code, 0);
}

#[test]
fn an_empty_folder_deletes_nothing() {
    let folder = folder();
    folder.run("apply --sandbox m");
    for file in ["m/prod.yaml", "m/groups.yaml"] {
        std::fs::remove_file(folder.path().join(file)).unwrap();
    }
    let ran = folder.run("apply --sandbox m");
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.err, @r"
    error[E0810]: there is no manifest, though the state in m/.tenantry/sandbox owns 2 objects
     |
     = hint: name the folder that has the manifests
     = hint: to delete everything that is owned: `tenantry destroy`
    ");
}

#[test]
fn a_folder_that_owns_objects_must_be_named() {
    let folder = folder();
    folder.run("apply --sandbox --state st m");
    folder.write("other/x.yaml", CLUSTER);
    let ran = folder.run("plan --sandbox --state st other");
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.err, @r"
    error[E0514]: the state in st/sandbox owns objects of m, which this command does not name
     |
     = hint: name it too: `tenantry plan other m`
     = hint: or keep a state of its own: --state DIR
     = hint: if that folder was renamed: tenantry state root m other
    ");
}

#[test]
fn a_selection_makes_a_partial_plan() {
    let folder = folder();
    let plan = json(&folder.run("plan --sandbox m -l team=ops --format json"));
    assert_eq!(
        (&plan["partial"], &plan["summary"]["create"]),
        (&true.into(), &1.into())
    );
    let plan = json(&folder.run("plan --sandbox m --target prod/group/operators --format json"));
    assert_eq!(
        plan["summary"]["create"], 2,
        "the member it needs comes along"
    );
    let wrong = folder.run("plan --sandbox m --target prod/group/operator");
    insta::assert_snapshot!(wrong.all(), @r"
    [stderr]
    error[E0307]: --target names `prod/group/operator`, which is neither declared nor owned
     |
     = hint: did you mean `prod/group/operators`?
    [exit 1]
    ");
}

#[test]
fn manifests_come_from_standard_input() {
    let folder = Folder::new();
    let ran = folder.run_with("plan --sandbox -", CLUSTER);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(folder.has(".tenantry/sandbox/world.jsonl"));
}

#[test]
fn check_tells_everything_that_is_wrong_at_once() {
    let folder = Folder::new();
    folder.write(
        "m/a.yaml",
        "apiVersion: dcos/v1\nkind: Grup\nmetadata: {name: x, cluster: prod}\nspec: {}\n",
    );
    folder.write("m/b.yaml", &CLUSTER.replace("description", "descripton"));
    insta::assert_snapshot!(folder.run("check m").all(), @r"
    [stderr]
    error[E0202]: `dcos/v1` has no kind `Grup`
     --> m/a.yaml:2:7
      |
    2 | kind: Grup
      |       ^^^^ no such kind
      |
      = hint: did you mean `Group`?
    error[E0203]: `prod/user/bob` has no field `descripton`
      --> m/b.yaml:13:3
       |
    13 |   descripton: (hidden)
       |   ^^^^^^^^^^ no such field
       |
       = hint: did you mean `description`?
    2 errors
    [exit 1]
    ");
    let good = self::folder();
    insta::assert_snapshot!(good.run("check m").all(), @r"
    ok: 3 objects in 2 files
    [stderr]
    [exit 0]
    ");
}

#[test]
fn real_servers_need_their_secrets_and_somebody_who_agrees() {
    let folder = folder();
    let plan = folder.run("plan m");
    assert_eq!(plan.code, 1);
    assert!(
        plan.err.contains("DCOS_PASSWORD is not set"),
        "{}",
        plan.err
    );
    let apply = folder.run("apply m");
    assert_eq!(apply.code, 1);
    assert!(
        apply.err.contains("DCOS_PASSWORD is not set"),
        "{}",
        apply.err
    );
}

#[test]
fn faults_need_the_sandbox() {
    let folder = folder();
    let ran = folder.run("plan m --fault /users=status:503");
    insta::assert_snapshot!(ran.all(), @r"
    [stderr]
    error[E0812]: --fault is for the sandbox inside a command alone
     |
     = hint: add --sandbox
    [exit 1]
    ");
}

#[test]
fn a_plan_can_be_a_comment_on_a_pull_request() {
    let folder = folder();
    let ran = folder.run("plan --sandbox m --format markdown");
    assert_eq!((ran.code, ran.err.as_str()), (2, ""));
    assert!(
        ran.out
            .starts_with("<!-- tenantry plan -->\n### `Plan: 2 to create"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("\n+ prod/user/bob  # will be created"),
        "{}",
        ran.out
    );
    folder.run("apply --sandbox m");
    let ran = folder.run("plan --sandbox m --format markdown");
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("No changes."), "{}", ran.out);
}

#[test]
fn destroy_deletes_what_is_owned() {
    let folder = folder();
    folder.run("apply --sandbox m");
    let ran = folder.run("destroy --sandbox m");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let plan = json(&folder.run("plan --sandbox m --format json"));
    assert_eq!(plan["summary"]["create"], 2);
}

#[test]
fn a_failed_step_stops_what_depends_on_it_alone() {
    let folder = folder();
    let fault = ["--fault", "PUT /users/bob=status:400"];
    let mut command = folder.command("apply --sandbox m");
    let ran = super::ran(&folder, &command.args(fault).output().unwrap());
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.out, @r#"
    Target: sandbox

    Access (1 gains)

      + prod/user/bob gains a place in group/operators

    Symbols: + create

    Creates (2)

      + prod/user/bob  # will be created: it is not there
          + description = "Bob"
          + password = (secret)
          + uid = "bob"

      + prod/group/operators  # will be created: it is not there
          + description = "Those who run it"
          + gid = "operators"
          + members:
              + user/bob

    Plan: 2 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to forget, 0 unchanged (3 requests).

    Target: sandbox

    Failed (1)

      + prod/user/bob  # could not create `prod/user/bob`: PUT http://127.0.0.1:[PORT]/c/prod/acs/api/v1/users/bob: answered 400 with `a scripted fault of the sandbox`

    Skipped (1)

      + prod/group/operators  # because of prod/user/bob

    Applied: 0 created, 0 updated, 0 replaced, 0 deleted, 0 adopted, 0 forgotten, 1 failed, 1 skipped (1 request).
    "#);
    assert_eq!(folder.run("apply --sandbox m").code, 0);
}

#[test]
fn secrets_are_nowhere_to_be_seen() {
    let mut folder = folder();
    folder.set("BOB_PASSWORD", "hunter2-planted");
    let words = "apply --sandbox m -vv --log-file log.jsonl --format json";
    let ran = folder.run(words);
    assert_eq!(ran.code, 0, "{}", ran.err);
    folder.set("BOB_PASSWORD", "hunter3-planted");
    let plan = folder.run("plan --sandbox m -vv");
    assert_eq!(plan.code, 2, "a new password is a change");
    assert!(plan.out.contains("(secret, changed)"), "{}", plan.out);
    let state = folder.read("m/.tenantry/sandbox/state.json");
    for text in [
        ran.out,
        ran.err,
        plan.out,
        plan.err,
        state,
        folder.read("log.jsonl"),
    ] {
        assert!(!text.contains("-planted"), "{text}");
    }
}

/// The quickstart as it stands in this repository.
pub(super) fn quickstart() -> Folder {
    let folder = Folder::new();
    for name in ["acme.yaml", "prod.yaml", "deploy-bot.pem"] {
        let path = format!("{}/manifests/quickstart/{name}", env!("CARGO_MANIFEST_DIR"));
        folder.write(
            &format!("m/{name}"),
            &std::fs::read_to_string(path).unwrap(),
        );
    }
    folder
}

#[test]
fn the_quickstart_is_made_whole_and_then_left_alone() {
    let folder = quickstart();
    let first = folder.run("apply --sandbox m");
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    let again = folder.run("apply --sandbox m");
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    assert!(again.out.contains("No changes."), "{}", again.out);
    assert_eq!(folder.run("drift --sandbox m").code, 0);
    let gone = folder.run("destroy --sandbox m --override target=tenant/acme");
    assert_eq!(gone.code, 0, "{}{}", gone.out, gone.err);
}

//! The binary, killed while a call is in flight, and run again.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::super::cli::Folder;

const MANIFEST: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: shop}
spec: {name: Shop, tag: development, regionName: EU}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: shop}
spec: {description: Sees orders}
";

/// Long enough for a slow machine.
const PATIENCE: Duration = Duration::from_mins(1);

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("m/shop.yaml", MANIFEST);
    folder
}

fn kept(folder: &Folder, name: &str) -> PathBuf {
    folder.path().join("m/.tenantry/sandbox").join(name)
}

fn apply(folder: &Folder, fault: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
    command
        .env_clear()
        .env("HOME", folder.path().join("../home"))
        .current_dir(folder.path())
        .args(["apply", "--sandbox", "--fault", fault, "m"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("it starts")
}

/// Applies with a call that is answered a minute late, and kills the process once the world has
/// what the call does: committed, and not answered.
fn kill_after_commit(folder: &Folder, call: &str, committed: &str) {
    let mut child = apply(folder, &format!("{call}#1=delay:60000"));
    let began = Instant::now();
    let world = || std::fs::read_to_string(kept(folder, "world.jsonl")).unwrap_or_default();
    while !world().contains(committed) {
        assert!(began.elapsed() < PATIENCE, "{call}: {}", world());
        std::thread::park_timeout(Duration::from_millis(20));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
}

/// The tenants that the world has: id and name.
fn tenants(folder: &Folder) -> Vec<(String, String)> {
    let world = std::fs::read_to_string(kept(folder, "world.jsonl")).expect("a world");
    let mut tenants = std::collections::BTreeMap::new();
    for line in world.lines() {
        let changes: Json = serde_json::from_str(line).expect("JSON");
        for change in changes.as_array().expect("changes") {
            if change[0] != "cloud/default" || change[1] != "tenants" {
                continue;
            }
            let id = change[2].as_str().expect("an id").to_owned();
            match change[3]["name"].as_str() {
                Some(name) => drop(tenants.insert(id, name.to_owned())),
                None => drop(tenants.remove(&id)),
            }
        }
    }
    tenants.into_iter().collect()
}

fn assert_one_whole_tenant(folder: &Folder) {
    let ran = folder.run("apply --sandbox m");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let state: Json = serde_json::from_str(&folder.read("m/.tenantry/sandbox/state.json")).unwrap();
    let id = state["resources"]["tenant/shop"]["id"]
        .as_str()
        .expect("it is owned");
    assert_eq!(tenants(folder), [(id.to_owned(), "Shop".to_owned())]);
    let role = &state["resources"]["shop/role/clerk"]["id"];
    assert!(role.is_string(), "its credentials open it: {state:#}");
    let again = folder.run("apply --sandbox m");
    assert_eq!(again.code, 0);
    assert!(again.out.contains("No changes."), "{}", again.out);
}

#[test]
fn a_run_killed_after_the_tenants_commit_ends_in_one_tenant_with_its_credentials() {
    let folder = folder();
    kill_after_commit(&folder, "POST /api/tenants", "being set up");
    let orphan = tenants(&folder).remove(0);
    let plan = folder.run("plan --sandbox m");
    assert_eq!(plan.code, 2, "{}", plan.err);
    let told = "has lost its credentials: apply deletes it and makes another";
    assert!(
        plan.out.contains(told) || plan.err.contains(told),
        "{}{}",
        plan.out,
        plan.err
    );
    assert_one_whole_tenant(&folder);
    assert_ne!(tenants(&folder)[0].0, orphan.0);
}

#[test]
fn a_run_killed_while_a_tenant_gets_its_name_keeps_that_tenant() {
    let folder = folder();
    kill_after_commit(&folder, "PATCH /api/tenants", "\"name\":\"Shop\"");
    let made = tenants(&folder).remove(0);
    assert_one_whole_tenant(&folder);
    assert_eq!(tenants(&folder)[0].0, made.0);
}

#[test]
fn a_run_killed_while_it_makes_something_else_finds_it_again() {
    let folder = folder();
    kill_after_commit(&folder, "POST /api/roles", "Sees orders");
    let plan = folder.run("plan --sandbox m");
    assert_eq!(plan.code, 0, "it is as declared: {}{}", plan.out, plan.err);
    let told = "was created (";
    assert!(
        plan.out.contains(told) && plan.out.contains("E0717"),
        "{}",
        plan.out
    );
    assert_one_whole_tenant(&folder);
}

#[test]
fn what_was_changed_since_its_creation_is_refused_with_a_way_out() {
    let folder = folder();
    kill_after_commit(&folder, "POST /api/roles", "Sees orders");
    let world = kept(&folder, "world.jsonl");
    let text = std::fs::read_to_string(&world).expect("a world");
    std::fs::write(&world, text.replace("Sees orders", "Sees all")).expect("written");
    let refused = folder.run("apply --sandbox m");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("E0711"), "{}", refused.err);
    let over = "--override intent=shop/role/clerk";
    assert!(refused.err.contains(over), "{}", refused.err);
    let adopting = MANIFEST.replace(
        "spec: {description",
        "lifecycle: {adopt: true}\nspec: {description",
    );
    folder.write("m/shop.yaml", &adopting);
    let ran = folder.run(&format!("apply --sandbox {over} m"));
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_one_whole_tenant(&folder);
}

//! `tenantry state`: what is listed, moved, forgotten, gone back to, resealed, locked.

use serde_json::Value as Json;

use super::{Folder, Ran};

const MANIFEST: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: acme}
spec: {connection: {endpoint: 'https://acme.logto.app', clientId: x, clientSecret: {env: ACME}}}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: acme}
spec: {name: clerk, description: Sees orders}
---
apiVersion: logto/v1
kind: User
metadata: {name: ann, tenant: acme}
spec: {username: ann, roles: [clerk]}
";

fn applied() -> Folder {
    let folder = Folder::new();
    folder.write("m/acme.yaml", MANIFEST);
    done(folder.run("apply --sandbox m"));
    folder
}

fn done(ran: Ran) -> Ran {
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    ran
}

fn state(folder: &Folder, words: &str) -> Ran {
    folder.run(&format!("state {words} --sandbox --manifests m"))
}

fn pulled(folder: &Folder) -> Json {
    serde_json::from_str(&done(state(folder, "pull")).out).expect("JSON")
}

fn is_clean(folder: &Folder) {
    let plan = folder.run("plan --sandbox m");
    assert!(plan.out.contains("No changes."), "{}{}", plan.out, plan.err);
}

#[test]
fn a_list_has_addresses_and_ids_and_a_pulled_state_is_the_one_that_is_kept() {
    let folder = applied();
    let listed = done(state(&folder, "list"));
    assert!(listed.out.contains("acme/role/clerk"), "{}", listed.out);
    let json: Json = serde_json::from_str(&done(state(&folder, "list --format json")).out).unwrap();
    assert!(json.to_string().contains("acme/user/ann"), "{json:#}");
    let kept = folder.read("m/.tenantry/sandbox/state.json");
    assert_eq!(done(state(&folder, "pull")).out, kept);
}

#[test]
fn a_moved_object_is_the_same_one_to_its_document() {
    let folder = applied();
    let before = pulled(&folder)["resources"]["acme/role/clerk"]["id"].clone();
    let moved = done(state(&folder, "move acme/role/clerk acme/role/seller"));
    assert_eq!(
        moved.out,
        "acme/role/clerk is called acme/role/seller now\n"
    );
    let renamed = MANIFEST.replace("{name: clerk, tenant", "{name: seller, tenant");
    folder.write(
        "m/acme.yaml",
        &renamed.replace("roles: [clerk]", "roles: [seller]"),
    );
    is_clean(&folder);
    assert_eq!(
        pulled(&folder)["resources"]["acme/role/seller"]["id"],
        before
    );
}

#[test]
fn a_move_that_would_lose_something_is_refused() {
    let folder = applied();
    for (words, told) in [
        (
            "move acme/role/clerk acme/user/clerk",
            "is another kind of object",
        ),
        (
            "move acme/role/clark acme/role/x",
            "did you mean `acme/role/clerk`?",
        ),
        ("move acme/role x", "is not an address"),
        ("forget acme/role/nobody", "is not owned"),
        ("root elsewhere here", "has no root called `elsewhere`"),
        ("versions --restore 99", "is not kept"),
        (
            "reseal --recipient age1nobody",
            "recipient 1 is no age recipient",
        ),
    ] {
        let ran = state(&folder, words);
        assert_eq!(ran.code, 1, "{words}");
        assert!(ran.err.contains(told), "{words}: {}", ran.err);
    }
    is_clean(&folder);
    let none = folder.run("state move a/b/c a/b/d --state nowhere");
    assert!(
        none.err.contains("there is no state in nowhere"),
        "{}",
        none.err
    );
    assert!(!folder.has("nowhere"));
}

#[test]
fn a_forgotten_object_stays_and_a_version_brings_it_back() {
    let folder = applied();
    let serial = pulled(&folder)["serial"].as_u64().expect("a number");
    done(state(&folder, "forget acme/user/ann"));
    assert_eq!(pulled(&folder)["resources"]["acme/user/ann"], Json::Null);
    let plan = folder.run("plan --sandbox m");
    assert_ne!(plan.code, 0, "it is there and not ours: {}", plan.out);
    let versions = done(state(&folder, "versions --format json")).out;
    let versions: Json = serde_json::from_str(&versions).expect("JSON");
    let kept = versions.as_array().expect("a list").iter();
    let kept: Vec<_> = kept
        .filter_map(|version| version["serial"].as_u64())
        .collect();
    assert!(kept.contains(&serial), "{kept:?}");
    done(state(&folder, &format!("versions --restore {serial}")));
    is_clean(&folder);
}

#[test]
fn a_renamed_folder_is_mended_by_what_the_refusal_says() {
    let folder = Folder::new();
    folder.write("m/acme.yaml", MANIFEST);
    done(folder.run("apply --sandbox --state kept m"));
    std::fs::rename(folder.path().join("m"), folder.path().join("manifests")).expect("renamed");
    let refused = folder.run("plan --sandbox --state kept manifests");
    assert!(refused.err.contains("E0514"), "{}", refused.err);
    let hint = "tenantry state root m manifests";
    assert!(refused.err.contains(hint), "{}", refused.err);
    // The sandbox's state is one level further in, and its roots are called all the same.
    done(folder.run("state root m manifests --sandbox --state kept"));
    let plan = folder.run("plan --sandbox --state kept manifests");
    assert!(plan.out.contains("No changes."), "{}{}", plan.out, plan.err);
}

#[test]
fn resealed_credentials_open_for_the_named_ones_alone() {
    let mut folder = applied();
    let kept = folder.path().join("m/.tenantry/sandbox/identity.txt");
    let old = std::fs::read_to_string(&kept).expect("an identity");
    let sealed = done(state(&folder, "reseal --new second.txt"));
    assert_eq!(sealed.out.matches("age1").count(), 1, "{}", sealed.out);
    let refused = folder.run("apply --sandbox m");
    assert!(refused.err.contains("E0511"), "{}", refused.err);
    std::fs::copy(folder.path().join("second.txt"), &kept).expect("copied");
    done(folder.run("apply --sandbox m"));
    let public = old
        .lines()
        .find_map(|line| line.strip_prefix("# public key: "));
    folder.set("TENANTRY_RECIPIENT", public.expect("a public key"));
    done(state(&folder, "reseal --keep"));
    for identity in [old, folder.read("second.txt")] {
        std::fs::write(&kept, identity).expect("written");
        is_clean(&folder);
        done(folder.run("apply --sandbox m"));
    }
    let asked = state(&folder, "reseal --new third.txt --passphrase");
    assert!(
        asked.err.contains("E0510"),
        "nobody can be asked: {}",
        asked.err
    );
    assert!(!folder.has("third.txt"));
}

#[test]
fn a_lock_that_nobody_holds_is_free_and_one_of_a_folder_goes_with_its_process() {
    let folder = applied();
    assert!(done(state(&folder, "lock")).out.ends_with("is free\n"));
    let json: Json = serde_json::from_str(&done(state(&folder, "lock --format json")).out).unwrap();
    assert_eq!(json["held"], Json::Null);
    assert!(
        done(state(&folder, "unlock --force"))
            .out
            .ends_with("was free\n")
    );
}

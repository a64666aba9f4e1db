//! `plan --format tfjson`: the shape of it, and two tools from a registry that read it.
//!
//! Both were run: `pip install tfsumpy terraform-compliance`.

use std::process::Command;

use serde_json::Value as Json;

use super::{by_hand, changed, complete, said, schema, tool};
use crate::cli::Folder;

const SCHEMA: &str = include_str!("../../spec/resource-changes.schema.json");

fn read(folder: &Folder, words: &str) -> Json {
    let ran = folder.run(words);
    assert_eq!(ran.code, 2, "{}", ran.all());
    let json: Json = serde_json::from_str(&ran.out).unwrap();
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let faults = schema::faults(&schema, &json);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    json
}

/// Of each change its actions.
fn actions(json: &Json) -> Vec<String> {
    let changes = json["resource_changes"].as_array().unwrap().iter();
    let told = changes.map(|one| {
        let words = one["change"]["actions"].as_array().unwrap().iter();
        let words: Vec<_> = words.map(|word| word.as_str().unwrap()).collect();
        format!("{} {}", words.join(","), one["address"].as_str().unwrap())
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

#[test]
fn the_plan_of_everything_has_the_shape_of_the_format() {
    let folder = Folder::new();
    let words = format!(
        "plan --sandbox --state state --format tfjson {}",
        complete()
    );
    let json = read(&folder, &words);
    assert!(actions(&json).len() > 40);
    assert!(
        actions(&json)
            .iter()
            .all(|one| one.starts_with("create ") || one.starts_with("update "))
    );
}

#[test]
fn each_action_is_told_in_the_words_of_the_format() {
    let json = read(&changed(), "plan --sandbox --format tfjson all.yaml");
    insta::assert_snapshot!(actions(&json).join("\n"), @r#"
    create module.acme.logto_apiresource.api
    create module.acme.logto_role.reader
    create module.acme.logto_scope.this["api.orders.read"]
    delete module.acme.logto_role.gone
    delete,create module.acme.logto_role.clerk
    update module.acme.logto_user.alice
    "#);
}

#[test]
fn a_summary_tool_counts_what_we_count() {
    let Some(tfsumpy) = tool("TENANTRY_TEST_TFSUMPY", "tfsumpy") else {
        return;
    };
    let folder = changed();
    let ran = folder.run("plan --sandbox --format tfjson all.yaml");
    folder.write("plan.json", &ran.out);
    let output = Command::new(tfsumpy)
        .arg(folder.path().join("plan.json"))
        .output()
        .unwrap();
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    for line in [
        "Total Changes: 6",
        "Create: 4",
        "Update: 1",
        "Delete: 2",
        "REPLACE",
        "['role/clerk', 'role/gone'] -> ['role/reader']",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

const FEATURE: &str = "Feature: access is reviewed
  Scenario: roles have a description
    Given I have logto_role defined
    Then it must contain description

  Scenario: nobody is made without a user name
    Given I have logto_user defined
    Then it must contain username
    And its value must be alice
";

#[test]
fn a_policy_tool_reads_what_will_be() {
    let Some(compliance) = tool("TENANTRY_TEST_TERRAFORM_COMPLIANCE", "terraform-compliance")
    else {
        return;
    };
    let folder = changed();
    let ran = folder.run("plan --sandbox --format tfjson all.yaml");
    folder.write("plan.out.json", &ran.out);
    folder.write("features/access.feature", FEATURE);
    let (plan, features) = (
        folder.path().join("plan.out.json"),
        folder.path().join("features"),
    );
    let check = || {
        let mut command = Command::new(&compliance);
        command.arg("-p").arg(&plan).arg("-f").arg(&features);
        command.current_dir(folder.path()).output().unwrap()
    };
    let output = check();
    assert!(output.status.success(), "{}", said(&output));
    folder.write(
        "features/access.feature",
        &FEATURE.replace("alice", "somebody"),
    );
    assert!(
        !check().status.success(),
        "a policy that does not hold is noticed"
    );
}

#[test]
fn what_somebody_changed_by_hand_is_drift_of_a_plan_and_of_drift() {
    let folder = changed();
    by_hand(
        &folder,
        "\"description\":\"x\"",
        "\"description\":\"by hand\"",
    );
    let drifted = |json: &Json| -> Vec<String> {
        let all = json["resource_drift"].as_array().unwrap().iter();
        let told = all.map(|one| {
            let change = &one["change"];
            let (before, after) = (
                &change["before"]["description"],
                &change["after"]["description"],
            );
            format!("{} {before} {after}", one["address"].as_str().unwrap())
        });
        told.collect()
    };
    let expected = [
        "module.acme.logto_role.clerk \"x\" \"by hand\"",
        "module.acme.logto_role.gone \"x\" \"by hand\"",
    ];
    let plan = read(&folder, "plan --sandbox --format tfjson all.yaml");
    assert_eq!(drifted(&plan), expected);
    assert_eq!(actions(&plan).len(), 6);
    let drift = read(&folder, "drift --sandbox --format tfjson all.yaml");
    assert_eq!(drifted(&drift), expected);
    assert_eq!(actions(&drift), Vec::<String>::new());
}

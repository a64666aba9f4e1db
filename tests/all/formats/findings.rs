//! `check`, `plan` and `drift` for those who show findings beside the lines of manifests.

use serde_json::Value as Json;

use super::{BEFORE, schema};
use crate::cli::Folder;

const SARIF: &str = include_str!("../../spec/sarif.schema.json");

const WRONG: &str = "
---
apiVersion: logto/v1
kind: Role
metadata: {name: other, tenant: acme}
spec: {description: x, scopes: [nowhere.read]}
---
apiVersion: logto/v1
kind: User
metadata: {name: bob, tenant: acme}
spec: {username: bob, password: planted-secret}
";

fn sarif(text: &str) -> Json {
    let json: Json = serde_json::from_str(text).unwrap();
    let schema = serde_json::from_str(SARIF).unwrap();
    let faults = schema::faults(&schema, &json);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    json
}

#[test]
fn what_check_finds_is_told_in_every_format() {
    let folder = Folder::new();
    folder.write("all.yaml", &format!("{BEFORE}{WRONG}"));
    for format in ["github", "junit", "sarif", "json"] {
        let ran = folder.run(&format!("check --format {format} all.yaml"));
        assert_eq!((ran.code, ran.err.as_str()), (1, "2 errors\n"), "{format}");
        assert!(!ran.all().contains("planted-secret"), "{}", ran.all());
        match format {
            "github" => insta::assert_snapshot!(ran.out, @r"
    ::error file=all.yaml,line=25,col=33,endColumn=45,title=E0204::`acme/role/other` refers to an object that is not declared%0Ahint: declare `acme/scope/nowhere.read`, or name a live object with `{lookup: scope, …}`
    ::error file=all.yaml,line=30,col=33,endColumn=47,title=E0210::`acme/user/bob` has a literal in the secret field `password`%0Ahint: write `password: {env: PASSWORD}`, or `{file: path}`
    "),
            "junit" => insta::assert_snapshot!(ran.out, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="tenantry" tests="6" failures="2" errors="0">
      <testsuite name="check" tests="6" failures="2" errors="0" skipped="0">
        <testcase classname="check" name="acme/role/clerk"/>
        <testcase classname="check" name="acme/role/gone"/>
        <testcase classname="check" name="acme/role/other" file="all.yaml" line="25">
          <failure type="E0204" message="`acme/role/other` refers to an object that is not declared">all.yaml:25:33
    `acme/role/other` refers to an object that is not declared
    hint: declare `acme/scope/nowhere.read`, or name a live object with `{lookup: scope, …}`</failure>
        </testcase>
        <testcase classname="check" name="acme/user/alice"/>
        <testcase classname="check" name="acme/user/bob" file="all.yaml" line="30">
          <failure type="E0210" message="`acme/user/bob` has a literal in the secret field `password`">all.yaml:30:33
    `acme/user/bob` has a literal in the secret field `password`
    hint: write `password: {env: PASSWORD}`, or `{file: path}`</failure>
        </testcase>
        <testcase classname="check" name="tenant/acme"/>
      </testsuite>
    </testsuites>
    "#),
            "sarif" => {
                let run = &sarif(&ran.out)["runs"][0];
                let result = &run["results"][0];
                let place = &result["locations"][0]["physicalLocation"];
                assert_eq!(place["artifactLocation"]["uri"], "all.yaml");
                assert_eq!(place["region"]["startLine"], 25);
                let rule = &run["tool"]["driver"]["rules"][0];
                assert_eq!(rule["id"], result["ruleId"]);
            }
            _ => {
                let json: Json = serde_json::from_str(&ran.out).unwrap();
                let schema = folder.run("schema findings");
                let schema: Json = serde_json::from_str(&schema.out).unwrap();
                assert_eq!(schema::faults(&schema, &json), [""; 0]);
                assert_eq!(json["errors"], 2);
            }
        }
    }
}

#[test]
fn manifests_without_faults_have_no_findings() {
    let folder = Folder::new();
    folder.write("all.yaml", BEFORE);
    assert_eq!(folder.run("check --format github all.yaml").out, "");
    let ran = folder.run("check --format sarif all.yaml");
    assert_eq!(ran.code, 0);
    assert_eq!(sarif(&ran.out)["runs"][0]["results"], Json::Array(vec![]));
    let junit = folder.run("check --format junit all.yaml").out;
    assert!(junit.contains("tests=\"4\" failures=\"0\""), "{junit}");
}

#[test]
fn a_refusal_is_annotated_at_its_document() {
    let folder = Folder::new();
    let protected = BEFORE
        .replace("roles: [clerk, gone]", "roles: [clerk]")
        .replace(
            "metadata: {name: gone, tenant: acme}",
            "metadata: {name: gone, tenant: acme}\nlifecycle: {protect: true}",
        );
    folder.write("all.yaml", &protected);
    assert_eq!(folder.run("apply --sandbox all.yaml").code, 0);
    folder.write(
        "all.yaml",
        &protected.replace(
            "spec: {description: x}\n",
            "spec: {description: x, type: MachineToMachine}\n",
        ),
    );
    let ran = folder.run("plan --sandbox --format github all.yaml");
    assert_eq!(ran.code, 1, "{}", ran.all());
    insta::assert_snapshot!(ran.out, @r"
    ::error file=all.yaml,line=12,col=7,endColumn=11,title=E0403::`acme/role/gone` is protected: this plan replaces it%0Ahint: --override protect=acme/role/gone
    ");
}

#[test]
fn drift_is_annotated_at_the_field() {
    let folder = Folder::new();
    folder.write("all.yaml", BEFORE);
    assert_eq!(folder.run("apply --sandbox all.yaml").code, 0);
    super::by_hand(
        &folder,
        "\"description\":\"x\"",
        "\"description\":\"by hand\"",
    );
    insta::assert_snapshot!(folder.run("drift --sandbox --format github all.yaml").all(), @r#"
    ::warning file=all.yaml,line=9,col=21,endColumn=22,title=E0324::`acme/role/clerk` is not as it was last applied: description%0A~ description = "x" -> "by hand"%0Ahint: `tenantry plan` shows how apply would put it back
    ::warning file=all.yaml,line=14,col=21,endColumn=22,title=E0324::`acme/role/gone` is not as it was last applied: description%0A~ description = "x" -> "by hand"%0Ahint: `tenantry plan` shows how apply would put it back
    [stderr]
    [exit 2]
    "#);
    let ran = folder.run("drift --sandbox --format sarif all.yaml");
    assert_eq!(ran.code, 2);
    let json = sarif(&ran.out);
    assert_eq!(json["runs"][0]["results"][0]["ruleId"], "E0324");
    let junit = folder.run("drift --sandbox --format junit all.yaml").out;
    assert!(junit.contains("tests=\"4\" failures=\"2\""), "{junit}");
}

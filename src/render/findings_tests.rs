//! Findings in each format: places, codes, and that nothing of a message is markup.

use std::collections::BTreeSet;

use super::*;
use crate::base::{At, Code, Diagnostic, SourceFile};
use crate::render::samples::{address, change, everything, relation};

fn place(name: &str, line: u32, label: &str) -> Place {
    Place {
        file: SourceFile::new(name, "a: b\nc: d\n"),
        at: At {
            line,
            column: 4,
            length: 1,
        },
        label: label.into(),
        hidden: true,
    }
}

fn found() -> Vec<Finding> {
    let role = address("acme/role/admin");
    of_diagnostics(&[
        Diagnostic::error(
            Code("E0204"),
            "`acme/role/admin` refers to <nothing> & 100%\n",
        )
        .at(place("a b/ü,x:y.yaml", 2, ""))
        .at(place("other.yaml", 1, "declared here"))
        .about(&role)
        .hint("did you mean `x`?"),
        Diagnostic::warning(Code("E0310"), "PASSWORD\u{1b}[31m is not set"),
    ])
}

fn nowhere(_: &Address, _: Option<&FieldPath>) -> Option<Place> {
    None
}

#[test]
fn annotations_stand_at_their_lines_and_end_where_they_end() {
    insta::assert_snapshot!(github(&found()), @r"
    ::error file=a b/ü%2Cx%3Ay.yaml,line=2,col=4,endColumn=5,title=E0204::`acme/role/admin` refers to <nothing> & 100%25\n%0Ahint: did you mean `x`?
    ::warning title=E0310::PASSWORD\u{1b}[31m is not set
    ");
}

#[test]
fn a_test_case_is_an_object() {
    let objects: BTreeSet<Address> = ["acme/role/admin", "acme/role/fine"].map(address).into();
    insta::assert_snapshot!(junit("check", &objects, &found()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="tenantry" tests="3" failures="2" errors="0">
      <testsuite name="check" tests="3" failures="2" errors="0" skipped="0">
        <testcase classname="check" name="E0310">
          <failure type="E0310" message="PASSWORD\u{1b}[31m is not set">PASSWORD\u{1b}[31m is not set</failure>
        </testcase>
        <testcase classname="check" name="acme/role/admin" file="a b/ü,x:y.yaml" line="2">
          <failure type="E0204" message="`acme/role/admin` refers to &lt;nothing&gt; &amp; 100%\n">a b/ü,x:y.yaml:2:4
    `acme/role/admin` refers to &lt;nothing&gt; &amp; 100%\n
    hint: did you mean `x`?</failure>
        </testcase>
        <testcase classname="check" name="acme/role/fine"/>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn sarif_has_rules_places_and_fingerprints() {
    let text = sarif(&found(), "0.1.0");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let run = &json["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let rules: Vec<_> = rules.iter().map(|rule| rule["id"].as_str()).collect();
    assert_eq!(rules, [Some("E0204"), Some("E0310")]);
    insta::assert_snapshot!(format!("{:#}", run["results"]), @r#"
    [
      {
        "level": "error",
        "locations": [
          {
            "logicalLocations": [
              {
                "fullyQualifiedName": "acme/role/admin",
                "kind": "resource"
              }
            ],
            "physicalLocation": {
              "artifactLocation": {
                "uri": "a%20b/%C3%BC,x%3Ay.yaml"
              },
              "region": {
                "endColumn": 5,
                "startColumn": 4,
                "startLine": 2
              }
            }
          }
        ],
        "message": {
          "text": "`acme/role/admin` refers to <nothing> & 100%\\n\nhint: did you mean `x`?"
        },
        "partialFingerprints": {
          "tenantryFinding/v1": "268c98c50a66c77bccf86453157f9bcd:1"
        },
        "relatedLocations": [
          {
            "message": {
              "text": "declared here"
            },
            "physicalLocation": {
              "artifactLocation": {
                "uri": "other.yaml"
              },
              "region": {
                "endColumn": 5,
                "startColumn": 4,
                "startLine": 1
              }
            }
          }
        ],
        "ruleId": "E0204",
        "ruleIndex": 0
      },
      {
        "level": "warning",
        "message": {
          "text": "PASSWORD\\u{1b}[31m is not set"
        },
        "partialFingerprints": {
          "tenantryFinding/v1": "26e94b9785be39dc8e0b4a4c42a87c33:1"
        },
        "ruleId": "E0310",
        "ruleIndex": 1
      }
    ]
    "#);
}

#[test]
fn a_finding_keeps_its_fingerprint_when_its_line_moves() {
    let print = |line| {
        let one = Diagnostic::error(Code("E0204"), "x").at(place("a.yaml", line, ""));
        let text = sarif(&of_diagnostics(&[one.clone(), one]), "0.1.0");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let results = json["runs"][0]["results"]
            .as_array()
            .cloned()
            .expect("results");
        results
            .iter()
            .map(|one| one["partialFingerprints"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(print(1), print(2));
    assert_ne!(print(1)[0], print(1)[1], "two alike are two");
}

#[test]
fn drift_that_gives_access_is_an_error_and_says_so() {
    let mut plan = everything();
    plan.drift[0].access = Effect::Wider;
    plan.drift[0].conflicts = vec![plan.drift[0].changes[0].path.clone()];
    let found = of_drift(&plan, &|_, _| None);
    assert_eq!(found[0].level, Level::Error);
    let end = "description; gives access; conflict: the manifests change `description` too";
    assert!(found[0].message.ends_with(end), "{}", found[0].message);
}

#[test]
fn drift_is_found_at_the_field_that_somebody_changed() {
    let mut plan = everything();
    plan.drift[0]
        .changes
        .push(relation("scopes", &[], &["scope/orders.read"]));
    plan.drift[0].changes.push(crate::plan::FieldChange {
        sensitive: true,
        ..change("password", "hunter2", "hunter3")
    });
    let places = |at: &Address, path: Option<&FieldPath>| {
        let is_field = path.is_some_and(|path| path.to_string() == "description");
        (is_field && at.name() == "admin").then(|| place("roles.yaml", 7, ""))
    };
    let found = of_drift(&plan, &places);
    let all = github(&found) + &json(&found);
    assert!(!all.contains("hunter"), "{all}");
    insta::assert_snapshot!(all, @r#"
    ::warning file=roles.yaml,line=7,col=4,endColumn=5,title=E0324::`acme/role/admin` is not as it was last applied: description, scopes, password%0A~ description = "new" -> "by hand"%0A- scopes:%0A    - scope/orders.read%0A~ password = (secret, not compared)%0Ahint: `tenantry plan` shows how apply would put it back
    ::warning title=E0310::PASSWORD is not set
    {
      "format_version": "1",
      "errors": 0,
      "findings": [
        {
          "code": "E0324",
          "level": "warning",
          "message": "`acme/role/admin` is not as it was last applied: description, scopes, password",
          "hints": [
            "`tenantry plan` shows how apply would put it back"
          ],
          "address": "acme/role/admin",
          "places": [
            {
              "file": "roles.yaml",
              "line": 7,
              "column": 4
            }
          ]
        },
        {
          "code": "E0310",
          "level": "warning",
          "message": "PASSWORD is not set",
          "hints": [],
          "address": null,
          "places": []
        }
      ]
    }
    "#);
}

#[test]
fn refusals_are_errors_and_warnings_are_warnings() {
    let found = of_plan(&everything(), &nowhere);
    insta::assert_snapshot!(github(&found), @r"
    ::error title=E0402::acme/role/gone: it is protected%0Ahint: --override protect=acme/role/gone
    ::warning title=E0310::PASSWORD is not set
    ");
}

#[test]
fn every_code_of_a_finding_has_its_page() {
    assert!(crate::base::code::page(DRIFTED).is_some());
}

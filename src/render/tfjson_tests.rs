//! What readers of the format find: addresses, actions, both sides, masks; and no secret.

use serde_json::{Value as Json, json};

use super::plan;
use crate::base::{FieldPath, Value};
use crate::plan::{Action, FieldChange, Plan, PlannedEdge, ReplaceOrder, Step};
use crate::render::samples::{
    change, everything, plan as plan_of, relation, secret, step, unknown,
};

fn read(plan: &Plan) -> Json {
    serde_json::from_str(&super::plan(plan)).expect("JSON")
}

fn one(step: Step) -> Json {
    read(&plan_of(vec![step]))["resource_changes"][0].clone()
}

fn value(json: Json) -> Value {
    Value::from(json)
}

#[test]
fn an_update_has_both_sides_whole() {
    let mut role = step(
        Action::Update,
        "acme/role/admin",
        vec![
            change("description", "old", "new"),
            relation("scopes", &["scope/b"], &["scope/c"]),
        ],
    );
    role.id = Some("r1".into());
    role.live = value(json!({"name": "admin", "description": "old"}));
    role.object = value(json!({"name": "admin", "description": "new"}));
    role.desired = value(json!({"description": "new"}));
    let edge = |label: &str| PlannedEdge {
        key: Vec::new(),
        to: None,
        label: label.into(),
    };
    role.owned_edges
        .insert("scopes".into(), vec![edge("scope/a"), edge("scope/b")]);
    insta::assert_snapshot!(format!("{:#}", one(role)), @r#"
    {
      "address": "module.acme.logto_role.admin",
      "change": {
        "actions": [
          "update"
        ],
        "after": {
          "description": "new",
          "id": "r1",
          "name": "admin",
          "scopes": [
            "scope/a",
            "scope/b"
          ]
        },
        "after_sensitive": {},
        "after_unknown": {},
        "before": {
          "description": "old",
          "id": "r1",
          "name": "admin",
          "scopes": [
            "scope/a",
            "scope/c"
          ]
        },
        "before_sensitive": {}
      },
      "mode": "managed",
      "module_address": "module.acme",
      "name": "admin",
      "provider_name": "tenantry/logto",
      "type": "logto_role"
    }
    "#);
}

#[test]
fn what_is_not_known_and_what_is_secret_is_masked() {
    let mut app = step(
        Action::Create,
        "acme/application/web",
        vec![unknown("roleId", "acme/role/r")],
    );
    let of_role = |value: Value| Value::Map([("roleId".to_owned(), value)].into());
    let inner = Value::List(vec!["a".into(), unknown("x", "acme/role/r").after]);
    let mut object = of_role(unknown("x", "acme/role/r").after);
    if let Value::Map(map) = &mut object {
        map.insert("list".into(), inner);
        map.insert("password".into(), secret(Some('a')));
        map.insert(
            "config".into(),
            value(json!({"token": "hunter2", "plain": 1})),
        );
    }
    app.object = object.clone();
    app.desired = object;
    app.changes.push(FieldChange {
        sensitive: true,
        ..change("config.token", Value::Null, "hunter2")
    });
    let shown = one(app.clone());
    insta::assert_snapshot!(format!("{:#}", shown["change"]), @r#"
    {
      "actions": [
        "create"
      ],
      "after": {
        "config": {
          "plain": 1,
          "token": null
        },
        "list": [
          "a",
          null
        ],
        "password": null
      },
      "after_sensitive": {
        "config": {
          "token": true
        },
        "password": true
      },
      "after_unknown": {
        "id": true,
        "list": [
          false,
          true
        ],
        "roleId": true
      },
      "before": null,
      "before_sensitive": false
    }
    "#);
    app.changes.clear();
    let whole = plan(&plan_of(vec![app]));
    assert!(
        !whole.contains("aaaaaaaa"),
        "not even a fingerprint: {whole}"
    );
}

#[test]
fn a_secret_that_only_its_change_knows_of_is_in_no_part() {
    let mut user = step(
        Action::Update,
        "acme/user/u",
        vec![FieldChange {
            sensitive: true,
            ..change("config.token", "hunter2", "hunter3")
        }],
    );
    user.live = value(json!({"config": {"token": "hunter2"}}));
    user.object = value(json!({"config": {"token": "hunter3"}}));
    user.desired = user.object.clone();
    let whole = plan(&plan_of(vec![user]));
    assert!(!whole.contains("hunter"), "{whole}");
}

#[test]
fn actions_are_the_words_of_the_format() {
    let mut first = step(
        Action::Replace,
        "acme/role/a",
        vec![FieldChange {
            forces_replace: true,
            ..change("type", "User", "Machine")
        }],
    );
    let last = first.clone();
    first.replace_order = Some(ReplaceOrder::CreateFirst);
    let mut adopted = step(Action::Adopt, "acme/role/b", vec![]);
    adopted.id = Some("r1".into());
    let said = |step: Step| {
        let shown = one(step);
        let change = &shown["change"];
        format!(
            "{} {} {} {}\n",
            change["actions"], shown["action_reason"], change["replace_paths"], change["importing"]
        )
    };
    let all = [
        first,
        last,
        adopted,
        step(Action::Create, "acme/role/c", vec![]),
        step(Action::Delete, "acme/role/d", vec![]),
        step(Action::Forget, "acme/role/e", vec![]),
    ];
    insta::assert_snapshot!(all.map(said).concat(), @r#"
    ["create","delete"] "replace_because_cannot_update" [["type"]] null
    ["delete","create"] "replace_because_cannot_update" [["type"]] null
    ["no-op"] null null {"id":"r1"}
    ["create"] null null null
    ["delete"] "delete_because_no_resource_config" null null
    ["forget"] "delete_because_no_resource_config" null null
    "#);
}

#[test]
fn names_that_are_no_identifiers_become_keys_and_none_meet() {
    let addresses = [
        "tenant/acme",
        "acme/scope/orders.read",
        "acme/scope/this",
        "2024/role/a\"b",
        "acme/role/a-b",
    ];
    let steps = addresses
        .map(|at| step(Action::Create, at, vec![]))
        .to_vec();
    let shown = read(&plan_of(steps));
    let told = |one: &Json| {
        let address = one["address"].as_str().unwrap_or("?");
        format!("{address} in {}", one["module_address"])
    };
    let all = shown["resource_changes"].as_array().expect("a list");
    let all: Vec<String> = all.iter().map(told).collect();
    let all = all.join("\n");
    insta::assert_snapshot!(all, @r#"
    logto_tenant.acme in null
    module.acme.logto_scope.this["orders.read"] in "module.acme"
    module.acme.logto_scope.this in "module.acme"
    module.this["2024"].logto_role.this["a\"b"] in "module.this[\"2024\"]"
    module.acme.logto_role.a-b in "module.acme"
    "#);
}

#[test]
fn a_whole_plan_has_the_parts_that_readers_look_for() {
    let shown = read(&everything());
    for part in [
        "planned_values",
        "prior_state",
        "configuration",
        "resource_changes",
        "output_changes",
    ] {
        assert!(!shown[part].is_null(), "{part}");
    }
    assert_eq!(shown["format_version"], "1.2");
    assert_eq!(
        (&shown["applyable"], &shown["errored"]),
        (&json!(false), &json!(true))
    );
    let module = &shown["planned_values"]["root_module"]["child_modules"][0];
    assert_eq!(module["address"], "module.acme");
    let refusing: FieldPath = "x".parse().expect("a path");
    assert_eq!(super::masks::path(&refusing.index(2)), json!(["x", 2]));
}

#[test]
fn what_was_changed_by_hand_stands_between_what_was_applied_and_what_is_live() {
    let drift = &read(&everything())["resource_drift"];
    insta::assert_snapshot!(format!("{drift:#}"), @r#"
    [
      {
        "address": "module.acme.logto_role.admin",
        "change": {
          "actions": [
            "update"
          ],
          "after": {
            "description": "by hand",
            "id": "r1",
            "name": "Admin"
          },
          "after_sensitive": {},
          "after_unknown": {},
          "before": {
            "description": "new",
            "id": "r1",
            "name": "Admin"
          },
          "before_sensitive": {}
        },
        "mode": "managed",
        "module_address": "module.acme",
        "name": "admin",
        "provider_name": "tenantry/logto",
        "type": "logto_role"
      }
    ]
    "#);
}

#[test]
fn what_is_gone_was_deleted_and_edges_are_those_that_moved() {
    let mut whole = everything();
    whole.drift[0].changes = vec![relation("scopes", &["scope/b"], &["scope/c"])];
    let moved = &read(&whole)["resource_drift"][0]["change"];
    assert_eq!(moved["before"]["scopes"], json!(["scope/c"]));
    assert_eq!(moved["after"]["scopes"], json!(["scope/b"]));
    whole.drift[0].changes.clear();
    whole.drift[0].gone = true;
    let gone = &read(&whole)["resource_drift"][0]["change"];
    assert_eq!(gone["actions"], json!(["delete"]));
    assert_eq!(gone["after"], Json::Null);
    assert_eq!(gone["before"]["description"], json!("new"));
}

#[test]
fn a_plan_of_drift_alone_does_nothing() {
    let json: Json = serde_json::from_str(&super::drift(&everything())).expect("JSON");
    assert_eq!(json["resource_changes"], json!([]));
    assert_eq!(json["errored"], json!(false));
    assert_eq!(json["resource_drift"].as_array().map(Vec::len), Some(1));
}

#[test]
fn no_secret_is_in_what_was_changed_by_hand() {
    let mut whole = everything();
    let path = FieldPath::dotted("config.token");
    whole.drift[0].object = value(json!({"config": {"token": "hunter2", "url": "u"}}));
    whole.drift[0].changes = vec![FieldChange {
        sensitive: true,
        ..change(&path.to_string(), "hunter2", "hunter3")
    }];
    let drift = read(&whole)["resource_drift"][0]["change"].clone();
    assert!(!drift.to_string().contains("hunter"), "{drift}");
    assert_eq!(
        drift["before_sensitive"],
        json!({"config": {"token": true}})
    );
}

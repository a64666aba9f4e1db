//! What the walk says of a small spec with one field of every sort.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::*;
use crate::kind::spec::{
    self, Actions, Carrying, Config, Free, Item, Members, Nullable, Ref, RefKinds, SecretField,
    Text, Texts, Time,
};

enum ToRole {}

impl RefKinds for ToRole {
    const KINDS: &'static [&'static str] = &["role"];
}

#[derive(Deserialize, JsonSchema)]
enum Sort {
    /// Documented, so that the schema is a `oneOf`.
    User,
    Machine,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is looked at")]
struct Spec {
    #[schemars(length(min = 1, max = 5), regex(pattern = r"^\S+$"))]
    name: Text,
    description: Option<Nullable<Text>>,
    #[schemars(range(min = 1, max = 10))]
    ttl: Option<u32>,
    small: Option<u8>,
    rate: Option<f64>,
    on: Option<bool>,
    sort: Option<Sort>,
    password: Option<SecretField>,
    roles: Option<Members<Ref<ToRole>>>,
    permissions: Option<Actions<Sort>>,
    holders: Option<Members<Item<Holder>>>,
    data: Option<Free>,
    config: Option<Config>,
    headers: Option<Texts>,
    nested: Option<Nested>,
    uris: Option<Vec<Text>>,
    expires: Option<Time>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is looked at")]
struct Nested {
    a: Text,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is looked at")]
struct Holder {
    role: Ref<ToRole>,
    until: Option<Members<Text>>,
}

impl Carrying for Holder {
    const BY: &'static str = "role";
}

fn faults(mut json: Json) -> Vec<Fault> {
    if json.get("name").is_none() {
        json["name"] = json!("x");
    }
    let file = SourceFile::new("a.yaml", "");
    let node = Node::from_json(&json, At::default());
    walk(&node, At::default(), &spec::schema::<Spec>(), &file)
}

fn messages(json: Json) -> Vec<String> {
    faults(json)
        .into_iter()
        .map(|fault| fault.message)
        .collect()
}

fn is_fine(json: &Json) {
    assert_eq!(messages(json.clone()), Vec::<String>::new(), "{json}");
}

fn says(json: Json, message: &str) {
    assert_eq!(messages(json), [message]);
}

#[test]
fn what_may_stand_somewhere_is_let_through() {
    for fine in [
        json!({"name": "abcde", "description": null, "ttl": 10, "rate": 1, "on": true}),
        json!({"sort": "Machine", "password": {"env": "PW"}, "data": {"ref": [1, null]}}),
        json!({"password": {"ref": "application/web", "field": "clientSecret"}}),
        json!({"password": {"exec": ["pass", "x"]}, "roles": ["a", {"ref": "role/b"}]}),
        json!({"roles": {"exactly": [{"lookup": "role", "name": "x"}, {"builtin": "y"}]}}),
        json!({"permissions": {"a:b": ["User"], "c": {"exactly": []}}}),
        json!({"permissions": {"exactly": {"a": ["User"]}}, "nested": {"exactly": {"a": "x"}}}),
        json!({"name": {"join": ["a", {"ref": "tenant/x", "field": "endpoint"}]}}),
        json!({"holders": ["a", {"ref": "role/b"}, {"lookup": "role", "name": "c"}]}),
        json!({"holders": {"exactly": [{"role": "a"}, {"role": {"ref": "role/b"}, "until": []}]}}),
        json!({"holders": [{"role": "a", "until": {"exactly": ["x"]}}]}),
        json!({"name": {"literal": "ref"}, "description": {"file": "x.txt"}}),
        json!({"expires": "2030-01-01T00:00:00Z"}),
        json!({"expires": 1_893_456_000_000_i64}),
    ] {
        is_fine(&fine);
    }
}

#[test]
fn an_item_that_carries_more_is_held_to_its_fields() {
    says(
        json!({"holders": [{"role": "a", "till": []}]}),
        "has no field `holders[0].till`",
    );
    says(
        json!({"holders": [{"until": []}]}),
        "lacks the field `holders[0].role`",
    );
    says(
        json!({"holders": [{"role": 1}]}),
        "wants the name of a role in `holders[0].role`, not a number",
    );
    says(
        json!({"holders": [true]}),
        "wants the name of a role in `holders[0]`, not true or false",
    );
}

#[test]
fn an_unknown_field_is_named_and_hidden() {
    let faults = faults(json!({"pasword": "hunter2"}));
    assert_eq!(faults[0].message, "has no field `pasword`");
    assert_eq!(faults[0].hint.as_deref(), Some("did you mean `password`?"));
    assert!(faults[0].hides.is_some());
}

#[test]
fn a_key_that_may_hold_a_secret_is_not_shown() {
    for key in ["password hunter2", "passwordhunter2", "password:hunter2"] {
        let faults = faults(json!({key: null}));
        assert!(
            !faults[0].message.contains("hunter2"),
            "{}",
            faults[0].message
        );
    }
    says(
        json!({"on": true, "colour": "red"}),
        "has no field `colour`",
    );
}

#[test]
fn a_mistyped_required_field_is_not_missing_too() {
    let file = SourceFile::new("a.yaml", "");
    let node = Node::from_json(&json!({"nmae": "x"}), At::default());
    let faults = walk(&node, At::default(), &spec::schema::<Spec>(), &file);
    assert_eq!(faults.len(), 1, "{faults:?}");
}

#[test]
fn each_fault_is_said_in_its_words() {
    says(json!({"name": 5}), "wants a text in `name`, not a number");
    says(
        json!({"name": "abcdef"}),
        "wants 1 to 5 characters in `name`",
    );
    says(
        json!({"name": "a b"}),
        "wants a text that matches `^\\S+$` in `name`",
    );
    says(json!({"name": null}), "cannot have null in `name`");
    says(json!({"ttl": 11}), "wants a number from 1 to 10 in `ttl`");
    says(
        json!({"small": 256}),
        "wants a number from 0 to 255 in `small`",
    );
    says(
        json!({"ttl": 1.5}),
        "wants a whole number in `ttl`, not a number",
    );
    says(
        json!({"on": "yes"}),
        "wants true or false in `on`, not a text",
    );
    says(json!({"sort": "user"}), "does not know `user` in `sort`");
    says(json!({"nested": {}}), "lacks the field `nested.a`");
    says(
        json!({"nested": {"a": "x", "b": 1}}),
        "has no field `nested.b`",
    );
    says(json!({"uris": "x"}), "wants a list in `uris`, not a text");
    says(
        json!({"uris": ["x", 5]}),
        "wants a text in `uris[1]`, not a number",
    );
    says(json!({"roles": "x"}), "wants a list in `roles`, not a text");
    says(
        json!({"roles": [5]}),
        "wants the name of a role in `roles[0]`, not a number",
    );
    says(
        json!({"permissions": {"a": ["usr"]}}),
        "does not know `usr` in `permissions.a[0]`",
    );
    says(json!({"expires": "tomorrow"}), "wants a time in `expires`");
}

#[test]
fn a_marker_stands_only_where_it_may() {
    says(
        json!({"name": {"env": "X"}}),
        "does not take `env` in `name`",
    );
    says(
        json!({"on": {"ref": "role/x"}}),
        "does not take `ref` in `on`",
    );
    says(
        json!({"uris": {"exactly": []}}),
        "does not take `exactly` in `uris`",
    );
    says(
        json!({"roles": [{"join": ["x"]}]}),
        "does not take `join` in `roles[0]`",
    );
    says(
        json!({"name": {"join": [{"env": "X"}]}}),
        "does not take `env` in `name[0]`",
    );
    says(
        json!({"name": {"ref": "a/b", "other": 1}}),
        "wants a text in `name`, not a mapping",
    );
    says(
        json!({"name": {"ref": 5}}),
        "wants a text after `ref` in `name`, not a number",
    );
    says(
        json!({"nested": {"ref": "a/b"}}),
        "does not take `ref` in `nested`",
    );
}

#[test]
fn nothing_of_a_literal_secret_is_said() {
    for literal in [
        json!("hunter2"),
        json!(12345),
        json!(["hunter2"]),
        json!({"literal": "hunter2"}),
        json!({"env": "hunter2!"}),
        json!({"hunter2": 1}),
    ] {
        let faults = faults(json!({"password": literal}));
        assert!(
            faults.iter().all(|fault| fault.hides.is_some()),
            "{faults:?}"
        );
        assert_eq!(faults.len(), 1);
        let said = format!(
            "{} {} {:?}",
            faults[0].message, faults[0].label, faults[0].hint
        );
        assert!(
            !said.contains("hunter2") && !said.contains("12345"),
            "{said}"
        );
    }
    let hint = faults(json!({"password": "x"}))[0]
        .hint
        .clone()
        .expect("a hint");
    assert!(hint.contains("{env: PASSWORD}"), "{hint}");
}

#[test]
fn the_typed_spec_is_given_mappings_without_their_exactly() {
    let json = json!({"name": "x", "nested": {"exactly": {"a": "y"}}, "roles": {"exactly": []}, "data": {"exactly": {}}});
    let node = Node::from_json(&json, At::default());
    let plain = plain(&node, &spec::schema::<Spec>());
    assert_eq!(
        plain,
        json!({"name": "x", "nested": {"a": "y"}, "roles": {"exactly": []}, "data": {"exactly": {}}})
    );
    assert!(serde_json::from_value::<Spec>(plain).is_ok());
}

#[test]
fn a_configuration_takes_sources_anywhere_and_wants_them_for_what_is_secret_by_name() {
    for fine in [
        json!({"config": {"clientId": "c", "clientSecret": {"env": "S"}, "n": 1, "list": [true]}}),
        json!({"config": {"auth": {"user": "u", "pass": {"file": "p"}}, "x": {"env": "X"}}}),
        json!({"config": {"templates": [{"content": {"join": ["a", {"file": "t"}]}}]}}),
        json!({"config": {"exactly": {"url": {"ref": "tenant/x", "field": "endpoint"}}}}),
        json!({"config": {"apiKey": {"ref": "application/web", "field": "clientSecret"}}}),
        json!({"headers": {"x": "y", "Authorization": {"env": "TOKEN"}}}),
        json!({"config": {"password": null}}),
    ] {
        is_fine(&fine);
    }
    let literal = |path: &str| format!("has a literal in the secret field `{path}`");
    for (spec, path) in [
        (
            json!({"config": {"clientSecret": "s"}}),
            "config.clientSecret",
        ),
        (
            json!({"config": {"a": [{"auth": {"pass": "p"}}]}}),
            "config.a[0].auth.pass",
        ),
        (
            json!({"config": {"password": {"a": ["x"]}}}),
            "config.password.a[0]",
        ),
        (
            json!({"config": {"apiKey": {"literal": "s"}}}),
            "config.apiKey",
        ),
        (
            json!({"headers": {"AUTHORIZATION": "Bearer x"}}),
            "headers.AUTHORIZATION",
        ),
    ] {
        let all = faults(spec);
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(all[0].message, literal(path));
        assert!(all[0].hides.is_some());
    }
    says(
        json!({"config": {"env": "X"}}),
        "does not take `env` in `config`",
    );
    says(
        json!({"headers": {"x": 1}}),
        "wants a text in `headers.x`, not a number",
    );
    says(
        json!({"config": ["a"]}),
        "wants a mapping in `config`, not a list",
    );
}

//! The three-way comparison, policy by policy.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::*;
use crate::base::Fingerprint;
use crate::kind::spec::{Config, Free, Nullable, SecretField, Text};
use crate::kind::{Api, Field, Home, Key, Kind, Route};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Spec {
    name: Option<Text>,
    description: Option<Nullable<Text>>,
    sort: Option<Text>,
    ttl: Option<u32>,
    domains: Option<Vec<Text>>,
    uris: Option<Vec<Text>>,
    settings: Option<Settings>,
    data: Option<Free>,
    config: Option<Config>,
    password: Option<SecretField>,
    count: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Settings {
    uris: Option<Vec<Text>>,
    logo: Option<Text>,
}

struct Thing;

impl Kind for Thing {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "Thing";
    const NAME: &'static str = "thing";
    const ABOUT: &'static str = "";
    const EXAMPLE: &'static str = "";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route::NONE;
    const KEY: Key = Key::Fields(&["name"]);
    const FIELDS: &'static [Field] = &[
        Field::new("description", Policy::EmptyIsNull),
        Field::new("sort", Policy::Immutable),
        Field::new("ttl", Policy::Default(|| json!(3600))),
        Field::new("domains", Policy::Set),
        Field::new("domains", Policy::Lowercase),
        Field::new("settings.uris", Policy::Default(|| json!([]))),
        Field::new("password", Policy::WriteOnly),
        Field::new("count", Policy::Stays),
    ];
}

static KIND: Descriptor = Descriptor::of::<Thing>();

fn entry(written: &Json) -> Entry {
    serde_json::from_value(json!({
        "api_version": "logto/v1", "home": "tenant/acme", "id": "x", "written": written,
        "observed": {}, "depends_on": [], "labels": {},
    }))
    .expect("an entry")
}

fn compare_values(desired: &Value, live: Json, prior: Option<&Json>) -> Delta {
    let shape = Shape::of(&KIND);
    let prior = prior.map(entry);
    let live = Value::from(live);
    delta(&Subject {
        kind: &KIND,
        shape: &shape,
        desired,
        exact: &BTreeSet::new(),
        ignore: &[],
        live: &live,
        prior: prior.as_ref(),
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "reads better where it is called"
)]
fn compared(desired: Json, live: Json, prior: Option<Json>) -> Delta {
    compare_values(&Value::from(desired), live, prior.as_ref())
}

fn paths(delta: &Delta) -> Vec<String> {
    delta
        .changes
        .iter()
        .map(|change| change.path.to_string())
        .collect()
}

#[test]
fn what_is_not_written_is_left_alone() {
    let delta = compared(
        json!({"name": "a"}),
        json!({"name": "a", "ttl": 60, "data": {"x": 1}}),
        None,
    );
    assert_eq!(delta.changes, []);
}

#[test]
fn what_differs_is_sent() {
    let delta = compared(json!({"ttl": 60}), json!({"ttl": 3600}), None);
    assert_eq!(delta.send, ["ttl"]);
    assert_eq!(delta.object.get("ttl"), Some(&Value::from(json!(60))));
}

#[test]
fn empty_text_is_null_where_the_server_stores_it_so() {
    assert_eq!(
        compared(
            json!({"description": ""}),
            json!({"description": null}),
            None
        )
        .changes,
        []
    );
    assert_eq!(
        compared(
            json!({"description": null}),
            json!({"description": null}),
            None
        )
        .changes,
        []
    );
}

#[test]
fn clearing_is_a_change() {
    let delta = compared(
        json!({"description": null}),
        json!({"description": "old"}),
        None,
    );
    assert_eq!(paths(&delta), ["description"]);
}

#[test]
fn an_immutable_field_forces_a_replacement() {
    let delta = compared(json!({"sort": "b"}), json!({"sort": "a"}), None);
    assert!(delta.changes[0].forces_replace);
}

#[test]
fn a_set_has_no_order_and_its_items_no_case() {
    let delta = compared(
        json!({"domains": ["B.x", "a.x"]}),
        json!({"domains": ["a.x", "b.x"]}),
        None,
    );
    assert_eq!(delta.changes, []);
}

#[test]
fn a_list_has_an_order() {
    let delta = compared(
        json!({"uris": ["b", "a"]}),
        json!({"uris": ["a", "b"]}),
        None,
    );
    assert_eq!(paths(&delta), ["uris"]);
}

#[test]
fn a_whole_float_is_its_integer() {
    assert_eq!(
        compared(json!({"ttl": 60.0}), json!({"ttl": 60}), None).changes,
        []
    );
}

#[test]
fn mappings_are_laid_over_what_is_live() {
    let delta = compared(
        json!({"data": {"tier": "gold"}}),
        json!({"data": {"other": 1}}),
        None,
    );
    assert_eq!(paths(&delta), ["data.tier"]);
    assert!(delta.changes[0].merged);
    assert_eq!(
        delta.object.get("data"),
        Some(&json!({"other": 1, "tier": "gold"}).into())
    );
}

#[test]
fn an_exact_mapping_drops_the_rest() {
    let shape = Shape::of(&KIND);
    let (desired, live) = (
        json!({"data": {"a": 1}}).into(),
        json!({"data": {"a": 1, "b": 2}}).into(),
    );
    let exact = BTreeSet::from([FieldPath::field("data")]);
    let subject = Subject {
        kind: &KIND,
        shape: &shape,
        desired: &desired,
        exact: &exact,
        ignore: &[],
        live: &live,
        prior: None,
    };
    let delta = delta(&subject);
    assert_eq!(paths(&delta), ["data"]);
    assert_eq!(delta.object.get("data"), Some(&json!({"a": 1}).into()));
}

#[test]
fn a_field_that_has_gone_goes_back_by_its_shape() {
    let live = json!({
        "name": "a", "description": "d", "ttl": 60, "data": {"tier": "gold", "other": 1},
        "settings": {"uris": ["x"], "logo": "l"}, "count": 3,
    });
    let delta = compared(json!({"name": "a"}), live.clone(), Some(live));
    assert_eq!(
        paths(&delta),
        [
            "data.other",
            "data.tier",
            "description",
            "settings.logo",
            "settings.uris",
            "ttl"
        ]
    );
    assert_eq!(delta.object.get("ttl"), Some(&json!(3600).into()));
    assert_eq!(delta.object.get("description"), Some(&Value::Null));
    assert_eq!(delta.object.get("data"), Some(&json!({}).into()));
    assert_eq!(
        delta.object.get("settings"),
        Some(&json!({"uris": []}).into())
    );
    assert_eq!(
        delta.left,
        [(FieldPath::field("count"), "it cannot be put back")]
    );
}

#[test]
fn a_field_that_went_back_is_no_change_again() {
    let live = json!({"name": "a", "description": null, "ttl": 3600});
    let prior = json!({"name": "a", "description": "d", "ttl": 60});
    assert_eq!(
        compared(json!({"name": "a"}), live, Some(prior)).changes,
        []
    );
}

fn secret(digit: char) -> Value {
    let fingerprint: Fingerprint = digit.to_string().repeat(32).parse().expect("a fingerprint");
    Value::Secret(Hidden {
        fingerprint: Some(fingerprint),
        ..Hidden::default()
    })
}

fn with_password(digit: char) -> Value {
    Value::Map([("password".to_owned(), secret(digit))].into())
}

#[test]
fn a_write_only_secret_is_sent_when_its_fingerprint_changes() {
    let prior = with_password('a').to_tagged();
    assert_eq!(
        compare_values(&with_password('a'), json!({}), Some(&prior)).changes,
        []
    );
    let delta = compare_values(&with_password('b'), json!({}), Some(&prior));
    assert!(delta.changes[0].sensitive);
    assert_eq!(delta.send, ["password"]);
}

#[test]
fn an_adoption_records_a_write_only_secret_and_does_not_send_it() {
    assert_eq!(
        compare_values(&with_password('a'), json!({}), None).changes,
        []
    );
}

#[test]
fn a_secret_without_a_fingerprint_is_not_compared() {
    let desired = Value::Map([("password".to_owned(), Value::Secret(Hidden::default()))].into());
    let delta = compare_values(&desired, json!({}), Some(&with_password('a').to_tagged()));
    assert_eq!((delta.changes.len(), delta.not_compared.len()), (0, 1));
}

#[test]
fn a_creation_completes_the_mappings_that_it_sends() {
    let shape = Shape::of(&KIND);
    let desired = json!({"name": "a", "settings": {"logo": "l"}}).into();
    let delta = creation(&Subject {
        kind: &KIND,
        shape: &shape,
        desired: &desired,
        exact: &BTreeSet::new(),
        ignore: &[],
        live: &Value::Null,
        prior: None,
    });
    assert_eq!(paths(&delta), ["name", "settings.logo"]);
    assert_eq!(
        delta.object.get("settings"),
        Some(&json!({"logo": "l", "uris": []}).into())
    );
}

/// A secret: its text, as a desired one with its source or as a live one.
fn hidden(text: &str, is_written: bool) -> Json {
    let key = crate::base::FingerprintKey::new(&[7; 32]);
    let source = is_written.then(|| json!({"env": "X"}));
    json!({"$secret": {"source": source, "fingerprint": key.of(&[text])}})
}

fn tagged(json: Json) -> Value {
    Value::from_tagged(json).expect("a value")
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "reads better where it is called"
)]
fn compare_tagged(desired: Json, live: Json, prior: Option<Json>) -> Delta {
    let shape = Shape::of(&KIND);
    let prior = prior.as_ref().map(entry);
    delta(&Subject {
        kind: &KIND,
        shape: &shape,
        desired: &tagged(desired),
        exact: &BTreeSet::new(),
        ignore: &[],
        live: &tagged(live),
        prior: prior.as_ref(),
    })
}

#[test]
fn a_secret_that_the_server_shows_is_compared_with_what_it_shows() {
    let config = |text: &str, written| json!({"config": {"a": "x", "pass": hidden(text, written)}});
    let same = compare_tagged(config("one", true), config("one", false), None);
    assert_eq!(paths(&same), Vec::<String>::new());
    let other = compare_tagged(
        config("one", true),
        config("two", false),
        Some(config("one", false)),
    );
    assert_eq!(paths(&other), ["config.pass"]);
    assert!(other.changes[0].sensitive);
}

#[test]
fn secrets_in_lists_are_compared_one_by_one() {
    let list = |secret: Json| json!({"config": {"list": [{"x": "open", "pass": secret}]}});
    let live = || list(hidden("one", false));
    let same = compare_tagged(list(hidden("one", true)), live(), None);
    assert_eq!(paths(&same), Vec::<String>::new());
    let other = compare_tagged(list(hidden("two", true)), live(), None);
    assert_eq!(paths(&other), ["config.list"]);
    let unset = json!({"$secret": {"source": {"env": "X"}, "fingerprint": null}});
    let unknown = compare_tagged(list(unset), live(), None);
    assert_eq!(paths(&unknown), Vec::<String>::new());
    assert_eq!(unknown.not_compared.len(), 1);
}

#[test]
fn a_secret_that_has_gone_from_a_configuration_is_taken_out_of_it() {
    let prior = json!({"config": {"a": "x", "pass": hidden("one", false)}});
    let live = json!({"config": {"a": "x", "b": "y", "pass": hidden("one", false)}});
    let gone = compare_tagged(json!({"config": {"a": "x"}}), live, Some(prior));
    assert_eq!(paths(&gone), ["config.pass"]);
    assert!(gone.changes[0].sensitive);
    assert_eq!(
        gone.object,
        tagged(json!({"name": null, "config": {"a": "x", "b": "y"}}))
            .as_map()
            .map(|map| {
                let kept = map.iter().filter(|(_, value)| **value != Value::Null);
                Value::Map(kept.map(|(k, v)| (k.clone(), v.clone())).collect())
            })
            .expect("a mapping")
    );
}

static WHOLE: Descriptor = Descriptor {
    quirks: &[Quirk::ReplacedWhole],
    ..KIND
};

#[test]
fn what_is_written_whole_is_sent_whole_and_without_what_has_gone() {
    let shape = Shape::of(&WHOLE);
    let prior = entry(&json!({"name": "n", "uris": ["u"], "ttl": 1}));
    let live = Value::from(json!({"name": "n", "uris": ["u"], "ttl": 60, "data": {"by": "hand"}}));
    let of = |desired: Json| {
        let desired = Value::from(desired);
        delta(&Subject {
            kind: &WHOLE,
            shape: &shape,
            desired: &desired,
            exact: &BTreeSet::new(),
            ignore: &[],
            live: &live,
            prior: Some(&prior),
        })
    };
    let one = of(json!({"name": "n", "uris": ["u"], "ttl": 2}));
    assert_eq!(one.send, ["data", "name", "ttl", "uris"]);
    let less = of(json!({"name": "n", "ttl": 60}));
    assert_eq!(less.send, ["data", "name", "ttl"]);
    let none = of(json!({"name": "n", "uris": ["u"], "ttl": 60}));
    assert_eq!(none.send, Vec::<String>::new());
}

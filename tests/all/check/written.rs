//! What `render` writes as YAML reads back as it was: a law, tried on many.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use tenantry::base::tree::Node;
use tenantry::base::{At, Value};
use tenantry::render::yaml;

/// Texts that YAML has ideas about.
const ODD: [&str; 34] = [
    "",
    " ",
    "~",
    "null",
    "yes",
    "No",
    "on",
    "true",
    "1",
    "1_000",
    "012",
    "0x1F",
    "1e3",
    ".inf",
    "-",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a`",
    "---",
    "...",
    "<<",
    "2030-01-01",
    "\u{feff}a",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        3 => prop::sample::select(&ODD[..]).prop_map(str::to_owned),
        3 => "[a-c:, '\"#\\t\n{}\\[\\]-]{0,12}",
        2 => "([a-c ]{0,4}\n){1,4}[a-c]{0,2}",
    ]
}

fn data() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-9_007_199_254_740_000_i64..9_007_199_254_740_000).prop_map(Json::from),
        (-1e6..1e6).prop_map(Json::from),
        text().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map(text(), inner, 0..5)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_written_reads_back_as_it_was(data in data()) {
        let whole = json!({"data": data, "after": [data]});
        let tenant = json!({
            "apiVersion": "logto/v1", "kind": "Tenant", "metadata": {"name": "acme"},
            "spec": {"connection": {
                "endpoint": "https://a.example", "clientId": "x", "clientSecret": {"env": "X"},
            }},
        });
        let document = json!({
            "apiVersion": "logto/v1", "kind": "Application",
            "metadata": {"name": "x", "tenant": "acme"},
            "spec": {"type": "SPA", "customData": whole},
        });
        let nodes = [tenant, document].map(|json| Node::from_json(&json, At::default()));
        let written = yaml::file(&nodes);
        let read = super::text(&written);
        prop_assert!(!read.has_errors(), "{}\n{written}", super::drawn(&read.diagnostics));
        let of = |document: &&tenantry::manifest::Document| document.kind.kind == "Application";
        let found = read.documents.iter().find(of).and_then(|d| d.body.get("customData"));
        prop_assert_eq!(found, Some(&Value::from(whole)), "{}", written);
    }
}

//! What holds of all manifests: laws, tried on many.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use tenantry::base::tree::Node;
use tenantry::base::{At, SourceFile};
use tenantry::cli::providers::CATALOG;
use tenantry::kind::walk::{mark, plain, properties, walk};
use tenantry::manifest::{self, Source};

use super::{drawn, options, text};

/// A small source of choices, so that values can be made along a schema.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.roll(all.len() as u64)).expect("small")]
    }
}

/// A value that may fit the schema and may not.
fn made(schema: &Json, dice: &mut Dice) -> Json {
    if dice.roll(12) == 0 {
        return odd(dice);
    }
    if schema["x-nullable"] == json!(true) && dice.roll(4) == 0 {
        return Json::Null;
    }
    let exactly = |json: Json, dice: &mut Dice| match dice.roll(4) {
        0 => json!({"exactly": json}),
        _ => json,
    };
    match mark(schema) {
        Some("free") => odd(dice),
        Some("time") => dice
            .of(&[json!("2030-01-01T00:00:00Z"), json!(1000), json!("soon")])
            .clone(),
        Some("secret") => dice
            .of(&[json!({"env": "PW"}), json!({"file": "x"}), json!("x")])
            .clone(),
        Some("text") => words(dice),
        Some("ref") => dice
            .of(&[
                json!("name"),
                json!({"ref": "role/x"}),
                json!({"builtin": "y"}),
            ])
            .clone(),
        Some("members") => {
            let items = (0..dice.roll(3))
                .map(|_| made(&schema["items"], dice))
                .collect();
            exactly(items, dice)
        }
        Some("item") => match dice.roll(3) {
            0 => unmarked(schema, dice),
            _ => made(
                &schema["properties"][schema["x-by"].as_str().expect("a field")],
                dice,
            ),
        },
        Some("actions") => {
            let map = json!({"a:b": made(&schema["additionalProperties"], dice)});
            exactly(map, dice)
        }
        _ => unmarked(schema, dice),
    }
}

fn unmarked(schema: &Json, dice: &mut Dice) -> Json {
    if let Some(Json::Array(all)) = schema.get("enum").or_else(|| schema.get("oneOf")) {
        let one = dice.of(all);
        return one.get("const").unwrap_or(one).clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let fields = properties(schema).into_iter().flatten();
            let map: Map<_, _> = fields
                .filter(|(name, _)| is_required(schema, name) || dice.roll(2) == 0)
                .map(|(name, below)| (name.clone(), below.clone()))
                .collect();
            let map: Map<_, _> = map
                .into_iter()
                .map(|(name, below)| (name, made(&below, dice)))
                .collect();
            match dice.roll(8) {
                0 => json!({"exactly": map}),
                _ => Json::Object(map),
            }
        }
        Some("array") => (0..dice.roll(3))
            .map(|_| made(&schema["items"], dice))
            .collect(),
        Some("integer" | "number") => dice
            .of(&[
                json!(0),
                json!(1),
                json!(3600),
                json!(-1),
                json!(1.5),
                json!(5_000_000_000_u64),
            ])
            .clone(),
        Some("boolean") => json!(dice.roll(2) == 0),
        _ => words(dice),
    }
}

fn is_required(schema: &Json, name: &str) -> bool {
    let required = schema["required"].as_array().into_iter().flatten();
    required.into_iter().any(|other| other == name)
}

fn words(dice: &mut Dice) -> Json {
    let all = [
        json!("word"),
        json!("a@b.test"),
        json!("12345"),
        json!(""),
        json!("two words"),
        json!({"ref": "role/x"}),
        json!({"join": ["a", {"ref": "role/x"}]}),
        json!({"file": "x"}),
        json!({"literal": "ref"}),
        json!({"lookup": "user", "username": "x"}),
    ];
    dice.of(&all).clone()
}

fn odd(dice: &mut Dice) -> Json {
    let all = [
        json!(null),
        json!(true),
        json!(1),
        json!(1.5),
        json!("text"),
        json!([]),
        json!({}),
        json!([1, "a"]),
        json!({"exactly": []}),
        json!({"exactly": {}}),
        json!({"ref": "a/b"}),
        json!({"env": "X"}),
        json!({"a": {"b": null}}),
    ];
    dice.of(&all).clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_walk_accepts_the_typed_spec_accepts(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let kinds: Vec<_> = CATALOG.all().collect();
        let kind = dice.of(&kinds);
        let schema = (kind.schema)();
        let spec = unmarked(&schema, &mut dice);
        let node = Node::from_json(&spec, At::default());
        let file = SourceFile::new("a.yaml", "");
        if walk(&node, At::default(), &schema, &file).is_empty() {
            let typed = (kind.decode)(plain(&node, &schema));
            prop_assert!(typed.is_ok(), "{kind:?} {spec} {typed:?}");
        }
    }
}

#[test]
fn the_law_of_the_walk_is_not_empty() {
    let mut accepted = 0;
    for seed in 0..2_000 {
        let mut dice = Dice(seed);
        let kinds: Vec<_> = CATALOG.all().collect();
        let schema = (dice.of(&kinds).schema)();
        let spec = unmarked(&schema, &mut dice);
        let node = Node::from_json(&spec, At::default());
        accepted +=
            usize::from(walk(&node, At::default(), &schema, &SourceFile::new("", "")).is_empty());
    }
    assert!(accepted > 200, "{accepted} of 2000");
}

/// The documents of all examples, one a source.
fn examples() -> Vec<String> {
    let files = [
        "logto/tenant",
        "logto/api",
        "logto/roles",
        "logto/applications",
        "logto/users",
    ];
    files
        .iter()
        .map(|name| std::fs::read_to_string(format!("manifests/{name}.yaml")).expect("an example"))
        .flat_map(|text| text.split("\n---\n").map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

fn sources(documents: &[(usize, String)]) -> Vec<Source> {
    documents
        .iter()
        .map(|(number, text)| Source {
            name: format!("{number}.yaml"),
            root: Path::new(".").to_owned(),
            text: text.clone(),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_files_does_not_matter(order in Just(examples().into_iter().enumerate().collect::<Vec<_>>()).prop_shuffle()) {
        let shuffled = manifest::load(sources(&order), &options(Path::new(".")));
        let mut sorted = order;
        sorted.sort();
        let plain = manifest::load(sources(&sorted), &options(Path::new(".")));
        prop_assert_eq!(drawn(&shuffled.diagnostics), "");
        prop_assert_eq!(format!("{:?}", shuffled.documents), format!("{:?}", plain.documents));
    }

    #[test]
    fn where_documents_stand_does_not_change_what_they_say(order in Just(examples()).prop_shuffle()) {
        let plain = text(&examples().join("\n---\n"));
        let shuffled = text(&order.join("\n---\n"));
        let said = |read: &manifest::Manifests| {
            read.documents.iter().map(|d| format!("{} {:?} {:?}", d.address, d.body, d.relations)).collect::<Vec<_>>()
        };
        prop_assert_eq!(said(&shuffled), said(&plain));
    }
}

/// Manifests with secrets where nobody should write them, on lines of many shapes.
const LEAKY: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata:
  name: acme
spec:
  connection:
    endpoint: https://acme.logto.app
    clientId: abc
    clientSecret: hunter2
---
apiVersion: logto/v1
kind: User
metadata: {name: alice, tenant: acme}
spec: {username: alice, password: hunter2, isSuspended: false}
---
apiVersion: dcos/v1
kind: Cluster
metadata: {name: prod}
spec:
  connection:
    url: https://dcos.test
    login:
      uid: tenantry
      privateKey: |
        hunter2
        hunter2
      password: {literal: \"hunter2\"}
";

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_slip_of_the_finger_does_not_show_a_secret(
        at in 0..LEAKY.len(),
        slip in prop_oneof![Just(""), Just(" "), Just("\n"), Just(":"), Just("x"), Just("\""), Just("{"), Just("- "), Just("\t"), Just("\0")],
        cut in 0_usize..3,
    ) {
        let mut written = LEAKY.to_owned();
        written.replace_range(at..(at + cut).min(LEAKY.len()), slip);
        let read = text(&written);
        let shown = drawn(&read.diagnostics);
        prop_assert!(!shown.contains("hunter2"), "{written}\n{shown}");
    }

    #[test]
    fn no_text_is_too_odd_to_be_read(written in "[ -~\n\t:{}\\[\\]&*!|>'\"%@`#,-]{0,200}") {
        let read = text(&written);
        drawn(&read.diagnostics);
    }
}

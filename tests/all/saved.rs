//! Laws of saved plans: whatever is in one, it is read back as it was written, looks the same, and
//! is known for what was signed.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;
use tenantry::base::{Address, FieldPath, FingerprintKey, Hidden, SecretSource, Unknown, Value};
use tenantry::plan::saved::{Basis, Chosen, Saved, SeenSecret, Signer, VERSION, is_saved};
use tenantry::plan::{
    AccessChange, Action, Drift, Effect, FieldChange, Note, Plan, PlannedEdge, ReplaceOrder,
    Statistics, Step, World, Writes,
};
use tenantry::render::{self, Styles, View, json, markdown};
use tenantry::state::{Seq, StateVersion};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        Just("$secret".to_owned()),
        Just("two\nlines \u{1b}[31m".to_owned()),
        Just(String::new()),
        any::<String>(),
    ]
}

fn key() -> FingerprintKey {
    FingerprintKey::new(&[7; 32])
}

fn address() -> impl Strategy<Value = Address> {
    ("[a-z]{1,5}", "[a-z:/.]{1,9}").prop_map(|(kind, name)| Address::within("acme", &kind, &name))
}

fn secret() -> impl Strategy<Value = Value> {
    (address(), text(), any::<bool>()).prop_map(|(address, text, is_taken)| {
        let path = FieldPath::field("password");
        let print = key().fingerprint(&address, &path, &tenantry::base::Secret::new(text.as_str()));
        Value::Secret(Hidden {
            source: is_taken.then_some(SecretSource::Env(text)),
            fingerprint: Some(print),
            text: None,
        })
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|n| Value::Number(n.into())),
        (0_u32..1_000_000).prop_map(|n| Value::from(json!(f64::from(n) / 8.0))),
        text().prop_map(Value::Text),
        secret(),
        address().prop_map(|of| Value::Unknown(Unknown::output(of, "id"))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            proptest::collection::btree_map(text(), inner, 0..4).prop_map(Value::Map),
        ]
    })
}

fn path() -> impl Strategy<Value = FieldPath> {
    ("[a-zA-Z]{1,8}", proptest::option::of((text(), 0_usize..9))).prop_map(|(top, more)| {
        let path = FieldPath::field(&top);
        more.map_or(path.clone(), |(key, n)| path.key(&key).index(n))
    })
}

fn change() -> impl Strategy<Value = FieldChange> {
    let labels = || proptest::collection::vec(text(), 0..3);
    (
        path(),
        value(),
        value(),
        any::<[bool; 4]>(),
        labels(),
        labels(),
    )
        .prop_map(|(path, before, after, flags, added, removed)| FieldChange {
            path,
            before,
            after,
            sensitive: flags[0],
            known_after_apply: flags[1],
            forces_replace: flags[2],
            merged: flags[3],
            added,
            removed,
        })
}

fn edges() -> impl Strategy<Value = BTreeMap<String, Vec<PlannedEdge>>> {
    let edge = (
        proptest::collection::vec(value(), 1..3),
        proptest::option::of(address()),
        text(),
    )
        .prop_map(|(key, to, label)| PlannedEdge { key, to, label });
    proptest::collection::btree_map(text(), proptest::collection::vec(edge, 1..3), 0..2)
}

fn step() -> impl Strategy<Value = Step> {
    let action = prop_oneof![
        Just(Action::Create),
        Just(Action::Update),
        Just(Action::Replace),
        Just(Action::Delete),
        Just(Action::Adopt),
        Just(Action::Forget),
    ];
    let words = (
        text(),
        proptest::option::of(text()),
        proptest::collection::vec(text(), 0..3),
    );
    let values = (value(), value(), value());
    let made = (
        address(),
        action,
        proptest::collection::vec(change(), 1..3),
        words,
    );
    (
        made,
        values,
        (edges(), edges(), edges()),
        any::<[bool; 4]>(),
    )
        .prop_map(
            |((address, action, changes, (reason, id, send)), values, edges, flags)| Step {
                exact: changes.iter().map(|change| change.path.clone()).collect(),
                depends_on: BTreeSet::from([address.clone()]),
                labels: BTreeMap::from([("team".to_owned(), reason.clone())]),
                home: Some(Address::top("tenant", "acme")),
                address,
                api_version: "logto/v1".to_owned(),
                action,
                reason,
                id,
                replace_order: flags[3].then_some(ReplaceOrder::CreateFirst),
                changes,
                desired: values.0,
                object: values.1,
                live: values.2,
                send,
                grants: edges.0,
                along: edges.1.clone(),
                revokes: edges.1,
                owned_edges: edges.2,
                protect: flags[0],
                retain: flags[1],
                owned: flags[2],
                writes: Writes::default(),
            },
        )
}

fn note() -> impl Strategy<Value = Note> {
    (
        text(),
        text(),
        proptest::option::of(address()),
        proptest::option::of(text()),
    )
        .prop_map(|(code, message, address, hint)| Note {
            code,
            message,
            address,
            hint,
        })
}

fn plan() -> impl Strategy<Value = Plan> {
    let notes = || proptest::collection::vec(note(), 0..2);
    let drift = (
        address(),
        any::<bool>(),
        proptest::collection::vec(change(), 0..2),
    )
        .prop_map(|(address, gone, changes)| Drift {
            gone,
            conflicts: changes.iter().map(|change| change.path.clone()).collect(),
            changes,
            access: Effect::Wider,
            ..Drift::bare(address)
        });
    let steps = proptest::collection::vec(step(), 0..4);
    let drifts = proptest::collection::vec(drift, 0..2);
    (steps, notes(), notes(), notes(), drifts, text()).prop_map(
        |(steps, refusals, warnings, notes, drift, word)| Plan {
            target: World::Sandbox,
            nodes: Vec::new(),
            edges: Vec::new(),
            unchanged: steps.len(),
            bookkeeping: BTreeMap::new(),
            moved: Vec::new(),
            refusals,
            warnings,
            notes,
            overrides: vec![word.clone()],
            partial: steps.is_empty(),
            drift,
            drift_access: Vec::new(),
            strangers: Vec::new(),
            pending: Vec::new(),
            undoes: Some(12),
            access: vec![AccessChange {
                target: "acme".to_owned(),
                gained: true,
                everything: false,
                who: vec![word.clone()],
                rights: vec![word],
                through: Vec::new(),
            }],
            steps,
            statistics: Statistics {
                requests: 7,
                writes: Writes { least: 1, most: 2 },
            },
        },
    )
}

fn saved(plan: Plan) -> Saved {
    let address = Address::within("acme", "user", "alice");
    let path = FieldPath::field("password");
    let print = key().of(&["x"]);
    Saved {
        tenantry_plan: VERSION,
        id: "0".repeat(32),
        made: "2026-11-22T10:00:00Z".parse().expect("a time"),
        program: "test".to_owned(),
        basis: Basis {
            paths: vec!["m".to_owned()],
            place: None,
            state: StateVersion {
                lineage: "l".to_owned(),
                serial: 3,
                seq: Seq(9),
            },
            documents: BTreeMap::from([(address.clone(), "d".to_owned())]),
            secrets: vec![SeenSecret {
                address,
                path,
                source: SecretSource::Exec(vec!["a".to_owned()]),
                fingerprint: print,
            }],
        },
        options: Chosen::default(),
        plan,
        signature: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_saved_is_read_back_and_looks_the_same(plan in plan()) {
        let mut saved = saved(plan);
        saved.sign(Signer::Lineage, &key());
        let text = saved.to_json();
        prop_assert!(is_saved(text.as_bytes()));
        let read = Saved::from_json("p.json", text.as_bytes()).expect("a saved plan");
        prop_assert_eq!(&read, &saved);
        prop_assert!(read.is_signed_with(&key()));
        prop_assert!(!read.is_signed_with(&FingerprintKey::new(&[8; 32])));
        let view = View::default();
        for styles in [Styles::PLAIN, Styles::COLOURED] {
            prop_assert_eq!(render::plan(&read.plan, &view, styles), render::plan(&saved.plan, &view, styles));
        }
        prop_assert_eq!(json::plan(&read.plan), json::plan(&saved.plan));
        prop_assert_eq!(markdown::plan(&read.plan, &view), markdown::plan(&saved.plan, &view));
    }

    #[test]
    fn no_other_text_is_taken_for_what_was_signed(
        plan in plan(),
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut saved = saved(plan);
        saved.sign(Signer::Identity, &key());
        let mut bytes = saved.to_json().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = Saved::from_json("p.json", &bytes) {
            prop_assert_eq!(read.is_signed_with(&key()), read == saved);
        }
    }
}

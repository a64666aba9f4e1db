//! Records and entries for this floor's tests.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use super::record::VERSION;
use super::{Act, CallKind, Effect, Entry, Event, Intent, Outcome, OwnedEdge, Part, Record, Seq};
use crate::base::{Address, Fingerprint, SecretSource, Value, value::Hidden};

pub(super) fn address() -> Address {
    Address::within("acme", "role", "admin")
}

pub(super) fn act() -> Act {
    Act {
        address: address(),
        part: Part::Body,
        call: CallKind::Create,
    }
}

pub(super) fn entry(id: &str) -> Entry {
    Entry {
        api_version: "logto/v1".into(),
        home: Some(Address::top("tenant", "acme")),
        id: id.into(),
        written: Value::Map(BTreeMap::from([("name".into(), "Admin".into())])),
        observed: Value::Map(BTreeMap::from([("name".into(), "Admin".into())])),
        depends_on: BTreeSet::from([Address::top("tenant", "acme")]),
        labels: BTreeMap::new(),
        protect: false,
        retain: false,
        edges: BTreeMap::new(),
        owned: true,
    }
}

pub(super) fn owned(id: &str) -> Effect {
    Effect::Owned {
        entry: Box::new(entry(id)),
        moved_from: None,
    }
}

pub(super) fn gone(id: &str) -> Effect {
    Effect::Gone { id: id.into() }
}

fn with_event(seq: u64, event: Event) -> Record {
    Record {
        version: VERSION,
        lineage: "lineage".into(),
        seq: Seq(seq),
        synced: Seq(seq.saturating_sub(1)),
        run: "run".into(),
        at: Timestamp::UNIX_EPOCH,
        act: act(),
        event,
    }
}

pub(super) fn record(seq: u64, effect: Effect) -> Record {
    let outcome = Outcome {
        answers: None,
        effect,
        sealed: None,
    };
    with_event(seq, Event::Outcome(Box::new(outcome)))
}

pub(super) fn answer(seq: u64, to: u64, effect: Effect) -> Record {
    let outcome = Outcome {
        answers: Some(Seq(to)),
        effect,
        sealed: None,
    };
    with_event(seq, Event::Outcome(Box::new(outcome)))
}

pub(super) fn intent(seq: u64, change: impl FnOnce(&mut Intent)) -> Record {
    let mut intent = Intent::default();
    change(&mut intent);
    with_event(seq, Event::Intent(Box::new(intent)))
}

fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9$\" \\\\{}\n,é-]{0,8}"
}

fn addresses() -> impl Strategy<Value = Address> {
    let names = "[a-d]";
    prop_oneof![
        names.prop_map(|name| Address::top("tenant", &name)),
        ("[a-c]x", "role|user", names).prop_map(|(t, k, n)| Address::within(&t, &k, &n)),
    ]
}

fn fingerprints() -> impl Strategy<Value = Fingerprint> {
    "[0-9a-f]{32}".prop_map(|digits| digits.parse().expect("a fingerprint"))
}

fn values() -> impl Strategy<Value = Value> {
    let hidden = option::of(fingerprints()).prop_map(|fingerprint| {
        Value::Secret(Hidden {
            source: Some(SecretSource::Env("NAME".into())),
            fingerprint,
            text: None,
        })
    });
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|n| Value::Number(n.into())),
        words().prop_map(Value::Text),
        hidden,
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::List),
            btree_map(words(), inner, 0..4).prop_map(Value::Map),
        ]
    })
}

fn edges() -> impl Strategy<Value = OwnedEdge> {
    let edge = (vec(words(), 1..3), option::of(addresses()), words());
    edge.prop_map(|(key, to, label)| OwnedEdge { key, to, label })
}

fn entries() -> impl Strategy<Value = Entry> {
    let edges = btree_map(words(), vec(edges(), 0..3), 0..2);
    let small = (words(), any::<[bool; 3]>(), option::of(addresses()));
    let depends = btree_set(addresses(), 0..3);
    (small, values(), values(), depends, edges).prop_map(
        |((id, [protect, retain, owned], home), written, observed, depends_on, edges)| Entry {
            home,
            written,
            observed,
            depends_on,
            labels: BTreeMap::from([(id.clone(), id.clone())]),
            protect,
            retain,
            edges,
            owned,
            ..entry(&id)
        },
    )
}

fn events() -> impl Strategy<Value = Event> {
    let moved_from = option::of(addresses());
    let effect = prop_oneof![
        (entries(), moved_from).prop_map(|(entry, moved_from)| Effect::Owned {
            entry: Box::new(entry),
            moved_from,
        }),
        words().prop_map(|id| Effect::Gone { id }),
        Just(Effect::Nothing),
    ];
    let outcome = (option::of(0_u64..99), effect, option::of(words())).prop_map(
        |(answers, effect, sealed)| Outcome {
            answers: answers.map(Seq),
            effect,
            sealed,
        },
    );
    let ids = vec(words(), 0..3);
    let keys = (
        option::of(words()),
        option::of(words()),
        option::of(words()),
    );
    let entry = option::of(entries().prop_map(Box::new));
    let intent = (keys, ids, option::of(fingerprints()), entry).prop_map(
        |((id, marker, idempotency_key), known_ids, account, entry)| Intent {
            id,
            known_ids,
            marker,
            account,
            idempotency_key,
            entry,
        },
    );
    prop_oneof![
        outcome.prop_map(|outcome| Event::Outcome(Box::new(outcome))),
        intent.prop_map(|intent| Event::Intent(Box::new(intent))),
    ]
}

pub(super) fn records() -> impl Strategy<Value = Record> {
    let parts = prop_oneof![
        Just(Part::Body),
        Just(Part::Delete),
        words().prop_map(Part::Grant),
        words().prop_map(Part::Revoke),
    ];
    let second = 0_i64..4_000_000_000;
    (1_u64..1_000_000, addresses(), parts, second, events()).prop_map(
        |(seq, address, part, second, event)| Record {
            at: Timestamp::from_second(second).expect("a time"),
            act: Act {
                address,
                part,
                call: CallKind::Update,
            },
            ..with_event(seq, event)
        },
    )
}

//! Plans to render in tests.

use std::collections::BTreeMap;

use serde_json::json;

use crate::base::{Address, Fingerprint, Hidden, SecretSource, Unknown, Value};
use crate::plan::{AccessChange, Action, FieldChange, Note, Plan, Statistics, Step, World, Writes};

pub(super) fn address(text: &str) -> Address {
    text.parse().expect("an address")
}

pub(super) fn step(action: Action, at: &str, changes: Vec<FieldChange>) -> Step {
    Step {
        changes,
        owned: true,
        ..Step::bare(
            address(at),
            "logto/v1",
            Some(address("tenant/acme")),
            action,
        )
    }
}

pub(super) fn change(path: &str, before: impl Into<Value>, after: impl Into<Value>) -> FieldChange {
    FieldChange {
        path: path.parse().expect("a path"),
        before: before.into(),
        after: after.into(),
        sensitive: false,
        known_after_apply: false,
        forces_replace: false,
        merged: false,
        added: Vec::new(),
        removed: Vec::new(),
    }
}

pub(super) fn unknown(path: &str, of: &str) -> FieldChange {
    FieldChange {
        known_after_apply: true,
        ..change(
            path,
            Value::Null,
            Value::Unknown(Unknown::output(address(of), "id")),
        )
    }
}

pub(super) fn relation(path: &str, added: &[&str], removed: &[&str]) -> FieldChange {
    let labels = |labels: &[&str]| labels.iter().map(|&label| label.to_owned()).collect();
    FieldChange {
        added: labels(added),
        removed: labels(removed),
        ..change(path, Value::Null, Value::Null)
    }
}

/// A secret from the environment, whose fingerprint is all `digit`, or not taken.
pub(super) fn secret(digit: Option<char>) -> Value {
    let print = |digit: char| digit.to_string().repeat(32).parse::<Fingerprint>();
    Value::Secret(Hidden {
        source: Some(SecretSource::Env("PASSWORD".into())),
        fingerprint: digit.map(|digit| print(digit).expect("a fingerprint")),
        text: None,
    })
}

pub(super) fn note(code: &str, about: Option<&str>, message: &str, hint: Option<&str>) -> Note {
    Note {
        code: code.into(),
        message: message.into(),
        address: about.map(address),
        hint: hint.map(str::to_owned),
    }
}

pub(super) fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        target: World::Sandbox,
        steps,
        nodes: Vec::new(),
        edges: Vec::new(),
        bookkeeping: BTreeMap::new(),
        moved: Vec::new(),
        unchanged: 12,
        refusals: Vec::new(),
        warnings: Vec::new(),
        notes: Vec::new(),
        overrides: Vec::new(),
        partial: false,
        drift: Vec::new(),
        drift_access: Vec::new(),
        strangers: Vec::new(),
        pending: Vec::new(),
        undoes: None,
        access: Vec::new(),
        statistics: Statistics {
            requests: 9,
            writes: Writes { least: 3, most: 4 },
        },
    }
}

/// A plan with one of everything.
pub(super) fn everything() -> Plan {
    let secret_change = FieldChange {
        sensitive: true,
        ..change("password", secret(Some('a')), secret(Some('b')))
    };
    let mut role = step(
        Action::Update,
        "acme/role/admin",
        vec![
            change("description", "old", "new"),
            relation("scopes", &["scope/orders.read"], &["scope/orders.write"]),
            secret_change,
        ],
    );
    role.depends_on.insert(address("acme/scope/orders.read"));
    let scope = step(
        Action::Create,
        "acme/scope/orders.read",
        vec![
            change("name", Value::Null, "read"),
            unknown("resourceId", "acme/apiresource/orders"),
            change("tags", Value::Null, Value::from(json!(["a", 1]))),
        ],
    );
    let mut whole = plan(vec![
        role,
        scope,
        step(Action::Delete, "acme/role/gone", Vec::new()),
    ]);
    let hint = Some("--override protect=acme/role/gone");
    let about = Some("acme/role/gone");
    whole.refusals = vec![note("E0402", about, "it is protected", hint)];
    whole.warnings = vec![note("E0310", None, "PASSWORD is not set", None)];
    whole.overrides = vec!["builtin=acme/role/admin".into()];
    whole.drift = vec![crate::plan::Drift {
        api_version: "logto/v1".into(),
        id: "r1".into(),
        object: Value::Map(
            [("description", "new"), ("name", "Admin")]
                .map(|(field, text)| (field.to_owned(), Value::text(text)))
                .into(),
        ),
        changes: vec![change("description", "new", "by hand")],
        ..crate::plan::Drift::bare(address("acme/role/admin"))
    }];
    whole.access = vec![access(
        false,
        &["acme/user/bob"],
        &["full on dcos:superuser"],
        "group/ops",
    )];
    whole
}

pub(super) fn access(gained: bool, who: &[&str], rights: &[&str], through: &str) -> AccessChange {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    AccessChange {
        target: "acme".into(),
        gained,
        everything: rights.iter().any(|right| right.contains("superuser")),
        who: texts(who),
        rights: texts(rights),
        through: vec![through.to_owned()],
    }
}

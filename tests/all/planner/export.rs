//! What no manifest can say is left out of an export and told, and the rest still checks clean.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tenantry::base::{Known, Value};
use tenantry::cli::providers::CATALOG;
use tenantry::kind::{Api, KnownTarget, ReadSessions as _};
use tenantry::plan::export::{self, Exported, Source, Wish};
use tenantry::render::yaml;

use super::TENANT;
use super::fake::{Fake, FakeSessions, documents};

/// Exports what is in `fake`, and reads it back.
fn exported(fake: Fake) -> (Exported, String) {
    let home = documents(TENANT);
    let document = home.iter().find(|one| one.kind.name == "tenant").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().unwrap();
    let done = runtime.block_on(async {
        let target = KnownTarget {
            address: document.address.clone(),
            api: Api::Logto,
            settings: Known::new(Value::Null).unwrap(),
        };
        let reader = FakeSessions(Arc::new(fake)).reader(&target).await.unwrap();
        let source = Source {
            document,
            account: None,
            is_declared: false,
            live: None,
            settings: json!({"clientId": "ours"}).into(),
            reader,
        };
        let wish = Wish {
            catalog: CATALOG,
            sources: &[source],
            kinds: &BTreeSet::new(),
            say: &|_| {},
        };
        export::export(&wish).await.unwrap()
    });
    let text = yaml::file(done.documents.iter().map(|written| &written.node));
    documents(&text);
    (done, text)
}

fn application(name: &str, more: &Json) -> Json {
    let mut live = json!({"name": name, "type": "SPA"});
    let fields = more.as_object().unwrap().clone();
    live.as_object_mut().unwrap().extend(fields);
    live
}

/// What was left out, as kind, name, field and reason.
fn left(done: &Exported) -> Vec<String> {
    let line =
        |left: &export::Left| format!("{} {} {}: {}", left.kind, left.name, left.field, left.why);
    done.left.iter().map(line).collect()
}

#[test]
fn objects_that_their_keys_do_not_tell_apart_are_left_to_an_import() {
    let fake = Fake::default();
    fake.put("application", "a1", application("Twin", &json!({})));
    fake.put("application", "a2", application("Twin", &json!({})));
    fake.put("application", "ours", application("Ours", &json!({})));
    fake.put("application", "a3", application("Good", &json!({})));
    let (done, text) = exported(fake);
    assert_eq!(
        left(&done),
        [
            "Application Ours : it is the login in use",
            "Application Twin : its key does not tell it from others: `tenantry import ADDRESS a1`",
            "Application Twin : its key does not tell it from others: `tenantry import ADDRESS a2`",
        ]
    );
    assert!(text.contains("name: Good") && !text.contains("Twin"));
}

#[test]
fn what_a_newer_server_has_is_told_and_nothing_refers_to_it() {
    let fake = Fake::default();
    fake.put(
        "application",
        "a1",
        application("Odd", &json!({"type": "Quantum"})),
    );
    let large = json!({
        "type": "MachineToMachine",
        "customData": {"n": 9_007_199_254_740_993_u64},
        "description": "kept",
    });
    fake.put("application", "a2", application("Large", &large));
    let shape = json!({"oidcClientMetadata": {"redirectUris": ["https://a.example"], "x": 1}});
    fake.put("application", "a3", application("New", &shape));
    fake.put("organization", "o1", json!({"name": "Acme"}));
    fake.put_edges("applications", "o1", &[&["a1"], &["a2"], &["gone"]]);
    fake.lack("domain");
    let (done, text) = exported(fake);
    assert_eq!(
        left(&done),
        [
            "Application Odd : a manifest lacks the field `type`",
            "Application Large customData.n: a number is beyond 2^53",
            "Application New oidcClientMetadata.x: no manifest can write it",
            "Domain  : this server does not offer them",
            "Organization Acme applications: it names `gone`, which no name or key tells from others",
        ]
    );
    assert!(text.contains("description: kept"));
    assert!(
        text.contains(
            "applications:\n    - Large\n    - {lookup: application, name: Odd, type: Quantum}\n"
        ),
        "{text}"
    );
}

#[test]
fn data_that_looks_like_markers_is_still_data() {
    let fake = Fake::default();
    let data = json!({"customData": {"exactly": {"a": 1}}});
    fake.put("application", "a1", application("One", &data));
    let config = json!({"connectorId": "github-universal", "id": "c1", "config": {
        "clientId": "x", "clientSecret": "planted-1", "webhookKey": "planted-2", "like": {"env": "HOME"},
    }});
    fake.put("connector", "c1", config);
    let (done, text) = exported(fake);
    let read = documents(&text);
    let one = read.iter().find(|one| one.address.name() == "One").unwrap();
    let data = one.body.get("customData").unwrap();
    assert_eq!(*data, Value::from(json!({"exactly": {"a": 1}})));
    assert_eq!(
        left(&done),
        ["Connector github-universal config.like: it would be read as a marker"]
    );
    assert!(!text.contains("planted"));
    let variables: Vec<_> = done
        .secrets
        .iter()
        .map(|secret| secret.variable.as_str())
        .collect();
    assert_eq!(
        variables,
        [
            "SECRET",
            "ACME_CONNECTOR_GITHUB_UNIVERSAL_CLIENT_SECRET",
            "ACME_CONNECTOR_GITHUB_UNIVERSAL_WEBHOOK_KEY",
        ]
    );
}

#[test]
fn what_a_server_masks_is_never_a_value() {
    let fake = Fake::default();
    let config = json!({"connectorId": "github-universal", "id": "c1", "config": {
        "clientId": "x", "clientSecret": "********", "motto": "******",
        "scope": "*", "nested": {"note": "****", "apiKey": "**********"},
    }});
    fake.put("connector", "c1", config);
    let masked = json!({"description": "********", "customData": {"rating": "****"}});
    fake.put("application", "a1", application("One", &masked));
    let (done, text) = exported(fake);
    let kept: Vec<_> = text.lines().filter(|line| line.contains("**")).collect();
    assert_eq!(kept, ["    rating: '****'"], "people's own data is theirs");
    assert!(text.contains("scope: '*'"), "{text}");
    assert_eq!(
        left(&done),
        [
            "Application One description: the server masks it",
            "Connector github-universal config.clientSecret: the server masks it",
            "Connector github-universal config.motto: the server masks it",
            "Connector github-universal config.nested.apiKey: the server masks it",
            "Connector github-universal config.nested.note: the server masks it",
        ]
    );
}

//! Creating, changing and deleting objects of a tenant.

use serde_json::json;
use tenantry::base::{Known, Value};
use tenantry::kind::{Call, RemoteKind};

use super::bench::Bench;

fn role() -> serde_json::Value {
    json!({"name": "Reader", "description": "reads", "type": "User"})
}

#[tokio::test]
async fn a_write_answers_with_the_object_that_a_read_then_shows() {
    let bench = Bench::tenant().await;
    let made = bench.create("role", "", role()).await.expect("created");
    assert_eq!(made.value.get("isDefault"), Some(&Value::Bool(false)));
    let changed = json!({"name": "Reader", "description": "reads all"});
    let changed = bench
        .update("role", &made.id, changed, &["description"])
        .await;
    let changed = changed.expect("changed").expect("an answer");
    assert_eq!(changed.id, made.id);
    let read = bench.get("role", &made.id, json!({})).await.expect("there");
    assert_eq!(read.value.get("description"), Some(&"reads all".into()));
    for (field, value) in changed.value.as_map().expect("an object") {
        assert_eq!(read.value.get(field), Some(value), "{field}");
    }
    let requests = bench.requests();
    assert_eq!(requests.len(), 3, "{requests:#?}");
}

#[tokio::test]
async fn what_is_gone_may_be_deleted_again() {
    let bench = Bench::tenant().await;
    let made = bench.create("role", "", role()).await.expect("created");
    bench
        .delete("role", &made.id, json!({}))
        .await
        .expect("deleted");
    bench
        .delete("role", &made.id, json!({}))
        .await
        .expect("gone already");
    assert_eq!(bench.get("role", &made.id, json!({})).await, None);
}

#[tokio::test]
async fn what_is_gone_cannot_be_changed() {
    let bench = Bench::tenant().await;
    let gone = bench.update("role", "nope", role(), &["description"]).await;
    assert_eq!(gone.expect_err("gone").kind, RemoteKind::NotFound);
}

#[tokio::test]
async fn a_name_that_is_taken_is_a_conflict_with_the_servers_own_code() {
    let bench = Bench::tenant().await;
    bench.create("role", "", role()).await.expect("created");
    let error = bench.create("role", "", role()).await.expect_err("taken");
    assert_eq!(error.kind, RemoteKind::Conflict);
    assert_eq!(error.code.as_deref(), Some("role.name_in_use"));
    assert_eq!((error.status, error.method.as_str()), (Some(422), "POST"));
    assert!(error.url.ends_with("/api/roles"), "{error}");
    assert!(error.request_id.is_some());
}

#[tokio::test]
async fn what_the_server_refuses_is_told_with_the_field() {
    let bench = Bench::tenant().await;
    let wrong = json!({"name": "Reader", "description": ""});
    let error = bench.create("role", "", wrong).await.expect_err("refused");
    assert_eq!(error.kind, RemoteKind::Rejected);
    assert!(error.message.contains("description"), "{error}");
}

#[tokio::test]
async fn a_write_makes_lists_be_read_anew() {
    let bench = Bench::tenant().await;
    let before = bench.list("role").await.expect("a list").len();
    bench.create("role", "", role()).await.expect("created");
    assert_eq!(bench.list("role").await.expect("a list").len(), before + 1);
}

#[tokio::test]
async fn an_update_without_fields_is_no_request() {
    let bench = Bench::tenant().await;
    let nothing = bench.update(
        "apiresource",
        "x",
        json!({"isDefault": true}),
        &["isDefault"],
    );
    assert_eq!(nothing.await.expect("nothing to do"), None);
    assert!(bench.all_requests().is_empty());
}

#[tokio::test]
async fn a_field_with_a_route_of_its_own_is_set_there() {
    let bench = Bench::tenant().await;
    let object = json!({"name": "Orders", "indicator": "https://o.example", "isDefault": true});
    let made = bench
        .create("apiresource", "", object.clone())
        .await
        .expect("created");
    assert_eq!(
        made.value.get("isDefault"),
        Some(&Value::Bool(false)),
        "not in the create call"
    );
    let kind = bench.kind("apiresource");
    let object = Known::new(object.into()).expect("known");
    let call = Call {
        kind,
        id: &made.id,
        object: &object,
        fields: &[],
    };
    let own = &kind.route.own[0];
    let writer = bench.writer().await;
    writer.set_own(own, &call, None).await.expect("set");
    let read = bench
        .get("apiresource", &made.id, json!({}))
        .await
        .expect("there");
    assert_eq!(read.value.get("isDefault"), Some(&Value::Bool(true)));
}

#[tokio::test]
async fn a_field_that_the_object_does_not_show_is_read_by_its_own_route() {
    let bench = Bench::tenant().await;
    let user = json!({"username": "alice", "primaryEmail": null, "password": "correct-horse"});
    let made = bench
        .create("user", "", user)
        .await
        .expect("created without the null");
    let kind = bench.kind("user");
    let own = kind
        .route
        .own
        .iter()
        .find(|own| own.field == "logtoConfigs")
        .expect("an own");
    let object = json!({"logtoConfigs": {"mfa": {"skipped": true}}});
    let object = Known::new(object.into()).expect("known");
    let call = Call {
        kind,
        id: &made.id,
        object: &object,
        fields: &[],
    };
    let writer = bench.writer().await;
    writer.set_own(own, &call, None).await.expect("set");
    let read = bench
        .reader()
        .await
        .own(kind, own, &made.id)
        .await
        .expect("read");
    let skipped = read.get("mfa").and_then(|mfa| mfa.get("skipped"));
    assert_eq!(skipped, Some(&Value::Bool(true)));
}

#[tokio::test]
async fn secrets_of_an_application_are_outputs_and_not_seen_in_lists() {
    let bench = Bench::tenant().await;
    let web = json!({"name": "web", "type": "Traditional"});
    let web = bench.create("application", "", web).await.expect("created");
    let ci = json!({
        "application": web.id, "name": "ci / nightly", "expiresAt": "2100-01-01T00:00:00Z",
    });
    let made = bench
        .create("applicationsecret", "", ci.clone())
        .await
        .expect("created");
    assert_eq!(made.id, "ci / nightly");
    assert_eq!(made.value.get("application"), Some(&web.id.as_str().into()));
    assert!(
        matches!(made.value.get("value"), Some(Value::Secret(_))),
        "{made:?}"
    );
    let time = serde_json::json!(4_102_444_800_000_u64);
    assert_eq!(made.value.get("expiresAt"), Some(&Value::from(time)));

    let reader = bench.reader().await;
    let (kind, parents) = (bench.kind("applicationsecret"), [web.id.clone()]);
    let listed = reader.list_in(kind, &parents).await.expect("a list");
    assert_eq!(listed.len(), 2, "the server made one too");
    assert!(
        listed
            .iter()
            .all(|s| matches!(s.value.get("value"), Some(Value::Secret(_))))
    );

    let application = bench.kind("application");
    let mut texts = Vec::new();
    for output in ["clientSecret", "secrets.ci / nightly"] {
        let secret = reader
            .secret(application, &web.id, output)
            .await
            .expect("read");
        texts.push(secret.expect("there").expose().to_owned());
    }
    assert_ne!(texts[0], texts[1]);
    assert!(!format!("{listed:?}").contains(&texts[1]));
    let none = reader
        .secret(application, &web.id, "secrets.other")
        .await
        .expect("read");
    assert!(none.is_none());

    bench
        .delete("applicationsecret", &made.id, ci)
        .await
        .expect("deleted");
    let listed = reader.list_in(kind, &parents).await.expect("a list");
    assert_eq!(listed.len(), 1);
}

//! Tenants of a Cloud account, and the way into one.

use serde_json::json;
use tenantry::base::{Address, Known, Value};
use tenantry::kind::{Api, KnownTarget, ReadSessions as _, RemoteKind};

use super::bench::Bench;

#[tokio::test]
async fn a_tenant_is_made_and_its_shown_once_secret_is_hidden() {
    let bench = Bench::account().await;
    let tenant = json!({"name": "Acme", "tag": "development", "regionName": "EU"});
    let made = bench.create("tenant", "", tenant).await.expect("created");
    let application = made.value.get("defaultApplication").expect("shown once");
    let Some(Value::Secret(secret)) = application.get("secret") else {
        panic!("in sight: {made:?}");
    };
    assert!(secret.text.is_some());
    assert!(application.get("id").and_then(Value::as_text).is_some());
    let listed = bench.list("tenant").await.expect("a list");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].value.get("defaultApplication"), None);
    assert_eq!(bench.requests(), ["POST /api/tenants", "GET /api/tenants"]);
}

#[tokio::test]
async fn a_tenant_is_renamed_found_and_deleted() {
    let bench = Bench::account().await;
    let tenant = json!({"name": "Acme", "tag": "development", "regionName": "EU"});
    let made = bench.create("tenant", "", tenant).await.expect("created");
    let renamed = bench
        .update("tenant", &made.id, json!({"name": "Acme 2"}), &["name"])
        .await;
    let renamed = renamed.expect("renamed").expect("an answer");
    assert_eq!(renamed.value.get("name"), Some(&"Acme 2".into()));
    let found = bench
        .get("tenant", &made.id, json!({}))
        .await
        .expect("there");
    assert_eq!(found.value.get("name"), Some(&"Acme 2".into()));
    bench
        .delete("tenant", &made.id, json!({}))
        .await
        .expect("deleted");
    bench
        .delete("tenant", &made.id, json!({}))
        .await
        .expect("gone already");
    assert!(bench.list("tenant").await.expect("a list").is_empty());
}

#[tokio::test]
async fn the_way_leads_from_the_account_into_its_tenant() {
    let bench = Bench::account().await;
    let tenant = json!({"name": "Acme", "tag": "development", "regionName": "EU"});
    let made = bench
        .create("tenant", "", tenant.clone())
        .await
        .expect("created");
    let application = made.value.get("defaultApplication").expect("shown once");
    let shown = Value::Map(
        [("clientId", "id"), ("clientSecret", "secret")]
            .map(|(ours, theirs)| {
                (
                    ours.to_owned(),
                    application.get(theirs).cloned().expect("a value"),
                )
            })
            .into(),
    );
    let kind = bench.kind("tenant");
    let Value::Map(mut settings) = (kind.settings)(&tenant.into(), &made.value, &shown) else {
        panic!("settings");
    };
    // The emulated Cloud is no `*.logto.app`, so its indicator is below the endpoint.
    let endpoint = settings["endpoint"].as_text().expect("a text").to_owned();
    settings.insert("resource".into(), Value::Text(format!("{endpoint}/api")));
    let target = KnownTarget {
        address: Address::top("tenant", "acme"),
        api: Api::Logto,
        settings: Known::new(Value::Map(settings)).expect("known"),
    };
    let reader = bench.sessions.reader(&target).await.expect("a session");
    let role = tenantry::cli::providers::CATALOG
        .named(Api::Logto, "role")
        .expect("a kind");
    let roles = reader.list(role, &[]).await.expect("a list");
    assert!(!roles.is_empty());
    assert_eq!(reader.requests(), 2, "a token and a list");
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_told_and_not_renewed() {
    let mut bench = Bench::account().await;
    bench.with_settings(json!({"token": "pat_other"}));
    let error = bench.list("tenant").await.expect_err("refused");
    assert_eq!(error.kind, RemoteKind::Unauthenticated, "{error}");
    assert!(error.message.contains("personal access token"), "{error}");
    assert!(!error.to_string().contains("pat_other"), "{error}");
    assert_eq!(bench.all_requests().len(), 1);
}

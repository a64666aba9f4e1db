//! What goes wrong on the way.

use futures_util::future::join_all;
use serde_json::json;
use tenantry::kind::{RemoteError, RemoteKind};

use super::bench::{Bench, rows};

async fn create_role(bench: &Bench) -> Result<tenantry::kind::Live, RemoteError> {
    let role = json!({"name": "Reader", "description": "reads"});
    bench.create("role", "", role).await
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_is_ambiguous_and_sent_once() {
    for fault in [
        "cut-after-commit",
        "truncate-body",
        "status:500",
        "status:502",
        "status:504",
    ] {
        let bench = Bench::tenant().await;
        bench.fault(&format!("POST /api/roles#1={fault}"));
        let error = create_role(&bench).await.expect_err("lost");
        assert_eq!(error.kind, RemoteKind::Ambiguous, "{fault}: {error}");
        assert_eq!(bench.requests(), ["POST /api/roles"], "{fault}");
    }
}

#[tokio::test]
async fn a_create_that_was_refused_unread_is_sent_again() {
    let bench = Bench::tenant().await;
    bench.fault("POST /api/roles#1=status:429:0");
    create_role(&bench).await.expect("created");
    assert_eq!(bench.requests().len(), 2);
}

#[tokio::test]
async fn a_read_goes_on_after_a_cut_connection() {
    let bench = Bench::tenant().await;
    bench.fault("GET /api/roles#1=cut-before");
    bench.fault("GET /api/roles#2=status:503");
    bench.list("role").await.expect("a list");
    assert_eq!(bench.requests().len(), 3);
}

#[tokio::test]
async fn a_server_that_stays_down_is_unavailable() {
    let bench = Bench::tenant().await;
    bench.fault("GET /api/roles=status:503");
    let error = bench.list("role").await.expect_err("down");
    assert_eq!(
        (error.kind, error.status),
        (RemoteKind::Unavailable, Some(503))
    );
}

#[tokio::test]
async fn a_limit_beyond_patience_says_how_long_it_lasts() {
    let bench = Bench::tenant().await;
    bench.fault("GET /api/roles=status:429:3600");
    let error = bench.list("role").await.expect_err("limited");
    let RemoteKind::RateLimited { after: Some(after) } = error.kind else {
        panic!("{error:?}");
    };
    assert_eq!(after.as_secs(), 3600);
}

fn log_ins(requests: &[String]) -> usize {
    let log_ins = requests.iter().filter(|line| line.contains("/oidc/token"));
    log_ins.count()
}

#[tokio::test]
async fn all_callers_share_one_log_in_and_one_renewal() {
    let bench = Bench::tenant().await;
    let roles = rows(
        "r",
        30,
        |n| json!({"name": format!("role{n}"), "description": "d"}),
    );
    bench.seed(&json!({ "roles": roles }));
    let ids: Vec<_> = (0..30).map(|n| format!("r{n:04}")).collect();
    let read = || join_all(ids.iter().map(|id| bench.get("role", id, json!({}))));
    assert!(read().await.iter().all(Option::is_some));
    assert_eq!(log_ins(&bench.all_requests()), 1);
    bench.sandbox.with(|world| {
        world.target("t/acme").expect("a tenant").expire_tokens();
    });
    assert!(read().await.iter().all(Option::is_some));
    assert_eq!(log_ins(&bench.all_requests()), 1, "renewed once");
}

#[tokio::test]
async fn a_wrong_secret_is_told_once_and_not_tried_again() {
    let mut bench = Bench::tenant().await;
    bench.with_settings(json!({"clientSecret": "wrong"}));
    for _ in 0..3 {
        let error = bench.list("role").await.expect_err("refused");
        assert_eq!(error.kind, RemoteKind::Unauthenticated, "{error}");
        assert_eq!(error.code.as_deref(), Some("oidc.invalid_client"));
        assert!(error.message.contains("clientSecret") || error.message.contains("clientId"));
        assert!(!error.to_string().contains("wrong"), "{error}");
    }
    assert_eq!(bench.all_requests().len(), 1);
}

#[tokio::test]
async fn a_resource_that_the_tenant_does_not_know_is_told_with_the_setting() {
    let mut bench = Bench::tenant().await;
    bench.with_settings(json!({"resource": "https://other.logto.app/api"}));
    let error = bench.list("role").await.expect_err("refused");
    assert!(error.message.contains("connection.tenantId"), "{error}");
    assert!(
        error.message.contains("https://other.logto.app/api"),
        "{error}"
    );
}

#[tokio::test]
async fn another_server_at_the_address_is_told_as_such() {
    let mut bench = Bench::tenant().await;
    let elsewhere = format!("{}/nowhere", bench.sandbox.base());
    bench.with_settings(json!({"endpoint": elsewhere}));
    let error = bench.list("role").await.expect_err("nothing there");
    assert_eq!(error.kind, RemoteKind::NotOffered, "{error}");
}

#[tokio::test]
async fn a_client_without_rights_is_told_which_role_it_needs() {
    let mut bench = Bench::tenant().await;
    let app = json!({"name": "weak", "type": "MachineToMachine"});
    let app = bench.create("application", "", app).await.expect("created");
    let reader = bench.reader().await;
    let secret = reader
        .secret(bench.kind("application"), &app.id, "clientSecret")
        .await;
    let secret = secret.expect("read").expect("there");
    bench.with_settings(json!({"clientId": app.id, "clientSecret": secret.expose()}));
    let error = bench.list("role").await.expect_err("denied");
    assert_eq!(error.kind, RemoteKind::Denied, "{error}");
    assert!(
        error.message.contains("Logto Management API access"),
        "{error}"
    );
    assert!(!error.to_string().contains(secret.expose()));
}

//! Answers that no API promises: told as such, never taken for an empty list.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value as Json, json};
use tenantry::base::Address;
use tenantry::cli::providers::CATALOG;
use tenantry::cli::sessions::Sessions;
use tenantry::http::Settings;
use tenantry::kind::{Api, Live, ReadSessions as _, RemoteError, RemoteKind};

use super::bench::target;

/// Lists the tenants of an account whose server answers this to everything.
async fn list(answer: fn() -> Response) -> Result<Vec<Live>, RemoteError> {
    let app = Router::new().fallback(move || async move { answer() });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    let settings = json!({"endpoint": format!("http://{address}"), "token": "pat"});
    let target = target(Address::top("account", "main"), Api::Cloud, settings);
    let sessions = Sessions::new(Settings::default()).expect("settings");
    let reader = sessions.reader(&target).await.expect("a session");
    let tenant = CATALOG.named(Api::Cloud, "tenant").expect("a kind");
    reader.list(tenant, &[]).await
}

async fn message(answer: fn() -> Response) -> String {
    let error = list(answer).await.expect_err("no list");
    assert_eq!(error.kind, RemoteKind::Garbled, "{error}");
    error.message
}

fn json_of(value: &Json) -> Response {
    ([("content-type", "application/json")], value.to_string()).into_response()
}

#[tokio::test]
async fn an_object_without_an_id_is_not_left_out() {
    let message = message(|| json_of(&json!([{"id": "a"}, {"name": "b"}]))).await;
    assert!(
        message.contains("tenant has an item without `id`"),
        "{message}"
    );
}

#[tokio::test]
async fn what_is_no_list_is_no_empty_list() {
    for answer in [
        (|| json_of(&json!({}))) as fn() -> Response,
        || json_of(&json!(null)),
        || "".into_response(),
        || "[{\"id\": \"a\"}".into_response(),
        || StatusCode::NO_CONTENT.into_response(),
        || "[".repeat(100_000).into_response(),
    ] {
        assert!(message(answer).await.contains("was expected"));
    }
}

#[tokio::test]
async fn a_page_for_people_is_told_by_its_title() {
    let sign_in = || Html("<!DOCTYPE html><title>Sign in</title>").into_response();
    let message = message(sign_in).await;
    assert!(
        message.contains("an HTML page titled `Sign in`"),
        "{message}"
    );
}

#[tokio::test]
async fn what_a_server_says_is_shown_and_not_obeyed() {
    let angry = || {
        let body = json!({"message": "\u{1b}[2J\u{1b}]0;owned\u{7}no\nway\u{202e}"});
        (StatusCode::BAD_REQUEST, json_of(&body)).into_response()
    };
    let error = list(angry).await.expect_err("refused");
    assert_eq!(error.kind, RemoteKind::Rejected);
    assert!(!error.message.chars().any(char::is_control), "{error:?}");
    assert!(error.message.contains("\\u{1b}[2J"), "{error}");
    let long = || (StatusCode::BAD_REQUEST, "x".repeat(1_000_000)).into_response();
    let error = list(long).await.expect_err("refused");
    assert!(error.message.len() < 500, "{}", error.message.len());
}

#[tokio::test]
async fn an_object_that_is_listed_twice_is_there_once() {
    let live = list(|| json_of(&json!([{"id": "a"}, {"id": "a"}]))).await;
    assert_eq!(live.expect("a list").len(), 1);
}

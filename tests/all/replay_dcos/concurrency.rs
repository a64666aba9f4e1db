//! The recorded outcomes of many equal requests (concurrency.jsonl): the sandbox answers one
//! after the other, which must come to the same.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tenantry::sandbox::Request;

use super::Replay;
use super::arrange::FILES;
use super::recording::text;

/// The request behind each recorded case, numbered, in the recorded order.
const CASES: [(&str, &str, &str, &str); 5] = [
    (
        "20 parallel PUT of the same uid",
        "PUT",
        "users/same",
        r#"{"password": "abcde"}"#,
    ),
    (
        "20 parallel PUT of distinct uids",
        "PUT",
        "users/distinct-N",
        r#"{"password": "abcde"}"#,
    ),
    (
        "20 parallel PATCH of the same uid",
        "PATCH",
        "users/same",
        r#"{"description": "N"}"#,
    ),
    (
        "20 parallel DELETE of the same uid",
        "DELETE",
        "users/same",
        "null",
    ),
    (
        "20 parallel login",
        "POST",
        "auth/login",
        r#"{"uid": "distinct-1", "password": "abcde"}"#,
    ),
];

#[test]
fn many_equal_requests_come_to_the_recorded_outcomes() {
    let mut replay = Replay::start(&FILES[0]);
    let recorded = text("concurrency.jsonl");
    let recorded = recorded
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    for (recorded, (case, method, path, body)) in recorded.zip(CASES) {
        assert_eq!(recorded["case"], case);
        let mut outcomes = BTreeMap::<String, u64>::new();
        for number in 0..20 {
            let path = path.replace('N', &number.to_string());
            let mut request = Request::new(method, &format!("/acs/api/v1/{path}"));
            if body != "null" {
                let body = body.replace('N', &number.to_string());
                request = request.with_json(&serde_json::from_str(&body).unwrap());
            }
            let answer = replay.ask(&replay.admitted(request));
            let body = answer.as_json().unwrap_or_default();
            let outcome = match body["code"].as_str() {
                Some(code) => format!("{} {code}", answer.status),
                None => answer.status.to_string(),
            };
            *outcomes.entry(outcome).or_default() += 1;
        }
        assert_eq!(json!(outcomes), recorded["outcomes"], "{case}");
    }
}

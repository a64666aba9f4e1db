//! The account as a client sees it.

use serde_json::{Value, json};

use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::{BUILDERS, World};

fn world() -> World {
    let mut world = World::in_memory(BUILDERS);
    world.ensure_account("main", "pat_x").unwrap();
    world
}

fn asked(world: &mut World, method: &str, path: &str, body: Option<Value>) -> Answer {
    keyed(world, method, path, body, "k")
}

fn keyed(world: &mut World, method: &str, path: &str, body: Option<Value>, key: &str) -> Answer {
    let request = Request::new(method, &format!("/cloud/main/api/{path}"))
        .with_header("authorization", "Bearer pat_x")
        .with_header("idempotency-key", key);
    let request = match body {
        Some(body) => request.with_json(&body),
        None => request,
    };
    world.serve(request).answer
}

fn made(world: &mut World, body: Value) -> Value {
    let answer = asked(world, "POST", "tenants", Some(body));
    assert_eq!(answer.status, 201);
    answer.as_json().unwrap()
}

fn status(answer: &Answer) -> (u16, String) {
    let code = answer.as_json().map(|body| body["error"]["code"].clone());
    let code = code.as_ref().and_then(Value::as_str).unwrap_or_default();
    (answer.status, code.to_owned())
}

#[test]
fn without_the_token_nothing_is_said() {
    let mut world = world();
    let request = Request::new("GET", "/cloud/main/api/tenants");
    assert_eq!(world.serve(request).answer.status, 401);
}

#[test]
fn a_new_tenant_is_a_logto_whose_client_reaches_the_management_api() {
    let mut world = world();
    let tenant = made(&mut world, json!({"name": "Acme", "tag": "production"}));
    let id = tenant["id"].as_str().unwrap();
    assert!(id.len() == 6 && id.bytes().all(|byte| byte.is_ascii_lowercase()));
    assert_eq!(tenant["indicator"], format!("http://sandbox.test/t/{id}"));
    let client = &tenant["defaultApplication"];
    let (client_id, secret) = (
        client["id"].as_str().unwrap(),
        client["secret"].as_str().unwrap(),
    );
    for resource in [
        format!("http://sandbox.test/t/{id}/api"),
        format!("https://{id}.logto.app/api"),
    ] {
        let form = format!(
            "grant_type=client_credentials&resource={resource}&scope=all&client_id={client_id}&client_secret={secret}"
        );
        let mut request = Request::new("POST", &format!("/t/{id}/oidc/token"));
        request.body = form.into_bytes();
        let token = world.serve(request).answer.as_json().unwrap();
        assert_eq!(token["scope"], "all", "{token}");
        let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
        let request = Request::new("GET", &format!("/t/{id}/api/applications"));
        let answer = world
            .serve(request.with_header("authorization", &bearer))
            .answer;
        assert_eq!(answer.as_json().unwrap()[0]["id"], client_id);
    }
}

#[test]
fn the_secret_is_shown_once() {
    let mut world = world();
    made(&mut world, json!({"name": "Acme"}));
    let list = asked(&mut world, "GET", "tenants", None).as_json().unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    assert!(list[0].get("defaultApplication").is_none());
}

#[test]
fn a_deleted_tenant_is_gone_with_all_that_is_in_it() {
    let mut world = world();
    let tenant = made(&mut world, json!({"name": "Acme"}));
    let id = tenant["id"].as_str().unwrap();
    assert_eq!(
        asked(&mut world, "DELETE", &format!("tenants/{id}"), None).status,
        204
    );
    assert_eq!(
        asked(&mut world, "DELETE", &format!("tenants/{id}"), None).status,
        404
    );
    assert_eq!(world.prefixes().collect::<Vec<_>>(), ["cloud/main"]);
}

#[test]
fn only_the_name_of_a_tenant_changes() {
    let mut world = world();
    let id = made(&mut world, json!({"name": "Acme"}))["id"].clone();
    let path = format!("tenants/{}", id.as_str().unwrap());
    let body = json!({"name": "Acme 2", "tag": "production"});
    let tenant = asked(&mut world, "PATCH", &path, Some(body))
        .as_json()
        .unwrap();
    assert_eq!(
        (&tenant["name"], &tenant["tag"]),
        (&json!("Acme 2"), &json!("development"))
    );
    let long = json!({"name": "x".repeat(129)});
    assert_eq!(asked(&mut world, "PATCH", &path, Some(long)).status, 400);
}

#[test]
fn a_subscription_happens_once_a_key() {
    let mut world = world();
    let id = made(&mut world, json!({"name": "A", "tag": "production"}))["id"].clone();
    let path = format!("tenants/{}/subscription", id.as_str().unwrap());
    let body = json!({"skuId": "pro-202509"});
    let mut post = |body: &Value, key: &str| {
        status(&keyed(&mut world, "POST", &path, Some(body.clone()), key))
    };
    assert_eq!(
        post(&body, ""),
        (400, "idempotency_key_required".to_owned())
    );
    assert_eq!(
        post(&json!({"skuId": "x"}), "a"),
        (400, "invalid_sku".to_owned())
    );
    assert_eq!(post(&body, "a"), (201, String::new()));
    assert_eq!(post(&body, "a"), (200, String::new()));
    assert_eq!(
        post(&json!({"skuId": "y"}), "a"),
        (400, "idempotency_key_mismatch".to_owned())
    );
    assert_eq!(post(&body, "b"), (409, "subscription_exists".to_owned()));
}

#[test]
fn a_development_tenant_cannot_be_subscribed() {
    let mut world = world();
    let id = made(&mut world, json!({}))["id"].clone();
    let path = format!("tenants/{}/subscription", id.as_str().unwrap());
    let answer = asked(
        &mut world,
        "POST",
        &path,
        Some(json!({"skuId": "pro-202509"})),
    );
    assert_eq!(
        status(&answer),
        (422, "dev_tenant_not_supported".to_owned())
    );
}

#[test]
fn the_last_admin_stays_and_invitations_come_and_go() {
    let mut world = world();
    let id = made(&mut world, json!({}))["id"].clone();
    let path = |rest: &str| format!("tenants/{}/{rest}", id.as_str().unwrap());
    let members = asked(&mut world, "GET", &path("members"), None)
        .as_json()
        .unwrap();
    let owner = members[0]["id"].as_str().unwrap();
    let removed = asked(
        &mut world,
        "DELETE",
        &path(&format!("members/{owner}")),
        None,
    );
    assert_eq!(status(&removed), (422, "last_admin".to_owned()));
    let body = json!({"invitee": ["a@x.test", "b@x.test"], "roleName": "collaborator"});
    let made = asked(&mut world, "POST", &path("invitations"), Some(body))
        .as_json()
        .unwrap();
    let first = made[0]["id"].as_str().unwrap().to_owned();
    let revoke = json!({"status": "Revoked"});
    let answer = asked(
        &mut world,
        "PATCH",
        &path(&format!("invitations/{first}/status")),
        Some(revoke),
    );
    assert_eq!(answer.as_json().unwrap()["status"], "Revoked");
    assert_eq!(
        asked(
            &mut world,
            "DELETE",
            &path(&format!("invitations/{first}")),
            None
        )
        .status,
        204
    );
    let left = asked(&mut world, "GET", &path("invitations"), None)
        .as_json()
        .unwrap();
    assert_eq!(left[0]["invitee"], "b@x.test");
}

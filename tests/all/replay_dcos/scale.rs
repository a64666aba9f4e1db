//! A cluster of a thousand users: what a test or a trial asks of it is answered at once.

use std::time::Instant;

use serde_json::{Value, json};
use tenantry::sandbox::dcos::{Dcos, Edition};
use tenantry::sandbox::{Emulation as _, Request};

const NOW_MS: u64 = 1_795_300_000_000;
const GROUPS: usize = 50;

/// A cluster and its superuser's token.
struct Cluster {
    dcos: Dcos,
    token: String,
}

impl Cluster {
    fn ask(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let mut request = Request::new(method, &format!("/acs/api/v1{path}"))
            .with_header("Authorization", &format!("token={}", self.token));
        if !body.is_null() {
            request = request.with_json(body);
        }
        let answer = self.dcos.answer(&request, NOW_MS);
        (answer.status, answer.as_json().unwrap_or_default())
    }

    fn put(&mut self, path: &str, body: &Value) {
        let (status, said) = self.ask("PUT", path, body);
        assert!(status == 201 || status == 204, "{path}: {status} {said}");
    }

    fn count(&mut self, path: &str, member: &str) -> usize {
        let (status, body) = self.ask("GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}");
        body[member].as_array().unwrap().len()
    }
}

#[test]
fn a_thousand_users_memberships_and_permissions_are_served() {
    let mut dcos = Dcos::new(Edition::Enterprise, "root", "root-password");
    let login = json!({"uid": "root", "password": "root-password"});
    let login = Request::new("POST", "/acs/api/v1/auth/login").with_json(&login);
    let answer = dcos.answer(&login, NOW_MS).as_json().unwrap();
    let token = answer["token"].as_str().unwrap().to_owned();
    let mut cluster = Cluster { dcos, token };

    let begun = Instant::now();
    for n in 0..GROUPS {
        cluster.put(&format!("/groups/group-{n}"), &json!({"description": ""}));
        cluster.put(
            &format!("/acls/dcos:x:%252F{n}"),
            &json!({"description": ""}),
        );
    }
    for n in 0..1_000 {
        let (user, place) = (format!("user-{n}"), n % GROUPS);
        cluster.put(&format!("/users/{user}"), &json!({"password": "12345"}));
        cluster.put(&format!("/groups/group-{place}/users/{user}"), &Value::Null);
        cluster.put(
            &format!("/acls/dcos:x:%252F{place}/users/{user}/read"),
            &Value::Null,
        );
    }
    let written = begun.elapsed();
    assert_eq!(cluster.count("/users", "array"), 1_001);
    for n in 0..GROUPS {
        assert_eq!(
            cluster.count(&format!("/groups/group-{n}/users"), "array"),
            20
        );
        assert_eq!(
            cluster.count(&format!("/groups/group-{n}/users?type=service"), "array"),
            0
        );
        assert_eq!(
            cluster.count(&format!("/acls/dcos:x:%252F{n}/permissions"), "users"),
            20
        );
    }
    let read = begun.elapsed().saturating_sub(written);
    println!("dcos: 3,100 writes in {written:?}, 151 reads in {read:?}");
}

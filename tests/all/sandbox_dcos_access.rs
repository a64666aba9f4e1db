//! Who may use an emulated Enterprise cluster's IAM, and what goes when its objects go.

use serde_json::{Value, json};
use tenantry::sandbox::dcos::{Dcos, Edition};
use tenantry::sandbox::{Emulation as _, Request};

const NOW_MS: u64 = 1_795_300_000_000;
const FIVE_DAYS_MS: u64 = 432_000_000;

/// A cluster with a superuser `root` and an ordinary user `alice`.
struct Cluster {
    dcos: Dcos,
    root: String,
    alice: String,
}

impl Cluster {
    fn new() -> Self {
        let mut dcos = Dcos::new(Edition::Enterprise, "root", "root-password");
        let root = log_in(&mut dcos, "root", "root-password");
        let mut cluster = Self {
            dcos,
            root,
            alice: String::new(),
        };
        cluster.done(
            "PUT",
            "/users/alice",
            &json!({"password": "alice-password"}),
        );
        cluster.alice = log_in(&mut cluster.dcos, "alice", "alice-password");
        cluster
    }

    fn ask(&mut self, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask_at(NOW_MS, token, method, path, body)
    }

    fn ask_at(
        &mut self,
        now_ms: u64,
        token: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let mut request = Request::new(method, &format!("/acs/api/v1{path}"))
            .with_header("Authorization", &format!("token={token}"));
        if !body.is_null() {
            request = request.with_json(body);
        }
        let answer = self.dcos.answer(&request, now_ms);
        (answer.status, answer.as_json().unwrap_or_default())
    }

    /// Done by the superuser, with success.
    fn done(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let root = self.root.clone();
        let (status, said) = self.ask(&root, method, path, body);
        assert!(status < 300, "{method} {path}: {status} {said}");
        said
    }

    fn plainly(&mut self, method: &str, path: &str) -> Value {
        self.done(method, path, &Value::Null)
    }

    /// What alice is answered when she lists the users.
    fn alice_gets(&mut self) -> u16 {
        let alice = self.alice.clone();
        self.ask(&alice, "GET", "/users", &Value::Null).0
    }
}

fn log_in(dcos: &mut Dcos, uid: &str, password: &str) -> String {
    let login = json!({"uid": uid, "password": password});
    let login = Request::new("POST", "/acs/api/v1/auth/login").with_json(&login);
    let answer = dcos.answer(&login, NOW_MS).as_json().unwrap();
    answer["token"].as_str().unwrap().to_owned()
}

#[test]
fn the_iam_is_open_to_full_on_its_resource_and_to_no_other_action() {
    let mut cluster = Cluster::new();
    assert_eq!(cluster.alice_gets(), 403);
    cluster.plainly("PUT", "/acls/dcos:adminrouter:acs/users/alice/read");
    assert_eq!(cluster.alice_gets(), 403);
    cluster.plainly("PUT", "/acls/dcos:adminrouter:acs/users/alice/full");
    assert_eq!(cluster.alice_gets(), 200);
}

#[test]
fn any_action_on_the_superuser_resource_makes_a_superuser_through_a_group_too() {
    let mut cluster = Cluster::new();
    cluster.done("PUT", "/groups/ops", &json!({"description": ""}));
    cluster.plainly("PUT", "/groups/ops/users/alice");
    assert_eq!(cluster.alice_gets(), 403);
    cluster.plainly("PUT", "/acls/dcos:superuser/groups/ops/read");
    assert_eq!(cluster.alice_gets(), 200);
    cluster.plainly("DELETE", "/groups/ops/users/alice");
    assert_eq!(cluster.alice_gets(), 403);
}

#[test]
fn everybody_may_read_their_own_permissions() {
    let mut cluster = Cluster::new();
    let alice = cluster.alice.clone();
    let own = cluster.ask(&alice, "GET", "/users/alice/permissions", &Value::Null);
    assert_eq!(own, (200, json!({"direct": [], "groups": []})));
}

#[test]
fn a_superuser_can_go_as_soon_as_there_is_another() {
    let mut cluster = Cluster::new();
    let root = cluster.root.clone();
    let (status, said) = cluster.ask(&root, "DELETE", "/users/root", &Value::Null);
    assert_eq!(
        (status, &said["code"]),
        (400, &json!("ERR_NO_MORE_SUPERUSERS"))
    );
    cluster.plainly("PUT", "/groups/superusers/users/alice");
    cluster.plainly("DELETE", "/users/root");
    assert_eq!(cluster.ask(&root, "GET", "/users", &Value::Null).0, 403);
    assert_eq!(cluster.alice_gets(), 200);
}

#[test]
fn memberships_and_permissions_go_with_an_account_and_do_not_come_back() {
    let mut cluster = Cluster::new();
    cluster.plainly("PUT", "/groups/superusers/users/alice");
    cluster.plainly("PUT", "/acls/dcos:adminrouter:package/users/alice/full");
    cluster.plainly("DELETE", "/users/alice");
    cluster.done("PUT", "/users/alice", &json!({"password": "12345"}));
    let groups = cluster.plainly("GET", "/users/alice/groups");
    assert_eq!(groups, json!({"array": []}));
    let held = cluster.plainly("GET", "/users/alice/permissions");
    assert_eq!(held, json!({"direct": [], "groups": []}));
}

#[test]
fn a_groups_permissions_and_a_resources_entries_go_with_them() {
    let mut cluster = Cluster::new();
    cluster.done("PUT", "/groups/ops", &json!({"description": ""}));
    cluster.plainly("PUT", "/groups/ops/users/alice");
    cluster.done("PUT", "/acls/dcos:x:y", &json!({"description": ""}));
    cluster.plainly("PUT", "/acls/dcos:x:y/groups/ops/full");
    cluster.plainly("PUT", "/acls/dcos:x:y/users/alice/read");
    cluster.plainly("DELETE", "/groups/ops");
    let left = cluster.plainly("GET", "/acls/dcos:x:y/permissions");
    assert_eq!(left["groups"], json!([]));
    cluster.plainly("DELETE", "/acls/dcos:x:y");
    let held = cluster.plainly("GET", "/users/alice/permissions");
    assert_eq!(held, json!({"direct": [], "groups": []}));
}

#[test]
fn with_its_last_action_a_holder_leaves_the_resource() {
    let mut cluster = Cluster::new();
    let place = "/acls/dcos:adminrouter:package/users/alice";
    for action in ["read", "full"] {
        cluster.plainly("PUT", &format!("{place}/{action}"));
    }
    cluster.plainly("DELETE", &format!("{place}/read"));
    let left = cluster.plainly("GET", place);
    assert_eq!(left["array"][0]["name"], "full");
    cluster.plainly("DELETE", &format!("{place}/full"));
    let root = cluster.root.clone();
    let (status, said) = cluster.ask(&root, "GET", place, &Value::Null);
    assert_eq!(
        (status, &said["code"]),
        (400, &json!("ERR_USER_NOT_IN_ACL"))
    );
}

#[test]
fn tokens_end_after_five_days_or_when_a_fault_says_so() {
    let mut cluster = Cluster::new();
    let root = cluster.root.clone();
    let at = |cluster: &mut Cluster, now_ms| {
        cluster
            .ask_at(now_ms, &root, "GET", "/users", &Value::Null)
            .0
    };
    assert_eq!(at(&mut cluster, NOW_MS + FIVE_DAYS_MS - 1_000), 200);
    assert_eq!(at(&mut cluster, NOW_MS + FIVE_DAYS_MS), 401);
    cluster.dcos.expire_tokens();
    assert_eq!(at(&mut cluster, NOW_MS), 401);
    let again = log_in(&mut cluster.dcos, "root", "root-password");
    assert_eq!(cluster.ask(&again, "GET", "/users", &Value::Null).0, 200);
}

#[test]
fn no_password_is_in_the_tables() {
    let mut cluster = Cluster::new();
    let rows = format!("{:?}", cluster.dcos.tables().snapshot());
    assert!(!rows.contains("root-password") && !rows.contains("alice-password"));
}

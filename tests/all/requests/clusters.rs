//! A cluster's accounts, groups and permissions, and the ways to log in.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use serde_json::{Value as Json, json};
use tenantry::kind::RemoteKind;
use tenantry::sandbox::dcos::Edition;

use super::bench::{Bench, to};

const MEMBERS: (&str, &str) = ("group", "members");
const PERMISSIONS: (&str, &str) = ("user", "permissions");
const RID: &str = "dcos:service:marathon:marathon:services:/dev";

async fn with_users(edition: Edition, users: &[&str]) -> Bench {
    let bench = Bench::cluster(edition).await;
    for uid in users {
        let user = json!({"uid": uid, "password": "correct-horse"});
        bench.create("user", uid, user).await.expect("created");
    }
    bench.requests();
    bench
}

#[tokio::test]
async fn a_user_is_made_under_our_name_changed_and_deleted() {
    for edition in [Edition::Open, Edition::Enterprise] {
        let bench = Bench::cluster(edition).await;
        let user = json!({"uid": "alice", "description": "Alice", "password": "correct-horse"});
        let made = bench
            .create("user", "alice", user.clone())
            .await
            .expect("created");
        assert_eq!(
            (made.id.as_str(), made.value.get("uid")),
            ("alice", Some(&"alice".into()))
        );
        let taken = bench
            .create("user", "alice", user)
            .await
            .expect_err("taken");
        assert_eq!(
            (taken.kind, taken.status),
            (RemoteKind::Conflict, Some(409))
        );
        let changed = json!({"uid": "alice", "description": ""});
        let changed = bench
            .update("user", "alice", changed, &["description"])
            .await;
        assert_eq!(changed.expect("changed"), None, "it answers nothing");
        let read = bench.get("user", "alice", json!({})).await.expect("there");
        assert_eq!(read.value.get("description"), Some(&"".into()));
        assert_eq!(read.value.get("password"), None);
        bench
            .delete("user", "alice", json!({}))
            .await
            .expect("deleted");
        bench
            .delete("user", "alice", json!({}))
            .await
            .expect("gone already");
        assert_eq!(
            bench.get("user", "alice", json!({})).await,
            None,
            "absent is 400"
        );
    }
}

#[tokio::test]
async fn users_and_service_accounts_are_two_lists_of_one_request_each() {
    let bench = with_users(Edition::Enterprise, &["alice", "bob"]).await;
    let users = bench.list("user").await.expect("a list");
    assert!(users.iter().any(|live| live.id == "alice"));
    bench.list("serviceaccount").await.expect("a list");
    let path = "GET /acs/api/v1/users";
    assert_eq!(
        bench.requests(),
        [path.to_owned(), format!("{path}?type=service")]
    );
}

#[tokio::test]
async fn what_the_open_edition_lacks_is_told_as_not_offered() {
    let bench = Bench::cluster(Edition::Open).await;
    for kind in ["group", "acl"] {
        let error = bench.list(kind).await.expect_err("not there");
        assert_eq!(
            (error.kind, error.status),
            (RemoteKind::NotOffered, Some(404)),
            "{kind}"
        );
    }
    assert_eq!(bench.get("user", "nobody", json!({})).await, None);
}

#[tokio::test]
async fn members_are_read_from_both_lists_of_a_group() {
    let bench = with_users(Edition::Enterprise, &["alice", "bob"]).await;
    let robot = json!({"uid": "robot", "public_key": key_pair().1});
    bench
        .create("serviceaccount", "robot", robot)
        .await
        .expect("created");
    let group = json!({"gid": "ops"});
    bench
        .create("group", "ops", group)
        .await
        .expect("created with an empty description");
    let members = to(&["alice", "robot"]);
    for _ in 0..2 {
        bench
            .attach(MEMBERS, "ops", &members)
            .await
            .expect("also if it is so already");
    }
    bench.requests();
    assert_eq!(bench.edges(MEMBERS, &["ops"], None).await[0], members);
    assert_eq!(bench.requests().len(), 2);
    assert_eq!(
        bench.edges(MEMBERS, &["ops"], Some(&["robot"])).await[0],
        to(&["robot"])
    );
    assert_eq!(bench.requests(), ["GET /acs/api/v1/users/robot/groups"]);
    for _ in 0..2 {
        bench
            .detach(MEMBERS, "ops", &members)
            .await
            .expect("also if it is gone already");
    }
    assert_eq!(bench.edges(MEMBERS, &["ops"], None).await[0], to(&[]));
}

fn grant(rid: &str, action: &str) -> Vec<String> {
    vec![rid.to_owned(), action.to_owned()]
}

#[tokio::test]
async fn a_permission_on_a_rid_with_a_slash_is_given_and_taken() {
    let bench = with_users(Edition::Enterprise, &["alice"]).await;
    bench
        .create("acl", RID, json!({"rid": RID}))
        .await
        .expect("created");
    let read = bench.get("acl", RID, json!({})).await.expect("there");
    assert_eq!(read.value.get("rid"), Some(&RID.into()));
    let grants = [grant(RID, "full"), grant(RID, "read")];
    for _ in 0..2 {
        bench
            .attach(PERMISSIONS, "alice", &grants)
            .await
            .expect("also if it is so already");
    }
    let requests = bench.requests();
    let path = "PUT /acs/api/v1/acls/dcos:service:marathon:marathon:services:%252Fdev";
    assert!(
        requests.contains(&format!("{path}/users/alice/full")),
        "{requests:#?}"
    );
    assert_eq!(bench.edges(PERMISSIONS, &["alice"], None).await[0], grants);
    for _ in 0..2 {
        bench
            .detach(PERMISSIONS, "alice", &grants[..1])
            .await
            .expect("also if it is gone");
    }
    assert_eq!(
        bench.edges(PERMISSIONS, &["alice"], None).await[0],
        grants[1..]
    );
    bench.delete("acl", RID, json!({})).await.expect("deleted");
}

#[tokio::test]
async fn permissions_of_many_on_one_resource_are_one_request() {
    let users = ["u1", "u2", "u3", "u4", "u5"];
    let bench = with_users(Edition::Enterprise, &users).await;
    bench
        .create("acl", RID, json!({"rid": RID}))
        .await
        .expect("created");
    for user in &users[..2] {
        bench
            .attach(PERMISSIONS, user, &[grant(RID, "full")])
            .await
            .expect("granted");
    }
    bench.requests();
    let edges = bench.edges(PERMISSIONS, &users, Some(&[RID])).await;
    assert_eq!(edges[0], [grant(RID, "full")]);
    assert_eq!(edges[4], to(&[]));
    assert_eq!(bench.requests().len(), 1);
    assert_eq!(bench.edges(PERMISSIONS, &users, None).await, edges);
    assert_eq!(bench.requests().len(), 5);
}

#[tokio::test]
async fn a_resource_that_is_not_there_has_no_permissions() {
    let bench = with_users(Edition::Enterprise, &["u1", "u2"]).await;
    let edges = bench
        .edges(PERMISSIONS, &["u1", "u2"], Some(&["dcos:nothing"]))
        .await;
    assert!(edges.iter().all(Vec::is_empty));
}

/// A private and a public key in PEM.
fn key_pair() -> (String, String) {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let private: Pkcs8V1Der<'_> = pair.as_der().expect("a key");
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a key");
    (
        pem("PRIVATE KEY", private.as_ref()),
        pem("PUBLIC KEY", public.as_ref()),
    )
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

#[tokio::test]
async fn a_service_account_logs_in_with_its_key() {
    let mut bench = Bench::cluster(Edition::Open).await;
    let (private, public) = key_pair();
    let robot = json!({"uid": "robot", "public_key": public});
    bench
        .create("serviceaccount", "robot", robot)
        .await
        .expect("created");
    bench.with_settings(json!({"login": {"uid": "robot", "privateKey": private}}));
    bench.list("user").await.expect("a list");
    bench.with_settings(json!({"login": {"uid": "robot", "privateKey": "no key"}}));
    let error = bench.list("user").await.expect_err("no key");
    assert_eq!(error.kind, RemoteKind::Local);
    assert!(error.message.contains("no RSA key in PEM"), "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_tried_again() {
    let mut bench = Bench::cluster(Edition::Open).await;
    bench.with_settings(json!({"login": {"uid": "admin", "password": "hunter2hunter2"}}));
    for _ in 0..2 {
        let error = bench.list("user").await.expect_err("refused");
        assert_eq!(error.kind, RemoteKind::Unauthenticated, "{error}");
        assert!(error.message.contains("`admin`"), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    assert_eq!(bench.all_requests().len(), 1);
}

fn log_ins(requests: &[String]) -> usize {
    requests
        .iter()
        .filter(|line| line.ends_with("/auth/login"))
        .count()
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_all_callers() {
    let bench = Bench::cluster(Edition::Enterprise).await;
    bench.list("user").await.expect("a list");
    bench.all_requests();
    bench.sandbox.with(|world| {
        world.target("c/prod").expect("a cluster").expire_tokens();
    });
    let reads = (0..20).map(|_| bench.get("user", "admin", json!({})));
    assert!(join_all(reads).await.iter().all(Option::is_some));
    assert_eq!(log_ins(&bench.all_requests()), 1);
}

#[tokio::test]
async fn a_token_from_elsewhere_is_used_as_it_is_and_not_renewed() {
    let mut bench = Bench::cluster(Edition::Enterprise).await;
    bench.with_settings(json!({"login": {"token": "hunter2"}}));
    let error = bench.list("user").await.expect_err("refused");
    assert_eq!(error.kind, RemoteKind::Unauthenticated, "{error}");
    assert!(error.message.contains("HTML"), "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
    assert_eq!(bench.all_requests().len(), 1);
}

#[tokio::test]
async fn a_wrong_field_is_told_by_the_servers_code() {
    let bench = Bench::cluster(Edition::Open).await;
    let user: Json = json!({"uid": "bad uid", "password": "correct-horse"});
    let error = bench
        .create("user", "bad uid", user)
        .await
        .expect_err("refused");
    assert_eq!(error.kind, RemoteKind::Rejected, "{error}");
    assert_eq!(error.code.as_deref(), Some("ERR_INVALID_USER_ID"));
    assert_eq!(error.status, Some(400));
}

//! The emulated cluster through the real listener: what only a socket can show.

use serde_json::{Map, Value, json};
use tenantry::sandbox::{BUILDERS, Options, Sandbox};

/// A cluster below its prefix, and a client that is logged in to it.
struct Cluster {
    _sandbox: Sandbox,
    url: String,
    client: reqwest::Client,
    token: String,
}

impl Cluster {
    async fn start(edition: &str) -> Self {
        let sandbox = Sandbox::start(&Options::default(), BUILDERS).await.unwrap();
        let settings = json!({"edition": edition, "uid": "root", "password": "root-password"});
        let settings: Map<String, Value> = settings.as_object().unwrap().clone();
        sandbox
            .with(|world| world.ensure("c/prod", &settings))
            .unwrap();
        let url = format!("{}/c/prod/acs/api/v1", sandbox.base());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut cluster = Self {
            _sandbox: sandbox,
            url,
            client,
            token: String::new(),
        };
        let login = r#"{"uid": "root", "password": "root-password"}"#;
        let (status, _, body) = cluster.ask("POST", "/auth/login", login).await;
        assert_eq!(status, 200);
        cluster.token = body["token"].as_str().unwrap().to_owned();
        cluster
    }

    /// Status, content type, and the body if it is JSON.
    async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if !self.token.is_empty() {
            request = request.header("Authorization", format!("token={}", self.token));
        }
        if !body.is_empty() {
            let body = body.to_owned();
            request = request
                .header("Content-Type", "application/json")
                .body(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let kind = answer.headers().get("content-type");
        let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
        let body = answer.bytes().await.unwrap();
        (
            status,
            kind,
            serde_json::from_slice(&body).unwrap_or_default(),
        )
    }
}

#[tokio::test]
async fn a_slash_in_a_resource_goes_through_doubly_encoded_only() {
    let cluster = Cluster::start("enterprise").await;
    let rid = "/acls/dcos:service:marathon:marathon:services:%252Fdev";
    assert_eq!(
        cluster.ask("PUT", rid, r#"{"description": "Dev"}"#).await.0,
        201
    );
    let grant = format!("{rid}/users/root/read");
    assert_eq!(cluster.ask("PUT", &grant, "").await.0, 204);
    let (_, _, acl) = cluster.ask("GET", rid, "").await;
    assert_eq!(acl["rid"], "dcos:service:marathon:marathon:services:/dev");
    assert_eq!(acl["url"], format!("/acs/api/v1{rid}"));
    assert_eq!(cluster.ask("DELETE", &grant, "").await.0, 204);
    let once = rid.replace("%252F", "%2F");
    assert_eq!(cluster.ask("GET", &once, "").await.0, 404);
}

#[tokio::test]
async fn admin_router_answers_strangers_with_a_page() {
    let mut cluster = Cluster::start("enterprise").await;
    cluster.token = "not.a.token".to_owned();
    let (status, kind, body) = cluster.ask("GET", "/users", "").await;
    assert_eq!((status, kind.as_str()), (401, "text/html; charset=UTF-8"));
    assert_eq!(body, Value::Null);
}

#[tokio::test]
async fn open_knows_no_groups() {
    let cluster = Cluster::start("open").await;
    let (status, _, body) = cluster.ask("GET", "/groups", "").await;
    assert_eq!((status, body), (404, Value::Null));
    assert_eq!(cluster.ask("GET", "/users", "").await.0, 200);
}

#[tokio::test]
async fn a_cluster_that_was_kept_goes_on_with_its_users_and_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        folder: Some(folder.path().to_owned()),
        ..Options::default()
    };
    let settings = json!({"edition": "enterprise", "uid": "root", "password": "root-password"});
    let settings: Map<String, Value> = settings.as_object().unwrap().clone();
    let ask = async |sandbox: &Sandbox, method: &str, path: &str, token: &str, body: &str| {
        sandbox
            .with(|world| world.ensure("c/prod", &settings))
            .unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("{}/c/prod/acs/api/v1{path}", sandbox.base());
        let request = client.request(method, url).body(body.to_owned());
        let request = request.header("Content-Type", "application/json");
        let answer = request
            .header("Authorization", format!("token={token}"))
            .send()
            .await;
        let answer = answer.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let first = Sandbox::start(&options, BUILDERS).await.unwrap();
    let login = r#"{"uid": "root", "password": "root-password"}"#;
    let (_, said) = ask(&first, "POST", "/auth/login", "", login).await;
    let said: Value = serde_json::from_str(&said).unwrap();
    let token = said["token"].as_str().unwrap();
    let alice = r#"{"password": "alice-password"}"#;
    assert_eq!(
        ask(&first, "PUT", "/users/alice", token, alice).await.0,
        201
    );
    assert_eq!(
        ask(&first, "DELETE", "/groups/none", token, "").await.0,
        400
    );
    first.stop().await;
    let second = Sandbox::start(&options, BUILDERS).await.unwrap();
    assert_eq!(ask(&second, "GET", "/users/alice", token, "").await.0, 200);
    assert_eq!(
        ask(&second, "DELETE", "/users/root", token, "").await.0,
        400
    );
    second.stop().await;
}

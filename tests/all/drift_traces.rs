//! Who changed what `drift` found, and when: as far as a tenant's logs have it.

use serde_json::{Value as Json, json};
use tenantry::cli::providers::CATALOG;
use tenantry::kind::Trace;
use tenantry::plan::Plan;
use tenantry::sandbox::declared::{TenantAccess, TenantWish};
use tenantry::sandbox::{Answer, Request};

use super::support::Ground;

const SOUND: &str = "\
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: acme}
spec: {name: Clerk, description: Sees orders}
---
apiVersion: logto/v1
kind: User
metadata: {name: ada, tenant: acme}
spec: {username: ada, name: Ada}
---
apiVersion: logto/v1
kind: ApiResource
metadata: {name: orders, tenant: acme}
spec: {name: Orders, indicator: https://orders.example}
";

const HOOK: &str = "\
---
apiVersion: logto/v1
kind: Webhook
metadata: {name: siem, tenant: acme}
spec:
  name: siem
  events: [Role.Created, Role.Data.Updated, Role.Deleted, User.Data.Updated]
  config: {url: 'https://siem.example'}
";

/// Somebody else with a token of the tenant's Management API.
struct Other<'a> {
    ground: &'a Ground,
    id: String,
    token: String,
}

fn served(ground: &Ground, request: Request) -> Answer {
    ground.by_hand(|world| world.serve(request).answer)
}

/// How tenantry itself logs in.
fn access(ground: &Ground) -> TenantAccess {
    let wish = TenantWish::default();
    ground.by_hand(|world| world.ensure_tenant("acme", &wish).unwrap())
}

fn token(ground: &Ground, client: &str, secret: &str) -> String {
    let mut request = Request::new("POST", "/t/acme/oidc/token");
    let resource = access(ground).resource;
    request.body = format!(
        "grant_type=client_credentials&scope=all&resource={resource}&client_id={client}&client_secret={secret}"
    )
    .into_bytes();
    let answer = served(ground, request).as_json().unwrap();
    answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

impl<'a> Other<'a> {
    /// A machine that may do everything, made by the tenant's first client.
    fn of(ground: &'a Ground) -> Self {
        let access = access(ground);
        let first = Other {
            ground,
            id: String::new(),
            token: token(ground, &access.client_id, &access.client_secret),
        };
        let app = json!({"name": "ops", "type": "MachineToMachine"});
        let app = first.send("POST", "/api/applications", &app);
        let id = app["id"].as_str().unwrap().to_owned();
        let roles = first.send("GET", "/api/roles?type=MachineToMachine", &Json::Null);
        let role = &roles[0]["id"];
        let path = format!("/api/applications/{id}/roles");
        first.send("POST", &path, &json!({"roleIds": [role]}));
        let path = format!("/api/applications/{id}/secrets");
        let secrets = first.send("GET", &path, &Json::Null);
        let secret = secrets[0]["value"].as_str().unwrap();
        let token = token(ground, &id, secret);
        Self { ground, id, token }
    }

    fn send(&self, method: &str, path: &str, body: &Json) -> Json {
        let request = Request::new(method, &format!("/t/acme{path}"))
            .with_header("authorization", &format!("Bearer {}", self.token))
            .with_header("user-agent", "curl/8.5.0");
        let request = match body {
            Json::Null => request,
            body => request.with_json(body),
        };
        let answer = served(self.ground, request);
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer.as_json().unwrap_or_default()
    }
}

fn found<'a>(plan: &'a Plan, address: &str) -> Option<&'a Trace> {
    let mut all = plan.drift.iter();
    let one = all.find(|one| one.address.to_string() == address);
    one.unwrap_or_else(|| panic!("{address} has not drifted: {:#?}", plan.drift))
        .trace
        .as_ref()
}

/// What was asked of webhooks and logs since the last run began, in order of its path.
fn asked_of_logs(ground: &Ground) -> Vec<String> {
    let all = ground.by_hand(|world| {
        let seen = world.record.all();
        seen.map(|seen| seen.path.clone()).collect::<Vec<_>>()
    });
    let mut asked: Vec<String> = (all.into_iter())
        .filter(|path| path.contains("/hooks") || path.contains("/logs"))
        .collect();
    asked.sort();
    asked
}

#[test]
fn a_webhooks_log_tells_when_a_role_was_changed_and_who_had_a_token_there() {
    let mut ground = Ground::with(CATALOG);
    let text = format!("{SOUND}{HOOK}");
    ground.apply(&text);
    let role = ground.id("acme/role/clerk");
    let other = Other::of(&ground);
    other.send(
        "PATCH",
        &format!("/api/roles/{role}"),
        &json!({"description": "by hand"}),
    );
    let (name, token) = (other.id.clone(), other.token.clone());
    let plan = ground.drift(&text);
    let trace = found(&plan, "acme/role/clerk").expect("the webhook's log has it");
    let Trace {
        at: _,
        event,
        log,
        from,
        agent,
        user,
        application,
        candidates,
    } = trace;
    assert_eq!(event, "Role.Data.Updated");
    assert_eq!(log, "log of webhook `siem`");
    assert_eq!(from.as_deref(), Some("127.0.0.1"));
    assert_eq!(agent.as_deref(), Some("curl/8.5.0"));
    assert_eq!((user, application), (&None, &None));
    assert_eq!(Vec::from_iter(candidates), [&name]);
    assert!(!format!("{plan:?}").contains(&token));
}

#[test]
fn what_was_deleted_has_a_trace_too() {
    let mut ground = Ground::with(CATALOG);
    let text = format!("{SOUND}{HOOK}");
    ground.apply(&text);
    let role = ground.id("acme/role/clerk");
    Other::of(&ground).send("DELETE", &format!("/api/roles/{role}"), &Json::Null);
    let plan = ground.drift(&text);
    let trace = found(&plan, "acme/role/clerk").expect("the webhook's log has it");
    assert_eq!(trace.event, "Role.Deleted");
}

#[test]
fn what_we_wrote_ourselves_is_nobodys_change() {
    let mut ground = Ground::with(CATALOG);
    let text = format!("{SOUND}{HOOK}");
    ground.apply(&text);
    let changed = text.replace("Sees orders", "Sees all orders");
    ground.apply(&changed);
    // A way that no webhook tells of.
    let role = ground.id("acme/role/clerk");
    ground.by_hand(|world| {
        let tables = world.target("t/acme").unwrap().tables();
        let mut row = tables.get("roles", &role).unwrap().clone();
        row["description"] = json!("by hand");
        tables.put("roles", &role, row);
    });
    let plan = ground.drift(&changed);
    assert_eq!(found(&plan, "acme/role/clerk"), None);
}

#[test]
fn what_a_user_did_while_signing_in_is_theirs_and_a_sign_in_alone_is_nothing() {
    let mut ground = Ground::with(CATALOG);
    ground.apply(SOUND);
    let ada = ground.id("acme/user/ada");
    let row = |id: &str, key: &str, at: u64| {
        json!({
            "id": id, "key": key, "createdAt": at, "tenantId": "acme",
            "payload": {
                "key": key, "result": "Success", "ip": "10.1.2.3", "userAgent": "Firefox",
                "userId": ada, "applicationId": "web",
            },
        })
    };
    ground.by_hand(|world| {
        let tables = world.target("t/acme").unwrap().tables();
        let mut user = tables.get("users", &ada).unwrap().clone();
        user["name"] = json!("Ada L.");
        tables.put("users", &ada, user);
        for (id, key, at) in [
            (
                "one",
                "Interaction.SignIn.Profile.Update",
                1_795_300_000_000,
            ),
            ("two", "Interaction.SignIn.Submit", 1_795_300_001_000),
        ] {
            tables.put("logs", id, row(id, key, at));
        }
    });
    let plan = ground.drift(SOUND);
    let trace = found(&plan, "acme/user/ada").expect("the audit log has it");
    assert_eq!(trace.event, "Interaction.SignIn.Profile.Update");
    assert_eq!(trace.log, "audit log");
    assert_eq!(trace.at.as_millisecond(), 1_795_300_000_000);
    assert_eq!(trace.user.as_deref(), Some("acme/user/ada"));
    assert_eq!(trace.application.as_deref(), Some("web"));
}

#[test]
fn logs_are_asked_only_where_something_was_found_and_by_drift_alone() {
    let mut ground = Ground::with(CATALOG);
    let text = format!("{SOUND}{HOOK}");
    ground.apply(&text);
    ground.drift(&text);
    assert_eq!(
        asked_of_logs(&ground),
        ["/api/hooks"],
        "the webhooks themselves"
    );
    let role = ground.id("acme/role/clerk");
    let path = format!("/api/roles/{role}");
    Other::of(&ground).send("PATCH", &path, &json!({"description": "by hand"}));
    ground.looked(&text);
    assert_eq!(asked_of_logs(&ground), ["/api/hooks"]);
    let plan = ground.drift(&text);
    assert_eq!(plan.drift.len(), 1);
    let log = format!("/api/hooks/{}/recent-logs", ground.id("acme/webhook/siem"));
    let all = ["/api/hooks", "/api/hooks", &log, "/api/logs"];
    assert_eq!(asked_of_logs(&ground), all);
}

#[test]
fn a_tenant_that_refuses_its_log_is_a_note_and_no_fault() {
    let mut ground = Ground::with(CATALOG);
    ground.apply(SOUND);
    let role = ground.id("acme/role/clerk");
    Other::of(&ground).send(
        "PATCH",
        &format!("/api/roles/{role}"),
        &json!({"description": "x"}),
    );
    ground.fault("GET /t/acme/api/hooks=status:403");
    let plan = ground.drift(SOUND);
    assert_eq!(found(&plan, "acme/role/clerk"), None);
    let notes: Vec<_> = plan
        .notes
        .iter()
        .filter(|note| note.code == "E0328")
        .collect();
    assert_eq!(notes.len(), 1, "{:#?}", plan.notes);
    assert!(
        notes[0].message.contains("tenant/acme"),
        "{}",
        notes[0].message
    );
}

/// The keys of a machine's row are those that were recorded.
#[test]
fn a_machines_token_leaves_the_row_that_was_recorded() {
    let ground = Ground::with(CATALOG);
    let other = Other::of(&ground);
    let rows = other.send("GET", "/api/logs?page=1&page_size=100", &Json::Null);
    let ours = rows
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["payload"]["applicationId"] == other.id.as_str());
    let ours = ours.expect("a row").clone();
    let text = std::fs::read_to_string("tests/contract/logto/pristine.jsonl").unwrap();
    let line = text
        .lines()
        .find(|line| line.contains("\"pristine logs\""))
        .unwrap();
    let line: Json = serde_json::from_str(line).unwrap();
    let recorded = &line["response"]["body"][0];
    let keys = |value: &Json| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&ours), keys(recorded));
    assert_eq!(keys(&ours["payload"]), keys(&recorded["payload"]));
    for field in ["key", "result", "scope", "tokenTypes", "applicationSecret"] {
        assert_eq!(
            ours["payload"][field], recorded["payload"][field],
            "{field}"
        );
    }
    assert_eq!(ours["payload"]["params"]["client_secret"], "******");
}

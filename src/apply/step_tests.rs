//! One step at a time: what is sent, what is kept of it, what is said of the answer.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::Ledger;
use super::failure::{CALL_FAILED, GONE, NOT_KNOWN};
use super::secrets::SECRET_NOT_SET;
use super::testing::{
    FakeWorld, TestRun, address, create, edge, entry, errors, plan, refusal, says, step, update,
    warnings,
};
use super::verify::SERVER_CHANGED;
use crate::base::lock::lock;
use crate::base::{Hidden, SecretSource, Unknown, Value};
use crate::kind::RemoteKind;
use crate::plan::{Action, Part, Step};

fn secret(variable: &str) -> Value {
    Value::Secret(Hidden {
        source: Some(SecretSource::Env(variable.into())),
        ..Hidden::default()
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    if let Value::Map(fields) = &mut body {
        fields.insert(field.into(), value);
    }
    body
}

fn alice() -> Step {
    let mut alice = step(
        "acme/user/alice",
        Action::Create,
        json!({"username": "alice"}),
    );
    alice.object = with(alice.object, "password", secret("ALICE"));
    alice.object = with(alice.object, "isSuspended", Value::Bool(true));
    alice.desired = alice.object.clone();
    alice
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_sent_as_text_and_kept_as_a_fingerprint() {
    let mut run = TestRun::of(FakeWorld::default());
    run.environment.insert("ALICE".into(), "hunter2".into());
    let report = run.apply(plan(vec![alice()], Vec::new())).await;
    assert!(report.succeeded(), "{report:?}");
    let live = &run.world.of("tenant/acme", "user")[0].value;
    let Some(Value::Secret(Hidden {
        text: Some(sent), ..
    })) = live.get("password")
    else {
        panic!("{live:?}");
    };
    assert!(says(sent, "hunter2"));
    let entry = run
        .ledger
        .entry(&address("acme/user/alice"))
        .expect("an entry");
    let Some(Value::Secret(kept)) = entry.written.get("password") else {
        panic!("{entry:?}");
    };
    assert!(kept.fingerprint.is_some() && kept.text.is_none());
    let json = serde_json::to_string(&entry).expect("serialises");
    assert!(!json.contains("hunter2"), "{json}");
}

#[tokio::test(start_paused = true)]
async fn what_has_a_route_of_its_own_is_set_after_the_creation() {
    let mut run = TestRun::of(FakeWorld::default());
    run.environment.insert("ALICE".into(), "hunter2".into());
    run.apply(plan(vec![alice()], Vec::new())).await;
    assert_eq!(
        run.world.lines(),
        ["create user ", "set user user-1 isSuspended"]
    );
    let entry = run
        .ledger
        .entry(&address("acme/user/alice"))
        .expect("an entry");
    assert_eq!(entry.observed.get("isSuspended"), Some(&Value::Bool(true)));
}

#[tokio::test(start_paused = true)]
async fn a_field_that_could_not_be_set_is_not_kept_as_written() {
    let mut run = TestRun::of(FakeWorld::default());
    run.environment.insert("ALICE".into(), "hunter2".into());
    lock(&run.world.script).push(("set".into(), refusal(RemoteKind::Rejected), false));
    let report = run.apply(plan(vec![alice()], Vec::new())).await;
    assert_eq!(errors(&report, 0), [CALL_FAILED]);
    let entry = run
        .ledger
        .entry(&address("acme/user/alice"))
        .expect("it was created");
    assert_eq!(entry.id, "user-1");
    assert_eq!(entry.written.get("isSuspended"), None);
}

#[tokio::test(start_paused = true)]
async fn all_missing_secrets_are_told_before_anything_is_written() {
    let run = TestRun::of(FakeWorld::default());
    let mut bob = alice();
    bob.address = address("acme/user/bob");
    bob.object = with(bob.object, "password", secret("BOB"));
    let report = run
        .apply(plan(vec![create("acme/role/r"), alice(), bob], Vec::new()))
        .await;
    let codes: Vec<_> = report.errors.iter().map(|error| error.code).collect();
    assert_eq!(codes, [SECRET_NOT_SET, SECRET_NOT_SET]);
    assert_eq!(run.world.lines(), [""; 0]);
    assert_eq!(run.ledger.records(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_creation_is_journaled_before_and_after() {
    let run = TestRun::of(FakeWorld::default());
    run.apply(plan(vec![create("acme/role/r")], Vec::new()))
        .await;
    assert_eq!(
        run.ledger.records(),
        ["intent acme/role/r", "outcome acme/role/r"]
    );
    assert_eq!(run.ledger.open(), []);
}

#[tokio::test(start_paused = true)]
async fn a_refused_creation_leaves_no_intent_and_a_lost_answer_does() {
    for (kind, open) in [(RemoteKind::Rejected, 0), (RemoteKind::Ambiguous, 1)] {
        let run = TestRun::of(FakeWorld::default());
        lock(&run.world.script).push(("create".into(), refusal(kind), false));
        run.apply(plan(vec![create("acme/role/r")], Vec::new()))
            .await;
        assert_eq!(run.ledger.open().len(), open, "{kind:?}");
        assert!(run.ledger.owned().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_whose_answer_was_lost_is_found_by_its_key() {
    let run = TestRun::of(FakeWorld::default());
    let lost = refusal(RemoteKind::Ambiguous);
    lock(&run.world.script).push(("create".into(), lost, true));
    let group = step(
        "prod/group/ops",
        Action::Create,
        json!({"gid": "ops", "description": ""}),
    );
    let report = run
        .apply(plan(vec![create("acme/role/r"), group], Vec::new()))
        .await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(run.world.lines().len(), 2);
    assert_eq!(run.ledger.owned()[&address("acme/role/r")], "role-1");
    assert_eq!(run.ledger.owned()[&address("prod/group/ops")], "ops");
    assert_eq!(run.ledger.open(), []);
}

#[tokio::test(start_paused = true)]
async fn what_is_found_by_its_key_but_is_not_as_sent_is_not_ours() {
    let run = TestRun::of(FakeWorld::default());
    let theirs = json!({"id": "x9", "name": "r", "description": "theirs"});
    run.world.put("tenant/acme", "role", "x9", theirs.into());
    lock(&run.world.script).push(("create".into(), refusal(RemoteKind::Ambiguous), false));
    run.apply(plan(vec![create("acme/role/r")], Vec::new()))
        .await;
    assert!(run.ledger.owned().is_empty());
    assert_eq!(run.ledger.open().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_failed_and_created_nothing_leaves_no_intent() {
    let run = TestRun::of(FakeWorld::default());
    let mut failed = refusal(RemoteKind::Ambiguous);
    failed.status = Some(500);
    lock(&run.world.script).push(("create".into(), failed, false));
    run.apply(plan(vec![create("acme/role/r")], Vec::new()))
        .await;
    assert_eq!(run.ledger.open(), []);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_the_run_makes_reaches_whoever_refers_to_it() {
    let run = TestRun::of(FakeWorld::default());
    let resource = json!({"name": "Orders", "indicator": "https://o"});
    let resource = step("acme/apiresource/o", Action::Create, resource);
    let mut scope = step("acme/scope/o.read", Action::Create, json!({"name": "read"}));
    let id = Unknown::output(address("acme/apiresource/o"), "id");
    scope.object = with(scope.object, "resource", Value::Unknown(id));
    scope.desired = scope.object.clone();
    let mut role = create("acme/role/r");
    role.grants
        .insert("scopes".into(), vec![edge("acme/scope/o.read")]);
    role.owned_edges.clone_from(&role.grants);
    let body = |at| (at, Part::Body);
    let edges = vec![
        super::testing::needs(body("acme/apiresource/o"), body("acme/scope/o.read")),
        super::testing::needs(
            body("acme/scope/o.read"),
            ("acme/role/r", Part::Grant("scopes".into())),
        ),
    ];
    let report = run.apply(plan(vec![resource, scope, role], edges)).await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(
        run.world.lines().last().map(String::as_str),
        Some("attach role-2 scopes scope-3")
    );
    let scope = run
        .ledger
        .entry(&address("acme/scope/o.read"))
        .expect("an entry");
    assert_eq!(scope.written.get("resource"), Some(&"apiresource-1".into()));
    let role = run.ledger.entry(&address("acme/role/r")).expect("an entry");
    assert_eq!(role.edges["scopes"][0].key, ["scope-3"]);
    assert_eq!(
        role.edges["scopes"][0].to,
        Some(address("acme/scope/o.read"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_secret_output_of_another_object_is_fetched_when_it_is_sent() {
    let run = TestRun::of(FakeWorld::default());
    let app = step(
        "acme/application/web",
        Action::Create,
        json!({"name": "web", "type": "Traditional"}),
    );
    let mut alice = alice();
    let source = SecretSource::Output(address("acme/application/web"), "clientSecret".into());
    let password = Value::Secret(Hidden {
        source: Some(source),
        ..Hidden::default()
    });
    alice.object = with(alice.object, "password", password);
    alice.desired = alice.object.clone();
    let edges = vec![super::testing::needs(
        ("acme/application/web", Part::Body),
        ("acme/user/alice", Part::Body),
    )];
    let report = run.apply(plan(vec![app, alice], edges)).await;
    assert!(report.succeeded(), "{report:?}");
    let live = &run.world.of("tenant/acme", "user")[0].value;
    let Some(Value::Secret(Hidden {
        text: Some(sent), ..
    })) = live.get("password")
    else {
        panic!("{live:?}");
    };
    assert!(says(sent, "clientSecret of application-1"));
}

#[tokio::test(start_paused = true)]
async fn an_output_that_nobody_tells_is_an_error_that_names_it() {
    let run = TestRun::of(FakeWorld::default());
    let mut role = create("acme/role/r");
    let id = Unknown::output(address("acme/role/gone"), "id");
    role.object = with(role.object, "description", Value::Unknown(id));
    let report = run.apply(plan(vec![role], Vec::new())).await;
    assert_eq!(errors(&report, 0), [NOT_KNOWN]);
    let (_, found) = report.failures().next().expect("a failure");
    assert!(
        found[0]
            .message
            .contains("`description` of `acme/role/r`: `acme/role/gone`"),
        "{}",
        found[0]
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_sends_its_fields_and_says_what_the_server_made_of_them() {
    let run = TestRun::of(FakeWorld::default());
    let live = json!({"id": "x1", "name": "r", "description": "old"});
    run.world
        .put("tenant/acme", "role", "x1", live.clone().into());
    let change = update(
        "acme/role/r",
        live,
        json!({"name": "other", "description": "new"}),
        &["description"],
    );
    let report = run.apply(plan(vec![change], Vec::new())).await;
    assert_eq!(run.world.lines(), ["update role x1 description"]);
    assert_eq!(warnings(&report), [SERVER_CHANGED]);
    assert!(
        report.warnings[0]
            .message
            .contains("`name` of `acme/role/r`")
    );
    let entry = run.ledger.entry(&address("acme/role/r")).expect("an entry");
    assert_eq!(
        entry.observed,
        json!({"name": "r", "description": "new"}).into()
    );
}

#[tokio::test(start_paused = true)]
async fn a_stale_mapping_is_read_again_before_it_is_merged() {
    let mut run = TestRun::of(FakeWorld::default());
    run.read_at = None;
    let now = json!({"id": "x1", "username": "a", "customData": {"theirs": 2, "tier": "silver"}});
    run.world.put("tenant/acme", "user", "x1", now.into());
    let live = json!({"username": "a", "customData": {"tier": "silver"}});
    let mut change = update(
        "acme/user/a",
        live,
        json!({"customData": {"tier": "gold"}}),
        &["customData"],
    );
    change.desired = json!({"username": "a", "customData": {"tier": "gold"}}).into();
    let report = run.apply(plan(vec![change], Vec::new())).await;
    assert!(
        report.succeeded() && report.warnings.is_empty(),
        "{report:?}"
    );
    let live = &run.world.of("tenant/acme", "user")[0].value;
    let whole = json!({"theirs": 2, "tier": "gold"});
    assert_eq!(live.get("customData"), Some(&whole.into()));
}

#[tokio::test(start_paused = true)]
async fn a_stale_object_that_is_gone_is_not_updated() {
    let run = TestRun::of(FakeWorld::default());
    tokio::time::advance(Duration::from_secs(61)).await;
    let live = json!({"username": "a", "customData": {"tier": "silver"}});
    let change = update(
        "acme/user/a",
        live,
        json!({"customData": {"tier": "gold"}}),
        &["customData"],
    );
    let report = run.apply(plan(vec![change], Vec::new())).await;
    assert_eq!(errors(&report, 0), [GONE]);
}

#[tokio::test(start_paused = true)]
async fn an_update_that_fails_leaves_what_was_kept() {
    let run = TestRun::of(FakeWorld::default());
    run.ledger.put(
        &address("acme/role/r"),
        entry(&json!({"name": "r", "description": "old"})),
    );
    lock(&run.world.script).push(("update".into(), refusal(RemoteKind::Rejected), false));
    let live = json!({"name": "r", "description": "old"});
    let change = update(
        "acme/role/r",
        live,
        json!({"name": "r", "description": "new"}),
        &["description"],
    );
    run.apply(plan(vec![change], Vec::new())).await;
    let kept = run.ledger.entry(&address("acme/role/r")).expect("an entry");
    assert_eq!(kept.written.get("description"), Some(&"old".into()));
}

#[tokio::test(start_paused = true)]
async fn what_is_written_without_an_answer_is_read_back_at_the_end() {
    let run = TestRun::of(FakeWorld::default());
    let mut live = json!({"gid": "ops", "description": "old"});
    run.world
        .put("cluster/prod", "group", "x1", live.clone().into());
    let mut change = update(
        "prod/group/ops",
        live.clone(),
        json!({"description": "new"}),
        &["description"],
    );
    change.desired = json!({"gid": "ops", "description": "newer"}).into();
    let report = run.apply(plan(vec![change], Vec::new())).await;
    assert_eq!(warnings(&report), [SERVER_CHANGED]);
    live["description"] = "new".into();
    let entry = run
        .ledger
        .entry(&address("prod/group/ops"))
        .expect("an entry");
    assert_eq!(entry.observed.get("description"), Some(&"new".into()));
}

#[tokio::test(start_paused = true)]
async fn adopting_without_a_difference_only_keeps_it() {
    let run = TestRun::of(FakeWorld::default());
    let live = json!({"id": "x1", "name": "r", "description": "x"});
    let mut adopt = update("acme/role/r", live, json!({"name": "r"}), &[]);
    adopt.action = Action::Adopt;
    adopt.desired = json!({"name": "r", "description": "x"}).into();
    let report = run.apply(plan(vec![adopt], Vec::new())).await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(run.world.lines(), [""; 0]);
    let entry = run.ledger.entry(&address("acme/role/r")).expect("an entry");
    assert_eq!(entry.observed.get("description"), Some(&"x".into()));
}

#[tokio::test(start_paused = true)]
async fn what_comes_with_a_new_target_is_read_and_only_differences_are_sent() {
    let run = TestRun::of(FakeWorld::default());
    let live = json!({"id": "b1", "name": "Builtin", "description": "as made", "type": "User"});
    run.world.put("tenant/acme", "role", "b1", live.into());
    let wanted = json!({"name": "Builtin", "description": "ours"});
    let configure = step("acme/role/b", Action::Update, wanted);
    let report = run.apply(plan(vec![configure], Vec::new())).await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(run.world.lines(), ["update role b1 description"]);
    assert_eq!(run.ledger.owned()[&address("acme/role/b")], "b1");
}

#[tokio::test(start_paused = true)]
async fn what_the_plan_says_of_unchanged_objects_is_kept() {
    let run = TestRun::of(FakeWorld::default());
    run.ledger
        .put(&address("acme/role/old"), entry(&json!({"name": "r"})));
    let mut books = plan(Vec::new(), Vec::new());
    books.moved = vec![(address("acme/role/old"), address("acme/role/new"))];
    let mut labelled = entry(&json!({"name": "s"}));
    labelled.labels.insert("team".into(), "a".into());
    books.bookkeeping = BTreeMap::from([(address("acme/role/s"), labelled.clone())]);
    let report = run.apply(books).await;
    assert!(report.succeeded());
    assert_eq!(run.ledger.entry(&address("acme/role/s")), Some(labelled));
    let owned: Vec<_> = run
        .ledger
        .owned()
        .into_keys()
        .map(|a| a.to_string())
        .collect();
    assert_eq!(owned, ["acme/role/new", "acme/role/s"]);
}

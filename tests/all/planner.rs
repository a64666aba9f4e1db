//! Desired, prior and live → plan, on real kinds and a live world held in memory.

mod export;
mod fake;
mod rules;

use std::sync::Arc;

use fake::{Fake, planned};
use serde_json::json;
use tenantry::plan::{Action, Order, Part, Plan};
use tenantry::state::{Entry, Snapshot};

const TENANT: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: acme}
spec:
  connection: {endpoint: 'http://localhost:3001', clientId: ours, clientSecret: {env: SECRET}}
---
";

const CLUSTER: &str = "\
apiVersion: dcos/v1
kind: Cluster
metadata: {name: prod}
spec:
  connection: {url: 'http://localhost', login: {uid: boss, password: {env: BOSS}}}
---
";

fn role(name: &str, rest: &str) -> String {
    format!(
        "apiVersion: logto/v1\nkind: Role\nmetadata: {{name: {name}, tenant: acme}}\n{rest}\n---\n"
    )
}

fn nothing() -> Snapshot {
    Snapshot::new("test".into())
}

fn owning(address: &str, entry: serde_json::Value) -> Snapshot {
    let mut snapshot = nothing();
    let entry: Entry = serde_json::from_value(entry).expect("an entry");
    snapshot
        .resources
        .insert(address.parse().expect("an address"), entry);
    snapshot
}

fn role_entry() -> serde_json::Value {
    json!({
        "api_version": "logto/v1", "home": "tenant/acme", "id": "r1",
        "written": {"name": "a", "description": "d"},
        "observed": {"name": "a", "description": "d"},
        "depends_on": [], "labels": {},
    })
}

fn live_role(description: &str) -> serde_json::Value {
    json!({"id": "r1", "name": "a", "description": description, "type": "User", "isDefault": false})
}

fn actions(plan: &Plan) -> Vec<(String, Action)> {
    plan.steps
        .iter()
        .map(|step| (step.address.to_string(), step.action))
        .collect()
}

fn plan_of(text: &str, snapshot: &Snapshot, fake: &Arc<Fake>) -> Plan {
    planned(text, snapshot, fake).expect("a plan")
}

#[test]
fn what_is_not_there_is_created() {
    let text = format!("{TENANT}{}", role("a", "spec: {description: d}"));
    let plan = plan_of(&text, &nothing(), &Arc::new(Fake::default()));
    assert_eq!(actions(&plan), [("acme/role/a".into(), Action::Create)]);
}

#[test]
fn what_is_ours_and_equal_needs_nothing() {
    let fake = Arc::new(Fake::default());
    fake.put("role", "r1", live_role("d"));
    let text = format!("{TENANT}{}", role("a", "spec: {description: d}"));
    let plan = plan_of(&text, &owning("acme/role/a", role_entry()), &fake);
    assert!(
        plan.is_empty() && plan.unchanged == 1 && plan.bookkeeping.is_empty(),
        "{plan:#?}"
    );
    assert_eq!(plan.statistics.requests, 1, "one list");
}

#[test]
fn what_is_there_and_not_ours_is_refused_unless_adopted() {
    let fake = Arc::new(Fake::default());
    fake.put("role", "r1", live_role("d"));
    let text = format!("{TENANT}{}", role("a", "spec: {description: d}"));
    let plan = plan_of(&text, &nothing(), &fake);
    assert_eq!(
        (plan.steps.len(), plan.refusals[0].code.as_str()),
        (0, "E0401")
    );
    let adopt = role("a", "lifecycle: {adopt: true}\nspec: {description: other}");
    let plan = plan_of(&format!("{TENANT}{adopt}"), &nothing(), &fake);
    assert_eq!(actions(&plan), [("acme/role/a".into(), Action::Adopt)]);
    assert_eq!(plan.steps[0].send, ["description"]);
}

#[test]
fn what_no_document_names_is_deleted_unless_retained_or_protected() {
    let fake = Arc::new(Fake::default());
    fake.put("role", "r1", live_role("d"));
    let plan = plan_of(TENANT, &owning("acme/role/a", role_entry()), &fake);
    assert_eq!(actions(&plan), [("acme/role/a".into(), Action::Delete)]);
    let mut retained = role_entry();
    retained["retain"] = json!(true);
    let plan = plan_of(TENANT, &owning("acme/role/a", retained), &fake);
    assert_eq!(actions(&plan), [("acme/role/a".into(), Action::Forget)]);
    let mut protected = role_entry();
    protected["protect"] = json!(true);
    let plan = plan_of(TENANT, &owning("acme/role/a", protected), &fake);
    assert_eq!(plan.refusals[0].code, "E0403");
    assert_eq!(
        plan.refusals[0].hint.as_deref(),
        Some("--override protect=acme/role/a")
    );
}

#[test]
fn a_change_by_hand_is_drift_and_is_put_back() {
    let fake = Arc::new(Fake::default());
    fake.put("role", "r1", live_role("by hand"));
    let text = format!("{TENANT}{}", role("a", "spec: {description: d}"));
    let plan = plan_of(&text, &owning("acme/role/a", role_entry()), &fake);
    assert_eq!(plan.drift.len(), 1);
    assert_eq!(actions(&plan), [("acme/role/a".into(), Action::Update)]);
}

#[test]
fn a_replaced_resource_takes_its_scopes_along_and_grants_are_put_back() {
    let fake = Arc::new(Fake::default());
    fake.put(
        "apiresource",
        "a1",
        json!({"id": "a1", "name": "x", "indicator": "https://old"}),
    );
    fake.put(
        "scope",
        "s1",
        json!({"id": "s1", "name": "read", "resource": "a1"}),
    );
    fake.put("role", "r1", live_role("d"));
    fake.put_edges("scopes", "r1", &[&["s1"]]);
    let text = format!(
        "{TENANT}apiVersion: logto/v1\nkind: ApiResource\nmetadata: {{name: x, tenant: acme}}\n\
         spec: {{indicator: 'https://new', scopes: [{{name: read}}]}}\n---\n{}",
        role("a", "spec: {description: d, scopes: [x.read]}")
    );
    let mut snapshot = owning("acme/role/a", {
        let mut entry = role_entry();
        entry["edges"] = json!({"scopes": [{"key": ["s1"], "to": "acme/scope/x.read", "label": "scope/x.read"}]});
        entry["depends_on"] = json!(["acme/scope/x.read"]);
        entry
    });
    let resource = owning(
        "acme/apiresource/x",
        json!({
            "api_version": "logto/v1", "home": "tenant/acme", "id": "a1",
            "written": {"name": "x", "indicator": "https://old"},
            "observed": {"name": "x", "indicator": "https://old"}, "depends_on": [], "labels": {},
        }),
    );
    let scope = owning(
        "acme/scope/x.read",
        json!({
            "api_version": "logto/v1", "home": "tenant/acme", "id": "s1",
            "written": {"name": "read", "resource": "a1"},
            "observed": {"name": "read", "resource": "a1"},
            "depends_on": ["acme/apiresource/x"], "labels": {},
        }),
    );
    snapshot.resources.extend(resource.resources);
    snapshot.resources.extend(scope.resources);
    let plan = plan_of(&text, &snapshot, &fake);
    let mut got = actions(&plan);
    got.sort();
    assert_eq!(
        got,
        [
            ("acme/apiresource/x".into(), Action::Replace),
            ("acme/role/a".into(), Action::Update),
            ("acme/scope/x.read".into(), Action::Replace),
        ]
    );
    let role = plan
        .steps
        .iter()
        .find(|step| step.address.kind() == "role")
        .expect("the role");
    assert_eq!(role.grants["scopes"].len(), 1);
    assert!(role.send.is_empty(), "the role keeps its id and its body");
}

#[test]
fn grants_come_before_what_takes_access_away() {
    let fake = Arc::new(Fake::default());
    for id in ["alice", "bob", "boss"] {
        fake.put(
            "user",
            id,
            json!({"uid": id, "description": "", "provider_type": "internal"}),
        );
    }
    fake.put("group", "ops", json!({"gid": "ops", "description": ""}));
    fake.put_edges("members", "ops", &[&["alice"]]);
    let text = format!(
        "{CLUSTER}apiVersion: dcos/v1\nkind: Group\nmetadata: {{name: ops, cluster: prod}}\n\
         lifecycle: {{adopt: true}}\nspec: {{members: {{exactly: [{{lookup: user, uid: bob}}]}}}}\n"
    );
    let plan = plan_of(&text, &nothing(), &fake);
    let step = &plan.steps[0];
    assert_eq!(
        (step.grants["members"].len(), step.revokes["members"].len()),
        (1, 1)
    );
    let ordered = plan.edges.iter().any(|edge| {
        edge.order == Order::Needs
            && edge.before.part == Part::Grant("members".into())
            && edge.after.part == Part::Revoke("members".into())
    });
    assert!(ordered, "{:#?}", plan.edges);
    assert!(
        !step.owned,
        "a document of relations alone does not own the group"
    );
}

#[test]
fn a_resource_that_only_permissions_name_is_made_as_needed() {
    let fake = Arc::new(Fake::default());
    let text = format!(
        "{CLUSTER}apiVersion: dcos/v1\nkind: User\nmetadata: {{name: alice, cluster: prod}}\n\
         spec:\n  password: {{env: ALICE}}\n  permissions: {{'dcos:service:/dev': [full]}}\n"
    );
    let plan = plan_of(&text, &nothing(), &fake);
    let acl = plan
        .steps
        .iter()
        .find(|step| step.address.kind() == "acl")
        .expect("the resource");
    assert_eq!((acl.action, acl.owned), (Action::Create, false));
    let fake = Arc::new(Fake::default());
    fake.lack("acl");
    let faults = planned(&text, &nothing(), &fake).expect_err("Open has no permissions");
    assert_eq!(faults[0].code.0, "E0303");
}

#[test]
fn we_do_not_saw_off_the_branch_we_sit_on() {
    let fake = Arc::new(Fake::default());
    fake.put(
        "application",
        "ours",
        json!({"id": "ours", "name": "robot", "type": "MachineToMachine"}),
    );
    let snapshot = owning(
        "acme/application/robot",
        json!({
            "api_version": "logto/v1", "home": "tenant/acme", "id": "ours",
            "written": {"name": "robot", "type": "MachineToMachine"},
            "observed": {"name": "robot", "type": "MachineToMachine"}, "depends_on": [], "labels": {},
        }),
    );
    let plan = plan_of(TENANT, &snapshot, &fake);
    assert_eq!(plan.refusals[0].code, "E0405");
}

#[test]
fn the_role_that_our_own_application_holds_is_guarded() {
    let fake = Arc::new(Fake::default());
    fake.put("role", "r1", live_role("d"));
    fake.put_edges("roles", "ours", &[&["r1"]]);
    let plan = plan_of(TENANT, &owning("acme/role/a", role_entry()), &fake);
    assert_eq!(plan.refusals[0].code, "E0405");
}

#[test]
fn too_many_deletes_are_refused() {
    let fake = Arc::new(Fake::default());
    let mut snapshot = nothing();
    for n in 0..10 {
        let (name, id) = (format!("n{n}"), format!("r{n}"));
        fake.put(
            "role",
            &id,
            json!({"id": id, "name": name, "description": "d"}),
        );
        let mut entry = role_entry();
        entry["id"] = json!(id);
        snapshot
            .resources
            .extend(owning(&format!("acme/role/{name}"), entry).resources);
    }
    let plan = plan_of(TENANT, &snapshot, &fake);
    assert_eq!(plan.refusals[0].code, "E0407");
    assert_eq!(
        plan.refusals[0].hint.as_deref(),
        Some("--override deletes=acme/role/*")
    );
}

#[test]
fn a_rename_of_ours_is_no_new_object() {
    let fake = Arc::new(Fake::default());
    fake.put("role", "r1", live_role("d"));
    let text = format!(
        "{TENANT}{}",
        role(
            "b",
            "lifecycle: {movedFrom: a}\nspec: {name: a, description: d}"
        )
    );
    let plan = plan_of(&text, &owning("acme/role/a", role_entry()), &fake);
    assert!(plan.is_empty(), "{plan:#?}");
    assert_eq!(plan.moved.len(), 1);
}

#[test]
fn a_secret_that_is_not_set_is_one_warning() {
    let fake = Arc::new(Fake::default());
    let user = |name: &str| {
        format!(
            "apiVersion: dcos/v1\nkind: User\nmetadata: {{name: {name}, cluster: prod}}\n\
             spec: {{password: {{env: UNSET}}}}\n---\n"
        )
    };
    let plan = plan_of(
        &format!("{CLUSTER}{}{}", user("a"), user("b")),
        &nothing(),
        &fake,
    );
    assert_eq!(plan.warnings.len(), 1, "{:#?}", plan.warnings);
    assert!(plan.warnings[0].message.contains("UNSET"));
}

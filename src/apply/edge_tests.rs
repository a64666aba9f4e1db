//! Relations, replacements and what leaves the state: what is sent in which order, what is kept.

use serde_json::json;

use super::Ledger;
use super::failure::CALL_FAILED;
use super::testing::{
    FakeWorld, TestRun, address, create, entry, errors, plan, refusal, step, update, warnings,
};
use super::verify::EDGE_DIFFERS;
use crate::base::Address;
use crate::base::lock::lock;
use crate::kind::RemoteKind;
use crate::plan::{Action, PlannedEdge, ReplaceOrder, Step};
use crate::state::OwnedEdge;

fn member(uid: &str) -> PlannedEdge {
    PlannedEdge {
        key: vec![uid.into()],
        to: Some(Address::within("prod", "user", uid)),
        label: format!("user/{uid}"),
    }
}

#[tokio::test(start_paused = true)]
async fn edges_that_were_added_before_a_failure_are_kept() {
    let run = TestRun::of(FakeWorld::default());
    let refused = refusal(RemoteKind::NotFound);
    lock(&run.world.script).push(("attach ops members u32".into(), refused, false));
    let body = json!({"gid": "ops", "description": ""});
    let mut group = step("prod/group/ops", Action::Create, body);
    let members: Vec<_> = (0..40).map(|n| member(&format!("u{n}"))).collect();
    group.grants.insert("members".into(), members);
    group.owned_edges.clone_from(&group.grants);
    let report = run.apply(plan(vec![group], Vec::new())).await;
    assert_eq!(errors(&report, 0), [CALL_FAILED]);
    let entry = run
        .ledger
        .entry(&address("prod/group/ops"))
        .expect("an entry");
    assert_eq!(entry.edges["members"].len(), 32);
    assert_eq!(entry.edges["members"][2].key, ["u2"]);
}

/// Relations of one object are granted side by side: what each keeps must not undo the other's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn edges_of_two_relations_that_are_added_at_once_are_both_kept() {
    let run = TestRun::of(FakeWorld::default());
    let groups: Vec<_> = (0..300)
        .map(|n| {
            let body = json!({"gid": format!("g{n}"), "description": ""});
            let mut group = step(&format!("prod/group/g{n}"), Action::Create, body);
            group.grants.insert("members".into(), vec![member("u")]);
            let right = PlannedEdge {
                key: vec!["dcos:ops".into(), "read".into()],
                to: None,
                label: "dcos:ops read".into(),
            };
            group.grants.insert("permissions".into(), vec![right]);
            group.owned_edges.clone_from(&group.grants);
            group
        })
        .collect();
    let addresses: Vec<_> = groups.iter().map(|group| group.address.clone()).collect();
    let report = run.apply(plan(groups, Vec::new())).await;
    assert!(report.succeeded(), "{report:?}");
    for address in addresses {
        let kept = run.ledger.entry(&address).expect("an entry").edges;
        let fields: Vec<_> = kept.keys().map(String::as_str).collect();
        assert_eq!(fields, ["members", "permissions"], "{address}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_edge_that_does_not_stay_is_told() {
    let run = TestRun::of(FakeWorld {
        drops_edges: true,
        ..FakeWorld::default()
    });
    let body = json!({"gid": "ops", "description": ""});
    let mut group = step("prod/group/ops", Action::Create, body);
    group.grants.insert("members".into(), vec![member("alice")]);
    let report = run.apply(plan(vec![group], Vec::new())).await;
    assert_eq!(warnings(&report), [EDGE_DIFFERS]);
}

#[tokio::test(start_paused = true)]
async fn a_revoked_edge_leaves_the_state() {
    let run = TestRun::of(FakeWorld::default());
    let mut kept = entry(&json!({"gid": "ops"}));
    let owned = |uid: &str| OwnedEdge {
        key: vec![uid.into()],
        to: None,
        label: uid.into(),
    };
    kept.edges
        .insert("members".into(), vec![owned("alice"), owned("bob")]);
    run.ledger.put(&address("prod/group/ops"), kept);
    let mut group = update(
        "prod/group/ops",
        json!({"gid": "ops"}),
        json!({"gid": "ops"}),
        &[],
    );
    group.revokes.insert("members".into(), vec![member("bob")]);
    group
        .owned_edges
        .insert("members".into(), vec![member("alice")]);
    let report = run.apply(plan(vec![group], Vec::new())).await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(run.world.lines(), ["detach x1 members bob"]);
    let entry = run
        .ledger
        .entry(&address("prod/group/ops"))
        .expect("an entry");
    let keys: Vec<_> = entry.edges["members"]
        .iter()
        .map(|edge| edge.key[0].as_str())
        .collect();
    assert_eq!(keys, ["alice"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_made_as_needed_leaves_no_entry_and_may_be_there_already() {
    let run = TestRun::of(FakeWorld::default());
    lock(&run.world.script).push(("create".into(), refusal(RemoteKind::Conflict), false));
    let mut acl = step(
        "prod/acl/dcos:x",
        Action::Create,
        json!({"rid": "dcos:x", "description": ""}),
    );
    acl.owned = false;
    let report = run.apply(plan(vec![acl], Vec::new())).await;
    assert!(report.succeeded(), "{report:?}");
    assert!(run.ledger.owned().is_empty());
    assert_eq!(run.ledger.open(), []);
}

fn replacement(order: ReplaceOrder) -> Step {
    let mut role = create("acme/role/r");
    role.action = Action::Replace;
    role.replace_order = Some(order);
    role.id = Some("x1".into());
    role.live = json!({"id": "x1", "name": "r"}).into();
    role
}

#[tokio::test(start_paused = true)]
async fn a_replacement_keeps_its_order_and_ends_with_the_new_id() {
    let orders = [
        (
            ReplaceOrder::DeleteFirst,
            ["delete role x1", "create role r"],
        ),
        (
            ReplaceOrder::CreateFirst,
            ["create role r", "delete role x1"],
        ),
    ];
    for (order, lines) in orders {
        let run = TestRun::of(FakeWorld::default());
        run.ledger
            .put(&address("acme/role/r"), entry(&json!({"name": "r"})));
        let report = run.apply(plan(vec![replacement(order)], Vec::new())).await;
        assert!(report.succeeded(), "{report:?}");
        assert_eq!(run.world.lines(), lines);
        assert_eq!(run.ledger.owned()[&address("acme/role/r")], "role-1");
    }
}

#[tokio::test(start_paused = true)]
async fn forgetting_sends_nothing() {
    let run = TestRun::of(FakeWorld::default());
    run.ledger
        .put(&address("acme/role/r"), entry(&json!({"name": "r"})));
    let mut forget = step("acme/role/r", Action::Forget, json!(null));
    forget.id = Some("x1".into());
    let report = run.apply(plan(vec![forget], Vec::new())).await;
    assert!(report.succeeded());
    assert!(run.ledger.owned().is_empty());
    assert_eq!(run.world.lines(), [""; 0]);
}

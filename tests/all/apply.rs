//! Runs that lose answers and connections, against the built-in servers: the next run ends in the
//! same world as an undisturbed one.

mod begun;
mod killed;
mod late;
mod listed;
mod replaced;
mod subscribed;

use tenantry::apply::failure::{ANSWER_LOST, CALL_FAILED};
use tenantry::apply::{Outcome, Report};
use tenantry::base::Code;
use tenantry::cli::providers::CATALOG;

use super::support::{Ground, Run};

const SHOP: &str = "apiVersion: logto/v1
kind: Tenant
metadata: {name: shop}
spec: {name: Shop, tag: development, regionName: EU, account: main}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: shop}
spec: {description: d}
";

fn role(name: &str) -> String {
    format!(
        "apiVersion: logto/v1\nkind: Role\nmetadata: {{name: {name}, tenant: acme}}\n\
         spec: {{description: d}}\n---\n"
    )
}

fn group(name: &str, rest: &str) -> String {
    format!(
        "apiVersion: dcos/v1\nkind: Group\nmetadata: {{name: {name}, cluster: prod}}\n\
         spec: {{description: d{rest}}}\n---\n"
    )
}

/// The tenants that the account has, asked of the world itself: id and name.
fn tenants(ground: &Ground) -> Vec<(String, String)> {
    ground.by_hand(|world| {
        let account = world.target("cloud/main").expect("the account");
        let rows = account.tables().rows("tenants");
        let name = |row: &serde_json::Value| row["name"].as_str().expect("a name").to_owned();
        rows.map(|(id, row)| (id.to_owned(), name(row))).collect()
    })
}

fn errors(report: &Report) -> Vec<Code> {
    let failures = report.failures();
    failures
        .flat_map(|(_, errors)| errors.iter().map(|error| error.code))
        .collect()
}

fn posts(run: &Run, path: &str) -> usize {
    let is_post = |write: &&String| write.starts_with("POST ") && write.contains(path);
    run.writes.iter().filter(is_post).count()
}

/// Applies `SHOP` until it is done, and checks that there is one tenant, whole.
fn finish(ground: &Ground, when: &str) {
    ground.by_hand(|world| world.faults.clear());
    let run = ground
        .try_apply(SHOP)
        .unwrap_or_else(|errors| panic!("{when}: {errors:#?}"));
    assert!(run.report.succeeded(), "{when}: {:#?}", run.report);
    let tenants = tenants(ground);
    assert_eq!(tenants.len(), 1, "{when}: {tenants:?}");
    assert_eq!(
        tenants[0],
        (ground.id("tenant/shop"), "Shop".into()),
        "{when}"
    );
    for output in ["clientId", "clientSecret"] {
        assert!(
            ground.credential("tenant/shop", output).is_some(),
            "{when}: {output}"
        );
    }
    ground.apply_again(SHOP);
}

#[test]
fn a_tenant_is_made_once_whatever_happens_to_its_creation() {
    for call in ["POST /api/tenants", "PATCH /api/tenants"] {
        for fault in [
            "cut-before",
            "cut-after-commit",
            "truncate-body",
            "status:500",
            "status:504",
        ] {
            let (ground, when) = (Ground::with(CATALOG), format!("{call} {fault}"));
            ground.fault(&format!("{call}={fault}"));
            let first = ground.try_apply(SHOP).expect("a plan");
            assert!(!first.report.succeeded(), "{when}");
            assert_eq!(
                posts(&first, "/api/tenants "),
                1,
                "{when}: {:?}",
                first.writes
            );
            finish(&ground, &when);
        }
    }
}

#[test]
fn what_lives_in_a_tenant_that_was_not_made_is_skipped() {
    let ground = Ground::with(CATALOG);
    ground.fault("POST /api/tenants=status:400");
    let run = ground.try_apply(SHOP).expect("a plan");
    assert_eq!(errors(&run.report), [CALL_FAILED]);
    let because = "tenant/shop".parse().expect("an address");
    assert_eq!(run.report.steps[1].outcome, Outcome::Skipped { because });
    finish(&ground, "after a refusal");
}

#[test]
fn a_tenant_whose_credentials_are_lost_is_deleted_before_another_is_made() {
    let ground = Ground::with(CATALOG);
    ground.fault("POST /api/tenants#1=cut-after-commit");
    let first = ground.try_apply(SHOP).expect("a plan");
    assert_eq!(errors(&first.report), [ANSWER_LOST]);
    let orphan = tenants(&ground).remove(0);
    assert!(
        orphan.1.starts_with("Shop… (tenantry, being set up: "),
        "{}",
        orphan.1
    );
    finish(&ground, "after the answer was lost");
    assert_ne!(ground.id("tenant/shop"), orphan.0);
}

#[test]
fn a_creation_whose_answer_was_lost_is_taken_for_ours() {
    let ground = Ground::with(CATALOG);
    ground.fault("POST /api/roles#2=cut-after-commit");
    let text = [role("a"), role("b"), role("c")].concat();
    let run = ground.apply(&text);
    assert_eq!(posts(&run, "/api/roles "), 3, "{:?}", run.writes);
    ground.apply_again(&text);
}

#[test]
fn a_keyed_creation_whose_answer_was_lost_is_taken_for_ours() {
    let ground = Ground::with(CATALOG);
    ground.fault("PUT /acs/api/v1/groups/b#1=cut-after-commit");
    let text = [group("a", ""), group("b", "")].concat();
    ground.apply(&text);
    ground.apply_again(&text);
}

#[test]
fn an_edge_whose_answer_was_lost_is_there_once() {
    let ground = Ground::with(CATALOG);
    let permission = ", permissions: {'dcos:x': [read, full]}";
    ground.fault("PUT /acs/api/v1/acls/dcos:x/groups#1=cut-after-commit");
    ground.apply(&group("a", permission));
    ground.apply_again(&group("a", permission));
}

#[test]
fn a_server_that_fails_leaves_nothing_that_the_next_run_refuses() {
    for fault in ["status:500", "status:503", "cut-before"] {
        let ground = Ground::with(CATALOG);
        ground.fault(&format!("POST /api/roles={fault}"));
        let first = ground.try_apply(&role("a")).expect("a plan");
        assert!(!first.report.succeeded(), "{fault}");
        ground.by_hand(|world| world.faults.clear());
        ground.apply(&role("a"));
        ground.apply_again(&role("a"));
    }
}

//! What the Cloud account says of a tenant: settings, a subscription, members.

use serde_json::Value;
use tenantry::cli::providers::CATALOG;
use tenantry::kind::Catalog;

use super::super::support::{Ground, Run};

fn shop(rest: &str) -> String {
    format!(
        "apiVersion: logto/v1\nkind: Tenant\nmetadata: {{name: shop}}\n\
         spec: {{name: Shop, tag: production, regionName: EU, account: main{rest}}}\n---\n"
    )
}

/// The rows of a table of the account.
fn rows(ground: &Ground, table: &str) -> Vec<Value> {
    ground.by_hand(|world| {
        let account = world.target("cloud/main").expect("the account");
        let rows = account.tables().rows(table);
        rows.map(|(_, row)| row.clone()).collect()
    })
}

fn codes(run: &Run) -> Vec<&str> {
    let notes = run.plan.warnings.iter().chain(&run.plan.notes);
    notes.map(|note| note.code.as_str()).collect()
}

fn posts(run: &Run, path: &str) -> usize {
    let is_post = |write: &&String| write.starts_with("POST ") && write.contains(path);
    run.writes.iter().filter(is_post).count()
}

pub(super) fn a_tenant_is_set_up_and_subscribed_once(catalog: Catalog) {
    let ground = Ground::with(catalog);
    ground.apply_twice(&shop(""));
    ground.apply_twice(&shop(", settings: {isMfaRequired: true}"));
    assert_eq!(rows(&ground, "settings")[0]["isMfaRequired"], true);
    ground.apply_twice(&shop(""));
    assert_eq!(rows(&ground, "settings")[0]["isMfaRequired"], false);

    let paid = ", subscription: {skuId: pro-202509, customerId: cus_sandbox}";
    let run = ground.apply_twice(&shop(paid));
    assert_eq!(codes(&run), ["E0330"], "{:?}", run.plan.warnings);
    let said = &run.plan.warnings[0].message;
    assert!(said.contains("skuId: pro-202509"), "{said}");
    assert_eq!(posts(&run, "/subscription"), 1, "{:?}", run.writes);
    assert_eq!(rows(&ground, "tenants")[0]["planId"], "pro-202509");

    // Who pays is said when it is bought, and is not shown.
    ground.apply_again(&shop(
        ", subscription: {skuId: pro-202509, customerId: other}",
    ));
    ground.apply_again(&shop(", subscription: {skuId: pro-202509}"));
    let run = ground.apply_again(&shop(""));
    assert_eq!(
        codes(&run),
        ["E0312"],
        "it stays subscribed, and the plan says so"
    );
    assert_eq!(rows(&ground, "subscriptions").len(), 1);
}

#[test]
fn a_tenant_is_set_up_and_subscribed_once_as_declared() {
    a_tenant_is_set_up_and_subscribed_once(CATALOG);
}

#[test]
fn a_new_tenant_gets_everything_in_one_run() {
    let ground = Ground::with(CATALOG);
    let run = ground.apply_twice(&shop(
        ", settings: {isMfaRequired: true}, subscription: {skuId: pro-202509}",
    ));
    assert_eq!(codes(&run), ["E0330"]);
    assert_eq!(rows(&ground, "settings")[0]["isMfaRequired"], true);
    assert_eq!(rows(&ground, "tenants")[0]["planId"], "pro-202509");
}

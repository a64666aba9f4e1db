//! Replacements and deletions of which the run fails half-way: nothing of the old is left behind
//! that nobody knows, and nothing of the new is taken for somebody else's.

use tenantry::base::Code;
use tenantry::cli::providers::CATALOG;
use tenantry::plan::Action;

use super::super::support::Ground;
use super::super::support::count::count;
use super::{SHOP, tenants};

/// The shop in production, which no tenant becomes: another one is made.
fn in_production() -> String {
    SHOP.replace("tag: development", "tag: production")
}

/// Faults after which the new tenant is there and the old one as well.
const HALF_WAY: [&str; 2] = [
    "PATCH /api/tenants#1=html",
    "DELETE /api/tenants#1=status:400",
];

/// A shop whose replacement failed half-way. Returns the old tenant's id too.
fn half_replaced(fault: &str) -> (Ground, String) {
    let mut ground = Ground::with(CATALOG);
    ground.apply(SHOP);
    let old = ground.id("tenant/shop");
    ground.allow("target", "tenant/shop");
    ground.fault(fault);
    let run = ground.try_apply(&in_production()).expect("a plan");
    assert!(!run.report.succeeded());
    assert_eq!(tenants(&ground).len(), 2, "{:?}", tenants(&ground));
    (ground, old)
}

#[test]
fn the_old_tenant_of_a_replacement_that_failed_is_deleted_by_the_next_run() {
    for fault in HALF_WAY {
        let (ground, old) = half_replaced(fault);
        drop(ground.try_apply(&in_production()).expect("a plan"));
        ground.apply_again(&in_production());
        let [(id, name)] = tenants(&ground).try_into().expect("one tenant");
        let ours = ground.id("tenant/shop");
        assert_eq!((id.as_str(), name.as_str()), (ours.as_str(), "Shop"));
        assert_ne!(id, old);
        assert!(ground.credential("tenant/shop", "clientSecret").is_some());
    }
}

#[test]
fn the_old_tenant_stays_if_its_document_was_put_back() {
    let (mut ground, old) = half_replaced(HALF_WAY[0]);
    for _ in 0..2 {
        let Err(refused) = ground.try_apply(SHOP) else {
            panic!("the old tenant may be the one that is wanted")
        };
        assert_eq!(refused[0].code, Code("E0718"), "{refused:#?}");
        assert!(refused[0].message.contains(&old), "{refused:#?}");
    }
    assert_eq!(tenants(&ground).len(), 2);
    ground.allow("intent", "tenant/shop");
    let run = ground.try_apply(SHOP).expect("a plan");
    assert_eq!(run.plan.steps[0].action, Action::Replace);
    assert!(run.report.succeeded(), "{:#?}", run.report);
    let left: Vec<_> = tenants(&ground).into_iter().map(|(id, _)| id).collect();
    assert_eq!(left.len(), 2, "the new one was replaced in its turn");
    assert!(left.contains(&old));
}

#[test]
fn what_lived_in_a_tenant_whose_deletion_nobody_answered_is_forgotten_with_it() {
    let mut ground = Ground::with(CATALOG);
    ground.apply(SHOP);
    ground.allow("target", "tenant/shop");
    ground.fault("DELETE /api/tenants#1=html");
    assert!(!ground.try_apply("").expect("a plan").report.succeeded());
    assert_eq!(tenants(&ground), []);
    ground.apply("");
    let state = std::fs::read_to_string(ground.state_folder().join("state.json"));
    let state: serde_json::Value = serde_json::from_str(&state.expect("a state")).expect("JSON");
    assert_eq!(state["resources"], serde_json::json!({}));
}

#[test]
fn half_a_list_of_tenants_does_not_tell_that_one_is_deleted() {
    let mut ground = Ground::with(CATALOG);
    ground.apply(SHOP);
    ground.allow("target", "tenant/shop");
    ground.fault("DELETE /api/tenants=status:504");
    assert!(!ground.try_apply("").expect("a plan").report.succeeded());
    ground.by_hand(|world| world.faults.clear());
    ground.fault("GET /api/tenants#1=truncate-page");
    ground.apply_again(SHOP);
    ground.apply("");
    assert_eq!(tenants(&ground), []);
}

#[test]
fn a_refusal_behind_a_page_of_a_proxy_is_no_success() {
    let ground = Ground::with(CATALOG);
    let phrases = "apiVersion: logto/v1\nkind: CustomPhrases\nmetadata: {name: en, tenant: acme}\n\
                   spec: {translation: {input: {username: Name}}}\n";
    ground.apply(phrases);
    // Those of the fallback language cannot be deleted, but emptied.
    ground.fault("DELETE /api/custom-phrases#1=html");
    assert!(!ground.try_apply("").expect("a plan").report.succeeded());
    let run = ground.apply("");
    assert_eq!(run.writes.len(), 2, "{:?}", run.writes);
    ground.apply_again("");
}

#[test]
fn a_secret_of_an_application_that_is_replaced_is_ours_though_its_answer_was_lost() {
    let app = |sort: &str| {
        format!(
            "apiVersion: logto/v1\nkind: Application\nmetadata: {{name: app, tenant: acme}}\n\
             spec: {{type: {sort}, secrets: [{{name: ci}}]}}\n"
        )
    };
    for lost in ["cut-after-commit", "html", "commit-late:1"] {
        let ground = Ground::with(CATALOG);
        ground.apply(&app("MachineToMachine"));
        ground.fault(&format!("POST /secrets#1={lost}"));
        drop(ground.try_apply(&app("Traditional")));
        ground.by_hand(|world| world.faults.clear());
        drop(ground.try_apply(&app("Traditional")));
        ground.apply_again(&app("Traditional"));
        let secrets = ground.by_hand(count);
        assert_eq!(
            secrets["t application_secrets ci"], 1,
            "{lost}: {secrets:#?}"
        );
        assert_eq!(secrets["t applications app"], 1, "{lost}: {secrets:#?}");
    }
}

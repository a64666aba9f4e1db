//! A subscription costs money: however its call ends, and wherever the run dies, a tenant is
//! subscribed once, under one key.

use tenantry::apply::once::{REFUSED, UNDECIDED};
use tenantry::cli::providers::CATALOG;

use super::super::support::{Ground, Run};
use super::{errors, posts};

fn shop(subscription: &str) -> String {
    format!(
        "apiVersion: logto/v1\nkind: Tenant\nmetadata: {{name: shop}}\n\
         spec: {{name: Shop, tag: production, regionName: EU, account: main{subscription}}}\n"
    )
}

fn paid() -> String {
    shop(", subscription: {skuId: pro-202509}")
}

/// How many rows a table of the account has.
fn count(ground: &Ground, table: &str) -> usize {
    ground.by_hand(|world| {
        let account = world.target("cloud/main").expect("the account");
        account.tables().count(table)
    })
}

/// A tenant that is there already, so that the subscription alone is to be done.
fn ground() -> Ground {
    let ground = Ground::with(CATALOG);
    ground.apply_twice(&shop(""));
    ground
}

/// A run whose every call for a subscription is struck.
fn struck(ground: &Ground, fault: &str) -> Run {
    ground.fault(&format!("POST /subscription={fault}"));
    let run = ground.try_apply(&paid()).expect("a plan");
    ground.by_hand(|world| world.faults.clear());
    run
}

/// What customers do when they are asked to pay.
fn let_the_card(ground: &Ground, refuse: Option<&str>) {
    ground.by_hand(|world| {
        let account = world.target("cloud/main").expect("the account");
        let mut row = account.tables().get("customers", "cus_sandbox").cloned();
        let row = row.as_mut().expect("a customer");
        row["refusal"] = refuse.into();
        account
            .tables()
            .put("customers", "cus_sandbox", row.clone());
        world.commit().expect("kept");
    });
}

#[test]
fn an_answer_that_is_lost_ends_with_one_subscription() {
    for (fault, is_done) in [
        ("cut-after-commit", true),
        ("status-after-commit:500", true),
        ("status-after-commit:503", true),
        ("truncate-body", true),
        ("cut-before", false),
        ("status:500", false),
        ("status:503", false),
        ("status:429:0", false),
    ] {
        let ground = ground();
        let run = struck(&ground, fault);
        assert_eq!(
            errors(&run.report),
            [UNDECIDED],
            "{fault}: {:#?}",
            run.report
        );
        assert_eq!(
            count(&ground, "subscriptions"),
            usize::from(is_done),
            "{fault}"
        );
        let again = ground.try_apply(&paid()).expect("a plan");
        assert!(again.report.succeeded(), "{fault}: {:#?}", again.report);
        let sent = usize::from(!is_done);
        assert_eq!(
            posts(&again, "/subscription"),
            sent,
            "{fault}: {:?}",
            again.writes
        );
        assert_eq!(count(&ground, "subscriptions"), 1, "{fault}");
        assert_eq!(count(&ground, "attempts"), 1, "{fault}: under one key");
        ground.apply_again(&paid());
    }
}

#[test]
fn the_same_key_is_used_until_the_attempt_has_ended() {
    let ground = ground();
    // The server is done, says that it is not, and does not show it yet either.
    ground.fault("POST /subscription=status-after-commit:503");
    drop(ground.try_apply(&paid()).expect("a plan"));
    ground.by_hand(|world| {
        world.faults.clear();
        let account = world.target("cloud/main").expect("the account");
        let id = account
            .tables()
            .rows("tenants")
            .next()
            .expect("one")
            .0
            .to_owned();
        let mut tenant = account.tables().get("tenants", &id).expect("one").clone();
        assert_eq!(tenant["planId"], "pro-202509", "it was subscribed");
        tenant["planId"] = "free".into();
        account.tables().put("tenants", &id, tenant);
        account.tables().delete("subscriptions", &id);
        world.commit().expect("kept");
    });
    let again = ground.apply(&paid());
    assert_eq!(posts(&again, "/subscription"), 1);
    assert!(
        again
            .writes
            .iter()
            .any(|write| write.ends_with("/subscription 200")),
        "this key already did: {:?}",
        again.writes
    );
    assert_eq!(count(&ground, "attempts"), 1);
}

#[test]
fn a_refusal_is_explained_and_the_next_attempt_has_a_key_of_its_own() {
    for (code, hint) in [
        ("card_declined", "bank declined"),
        ("expired_card", "has expired"),
        ("no_payment_method", "no payment method"),
    ] {
        let ground = ground();
        let_the_card(&ground, Some(code));
        let run = ground.try_apply(&paid()).expect("a plan");
        let failures: Vec<_> = run.report.failures().flat_map(|(_, all)| all).collect();
        assert_eq!(failures[0].code, REFUSED, "{code}");
        assert!(failures[0].message.contains(code), "{failures:?}");
        assert!(failures[0].hints[0].contains(hint), "{failures:?}");
        let_the_card(&ground, None);
        let again = ground.apply(&paid());
        assert_eq!(posts(&again, "/subscription"), 1);
        ground.apply_again(&paid());
    }
}

#[test]
fn an_attempt_that_is_still_at_work_is_not_over() {
    for code in [
        "attempt_in_progress",
        "provisioning_failed",
        "stripe_unavailable",
    ] {
        let ground = ground();
        let_the_card(&ground, Some(code));
        let run = ground.try_apply(&paid()).expect("a plan");
        assert_eq!(errors(&run.report), [UNDECIDED], "{code}");
        let other = shop(", subscription: {skuId: pro-202509, customerId: cus_sandbox}");
        let run = ground.try_apply(&other).expect("a plan");
        assert_eq!(
            errors(&run.report),
            [UNDECIDED],
            "{code}: another attempt has to wait"
        );
        assert_eq!(posts(&run, "/subscription"), 0, "{code}");
        let_the_card(&ground, None);
        ground.apply(&paid());
        ground.apply_again(&paid());
        assert_eq!(count(&ground, "attempts"), 1, "{code}");
    }
}

#[test]
fn a_key_that_the_server_has_forgotten_is_not_used_again() {
    let mut ground = ground();
    drop(struck(&ground, "cut-before"));
    ground.wait(24);
    let other = shop(", subscription: {skuId: pro-202509, customerId: cus_sandbox}");
    let run = ground.apply(&other);
    assert_eq!(posts(&run, "/subscription"), 1, "the old attempt is over");
    assert_eq!(count(&ground, "subscriptions"), 1);
}

#[test]
fn a_tenant_that_is_made_and_subscribed_in_one_run_is_both_once() {
    let ground = Ground::with(CATALOG);
    let run = struck(&ground, "cut-after-commit");
    assert_eq!(errors(&run.report), [UNDECIDED]);
    ground.apply(&paid());
    assert_eq!(count(&ground, "tenants"), 1);
    assert_eq!(count(&ground, "subscriptions"), 1);
    ground.apply_again(&paid());
}

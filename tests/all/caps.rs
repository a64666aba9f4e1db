//! How much a tenant may hold is known before a run begins.

use std::fmt::Write as _;

use tenantry::cli::providers::CATALOG;

use super::support::Ground;

fn tenant(tag: &str) -> String {
    format!(
        "apiVersion: logto/v1\nkind: Tenant\nmetadata: {{name: shop}}\n\
         spec: {{name: Shop, tag: {tag}, regionName: EU, account: main}}\n---\n"
    )
}

fn roles(tag: &str, kind: &str, count: usize) -> String {
    let mut text = tenant(tag);
    for n in 0..count {
        let _ = write!(
            text,
            "apiVersion: logto/v1\nkind: Role\nmetadata: {{name: {kind}-{n}, tenant: shop}}\n\
             spec: {{description: d, type: {kind}}}\n---\n"
        );
    }
    text
}

fn refusals(ground: &Ground, text: &str) -> Vec<(String, String, String)> {
    let plan = ground.try_apply(text).expect("a plan").plan;
    let note =
        |note: tenantry::plan::Note| (note.code, note.message, note.hint.unwrap_or_default());
    plan.refusals.into_iter().map(note).collect()
}

#[test]
fn a_new_tenant_is_not_begun_that_could_not_hold_what_is_declared() {
    let ground = Ground::with(CATALOG);
    let found = refusals(&ground, &roles("development", "User", 101));
    let message = "`tenant/shop` would have 101 Role objects (User), and a development tenant has \
                   at most 100";
    let expected = ("E0408", message, "--override caps=shop/role/*");
    let found: Vec<_> = found
        .iter()
        .map(|(code, message, hint)| (code.as_str(), message.as_str(), hint.as_str()))
        .collect();
    assert_eq!(found, [expected]);
}

#[test]
fn kinds_of_roles_are_counted_apart_and_tiers_differ() {
    let ground = Ground::with(CATALOG);
    let both = roles("development", "User", 60) + &roles("development", "MachineToMachine", 60);
    let both = both.replacen(&tenant("development"), "", 1);
    assert_eq!(refusals(&ground, &both), []);
    let ground = Ground::with(CATALOG);
    assert_eq!(refusals(&ground, &roles("production", "User", 101)), []);
}

#[test]
fn what_is_live_already_counts_and_what_goes_does_not() {
    let mut ground = Ground::with(CATALOG);
    ground.apply_twice(&roles("development", "User", 100));
    let other = "apiVersion: logto/v1\nkind: Role\nmetadata: {name: other, tenant: shop}\n\
                 spec: {description: d}\n";
    let more = roles("development", "User", 100) + other;
    assert_eq!(refusals(&ground, &more).len(), 1);
    ground.apply(&(roles("development", "User", 99) + other));
    ground.allow("caps", "shop/role/*");
    assert_eq!(refusals(&ground, &more), []);
}

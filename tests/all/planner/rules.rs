//! The rules of kinds: what a plan refuses because nobody could pass any more.

use std::sync::Arc;

use serde_json::json;
use tenantry::plan::Plan;

use super::fake::{Fake, planned};
use super::{TENANT, nothing};

fn page(spec: &str) -> String {
    format!(
        "{TENANT}apiVersion: logto/v1\nkind: SignInExperience\nmetadata: {{name: page, tenant: \
         acme}}\nspec: {spec}\n---\n"
    )
}

fn live_page() -> Arc<Fake> {
    let fake = Arc::new(Fake::default());
    let methods = json!([{
        "identifier": "username", "password": true, "verificationCode": false,
        "isPasswordPrimary": true,
    }]);
    fake.put(
        "signinexperience",
        "default",
        json!({
            "id": "default", "signIn": {"methods": methods}, "socialSignInConnectorTargets": [],
            "mfa": {"factors": [], "policy": "UserControlled"}, "customCss": null,
        }),
    );
    fake
}

fn refusals(plan: &Plan) -> Vec<(&str, &str)> {
    let refused = plan.refusals.iter();
    refused
        .map(|note| (note.code.as_str(), note.hint.as_deref().unwrap_or_default()))
        .collect()
}

#[test]
fn a_sign_in_page_without_any_way_in_is_refused() {
    let plan = planned(&page("{signIn: {methods: []}}"), &nothing(), &live_page()).expect("a plan");
    let hint = "--override no-way-in=acme/signinexperience/page";
    assert_eq!(refusals(&plan), [("E0409", hint)]);
}

#[test]
fn what_no_rule_concerns_is_neither_refused_nor_costs_a_request() {
    let plan = planned(&page("{customCss: x}"), &nothing(), &live_page()).expect("a plan");
    assert_eq!(refusals(&plan), []);
    assert_eq!(plan.statistics.requests, 1);
}

#[test]
fn a_mandatory_factor_that_nobody_has_is_refused() {
    let text = page("{mfa: {factors: [], policy: Mandatory}}");
    let plan = planned(&text, &nothing(), &live_page()).expect("a plan");
    let hint = "--override mfa=acme/signinexperience/page";
    assert_eq!(refusals(&plan), [("E0409", hint)]);
}

#[test]
fn the_secret_that_we_are_logged_in_with_stays() {
    let fake = Arc::new(Fake::default());
    fake.put(
        "application",
        "ours",
        json!({"id": "ours", "name": "ci", "type": "MachineToMachine"}),
    );
    fake.put(
        "applicationsecret",
        "old",
        json!({"application": "ours", "name": "old", "value": "s"}),
    );
    let text = format!(
        "{TENANT}apiVersion: logto/v1\nkind: Application\nmetadata: {{name: ci, tenant: acme}}\n\
         lifecycle: {{adopt: true}}\nspec: {{type: MachineToMachine, secrets: {{exactly: []}}}}\n---\n"
    );
    let plan = planned(&text, &nothing(), &fake).expect("a plan");
    let hint = "--override own-login=acme/applicationsecret/ci.old";
    assert_eq!(refusals(&plan), [("E0409", hint)]);
}

//! What `drift` takes for ours and what for nobody's.

use tenantry::cli::providers::CATALOG;

use super::support::Ground;

const BOTH: &str = "\
apiVersion: logto/v1
kind: SamlApplication
metadata: {name: payroll, tenant: acme}
spec: {name: Payroll, description: Pays}
---
apiVersion: logto/v1
kind: Application
metadata: {name: web, tenant: acme}
spec: {name: Web, type: SPA}
";

/// The list of applications shows SAML applications too.
#[test]
fn an_application_that_a_document_of_another_kind_names_is_no_stranger() {
    let mut ground = Ground::with(CATALOG);
    ground.apply(BOTH);
    let plan = ground.drift(BOTH);
    assert_eq!(plan.strangers, []);
    let web = BOTH.split("---\n").nth(1).expect("two");
    let strange = ground.by_others(|ground| {
        let text = web
            .replace("name: web", "name: other")
            .replace("name: Web", "name: Other");
        ground.apply(&text);
        ground.id("acme/application/other")
    });
    assert!(!strange.is_empty());
    let plan = ground.drift(BOTH);
    let told: Vec<_> = plan
        .strangers
        .iter()
        .map(|one| (one.kind.as_str(), &one.names[..]))
        .collect();
    assert_eq!(told, [("application", &["Other".to_owned()][..])]);
}

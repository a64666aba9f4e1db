//! Documents under new names: noticed, with the line that keeps the object.

use tenantry::cli::providers::CATALOG;
use tenantry::plan::{Action, Note, Plan};

use super::support::Ground;

fn role(document: &str, spec: &str) -> String {
    format!(
        "apiVersion: logto/v1\nkind: Role\nmetadata: {{name: {document}, tenant: acme}}\n{spec}\n"
    )
}

fn seeming(plan: &Plan) -> Vec<&Note> {
    let warnings = plan.warnings.iter();
    warnings.filter(|note| note.code == "E0325").collect()
}

#[test]
fn a_document_that_says_the_same_under_another_name_is_noticed() {
    let mut ground = Ground::with(CATALOG);
    ground.apply(&role("clerk", "spec: {description: Sees orders}"));
    let run = ground.apply(&role("seller", "spec: {description: Sees orders}"));
    let [note] = seeming(&run.plan)[..] else {
        panic!("{:#?}", run.plan.warnings)
    };
    assert_eq!(note.address, Some("acme/role/seller".parse().expect("one")));
    let hint = note.hint.as_deref().expect("a hint");
    assert!(hint.ends_with("lifecycle: {movedFrom: clerk}"), "{hint}");
    assert_eq!(run.plan.count(Action::Delete), 1, "it is said, not done");
    let spec = "lifecycle: {movedFrom: seller}\nspec: {description: Sees orders}";
    let run = ground.apply(&role("vendor", spec));
    assert!(seeming(&run.plan).is_empty());
    assert_eq!(run.plan.steps[0].action, Action::Update);
    ground.holds(&role("vendor", "spec: {description: Sees orders}"));
}

#[test]
fn a_new_document_for_the_object_that_goes_is_noticed_beside_its_refusal() {
    let ground = Ground::with(CATALOG);
    ground.apply(&role("clerk", "spec: {name: Clerk, description: Old}"));
    let run = ground
        .try_apply(&role("seller", "spec: {name: Clerk, description: New}"))
        .expect("a plan");
    assert_eq!(run.plan.refusals.len(), 1);
    assert_eq!(seeming(&run.plan).len(), 1, "{:#?}", run.plan.warnings);
}

#[test]
fn where_two_say_the_same_nothing_is_guessed() {
    let ground = Ground::with(CATALOG);
    let spec = "spec: {description: Sees orders}";
    let two = |one: &str, other: &str| format!("{}---\n{}", role(one, spec), role(other, spec));
    ground.apply(&two("one", "two"));
    assert!(seeming(&ground.apply(&two("three", "four")).plan).is_empty());
    ground.apply(&role("five", "spec: {description: Else}"));
    let run = ground.apply(&role("six", "spec: {description: Other}"));
    assert!(seeming(&run.plan).is_empty(), "it says something else");
}

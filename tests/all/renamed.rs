//! Documents under new names: noticed, with the line that keeps the object.

use tenantry::base::Secret;
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

#[test]
fn an_old_name_that_is_used_again_is_another_object() {
    let ground = Ground::with(CATALOG);
    ground.apply(&role("clerk", "spec: {description: Sees orders}"));
    let seller = role(
        "seller",
        "lifecycle: {movedFrom: clerk}\nspec: {description: Sees orders}",
    );
    ground.apply(&seller);
    let sold = ground.id("acme/role/seller");
    let both = format!(
        "{seller}---\n{}",
        role("clerk", "spec: {description: Another}")
    );
    ground.apply_twice(&both);
    let clerk = ground.id("acme/role/clerk");
    assert_ne!(clerk, sold);
    ground.apply_again(&both);
    assert_eq!(ground.id("acme/role/seller"), sold);
    assert_eq!(ground.id("acme/role/clerk"), clerk);
    let run = ground.apply(&role("clerk", "spec: {description: Another}"));
    assert_eq!(run.plan.count(Action::Delete), 1, "{:#?}", run.plan.steps);
}

#[test]
fn a_name_that_is_given_away_and_used_again_in_one_run_is_of_two_objects() {
    let ground = Ground::with(CATALOG);
    ground.apply(&role("clerk", "spec: {name: First, description: d}"));
    let first = ground.id("acme/role/clerk");
    let both = format!(
        "{}---\n{}---\n{}",
        role(
            "boss",
            "lifecycle: {movedFrom: seller}\nspec: {name: Third, description: d}"
        ),
        role(
            "seller",
            "lifecycle: {movedFrom: clerk}\nspec: {name: First, description: d}"
        ),
        role("clerk", "spec: {name: Second, description: d}"),
    );
    ground.apply_twice(&both);
    assert_eq!(ground.id("acme/role/seller"), first);
    let named = |name: &str| ground.id(&format!("acme/role/{name}"));
    assert_ne!(named("clerk"), first);
    assert_ne!(named("boss"), first);
    let chain = format!(
        "{}---\n{}",
        role(
            "owner",
            "lifecycle: {movedFrom: seller}\nspec: {name: First, description: d}"
        ),
        role(
            "seller",
            "lifecycle: {movedFrom: clerk}\nspec: {name: Second, description: d}"
        ),
    );
    let second = named("clerk");
    let run = ground.apply(&chain);
    assert_eq!(run.plan.count(Action::Delete), 1, "the third one's");
    ground.apply_again(&chain);
    assert_eq!(named("owner"), first);
    assert_eq!(named("seller"), second);
}

const SHOP: &str = "apiVersion: logto/v1
kind: Tenant
metadata: {name: NAME}
LIFECYCLEspec: {name: Shop, tag: development, regionName: EU, account: main}
---
apiVersion: logto/v1
kind: ApiResource
metadata: {name: orders, tenant: NAME}
spec: {name: Orders, indicator: 'https://orders.example', scopes: [{name: read}]}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: NAME}
spec: {description: d, scopes: [orders.read]}
";

fn shop(name: &str, lifecycle: &str) -> String {
    SHOP.replace("NAME", name).replace("LIFECYCLE", lifecycle)
}

#[test]
fn what_lives_in_a_tenant_goes_with_its_name() {
    let ground = Ground::with(CATALOG);
    ground.apply_twice(&shop("shop", ""));
    let ids = |tenant: &str| {
        let names = ["apiresource/orders", "scope/orders.read", "role/clerk"];
        names.map(|name| ground.id(&format!("{tenant}/{name}")))
    };
    let (before, secret) = (
        ids("shop"),
        ground.credential("tenant/shop", "clientSecret"),
    );
    let moved = shop("store", "lifecycle: {movedFrom: shop}\n");
    let run = ground.apply(&moved);
    assert!(run.plan.steps.is_empty(), "{:#?}", run.plan.steps);
    assert_eq!(run.writes, Vec::<String>::new());
    assert_eq!(ids("store"), before);
    assert!(ground.credential("tenant/shop", "clientSecret").is_none());
    let text = |secret: Option<Secret>| secret.expect("kept").expose().to_owned();
    let kept = ground.credential("tenant/store", "clientSecret");
    assert_eq!(text(kept), text(secret));
    ground.apply_again(&moved);
    ground.apply_again(&shop("store", ""));
    let changed = shop("store", "").replace("description: d", "description: e");
    ground.apply_twice(&changed);
}

#[test]
fn what_lives_in_a_cluster_that_is_only_connected_to_goes_with_its_name() {
    let mut ground = Ground::with(CATALOG);
    let group = |cluster: &str| {
        format!(
            "apiVersion: dcos/v1\nkind: Group\nmetadata: {{name: ops, cluster: {cluster}}}\n\
             spec: {{description: Operators}}\n"
        )
    };
    ground.apply_twice(&group("prod"));
    ground.calls_cluster("west", "prod");
    let run = ground.apply(&group("west"));
    assert!(run.plan.steps.is_empty(), "{:#?}", run.plan.steps);
    assert_eq!(ground.id("west/group/ops"), "ops");
    ground.apply_again(&group("west"));
}

#[test]
fn new_names_are_taken_back_like_any_run() {
    let ground = Ground::with(CATALOG);
    ground.apply(&shop("shop", ""));
    let changed = shop("shop", "").replace("description: d", "description: e");
    ground.apply(&changed);
    let role = ground.id("shop/role/clerk");
    let moved =
        shop("store", "lifecycle: {movedFrom: shop}\n").replace("description: d", "description: e");
    ground.apply(&moved);
    assert_eq!(ground.id("store/role/clerk"), role);
    ground.undo(&moved);
    assert_eq!(ground.id("shop/role/clerk"), role);
    ground.apply_again(&changed);
    ground.apply(&moved);
    assert_eq!(ground.id("store/role/clerk"), role);
    ground.apply_again(&moved);
}

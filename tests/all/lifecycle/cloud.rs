//! What the Cloud account says of a tenant: settings, a subscription, members.

use serde_json::{Value, json};
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

/// Somebody accepts an invitation.
fn accept(ground: &Ground, email: &str) {
    ground.by_hand(|world| {
        let tables = world.target("cloud/main").expect("the account").tables();
        let rows = tables.rows("invitations");
        let mut found =
            rows.filter(|(_, row)| row["invitee"] == email && row["status"] == "Pending");
        let (id, row) = found.next().expect("an invitation");
        let (id, mut row) = (id.to_owned(), row.clone());
        drop(found);
        let member = json!({
            "tenant": row["tenant"], "id": format!("id-{email}"), "name": null, "username": null,
            "primaryEmail": email, "primaryPhone": null, "avatar": null,
            "organizationRoles": row["organizationRoles"],
        });
        let tenant = row["tenant"].as_str().expect("a tenant").to_owned();
        row["status"] = "Accepted".into();
        tables.put("invitations", &id, row);
        tables.put("members", &format!("{tenant}/id-{email}"), member);
        world.commit().expect("kept");
    });
}

/// Who is in the tenant and who is invited, each with a role.
fn people(ground: &Ground) -> Vec<String> {
    let role = |row: &Value| {
        row["organizationRoles"][0]["name"]
            .as_str()
            .map(str::to_owned)
    };
    let members = rows(ground, "members").into_iter();
    let members = members.map(|row| format!("{} {}", row["primaryEmail"], role(&row).unwrap()));
    let invited = rows(ground, "invitations").into_iter();
    let invited = invited.filter(|row| row["status"] == "Pending");
    let invited = invited.map(|row| format!("({} {})", row["invitee"], role(&row).unwrap()));
    let mut all: Vec<_> = members
        .chain(invited)
        .map(|one| one.replace('"', ""))
        .collect();
    all.sort();
    all
}

fn refusals(ground: &Ground, text: &str) -> Vec<String> {
    let run = ground.try_apply(text).expect("a plan");
    assert_eq!(run.writes, Vec::<String>::new());
    let refusals = run.plan.refusals.iter();
    refusals
        .map(|note| format!("{} {}", note.code, note.message))
        .collect()
}

pub(super) fn members_are_invited_and_change_and_go(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let staff = |list: &str| shop(&format!(", members: {list}"));
    let owner = "owner@sandbox.test admin";
    let ada = "{email: Ada@X.test, roleName: collaborator}";
    let run = ground.apply_twice(&staff(&format!("[{ada}]")));
    let access = &run.plan.access[0];
    assert_eq!(access.who, ["main/person/ada@x.test"]);
    assert_eq!(access.rights, ["collaborator on tenant/shop"]);
    assert_eq!(people(&ground), ["(ada@x.test collaborator)", owner]);
    accept(&ground, "ada@x.test");
    ground.apply_again(&staff(&format!("[{ada}]")));

    let chief = "{email: ada@x.test, roleName: admin}";
    let bob = |role: &str| format!("{{email: bob@x.test, roleName: {role}}}");
    let run = ground.apply_twice(&staff(&format!("[{chief}, {}]", bob("collaborator"))));
    assert_eq!(
        run.plan.steps[0].changes[0].removed,
        ["ada@x.test collaborator"]
    );
    assert_eq!(
        people(&ground),
        ["(bob@x.test collaborator)", "ada@x.test admin", owner]
    );
    // An invitation is withdrawn and made anew.
    ground.apply_twice(&staff(&format!("[{chief}, {}]", bob("admin"))));
    assert_eq!(
        people(&ground),
        ["(bob@x.test admin)", "ada@x.test admin", owner]
    );
    // One that nobody accepted is no admin yet, and goes without asking.
    ground.apply_twice(&staff(&format!("[{chief}]")));

    let said = refusals(&ground, &staff(&format!("[{ada}]")));
    assert!(
        said[0].starts_with("E0430") && said[0].contains("owner of the token"),
        "{said:?}"
    );
    let said = refusals(&ground, &staff(&format!("{{exactly: [{ada}]}}")));
    assert!(said[0].contains("nobody would be one"), "{said:?}");
    ground.allow("admin", "tenant/shop");
    ground.apply_twice(&staff(&format!("[{ada}]")));
    assert_eq!(people(&ground), ["ada@x.test collaborator", owner]);
    ground.apply_twice(&shop(""));
    assert_eq!(people(&ground), [owner]);
}

#[test]
fn members_are_invited_and_change_and_go_as_declared() {
    members_are_invited_and_change_and_go(CATALOG);
}

#[test]
fn somebody_is_invited_once_though_the_answer_is_lost() {
    for fault in [
        "cut-after-commit",
        "status-after-commit:500",
        "truncate-body",
    ] {
        let ground = Ground::with(CATALOG);
        let text = shop(", members: [{email: ada@x.test, roleName: admin}]");
        ground.fault(&format!("POST /invitations#1={fault}"));
        let run = ground.apply_twice(&text);
        assert_eq!(posts(&run, "/invitations"), 1, "{fault}: {:?}", run.writes);
        assert_eq!(people(&ground).len(), 2, "{fault}");
    }
}

#[test]
fn others_stay_unless_a_list_is_exact() {
    let mut ground = Ground::with(CATALOG);
    let ada = "{email: ada@x.test, roleName: collaborator}";
    let text = |list: &str| shop(&format!(", members: {list}"));
    ground.apply_twice(&text(&format!("[{ada}]")));
    accept(&ground, "ada@x.test");
    ground.by_hand(|world| {
        let tables = world.target("cloud/main").expect("the account").tables();
        let mut ids = tables.rows("members").map(|(id, _)| id.to_owned());
        let ada = ids.next_back().expect("ada");
        drop(ids);
        let mut eve = tables.get("members", &ada).expect("ada").clone();
        eve["id"] = "eve".into();
        // Somebody who signed up without an address is known by their id.
        eve["primaryEmail"] = Value::Null;
        let tenant = eve["tenant"].as_str().expect("a tenant").to_owned();
        tables.put("members", &format!("{tenant}/eve"), eve);
        world.commit().expect("kept");
    });
    ground.apply_again(&text(&format!("[{ada}]")));
    let owner = "{email: owner@sandbox.test, roleName: admin}";
    let run = ground.apply_twice(&text(&format!("{{exactly: [{ada}, {owner}]}}")));
    assert_eq!(run.plan.steps[0].changes[0].removed, ["eve collaborator"]);
    assert_eq!(people(&ground).len(), 2);
    ground.allow("target", "tenant/shop");
    ground.apply_twice("");
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

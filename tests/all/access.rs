//! What a plan says of access: who gains and who loses what, over every path.

use serde_json::json;
use tenantry::cli::providers::CATALOG;
use tenantry::plan::{AccessChange, Plan};

use super::support::Ground;

/// A ground that is logged in to a self-hosted tenant and a cluster.
fn ground() -> Ground {
    Ground::with(CATALOG)
}

fn logto(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: logto/v1\nkind: {kind}\nmetadata: {{name: {name}, tenant: acme}}\nspec: {spec}\n---\n"
    )
}

fn dcos(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: dcos/v1\nkind: {kind}\nmetadata: {{name: {name}, cluster: prod}}\nspec: {spec}\n---\n"
    )
}

/// Each change on a line.
fn told(plan: &Plan) -> Vec<String> {
    plan.access.iter().map(line).collect()
}

fn line(change: &AccessChange) -> String {
    let sign = if change.gained { '+' } else { '-' };
    let everything = if change.everything { " !" } else { "" };
    format!(
        "{sign} {}: {} [{}]{everything}",
        change.who.join(" "),
        change.rights.join(", "),
        change.through.join(" ")
    )
}

/// Applies, is told exactly this, and nothing the second time.
fn tells(ground: &Ground, text: &str, expected: &[&str]) {
    let run = ground.apply(text);
    assert_eq!(told(&run.plan), expected);
    let again = ground.apply_again(text);
    assert_eq!(told(&again.plan), Vec::<String>::new());
}

fn orders(scopes: &str) -> String {
    logto(
        "ApiResource",
        "orders",
        &format!("{{name: Orders, indicator: 'https://orders.example', scopes: [{scopes}]}}"),
    )
}

fn reader(scopes: &str, rest: &str) -> String {
    logto(
        "Role",
        "reader",
        &format!("{{description: Reads, scopes: [{scopes}]{rest}}}"),
    )
}

fn user(name: &str, roles: &str) -> String {
    logto(
        "User",
        name,
        &format!("{{username: {name}, roles: [{roles}]}}"),
    )
}

const BOTH: &str = "{name: read}, {name: write}";

#[test]
fn a_user_gains_and_loses_what_the_role_grants() {
    let ground = ground();
    let world = |scopes: &str, roles: &str| {
        orders(BOTH) + &reader(scopes, "") + &user("alice", roles) + &user("bob", "")
    };
    tells(
        &ground,
        &world("orders.read", "reader"),
        &["+ acme/user/alice: scope/orders.read [role/reader]"],
    );
    tells(
        &ground,
        &world("orders.read, orders.write", "reader"),
        &["+ acme/user/alice: scope/orders.write [role/reader]"],
    );
    tells(
        &ground,
        &world("orders.write", "reader"),
        &["- acme/user/alice: scope/orders.read [role/reader]"],
    );
    tells(
        &ground,
        &world("orders.write", ""),
        &["- acme/user/alice: scope/orders.write [role/reader]"],
    );
    tells(&ground, &world("orders.read", ""), &[]);
}

#[test]
fn whoever_holds_a_role_by_hand_is_told_of_too() {
    let mut ground = ground();
    let world = |scopes: &str| orders(BOTH) + &reader(scopes, "");
    tells(&ground, &world("orders.read"), &[]);
    let carol = ground.by_others(|ground| {
        ground.apply(&user("carol", "{lookup: role, name: reader}"));
        ground.id("acme/user/carol")
    });
    let gains = format!("+ acme/user/{carol}: scope/orders.write [role/reader]");
    tells(&ground, &world("orders.read, orders.write"), &[&gains]);
}

#[test]
fn a_default_role_reaches_every_new_user() {
    let ground = ground();
    let world = |rest: &str| orders(BOTH) + &reader("orders.read", rest);
    tells(&ground, &world(""), &[]);
    tells(
        &ground,
        &world(", isDefault: true"),
        &["+ every new user of acme: scope/orders.read [role/reader]"],
    );
    tells(
        &ground,
        &orders(BOTH),
        &["- every new user of acme: scope/orders.read [role/reader]"],
    );
}

#[test]
fn a_scope_that_goes_goes_from_everybody() {
    let ground = ground();
    let held = reader("orders.read", "") + &user("alice", "reader");
    tells(
        &ground,
        &(orders(BOTH) + &held),
        &["+ acme/user/alice: scope/orders.read [role/reader]"],
    );
    let left = orders("{name: write}") + &reader("", "") + &user("alice", "reader");
    tells(
        &ground,
        &left,
        &["- acme/user/alice: scope/orders.read [role/reader]"],
    );
}

#[test]
fn the_whole_management_api_is_said_to_be_everything() {
    let ground = ground();
    let role = logto(
        "Role",
        "robots",
        "{description: All, type: MachineToMachine, scopes: [{builtin: management-api-all}]}",
    );
    let robot = logto(
        "Application",
        "robot",
        "{name: Robot, type: MachineToMachine, roles: [robots]}",
    );
    tells(
        &ground,
        &(role + &robot),
        &["+ acme/application/robot: management-api-all [role/robots] !"],
    );
}

#[test]
fn a_groups_permission_reaches_its_members_and_those_added_by_hand() {
    let mut ground = ground();
    ground.set("PASSWORD", "password-1");
    let users = ["alice", "bob"]
        .map(|uid| dcos("User", uid, "{password: {env: PASSWORD}}"))
        .concat();
    let world = |permissions: &str| {
        let spec = format!("{{members: [alice, bob], permissions: {{{permissions}}}}}");
        users.clone() + &dcos("Group", "ops", &spec)
    };
    tells(
        &ground,
        &world(""),
        &["+ prod/user/alice prod/user/bob: a place in group/ops []"],
    );
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        let row = json!({"gid": "ops", "uid": "boss"});
        tables.put("members", "ops boss", row);
    });
    tells(
        &ground,
        &world("'dcos:superuser': [full]"),
        &["+ prod/user/alice prod/user/bob prod/user/boss: full on dcos:superuser [group/ops] !"],
    );
    // The boss is who we are logged in as.
    ground.allow("own-login", "prod/group/ops");
    tells(
        &ground,
        &users,
        &["- prod/user/alice prod/user/bob prod/user/boss: \
             full on dcos:superuser [group/ops] !"],
    );
}

#[test]
fn what_somebody_has_by_another_group_is_not_lost() {
    let mut ground = ground();
    ground.set("PASSWORD", "password-1");
    let alice = dcos("User", "alice", "{password: {env: PASSWORD}}");
    let group = |gid: &str, members: &str| {
        let spec = format!("{{members: [{members}], permissions: {{'dcos:ops:x': [read]}}}}");
        dcos("Group", gid, &spec)
    };
    ground.apply_twice(&(alice.clone() + &group("one", "alice") + &group("two", "alice")));
    tells(
        &ground,
        &(alice + &group("one", "") + &group("two", "alice")),
        &["- prod/user/alice: a place in group/one []"],
    );
}

#[test]
fn an_organization_gives_what_its_roles_grant_inside_it() {
    let ground = ground();
    let scope = logto("OrganizationScope", "invite", "{name: invite}");
    let role = logto("OrganizationRole", "manager", "{scopes: [invite]}");
    let world = |rest: &str| {
        let globex = logto("Organization", "globex", &format!("{{{rest}}}"));
        scope.clone() + &role + &user("alice", "") + &globex
    };
    tells(&ground, &world(""), &[]);
    tells(
        &ground,
        &world("users: [{user: alice, roles: [manager]}]"),
        &[
            "+ acme/user/alice: a place in organization/globex []",
            "+ acme/user/alice: organizationscope/invite in organization/globex \
             [organizationrole/manager]",
        ],
    );
    tells(
        &ground,
        &world("users: [alice], jit: {roles: [manager]}"),
        &[
            "- acme/user/alice: organizationscope/invite in organization/globex \
             [organizationrole/manager]",
            "+ whoever joins acme/organization/globex: organizationscope/invite in \
             organization/globex [organizationrole/manager]",
        ],
    );
    tells(
        &ground,
        &world(""),
        &[
            "- acme/user/alice: a place in organization/globex []",
            "- whoever joins acme/organization/globex: organizationscope/invite in \
             organization/globex [organizationrole/manager]",
        ],
    );
}

#[test]
fn a_third_party_application_gains_leave_to_ask() {
    let ground = ground();
    let world = |consents: &str| {
        let spec = format!(
            "{{name: Partner, type: Traditional, isThirdParty: true, userConsentScopes: {{{consents}}}}}"
        );
        orders(BOTH) + &logto("Application", "partner", &spec)
    };
    tells(
        &ground,
        &world("resourceScopes: [orders.read], userScopes: [email]"),
        &[
            "+ acme/application/partner: leave to ask users for email, leave to ask users for \
             scope/orders.read []",
        ],
    );
}

/// What lives in a tenant goes with it without a call of its own; who had something there has it no
/// more.
#[test]
fn who_loses_everything_with_a_tenant_is_told() {
    let ground = ground();
    let inside = |kind: &str, name: &str, spec: &str| {
        logto(kind, name, spec).replace("tenant: acme", "tenant: shop")
    };
    let tenant = "apiVersion: logto/v1\nkind: Tenant\nmetadata: {name: shop}\n\
                  spec: {name: Shop, tag: development, regionName: EU}\n---\n";
    let text = [
        tenant.to_owned(),
        inside(
            "ApiResource",
            "orders",
            "{name: Orders, indicator: 'https://orders.example', scopes: [{name: read}]}",
        ),
        inside(
            "Role",
            "clerk",
            "{name: Clerk, description: d, scopes: [orders.read]}",
        ),
        inside("User", "ada", "{username: ada, roles: [clerk]}"),
    ];
    ground.apply(&text.concat());
    let run = ground
        .try_apply("")
        .expect("a plan, which is refused unless asked for by name");
    assert_eq!(
        told(&run.plan),
        ["- shop/user/ada: scope/orders.read [role/clerk]"]
    );
}

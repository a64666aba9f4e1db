//! What a run had begun and was not told of: the next one finds it by its id or its key, keeps it,
//! begins anew, or deletes the old one of a replacement. Of every sort of kind.

use tenantry::cli::providers::CATALOG;

use super::super::support::{Ground, Run};
use super::{group, role};

fn logto(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: logto/v1\nkind: {kind}\nmetadata: {{name: {name}, tenant: acme}}\n\
         spec: {spec}\n---\n"
    )
}

fn application(kind: &str) -> String {
    logto(
        "Application",
        "web",
        &format!("{{name: Web, type: {kind}}}"),
    )
}

fn mail() -> String {
    logto(
        "Connector",
        "mail",
        "{connectorId: simple-mail-transfer-protocol, config: {host: h, port: 25, \
         fromEmail: a@x.example, auth: {type: login, user: u, pass: {env: ONE}}, templates: []}}",
    )
}

fn ground() -> Ground {
    let mut ground = Ground::with(CATALOG);
    ground.set("ONE", "secret-1");
    ground
}

/// Applies with faults that lose both the answer of a call and what would tell of it, and then
/// without them.
fn lose(ground: &Ground, text: &str, faults: &[&str]) -> Run {
    for fault in faults {
        ground.fault(fault);
    }
    let run = ground.try_apply(text).expect("a plan");
    assert!(!run.report.succeeded(), "{faults:?}: {:?}", run.writes);
    ground.by_hand(|world| world.faults.clear());
    run
}

/// How often a table of the tenant has a row in which `field` is `text`.
fn count(ground: &Ground, table: &str, field: &str, text: &str) -> usize {
    ground.by_hand(|world| {
        let tables = world.target("t/acme").expect("a tenant").tables();
        let rows = tables.rows(table).filter(|(_, row)| row[field] == text);
        rows.count()
    })
}

#[test]
fn a_creation_of_any_shape_whose_answer_was_lost_is_kept_by_the_next_run() {
    // The first GET of a list is the plan's; the later ones would tell what became of it.
    let cases = [
        (role("a"), "POST /api/roles", "GET /api/roles", 2),
        (
            application("SPA"),
            "POST /api/applications",
            "GET /api/applications",
            2,
        ),
        (mail(), "POST /api/connectors", "GET /api/connectors/", 1),
        (
            group("g", ""),
            "PUT /acs/api/v1/groups/g",
            "GET /acs/api/v1/groups/g",
            1,
        ),
    ];
    for (text, create, read, from) in cases {
        let ground = ground();
        ground.fault(&format!("{create}=cut-after-commit"));
        for nth in from..from + 9 {
            ground.fault(&format!("{read}#{nth}=status:503"));
        }
        let first = ground.try_apply(&text).expect("a plan");
        ground.by_hand(|world| world.faults.clear());
        assert!(!first.report.succeeded(), "{create}: it could not know");
        assert_eq!(first.writes.len(), 1, "{create}: {:?}", first.writes);
        let second = ground.apply(&text);
        assert_eq!(second.writes, Vec::<String>::new(), "{create}: it is there");
        ground.apply_again(&text);
    }
}

#[test]
fn a_creation_that_never_arrived_is_begun_anew() {
    let ground = ground();
    lose(&ground, &role("a"), &["POST /api/roles=cut-before"]);
    ground.apply(&role("a"));
    ground.apply_again(&role("a"));
    assert_eq!(count(&ground, "roles", "name", "a"), 1);
}

#[test]
fn the_old_object_of_a_replacement_that_died_is_deleted_by_the_next_run() {
    let ground = ground();
    ground.apply(&application("SPA"));
    let old = ground.id("acme/application/web");
    let fault = "DELETE /api/applications=status:503";
    lose(&ground, &application("Native"), &[fault]);
    assert_eq!(count(&ground, "applications", "name", "Web"), 2);
    ground.apply(&application("Native"));
    assert_eq!(count(&ground, "applications", "name", "Web"), 1);
    assert_ne!(ground.id("acme/application/web"), old);
    ground.apply_again(&application("Native"));
}

#[test]
fn a_connector_beside_another_one_that_makes_the_list_an_error_is_deleted_by_its_id() {
    let ground = ground();
    let faults = [
        "POST /api/connectors=cut-after-commit",
        "GET /api/connectors/=status:503",
    ];
    lose(&ground, &mail(), &faults);
    // Somebody else's came while ours was made.
    ground.by_hand(|world| {
        let tables = world.target("t/acme").expect("a tenant").tables();
        let ours: Vec<_> = tables
            .rows("connectors")
            .map(|(_, row)| row.clone())
            .collect();
        for row in ours {
            let mut other = row.clone();
            other["id"] = "somebodyelse".into();
            tables.put("connectors", "somebodyelse", other);
        }
        world.commit().expect("kept");
    });
    drop(ground.try_apply(&mail()));
    let left = ground.by_hand(|world| {
        let tables = world.target("t/acme").expect("a tenant").tables();
        let ids: Vec<_> = tables
            .rows("connectors")
            .map(|(id, _)| id.to_owned())
            .collect();
        ids
    });
    assert_eq!(left, ["somebodyelse"], "ours is gone, the list can be read");
}

#[test]
fn a_keyed_creation_that_was_sent_twice_is_taken_for_ours() {
    let ground = ground();
    ground.fault("PUT /acs/api/v1/groups/g#1=cut-after-commit");
    ground.apply(&group("g", ""));
    ground.apply_again(&group("g", ""));
}

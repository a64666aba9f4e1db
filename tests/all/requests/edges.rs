//! Edges: which end is asked, and how many requests that takes.

use serde_json::{Value as Json, json};

use super::bench::{Bench, rows, to};

const USER_ROLES: (&str, &str) = ("user", "roles");
const ROLE_SCOPES: (&str, &str) = ("role", "scopes");

/// Users and roles, each user with all of the roles.
async fn tenant(users: usize, roles: usize) -> Bench {
    let bench = Bench::tenant().await;
    let mut edges = serde_json::Map::new();
    for user in 0..users {
        for role in 0..roles {
            edges.insert(format!("u{user:04}/r{role:04}"), json!({}));
        }
    }
    let user = |n| json!({"username": format!("user{n}")});
    let role = |n| json!({"name": format!("role{n}"), "description": "d"});
    bench.seed(&json!({
        "users": rows("u", users, user),
        "roles": rows("r", roles, role),
        "users_roles": Json::Object(edges),
    }));
    bench
}

fn ids(start: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{start}{n:04}")).collect()
}

fn refs(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn few_roles_of_many_users_are_asked_for_by_role() {
    let bench = tenant(50, 2).await;
    let users = ids("u", 50);
    let items = ["r0000"];
    let edges = bench.edges(USER_ROLES, &refs(&users), Some(&items)).await;
    assert!(edges.iter().all(|of_user| of_user == &to(&["r0000"])));
    assert_eq!(bench.requests().len(), 1);
}

#[tokio::test]
async fn all_roles_of_a_user_are_asked_for_by_user() {
    let bench = tenant(3, 25).await;
    let users = ids("u", 3);
    let edges = bench.edges(USER_ROLES, &refs(&users), None).await;
    assert!(edges.iter().all(|of_user| of_user.len() == 25));
    assert_eq!(bench.requests().len(), 3, "25 roles are one page");
}

#[tokio::test]
async fn more_roles_than_users_are_asked_for_by_user() {
    let bench = tenant(2, 5).await;
    let (users, roles) = (ids("u", 2), ids("r", 5));
    let edges = bench
        .edges(USER_ROLES, &refs(&users), Some(&refs(&roles)))
        .await;
    assert!(edges.iter().all(|of_user| of_user.len() == 5));
    assert_eq!(bench.requests().len(), 2);
}

#[tokio::test]
async fn a_role_that_very_many_hold_is_not_read_to_its_end_for_a_few_users() {
    let bench = tenant(1000, 1).await;
    let users = ids("u", 3);
    let edges = bench
        .edges(USER_ROLES, &refs(&users), Some(&["r0000"]))
        .await;
    assert!(edges.iter().all(|of_user| of_user == &to(&["r0000"])));
    assert_eq!(bench.requests().len(), 1 + 3, "its first page tells");
}

#[tokio::test]
async fn a_role_that_many_hold_is_read_to_its_end_for_many_users() {
    let bench = tenant(250, 1).await;
    let users = ids("u", 200);
    let edges = bench
        .edges(USER_ROLES, &refs(&users), Some(&["r0000"]))
        .await;
    assert!(edges.iter().all(|of_user| of_user == &to(&["r0000"])));
    assert_eq!(bench.requests().len(), 3);
}

#[tokio::test]
async fn where_no_far_end_matters_nothing_is_read() {
    let bench = tenant(2, 2).await;
    let edges = bench
        .edges(USER_ROLES, &["u0000", "u0001"], Some(&[]))
        .await;
    assert!(edges.iter().all(Vec::is_empty));
    assert_eq!(bench.all_requests().len(), 0);
}

#[tokio::test]
async fn an_end_that_is_not_there_has_no_edges() {
    let bench = tenant(3, 1).await;
    let owners = ["nobody", "u0001", "u0002"];
    assert_eq!(bench.edges(USER_ROLES, &owners, None).await[0], to(&[]));
    let by_role = bench.edges(USER_ROLES, &owners, Some(&["nothing"])).await;
    assert!(by_role.iter().all(Vec::is_empty));
}

/// A resource with these scopes and a role without any; the ids.
async fn role_and_scopes(bench: &Bench, count: usize) -> (String, Vec<String>) {
    let resource = json!({"name": "Orders", "indicator": "https://orders.example.com"});
    let resource = bench
        .create("apiresource", "", resource)
        .await
        .expect("created");
    let mut scopes = Vec::new();
    for n in 0..count {
        let scope = json!({"resource": resource.id, "name": format!("scope{n}")});
        scopes.push(bench.create("scope", "", scope).await.expect("created").id);
    }
    let role = json!({"name": "Reader", "description": "reads"});
    let role = bench.create("role", "", role).await.expect("created");
    bench.requests();
    (role.id, scopes)
}

#[tokio::test]
async fn scopes_are_given_in_one_call_and_taken_one_by_one() {
    let bench = Bench::tenant().await;
    let (role, scopes) = role_and_scopes(&bench, 3).await;
    let edges = to(&refs(&scopes));
    bench
        .attach(ROLE_SCOPES, &role, &edges)
        .await
        .expect("attached");
    assert_eq!(bench.requests(), [format!("POST /api/roles/{role}/scopes")]);
    assert_eq!(bench.edges(ROLE_SCOPES, &[&role], None).await[0].len(), 3);
    for _ in 0..2 {
        bench.requests();
        bench
            .detach(ROLE_SCOPES, &role, &edges[..2])
            .await
            .expect("also if it is gone");
        assert_eq!(bench.requests().len(), 2);
    }
    assert_eq!(
        bench.edges(ROLE_SCOPES, &[&role], None).await[0],
        edges[2..]
    );
}

#[tokio::test]
async fn a_batch_that_is_refused_for_one_is_sent_again_without_it() {
    let bench = Bench::tenant().await;
    let (role, scopes) = role_and_scopes(&bench, 3).await;
    let edges = to(&refs(&scopes));
    bench
        .attach(ROLE_SCOPES, &role, &edges[1..2])
        .await
        .expect("attached");
    bench.requests();
    bench
        .attach(ROLE_SCOPES, &role, &edges)
        .await
        .expect("attached");
    let (post, get) = (
        format!("POST /api/roles/{role}/scopes"),
        format!("GET /api/roles/{role}/scopes"),
    );
    assert_eq!(bench.requests(), [post.clone(), get, post]);
    assert_eq!(bench.edges(ROLE_SCOPES, &[&role], None).await[0].len(), 3);
}

#[tokio::test]
async fn a_batch_whose_answer_is_lost_is_not_sent_twice_if_it_was_done() {
    let bench = Bench::tenant().await;
    let (role, scopes) = role_and_scopes(&bench, 2).await;
    bench.fault("POST /scopes#1=cut-after-commit");
    bench
        .attach(ROLE_SCOPES, &role, &to(&refs(&scopes)))
        .await
        .expect("attached");
    let requests = bench.requests();
    assert_eq!(requests.len(), 2, "sent, then looked: {requests:#?}");
}

#[tokio::test]
async fn the_same_edge_twice_in_a_call_goes_once() {
    let bench = Bench::tenant().await;
    let (role, scopes) = role_and_scopes(&bench, 1).await;
    let twice = to(&[&scopes[0], &scopes[0]]);
    bench
        .attach(ROLE_SCOPES, &role, &twice)
        .await
        .expect("attached");
    assert_eq!(
        bench.edges(ROLE_SCOPES, &[&role], None).await[0],
        to(&[&scopes[0]])
    );
}

#[tokio::test]
async fn roles_that_are_there_already_are_no_error() {
    let bench = tenant(1, 2).await;
    let edges = to(&["r0000", "r0001"]);
    bench
        .attach(USER_ROLES, "u0000", &edges)
        .await
        .expect("attached");
    bench
        .detach(USER_ROLES, "u0000", &edges)
        .await
        .expect("detached");
    bench
        .detach(USER_ROLES, "u0000", &edges)
        .await
        .expect("detached again");
    assert_eq!(bench.edges(USER_ROLES, &["u0000"], None).await[0], to(&[]));
}

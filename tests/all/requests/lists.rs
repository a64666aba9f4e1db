//! Lists at sizes around the limits of a page.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tenantry::kind::{RemoteKind, Wanted};

use super::bench::{Bench, rows};

const SIZES: [usize; 7] = [0, 1, 20, 21, 100, 101, 1000];

async fn with_users(count: usize) -> Bench {
    let bench = Bench::tenant().await;
    let users = rows(
        "u",
        count,
        |n| json!({"username": format!("user{n}"), "primaryEmail": format!("User{n}@example.com")}),
    );
    bench.seed(&json!({ "users": users }));
    bench
}

fn by_name(name: &str) -> Wanted {
    Wanted {
        id: None,
        key: BTreeMap::from([("username".to_owned(), name.to_owned())]),
    }
}

fn by_id(id: &str) -> Wanted {
    Wanted {
        id: Some(id.to_owned()),
        key: BTreeMap::new(),
    }
}

#[tokio::test]
async fn a_paged_list_takes_one_request_for_each_hundred() {
    for size in SIZES {
        let bench = with_users(size).await;
        let live = bench.list("user").await.expect("a list");
        let ids: BTreeSet<_> = live.iter().map(|live| live.id.as_str()).collect();
        assert_eq!((live.len(), ids.len()), (size, size));
        let pages = size.div_ceil(100).max(1);
        assert_eq!(bench.requests().len(), pages, "{size} users");
        let reader = bench.reader().await;
        assert_eq!(reader.requests(), pages as u64 + 1, "one log-in");
    }
}

#[tokio::test]
async fn a_list_that_is_whole_without_pages_takes_one_request() {
    for size in SIZES {
        let bench = Bench::tenant().await;
        let row = |n| json!({"name": format!("app{n}"), "type": "SPA"});
        bench.seed(&json!({"applications": rows("a", size, row)}));
        let live = bench.list("application").await.expect("a list");
        assert_eq!(live.len(), size);
        assert_eq!(bench.requests(), ["GET /api/applications"], "{size}");
    }
}

#[tokio::test]
async fn each_list_is_read_once_however_often_it_is_asked_for() {
    let bench = with_users(101).await;
    for _ in 0..3 {
        assert_eq!(bench.list("user").await.expect("a list").len(), 101);
    }
    assert_eq!(bench.requests().len(), 2);
}

#[tokio::test]
async fn scopes_come_with_their_resources_in_one_request() {
    let bench = Bench::tenant().await;
    let resource = bench.create(
        "apiresource",
        "",
        json!({"name": "Orders", "indicator": "https://orders.example.com"}),
    );
    let resource = resource.await.expect("created");
    for n in 0..45 {
        let scope = json!({"resource": resource.id, "name": format!("scope{n}")});
        bench.create("scope", "", scope).await.expect("created");
    }
    bench.requests();
    let resources = bench.list("apiresource").await.expect("a list");
    let parents = [resource.id.clone()];
    let reader = bench.reader().await;
    let scopes = reader
        .list_in(bench.kind("scope"), &parents)
        .await
        .expect("a list");
    assert_eq!(scopes.len(), 45);
    let parent = |live: &tenantry::kind::Live| live.value.get("resource").cloned();
    assert!(
        scopes
            .iter()
            .all(|s| parent(s) == Some(resource.id.as_str().into()))
    );
    let all = bench.list("scope").await.expect("a list");
    assert_eq!(all.len(), 46, "and `all` of the Management API");
    assert!(resources.len() >= 2);
    assert_eq!(bench.requests(), ["GET /api/resources?includeScopes=true"]);
}

#[tokio::test]
async fn a_few_wanted_objects_of_a_long_list_are_asked_for_alone() {
    let bench = with_users(1000).await;
    let wanted = [
        by_name("user3"),
        by_name("user977"),
        by_id("u0500"),
        by_name("nobody"),
    ];
    let live = bench.list_wanted("user", &wanted).await;
    for id in ["u0003", "u0977", "u0500"] {
        assert_eq!(live.iter().filter(|live| live.id == id).count(), 1, "{id}");
    }
    let requests = bench.requests();
    assert!(requests.len() <= 5, "{requests:#?}");
    assert!(requests.contains(&"GET /api/users/u0500".to_owned()));
}

#[tokio::test]
async fn many_wanted_objects_are_found_in_the_list() {
    let bench = with_users(1000).await;
    let wanted: Vec<_> = (0..40)
        .map(|n| by_name(&format!("user{}", n * 25)))
        .collect();
    let live = bench.list_wanted("user", &wanted).await;
    assert_eq!(live.len(), 1000);
    assert_eq!(bench.requests().len(), 10);
}

#[tokio::test]
async fn a_wanted_object_on_the_first_page_costs_nothing_more() {
    let bench = with_users(1000).await;
    let first = bench.list_wanted("user", &[by_name("nobody")]).await;
    let here = first.first().expect("a user").clone();
    bench.requests();
    let name = here
        .value
        .get("username")
        .and_then(|n| n.as_text())
        .expect("a name");
    let wanted = [by_id(&here.id), by_name(name)];
    let live = bench.list_wanted("user", &wanted).await;
    assert!(live.contains(&here));
    assert_eq!(bench.requests().len(), 1);
}

#[tokio::test]
async fn an_address_is_found_whatever_its_case() {
    let bench = with_users(1000).await;
    let wanted = Wanted {
        id: None,
        key: BTreeMap::from([("primaryEmail".to_owned(), "USER500@example.com".to_owned())]),
    };
    let live = bench.list_wanted("user", &[wanted]).await;
    assert!(live.iter().any(|live| live.id == "u0500"));
    assert_eq!(bench.requests().len(), 2);
}

#[tokio::test]
async fn one_that_has_gone_is_looked_for_under_its_name_too() {
    let bench = with_users(1000).await;
    let wanted = Wanted {
        id: Some("gone".to_owned()),
        ..by_name("user500")
    };
    let live = bench.list_wanted("user", &[wanted]).await;
    assert!(
        live.iter().any(|live| live.id == "u0500"),
        "it has another id now"
    );
}

#[tokio::test]
async fn a_repeated_page_is_noticed_and_read_again() {
    let bench = with_users(250).await;
    bench.fault("GET /api/users#2=duplicate-page");
    let live = bench.list("user").await.expect("a list");
    assert_eq!(live.len(), 250);
    assert_eq!(bench.requests().len(), 6, "three pages, twice");
}

#[tokio::test]
async fn pages_that_never_add_up_are_an_error_that_names_the_counts() {
    let bench = with_users(250).await;
    bench.fault("GET /api/users=duplicate-page");
    let error = bench.list("user").await.expect_err("they do not add up");
    assert_eq!(error.kind, RemoteKind::Garbled);
    assert!(error.message.contains("250"), "{error}");
    assert!(error.url.ends_with("/api/users"), "{error}");
}

#[tokio::test]
async fn one_object_is_found_by_its_own_route_or_in_its_parents_list() {
    let bench = Bench::tenant().await;
    let resource = json!({"name": "Orders", "indicator": "https://orders.example.com"});
    let resource = bench
        .create("apiresource", "", resource)
        .await
        .expect("created");
    let scope = json!({"resource": resource.id, "name": "read"});
    let scope = bench.create("scope", "", scope).await.expect("created");
    bench.requests();
    let parent = json!({"resource": resource.id});
    let found = bench.get("scope", &scope.id, parent).await.expect("there");
    assert_eq!(found.value.get("name"), Some(&"read".into()));
    let found = bench
        .get("apiresource", &resource.id, json!({}))
        .await
        .expect("there");
    assert_eq!(found.id, resource.id);
    assert_eq!(bench.get("apiresource", "nope", json!({})).await, None);
    assert_eq!(bench.requests().len(), 3);
}

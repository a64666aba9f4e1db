//! Every call that a kind declares has something in the sandbox that answers it.
//!
//! What it answers is the replay's business; here a path that is not there, a method that is not
//! allowed, or a part that is not played would be a hole between kinds and sandbox.

use serde_json::json;
use tenantry::kind::descriptor::OutputFrom;
use tenantry::kind::route::{Endpoint, ListFrom, Method, Path, Segment};
use tenantry::kind::{Api, Descriptor, Relation};
use tenantry::provider;
use tenantry::sandbox::dcos::Edition;
use tenantry::sandbox::declared::TenantWish;
use tenantry::sandbox::{Answer, BUILDERS, Request, World};

/// The calls of a kind, as they are declared.
fn calls(kind: &Descriptor) -> Vec<(Method, Path)> {
    let route = &kind.route;
    let write = |endpoint: Option<Endpoint>| endpoint.map(|at| (at.method, at.path));
    let lists = route.list.iter().filter_map(|list| match list.from {
        ListFrom::All(path)
        | ListFrom::Outline(path)
        | ListFrom::Index(path)
        | ListFrom::Parent { path, .. } => Some((Method::Get, path)),
        ListFrom::Embedded { .. } => None,
    });
    let reads = route.read.map(|path| (Method::Get, path));
    let own = route.own.iter().flat_map(|own| {
        let read = own.read.map(|path| (Method::Get, path));
        read.into_iter()
            .chain([(own.endpoint.method, own.endpoint.path)])
    });
    let outputs = kind.outputs.iter().filter_map(|output| match output.from {
        OutputFrom::SecretIn { path, .. }
        | OutputFrom::Read(path, _)
        | OutputFrom::Marked { path, .. }
        | OutputFrom::Offers(path, ..) => Some((Method::Get, path)),
        _ => None,
    });
    lists
        .chain(reads)
        .chain(write(route.create))
        .chain(write(route.update))
        .chain(write(route.delete))
        .chain(own)
        .chain(outputs)
        .chain(kind.relations.iter().flat_map(edges))
        .collect()
}

fn edges(relation: &Relation) -> Vec<(Method, Path)> {
    let reads = relation.by_owner.iter().chain(&relation.by_item);
    let reads = reads.map(|read| (Method::Get, read.path));
    let writes = [relation.attach, relation.detach];
    let writes = writes.map(|attach| (attach.endpoint.method, attach.endpoint.path));
    reads.chain(writes).collect()
}

fn filled(path: Path) -> String {
    let piece = |segment: &Segment| match segment {
        Segment::Text(text) => (*text).to_owned(),
        _ => "none".to_owned(),
    };
    path.iter().map(piece).collect()
}

/// A sandbox with one of each, and what to send along to each.
fn sandbox() -> (World, [(Api, String, String); 3]) {
    let mut world = World::in_memory(BUILDERS);
    world.ensure_account("main", "pat").unwrap();
    let tenant = world
        .ensure_tenant("default", &TenantWish::default())
        .unwrap();
    world
        .ensure_cluster("prod", Edition::Enterprise, "root", "secret")
        .unwrap();
    let mut login = Request::new("POST", "/t/default/oidc/token");
    let form = "grant_type=client_credentials&scope=all";
    login.body = format!(
        "{form}&resource={}&client_id={}&client_secret={}",
        tenant.resource, tenant.client_id, tenant.client_secret
    )
    .into_bytes();
    let token =
        |answer: Answer, name: &str| answer.as_json().unwrap()[name].as_str().unwrap().to_owned();
    let logto = token(world.serve(login).answer, "access_token");
    let login = Request::new("POST", "/c/prod/acs/api/v1/auth/login");
    let login = login.with_json(&json!({"uid": "root", "password": "secret"}));
    let dcos = token(world.serve(login).answer, "token");
    let targets = [
        (
            Api::Cloud,
            "/cloud/main".to_owned(),
            "Bearer pat".to_owned(),
        ),
        (
            Api::Logto,
            "/t/default".to_owned(),
            format!("Bearer {logto}"),
        ),
        (Api::Dcos, "/c/prod".to_owned(), format!("token={dcos}")),
    ];
    (world, targets)
}

/// Why an answer shows that nothing plays the call.
fn hole(answer: &Answer) -> Option<String> {
    let text = String::from_utf8_lossy(&answer.body);
    let nothing = matches!(&*text, "Not Found") || text.contains("there is no such path");
    let page = answer
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/html"));
    (nothing || page || matches!(answer.status, 405 | 501))
        .then(|| format!("{} {text}", answer.status))
}

#[test]
fn every_call_that_a_kind_declares_is_answered_by_the_sandbox() {
    let (mut world, targets) = sandbox();
    let kinds = [
        provider::cloud::kinds::KINDS,
        provider::logto::kinds::KINDS,
        provider::dcos::kinds::KINDS,
    ];
    let (mut asked, mut holes) = (0, Vec::new());
    for kind in kinds.into_iter().flatten() {
        let (_, prefix, token) = targets.iter().find(|(api, ..)| *api == kind.api).unwrap();
        for (method, path) in calls(kind) {
            let target = format!("{prefix}{}", filled(path));
            let request =
                Request::new(method.as_str(), &target).with_header("authorization", token);
            let answer = world.serve(request).answer;
            asked += 1;
            if let Some(hole) = hole(&answer) {
                holes.push(format!(
                    "{} {} {target}: {hole}",
                    kind.name,
                    method.as_str()
                ));
            }
        }
    }
    assert!(holes.is_empty(), "\n{}\n", holes.join("\n"));
    assert!(asked > 60, "only {asked} calls are declared");
}

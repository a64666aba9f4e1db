//! Every declared policy is noticed: without it, the life of its kind goes wrong.
//!
//! A descriptor is data, so a test can take a row away and live the kind's scenarios again.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tenantry::cli::providers::CATALOG;
use tenantry::kind::{Api, Catalog, Descriptor, Field};

use super::lifecycle::SCENARIOS;

/// Rows whose absence no server shows, and why.
const UNSEEN: &[(&str, &str, &str, &str)] = &[
    (
        "signinexperience",
        "socialSignInConnectorTargets",
        "Default",
        "a target wants a connector, which the sandbox does not play yet",
    ),
    (
        "scope",
        "resource",
        "LiveName",
        "the resource that a scope is listed in says the same",
    ),
    (
        "applicationsecret",
        "application",
        "LiveName",
        "the list it is in says the same",
    ),
    (
        "useridentity",
        "user",
        "InPath",
        "Logto drops what it does not know",
    ),
    (
        "useridentity",
        "target",
        "InPath",
        "Logto drops what it does not know",
    ),
    (
        "tenant",
        "subscription",
        "NothingIf",
        "it tells an export what is nothing: `cli::export` notices",
    ),
    (
        "tenant",
        "account",
        "InPath",
        "the Cloud drops what it does not know",
    ),
    (
        "tenant",
        "connection",
        "InPath",
        "the Cloud drops what it does not know",
    ),
    (
        "tenant",
        "limits",
        "InPath",
        "the Cloud drops what it does not know",
    ),
    (
        "tenant",
        "tag",
        "Stays",
        "beside `Immutable` it says the same to a field that has gone",
    ),
    (
        "tenant",
        "regionName",
        "Stays",
        "beside `Immutable` it says the same to a field that has gone",
    ),
    (
        "scope",
        "resource",
        "InPath",
        "Logto drops what it does not know",
    ),
    (
        "applicationsecret",
        "application",
        "InPath",
        "Logto drops what it does not know",
    ),
    (
        "serviceaccount",
        "public_key",
        "Stays",
        "beside `Immutable` it says the same to a field that has gone",
    ),
];

/// The catalog without the `n`-th policy of one kind.
fn without(kind: &Descriptor, n: usize) -> Catalog {
    let mut fields: Vec<Field> = kind.fields.to_vec();
    fields.remove(n);
    let fields: &'static [Field] = Box::leak(fields.into_boxed_slice());
    let provider = |api: Api| -> &'static [Descriptor] {
        let all = CATALOG.all().filter(|other| other.api == api);
        let all = all.map(|other| Descriptor {
            fields: if other == kind { fields } else { other.fields },
            ..*other
        });
        Box::leak(all.collect::<Vec<_>>().into_boxed_slice())
    };
    let providers = [Api::Cloud, Api::Logto, Api::Dcos].map(provider);
    Catalog::new(Box::leak(Box::new(providers)))
}

fn is_about(kind: &Descriptor, name: &str) -> bool {
    match (kind.api, kind.name) {
        (Api::Dcos, "user") => name == "dcos user",
        _ => name == kind.name,
    }
}

/// Whether some scenario of the kind goes wrong under `catalog`.
fn is_noticed(kind: &Descriptor, catalog: Catalog) -> bool {
    let scenarios = SCENARIOS
        .iter()
        .filter(|s| s.kinds.iter().any(|name| is_about(kind, name)));
    scenarios
        .into_iter()
        .any(|scenario| catch_unwind(AssertUnwindSafe(|| (scenario.live)(catalog))).is_err())
}

fn policy(field: &Field) -> String {
    let text = format!("{:?}", field.policy);
    text.split('(').next().unwrap_or_default().to_owned()
}

/// The rows of kinds of `api` that nobody notices, and the exceptions that somebody does.
fn unnoticed(api: Api) -> Vec<String> {
    let mut wrong = Vec::new();
    for kind in CATALOG.of(api) {
        for (n, field) in kind.fields.iter().enumerate() {
            let policy = policy(field);
            let excepted = UNSEEN.iter().any(|(name, path, what, _)| {
                is_about(kind, name) && *path == field.path && *what == policy
            });
            if excepted == is_noticed(kind, without(kind, n)) {
                wrong.push(format!("{} {} {policy}", kind.name, field.path));
            }
        }
    }
    wrong
}

#[test]
fn every_policy_of_the_cloud_is_noticed() {
    assert_eq!(unnoticed(Api::Cloud), Vec::<String>::new());
}

#[test]
fn every_policy_of_a_tenant_is_noticed() {
    assert_eq!(unnoticed(Api::Logto), Vec::<String>::new());
}

#[test]
fn every_policy_of_a_cluster_is_noticed() {
    assert_eq!(unnoticed(Api::Dcos), Vec::<String>::new());
}

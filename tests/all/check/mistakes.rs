//! What is said of `tests/mistakes`: every mistake, located, hinted, in one run.

use super::{drawn, folder};

#[test]
fn every_planted_mistake_is_located_and_hinted_in_one_run() {
    let read = folder(&["tests/mistakes"]);
    for fault in &read.diagnostics {
        assert!(
            !fault.places.is_empty() && !fault.hints.is_empty(),
            "{fault}"
        );
    }
    assert!(read.diagnostics.len() >= 20, "{}", read.diagnostics.len());
    insta::assert_snapshot!("mistakes", drawn(&read.diagnostics));
}

#[test]
fn no_planted_secret_is_shown() {
    let read = folder(&["tests/mistakes"]);
    let shown = drawn(&read.diagnostics);
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_document_with_an_error_is_not_handed_on() {
    let read = folder(&["tests/mistakes"]);
    let faulty = [
        "acme/apiresource/orders",
        "acme/application/web",
        "prod/group/operators",
    ];
    let there: Vec<_> = read
        .documents
        .iter()
        .map(|d| d.address.to_string())
        .collect();
    assert!(
        faulty
            .iter()
            .all(|name| !there.contains(&(*name).to_owned())),
        "{there:?}"
    );
}

//! Texts that are meant to do harm, or come from odd editors: a clear error, never a crash.

use std::time::{Duration, Instant};

use super::{drawn, text};

const HEAD: &str = "apiVersion: logto/v1\nkind: Account\nmetadata: {name: main}\n";

/// The codes of the errors of a text, which must not take long.
fn codes(written: &str) -> Vec<&'static str> {
    let start = Instant::now();
    let read = text(written);
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "took {:?}",
        start.elapsed()
    );
    let shown = drawn(&read.diagnostics);
    assert!(
        !shown.contains('\u{1b}') && !shown.contains('\0'),
        "{shown:?}"
    );
    read.diagnostics.iter().map(|fault| fault.code.0).collect()
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let before = level - 1;
        let items = vec![format!("*a{before}"); 9].join(", ");
        bomb.extend([format!("a{level}: &a{level} [{items}]\n")]);
    }
    assert_eq!(codes(&bomb), ["E0113"]);
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    assert_eq!(codes(&"[".repeat(100_000)), ["E0113"]);
    assert_eq!(codes(&"- ".repeat(50_000)), ["E0113"]);
    let block: Vec<_> = (0..40).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert_eq!(codes(&block.concat()), ["E0113"]);
    assert_eq!(codes(&format!("a: {}", "{a: ".repeat(10_000))), ["E0113"]);
}

#[test]
fn a_document_of_very_many_values_is_refused() {
    let many = "x: 1\n".repeat(30_000);
    assert_eq!(codes(&many), ["E0113"]);
}

#[test]
fn a_recursive_anchor_is_refused() {
    assert_eq!(codes("a: &a\n  b: *a\n").len(), 1);
    assert_eq!(codes("a: &a [*a]\n").len(), 1);
}

#[test]
fn a_merge_key_is_allowed_and_the_written_key_wins() {
    let merged = format!("{HEAD}spec:\n  limits: {{<<: &l {{rate: 1, burst: 2}}, burst: 3}}\n");
    let read = text(&merged);
    assert_eq!(drawn(&read.diagnostics), "");
    let limits = read.documents[0].body.get("limits").expect("limits");
    assert_eq!(
        limits.to_tagged(),
        serde_json::json!({"rate": 1, "burst": 3})
    );
}

#[test]
fn characters_that_yaml_does_not_allow_are_named() {
    assert_eq!(codes("a: x\0y\n"), ["E0115"]);
    assert_eq!(codes("a: x\u{1b}[31my\n"), ["E0115"]);
    assert_eq!(codes("a: 1\n\u{feff}---\nb: 2\n"), ["E0115"]);
}

#[test]
fn tags_and_odd_keys_are_refused() {
    assert_eq!(codes("a: !python/object x\n"), ["E0116"]);
    assert_eq!(codes("? [a]\n: 1\n"), ["E0117"]);
    assert_eq!(codes("~: 1\n"), ["E0117"]);
    assert_eq!(codes("a: *nobody\n"), ["E0114"]);
    assert_eq!(codes("a: .inf\n"), ["E0118"]);
}

#[test]
fn line_breaks_of_windows_and_a_byte_order_mark_do_no_harm() {
    let windows = format!("\u{feff}{HEAD}").replace('\n', "\r\n");
    assert_eq!(codes(&windows), Vec::<&str>::new());
}

#[test]
fn every_key_that_stands_twice_is_found() {
    let twice =
        format!("{HEAD}kind: Account\nspec:\n  endpoint: a\n  endpoint: b\n  endpoint: c\n");
    assert_eq!(codes(&twice), ["E0112", "E0112", "E0112"]);
}

#[test]
fn a_fault_of_syntax_costs_its_own_document_only() {
    let three = format!("{HEAD}---\na: b: c\n---\n{}", HEAD.replace("main", "other"));
    let read = text(&three);
    assert_eq!(read.diagnostics.len(), 1, "{}", drawn(&read.diagnostics));
    let names: Vec<_> = read.documents.iter().map(|d| d.address.name()).collect();
    assert_eq!(names, ["main", "other"]);
    assert_eq!(read.diagnostics[0].places[0].at.line, 5);
}

#[test]
fn what_cannot_be_read_is_not_said_to_be_missing_too() {
    let read = text(
        "apiVersion: logto/v1\nkind: Tenant\nmetadata: {name: acme}\nspec: {a: b: c}\n---\n\
         apiVersion: logto/v1\nkind: User\nmetadata: {name: x, tenant: acme}\nspec: {username: x}\n",
    );
    assert_eq!(read.diagnostics.len(), 1, "{}", drawn(&read.diagnostics));
}

#[test]
fn a_very_long_line_is_drawn_in_part() {
    let long = format!(
        "{HEAD}spec: {{endpoint: '{}', nothing: 1}}\n",
        "x".repeat(1_000_000)
    );
    let read = text(&long);
    assert!(drawn(&read.diagnostics).len() < 1_000);
}

//! The formats are what docs/state-format.md says they are.

use tenantry::state::{Journal, Snapshot, fold};

/// What stands in the page's first block of this language.
fn block(language: &str) -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/state-format.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let opening = format!("```{language}\n");
    let (_, after) = page.split_once(&opening).expect("a block");
    let (text, _) = after.split_once("```").expect("its end");
    text.to_owned()
}

#[test]
fn the_documented_journal_folds_into_the_documented_snapshot() {
    let documented: Snapshot = serde_json::from_str(&block("json")).expect("a snapshot");
    let journal = Journal::read("the page", block("jsonl").as_bytes()).expect("a journal");
    assert_eq!(journal.records.len(), 2);
    let mut snapshot = Snapshot {
        serial: documented.serial,
        roots: documented.roots.clone(),
        ..Snapshot::new(documented.lineage.clone())
    };
    journal
        .check_follows("the page", &snapshot)
        .expect("it does");
    fold(&mut snapshot, &journal.records);
    assert_eq!(snapshot, documented);
}

//! The pages in `docs/kinds` and `docs/coverage.md` are made from the declared kinds,
//! `docs/codes.md` from the codes, and all are current.
//!
//! `TENANTRY_BLESS=1 cargo test generated` writes them.

mod codes;
mod coverage;
mod fields;
mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tenantry::cli::providers::CATALOG;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Path below `docs` → text.
fn pages() -> BTreeMap<String, String> {
    let kinds = CATALOG
        .all()
        .map(|kind| (format!("kinds/{}", page::file_name(kind)), page::page(kind)));
    kinds
        .chain([
            ("kinds/README.md".to_owned(), page::index(CATALOG)),
            ("codes.md".to_owned(), codes::page()),
            ("coverage.md".to_owned(), coverage::page()),
        ])
        .collect()
}

/// What is there now.
fn stored() -> BTreeMap<String, String> {
    let entries = fs::read_dir(docs().join("kinds")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names = names.map(|name| format!("kinds/{name}"));
    names
        .chain(["codes.md".to_owned(), "coverage.md".to_owned()])
        .filter_map(|name| Some((name.clone(), fs::read_to_string(docs().join(name)).ok()?)))
        .collect()
}

fn renew(pages: &BTreeMap<String, String>) {
    for name in stored().keys().filter(|name| !pages.contains_key(*name)) {
        fs::remove_file(docs().join(name)).unwrap();
    }
    for (name, text) in pages {
        fs::write(docs().join(name), text).unwrap();
    }
}

#[test]
fn generated_pages_are_current() {
    let pages = pages();
    if std::env::var_os("TENANTRY_BLESS").is_some() {
        renew(&pages);
    }
    let stored = stored();
    let names = pages.keys().chain(stored.keys());
    let stale: Vec<_> = names
        .filter(|name| pages.get(*name) != stored.get(*name))
        .collect();
    assert!(
        stale.is_empty(),
        "not current: {stale:?}; run TENANTRY_BLESS=1 cargo test generated"
    );
}

#[test]
fn generated_tables_have_as_many_cells_in_each_row() {
    for (name, text) in pages() {
        let mut cells = None;
        for line in text.lines() {
            let bars = line
                .starts_with('|')
                .then(|| line.replace("\\|", "").matches('|').count());
            assert!(
                cells.is_none() || bars.is_none() || cells == bars,
                "{name}: {line}"
            );
            cells = bars;
        }
    }
}

//! The pages in `docs/kinds` are made from the declared kinds, and are current.
//!
//! `TENANTRY_BLESS=1 cargo test generated` writes them.

mod fields;
mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tenantry::cli::providers::CATALOG;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/kinds")
}

/// File name → text.
fn pages() -> BTreeMap<String, String> {
    let kinds = CATALOG
        .all()
        .map(|kind| (page::file_name(kind), page::page(kind)));
    kinds
        .chain([("README.md".to_owned(), page::index(CATALOG))])
        .collect()
}

fn stored() -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

#[test]
fn generated_pages_are_current() {
    let pages = pages();
    if std::env::var_os("TENANTRY_BLESS").is_some() {
        fs::create_dir_all(folder()).unwrap();
        for name in stored().keys().filter(|name| !pages.contains_key(*name)) {
            fs::remove_file(folder().join(name)).unwrap();
        }
        for (name, text) in &pages {
            fs::write(folder().join(name), text).unwrap();
        }
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

//! Every code that the sources name has its page, so that `explain CODE` always has an answer.

use std::fs;
use std::path::Path;

use tenantry::base::code;

/// The codes in the sources, as `E` and four digits in quotes.
fn named(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            named(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        for (_, rest) in text
            .match_indices("Code(\"E")
            .filter_map(|(at, _)| Some((at, text.get(at + 6..at + 11)?)))
        {
            found.push((rest.to_owned(), path.display().to_string()));
        }
    }
}

#[test]
fn every_code_that_is_named_has_its_page() {
    let mut found = Vec::new();
    named(Path::new("src"), &mut found);
    assert!(found.len() > 50);
    let without: Vec<_> = found
        .iter()
        .filter(|(name, _)| code::page(name).is_none())
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

//! The page of all codes.

use std::fmt::Write as _;

use tenantry::base::code;

/// What the first digits of a code are about.
const RANGES: &[(&str, &str)] = &[
    ("E01", "Files and YAML"),
    ("E02", "Manifests and references"),
    ("E03", "Live state and plan"),
    ("E04", "Refusals"),
    ("E05", "State, journal, credentials"),
    ("E06", "Servers"),
    ("E07", "Apply"),
    ("E08", "Command line"),
];

/// All codes with what there is to say about each.
pub(super) fn page() -> String {
    let mut page = format!(
        "{}\n\n# Codes\n\nEvery message has a code that never changes its meaning. \
         `tenantry explain CODE` prints the same.\n",
        super::page::NOTE
    );
    for (start, title) in RANGES {
        let _ = write!(page, "\n## {title}\n");
        for entry in code::pages().filter(|entry| entry.code.0.starts_with(start)) {
            let _ = write!(
                page,
                "\n**{}** {}. {}\n",
                entry.code, entry.title, entry.text
            );
        }
    }
    page
}

#[test]
fn generated_codes_are_all_in_a_range() {
    let shown = page();
    for entry in code::pages() {
        assert!(
            shown.contains(&format!("**{}**", entry.code)),
            "{}",
            entry.code
        );
    }
}

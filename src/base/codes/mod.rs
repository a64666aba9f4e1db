//! The tables of codes, one file a range.

use super::code::Page;

mod applying;
mod calling;
mod checking;
mod guarding;
mod keeping;
mod planning;
mod reading;
mod using;

/// All ranges, in order.
pub(super) const ALL: [&[Page]; 8] = [
    reading::PAGES,  // E01xx: files, YAML
    checking::PAGES, // E02xx: manifests, references
    planning::PAGES, // E03xx: live state, plan
    guarding::PAGES, // E04xx: refusals
    keeping::PAGES,  // E05xx: state, journal, credentials
    calling::PAGES,  // E06xx: HTTP, servers, log-in
    applying::PAGES, // E07xx: apply
    using::PAGES,    // E08xx: command line
];

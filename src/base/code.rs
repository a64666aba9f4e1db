//! The stable codes of all messages, each with its page (`tenantry explain E0204`).
//!
//! A code is never used again for something else. The tables are in `codes/`, by range.

use std::fmt;

use super::codes;

/// A stable code, such as `E0204`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

/// What there is to say about a code.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The code.
    pub code: Code,
    /// One line, lower case, without a final period.
    pub title: &'static str,
    /// What it means, why it is refused, how it is mended: some sentences.
    pub text: &'static str,
}

/// All pages, in order of their codes.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    codes::ALL.iter().flat_map(|range| range.iter())
}

/// The page of a code as written by a user (case does not matter).
pub fn page(code: &str) -> Option<&'static Page> {
    pages().find(|page| page.code.0.eq_ignore_ascii_case(code))
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::pages;

    #[test]
    fn codes_are_in_order_and_each_has_a_page() {
        let codes: Vec<_> = pages().map(|page| page.code).collect();
        let mut sorted = codes.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(codes, sorted);
        assert!(pages().all(|page| !page.title.is_empty() && page.text.len() > 20));
    }
}

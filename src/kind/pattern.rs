//! Patterns in schemas: whether a text fits one. Classes are ASCII's, as the servers have them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use crate::base::lock::lock;

/// Compiled once a run; none for what is no pattern.
static COMPILED: Mutex<BTreeMap<String, Option<Regex>>> = Mutex::new(BTreeMap::new());

/// Whether `text` fits `pattern`. A pattern that cannot be read fits all: a test reads each.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let mut compiled = lock(&COMPILED);
    if !compiled.contains_key(pattern) {
        compiled.insert(pattern.to_owned(), compile(pattern));
    }
    let regex = compiled.get(pattern).and_then(Option::as_ref);
    regex.is_none_or(|regex| regex.is_match(text))
}

fn compile(pattern: &str) -> Option<Regex> {
    let ascii = syntax::Config::new().unicode(false).utf8(false);
    Regex::builder().syntax(ascii).build(pattern).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_ascii() {
        assert!(fits(r"^[A-Z_a-z]\w*$", "alice_1"));
        assert!(!fits(r"^[A-Z_a-z]\w*$", "älice"));
        assert!(!fits(r"^\d+$", "٣"));
        assert!(fits(r"^\S+@\S+\.\S+$", "ü@example.com"));
    }

    #[test]
    fn what_is_no_pattern_is_seen() {
        assert!(compile("(").is_none());
        assert!(compile(r"^\S+$").is_some());
    }
}

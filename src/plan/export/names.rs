//! How documents are called: as their objects are, as far as that can be a name.

use std::collections::{BTreeMap, BTreeSet};

use super::super::resolve::key_of;
use crate::base::Value;
use crate::kind::{Descriptor, Live};

/// The longest name (KINDS.md).
const LONGEST: usize = 128;

/// The names given out in one target.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By kind.
    taken: BTreeSet<(&'static str, String)>,
    /// All of them, in lower case.
    all: BTreeSet<String>,
}

impl Names {
    /// The names of these objects of one kind, by id. The order of ids does not matter.
    pub(super) fn of(
        &mut self,
        kind: &'static Descriptor,
        objects: &[&Live],
    ) -> BTreeMap<String, String> {
        let mut called: Vec<_> = objects
            .iter()
            .map(|live| (called(kind, &live.value), *live))
            .collect();
        called.sort_by(|(one, a), (other, b)| (one, &a.id).cmp(&(other, &b.id)));
        let mut names = BTreeMap::new();
        for (word, live) in called {
            names.insert(live.id.clone(), self.take(kind.name, &word));
        }
        names
    }

    /// A name that nobody has: what can stand as it is need only be the first of its kind.
    fn take(&mut self, kind: &'static str, word: &str) -> String {
        let plain = name(word);
        let mut free = plain.clone();
        let is_as_it_is = plain == word;
        let mut n = 1;
        while self.taken.contains(&(kind, free.clone()))
            || (!(is_as_it_is && n == 1) && self.all.contains(&free.to_lowercase()))
        {
            n += 1;
            free = format!("{}-{n}", cut(&plain, LONGEST - 8));
        }
        self.taken.insert((kind, free.clone()));
        self.all.insert(free.to_lowercase());
        free
    }
}

/// What people call an object: the field that names its documents, else its key, else its kind.
pub(super) fn called(kind: &Descriptor, live: &Value) -> String {
    let named = kind.named_by.and_then(|field| live.get(field)?.as_text());
    if let Some(named) = named {
        return named.to_owned();
    }
    let key = (kind.keys)(live).into_iter().last();
    let key = key.or_else(|| key_of(kind, live)).unwrap_or_default();
    let words: Vec<_> = key
        .iter()
        .filter_map(|(_, value)| value.as_text())
        .collect();
    if words.is_empty() {
        return kind.name.to_owned();
    }
    words.join("-")
}

/// `word` as a name of ours.
fn name(word: &str) -> String {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || "._:@-".contains(c);
    let is_first = |c: char| c.is_ascii_alphanumeric();
    if word.starts_with(is_first) && word.chars().all(is_inner) && word.len() <= LONGEST {
        return word.to_owned();
    }
    let mut name = String::new();
    for c in word.to_lowercase().chars() {
        if is_inner(c) {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name
        .trim_start_matches(|c| !is_first(c))
        .trim_end_matches('-');
    match cut(name, LONGEST) {
        "" => "unnamed".to_owned(),
        name => name.to_owned(),
    }
}

/// At most so many characters of `name`, which is ASCII.
fn cut(name: &str, most: usize) -> &str {
    name.get(..most).unwrap_or(name)
}

/// The name of a variable, made of words.
pub(super) fn variable<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut variable = String::new();
    for word in words {
        if !variable.is_empty() && !variable.ends_with('_') {
            variable.push('_');
        }
        let mut before = '_';
        for c in word.chars() {
            let starts = c.is_ascii_uppercase() && before.is_ascii_lowercase();
            if (starts || !c.is_ascii_alphanumeric()) && !variable.ends_with('_') {
                variable.push('_');
            }
            if c.is_ascii_alphanumeric() {
                variable.push(c.to_ascii_uppercase());
            }
            before = c;
        }
    }
    let variable = variable.trim_matches('_');
    if variable.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("_{variable}");
    }
    variable.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_a_name_is_kept_and_the_rest_is_made_one() {
        assert_eq!(name("Importer"), "Importer");
        assert_eq!(name("ops@acme.example"), "ops@acme.example");
        assert_eq!(name("Order clerk (EU)"), "order-clerk-eu");
        assert_eq!(name("/über uns/"), "ber-uns");
        assert_eq!(name("日本"), "unnamed");
        assert_eq!(name(&"x".repeat(300)).len(), LONGEST);
    }

    #[test]
    fn nobody_is_called_as_another() {
        let mut names = Names::default();
        let all = ["a b", "a-b", "A B", "a.b"].map(|word| names.take("role", word));
        assert_eq!(all, ["a-b", "a-b-2", "a-b-3", "a.b"]);
        assert_eq!(names.take("user", "a.b"), "a.b");
        assert_eq!(names.take("user", "A.B "), "a.b-2");
    }

    #[test]
    fn variables_are_words_in_capitals() {
        let words = ["home", "connector", "github-universal", "clientSecret"];
        assert_eq!(
            variable(words),
            "HOME_CONNECTOR_GITHUB_UNIVERSAL_CLIENT_SECRET"
        );
        assert_eq!(variable(["1st", "lookup-password"]), "_1ST_LOOKUP_PASSWORD");
        assert_eq!(variable(["a@b.c", "X-API-Key"]), "A_B_C_X_API_KEY");
    }
}

//! Many names on few lines: those of one kind together, as many as there is room for.

use std::collections::BTreeMap;

use crate::base::text::visible;
use crate::plan::Step;

/// The longest line of names.
const WIDTH: usize = 96;

/// The words of an address: what is before its last one, and that one; of other words nothing and
/// all of them.
fn parted(name: &str) -> (&str, &str) {
    let mut slashes = name.match_indices('/').map(|(at, _)| at);
    let end = match (slashes.next(), slashes.next()) {
        (Some(_), Some(second)) => second,
        (Some(first), None) => first,
        _ => return ("", name),
    };
    if name.contains(' ') {
        return ("", name);
    }
    (&name[..end], &name[end + 1..])
}

/// Names by what they have in common (`acme/user`), each in its order.
fn by_kind<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names {
        let (kind, own) = parted(name);
        kinds.entry(kind).or_default().push(own);
    }
    kinds
}

/// Lines of names, each with how many are on it.
#[derive(Debug, Default)]
pub(super) struct Listed(Vec<(String, usize)>);

impl Listed {
    /// Lines like `acme/user: alice, bob`. What is `known` to be the kind is not said again.
    pub(super) fn new(names: &[String], known: &str) -> Self {
        let mut all = Self::default();
        for (kind, own) in by_kind(names.iter().map(String::as_str)) {
            let start = match kind {
                kind if kind == known || kind.is_empty() => String::new(),
                kind => format!("{}: ", visible(kind)),
            };
            all.wrap(&start, &own);
        }
        all
    }

    fn wrap(&mut self, start: &str, names: &[&str]) {
        let (mut line, mut count) = (start.to_owned(), 0);
        for (n, name) in names.iter().enumerate() {
            let comma = if n + 1 < names.len() { "," } else { "" };
            let word = format!("{}{comma}", visible(name));
            if count > 0 && line.chars().count() + word.chars().count() >= WIDTH {
                self.0.push((std::mem::take(&mut line), count));
                count = 0;
            }
            if count > 0 {
                line.push(' ');
            }
            line += &word;
            count += 1;
        }
        self.0.push((line, count));
    }

    /// The lines, each with how many names are on it.
    pub(super) fn counted(self) -> Vec<(String, usize)> {
        self.0
    }

    /// All of them.
    pub(super) fn all(self) -> Vec<String> {
        self.0.into_iter().map(|(line, _)| line).collect()
    }

    /// The first lines, and how many names are on the others.
    pub(super) fn few(mut self, most: usize) -> Vec<String> {
        if self.0.len() <= most {
            return self.all();
        }
        let left: usize = self.0.drain(most..).map(|(_, count)| count).sum();
        let mut lines = self.all();
        let said = format!("… and {left} more");
        match lines.pop() {
            Some(last) if last.ends_with(',') => lines.push(format!("{last} {said}")),
            last => lines.extend(last.into_iter().chain([said])),
        }
        lines
    }
}

/// What steps have in common: `acme/user`, or the kind alone if they are in several targets.
pub(super) fn common(steps: &[&Step]) -> String {
    let Some(first) = steps.first() else {
        return String::new();
    };
    let (target, kind) = (first.address.target(), first.address.kind());
    let is_one = steps.iter().all(|step| step.address.target() == target);
    match target {
        Some(target) if is_one => format!("{target}/{kind}"),
        _ => kind.to_owned(),
    }
}

/// The addresses of steps.
pub(super) fn addresses(steps: &[&Step]) -> Vec<String> {
    steps.iter().map(|step| step.address.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn names_of_one_kind_stand_together() {
        let all = names(&[
            "acme/user/a",
            "beta/user/b",
            "acme/user/c",
            "every new user of acme",
        ]);
        assert_eq!(
            Listed::new(&all, "acme/user").all(),
            ["every new user of acme", "a, c", "beta/user: b"]
        );
    }

    #[test]
    fn long_lists_are_broken_and_cut_with_a_count() {
        let all: Vec<String> = (0..100).map(|n| format!("acme/user/user-{n:03}")).collect();
        let whole = Listed::new(&all, "").all();
        assert!(whole.iter().all(|line| line.len() <= WIDTH), "{whole:?}");
        assert_eq!(whole.concat().matches("user-").count(), 100);
        let cut = Listed::new(&all, "").few(1);
        insta::assert_snapshot!(cut.join("\n"), @"acme/user: user-000, user-001, user-002, user-003, user-004, user-005, user-006, user-007, … and 92 more");
    }
}

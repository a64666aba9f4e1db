//! Shows a long text with the pager of whoever looks at it.
//!
//! Nothing in a text of ours steers a terminal but its colours, so that `less -R` shows no more
//! than it was given. A pager that cannot be started is no error: the text is written as it is.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use super::environment::Environment;

/// What shows long texts, if something does.
#[derive(Debug, Clone, Default)]
pub(super) struct Pager {
    words: Vec<String>,
    less: Option<String>,
    rows: usize,
}

impl Pager {
    /// The pager that the environment names, for a terminal of so many rows.
    pub(super) fn new(environment: &Environment, rows: u16) -> Self {
        let named = environment.os("TENANTRY_PAGER");
        let named = named.or_else(|| environment.os("PAGER"));
        let named = named.and_then(|named| named.to_str()).unwrap_or("less");
        let words = named.split_whitespace();
        let words: Vec<String> = words.map(str::to_owned).collect();
        let less = environment.text("LESS").is_none();
        Self {
            words: if words == ["cat"] { Vec::new() } else { words },
            less: less.then(|| "FRX".to_owned()),
            rows: usize::from(rows),
        }
    }

    /// Whether a text of so many lines is longer than the screen.
    fn is_wanted(&self, text: &str) -> bool {
        !self.words.is_empty() && text.lines().count() >= self.rows
    }

    /// Shows the text and waits until it was read. Returns whether it was shown.
    pub(super) fn show(&self, text: &str) -> bool {
        if !self.is_wanted(text) {
            return false;
        }
        let Some(mut child) = self.start() else {
            return false;
        };
        if let Some(mut input) = child.stdin.take() {
            // Who has seen enough does not read to the end.
            let _written = input.write_all(text.as_bytes());
        }
        let _ended = child.wait();
        true
    }

    fn start(&self) -> Option<Child> {
        let (program, words) = self.words.split_first()?;
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped());
        if let Some(flags) = &self.less {
            command.env("LESS", flags);
        }
        command.spawn().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pager<const N: usize>(variables: [(&str, &str); N]) -> Pager {
        Pager::new(&Environment::from(variables), 24)
    }

    #[test]
    fn only_what_is_longer_than_the_screen_is_paged() {
        let pager = pager([("PAGER", "more -s")]);
        assert_eq!(pager.words, ["more", "-s"]);
        assert!(!pager.is_wanted(&"line\n".repeat(23)));
        assert!(pager.is_wanted(&"line\n".repeat(24)));
    }

    #[test]
    fn our_own_variable_wins_and_an_empty_one_or_cat_means_none() {
        assert_eq!(
            pager([("PAGER", "a"), ("TENANTRY_PAGER", "b")]).words,
            ["b"]
        );
        assert!(pager([("PAGER", "")]).words.is_empty());
        assert!(
            pager([("PAGER", "a"), ("TENANTRY_PAGER", "")])
                .words
                .is_empty()
        );
        assert!(pager([("PAGER", "cat")]).words.is_empty());
        assert_eq!(pager([]).words, ["less"]);
    }

    #[test]
    fn a_pager_that_is_not_there_leaves_the_text_to_us() {
        let pager = pager([("PAGER", "/nowhere/at-all")]);
        assert!(!pager.show(&"line\n".repeat(50)));
    }

    #[test]
    fn settings_of_less_are_left_to_those_who_have_some() {
        assert_eq!(pager([("LESS", "S")]).less, None);
        assert_eq!(pager([]).less.as_deref(), Some("FRX"));
    }
}

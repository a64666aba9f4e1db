//! Where in which file something was written.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

/// A file's text as it was read, and the name that messages call it by.
#[derive(Debug)]
pub struct SourceFile {
    /// The path as the user would write it; `-` is standard input.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Where each line begins, counted when first asked for.
    starts: OnceLock<Vec<usize>>,
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.text) == (&other.name, &other.text)
    }
}

impl Eq for SourceFile {}

impl SourceFile {
    /// A file.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
            starts: OnceLock::new(),
        })
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        })
    }

    /// The text of `line` (from 1) without its line break; empty past the end.
    pub fn line(&self, line: u32) -> &str {
        let text = &self.text[self.line_start(line)..];
        text.lines().next().unwrap_or_default()
    }

    /// Where `line` (from 1) begins, in bytes; the text's end if there is no such line.
    fn line_start(&self, line: u32) -> usize {
        let index = line.saturating_sub(1) as usize;
        let start = self.starts().get(index);
        start.copied().unwrap_or(self.text.len())
    }

    /// The text at a place, which may go over several lines; empty where the length is not known.
    pub fn slice(&self, at: At) -> &str {
        let line = &self.text[self.line_start(at.line)..];
        let from = nth_char(line, at.column.saturating_sub(1));
        let rest = &line[from..];
        &rest[..nth_char(rest, at.length)]
    }

    /// The last line (from 1) that the text at a place touches.
    pub fn last_line(&self, at: At) -> u32 {
        let breaks = self.slice(at).trim_end().matches('\n').count();
        at.line
            .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX))
    }
}

/// Where the character with that index begins, in bytes, or the text ends.
fn nth_char(text: &str, index: u32) -> usize {
    text.char_indices()
        .nth(index as usize)
        .map_or(text.len(), |(at, _)| at)
}

/// A position: line and column from 1, columns counted in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// How many characters to underline; 0 where the end is not known (mappings and lists).
    pub length: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_slices_are_counted_in_characters() {
        let file = SourceFile::new("a.yaml", "é: ü\r\nzwei: \"a\nb\"\n");
        assert_eq!(file.line(1), "é: ü");
        assert_eq!(file.line(9), "");
        let at = |line, column, length| At {
            line,
            column,
            length,
        };
        assert_eq!(file.slice(at(1, 4, 1)), "ü");
        assert_eq!(file.slice(at(2, 7, 5)), "\"a\nb\"");
        assert_eq!(file.last_line(at(2, 7, 5)), 3);
        assert_eq!(file.slice(at(9, 9, 9)), "");
    }
}

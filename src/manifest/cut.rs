//! Where one document of a text ends and the next begins, so that a fault costs one document.
//!
//! `---` at the start of a line is a marker even inside block scalars and quotes: so YAML has it.
//! What is inside a document is not looked at.

use std::ops::Range;

/// A piece of a text that holds at most one document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The bytes.
    pub(super) range: Range<usize>,
    /// The first line, from 1.
    pub(super) line: u32,
    /// How many lines.
    pub(super) lines: u32,
}

/// Cuts `text` at its document markers. Pieces of blank lines and comments alone are left out.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut cutter = Cutter::default();
    for line in text.split_inclusive('\n') {
        match Line::of(line) {
            Line::Start if cutter.has_content => cutter.cut(),
            _ => {}
        }
        cutter.take(line);
        if matches!(Line::of(line), Line::End) {
            cutter.cut();
        }
    }
    cutter.cut();
    cutter.pieces
}

enum Line {
    Start,
    End,
    Directive,
    Blank,
    Content,
}

impl Line {
    fn of(line: &str) -> Self {
        let marker = |word| {
            let rest = line.strip_prefix(word);
            rest.is_some_and(|rest: &str| {
                rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n'])
            })
        };
        match line.trim_start().as_bytes().first() {
            _ if marker("---") => Self::Start,
            _ if marker("...") => Self::End,
            None | Some(b'#') => Self::Blank,
            Some(_) if line.starts_with('%') => Self::Directive,
            Some(_) => Self::Content,
        }
    }
}

#[derive(Default)]
struct Cutter {
    pieces: Vec<Piece>,
    start: usize,
    end: usize,
    first_line: u32,
    lines: u32,
    has_content: bool,
}

impl Cutter {
    fn take(&mut self, line: &str) {
        self.end += line.len();
        self.lines += 1;
        // A directive belongs to the document that its `---` begins; anything else ends that.
        self.has_content |= matches!(Line::of(line), Line::Start | Line::Content);
    }

    fn cut(&mut self) {
        if self.has_content {
            self.pieces.push(Piece {
                range: self.start..self.end,
                line: self.first_line + 1,
                lines: self.lines,
            });
        }
        self.start = self.end;
        self.first_line += self.lines;
        self.lines = 0;
        self.has_content = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(u32, &str)> {
        let pieces = pieces(text);
        pieces
            .iter()
            .map(|p| (p.line, &text[p.range.clone()]))
            .collect()
    }

    #[test]
    fn documents_end_at_markers() {
        let text = "a: 1\n---\nb: 2\n--- {c: 3}\n...\n# no more\n";
        assert_eq!(
            cut(text),
            [(1, "a: 1\n"), (2, "---\nb: 2\n"), (4, "--- {c: 3}\n...\n")]
        );
    }

    #[test]
    fn a_directive_belongs_to_the_document_after_it() {
        let text = "%YAML 1.2\n---\na: 1\n...\n%YAML 1.2\n---\nb: 2\n";
        assert_eq!(
            cut(text),
            [
                (1, "%YAML 1.2\n---\na: 1\n...\n"),
                (5, "%YAML 1.2\n---\nb: 2\n")
            ]
        );
    }

    #[test]
    fn a_marker_at_the_first_column_is_one_inside_a_block_scalar_too() {
        let text = "a: |\n  one\n---\n  two\n";
        assert_eq!(cut(text), [(1, "a: |\n  one\n"), (3, "---\n  two\n")]);
    }

    #[test]
    fn what_only_looks_like_a_marker_is_none() {
        assert_eq!(cut("----\n---a\n  ---\n"), [(1, "----\n---a\n  ---\n")]);
    }

    #[test]
    fn nothing_but_comments_is_no_document() {
        assert_eq!(cut("# a\n\n# b\n"), []);
        assert_eq!(cut(""), []);
    }
}

//! A text being written: indented lines with a coloured sign in front.

use std::fmt::Display;

use anstyle::Style;

use super::Styles;
use super::style::paint;
use super::text::{Line, Mark};

/// A text being written.
#[derive(Debug)]
pub(super) struct Page {
    /// How it is coloured.
    pub(super) styles: Styles,
    out: String,
    rows: Vec<Row>,
}

/// A line with a sign, as it is told to whoever draws it otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// How far in, times two columns.
    pub(super) depth: usize,
    /// `+`, `-`, `~`, or a blank.
    pub(super) sign: String,
    /// The rest, coloured as the page is.
    pub(super) text: String,
}

impl Page {
    /// An empty one.
    pub(super) fn new(styles: Styles) -> Self {
        Self {
            styles,
            out: String::new(),
            rows: Vec::new(),
        }
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: impl Display) {
        let text = text.to_string();
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// Lines, `depth` times two columns in.
    pub(super) fn indented(&mut self, depth: usize, lines: &[String]) {
        let pad = "  ".repeat(depth);
        for line in lines {
            self.line(format_args!("{pad}{line}"));
        }
    }

    /// An empty line, unless there is one already or nothing at all.
    pub(super) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A line with a sign of one character, `depth` times two columns in.
    pub(super) fn sign(&mut self, depth: usize, style: Style, sign: &str, text: impl Display) {
        let (pad, text) = ("  ".repeat(depth), text.to_string());
        self.line(format_args!("{pad}{} {text}", paint(style, sign)));
        self.rows.push(Row {
            depth,
            sign: sign.to_owned(),
            text,
        });
    }

    /// The lines of a difference, `depth` times two columns in.
    pub(super) fn difference(&mut self, depth: usize, lines: &[Line]) {
        for line in lines {
            match line.mark {
                Mark::Same => self.sign(depth, Style::new(), " ", &line.text),
                Mark::Gain => self.sign(depth, self.styles.gain, "+", &line.text),
                Mark::Lose => self.sign(depth, self.styles.lose, "-", &line.text),
                Mark::Gap => {
                    let text = paint(self.styles.quiet, &line.text);
                    self.sign(depth, Style::new(), " ", text);
                }
            }
        }
    }

    /// The lines with signs that were written.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.out
    }
}

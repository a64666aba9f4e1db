//! Where in which file something was written.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A file's text as it was read, and the name that messages call it by.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as the user would write it; `-` is standard input.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl SourceFile {
    /// A file.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
        })
    }

    /// The text of `line` (from 1) without its line break; empty past the end.
    pub fn line(&self, line: u32) -> &str {
        self.text
            .lines()
            .nth(line.saturating_sub(1) as usize)
            .unwrap_or_default()
    }
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

//! Which lines of a file must not be shown, because a secret may stand on them.
//!
//! Messages are collected first and hidden last: a line may hold somebody else's secret.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::tree::Node;
use crate::base::{At, Diagnostic, SourceFile};

/// Ranges of lines, by file.
#[derive(Debug, Default)]
pub(super) struct Hidden(BTreeMap<String, Vec<(u32, u32)>>);

impl Hidden {
    /// Hides the lines of a whole document.
    pub(super) fn lines(&mut self, file: &SourceFile, lines: (u32, u32)) {
        self.0.entry(file.name.clone()).or_default().push(lines);
    }

    /// Hides the lines from `from` to the end of the scalar at `last`.
    pub(super) fn between(&mut self, file: &SourceFile, from: At, last: At) {
        let end = file.last_line(last).max(from.line);
        self.lines(file, (from.line, end));
    }

    /// Hides everything in a document whose kind is not known, but for its header.
    pub(super) fn body(&mut self, file: &SourceFile, document: &Node) {
        for entry in document.entries() {
            if !matches!(&*entry.key, "apiVersion" | "kind" | "metadata") {
                self.between(file, entry.key_at, entry.value.last().max(entry.key_at));
            }
        }
    }

    fn covers(&self, file: &Arc<SourceFile>, at: At) -> bool {
        let ranges = self.0.get(&file.name).into_iter().flatten();
        let mut ranges = ranges.filter(|(from, to)| (*from..=*to).contains(&at.line));
        ranges.next().is_some()
    }

    /// Marks the places of `faults` that are on hidden lines.
    pub(super) fn apply(&self, faults: &mut [Diagnostic]) {
        for place in faults.iter_mut().flat_map(|fault| &mut fault.places) {
            place.hidden |= self.covers(&place.file, place.at);
        }
    }
}

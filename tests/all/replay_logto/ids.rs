//! Which id or secret of the recording is which of the sandbox's.

use std::collections::BTreeMap;

/// Recorded → ours.
#[derive(Default)]
pub(super) struct Ids {
    known: BTreeMap<String, String>,
}

impl Ids {
    /// The text with all known ids of the recording made ours.
    pub(super) fn ours(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (theirs, ours) in &self.known {
            if text.contains(theirs.as_str()) {
                text = text.replace(theirs.as_str(), ours);
            }
        }
        text
    }

    /// Ours for theirs, if it is known.
    pub(super) fn of(&self, theirs: &str) -> Option<&String> {
        self.known.get(theirs)
    }

    /// Whether an id of ours stands for something already.
    pub(super) fn is_taken(&self, ours: &str) -> bool {
        self.known.values().any(|known| known == ours)
    }

    /// Learns that `theirs` is `ours`; constant ids are the same on both sides.
    pub(super) fn learn(&mut self, theirs: &str, ours: &str) {
        if theirs != ours {
            self.known.insert(theirs.to_owned(), ours.to_owned());
        }
    }
}

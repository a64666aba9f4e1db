//! Words of which one must be written, and schemas of which one must fit.

use serde_json::Value as Json;

use super::{NOT_A_CHOICE, Place, Walk};
use crate::base::suggest::nearest;
use crate::base::tree::Node;
use crate::kind::marker::Marker;

impl Walk<'_> {
    pub(super) fn word(&mut self, node: &Node, words: &[&str], place: &Place) {
        if let Some(marker) = Marker::of(node) {
            return self.misplaced(marker, node, place, "one of its words", &[]);
        }
        let all = words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>();
        let all = all.join(", ");
        let Some(text) = node.text() else {
            self.mistyped(node, place, "a text").hint = Some(format!("there are: {all}"));
            return;
        };
        if words.contains(&text) {
            return;
        }
        let message = format!("does not know `{text}` in `{}`", place.name());
        let fault = self.fault(NOT_A_CHOICE, node, place, message);
        fault.says("none of the words there are");
        fault.hint = Some(match nearest(text, words.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`? There are: {all}"),
            None => format!("there are: {all}"),
        });
    }

    /// Takes the choice that fits best, and with it its faults.
    pub(super) fn choice(&mut self, node: &Node, choices: &[Json], place: &Place) {
        let tried = choices.iter().map(|choice| {
            let mut walk = Walk {
                file: self.file,
                faults: Vec::new(),
            };
            walk.value(node, choice, place);
            walk.faults
        });
        if let Some(best) = tried.min_by_key(Vec::len) {
            self.faults.extend(best);
        }
    }
}

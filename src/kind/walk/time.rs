//! Times: RFC 3339, or whole milliseconds since 1970.

use jiff::Timestamp;

use super::{OUT_OF_BOUNDS, Place, Walk};
use crate::base::tree::{Node, Tree};

impl Walk<'_> {
    pub(super) fn time(&mut self, node: &Node, place: &Place) {
        let good = match &node.tree {
            Tree::Text(text) => text.parse::<Timestamp>().is_ok(),
            Tree::Number(number) => number
                .as_i64()
                .is_some_and(|millis| Timestamp::from_millisecond(millis).is_ok()),
            _ => {
                self.mistyped(node, place, "a time");
                return;
            }
        };
        if !good {
            let message = format!("wants a time in `{}`", place.name());
            let fault = self.fault(OUT_OF_BOUNDS, node, place, message);
            fault.says("no time with its offset");
            fault.hint = Some("write it like `2030-01-01T00:00:00Z`".to_owned());
        }
    }
}

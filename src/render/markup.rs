//! Texts of others inside markup.

use crate::base::text::visible;

/// A text with nothing in it that is markup, or that would steer a reader's eye.
pub(super) fn escaped(text: &str) -> String {
    visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

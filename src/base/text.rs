//! Texts of others, made fit to be shown: what would steer a terminal is shown, not obeyed.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` on one line, with control characters, line breaks and invisible or direction-changing
/// characters written as escapes.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, hides)
}

/// `text` as JSON would quote it, what [`visible`] escapes escaped too.
pub fn quoted(text: &str) -> String {
    let inner = escaped(text, |c| hides(c) || matches!(c, '"' | '\\'));
    format!("\"{inner}\"")
}

/// `bytes` as two digits each, from `00` to `ff`.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether `c` does something to a terminal other than standing there to be read.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

fn escaped(text: &str, wanted: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&wanted) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' if wanted(c) => out.extend(['\\', c]),
            c if wanted(c) => {
                // Writing into a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{hex, quoted, visible};

    #[test]
    fn what_would_steer_a_terminal_is_shown() {
        assert_eq!(
            visible("a\u{1b}[31mb\n\u{202e}c"),
            "a\\u{1b}[31mb\\n\\u{202e}c"
        );
        assert_eq!(visible("\u{9b}2J"), "\\u{9b}2J");
    }

    #[test]
    fn what_can_be_read_stays() {
        assert_eq!(visible("Büro 北京 — \"x\" \\"), "Büro 北京 — \"x\" \\");
    }

    #[test]
    fn bytes_have_two_digits_each() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }

    #[test]
    fn quotes_are_told_from_the_text() {
        assert_eq!(quoted("a\"\\\t"), "\"a\\\"\\\\\\t\"");
    }
}

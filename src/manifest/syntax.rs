//! Faults of syntax, in our words: each with its place, its code and what to type.
//!
//! What a document is can only be known once it is read: where that fails, its text is not shown,
//! and the lines of these messages are hidden but for their keys.

use std::sync::Arc;

use super::cut::Piece;
use super::yaml::{self, Error};
use crate::base::tree::{Node, Tree, is_exact};
use crate::base::{At, Code, Diagnostic, Place, SourceFile};

/// Text that is not YAML.
pub const SYNTAX: Code = Code("E0110");
/// A tab where only spaces indent.
pub const TAB: Code = Code("E0111");
/// The same key twice in a mapping.
pub const TWICE: Code = Code("E0112");
/// A document that is too large or too complex.
pub const TOO_MUCH: Code = Code("E0113");
/// An alias without its anchor.
pub const ANCHOR: Code = Code("E0114");
/// A character that YAML does not allow.
pub const CHARACTER: Code = Code("E0115");
/// A tag that means nothing here.
pub const TAG: Code = Code("E0116");
/// A key that is no text.
pub const KEY: Code = Code("E0117");
/// A number that JSON could not carry exactly.
pub const INEXACT: Code = Code("E0118");

/// The sorts of faults that have words of their own.
pub(super) enum Sort {
    /// Anything else.
    Syntax,
    /// Too deep, too many; the words say which.
    TooMuch(&'static str),
    /// `*name` without `&name` before it.
    UnknownAnchor,
    /// `!name`.
    Tag,
    /// `.inf`, `.nan`, `1e999`.
    NotFinite,
    /// A list, a mapping or null as a key.
    Key,
}

/// The diagnostic of a parser's error.
pub(super) fn fault(error: &Error, file: &Arc<SourceFile>, piece: &Piece) -> Diagnostic {
    let (line, column) = yaml::location(error);
    let at = At {
        line: line + piece.line - 1,
        column,
        length: 1,
    };
    if let Some(character) = forbidden(file, piece) {
        return character;
    }
    if let Some(tab) = tab(file, at.line, piece) {
        return hidden(
            TAB,
            "a tab indents this line, and YAML wants spaces",
            file,
            tab,
        )
        .hint("indent with spaces: most editors can convert them");
    }
    match yaml::sort(error) {
        Sort::TooMuch(why) => {
            let message = format!("the document is refused as too complex: {why}");
            hidden(TOO_MUCH, message, file, at)
                .hint("write fewer aliases, or several smaller documents divided by `---`")
        }
        Sort::UnknownAnchor => hidden(ANCHOR, "this alias has no anchor before it", file, at)
            .hint("write `&name` where the value stands first; anchors do not reach over `---`"),
        Sort::Tag => hidden(TAG, "a tag has no meaning in a manifest", file, at)
            .hint("leave out the word that begins with `!`"),
        Sort::NotFinite => hidden(INEXACT, "the number is not a finite one", file, at)
            .hint("quote it if a text is meant"),
        Sort::Key => hidden(KEY, "a key must be a text", file, at)
            .hint("quote the key, and write lists and mappings as values only"),
        Sort::Syntax => syntax(error, file, at),
    }
}

fn syntax(error: &Error, file: &Arc<SourceFile>, at: At) -> Diagnostic {
    let said = yaml::message(error);
    let hint = match said.as_str() {
        s if s.contains("mapping values") => {
            "quote a text that holds `: `, and check the indentation"
        }
        s if s.contains("recursion limit") => {
            return hidden(TOO_MUCH, "the document is nested too deep", file, at)
                .hint("close the brackets that are open");
        }
        s if s.contains("unexpected character") || s.contains("quoted scalar") => {
            "quote a text that begins with one of @ ` % & * ! | > { [, and close every quote"
        }
        s if s.contains("flow") => "close every `{` and `[`, with commas between the items",
        _ => "check the indentation, and the quotes and brackets before this place",
    };
    hidden(SYNTAX, format!("this is not YAML: {said}"), file, at).hint(hint)
}

/// The first character of the piece that YAML does not allow at all.
fn forbidden(file: &Arc<SourceFile>, piece: &Piece) -> Option<Diagnostic> {
    let text = &file.text[piece.range.clone()];
    let bad = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}')) || c == '\u{feff}'
    };
    let (offset, character) = text.char_indices().find(|(_, c)| bad(*c))?;
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let at = At {
        line: u32::try_from(line).ok()? + piece.line,
        column: u32::try_from(before[start..].chars().count()).ok()? + 1,
        length: 1,
    };
    let number = u32::from(character);
    let name = match character {
        '\u{feff}' => "a byte order mark may stand at the start of a file only".to_owned(),
        _ => format!("the character U+{number:04X} is not allowed in YAML"),
    };
    let hint = format!("delete it, or write it as `\"\\u{number:04x}\"` in double quotes");
    Some(hidden(CHARACTER, name, file, at).hint(hint))
}

/// The tab in the indentation of the line of the fault, or of the one before.
fn tab(file: &SourceFile, line: u32, piece: &Piece) -> Option<At> {
    [line, line.saturating_sub(1).max(piece.line)]
        .into_iter()
        .find_map(|line| {
            let text = file.line(line);
            let indentation = &text[..text.len() - text.trim_start().len()];
            let column = indentation
                .find('\t')
                .filter(|_| indentation.len() < text.len())?;
            Some(At {
                line,
                column: u32::try_from(column).ok()? + 1,
                length: 1,
            })
        })
}

/// Complains about every key that a mapping has twice. What stands under the second is looked at by
/// nobody, and may be a secret.
pub(super) fn twice(node: &Node, file: &Arc<SourceFile>, faults: &mut Vec<Diagnostic>) {
    let mut seen = std::collections::BTreeMap::new();
    for entry in node.entries() {
        if let Some(first) = seen.insert(&entry.key, entry.key_at) {
            let message = format!("the key `{}` stands twice in one mapping", entry.key);
            let place = |at, label: &str| Place {
                file: Arc::clone(file),
                at,
                label: label.to_owned(),
                hidden: true,
            };
            let fault = Diagnostic::error(TWICE, message)
                .at(place(entry.key_at, "a second time here"))
                .at(place(first, "first here"));
            faults.push(fault.hint("keep one of the two"));
        }
        twice(&entry.value, file, faults);
    }
    for item in node.items() {
        twice(item, file, faults);
    }
}

/// Complains about every number that would be rounded on its way.
pub(super) fn inexact(node: &Node, file: &Arc<SourceFile>, faults: &mut Vec<Diagnostic>) {
    if let Tree::Number(number) = &node.tree
        && !is_exact(number)
    {
        let message = "the number is beyond 2^53, and JSON would round it";
        let fault = hidden(INEXACT, message, file, node.at);
        faults.push(fault.hint("quote it if a text is meant"));
    }
    for entry in node.entries() {
        inexact(&entry.value, file, faults);
    }
    for item in node.items() {
        inexact(item, file, faults);
    }
}

fn hidden(code: Code, message: impl Into<String>, file: &Arc<SourceFile>, at: At) -> Diagnostic {
    Diagnostic::error(code, message).at(Place {
        file: Arc::clone(file),
        at,
        label: String::new(),
        hidden: true,
    })
}

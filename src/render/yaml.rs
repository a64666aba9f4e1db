//! Trees → YAML that reads back as the same trees. What is read, and how strictly, is `manifest`'s.
//!
//! Mappings and lists are written in blocks, markers on one line, texts of several lines as they
//! are. A text is only left bare where no reader of YAML takes it for something else.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::base::text::visible;
use crate::base::tree::{Entry, Node, Tree};
use crate::kind::marker::Marker;

/// Where a scalar stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    /// On lines of its own.
    Block,
    /// Between brackets.
    Flow,
}

/// The longest text that may be a key without more ado (YAML 1.2, 7.4.2: 1,024 characters).
const LONGEST_KEY: usize = 500;

/// Words that some reader of YAML takes for something else than themselves.
const RESERVED: [&str; 14] = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity", "nil",
    "none",
];

/// The documents of one file.
pub fn file<'n>(documents: impl IntoIterator<Item = &'n Node>) -> String {
    let texts: Vec<_> = documents.into_iter().map(document).collect();
    texts.join("---\n")
}

/// One document.
pub fn document(node: &Node) -> String {
    let mut out = String::new();
    match &node.tree {
        Tree::Map(all) if !all.is_empty() => entries(&mut out, all, 0, false),
        Tree::List(all) if !all.is_empty() => items(&mut out, all, 0, false),
        _ => {
            value(&mut out, node, 0);
            out = out.trim_start().to_owned();
        }
    }
    out
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// The entries of a mapping; the first may stand on a line that is begun.
fn entries(out: &mut String, all: &[Entry], indent: usize, is_begun: bool) {
    for (n, entry) in all.iter().enumerate() {
        if n > 0 || !is_begun {
            pad(out, indent);
        }
        let key = one_line(&entry.key, Context::Block);
        if key.chars().count() > LONGEST_KEY {
            out.extend(["? ", &key, "\n"]);
            pad(out, indent);
        } else {
            out.push_str(&key);
        }
        out.push(':');
        value(out, &entry.value, indent);
    }
}

fn items(out: &mut String, all: &[Node], indent: usize, is_begun: bool) {
    for (n, item) in all.iter().enumerate() {
        if n > 0 || !is_begun {
            pad(out, indent);
        }
        out.push('-');
        match &item.tree {
            Tree::Map(inner) if !inner.is_empty() && !is_flow(item) => {
                out.push(' ');
                entries(out, inner, indent + 2, true);
            }
            Tree::List(inner) if !inner.is_empty() => {
                out.push(' ');
                items(out, inner, indent + 2, true);
            }
            _ => value(out, item, indent),
        }
    }
}

/// What follows a colon or a dash, to the end of its line or block.
fn value(out: &mut String, node: &Node, indent: usize) {
    match &node.tree {
        Tree::Map(inner) if !inner.is_empty() && !is_flow(node) => {
            out.push('\n');
            entries(out, inner, indent + 2, false);
        }
        Tree::List(inner) if !inner.is_empty() && !is_flow(node) => {
            out.push('\n');
            items(out, inner, indent + 2, false);
        }
        Tree::Text(text) if is_literal(text) => literal(out, text, indent + 2),
        _ => {
            out.push(' ');
            flow(out, node, Context::Block);
            out.push('\n');
        }
    }
}

/// Whether a mapping is a marker of scalars, and so stands on one line.
fn is_flow(node: &Node) -> bool {
    let is_small = |inner: &Node| match &inner.tree {
        Tree::Map(_) => is_flow(inner),
        Tree::List(items) => items.iter().all(|item| item.text().is_some()),
        Tree::Text(text) => text.chars().count() < LONGEST_KEY,
        _ => true,
    };
    let small = node
        .entries()
        .iter()
        .all(|entry| entry.key.chars().count() < LONGEST_KEY && is_small(&entry.value));
    match Marker::of(node) {
        None | Some(Marker::Exactly(_)) => false,
        Some(_) => small,
    }
}

fn flow(out: &mut String, node: &Node, context: Context) {
    match &node.tree {
        Tree::Null => out.push_str("null"),
        Tree::Bool(is) => out.push_str(if *is { "true" } else { "false" }),
        Tree::Number(number) => {
            // Writing into a String cannot fail.
            let _ = write!(out, "{number}");
        }
        Tree::Text(text) => out.push_str(&one_line(text, context)),
        Tree::List(all) => {
            out.push('[');
            for (n, item) in all.iter().enumerate() {
                out.push_str(if n > 0 { ", " } else { "" });
                flow(out, item, Context::Flow);
            }
            out.push(']');
        }
        Tree::Map(all) => {
            out.push('{');
            for (n, entry) in all.iter().enumerate() {
                out.push_str(if n > 0 { ", " } else { "" });
                out.extend([&one_line(&entry.key, Context::Flow), ": "]);
                flow(out, &entry.value, Context::Flow);
            }
            out.push('}');
        }
    }
}

/// A text of one line: bare, in single quotes, or with escapes in double ones.
fn one_line(text: &str, context: Context) -> Cow<'_, str> {
    if is_bare(text, context) {
        return Cow::Borrowed(text);
    }
    if is_shown(text) {
        return Cow::Owned(format!("'{}'", text.replace('\'', "''")));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_shown(c.encode_utf8(&mut [0; 4])) => out.push(c),
            c => {
                // Writing into a String cannot fail.
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
        }
    }
    out.push('"');
    Cow::Owned(out)
}

/// Whether every character of it can be seen, and is one that YAML allows.
fn is_shown(text: &str) -> bool {
    let is_odd = |c| matches!(c, '\u{fffe}' | '\u{ffff}');
    matches!(visible(text), Cow::Borrowed(_)) && !text.contains(is_odd)
}

/// Whether nobody takes it for anything but this text.
fn is_bare(text: &str, context: Context) -> bool {
    let first = |c: char| c.is_alphabetic() || matches!(c, '_' | '/');
    let inner = |c: char| c.is_alphanumeric() || "_-./@+()=$ :,".contains(c);
    let splits: &[&str] = match context {
        Context::Block => &[": "],
        Context::Flow => &[":", ","],
    };
    text.starts_with(first)
        && text.chars().all(inner)
        && !text.ends_with([' ', ':'])
        && !splits.iter().any(|split| text.contains(split))
        && !RESERVED.contains(&text.to_lowercase().as_str())
}

/// Whether it can be written as it is, below its key: lines that can be seen, the first of which
/// says how far it is indented, and at most one line break at the end.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_line = |line: &str| {
        let blank = line.trim().is_empty();
        is_shown(&line.replace('\t', "")) && (!blank || line.is_empty())
    };
    text.contains('\n')
        && !body.starts_with([' ', '\t', '\n'])
        && !body.ends_with('\n')
        && !body.is_empty()
        && body.split('\n').all(is_line)
}

fn literal(out: &mut String, text: &str, indent: usize) {
    let (sign, body) = match text.strip_suffix('\n') {
        Some(body) => (" |\n", body),
        None => (" |-\n", text),
    };
    out.push_str(sign);
    for line in body.split('\n') {
        if !line.is_empty() {
            pad(out, indent);
        }
        out.extend([line, "\n"]);
    }
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::base::At;
    use crate::base::tree::Node;
    use serde_json::{Value as Json, json};

    fn written(json: &Json) -> String {
        document(&Node::from_json(json, At::default()))
    }

    #[test]
    fn blocks_are_indented_and_markers_stand_on_one_line() {
        let json = json!({
            "kind": "Role",
            "spec": {"scopes": ["a.read", {"ref": "scope/b"}], "x": {"exactly": []}, "z": {}},
            "list": [{"a": 1, "b": [[2]]}, []],
        });
        insta::assert_snapshot!(written(&json), @r"
        kind: Role
        list:
          - a: 1
            b:
              - - 2
          - []
        spec:
          scopes:
            - a.read
            - {ref: scope/b}
          x:
            exactly: []
          z: {}
        ");
    }

    #[test]
    fn a_text_that_looks_like_something_else_is_quoted() {
        let texts = [
            "yes",
            "Null",
            "1.5",
            "0x1",
            "2030-01-01",
            "~",
            "",
            " a",
            "a: b",
            "a:",
            "- a",
            "#a",
            "it's",
            "a\u{7f}b",
            "*a",
            "Order clerk",
            "read:orders",
            "https://a.b/c",
            "a, b",
        ];
        let lines: Vec<_> = texts
            .iter()
            .map(|text| written(&json!({"k": text})))
            .collect();
        insta::assert_snapshot!(lines.concat(), @r#"
        k: 'yes'
        k: 'Null'
        k: '1.5'
        k: '0x1'
        k: '2030-01-01'
        k: '~'
        k: ''
        k: ' a'
        k: 'a: b'
        k: 'a:'
        k: '- a'
        k: '#a'
        k: 'it''s'
        k: "a\U0000007Fb"
        k: '*a'
        k: Order clerk
        k: read:orders
        k: https://a.b/c
        k: a, b
        "#);
    }

    #[test]
    fn lines_are_written_as_lines_where_they_can_be() {
        insta::assert_snapshot!(written(&json!({"a": "x\n\n  y\n", "b": "x\ny"})), @r"
        a: |
          x

            y
        b: |-
          x
          y
        ");
        assert_eq!(written(&json!({"a": " x\ny"})), "a: \" x\\ny\"\n");
        assert_eq!(written(&json!({"a": "x\n\n"})), "a: \"x\\n\\n\"\n");
    }
}

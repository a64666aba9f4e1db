//! Values as people read them, on one line or several, and the difference of two of them.
//!
//! Nothing here knows a plan. Texts are escaped: what a server says is shown, not obeyed.

use similar::{ChangeTag, TextDiff};

use crate::base::text::{quoted, visible};
use crate::base::{FieldPath, Value};

/// What stands for a value that is told by an object that is not there yet.
pub(super) const UNKNOWN: &str = "(known after apply)";
/// What stands for a secret.
pub(super) const SECRET: &str = "(secret)";
/// The longest value that is put on one line.
const WIDTH: usize = 72;
/// How many unchanged lines are shown around a changed one.
const AROUND: usize = 3;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It stays.
    Same,
    /// It comes.
    Gain,
    /// It goes.
    Lose,
    /// Unchanged lines are left out here; the text says how many.
    Gap,
}

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What became of it.
    pub(super) mark: Mark,
    /// Its text, escaped.
    pub(super) text: String,
}

/// A value on one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => n.to_string(),
        Value::Text(text) => quoted(text),
        Value::Secret(_) => SECRET.to_owned(),
        Value::Unknown(_) => UNKNOWN.to_owned(),
        Value::List(items) if items.is_empty() => "[]".to_owned(),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) if map.is_empty() => "{}".to_owned(),
        Value::Map(map) => {
            let pairs = map
                .iter()
                .map(|(key, value)| format!("{} = {}", name(key), inline(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A value on one line, if it is short and no text in it has several lines.
pub(super) fn short(value: &Value) -> Option<String> {
    let mut long = false;
    value.leaves(&mut |_, leaf| long |= leaf.as_text().is_some_and(has_lines));
    let line = if long { None } else { Some(inline(value)) };
    line.filter(|line| line.chars().count() <= WIDTH || is_leaf(value))
}

fn is_leaf(value: &Value) -> bool {
    !matches!(value, Value::List(_) | Value::Map(_))
}

/// A value on as many lines as it has leaves and lines of text.
pub(super) fn lines(value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    match value {
        Value::Text(text) if has_lines(text) => out.extend(text_lines(text)),
        whole => push(&mut out, 0, "", whole, ""),
    }
    out
}

fn push(out: &mut Vec<String>, depth: usize, start: &str, value: &Value, end: &str) {
    let pad = "  ".repeat(depth);
    match value {
        Value::List(items) if !items.is_empty() => {
            out.push(format!("{pad}{start}["));
            for item in items {
                push(out, depth + 1, "", item, ",");
            }
            out.push(format!("{pad}]{end}"));
        }
        Value::Map(map) if !map.is_empty() => {
            out.push(format!("{pad}{start}{{"));
            for (key, value) in map {
                push(out, depth + 1, &format!("{} = ", name(key)), value, "");
            }
            out.push(format!("{pad}}}{end}"));
        }
        Value::Text(text) if has_lines(text) => {
            out.push(format!("{pad}{start}|"));
            let inner = "  ".repeat(depth + 1);
            out.extend(text_lines(text).map(|line| format!("{inner}{line}")));
        }
        leaf => out.push(format!("{pad}{start}{}{end}", inline(leaf))),
    }
}

/// A mapping's key: bare where nothing in it could mislead.
fn name(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/');
    if !key.is_empty() && key.chars().all(plain) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// A path, with nothing in it that a terminal would obey.
pub(super) fn path(path: &FieldPath) -> String {
    visible(&path.to_string()).into_owned()
}

fn has_lines(text: &str) -> bool {
    text.trim_end_matches('\n').contains('\n')
}

/// The lines of a text; a last one without its line break says so.
fn text_lines(text: &str) -> impl Iterator<Item = String> + '_ {
    let complete = text.strip_suffix('\n');
    let ending = if complete.is_some() { "" } else { NO_BREAK };
    let body = complete.unwrap_or(text);
    let last = body.split('\n').count() - 1;
    body.split('\n').enumerate().map(move |(n, line)| {
        let ending = if n == last { ending } else { "" };
        format!("{}{ending}", visible(line))
    })
}

const NO_BREAK: &str = "  (no line break at the end)";

/// The difference of two values, line by line, with some unchanged lines around each change.
pub(super) fn difference(before: &Value, after: &Value) -> Vec<Line> {
    let as_text =
        is_text(before) && is_text(after) && (has_text_lines(before) || has_text_lines(after));
    let (mut old, mut new) = (side(before, as_text), side(after, as_text));
    forgive_ending(&mut old, &mut new);
    let (old, new): (Vec<&str>, Vec<&str>) = (
        old.iter().map(String::as_str).collect(),
        new.iter().map(String::as_str).collect(),
    );
    let diff = TextDiff::from_slices(&old, &new);
    let mut out = Vec::new();
    let mut seen = 0;
    for group in diff.grouped_ops(AROUND) {
        let start = group.first().map_or(seen, |op| op.old_range().start);
        gap(&mut out, &old[seen..start]);
        seen = group.last().map_or(seen, |op| op.old_range().end);
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            out.push(Line {
                mark: mark(change.tag()),
                text: change.value().to_owned(),
            });
        }
    }
    gap(&mut out, &old[seen..]);
    out
}

/// Nothing has no lines, so that what comes whole is shown as all gain.
fn side(value: &Value, as_text: bool) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Text(text) if as_text => text_lines(text).collect(),
        value => lines(value),
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Text(_))
}

fn has_text_lines(value: &Value) -> bool {
    value.as_text().is_some_and(has_lines)
}

/// Where both texts lack the final line break, nobody needs to hear of it.
fn forgive_ending(old: &mut [String], new: &mut [String]) {
    let lacks = |lines: &[String]| lines.last().is_none_or(|last| last.ends_with(NO_BREAK));
    if !(lacks(old) && lacks(new)) {
        return;
    }
    for last in [old.last_mut(), new.last_mut()].into_iter().flatten() {
        last.truncate(last.len() - NO_BREAK.len());
    }
}

/// Leaves lines out and says how many; a single one takes no more room than its being left out.
fn gap(out: &mut Vec<Line>, left_out: &[&str]) {
    let (mark, text) = match left_out {
        [] => return,
        [only] => (Mark::Same, (*only).to_owned()),
        many => (Mark::Gap, format!("({} unchanged lines)", many.len())),
    };
    out.push(Line { mark, text });
}

fn mark(tag: ChangeTag) -> Mark {
    match tag {
        ChangeTag::Equal => Mark::Same,
        ChangeTag::Insert => Mark::Gain,
        ChangeTag::Delete => Mark::Lose,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(before: &Value, after: &Value) -> String {
        let sign = |mark| match mark {
            Mark::Same => "  ",
            Mark::Gain => "+ ",
            Mark::Lose => "- ",
            Mark::Gap => "@ ",
        };
        let lines = difference(before, after)
            .into_iter()
            .map(|line| format!("{}{}\n", sign(line.mark), line.text));
        lines.collect()
    }

    #[test]
    fn short_values_stand_on_one_line() {
        let value = Value::from(json!({"b": [1, true, null], "a b": "x\u{1b}"}));
        assert_eq!(
            short(&value).expect("short"),
            r#"{ "a b" = "x\u{1b}", b = [1, true, null] }"#
        );
        assert_eq!(short(&Value::from("one\ntwo")), None);
    }

    #[test]
    fn a_long_text_shows_its_changed_lines_and_some_around() {
        let before: String = (1..=20).fold(String::new(), |all, n| format!("{all}line {n}\n"));
        let after = before.replace("line 10\n", "line ten\n");
        insta::assert_snapshot!(shown(&Value::from(before.as_str()), &Value::from(after.as_str())), @r"
        @ (6 unchanged lines)
          line 7
          line 8
          line 9
        - line 10
        + line ten
          line 11
          line 12
          line 13
        @ (7 unchanged lines)
        ");
    }

    #[test]
    fn a_final_line_break_that_comes_is_seen() {
        insta::assert_snapshot!(shown(&Value::from("a\nb"), &Value::from("a\nb\n")), @r"
          a
        - b  (no line break at the end)
        + b
        ");
    }

    #[test]
    fn a_missing_final_line_break_on_both_sides_is_nobodys_business() {
        insta::assert_snapshot!(shown(&Value::from("a\nb"), &Value::from("a\nc")), @r"
          a
        - b
        + c
        ");
    }

    #[test]
    fn lists_are_compared_item_by_item() {
        let before = Value::from(json!(["https://a.example", "https://b.example"]));
        let after = Value::from(json!(["https://a.example", "https://c.example"]));
        insta::assert_snapshot!(shown(&before, &after), @r#"
          [
            "https://a.example",
        -   "https://b.example",
        +   "https://c.example",
          ]
        "#);
    }

    #[test]
    fn texts_of_several_lines_inside_a_mapping_keep_their_lines() {
        let after = Value::from(json!({"script": "one\ntwo\n", "n": 1}));
        insta::assert_snapshot!(shown(&Value::Null, &after), @r"
        + {
        +   n = 1
        +   script = |
        +     one
        +     two
        + }
        ");
    }
}

//! Texts, numbers and truth values: types and bounds.

use serde_json::{Number, Value as Json};

use super::{OUT_OF_BOUNDS, Place, Walk};
use crate::base::tree::{Node, Tree};
use crate::kind::marker::Marker;
use crate::kind::pattern;

impl Walk<'_> {
    pub(super) fn scalar(&mut self, node: &Node, schema: &Json, types: &[&str], place: &Place) {
        if let Some(marker) = Marker::of(node) {
            return self.misplaced(marker, node, place, &wanted(types), &[]);
        }
        let fits = |name: &&str| match (&node.tree, *name) {
            (Tree::Text(_), "string")
            | (Tree::Bool(_), "boolean")
            | (Tree::Number(_), "number")
            | (Tree::List(_), "array")
            | (Tree::Map(_), "object") => true,
            (Tree::Number(number), "integer") => !number.is_f64(),
            _ => false,
        };
        if !types.iter().any(fits) {
            let hint = self.retyped(node, types);
            self.mistyped(node, place, &wanted(types)).hinted(hint);
            return;
        }
        self.bounded(node, schema, place);
    }

    pub(super) fn bounded(&mut self, node: &Node, schema: &Json, place: &Place) {
        let outside = match &node.tree {
            Tree::Text(text) => length(text, schema).or_else(|| shape(text, schema)),
            Tree::Number(number) => range(number, schema),
            _ => None,
        };
        if let Some(outside) = outside {
            let message = format!("wants {outside} in `{}`", place.name());
            let fault = self.fault(OUT_OF_BOUNDS, node, place, message);
            fault.hint = Some(format!("write {outside}"));
            fault.label = outside;
        }
    }

    /// What to type instead, where the text is right and only its type is not.
    pub(super) fn retyped(&self, node: &Node, types: &[&str]) -> Option<String> {
        let source = self.file.slice(node.at);
        match &node.tree {
            Tree::Number(_) | Tree::Bool(_) if types.contains(&"string") && !source.is_empty() => {
                Some(format!("quote it: `\"{source}\"`"))
            }
            Tree::Text(text) if types.contains(&"boolean") => match text.to_lowercase().as_str() {
                "yes" | "on" => Some("write `true`".to_owned()),
                "no" | "off" => Some("write `false`".to_owned()),
                "true" => Some("write `true`, without quotes".to_owned()),
                "false" => Some("write `false`, without quotes".to_owned()),
                _ => None,
            },
            Tree::Text(text) if types.contains(&"integer") && text.parse::<i64>().is_ok() => {
                Some(format!("write `{text}`, without quotes"))
            }
            _ => None,
        }
    }
}

fn wanted(types: &[&str]) -> String {
    let name = |name: &&str| match *name {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a mapping",
        _ => "a value",
    };
    types.iter().map(name).collect::<Vec<_>>().join(" or ")
}

/// What the text's length should be, if it is not.
fn length(text: &str, schema: &Json) -> Option<String> {
    let count = text.chars().count() as u64;
    let bound = |word| schema.get(word).and_then(Json::as_u64);
    match (bound("minLength"), bound("maxLength")) {
        (Some(1), None) if count < 1 => Some("a text that is not empty".to_owned()),
        (Some(least), None) if count < least => Some(format!("at least {least} characters")),
        (None, Some(most)) if count > most => Some(format!("at most {most} characters")),
        (Some(least), Some(most)) if !(least..=most).contains(&count) => {
            Some(format!("{least} to {most} characters"))
        }
        _ => None,
    }
}

/// What the text should look like, if it does not.
fn shape(text: &str, schema: &Json) -> Option<String> {
    let pattern = schema.get("pattern").and_then(Json::as_str)?;
    (!pattern::fits(pattern, text)).then(|| format!("a text that matches `{pattern}`"))
}

/// What the number should be, if it is not. Rust's integer types are bounds of their own, which
/// the generated schema names in `format` only.
fn range(number: &Number, schema: &Json) -> Option<String> {
    let (low, high) = format_bounds(schema);
    let bound = |word| schema.get(word).and_then(Json::as_f64);
    let least = bound("minimum").into_iter().chain(low).reduce(f64::max);
    let most = bound("maximum").into_iter().chain(high).reduce(f64::min);
    let value = number.as_f64()?;
    let (above, below) = (bound("exclusiveMinimum"), bound("exclusiveMaximum"));
    if above.is_some_and(|above| value <= above) || below.is_some_and(|below| value >= below) {
        let low = above.map(|above| format!("more than {above}"));
        let high = below.map(|below| format!("less than {below}"));
        return Some(
            [low, high]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" and "),
        );
    }
    match (least, most) {
        (Some(least), Some(most)) if value < least || value > most => {
            Some(format!("a number from {least} to {most}"))
        }
        (Some(least), None) if value < least => Some(format!("a number of {least} or more")),
        (None, Some(most)) if value > most => Some(format!("a number of {most} or less")),
        _ => None,
    }
}

fn format_bounds(schema: &Json) -> (Option<f64>, Option<f64>) {
    match schema.get("format").and_then(Json::as_str) {
        Some("uint8") => (Some(0.0), Some(f64::from(u8::MAX))),
        Some("uint16") => (Some(0.0), Some(f64::from(u16::MAX))),
        Some("uint32") => (Some(0.0), Some(f64::from(u32::MAX))),
        Some("uint64" | "uint") => (Some(0.0), None),
        Some("int8") => (Some(f64::from(i8::MIN)), Some(f64::from(i8::MAX))),
        Some("int16") => (Some(f64::from(i16::MIN)), Some(f64::from(i16::MAX))),
        Some("int32") => (Some(f64::from(i32::MIN)), Some(f64::from(i32::MAX))),
        _ => (None, None),
    }
}

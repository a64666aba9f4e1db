//! Which bodies are accepted: shapes as data, and the issues that zod would report.
//!
//! Unknown keys are dropped in silence (`applications.jsonl` 123).

use serde_json::{Map, Value, json};

use super::pattern::Pattern;
use super::refusal::{Refusal, with_data};
use crate::sandbox::exchange::Answer;

/// What a value must look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Text of so many characters, of a pattern; or, if the flag is set, the empty text.
    Text {
        min: usize,
        max: usize,
        pattern: Pattern,
        or_empty: bool,
    },
    /// A number between these.
    Number { min: i64, max: i64 },
    /// True or false.
    Bool,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// So many at least, each of a shape.
    List(&'static Self, usize),
    /// These keys, no others.
    Object(&'static [Field]),
    /// Any mapping, kept as it is.
    Free,
    /// A language; anything else, nothing included, is "Invalid input" (`extra-verify.jsonl` 16).
    Language,
}

/// Whether a key may be absent or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
    Nullable,
}

/// A key of a mapping.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    name: &'static str,
    shape: Shape,
    presence: Presence,
}

/// Text of `min` to `max` characters.
pub(super) const fn text(min: usize, max: usize) -> Shape {
    matching(min, max, Pattern::Any)
}

/// Text that matches.
pub(super) const fn matching(min: usize, max: usize, pattern: Pattern) -> Shape {
    Shape::Text {
        min,
        max,
        pattern,
        or_empty: false,
    }
}

/// Text that matches, or the empty text, which clears (`users.jsonl` 616).
pub(super) const fn or_empty(pattern: Pattern) -> Shape {
    Shape::Text {
        min: 0,
        max: usize::MAX,
        pattern,
        or_empty: true,
    }
}

/// Any text.
pub(super) const TEXT: Shape = text(0, usize::MAX);
/// Any number.
pub(super) const NUMBER: Shape = Shape::Number {
    min: i64::MIN,
    max: i64::MAX,
};

/// A key that must be there.
pub(super) const fn required(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        presence: Presence::Required,
    }
}

/// A key that may be absent, but not null (`resources.jsonl` 364).
pub(super) const fn optional(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        presence: Presence::Optional,
    }
}

/// A key that may be absent or null (`resource-scopes.jsonl` 382).
pub(super) const fn nullable(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        presence: Presence::Nullable,
    }
}

const fn link(name: &'static str) -> Field {
    optional(name, matching(0, usize::MAX, Pattern::Url))
}

const fn colour(name: &'static str) -> Field {
    optional(name, matching(0, usize::MAX, Pattern::Colour))
}

/// Colours of a sign-in page (`applications.jsonl` 229).
pub(super) const COLOUR: Shape = Shape::Object(&[
    colour("primaryColor"),
    optional("isDarkModeEnabled", Shape::Bool),
    colour("darkPrimaryColor"),
]);

/// Pictures of a sign-in page (`applications.jsonl` 228).
pub(super) const BRANDING: Shape = Shape::Object(&[
    link("logoUrl"),
    link("darkLogoUrl"),
    link("favicon"),
    link("darkFavicon"),
]);

struct Issue {
    body: Value,
    detail: String,
}

struct Check {
    path: Vec<Value>,
    issues: Vec<Issue>,
}

/// Checks the body of a request and returns what is left of it.
pub(super) fn guard_body(shape: &Shape, body: &Value) -> Result<Value, Refusal> {
    guard("body", shape, Some(body))
}

/// Checks a body whose keys depend on what is in it.
pub(super) fn guard_fields(fields: &[Field], body: &Value) -> Result<Value, Refusal> {
    let mut check = Check {
        path: Vec::new(),
        issues: Vec::new(),
    };
    let kept = match body {
        Value::Object(map) => check.object(fields, map),
        _ => check.wrong_type("object", Some(body)).unwrap_or_default(),
    };
    check.refused("body").map_or(Ok(kept), Err)
}

/// Checks a parameter of the path.
pub(super) fn guard_param(name: &str, shape: &Shape, value: &str) -> Result<(), Refusal> {
    let mut check = Check {
        path: vec![json!(name)],
        issues: Vec::new(),
    };
    check.value(shape, Some(&json!(value)));
    check.refused("params").map_or(Ok(()), Err)
}

fn guard(part: &str, shape: &Shape, value: Option<&Value>) -> Result<Value, Refusal> {
    let mut check = Check {
        path: Vec::new(),
        issues: Vec::new(),
    };
    let kept = check.value(shape, value);
    match check.refused(part) {
        Some(refusal) => Err(refusal),
        None => Ok(kept.unwrap_or(Value::Null)),
    }
}

impl Check {
    fn refused(self, part: &str) -> Option<Refusal> {
        if self.issues.is_empty() {
            return None;
        }
        let (bodies, details): (Vec<_>, Vec<_>) = self
            .issues
            .into_iter()
            .map(|Issue { body, detail }| (body, detail))
            .unzip();
        let body = json!({
            "code": "guard.invalid_input",
            "data": {"issues": bodies, "name": "ZodError"},
            "details": details.join("\n"),
            "message": format!("The request {part} is invalid."),
        });
        Some(Refusal(Answer::json(400, &body)))
    }

    fn issue(&mut self, code: &str, message: &str, detail: &str, mut body: Value) {
        let words = self.path.iter().map(|step| match step {
            Value::String(name) => name.clone(),
            other => other.to_string(),
        });
        let at = words.collect::<Vec<_>>().join(".");
        body["code"] = json!(code);
        body["message"] = json!(message);
        body["path"] = json!(self.path);
        let detail = format!("Error in key path \"{at}\": ({code}) {detail}");
        self.issues.push(Issue { body, detail });
    }

    fn wrong_type(&mut self, expected: &str, value: Option<&Value>) -> Option<Value> {
        let received = received(value);
        let message = if received == "undefined" {
            "Required".to_owned()
        } else {
            let plain = if expected.starts_with('\'') {
                "string"
            } else {
                expected
            };
            format!("Expected {plain}, received {received}")
        };
        let detail = format!("Expected {expected} but received {received}.");
        let body = json!({"expected": expected, "received": received});
        self.issue("invalid_type", &message, &detail, body);
        None
    }

    fn value(&mut self, shape: &Shape, value: Option<&Value>) -> Option<Value> {
        match (shape, value) {
            (
                Shape::Text {
                    min,
                    max,
                    pattern,
                    or_empty,
                },
                Some(Value::String(text)),
            ) => {
                if !(*or_empty && text.is_empty()) {
                    self.text(text, *min, *max, *pattern);
                }
            }
            (Shape::Number { min, max }, Some(Value::Number(number))) => {
                self.number(number.as_f64().unwrap_or(0.0), *min, *max);
            }
            (Shape::Bool, Some(Value::Bool(_))) | (Shape::Free, Some(Value::Object(_))) => {}
            (Shape::Choice(words), Some(Value::String(word))) => self.choice(words, word),
            (Shape::List(item, min), Some(Value::Array(items))) => {
                return Some(self.list(item, *min, items));
            }
            (Shape::Object(fields), Some(Value::Object(map))) => {
                return Some(self.object(fields, map));
            }
            (Shape::Language, Some(Value::String(tag))) if is_language(tag) => {}
            (Shape::Language, _) => {
                self.issue("custom", "Invalid input", "Invalid input", json!({}));
                return None;
            }
            (shape, value) => return self.wrong_type(&expected(shape), value),
        }
        value.cloned()
    }

    fn object(&mut self, fields: &[Field], map: &Map<String, Value>) -> Value {
        let mut kept = Map::new();
        for Field {
            name,
            shape,
            presence,
        } in fields
        {
            let value = map.get(*name);
            if value.is_none() && *presence != Presence::Required {
                continue;
            }
            if value == Some(&Value::Null) && *presence == Presence::Nullable {
                kept.insert((*name).to_owned(), Value::Null);
                continue;
            }
            self.path.push(json!(name));
            if let Some(value) = self.value(shape, value) {
                kept.insert((*name).to_owned(), value);
            }
            self.path.pop();
        }
        Value::Object(kept)
    }

    fn list(&mut self, item: &Shape, min: usize, items: &[Value]) -> Value {
        if items.len() < min {
            let message = format!("Array must contain at least {min} element(s)");
            self.issue(
                "too_small",
                &message,
                &message,
                bound("minimum", min, "array"),
            );
        }
        let kept = items.iter().enumerate().map(|(index, value)| {
            self.path.push(json!(index));
            let kept = self.value(item, Some(value));
            self.path.pop();
            kept.unwrap_or(Value::Null)
        });
        Value::Array(kept.collect())
    }

    fn text(&mut self, text: &str, min: usize, max: usize, pattern: Pattern) {
        let length = text.encode_utf16().count();
        if length < min {
            let message = format!("String must contain at least {min} character(s)");
            self.issue(
                "too_small",
                &message,
                &message,
                bound("minimum", min, "string"),
            );
        } else if length > max {
            let message = format!("String must contain at most {max} character(s)");
            self.issue(
                "too_big",
                &message,
                &message,
                bound("maximum", max, "string"),
            );
        } else if !pattern.matches(text) {
            let (code, body, message) = pattern.complaint();
            self.issue(code, message, message, body);
        }
    }

    fn number(&mut self, number: f64, min: i64, max: i64) {
        #[expect(clippy::cast_precision_loss, reason = "bounds are small or endless")]
        let (low, high) = (min as f64, max as f64);
        if number < low {
            let message = format!("Number must be greater than or equal to {min}");
            self.issue(
                "too_small",
                &message,
                &message,
                bound("minimum", min, "number"),
            );
        } else if number > high {
            let message = format!("Number must be less than or equal to {max}");
            self.issue(
                "too_big",
                &message,
                &message,
                bound("maximum", max, "number"),
            );
        }
    }

    fn choice(&mut self, words: &[&str], word: &str) {
        if !words.contains(&word) {
            let expected = quoted(words);
            let message = format!("Invalid enum value. Expected {expected}, received '{word}'");
            let body = json!({"received": word, "options": words});
            self.issue("invalid_enum_value", &message, &message, body);
        }
    }
}

fn bound(side: &str, bound: impl Into<Value>, of: &str) -> Value {
    let mut body = json!({"type": of, "inclusive": true, "exact": false});
    body[side] = bound.into();
    body
}

fn quoted(words: &[&str]) -> String {
    let quoted = words.iter().map(|word| format!("'{word}'"));
    quoted.collect::<Vec<_>>().join(" | ")
}

fn expected(shape: &Shape) -> String {
    match shape {
        Shape::Text { .. } => "string".to_owned(),
        Shape::Number { .. } => "number".to_owned(),
        Shape::Bool => "boolean".to_owned(),
        Shape::Choice(words) => quoted(words),
        Shape::List(..) => "array".to_owned(),
        Shape::Object(_) | Shape::Free => "object".to_owned(),
        Shape::Language => "language".to_owned(),
    }
}

/// Whether it has the form of a language tag; which ones there are, the specification lists.
fn is_language(tag: &str) -> bool {
    let (language, region) = tag.split_once('-').unwrap_or((tag, "XX"));
    let is = |text: &str, of: fn(&u8) -> bool| text.as_bytes().iter().all(of);
    (2..=3).contains(&language.len())
        && is(language, u8::is_ascii_lowercase)
        && (2..=3).contains(&region.len())
        && is(region, |byte| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit()
        })
}

fn received(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}

/// A refusal of a search field, which is `request.invalid_input` with empty data
/// (`users.jsonl` 609).
pub(super) fn bad_search(details: &str) -> Refusal {
    let message = format!("Input is invalid. {details}");
    with_data(400, "request.invalid_input", &json!({}), &message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: Shape = Shape::Object(&[
        required("name", text(1, 128)),
        optional("type", Shape::Choice(&["User", "MachineToMachine"])),
        nullable("note", TEXT),
        optional("scopeIds", Shape::List(&TEXT, 1)),
    ]);

    fn refused(body: &Value) -> Value {
        guard_body(&ROLE, body).unwrap_err().0.as_json().unwrap()
    }

    #[test]
    fn unknown_keys_are_dropped_and_null_is_kept_where_it_clears() {
        let body = json!({"name": "a", "note": null, "zzz": 1});
        let kept = guard_body(&ROLE, &body).unwrap();
        assert_eq!(kept, json!({"name": "a", "note": null}));
    }

    #[test]
    fn a_missing_key_is_reported_as_zod_does() {
        let answer = refused(&json!({}));
        let wanted =
            "Error in key path \"name\": (invalid_type) Expected string but received undefined.";
        assert_eq!(answer["details"], wanted);
        assert_eq!(answer["data"]["issues"][0]["message"], "Required");
    }

    #[test]
    fn all_issues_are_reported_at_once_with_their_paths() {
        let answer = refused(&json!({"name": "", "type": "Nope", "scopeIds": [1]}));
        let issues = answer["data"]["issues"].as_array().unwrap();
        let codes: Vec<_> = issues.iter().map(|issue| issue["code"].clone()).collect();
        assert_eq!(codes, ["too_small", "invalid_enum_value", "invalid_type"]);
        assert_eq!(issues[2]["path"], json!(["scopeIds", 0]));
    }
}

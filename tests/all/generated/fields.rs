//! The rows of a kind's table of fields: path, what may be written, what there is to know.

use std::fmt::Write as _;

use serde_json::Value as Json;
use tenantry::base::FieldPath;
use tenantry::kind::{Descriptor, Policy};

/// One row.
pub(super) struct Row {
    pub(super) path: String,
    pub(super) value: String,
    pub(super) about: String,
}

/// All fields of a kind, those inside others behind them.
pub(super) fn rows(kind: &Descriptor) -> Vec<Row> {
    let mut rows = Vec::new();
    collect(kind, &(kind.schema)(), "", &mut rows);
    rows
}

fn collect(kind: &Descriptor, schema: &Json, within: &str, rows: &mut Vec<Row>) {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .map(|names| names.iter().filter_map(Json::as_str).collect())
        .unwrap_or_default();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{within}{name}");
        let mut value = value(field);
        if required.contains(&name.as_str()) {
            value.push_str(", required");
        }
        rows.push(Row {
            about: about(kind, &path, field),
            value,
            path: path.clone(),
        });
        collect(kind, field, &format!("{path}."), rows);
        collect(kind, &field["items"], &format!("{path}[]."), rows);
    }
}

/// What may be written.
fn value(schema: &Json) -> String {
    let mut text = match schema["x-tenantry"].as_str() {
        Some("text") => bounded("text", schema),
        Some("secret") => "a secret's source".into(),
        Some("ref") => format!("a reference to {}", words(&schema["x-kinds"], " or ")),
        Some("members") => format!("a list (plain or `exactly`): {}", value(&schema["items"])),
        Some("item") => {
            let by = schema["x-by"].as_str().unwrap_or_default();
            format!("{}, or a mapping", value(&schema["properties"][by]))
        }
        Some("actions") => format!(
            "a mapping from resource id to {}",
            value(&schema["additionalProperties"])
        ),
        Some("config") => "a mapping; secrets in it have a source".into(),
        Some("free") => "free data".into(),
        Some("time") => "a time".into(),
        Some(other) => other.into(),
        None => plain_value(schema),
    };
    if schema["x-nullable"] == true {
        text.push_str(", or `null`");
    }
    text
}

fn plain_value(schema: &Json) -> String {
    if let Some(choices) = choices(schema) {
        return choices.join(", ");
    }
    match schema["type"].as_str() {
        Some("array") => format!("a list: {}", value(&schema["items"])),
        Some("object") => "a mapping".into(),
        Some("boolean") => "`true` or `false`".into(),
        Some("integer") => bounded("a whole number", schema),
        Some("number") => bounded("a number", schema),
        Some("string") => bounded("text", schema),
        _ => "a value".into(),
    }
}

/// The words of an enum, whether they have descriptions or not.
fn choices(schema: &Json) -> Option<Vec<String>> {
    let quoted = |word: &Json| Some(format!("`{}`", word.as_str()?));
    let one_of = schema["oneOf"].as_array().map(|items| {
        let words = items.iter().flat_map(|item| {
            let several = item["enum"].as_array().cloned().unwrap_or_default();
            std::iter::once(item["const"].clone()).chain(several)
        });
        words.filter_map(|word| quoted(&word)).collect::<Vec<_>>()
    });
    let plain = || {
        schema["enum"]
            .as_array()
            .map(|words| words.iter().filter_map(quoted).collect())
    };
    one_of
        .or_else(plain)
        .filter(|words: &Vec<_>| !words.is_empty())
}

fn bounded(what: &str, schema: &Json) -> String {
    let (least, most) = match what {
        "text" => (&schema["minLength"], &schema["maxLength"]),
        _ => (&schema["minimum"], &schema["maximum"]),
    };
    let unit = if what == "text" { " characters" } else { "" };
    let mut text = match (least.as_f64(), most.as_f64()) {
        (Some(least), Some(most)) => format!("{what}, {least} to {most}{unit}"),
        (Some(1.0), None) if what == "text" => format!("{what}, not empty"),
        (Some(least), None) => format!("{what}, at least {least}{unit}"),
        (None, Some(most)) => format!("{what}, at most {most}{unit}"),
        (None, None) => what.to_owned(),
    };
    if let Some(pattern) = schema["pattern"].as_str() {
        let _ = write!(text, ", `{}`", pattern.replace('|', "\\|"));
    }
    text
}

/// A list of words as prose.
pub(super) fn words(list: &Json, between: &str) -> String {
    let words = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str);
    words
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(between)
}

/// What the schema and the policies say of a field.
fn about(kind: &Descriptor, path: &str, schema: &Json) -> String {
    let described = schema["description"].as_str().unwrap_or_default();
    let mut sentences = vec![described.split_whitespace().collect::<Vec<_>>().join(" ")];
    let path = FieldPath::dotted(&path.replace("[]", ""));
    sentences.extend(
        kind.policies(&path)
            .filter_map(|policy| said(policy, described)),
    );
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ").replace('|', "\\|")
}

/// What a policy means to whoever writes the field, unless its description says so.
fn said(policy: Policy, described: &str) -> Option<String> {
    let text = match policy {
        Policy::Immutable if described.contains("A change") => return None,
        Policy::Immutable => "A change replaces the object.".into(),
        Policy::Computed => "Only the server sets it.".into(),
        Policy::WriteOnly => "Compared by its fingerprint: no server shows it.".into(),
        Policy::Filled(value) => {
            format!("The server adds `{}` to what is sent without it.", value())
        }
        Policy::Switch => "Turned off before what hangs on it is changed, and on after it.".into(),
        Policy::NotInCreate => "Sent right after the creation.".into(),
        Policy::CreateOnly => "A later change is noted, not sent.".into(),
        Policy::Trimmed => "Blanks at its ends do not matter.".into(),
        Policy::Unsent => "Never sent with the others.".into(),
        Policy::AtLeast(least) => format!("{least} characters or more."),
        Policy::Set => "Compared without order.".into(),
        Policy::KeyedList(by) => format!("Items are recognised by `{by}`."),
        Policy::EmptyIsNull => "`\"\"` is `null`.".into(),
        Policy::Lowercase => "The server lower-cases it.".into(),
        Policy::Cleaned => "The server drops what is empty in it.".into(),
        Policy::CaseInsensitive => "Compared without regard to case.".into(),
        Policy::Default(value) => format!("Without it: `{}`.", value()),
        Policy::Stays => "Left as it is when it has gone from the manifest.".into(),
        Policy::Der => "Compared as a key, not as text.".into(),
        Policy::Millis => "RFC 3339, or milliseconds.".into(),
        Policy::Atomic => "One value: compared and sent whole.".into(),
        Policy::DropsUnknown => "A name that the server does not know fails.".into(),
        Policy::Once { .. } => "Its call is journaled, and never made twice.".into(),
        Policy::Billed => "It costs money, and the plan says so.".into(),
        Policy::CloudOnly if described.contains("Cloud") => return None,
        Policy::CloudOnly => "On the Cloud only.".into(),
        Policy::Listed { .. }
        | Policy::AtCreate(_)
        | Policy::InPath
        | Policy::LiveName(_)
        | Policy::ShownAs(_)
        | Policy::NothingIf(..) => {
            return None;
        }
    };
    Some(text)
}

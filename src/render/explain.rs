//! Kinds, fields and codes in words, for `tenantry explain`.
//!
//! All of it is read from the descriptors, the specs' schemas and the table of codes.

use serde_json::Value as Json;

use super::Styles;
use super::page::Page;
use super::style::paint;
use crate::base::FieldPath;
use crate::base::code;
use crate::kind::{Catalog, Descriptor, Home, Key, Policy};

/// How wide texts are.
const WIDTH: usize = 96;

/// All kinds, one a line.
pub fn kinds(catalog: Catalog, styles: Styles) -> String {
    let names: Vec<_> = catalog.all().map(qualified).collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    let mut out = Page::new(styles);
    out.line("Kinds:");
    for (kind, name) in catalog.all().zip(&names) {
        let name = paint(styles.strong, format_args!("{name:width$}"));
        out.line(format_args!("  {name}  {}", kind.about));
    }
    out.gap();
    out.line("More of one: `tenantry explain KIND`, of a field: `tenantry explain KIND.FIELD`.");
    out.finish()
}

/// A kind: where it lives, its key, fields, outputs, and an example.
pub fn kind(kind: &Descriptor, styles: Styles) -> String {
    let mut out = Page::new(styles);
    let title = paint(styles.strong, qualified(kind));
    let (version, word) = (kind.api_version(), kind.kind);
    out.line(format_args!(
        "{title}  (apiVersion: {version}, kind: {word})"
    ));
    out.gap();
    out.line(wrapped(kind.about, 0));
    out.gap();
    out.line(format_args!("Lives in: {}", home(kind)));
    out.line(format_args!("Key: {}", key(kind)));
    if !kind.with.is_empty() {
        out.line(format_args!("A replacement takes along: {}", kind.with));
    }
    out.gap();
    out.line("Fields (* required):");
    let mut rows = Vec::new();
    fields(kind, &(kind.schema)(), &FieldPath::root(), &mut rows);
    table(&mut out, &rows);
    outputs(&mut out, kind);
    out.gap();
    out.line("Example:");
    for line in kind.example.lines() {
        out.line(format_args!("  {line}"));
    }
    out.finish()
}

fn outputs(out: &mut Page, kind: &Descriptor) {
    let declared = kind
        .outputs
        .iter()
        .map(|output| (output.name, output.about));
    let id = (kind.home != Home::Nowhere).then_some(("id", "The server's id."));
    let all: Vec<_> = id.into_iter().chain(declared).collect();
    if all.is_empty() {
        return;
    }
    out.gap();
    out.line("Outputs, for `{ref: …, field: …}` and `tenantry output`:");
    for (name, about) in all {
        let name = paint(out.styles.strong, name);
        out.line(format_args!("  {name}  {about}"));
    }
}

/// A field and what is below it; none if the kind has no such field.
pub fn field(kind: &Descriptor, path: &FieldPath, styles: Styles) -> Option<String> {
    let schema = (kind.schema)();
    let (schema, is_required) = find(&schema, path)?;
    let mut rows = vec![row(kind, schema, path, is_required)];
    fields(kind, schema, path, &mut rows);
    let mut out = Page::new(styles);
    out.line(paint(styles.strong, qualified(kind)));
    out.gap();
    table(&mut out, &rows);
    Some(out.finish())
}

/// The names of all fields of a kind, dotted: what a wrong one is compared with.
pub fn field_names(kind: &Descriptor) -> Vec<String> {
    let mut rows = Vec::new();
    fields(kind, &(kind.schema)(), &FieldPath::root(), &mut rows);
    rows.into_iter().map(|row| row.path).collect()
}

/// What there is to say about a code.
pub fn page(page: &code::Page, styles: Styles) -> String {
    let code = paint(styles.strong, page.code);
    format!("{code}: {}\n\n{}\n", page.title, wrapped(page.text, 0))
}

/// `logto/role`: what is typed where `role` alone has two readings.
pub fn qualified(kind: &Descriptor) -> String {
    format!("{}/{}", kind.api.as_str(), kind.name)
}

fn home(kind: &Descriptor) -> &'static str {
    match kind.home {
        Home::Nowhere => "nowhere: it says how something is reached",
        Home::Account => "a Cloud account (spec.account)",
        Home::Tenant => "a tenant (metadata.tenant)",
        Home::Cluster => "a cluster (metadata.cluster)",
    }
}

fn key(kind: &Descriptor) -> String {
    let words = match kind.key {
        Key::Fields(fields) => fields.join(" + "),
        Key::FirstOf(fields) => format!("the first written of {}", fields.join(", ")),
        Key::Worked { about, .. } => about.to_owned(),
        Key::Single => "there is only one".to_owned(),
        Key::State => "the state alone: names are not unique".to_owned(),
    };
    match kind.named_by {
        Some(field) => format!("{words}; `{field}` is metadata.name where it is not written"),
        None => words,
    }
}

/// One field, in words.
struct Row {
    path: String,
    required: bool,
    type_words: String,
    about: String,
}

/// Adds the fields below `schema`, whatever wraps them.
fn fields(kind: &Descriptor, schema: &Json, at: &FieldPath, rows: &mut Vec<Row>) {
    let schema = items(schema);
    let required = |name: &str| {
        let names = schema["required"].as_array();
        names.is_some_and(|names| names.iter().any(|known| known == name))
    };
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let path = at.key(name);
        rows.push(row(kind, inner, &path, required(name)));
        fields(kind, inner, &path, rows);
    }
}

/// The schema of a list's items, else the schema itself.
fn items(schema: &Json) -> &Json {
    schema.get("items").unwrap_or(schema)
}

fn find<'a>(schema: &'a Json, path: &FieldPath) -> Option<(&'a Json, bool)> {
    let mut found = (schema, false);
    for segment in path.segments() {
        let crate::base::path::Segment::Key(key) = segment else {
            continue;
        };
        let around = items(found.0);
        let inner = around["properties"].get(key)?;
        let names = around["required"].as_array();
        found = (
            inner,
            names.is_some_and(|names| names.contains(&key.as_str().into())),
        );
    }
    Some(found)
}

fn row(kind: &Descriptor, schema: &Json, path: &FieldPath, required: bool) -> Row {
    let mut about = schema["description"]
        .as_str()
        .unwrap_or_default()
        .replace('\n', " ");
    for words in kind.policies(path).filter_map(policy) {
        about.extend([" (", words.as_str(), ")"]);
    }
    Row {
        path: path.to_string(),
        required,
        type_words: type_words(schema),
        about,
    }
}

/// What people need to know of a policy.
fn policy(policy: Policy) -> Option<String> {
    Some(match policy {
        Policy::Immutable => "a change replaces the object".into(),
        Policy::Computed => "set by the server".into(),
        Policy::WriteOnly => "never shown by the server: sent when its source changes".into(),
        Policy::Filled(value) => format!("the server adds {}", value()),
        Policy::Switch => "turned off first, turned on last".into(),
        Policy::NotInCreate => "sent right after the creation".into(),
        Policy::CreateOnly => "taken at creation only".into(),
        Policy::Trimmed => "blanks at its ends do not matter".into(),
        Policy::Unsent => "not sent".into(),
        Policy::AtLeast(least) => format!("at least {least} characters"),
        Policy::Set => "compared without order".into(),
        Policy::KeyedList(by) => format!("items are told apart by `{by}`"),
        Policy::Lowercase => "stored in lower case".into(),
        Policy::Cleaned => "the server drops what is empty in it".into(),
        Policy::CaseInsensitive => "compared without regard to case".into(),
        Policy::Default(value) => format!("if it is no longer written: {}", value()),
        Policy::Stays => "if it is no longer written, it stays as it is".into(),
        Policy::Billed => "costs money".into(),
        Policy::CloudOnly => "on the Cloud only".into(),
        Policy::AtCreate(_)
        | Policy::DropsUnknown
        | Policy::Listed { .. }
        | Policy::EmptyIsNull
        | Policy::InPath
        | Policy::LiveName(_)
        | Policy::ShownAs(_)
        | Policy::NothingIf(..)
        | Policy::Once { .. }
        | Policy::Der
        | Policy::Millis
        | Policy::Atomic => return None,
    })
}

fn type_words(schema: &Json) -> String {
    let inner = || type_words(&schema["items"]);
    let words = match schema["x-tenantry"].as_str() {
        Some("secret") => "secret source".to_owned(),
        Some("ref") => {
            let kinds = schema["x-kinds"].as_array().into_iter().flatten();
            let kinds: Vec<_> = kinds.filter_map(Json::as_str).collect();
            kinds.join(" or ")
        }
        Some("members") => format!("list of {}", inner()),
        Some("item") => {
            let by = schema["x-by"].as_str().unwrap_or_default();
            format!("{} or mapping", type_words(&schema["properties"][by]))
        }
        Some("actions") => "mapping to lists of words".to_owned(),
        Some("time") => "time".to_owned(),
        Some("config") => "a mapping; its values may have a source".to_owned(),
        Some("free") => "anything".to_owned(),
        _ => plain_type(schema),
    };
    match schema["x-nullable"].as_bool() {
        Some(true) => format!("{words} or null"),
        _ => words,
    }
}

fn plain_type(schema: &Json) -> String {
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().filter_map(Json::as_str).collect();
        return values.join(" | ");
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let values: Vec<_> = choices.iter().filter_map(|c| c["const"].as_str()).collect();
        return values.join(" | ");
    }
    match schema["type"].as_str() {
        Some("string") => "text".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("integer") => "whole number".to_owned(),
        Some("number") => "number".to_owned(),
        Some("array") => format!("list of {}", type_words(&schema["items"])),
        Some("object") => "mapping".to_owned(),
        _ => "value".to_owned(),
    }
}

fn table(out: &mut Page, rows: &[Row]) {
    for Row {
        path,
        required,
        type_words,
        about,
    } in rows
    {
        let star = if *required { "*" } else { "" };
        let name = paint(out.styles.strong, path);
        let of = paint(out.styles.quiet, format_args!("<{type_words}>"));
        out.line(format_args!("  {name}{star} {of}"));
        if !about.is_empty() {
            out.line(format_args!("      {}", wrapped(about, 6)));
        }
    }
}

/// `text` in lines of at most [`WIDTH`], all but the first indented.
fn wrapped(text: &str, indent: usize) -> String {
    let (mut out, mut column) = (String::new(), indent);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn long_texts_are_wrapped_between_words() {
        let text = wrapped(&"word ".repeat(40), 6);
        assert!(text.lines().all(|line| line.len() <= super::WIDTH));
        assert_eq!(
            text.lines().nth(1).map(|line| &line[..10]),
            Some("      word")
        );
    }
}

//! Reading a schema: what it allows, and what stands in it at a path.

use serde_json::{Map, Value as Json};

use crate::base::tree::{Node, Tree};
use crate::kind::marker;

/// The `x-tenantry` mark of a schema.
pub fn mark(schema: &Json) -> Option<&str> {
    schema.get("x-tenantry").and_then(Json::as_str)
}

/// The fields of a mapping's schema.
pub fn properties(schema: &Json) -> Option<&Map<String, Json>> {
    schema.get("properties").and_then(Json::as_object)
}

/// The schema of the field at a dotted path of plain keys; list items and the values of open
/// mappings are stepped into without a key.
pub fn at<'a>(schema: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.')
        .try_fold(schema, |schema, key| field(schema, key))
}

/// The schema of the field `key` of a mapping, or of the mappings in a list.
pub fn field<'a>(schema: &'a Json, key: &str) -> Option<&'a Json> {
    if let Some(found) = properties(schema).and_then(|fields| fields.get(key)) {
        return Some(found);
    }
    if let Some(items) = schema.get("items") {
        return field(items, key);
    }
    if let Some(choices) = choices(schema) {
        return choices.iter().find_map(|choice| field(choice, key));
    }
    schema
        .get("additionalProperties")
        .filter(|more| more.is_object())
}

/// The names in `type`.
pub(super) fn types(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(several)) => several.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The words there are to choose from, if the schema is a choice of words.
pub(super) fn words(schema: &Json) -> Option<Vec<&str>> {
    if let Some(only) = schema.get("const") {
        return Some(vec![only.as_str()?]);
    }
    if let Some(Json::Array(all)) = schema.get("enum") {
        return all.iter().map(Json::as_str).collect();
    }
    let several: Option<Vec<_>> = choices(schema)?.iter().map(words).collect();
    Some(several?.concat())
}

/// The subschemas of which one must fit.
pub(super) fn choices(schema: &Json) -> Option<&[Json]> {
    let found = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    found.and_then(Json::as_array).map(Vec::as_slice)
}

/// Whether a mapping of this schema has `exactly` as a field of its own.
pub(super) fn has_own_exactly(schema: &Json) -> bool {
    properties(schema).is_some_and(|fields| fields.contains_key("exactly"))
}

/// `node` as the kind's typed spec reads it: without the `exactly` around mappings, which the
/// spec's types do not know (those of relations they do).
pub fn plain(node: &Node, schema: &Json) -> Json {
    match mark(schema) {
        Some(_) => node.to_json(),
        None => unwrapped(node, schema),
    }
}

fn unwrapped(node: &Node, schema: &Json) -> Json {
    let inner = match marker::exactly(node) {
        Some(inner) if inner.is_map() && !has_own_exactly(schema) => inner,
        _ => node,
    };
    match &inner.tree {
        Tree::Map(entries) => entries
            .iter()
            .map(|entry| {
                let below = field(schema, &entry.key).unwrap_or(&Json::Null);
                (entry.key.to_string(), plain(&entry.value, below))
            })
            .collect(),
        Tree::List(items) => {
            let below = schema.get("items").unwrap_or(&Json::Null);
            items.iter().map(|item| plain(item, below)).collect()
        }
        _ => inner.to_json(),
    }
}

//! Mappings and lists along their schemas.

use serde_json::Value as Json;

use super::{MISSING_FIELD, OUT_OF_BOUNDS, Place, UNKNOWN_FIELD, Walk, schema};
use crate::base::suggest::nearest;
use crate::base::tree::{Entry, Node, Tree};
use crate::kind::marker::{self, Marker};

impl Walk<'_> {
    pub(super) fn object(&mut self, node: &Node, schema: &Json, place: &Place) {
        if let Some(inner) = marker::exactly(node)
            && !schema::has_own_exactly(schema)
            && !place.is_in_list()
        {
            if inner.is_map() {
                return self.fields(inner, schema, place);
            }
            self.mistyped(inner, place, "a mapping");
            return;
        }
        if let Some(marker) = Marker::of(node)
            && !is_known(node, schema)
        {
            let allowed: &[_] = if place.is_in_list() {
                &[]
            } else {
                &["exactly"]
            };
            return self.misplaced(marker, node, place, "a mapping", allowed);
        }
        if node.is_map() {
            return self.fields(node, schema, place);
        }
        self.mistyped(node, place, "a mapping");
    }

    fn fields(&mut self, node: &Node, schema: &Json, place: &Place) {
        let mut meant = Vec::new();
        for entry in node.entries() {
            let known = schema::properties(schema).and_then(|fields| fields.get(&*entry.key));
            let more = schema.get("additionalProperties");
            match (known, more) {
                (Some(below), _) => self.entry(entry, below, place),
                (None, Some(below)) if below.is_object() => self.entry(entry, below, place),
                (None, Some(Json::Bool(true))) => {}
                (None, None) if schema::properties(schema).is_none() => {}
                _ => meant.extend(self.unknown(entry, schema, place)),
            }
        }
        self.missing(node, schema, place, &meant);
        self.counted(
            node,
            schema,
            place,
            node.entries().len(),
            ["minProperties", "maxProperties"],
        );
    }

    fn entry(&mut self, entry: &Entry, schema: &Json, place: &Place) {
        let below = place.key(&entry.key, entry.key_at);
        self.value(&entry.value, schema, &below);
    }

    /// Complains about a field that is not there, and returns the one that was meant. What stands
    /// in it is hidden: it may be a secret in a field whose name was mistyped.
    fn unknown<'s>(&mut self, entry: &Entry, schema: &'s Json, place: &Place) -> Option<&'s str> {
        let below = place.key(&entry.key, entry.key_at);
        let fields = schema::properties(schema);
        let names = || {
            fields
                .iter()
                .flat_map(|fields| fields.keys().map(String::as_str))
        };
        let meant = nearest(&entry.key, names());
        let message = if meant.is_some() || is_surely_a_name(entry) {
            format!("has no field `{}`", below.name())
        } else {
            format!("has a field in `{}` that there is not", place.name())
        };
        let fault = self.fault_at(UNKNOWN_FIELD, entry.key_at, below.path, message);
        fault.says("no such field");
        fault.hides = Some((entry.key_at, entry.value.last().max(entry.key_at)));
        let refused = schema["x-refused"][&*entry.key].as_str();
        fault.hint = match (refused, meant) {
            (Some(instead), _) => Some(instead.to_owned()),
            (None, Some(meant)) => Some(format!("did you mean `{meant}`?")),
            (None, None) => Some(format!("there are: {}", listed(names()))),
        };
        meant
    }

    fn missing(&mut self, node: &Node, schema: &Json, place: &Place, meant: &[&str]) {
        let required = schema.get("required").and_then(Json::as_array);
        for name in required.into_iter().flatten().filter_map(Json::as_str) {
            if node.entry(name).is_some() || meant.contains(&name) {
                continue;
            }
            let path = place.path.key(name);
            let message = format!("lacks the field `{path}`");
            let fault = self.fault_at(MISSING_FIELD, place.key, path, message);
            fault.says(format!("`{name}` is missing here"));
            fault.hint = Some(format!("add `{name}: …`"));
        }
    }

    pub(super) fn list(&mut self, node: &Node, schema: &Json, place: &Place) {
        if let Some(marker) = Marker::of(node) {
            return self.misplaced(marker, node, place, "a list", &[]);
        }
        if !node.is_list() {
            let hint = self.as_list(node);
            self.mistyped(node, place, "a list").hinted(hint);
            return;
        }
        self.items(node, schema, place);
    }

    /// What to type for a scalar where a list is wanted.
    pub(super) fn as_list(&self, node: &Node) -> Option<String> {
        let text = self.file.slice(node.at);
        (!text.is_empty() && !text.contains('\n')).then(|| format!("write `[{text}]`"))
    }

    pub(super) fn items(&mut self, node: &Node, schema: &Json, place: &Place) {
        let below = schema.get("items").unwrap_or(&Json::Null);
        for (index, item) in node.items().iter().enumerate() {
            self.value(item, below, &place.index(index, item.at));
        }
        self.counted(
            node,
            schema,
            place,
            node.items().len(),
            ["minItems", "maxItems"],
        );
    }

    fn counted(
        &mut self,
        node: &Node,
        schema: &Json,
        place: &Place,
        count: usize,
        words: [&str; 2],
    ) {
        let bound = |word| schema.get(word).and_then(Json::as_u64);
        let name = place.name();
        let message = match (bound(words[0]), bound(words[1])) {
            (Some(least), _) if (count as u64) < least => {
                format!("wants at least {least} in `{name}`, not {count}")
            }
            (_, Some(most)) if count as u64 > most => {
                format!("wants at most {most} in `{name}`, not {count}")
            }
            _ => return,
        };
        let hint = message.replacen("wants", "write", 1);
        self.fault(OUT_OF_BOUNDS, node, place, message).hint = Some(hint);
    }
}

/// Whether the keys of what looks like a marker are fields of the schema.
fn is_known(node: &Node, schema: &Json) -> bool {
    let fields = schema::properties(schema);
    let open = schema
        .get("additionalProperties")
        .is_some_and(Json::is_object);
    let known = |entry: &Entry| fields.is_some_and(|fields| fields.contains_key(&*entry.key));
    node.entries().iter().all(known) || (open && fields.is_none())
}

/// Whether a key that is not known can be shown: it is a word, and has a value. A key without one
/// may be a key and its secret, with the colon between them left out.
fn is_surely_a_name(entry: &Entry) -> bool {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    entry.key.len() <= 64 && entry.key.chars().all(word) && entry.value.tree != Tree::Null
}

/// The names, in a row, not too many.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let all: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    if all.len() > 20 {
        return format!("{}, …", all[..20].join(", "));
    }
    all.join(", ")
}

//! What may stand in the wrappers of `spec`: texts, secrets, references, relations.

use serde_json::Value as Json;

use super::{LITERAL_SECRET, MARKER, Place, Walk};
use crate::base::tree::Node;
use crate::kind::marker::{self, Marker, WORDS};

/// What may stand where a text is wanted.
pub(super) const TEXT: [&str; 5] = ["ref", "lookup", "join", "file", "literal"];
/// What may stand in a secret field.
const SECRET: [&str; 4] = ["env", "file", "exec", "ref"];
/// What may stand where an object is named.
const REFERENCE: [&str; 3] = ["ref", "lookup", "builtin"];
/// What may be a part of a `join`.
const PART: [&str; 5] = ["ref", "lookup", "builtin", "file", "literal"];

impl Walk<'_> {
    pub(super) fn marked_text(&mut self, node: &Node, schema: &Json, place: &Place) {
        match Marker::of(node) {
            Some(marker) => self.marker(marker, node, place, "a text", &TEXT),
            None if node.text().is_some() => self.bounded(node, schema, place),
            None => self.no_text(node, place, "a text", &TEXT),
        }
    }

    pub(super) fn reference(&mut self, node: &Node, schema: &Json, place: &Place) {
        let kinds = schema["x-kinds"].as_array().into_iter().flatten();
        let kinds: Vec<_> = kinds.filter_map(Json::as_str).collect();
        let wanted = format!("the name of a {}", kinds.join(" or "));
        match Marker::of(node) {
            Some(marker) => self.marker(marker, node, place, &wanted, &REFERENCE),
            None if node.text().is_some_and(|text| !text.is_empty()) => {}
            None => self.no_text(node, place, &wanted, &REFERENCE),
        }
    }

    fn no_text(&mut self, node: &Node, place: &Place, wanted: &str, allowed: &[&str]) {
        let near = WORDS.iter().find(|word| node.entry(word).is_some());
        let hint = match near {
            Some(word) => Some(format!(
                "`{word}` takes no such companions; quote a text that is meant as it is, or write `{{literal: …}}`"
            )),
            None if node.is_map() => Some(format!("a mapping here is one of {}", shapes(allowed))),
            None => self.retyped(node, &["string"]),
        };
        self.mistyped(node, place, wanted).hinted(hint);
    }

    pub(super) fn secret(&mut self, node: &Node, place: &Place) {
        let before = self.faults.len();
        match Marker::of(node) {
            Some(marker) if SECRET.contains(&marker.word()) => self.inside(marker, place),
            _ => self.literal_secret(node, place),
        }
        let hides = (place.key, node.last().max(place.key));
        for fault in &mut self.faults[before..] {
            fault.hides = Some(hides);
            // What is on other lines than the key is all secret.
            if fault.at.line != place.key.line {
                fault.at = place.key;
            }
        }
    }

    pub(super) fn literal_secret(&mut self, node: &Node, place: &Place) {
        let name = place.name();
        let message = format!("has a literal in the secret field `{name}`");
        let fault = self.fault(LITERAL_SECRET, node, place, message);
        fault.says("a source belongs here, never the secret");
        let (field, variable) = (last_key(&name), variable(&name));
        fault.hint = Some(format!(
            "write `{field}: {{env: {variable}}}`, or `{{file: path}}`"
        ));
    }

    pub(super) fn members(&mut self, node: &Node, schema: &Json, place: &Place) {
        let inner = marker::exactly(node).unwrap_or(node);
        if inner.is_list() {
            return self.items(inner, schema, place);
        }
        if let Some(marker) = Marker::of(inner) {
            return self.misplaced(marker, inner, place, "a list", &["exactly"]);
        }
        let hint = self.as_list(inner);
        self.mistyped(inner, place, "a list").hinted(hint);
    }

    /// A reference alone, or a mapping with it and more.
    pub(super) fn item(&mut self, node: &Node, schema: &Json, place: &Place) {
        let by = schema["x-by"].as_str().unwrap_or_default();
        let alone = node.text().is_some() || Marker::of(node).is_some();
        match schema["properties"].get(by) {
            Some(reference) if alone || !node.is_map() => self.reference(node, reference, place),
            _ => self.object(node, schema, place),
        }
    }

    pub(super) fn actions(&mut self, node: &Node, schema: &Json, place: &Place) {
        let inner = marker::exactly(node).unwrap_or(node);
        if !inner.is_map() {
            self.mistyped(inner, place, "a mapping");
            return;
        }
        let below = schema.get("additionalProperties").unwrap_or(&Json::Null);
        for entry in inner.entries() {
            self.value(&entry.value, below, &place.key(&entry.key, entry.key_at));
        }
    }

    /// Checks that a marker may stand here, and what is inside it.
    fn marker(
        &mut self,
        marker: Marker<'_>,
        node: &Node,
        place: &Place,
        wanted: &str,
        allowed: &[&str],
    ) {
        if allowed.contains(&marker.word()) {
            return self.inside(marker, place);
        }
        self.misplaced(marker, node, place, wanted, allowed);
    }

    pub(super) fn misplaced(
        &mut self,
        marker: Marker<'_>,
        node: &Node,
        place: &Place,
        wanted: &str,
        allowed: &[&str],
    ) {
        let (name, word) = (place.name(), marker.word());
        let at = node
            .entry(word)
            .map_or(place.of(node), |entry| entry.key_at);
        let message = format!("does not take `{word}` in `{name}`");
        let hides = (place.key, node.last().max(place.key));
        let fault = self.fault_at(MARKER, at, place.path.clone(), message);
        fault.says(format!("{wanted} belongs here"));
        fault.hides = matches!(marker, Marker::Env(_) | Marker::Exec(_)).then_some(hides);
        fault.hint = Some(match (marker, allowed) {
            (Marker::Env(_) | Marker::Exec(_), _) => "only secrets come from there".to_owned(),
            (_, []) => "no marker can stand here: write the value itself".to_owned(),
            _ => format!("what can stand here: {}", shapes(allowed)),
        });
    }

    pub(super) fn inside(&mut self, marker: Marker<'_>, place: &Place) {
        match marker {
            Marker::Ref { to, field } => {
                self.marker_text(to, place, "ref");
                if let Some(field) = field {
                    self.marker_text(field, place, "field");
                }
            }
            Marker::Env(name) => self.variable(name, place),
            Marker::Builtin(name) | Marker::File(name) => {
                self.marker_text(name, place, marker.word());
            }
            Marker::Literal(text) => {
                if text.text().is_none() {
                    let hint = self.retyped(text, &["string"]);
                    self.mistyped(text, place, "a text").hinted(hint);
                }
            }
            Marker::Exec(words) => self.all_texts(words, place),
            Marker::Join(parts) => self.parts(parts, place),
            Marker::Lookup { entries, .. } => {
                for entry in entries {
                    let allowed = if *entry.key == *"lookup" {
                        &[][..]
                    } else {
                        &REFERENCE[..]
                    };
                    self.part(&entry.value, &place.key(&entry.key, entry.key_at), allowed);
                }
            }
            Marker::Exactly(_) => {}
        }
    }

    fn parts(&mut self, parts: &Node, place: &Place) {
        if !parts.is_list() || parts.items().is_empty() {
            self.mistyped(parts, place, "a list of parts");
            return;
        }
        for (index, part) in parts.items().iter().enumerate() {
            self.part(part, &place.index(index, part.at), &PART);
        }
    }

    fn part(&mut self, node: &Node, place: &Place, allowed: &[&str]) {
        match Marker::of(node) {
            Some(marker) => self.marker(marker, node, place, "a text", allowed),
            None if node.text().is_some() => {}
            None => self.no_text(node, place, "a text", allowed),
        }
    }

    fn marker_text(&mut self, node: &Node, place: &Place, word: &str) {
        if node.text().is_some_and(|text| !text.is_empty()) {
            return;
        }
        let hint = self.retyped(node, &["string"]);
        let fault = self.mistyped(node, place, &format!("a text after `{word}`"));
        fault.code = MARKER;
        fault.hinted(hint);
    }

    /// A variable's name is checked, so that a secret written there by mistake is noticed.
    fn variable(&mut self, node: &Node, place: &Place) {
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let good = |t: &str| t.chars().all(letter) && !t.starts_with(|c: char| c.is_ascii_digit());
        if node
            .text()
            .is_some_and(|text| !text.is_empty() && good(text))
        {
            return;
        }
        let message = format!("names no environment variable in `{}`", place.name());
        let fault = self.fault(MARKER, node, place, message);
        fault.says("a name like `ORDERS_PASSWORD` belongs here");
        fault.hint = Some("`env` takes the name of a variable, never the secret".to_owned());
    }

    fn all_texts(&mut self, words: &Node, place: &Place) {
        let good = |word: &Node| word.text().is_some_and(|text| !text.is_empty());
        if words.items().is_empty() || !words.items().iter().all(good) {
            let fault = self.mistyped(words, place, "a command's words");
            fault.code = MARKER;
            fault.hint = Some("write `{exec: [pass, show, orders]}`".to_owned());
        }
    }
}

fn shapes(words: &[&str]) -> String {
    let shape = |word: &&str| match *word {
        "ref" => "`{ref: kind/name}`",
        "lookup" => "`{lookup: kind, field: value}`",
        "builtin" => "`{builtin: name}`",
        "join" => "`{join: [part, …]}`",
        "exactly" => "`{exactly: …}`",
        "env" => "`{env: NAME}`",
        "file" => "`{file: path}`",
        "exec" => "`{exec: [command, …]}`",
        _ => "`{literal: text}`",
    };
    words.iter().map(shape).collect::<Vec<_>>().join(", ")
}

fn last_key(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A likely name of the variable for a secret field: `clientSecret` → `CLIENT_SECRET`.
fn variable(name: &str) -> String {
    let mut variable = String::new();
    for c in last_key(name).chars() {
        if c.is_ascii_uppercase() && !variable.is_empty() {
            variable.push('_');
        }
        variable.push(if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        });
    }
    variable
}

//! Live objects that no manifest declares: looked up by their key, or built in. Whether there is
//! one is only known once the servers are asked.

use std::collections::BTreeMap;

use super::body::Builder;
use super::marker::Far;
use super::reference::UNDECLARED;
use crate::base::suggest::nearest;
use crate::base::tree::{Entry, Node};
use crate::base::{Address, At, Code, Part, Value};
use crate::kind::Descriptor;
use crate::kind::marker::Marker;
use crate::kind::walk::properties;

/// A lookup or builtin that cannot be one.
pub const LOOKUP: Code = Code("E0227");

/// What every tenant has from the start, and its kind (KINDS.md, "References").
pub const BUILTINS: [(&str, &str); 2] = [
    ("management-api-all", "scope"),
    ("management-api-access", "role"),
];

impl Builder<'_, '_> {
    pub(super) fn lookup(&mut self, kind: &Node, entries: &[Entry], kinds: &[&str]) -> Option<Far> {
        let word = kind.text()?;
        let target = self.target_of("looked up", kind.at)?;
        let api = self.index.api(&target)?;
        let Some(declared) = self.index.catalog.named(api, word) else {
            let words = self.index.catalog.of(api).map(|kind| kind.name);
            let hint = nearest(word, words).map(|meant| format!("did you mean `{meant}`?"));
            let message = self
                .report
                .of(&format!("looks up a `{word}`, which is no kind"));
            self.report
                .error(LOOKUP, message)
                .at(kind.at, "no such kind")
                .hint(hint.unwrap_or_else(|| "write `{lookup: user, primaryEmail: …}`".to_owned()));
            return None;
        };
        if !self.is_of(&Address::within(&target, word, "?"), kind.at, kinds) {
            return None;
        }
        let (mut fields, mut label) = (BTreeMap::new(), word.to_owned());
        for entry in entries.iter().filter(|entry| *entry.key != *"lookup") {
            let value = self.key_field(entry, declared)?;
            if let Some(text) = value.as_text() {
                label = format!("{label} ({} {text})", entry.key);
            }
            fields.insert(entry.key.to_string(), value);
        }
        let part = Part::Lookup {
            target,
            kind: word.to_owned(),
            fields,
        };
        Some(Far::part(part, label))
    }

    /// One field of the key that a live object is looked up by.
    fn key_field(&mut self, entry: &Entry, kind: &Descriptor) -> Option<Value> {
        let schema = (kind.schema)();
        let known = properties(&schema)?;
        if !known.contains_key(&*entry.key) {
            let (word, key) = (kind.name, &entry.key);
            let meant = nearest(key, known.keys().map(String::as_str));
            let message = format!("looks up a `{word}` by `{key}`, which it does not have");
            let message = self.report.of(&message);
            let hint = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("see `tenantry explain {word}`"),
            };
            self.report
                .error(LOOKUP, message)
                .at(entry.key_at, "no such field")
                .hint(hint);
            return None;
        }
        match Marker::of(&entry.value) {
            None => Some(Value::text(entry.value.text()?)),
            Some(_) => self
                .far(&entry.value, entry.value.at, &[])
                .map(|far| far.key),
        }
    }

    pub(super) fn builtin(&mut self, node: &Node, kinds: &[&str]) -> Option<Far> {
        let name = node.text()?;
        let target = self.target_of("built in", node.at)?;
        let Some((_, kind)) = BUILTINS.iter().find(|(known, _)| *known == name) else {
            let meant = nearest(name, BUILTINS.iter().map(|(known, _)| *known));
            let message = self
                .report
                .of(&format!("names `{name}`, which no tenant has built in"));
            self.report
                .error(LOOKUP, message)
                .at(node.at, "no such object")
                .hint(match meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "there are `management-api-all` and `management-api-access`".to_owned(),
                });
            return None;
        };
        if !self.is_of(&Address::within(&target, kind, name), node.at, kinds) {
            return None;
        }
        let part = Part::Builtin {
            target,
            name: name.to_owned(),
        };
        Some(Far::part(part, name.to_owned()))
    }

    fn target_of(&mut self, what: &str, at: At) -> Option<String> {
        if let Some(target) = self.target {
            return Some(target.to_owned());
        }
        let message = self.report.of(&format!(
            "lives in no tenant or cluster, so nothing can be {what} there"
        ));
        self.report
            .error(UNDECLARED, message)
            .at(at, "where?")
            .hint("name a declared object with `{ref: …}`");
        None
    }
}

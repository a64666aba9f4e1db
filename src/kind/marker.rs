//! Which mappings are markers. What a marker stands for is worked out by `manifest`.

use crate::base::tree::{Entry, Node};

/// A mapping whose keys are exactly a marker's.
#[derive(Debug, Clone, Copy)]
pub enum Marker<'a> {
    /// `{ref: kind/name}`, perhaps with `field`.
    Ref {
        /// What it refers to.
        to: &'a Node,
        /// The output; none: the id.
        field: Option<&'a Node>,
    },
    /// `{lookup: kind, field: value, …}`.
    Lookup {
        /// The kind.
        kind: &'a Node,
        /// The whole mapping, `lookup` included.
        entries: &'a [Entry],
    },
    /// `{builtin: name}`.
    Builtin(&'a Node),
    /// `{join: [part, …]}`.
    Join(&'a Node),
    /// `{exactly: …}`.
    Exactly(&'a Node),
    /// `{env: NAME}`.
    Env(&'a Node),
    /// `{file: path}`.
    File(&'a Node),
    /// `{exec: [command, …]}`.
    Exec(&'a Node),
    /// `{literal: …}`.
    Literal(&'a Node),
}

/// The words that markers begin with.
pub const WORDS: [&str; 9] = [
    "ref", "lookup", "builtin", "join", "exactly", "env", "file", "exec", "literal",
];

impl<'a> Marker<'a> {
    /// The marker that `node` is, if it is one.
    pub fn of(node: &'a Node) -> Option<Self> {
        let entries = node.entries();
        if let Some(kind) = node.get("lookup")
            && entries.len() > 1
        {
            return Some(Self::Lookup { kind, entries });
        }
        match entries {
            [Entry { key, value, .. }] => Self::single(key, value),
            [_, _] => Some(Self::Ref {
                to: node.get("ref")?,
                field: Some(node.get("field")?),
            }),
            _ => None,
        }
    }

    fn single(key: &str, value: &'a Node) -> Option<Self> {
        Some(match key {
            "ref" => Self::Ref {
                to: value,
                field: None,
            },
            "builtin" => Self::Builtin(value),
            "join" => Self::Join(value),
            "exactly" => Self::Exactly(value),
            "env" => Self::Env(value),
            "file" => Self::File(value),
            "exec" => Self::Exec(value),
            "literal" => Self::Literal(value),
            _ => return None,
        })
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ref { .. } => "ref",
            Self::Lookup { .. } => "lookup",
            Self::Builtin(_) => "builtin",
            Self::Join(_) => "join",
            Self::Exactly(_) => "exactly",
            Self::Env(_) => "env",
            Self::File(_) => "file",
            Self::Exec(_) => "exec",
            Self::Literal(_) => "literal",
        }
    }
}

/// What is inside `{exactly: …}`, if `node` is that.
pub fn exactly(node: &Node) -> Option<&Node> {
    match Marker::of(node)? {
        Marker::Exactly(inner) => Some(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::At;
    use serde_json::json;

    #[test]
    fn a_mapping_is_a_marker_only_if_its_keys_are_exactly_a_markers() {
        let word = |json| Marker::of(&Node::from_json(&json, At::default())).map(Marker::word);
        assert_eq!(word(json!({"ref": "role/x"})), Some("ref"));
        assert_eq!(word(json!({"ref": "role/x", "field": "id"})), Some("ref"));
        assert_eq!(word(json!({"lookup": "user", "name": "x"})), Some("lookup"));
        assert_eq!(word(json!({"exactly": {}})), Some("exactly"));
        for no in [
            json!({"ref": "role/x", "other": 1}),
            json!({"lookup": "user"}),
            json!({"env": "A", "file": "b"}),
            json!({}),
            json!("ref"),
        ] {
            assert_eq!(word(no), None);
        }
    }
}

//! A document as it was written: values, each with its place. What they mean is decided elsewhere.

use serde_json::{Number, Value as Json};

use super::path::Segment;
use super::{At, FieldPath};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it begins; its length is known for scalars only.
    pub at: At,
    /// What it is.
    pub tree: Tree,
}

/// A written value. Keys are texts: `1:` and `on:` are read as such.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// `null`, `~`, or nothing after a key.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, exact.
    Number(Number),
    /// A text.
    Text(Box<str>),
    /// A list.
    List(Box<[Node]>),
    /// A mapping, in the order it was written.
    Map(Box<[Entry]>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Box<str>,
    /// Where the key stands.
    pub key_at: At,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The entries of a mapping; of anything else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.tree {
            Tree::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; of anything else none.
    pub fn items(&self) -> &[Self] {
        match &self.tree {
            Tree::List(items) => items,
            _ => &[],
        }
    }

    /// The entry of that key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| *entry.key == *key)
    }

    /// The value under that key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value at a dotted path of plain keys.
    pub fn dotted(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |node, key| node.get(key))
    }

    /// The value at a path.
    pub fn at_path(&self, path: &FieldPath) -> Option<&Self> {
        let mut steps = path.segments().iter();
        steps.try_fold(self, |node, step| match step {
            Segment::Key(key) => node.get(key),
            Segment::Index(index) => node.items().get(*index),
        })
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a mapping.
    pub fn is_map(&self) -> bool {
        matches!(self.tree, Tree::Map(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.tree, Tree::List(_))
    }

    /// What it is, in words: `a text`, `a list`.
    pub fn what(&self) -> &'static str {
        match self.tree {
            Tree::Null => "null",
            Tree::Bool(_) => "true or false",
            Tree::Number(_) => "a number",
            Tree::Text(_) => "a text",
            Tree::List(_) => "a list",
            Tree::Map(_) => "a mapping",
        }
    }

    /// The place of the last scalar or key in it, by line.
    pub fn last(&self) -> At {
        let below = match &self.tree {
            Tree::List(items) => items.iter().map(Self::last).max(),
            Tree::Map(entries) => entries.iter().map(|e| e.value.last().max(e.key_at)).max(),
            _ => None,
        };
        below.map_or(self.at, |below| below.max(self.at))
    }

    /// The same without places.
    pub fn to_json(&self) -> Json {
        match &self.tree {
            Tree::Null => Json::Null,
            Tree::Bool(b) => Json::Bool(*b),
            Tree::Number(n) => Json::Number(n.clone()),
            Tree::Text(text) => Json::String(text.to_string()),
            Tree::List(items) => items.iter().map(Self::to_json).collect(),
            Tree::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.to_string(), entry.value.to_json()))
                .collect(),
        }
    }

    /// A tree of plain JSON, all of it at one place: for tests, and for what no file says.
    pub fn from_json(json: &Json, at: At) -> Self {
        let tree = match json {
            Json::Null => Tree::Null,
            Json::Bool(b) => Tree::Bool(*b),
            Json::Number(n) => Tree::Number(n.clone()),
            Json::String(text) => Tree::Text(text.as_str().into()),
            Json::Array(items) => {
                Tree::List(items.iter().map(|i| Self::from_json(i, at)).collect())
            }
            Json::Object(map) => Tree::Map(
                map.iter()
                    .map(|(key, value)| Entry {
                        key: key.as_str().into(),
                        key_at: at,
                        value: Self::from_json(value, at),
                    })
                    .collect(),
            ),
        };
        Self { at, tree }
    }
}

/// The largest whole number that JSON keeps exact.
const EXACT: u64 = 1 << 53;

/// Whether JSON keeps the number as it is: a whole one beyond 2^53 would be rounded.
pub fn is_exact(number: &Number) -> bool {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(n), ..) => n.unsigned_abs() <= EXACT,
        (_, Some(n), _) => n <= EXACT,
        #[expect(clippy::cast_precision_loss, reason = "2^53 has an exact float")]
        (.., Some(n)) => n.fract() != 0.0 || n.abs() <= EXACT as f64,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_of_json_gives_the_json_back() {
        let json = json!({"a": [1, null, {"b": "c"}], "d": true, "e": 1.5});
        let node = Node::from_json(&json, At::default());
        assert_eq!(node.to_json(), json);
        assert_eq!(node.get("a").map(|a| a.items().len()), Some(3));
    }
}

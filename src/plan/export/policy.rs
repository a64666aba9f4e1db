//! What a kind's declaration says of a field that is to be written: its default, its place among the
//! others, whether it is written at all.

use std::collections::BTreeMap;

use super::super::delta::{spelled_alike, spelling};
use super::body::Body;
use crate::base::{FieldPath, Value};
use crate::kind::{Descriptor, Key, Policy};

impl Body<'_> {
    /// Whether the server has that when nothing is written.
    pub(super) fn is_default(&self, value: &Value, path: &FieldPath) -> bool {
        is_default(self.kind, &self.defaults, path, value)
    }

    pub(super) fn is_key(&self, path: &FieldPath) -> bool {
        self.key().contains(&path.to_string().as_str())
    }

    fn key(&self) -> &'static [&'static str] {
        match self.kind.key {
            Key::Fields(names) | Key::FirstOf(names) | Key::Worked { fields: names, .. } => names,
            Key::Single | Key::State => &[],
        }
    }

    /// Where a field comes among the others: what names it and its key first.
    pub(super) fn place(&self, path: &FieldPath) -> usize {
        let path = path.to_string();
        let mut first = self.kind.named_by.iter().chain(self.key());
        first.position(|name| *name == path).unwrap_or(usize::MAX)
    }

    /// Whether no manifest needs to say what stands there. What is taken at creation alone is said
    /// where it is known.
    pub(super) fn is_unwritten(&self, path: &FieldPath, value: &Value) -> bool {
        let is_open = !matches!(value, Value::Null | Value::Secret(_));
        self.kind.has(path, |policy| match policy {
            Policy::CreateOnly => !is_open,
            Policy::Computed | Policy::Unsent => true,
            _ => false,
        })
    }

    /// Whether what stands there beside the fields of the schema is the server's own: at the top of
    /// the object, and of what a field's own read answers.
    pub(super) fn is_the_servers(&self, path: &FieldPath) -> bool {
        let is_read = |field: &str| {
            let mut own = self.kind.route.own.iter();
            own.any(|own| own.field == field && own.read.is_some())
        };
        let at_top = path.segments().len() == 1;
        path.segments().is_empty() || (at_top && path.top().is_some_and(is_read))
    }

    pub(super) fn is_whole(&self, path: &FieldPath) -> bool {
        self.kind
            .has(path, |policy| matches!(policy, Policy::Atomic))
    }
}

/// What a kind's objects have when nothing is written, as one value.
pub(in crate::plan) fn defaults(kind: &Descriptor) -> Value {
    let mut all = match Value::from((kind.usual)()) {
        Value::Null => Value::Map(BTreeMap::new()),
        usual => usual,
    };
    for field in kind.fields {
        if let Policy::Default(default) = field.policy {
            put(&mut all, field.path, default().into());
        }
    }
    all
}

/// Puts `value` at a dotted path; mappings on the way are made.
pub(super) fn put(at: &mut Value, path: &str, value: Value) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let Value::Map(map) = at else { return };
    if rest.is_empty() {
        map.insert(first.to_owned(), value);
    } else {
        let inner = map.entry(first.to_owned());
        put(
            inner.or_insert_with(|| Value::Map(BTreeMap::new())),
            rest,
            value,
        );
    }
}

/// Whether the server has that at `path` when nothing is written, by what it has by default.
pub(in crate::plan) fn is_default(
    kind: &Descriptor,
    defaults: &Value,
    path: &FieldPath,
    value: &Value,
) -> bool {
    match defaults.at(path) {
        Some(default) => spelled_alike(kind, path, default, value),
        None => match spelling(kind, path, value) {
            Value::Null => true,
            Value::Map(map) => map.is_empty(),
            _ => false,
        },
    }
}

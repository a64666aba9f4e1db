//! One walk of a written spec along its kind's schema, which collects every fault with its place.
//!
//! What the walk accepts, the kind's `decode` accepts (a law in `tests/all`). Whether references
//! lead anywhere is not asked here; see `manifest`.

mod choice;
mod config;
mod marked;
mod object;
mod scalar;
mod schema;
#[cfg(test)]
mod tests;
mod time;

pub use schema::{at as schema_at, field as schema_field, mark, plain, properties};

use serde_json::Value as Json;

use crate::base::path::Segment;
use crate::base::tree::Node;
use crate::base::{At, Code, FieldPath, SourceFile};

/// A field that the kind does not have.
pub const UNKNOWN_FIELD: Code = Code("E0203");
/// A field that must be there.
pub const MISSING_FIELD: Code = Code("E0205");
/// A value of another type than the field's.
pub const WRONG_TYPE: Code = Code("E0206");
/// A value that is none of those there are.
pub const NOT_A_CHOICE: Code = Code("E0207");
/// A value that is too small, too large, too short or too long.
pub const OUT_OF_BOUNDS: Code = Code("E0208");
/// `null` where nothing can be cleared.
pub const NULL: Code = Code("E0209");
/// A literal in a secret field.
pub const LITERAL_SECRET: Code = Code("E0210");
/// A marker where none, or another one, may stand.
pub const MARKER: Code = Code("E0211");

/// One fault. The message is a predicate (`has no field …`): its subject is the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Its code.
    pub code: Code,
    /// The field.
    pub path: FieldPath,
    /// Where it stands.
    pub at: At,
    /// What is wrong.
    pub message: String,
    /// Said below the underlined text; may be empty.
    pub label: String,
    /// What can be typed to mend it.
    pub hint: Option<String>,
    /// From where to where the text must not be shown, because it may be a secret.
    pub hides: Option<(At, At)>,
}

impl Fault {
    fn says(&mut self, label: impl Into<String>) {
        self.label = label.into();
    }

    /// Takes a hint that is better than the one there is.
    fn hinted(&mut self, better: Option<String>) {
        self.hint = better.or(self.hint.take());
    }
}

/// Returns every fault of `spec` against `schema`; `key` is where the word `spec` stands.
pub fn walk(spec: &Node, key: At, schema: &Json, file: &SourceFile) -> Vec<Fault> {
    let mut walk = Walk {
        file,
        faults: Vec::new(),
    };
    let root = Place {
        path: FieldPath::root(),
        key,
    };
    walk.value(spec, schema, &root);
    walk.faults
}

/// Where the walk stands: the field, and the key to underline where a value has no length.
#[derive(Clone)]
struct Place {
    path: FieldPath,
    key: At,
}

impl Place {
    fn key(&self, name: &str, key: At) -> Self {
        let path = self.path.key(name);
        Self { path, key }
    }

    fn index(&self, index: usize, at: At) -> Self {
        let path = self.path.index(index);
        Self { path, key: at }
    }

    /// Whether it is in a list: lists are taken whole, so nothing in them is merged.
    fn is_in_list(&self) -> bool {
        let index = |segment: &Segment| matches!(segment, Segment::Index(_));
        self.path.segments().iter().any(index)
    }

    /// What to underline for `node`.
    fn of(&self, node: &Node) -> At {
        if node.at.length == 0 {
            self.key
        } else {
            node.at
        }
    }

    /// The field as messages call it.
    fn name(&self) -> String {
        if self.path.segments().is_empty() {
            "spec".to_owned()
        } else {
            self.path.to_string()
        }
    }
}

struct Walk<'a> {
    file: &'a SourceFile,
    faults: Vec<Fault>,
}

impl Walk<'_> {
    fn value(&mut self, node: &Node, schema: &Json, place: &Place) {
        if node.tree == crate::base::tree::Tree::Null && mark(schema) != Some("free") {
            return self.null(node, schema, place);
        }
        match mark(schema) {
            Some("free") => {}
            Some("config") => self.config(node, schema, place),
            Some("time") => self.time(node, place),
            Some("secret") => self.secret(node, place),
            Some("text") => self.marked_text(node, schema, place),
            Some("ref") => self.reference(node, schema, place),
            Some("members") => self.members(node, schema, place),
            Some("actions") => self.actions(node, schema, place),
            Some("item") => self.item(node, schema, place),
            _ => self.unmarked(node, schema, place),
        }
    }

    fn unmarked(&mut self, node: &Node, schema: &Json, place: &Place) {
        if let Some(words) = schema::words(schema) {
            return self.word(node, &words, place);
        }
        if let Some(choices) = schema::choices(schema) {
            return self.choice(node, choices, place);
        }
        match schema::types(schema).as_slice() {
            [] => {}
            ["object"] => self.object(node, schema, place),
            ["array"] => self.list(node, schema, place),
            types => self.scalar(node, schema, types, place),
        }
    }

    fn null(&mut self, node: &Node, schema: &Json, place: &Place) {
        let open = schema::types(schema).is_empty() && schema::choices(schema).is_none();
        let open = open && mark(schema).is_none() && schema::words(schema).is_none();
        if open || schema["x-nullable"] == Json::Bool(true) {
            return;
        }
        let name = place.name();
        let fault = self.fault(NULL, node, place, format!("cannot have null in `{name}`"));
        fault.says("a value is missing here");
        fault.hint = Some(format!("write a value, or leave out `{name}`"));
    }

    /// Adds a fault at `node`, to be filled in further.
    fn fault(&mut self, code: Code, node: &Node, place: &Place, message: String) -> &mut Fault {
        let at = place.of(node);
        self.fault_at(code, at, place.path.clone(), message)
    }

    fn fault_at(&mut self, code: Code, at: At, path: FieldPath, message: String) -> &mut Fault {
        let end = self.faults.len();
        self.faults.push(Fault {
            code,
            path,
            at,
            message,
            label: String::new(),
            hint: None,
            hides: None,
        });
        &mut self.faults[end]
    }

    /// Says that `node` is not `wanted`.
    fn mistyped(&mut self, node: &Node, place: &Place, wanted: &str) -> &mut Fault {
        let (name, what) = (place.name(), node.what());
        let message = format!("wants {wanted} in `{name}`, not {what}");
        let fault = self.fault(WRONG_TYPE, node, place, message);
        fault.says(format!("{wanted} belongs here"));
        fault.hint = Some(format!("write {wanted}"));
        fault
    }
}

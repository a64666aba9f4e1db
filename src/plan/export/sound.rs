//! What was written, held to what a manifest is held to: the field that would be refused is taken
//! out, and what cannot be mended so is no document.

use serde_json::Value as Json;

use super::body::Body;
use super::far::{empty, list, put, take};
use crate::base::tree::{Node, Tree, is_exact};
use crate::base::{FieldPath, SourceFile};
use crate::kind::walk::{plain, schema_at, walk};

/// The most values that a document may hold.
const MOST: usize = 19_000;
/// How deep a document may be nested.
const DEEPEST: usize = 28;

impl Body<'_> {
    /// Takes out of `spec` what a manifest may not say. False if it cannot be mended.
    pub(super) fn mend(&mut self, spec: &mut Node) -> bool {
        let schema = (self.kind.schema)();
        while let Some((path, why)) = self.fault(spec, &schema) {
            let taken = take(spec, &path);
            let field = taken.as_deref().map(FieldPath::dotted);
            self.leave(&field.unwrap_or_default(), &why);
            if taken.is_none() {
                return false;
            }
        }
        true
    }

    /// The first fault of `spec`, and where.
    fn fault(&self, spec: &Node, schema: &Json) -> Option<(FieldPath, String)> {
        let size = too_much(spec);
        let faults = walk(spec, spec.at, schema, &SourceFile::new("", ""));
        let walked = faults.into_iter().next();
        let walked = walked.map(|fault| (fault.path, format!("a manifest {}", fault.message)));
        size.or(walked).or_else(|| self.complaint(spec, schema))
    }

    fn complaint(&self, spec: &Node, schema: &Json) -> Option<(FieldPath, String)> {
        match (self.kind.decode)(plain(spec, schema)) {
            Ok(complaints) => {
                let first = complaints.into_iter().next();
                first.map(|complaint| (complaint.path, complaint.message))
            }
            Err(error) => Some((FieldPath::root(), error)),
        }
    }

    /// Whether the kind takes `field` at all beside what `spec` says.
    pub(super) fn may_have(&self, spec: &Node, field: &str) -> bool {
        let schema = (self.kind.schema)();
        let before = (self.kind.decode)(plain(spec, &schema));
        let of_field = schema_at(&schema, field);
        let is_list = of_field.is_some_and(|schema| schema.get("items").is_some());
        let nothing = if is_list { list(Vec::new()) } else { empty() };
        let mut with = spec.clone();
        put(&mut with, field, nothing);
        let Ok(after) = (self.kind.decode)(plain(&with, &schema)) else {
            return before.is_err();
        };
        let before = before.unwrap_or_default();
        let about = |path: &FieldPath| FieldPath::dotted(field).starts_with(path);
        let new = after.iter().filter(|complaint| !before.contains(complaint));
        !new.into_iter().any(|complaint| about(&complaint.path))
    }
}

/// A number that a manifest cannot say, or more than it can hold.
fn too_much(spec: &Node) -> Option<(FieldPath, String)> {
    let (mut values, mut found) = (0, None);
    visit(spec, &FieldPath::root(), &mut |path, node| {
        values += 1;
        let inexact = matches!(&node.tree, Tree::Number(number) if !is_exact(number));
        if found.is_none() && inexact {
            found = Some((path.clone(), "a number is beyond 2^53".to_owned()));
        }
        if found.is_none() && path.segments().len() > DEEPEST {
            found = Some((
                path.clone(),
                "it is nested deeper than a manifest can be".to_owned(),
            ));
        }
    });
    if found.is_none() && values > MOST {
        return Some((
            largest(spec),
            "it holds more than a manifest can".to_owned(),
        ));
    }
    found
}

fn visit(node: &Node, at: &FieldPath, see: &mut impl FnMut(&FieldPath, &Node)) {
    see(at, node);
    for entry in node.entries() {
        visit(&entry.value, &at.key(&entry.key), see);
    }
    for (n, item) in node.items().iter().enumerate() {
        visit(item, &at.index(n), see);
    }
}

/// The field that holds most.
fn largest(spec: &Node) -> FieldPath {
    let size = |node: &Node| {
        let mut size = 0;
        visit(node, &FieldPath::root(), &mut |_, _| size += 1);
        size
    };
    let largest = spec.entries().iter().max_by_key(|entry| size(&entry.value));
    largest.map_or_else(FieldPath::root, |entry| FieldPath::field(&entry.key))
}

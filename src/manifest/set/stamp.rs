//! One template and one row → one document.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::rows::{Cell, Row};
use super::template::Template;
use super::{NO_COLUMN, Parsed};
use crate::base::suggest::nearest;
use crate::base::tree::{Entry, Node, Tree};
use crate::kind::walk::schema_at;
use crate::kind::{Api, Catalog, Home};
use crate::manifest::report::Report;

/// A template with what its kind says of it.
pub(super) struct Stamp<'t> {
    template: &'t Template,
    /// The spec's schema, if the kind is known: a table's cells are read by it.
    schema: Option<Json>,
    /// What `metadata` says of itself in each tenant.
    implied: Option<&'static str>,
}

impl<'t> Stamp<'t> {
    /// Gets ready to stamp `template`.
    pub(super) fn of(template: &'t Template, catalog: Catalog) -> Self {
        let text = |key: &str| template.node.get(key).and_then(Node::text);
        let kind = text("apiVersion").zip(text("kind"));
        let kind = kind.and_then(|(version, kind)| catalog.declared(version, kind));
        let implied = kind.and_then(|kind| match kind.home {
            Home::Tenant => Some("tenant"),
            _ if kind.hosts == Some(Api::Logto) => Some("name"),
            _ => None,
        });
        Self {
            template,
            schema: kind.map(|kind| (kind.schema)()),
            implied,
        }
    }

    /// Complains about columns that a row does not have; whether there is nothing to complain of.
    pub(super) fn check(&self, rows: &[Row], report: &mut Report<'_>) -> bool {
        let mut params = Vec::new();
        find_params(&self.template.node, &mut params);
        let mut fine = true;
        for param in params {
            let name = param.text().unwrap_or_default();
            let Some(row) = rows.iter().find(|row| !row.cells.contains_key(name)) else {
                continue;
            };
            fine = false;
            let message = format!(
                "the tenant `{}` of the set has no column `{name}`",
                row.name
            );
            let columns: BTreeSet<_> = row.cells.keys().map(String::as_str).collect();
            let hint = match nearest(name, columns.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!(
                    "it has: `{}`",
                    columns.into_iter().collect::<Vec<_>>().join("`, `")
                ),
            };
            report
                .error(NO_COLUMN, message)
                .at(param.at, "no such column")
                .hint(hint);
        }
        fine
    }

    /// The document of a row. What stands for a column that there is not is left out.
    pub(super) fn document(&self, row: &Row) -> Parsed {
        let stamped = self.node(&self.template.node, "", row);
        let node = stamped.map(|node| self.with_implied(node, row));
        Parsed {
            lines: self.template.lines,
            node,
            sound: self.template.sound,
        }
    }

    fn node(&self, node: &Node, path: &str, row: &Row) -> Option<Node> {
        let tree = match (&node.tree, param(node)) {
            (_, Some(column)) => return self.cell(node, column, path, row),
            (Tree::List(items), _) => {
                let items = items.iter().filter_map(|item| self.node(item, path, row));
                Tree::List(items.collect())
            }
            (Tree::Map(entries), _) => Tree::Map(self.entries(entries, path, row)),
            (other, _) => other.clone(),
        };
        Some(Node { at: node.at, tree })
    }

    fn entries(&self, entries: &[Entry], path: &str, row: &Row) -> Box<[Entry]> {
        let entry = |entry: &Entry| {
            let path = match path {
                "" => entry.key.to_string(),
                path => format!("{path}.{}", entry.key),
            };
            let value = self.node(&entry.value, &path, row)?;
            Some(Entry {
                key: entry.key.clone(),
                key_at: entry.key_at,
                value,
            })
        };
        entries.iter().filter_map(entry).collect()
    }

    /// What a row says, where the marker stands.
    fn cell(&self, node: &Node, column: &str, path: &str, row: &Row) -> Option<Node> {
        let tree = match row.cells.get(column)? {
            Cell::Empty => return None,
            Cell::Written(value) => return Some(placed(value, node)),
            Cell::Table(text) => self.typed(text, path),
        };
        Some(Node { at: node.at, tree })
    }

    /// A table's text as the field at `path` takes it.
    fn typed(&self, text: &str, path: &str) -> Tree {
        let as_text = || Tree::Text(text.into());
        let field = path.strip_prefix("spec.").zip(self.schema.as_ref());
        let Some(schema) = field.and_then(|(path, schema)| schema_at(schema, path)) else {
            return as_text();
        };
        let is = |name: &str| match schema.get("type") {
            Some(Json::String(one)) => one == name,
            Some(Json::Array(several)) => several.iter().any(|one| one == name),
            _ => false,
        };
        match serde_json::from_str(text) {
            Ok(Json::Number(number)) if is("integer") || is("number") => Tree::Number(number),
            Ok(Json::Bool(flag)) if is("boolean") => Tree::Bool(flag),
            _ => as_text(),
        }
    }

    /// Adds what the set says of each of its documents: the tenant that it lives in, or, of a
    /// tenant, its name.
    fn with_implied(&self, mut document: Node, row: &Row) -> Node {
        let (Some(key), at) = (self.implied, document.at) else {
            return document;
        };
        let Tree::Map(entries) = &mut document.tree else {
            return document;
        };
        let name = |at| Entry {
            key: key.into(),
            key_at: at,
            value: Node {
                at,
                tree: Tree::Text(row.name.as_str().into()),
            },
        };
        let mut all = std::mem::take(entries).into_vec();
        match all.iter_mut().find(|entry| *entry.key == *"metadata") {
            Some(Entry { key_at, value, .. }) => {
                let said = value.get(key).is_some();
                if let (Tree::Map(metadata), false) = (&mut value.tree, said) {
                    let mut written = std::mem::take(metadata).into_vec();
                    written.push(name(*key_at));
                    *metadata = written.into();
                }
            }
            None if key == "name" => all.push(Entry {
                key: "metadata".into(),
                key_at: at,
                value: Node {
                    at,
                    tree: Tree::Map(Box::new([name(at)])),
                },
            }),
            None => {}
        }
        *entries = all.into();
        document
    }
}

/// The column of `{param: column}`.
fn param(node: &Node) -> Option<&str> {
    match node.entries() {
        [only] if *only.key == *"param" => only.value.text(),
        _ => None,
    }
}

fn find_params<'n>(node: &'n Node, found: &mut Vec<&'n Node>) {
    if param(node).is_some() {
        found.extend(node.get("param"));
        return;
    }
    for item in node.items() {
        find_params(item, found);
    }
    for entry in node.entries() {
        find_params(&entry.value, found);
    }
}

/// A row's value where a marker stands: what is wrong with it is shown there.
fn placed(value: &Node, marker: &Node) -> Node {
    Node::from_json(&value.to_json(), marker.at)
}

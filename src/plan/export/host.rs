//! The documents of a target itself and of the account that it lives in: as they are written, or,
//! of a tenant that the account has, as it is live, with how it is reached.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::body::Body;
use super::far::{Fars, empty, list, map, plain, put, text};
use super::place::{Chosen, Place};
use super::read::Lists;
use super::{Origin, Out, Source, Wish};
use crate::base::tree::Node;
use crate::base::{Diagnostic, FieldPath, Part, SecretSource, Value};
use crate::kind::walk::{mark, properties, schema_at};
use crate::kind::{Live, Policy};
use crate::manifest::Document;

/// The field that says how a target is reached.
const CONNECTION: &str = "connection";

/// Exports the document of a target, and that of its account if a file has one.
pub(super) async fn export(
    wish: &Wish<'_>,
    source: &Source<'_>,
    out: &mut Out,
) -> Result<(), Vec<Diagnostic>> {
    let place = Place::of(wish, source);
    if let (Some(account), Some(_)) = (source.account, &source.live) {
        let is_known = |written: &super::Written| written.address == account.address;
        if !out.exported.documents.iter().any(is_known) {
            declared(&place, account, out);
        }
    }
    let Some((live, reader)) = &source.live else {
        declared(&place, source.document, out);
        return Ok(());
    };
    let account = Place {
        home: source
            .document
            .home
            .clone()
            .unwrap_or_else(|| place.home.clone()),
        api: source.document.kind.api,
        reader: Arc::clone(reader),
        kinds: vec![source.document.kind],
        ..place
    };
    managed(&account, source, live, out).await
}

/// A tenant that its account has: what is live, and how it is reached.
async fn managed(
    account: &Place<'_>,
    source: &Source<'_>,
    live: &Live,
    out: &mut Out,
) -> Result<(), Vec<Diagnostic>> {
    let document = source.document;
    let mut live = live.clone();
    if let Value::Map(fields) = &mut live.value {
        fields.retain(|name, _| !is_in_path(document, name));
    }
    let mut chosen = [Chosen {
        live,
        ..bare(document)
    }];
    let left = &mut out.exported.left;
    account.own_fields(&mut chosen, left).await?;
    let (lists, before) = (Lists::new(), out.exported.documents.len());
    let fars = nothing(account, &lists);
    account.documents(chosen.into(), &lists, &fars, out).await?;
    if out.exported.documents.len() == before {
        return Ok(());
    }
    let Some(mut written) = out.exported.documents.pop() else {
        return Ok(());
    };
    let one = bare(document);
    let mut body = account.body(&one, &fars, &mut out.variables);
    if let Some(connection) = body.connection(source) {
        put(&mut written.node, "spec.connection", connection);
    }
    if let Some(limits) = document.body.get("limits").and_then(plain) {
        put(&mut written.node, "spec.limits", limits);
    }
    if source.account.is_some()
        && let Some(home) = &document.home
    {
        put(
            &mut written.node,
            &format!("spec.{}", home.kind()),
            text(home.name()),
        );
    }
    out.exported.secrets.extend(body.needed);
    out.exported.documents.push(written);
    Ok(())
}

/// Whether the field says where the object is, and is none of the server's.
fn is_in_path(document: &Document, name: &str) -> bool {
    let in_path = |policy: &Policy| matches!(policy, Policy::InPath);
    document.kind.has(&FieldPath::field(name), in_path)
}

/// The object that a document declares, as far as the document says.
fn bare(document: &Document) -> Chosen {
    Chosen {
        kind: document.kind,
        name: document.address.name().to_owned(),
        called: document.address.name().to_owned(),
        live: Live {
            id: String::new(),
            value: Value::Null,
        },
    }
}

fn nothing<'l>(place: &Place<'_>, lists: &'l Lists) -> Fars<'l> {
    Fars {
        catalog: place.wish.catalog,
        api: place.api,
        objects: lists,
        names: BTreeMap::new(),
        builtins: BTreeMap::new(),
    }
}

/// A document as it is written; its secrets come from variables here, too.
fn declared(place: &Place<'_>, document: &Document, out: &mut Out) {
    let lists = Lists::new();
    let fars = nothing(place, &lists);
    let one = bare(document);
    let mut body = place.body(&one, &fars, &mut out.variables);
    let spec = body.copied(&document.body, &FieldPath::root());
    let (needed, left) = (body.needed, body.left);
    out.exported.secrets.extend(needed);
    out.exported.left.extend(left);
    let spec = spec.unwrap_or_else(empty);
    let written = place.written(&one, spec, BTreeMap::new());
    out.exported.documents.push(written);
}

impl Body<'_> {
    /// What is written, written again.
    fn copied(&mut self, value: &Value, at: &FieldPath) -> Option<Node> {
        match value {
            Value::Secret(hidden) => match &hidden.source {
                Some(SecretSource::Env(name)) => Some(self.variable(at, name)),
                Some(SecretSource::Exec(words)) => {
                    let words = words.iter().map(|word| text(word)).collect();
                    Some(map([("exec", list(words))]))
                }
                Some(other) => Some(self.source(at, Origin::Known(other.to_string()))),
                None => None,
            },
            Value::Unknown(unknown) => match unknown.parts.as_slice() {
                [Part::Output { address, field }] => Some(map([
                    ("ref", text(&address.to_string())),
                    ("field", text(field)),
                ])),
                _ => self.leave(at, "it is put together of what others tell"),
            },
            Value::Map(fields) => {
                let mut written = Vec::new();
                for (name, value) in fields {
                    let inner = self.copied(value, &at.key(name));
                    written.extend(inner.map(|node| (name.as_str(), node)));
                }
                Some(map(written))
            }
            Value::List(items) => {
                let items = items.iter().enumerate();
                let items = items.filter_map(|(n, item)| self.copied(item, &at.index(n)));
                Some(list(items.collect()))
            }
            open => plain(open),
        }
    }

    /// A variable that is known by its name already.
    fn variable(&mut self, at: &FieldPath, name: &str) -> Node {
        self.variables.insert(name.to_owned());
        self.needed.push(super::Needed {
            variable: name.to_owned(),
            address: self.address.clone(),
            field: at.to_string(),
            origin: Origin::Known(format!("environment variable {name}")),
        });
        map([("env", text(name))])
    }

    /// How a tenant is reached: as it is written, else by its settings.
    fn connection(&mut self, source: &Source<'_>) -> Option<Node> {
        let at = FieldPath::field(CONNECTION);
        if let Some(written) = source.document.body.get(CONNECTION) {
            return self.copied(written, &at);
        }
        let schema = (self.kind.schema)();
        let connection = schema_at(&schema, CONNECTION)?;
        let required = connection.get("required")?.as_array()?;
        let needed = |name: &str| required.iter().any(|known| known == name);
        let mut written = Vec::new();
        // What it can do without follows from what the account shows.
        for (name, inner) in properties(connection)?
            .iter()
            .filter(|(name, _)| needed(name))
        {
            let told = source.settings.get(name);
            let node = match (mark(inner), told) {
                (Some("secret"), Some(_)) => Some(self.source(&at.key(name), Origin::Hidden)),
                (_, Some(value)) => plain(value),
                _ => None,
            };
            written.extend(node.map(|node| (name.as_str(), node)));
        }
        (!written.is_empty()).then(|| map(written))
    }
}

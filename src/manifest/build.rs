//! One head and its spec → the documents that they say: the object, and its children.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::body::{Builder, Spot};
use super::header::Head;
use super::index::Index;
use super::outside::Files;
use super::report::{Added, Report};
use super::{Document, Origin, children, home};
use crate::base::tree::{Node, Tree};
use crate::base::{Code, FieldPath, Place, Value};
use crate::kind::walk::{plain, schema_at, walk};
use crate::kind::{Complaint, Descriptor};

/// Fields that do not go together.
pub const COMPLAINT: Code = Code("E0221");
/// A fault of ours: a kind that takes in one place what it refuses in another.
pub const INTERNAL: Code = Code("E0290");

/// Checks and builds the document of `head`: the object and its children; none if there was an
/// error.
pub(super) fn build(
    head: &Head<'_>,
    schema: &Json,
    index: &Index,
    files: &Files,
    report: &mut Report<'_>,
) -> Vec<Document> {
    report.subject(&head.address);
    let nothing = Node {
        at: head.spec_at,
        tree: Tree::Map(Box::default()),
    };
    let spec = head.spec.unwrap_or(&nothing);
    home::check(head, index, report);
    let faults = walk(spec, head.spec_at, schema, &report.file());
    let sound = faults.is_empty();
    report.faults(faults);
    let left_out = head.kind.relations.iter().map(|relation| relation.field);
    let left_out = left_out
        .chain(head.kind.children.iter().map(|children| children.field))
        .collect();
    let mut builder = Builder {
        index,
        files,
        target: head.target.as_ref().map(|(name, _)| name.as_str()),
        report,
        left_out,
        exact: BTreeSet::new(),
        fields: BTreeMap::new(),
    };
    let documents = documents(head, spec, schema, &mut builder);
    if sound {
        typed(head, spec, schema, &documents, index, report);
    }
    if head.sound && report.errors() == 0 {
        documents
    } else {
        Vec::new()
    }
}

fn documents(
    head: &Head<'_>,
    spec: &Node,
    schema: &Json,
    builder: &mut Builder<'_, '_>,
) -> Vec<Document> {
    let spot = Spot {
        path: FieldPath::root(),
        key: head.spec_at,
        schema,
    };
    let mut body = match builder.value(spec, &spot) {
        Value::Map(body) => body,
        _ => BTreeMap::new(),
    };
    let home = home::of(head, &mut body, builder.index, builder.report);
    let unmanaged = head.kind.hosts.is_some() && home::is_only_connected(&body);
    if let Some(field) = head.kind.named_by.filter(|_| !unmanaged) {
        body.entry(field.to_owned())
            .or_insert_with(|| Value::text(head.address.name()));
    }
    let relations = builder.relations(spec, head.kind);
    let file = builder.report.file();
    let place = Place {
        file: Arc::clone(&file),
        at: head.kind_at,
        label: String::new(),
        hidden: false,
    };
    let mut document = Document {
        address: head.address.clone(),
        kind: head.kind,
        home,
        labels: head.labels.clone(),
        lifecycle: head.lifecycle.clone(),
        body: Value::Map(body),
        exact: std::mem::take(&mut builder.exact),
        relations,
        exact_children: BTreeMap::new(),
        parent: None,
        origin: Origin {
            place: Some(place),
            fields: std::mem::take(&mut builder.fields),
        },
        root: builder.files.own(&file.name),
        put_back: None,
    };
    let mut below = Vec::new();
    for field in head.kind.children {
        let (children, stay) = builder.children(head, field, schema, &document);
        document
            .exact_children
            .extend(stay.map(|stay| (field.field, stay)));
        below.extend(children);
    }
    below.insert(0, document);
    below
}

/// Reads the spec as its kind's type and asks the kind what does not go together; the children
/// likewise.
fn typed(
    head: &Head<'_>,
    spec: &Node,
    schema: &Json,
    documents: &[Document],
    index: &Index,
    report: &mut Report<'_>,
) {
    let Some(document) = documents.first() else {
        return;
    };
    complaints(head.kind, plain(spec, schema), document, report);
    for field in head.kind.children {
        let Some(kind) = index.catalog.named(head.kind.api, field.kind) else {
            continue;
        };
        let item = schema_at(schema, field.field);
        let item = item.and_then(|list| {
            list.get("items")
                .or_else(|| list.get("additionalProperties"))
        });
        for child in children::written(head, field) {
            let json = children::typed(
                &child,
                field,
                item.unwrap_or(&Json::Null),
                head.address.name(),
            );
            if let Some(document) = documents.iter().find(|d| d.address == child.address) {
                report.subject(&child.address);
                complaints(kind, json, document, report);
            }
        }
    }
    report.subject(&head.address);
}

fn complaints(kind: &Descriptor, spec: Json, document: &Document, report: &mut Report<'_>) {
    match (kind.decode)(spec) {
        Ok(complaints) => {
            for complaint in complaints {
                complain(complaint, document, report);
            }
        }
        Err(error) => {
            let message = report.of(&format!(
                "is sound by its kind's schema and not by its type: {error}"
            ));
            let place = document.origin.place.clone();
            let added = report.error(INTERNAL, message);
            let added = place.into_iter().fold(added, Added::place);
            let _ = added.hint("this is a fault of tenantry: please report it with the manifest");
        }
    }
    let name = kind
        .named_by
        .and_then(|field| Some((field, document.body.get(field)?.as_text()?)));
    let wrong = name.and_then(|(field, name)| Some((field, (kind.check_key)(name)?)));
    if let Some((field, message)) = wrong {
        let message = report.of(&format!(
            "has a `{field}` that the server would refuse: {message}"
        ));
        let place = document.origin.field(&FieldPath::field(field));
        let added = report.error(COMPLAINT, message);
        let added = place.into_iter().fold(added, Added::place);
        let _ = added.hint(format!("write another `{field}`"));
    }
}

fn complain(complaint: Complaint, document: &Document, report: &mut Report<'_>) {
    let Complaint {
        path,
        message,
        hint,
    } = complaint;
    let message = format!("`{}`: {message}", document.address);
    let place = document.origin.field(&path);
    let added = report.error(COMPLAINT, message);
    let added = place.into_iter().fold(added, Added::place);
    if let Some(hint) = hint {
        let _ = added.hint(hint);
    }
}

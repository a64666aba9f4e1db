//! Edges whose two ends do not fit, as far as the documents say it: the server would refuse them, and
//! only after it made both ends.

use std::collections::BTreeMap;

use super::document::{DesiredEdge, Document};
use crate::base::{Address, Code, Diagnostic, FieldPath, Part, Value};
use crate::kind::{Fit, Has, Wants};

/// The two ends of an edge do not fit.
const UNFIT: Code = Code("E0234");

/// Complains about every edge between documents that do not fit.
pub(super) fn find(documents: &[Document]) -> Vec<Diagnostic> {
    let all: BTreeMap<&Address, &Document> =
        documents.iter().map(|one| (&one.address, one)).collect();
    let mut found = Vec::new();
    for document in documents {
        for fit in document
            .kind
            .fits
            .iter()
            .filter(|fit| concerns(fit, document))
        {
            let edges = document.relations.get(fit.field);
            for edge in edges.into_iter().flat_map(|relation| &relation.edges) {
                let far = edge.to.as_ref().and_then(|to| all.get(to));
                found.extend(
                    misfit(fit, edge, far.copied()).map(|why| complaint(document, fit, &why)),
                );
            }
        }
    }
    found
}

fn concerns(fit: &Fit, owner: &Document) -> bool {
    let has = |has| text(owner, has).is_none_or(|(is, wanted)| is == wanted);
    fit.of.is_none_or(has)
}

/// What a document has in a field, and what it should; nothing if that is not known.
fn text(document: &Document, (field, unwritten, wanted): Has) -> Option<(String, &'static str)> {
    let is = match document.body.at(&FieldPath::dotted(field)) {
        Some(Value::Text(text)) => text.clone(),
        Some(_) => return None,
        None => unwritten.to_owned(),
    };
    Some((is, wanted))
}

fn misfit(fit: &Fit, edge: &DesiredEdge, far: Option<&Document>) -> Option<String> {
    match fit.wants {
        Wants::Text(has) => {
            let (is, wanted) = text(far?, has)?;
            let field = has.0;
            (is != wanted).then(|| {
                format!(
                    "lists `{}`, whose `{field}` is `{is}`: it takes `{wanted}` alone",
                    edge.label
                )
            })
        }
        Wants::NoBuiltin(forbidden) => {
            let is_it =
                |part: &Part| matches!(part, Part::Builtin { name, .. } if name == forbidden);
            let known = edge.key.iter().any(|word| match word {
                Value::Unknown(unknown) => unknown.parts.iter().any(is_it),
                _ => false,
            });
            known.then(|| format!("lists `{forbidden}`, which its own `type` may not have"))
        }
    }
}

fn complaint(document: &Document, fit: &Fit, why: &str) -> Diagnostic {
    let message = format!("`{}` {why} in `{}`", document.address, fit.field);
    let diagnostic = Diagnostic::error(UNFIT, message).about(&document.address);
    let diagnostic = match document.origin.field(&FieldPath::dotted(fit.field)) {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    };
    diagnostic.hint("list one of the right type, or change a `type`")
}

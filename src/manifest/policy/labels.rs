//! Labels that a policy wants documents to have.

use super::spec::{Label, Policy};
use crate::base::{Code, Diagnostic, glob};
use crate::manifest::Document;

/// A document lacks a label that the policy wants.
const UNLABELLED: Code = Code("E0235");

/// An error for each label that a document lacks. Children have their parents' labels.
pub(in crate::manifest) fn missing(policy: &Policy, documents: &[Document]) -> Vec<Diagnostic> {
    let written = documents
        .iter()
        .filter(|document| document.parent.is_none() && document.origin.place.is_some());
    let faults = written.flat_map(|document| {
        let rules = policy.labels.iter();
        rules.filter_map(|rule| fault(rule, document))
    });
    faults.collect()
}

fn fault(rule: &Label, document: &Document) -> Option<Diagnostic> {
    let kind = document.address.kind();
    if !rule.kinds.is_empty() && !rule.kinds.iter().any(|name| name == kind) {
        return None;
    }
    let (address, name) = (&document.address, &rule.name);
    let allowed = rule.values.join(", ");
    let (message, hint) = match document.labels.get(name) {
        None => {
            let example = rule.values.first().map_or("…", String::as_str);
            (
                format!("`{address}` has no label `{name}`, which the policy wants"),
                format!("write under metadata: `labels: {{{name}: {example}}}`"),
            )
        }
        Some(value) => {
            let fits = |pattern: &String| glob::fits(pattern, value);
            if rule.values.is_empty() || rule.values.iter().any(fits) {
                return None;
            }
            (
                format!(
                    "`{address}` has the label `{name}: {value}`, which the policy does not allow"
                ),
                format!("write one of: {allowed}"),
            )
        }
    };
    let fault = Diagnostic::error(UNLABELLED, message)
        .about(address)
        .hint(hint);
    Some(match document.origin.place.clone() {
        Some(place) => fault.at(place),
        None => fault,
    })
}

//! What a plan is about: the documents that are selected, and the objects that begin anew.

use std::collections::BTreeSet;

use super::super::delta::{Subject, delta};
use super::super::matching::Match;
use super::{Planner, order};
use crate::base::Address;
use crate::manifest::Document;

impl<'a> Planner<'a> {
    /// Makes the outputs of all objects that are replaced unknown, before any edge to them is
    /// compared: relations may lead anywhere, whatever the order of the bodies is.
    pub(super) fn forget_replaced(&mut self, included: &BTreeSet<Address>) {
        let drafted = |d: &&&Document| included.contains(&d.address) && !self.input.options.destroy;
        let documents: Vec<&'a Document> = self.order.iter().filter(drafted).copied().collect();
        for document in documents {
            let put_back = document.put_back.as_ref();
            let body = put_back.map_or(&document.body, |put_back| &put_back.fields);
            let Ok(body) = self.known.resolve(body.clone()) else {
                continue;
            };
            let Some(live) = self.matches.get(&document.address).and_then(Match::live) else {
                continue;
            };
            let shape = self.shapes.of(document.kind);
            let subject = Subject {
                kind: document.kind,
                shape,
                desired: &body,
                exact: &document.exact,
                ignore: &document.lifecycle.ignore,
                live: &shape.project(document.kind, &live.value),
                prior: None,
            };
            if delta(&subject)
                .changes
                .iter()
                .any(|change| change.forces_replace)
            {
                self.known.outputs.remove(&document.address);
                self.empty_target(document);
            }
        }
    }

    /// The selected documents, and what they need that does not exist yet.
    pub(super) fn included(&self) -> BTreeSet<Address> {
        let mut included = BTreeSet::new();
        for document in self.order.iter().rev() {
            let needed = included.contains(&document.address);
            if !needed && !self.input.selected(&document.address, &document.labels) {
                continue;
            }
            included.insert(document.address.clone());
            for other in order::needs(document) {
                if matches!(
                    self.matches.get(&other),
                    Some(Match::Absent | Match::NotOurs(_))
                ) {
                    included.insert(other);
                }
            }
        }
        included
    }

    /// A replaced tenant begins empty.
    fn empty_target(&mut self, document: &Document) {
        if document.kind.hosts.is_none() {
            return;
        }
        for other in &self.order {
            if other.home.as_ref() == Some(&document.address) {
                self.matches.insert(other.address.clone(), Match::Absent);
                self.known.outputs.remove(&other.address);
            }
        }
    }
}

//! The steps of the documents: each body resolved, its secrets fingerprinted, compared.

use std::collections::BTreeMap;

use super::super::draft::{Declared, Outcome, draft};
use super::super::edges::WantedEdges;
use super::super::matching::Match;
use super::super::records::lay_over;
use super::super::{relations, secrets};
use super::{Planner, name_edge, words};
use crate::base::{Address, Value};
use crate::kind::{EdgeKey, Relation};
use crate::manifest::Document;
use crate::state::Entry;

/// A declared object before its shape is put in.
struct DeclaredParts<'b> {
    document: &'b Document,
    body: Value,
    compared: Value,
    anew: Value,
    matched: &'b Match,
    entry: Option<&'b Entry>,
    relations: BTreeMap<&'static str, WantedEdges>,
}

impl<'a> Planner<'a> {
    /// Makes the steps of all declared objects, parents first, so that whatever refers to one
    /// that is made or replaced sees its outputs as unknown.
    pub(super) fn draft_all(&mut self) {
        let included = self.included();
        self.forget_replaced(&included);
        for document in self.order.clone() {
            if !included.contains(&document.address) {
                self.left_out = true;
                continue;
            }
            if self.input.options.destroy {
                continue;
            }
            self.draft_one(document);
        }
    }

    fn draft_one(&mut self, document: &'a Document) {
        let Some(matched) = self.matches.remove(&document.address) else {
            return;
        };
        if let Some(refused) = words::refused(document, &matched) {
            self.refusals.push(refused);
            self.matches.insert(document.address.clone(), matched);
            return;
        }
        if let Some(declared) = self.declared(document, &matched) {
            self.conclude(document, &declared);
        }
        self.matches.insert(document.address.clone(), matched);
    }

    fn declared<'b>(
        &mut self,
        document: &'b Document,
        matched: &'b Match,
    ) -> Option<DeclaredParts<'b>>
    where
        'a: 'b,
    {
        let body = self.ready(document, &document.body)?;
        let (compared, anew) = match &document.put_back {
            None => (body.clone(), body.clone()),
            Some(put_back) => {
                let mut anew = self.ready(document, &put_back.whole)?;
                lay_over(&mut anew, &body);
                let compared = self.ready(document, &put_back.fields)?;
                lay_over(&mut anew, &compared);
                let taken_over = matches!(matched, Match::Adopted(_)) && put_back.id.is_none();
                (if taken_over { anew.clone() } else { compared }, anew)
            }
        };
        let mut wanted = BTreeMap::new();
        for relation in document.kind.relations {
            match relations::wanted(document, relation, &self.known) {
                Ok(edges) => {
                    wanted.insert(relation.field, edges);
                }
                Err(error) => self.faults.push(words::unresolvable(document, &error)),
            }
        }
        if matched == &Match::Absent
            && let Some(why) = (document.kind.check_create)(&anew)
        {
            self.faults.push(words::not_creatable(document, &why));
            return None;
        }
        let entry = self.entry(document);
        Some(DeclaredParts {
            document,
            body,
            compared,
            anew,
            matched,
            entry,
            relations: wanted,
        })
    }

    /// What a document says, resolved and fingerprinted.
    fn ready(&mut self, document: &Document, said: &Value) -> Option<Value> {
        let said = match self.known.resolve(said.clone()) {
            Ok(said) => said,
            Err(error) => {
                self.faults.push(words::unresolvable(document, &error));
                return None;
            }
        };
        let address = &document.address;
        for (path, least) in secrets::too_short(self.input, document.kind, &said) {
            self.faults.push(words::too_short(document, &path, least));
        }
        let (texts, unset) = (&self.texts, &mut self.unset);
        Some(secrets::fingerprinted(
            self.input, address, said, texts, unset,
        ))
    }

    fn conclude(&mut self, document: &Document, parts: &DeclaredParts<'_>) {
        let shape = self.shapes.of(document.kind).clone();
        let declared = Declared {
            document: parts.document,
            body: parts.body.clone(),
            compared: parts.compared.clone(),
            anew: parts.anew.clone(),
            matched: parts.matched,
            shape: &shape,
            key: self.input.key,
            entry: parts.entry,
            relations: parts.relations.clone(),
        };
        let names = &self.names;
        let labels = |home: &Address, relation: &Relation, key: &EdgeKey| {
            name_edge(names, home, document.kind, relation, key)
        };
        match draft(&declared, &self.edges, &labels, &mut self.notes) {
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Keep(entry) => {
                self.unchanged += 1;
                self.bookkeeping.insert(document.address.clone(), *entry);
            }
            Outcome::Step(step) => {
                self.steps.push(*step);
            }
        }
    }
}

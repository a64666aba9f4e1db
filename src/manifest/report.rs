//! Collects what is wrong with one document, with the document as the subject of each sentence.

use std::sync::Arc;

use super::hide::Hidden;
use crate::base::{Address, At, Code, Diagnostic, Place, SourceFile};
use crate::kind::walk::Fault;

/// What was said about one file's documents so far.
pub(super) struct Report<'a> {
    file: Arc<SourceFile>,
    subject: Option<Address>,
    all: &'a mut Vec<Diagnostic>,
    hidden: &'a mut Hidden,
    errors: usize,
}

/// A diagnostic that was just added, to be filled in further.
pub(super) struct Added<'a> {
    diagnostic: &'a mut Diagnostic,
    file: &'a Arc<SourceFile>,
}

impl<'a> Report<'a> {
    pub(super) fn new(
        file: &Arc<SourceFile>,
        all: &'a mut Vec<Diagnostic>,
        hidden: &'a mut Hidden,
    ) -> Self {
        Self {
            file: Arc::clone(file),
            subject: None,
            all,
            hidden,
            errors: 0,
        }
    }

    /// The file.
    pub(super) fn file(&self) -> Arc<SourceFile> {
        Arc::clone(&self.file)
    }

    /// What is said from now on is about `address`.
    pub(super) fn subject(&mut self, address: &Address) {
        self.subject = Some(address.clone());
    }

    /// How many errors there were about this document.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Adds an error. A message that is a predicate (`has no …`) is given its subject.
    pub(super) fn error(&mut self, code: Code, message: impl Into<String>) -> Added<'_> {
        self.errors += 1;
        self.add(Diagnostic::error(code, message))
    }

    /// Adds a warning.
    pub(super) fn warning(&mut self, code: Code, message: impl Into<String>) -> Added<'_> {
        self.add(Diagnostic::warning(code, message))
    }

    fn add(&mut self, mut diagnostic: Diagnostic) -> Added<'_> {
        diagnostic.address.clone_from(&self.subject);
        self.all.push(diagnostic);
        let last = self.all.len() - 1;
        Added {
            diagnostic: &mut self.all[last],
            file: &self.file,
        }
    }

    /// `what` said of the document: `` `acme/role/x` has no … ``.
    pub(super) fn of(&self, what: &str) -> String {
        match &self.subject {
            Some(address) => format!("`{address}` {what}"),
            None => format!("this document {what}"),
        }
    }

    /// Adds what a walk found.
    pub(super) fn faults(&mut self, faults: Vec<Fault>) {
        for fault in faults {
            let Fault {
                code,
                path: _,
                at,
                message,
                label,
                hint,
                hides,
            } = fault;
            let message = self.of(&message);
            if let Some((from, last)) = hides {
                self.hidden.between(&self.file, from, last);
            }
            let added = self.error(code, message).at(at, &label);
            added.diagnostic.hints.extend(hint);
        }
    }
}

impl Added<'_> {
    /// At a place of the document's file.
    pub(super) fn at(self, at: At, label: &str) -> Self {
        self.diagnostic.places.push(Place {
            file: Arc::clone(self.file),
            at,
            label: label.to_owned(),
            hidden: false,
        });
        self
    }

    /// At a place elsewhere.
    pub(super) fn place(self, place: Place) -> Self {
        self.diagnostic.places.push(place);
        self
    }

    /// With a hint.
    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        self.diagnostic.hints.push(hint.into());
        self
    }
}

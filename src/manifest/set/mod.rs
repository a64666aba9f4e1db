//! `TenantSet`: the same documents, stamped for many tenants.
//!
//! A set is replaced by what it stands for before anything else looks at the manifests, so that
//! what it stamps is treated as if it had been written by hand.

mod kind;
mod places;
mod rows;
mod stamp;
mod template;

use std::collections::BTreeSet;

use super::header::{self, Head};
use super::hide::Hidden;
use super::load::{File, Options};
use super::report::Report;
use super::yaml::Parsed;
use crate::base::tree::Node;
use crate::base::{Code, Diagnostic};
use crate::kind::walk::walk;
use crate::kind::{Descriptor, Quirk};

use places::Places;
use rows::Row;
use stamp::Stamp;

/// The kinds of manifests about manifests.
pub const KINDS: &[Descriptor] = &[Descriptor::of::<kind::TenantSet>()];

/// A set that cannot be read as one.
pub(super) const BAD_SET: Code = Code("E0231");
/// A row that cannot be one.
pub(super) const BAD_ROW: Code = Code("E0232");
/// A column that a row does not have.
pub(super) const NO_COLUMN: Code = Code("E0233");

/// Where sets are expanded.
pub(super) struct Sets<'a> {
    options: &'a Options,
    files: &'a mut Vec<File>,
    diagnostics: &'a mut Vec<Diagnostic>,
    hidden: &'a mut Hidden,
    places: Places,
    /// The files whose documents are templates, by number.
    taken: BTreeSet<usize>,
}

impl<'a> Sets<'a> {
    /// Gets ready.
    pub(super) fn new(
        options: &'a Options,
        files: &'a mut Vec<File>,
        diagnostics: &'a mut Vec<Diagnostic>,
        hidden: &'a mut Hidden,
    ) -> Self {
        Self {
            options,
            files,
            diagnostics,
            hidden,
            places: Places::default(),
            taken: BTreeSet::new(),
        }
    }

    /// Replaces each set in `parsed`, which is by file, by the documents that it stands for.
    pub(super) fn expand(&mut self, parsed: &mut Vec<Vec<Parsed>>) {
        let sets = take_sets(parsed);
        if sets.is_empty() {
            return;
        }
        let mut stamped = Vec::new();
        for (file, set) in &sets {
            stamped.extend(self.one(*file, set, parsed));
        }
        for file in &self.taken {
            parsed[*file].clear();
        }
        for (file, document) in stamped {
            parsed[file].push(document);
        }
    }

    /// Where templates stand.
    pub(super) fn done(self) -> Places {
        self.places
    }

    fn one(
        &mut self,
        file: usize,
        set: &Node,
        parsed: &mut Vec<Vec<Parsed>>,
    ) -> Vec<(usize, Parsed)> {
        let Some((tenants, documents)) = self.parts(file, set) else {
            return Vec::new();
        };
        let rows = self.rows(file, tenants);
        let templates = self.templates(file, documents, parsed);
        let mut stamped = Vec::new();
        for template in &templates {
            self.places
                .add(&self.files[template.file].source, template.lines);
            let mut report = Report::new(
                &self.files[template.file].source,
                self.diagnostics,
                self.hidden,
            );
            let stamp = Stamp::of(template, self.options.catalog);
            let sound = stamp.check(&rows, &mut report);
            for row in &rows {
                let document = stamp.document(row);
                let sound = document.sound && sound;
                stamped.push((template.file, Parsed { sound, ..document }));
            }
        }
        stamped
    }

    /// The two parts of a sound set.
    fn parts<'n>(&mut self, file: usize, set: &'n Node) -> Option<(&'n Node, &'n Node)> {
        let source = &self.files[file].source;
        let mut report = Report::new(source, self.diagnostics, self.hidden);
        let Ok(Head {
            kind,
            spec,
            spec_at,
            sound,
            ..
        }) = header::read(set, self.options.catalog, &mut report)
        else {
            return None;
        };
        let Some(spec) = spec else {
            report
                .error(BAD_SET, "a set without `spec` stands for nothing")
                .at(spec_at, "`spec` is missing")
                .hint("see `tenantry explain tenantset`");
            return None;
        };
        let faults = walk(spec, spec_at, &(kind.schema)(), &report.file());
        let walked = faults.is_empty();
        report.faults(faults);
        (sound && walked).then_some(())?;
        Some((spec.get("tenants")?, spec.get("documents")?))
    }

    fn rows(&mut self, file: usize, tenants: &Node) -> Vec<Row> {
        let File { source, files } = &self.files[file];
        let mut report = Report::new(source, self.diagnostics, self.hidden);
        rows::read(tenants, files, &mut report)
    }
}

/// Takes the sets out, each with the number of its file.
fn take_sets(parsed: &mut [Vec<Parsed>]) -> Vec<(usize, Node)> {
    let mut sets = Vec::new();
    for (file, documents) in parsed.iter_mut().enumerate() {
        let all = std::mem::take(documents);
        for document in all {
            match document.node {
                Some(node) if is_set(&node) => sets.push((file, node)),
                node => documents.push(Parsed { node, ..document }),
            }
        }
    }
    sets
}

/// Whether a document stands for others.
fn is_set(node: &Node) -> bool {
    let text = |key: &str| node.get(key).and_then(Node::text);
    KINDS.iter().any(|kind| {
        kind.is(Quirk::Stands)
            && text("kind") == Some(kind.kind)
            && text("apiVersion") == Some(kind.api_version())
    })
}

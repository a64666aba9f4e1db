//! Texts → documents: all errors of all files at once, in order.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value as Json;

use super::build::build;
use super::find::Source;
use super::header::Head;
use super::hide::Hidden;
use super::index::{Declared, Index};
use super::outside::Files;
use super::policy::{self, Policy};
use super::report::Report;
use super::set::Sets;
use super::yaml::{self, Parsed};
use super::{Document, children, cycle, fits, former, header, home, offered, twins};
use crate::base::tree::Node;
use crate::base::{Diagnostic, Place, SourceFile};
use crate::kind::{Catalog, Descriptor, EdgeShape};

/// What manifests are read with.
#[derive(Debug, Clone)]
pub struct Options {
    /// All kinds.
    pub catalog: Catalog,
    /// The first root of the run: what the paths of secrets' files are relative to.
    pub root: PathBuf,
    /// Whether manifests may name files outside their root.
    pub allow_files_outside: bool,
}

/// What was read.
#[derive(Debug)]
pub struct Manifests {
    /// Every document whose own text has no error, in order of their addresses. The default
    /// account is among them if none is declared.
    pub documents: Vec<Document>,
    /// How many files were read.
    pub files: usize,
    /// Errors and warnings, by file and line.
    pub diagnostics: Vec<Diagnostic>,
}

impl Manifests {
    /// Whether there is an error among the diagnostics.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Adds what the repository's policy says of the documents.
    pub fn hold_to(&mut self, policy: &Policy) {
        self.diagnostics
            .extend(policy::missing(policy, &self.documents));
    }
}

/// Reads and checks manifests. The order of `sources` does not matter.
pub fn load(mut sources: Vec<Source>, options: &Options) -> Manifests {
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    let count = sources.len();
    let mut files: Vec<_> = sources
        .into_iter()
        .map(|source| File::of(source, options))
        .collect();
    let mut diagnostics = Vec::new();
    let mut parsed = parsed(&files, &mut diagnostics);
    let mut hidden = Hidden::default();
    let mut sets = Sets::new(options, &mut files, &mut diagnostics, &mut hidden);
    sets.expand(&mut parsed);
    let stencils = sets.done();
    let mut reading = Reading {
        files: &files,
        index: Index::new(options.catalog),
        hidden,
        diagnostics,
    };
    let heads = reading.heads(&parsed);
    reading.declare(&heads);
    let documents = reading.build(&heads);
    let documents = reading.link(documents);
    let Reading {
        hidden,
        mut diagnostics,
        ..
    } = reading;
    hidden.apply(&mut diagnostics);
    Manifests {
        documents,
        files: count,
        diagnostics: stencils.once_a_place(in_order(diagnostics)),
    }
}

/// A manifest, and the files that it may name.
pub(super) struct File {
    pub(super) source: Arc<SourceFile>,
    pub(super) files: Files,
}

impl File {
    pub(super) fn of(source: Source, options: &Options) -> Self {
        let files = Files::of(&source, &options.root, options.allow_files_outside);
        Self {
            source: SourceFile::new(source.name, source.text),
            files,
        }
    }
}

/// Parses the files, several at once where there are many.
pub(super) fn parsed(files: &[File], diagnostics: &mut Vec<Diagnostic>) -> Vec<Vec<Parsed>> {
    let share = files
        .len()
        .div_ceil(std::thread::available_parallelism().map_or(1, usize::from))
        .max(1);
    let parse = |files: &[File]| {
        files
            .iter()
            .map(|file| yaml::parse(&file.source))
            .collect::<Vec<_>>()
    };
    let parsed: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = files
            .chunks(share)
            .map(|some| scope.spawn(move || parse(some)))
            .collect();
        threads
            .into_iter()
            .zip(files.chunks(share))
            .flat_map(|(thread, some)| thread.join().unwrap_or_else(|_| parse(some)))
            .collect()
    });
    let (parsed, faults): (Vec<_>, Vec<_>) = parsed.into_iter().unzip();
    diagnostics.extend(faults.into_iter().flatten());
    parsed
}

struct Reading<'f> {
    files: &'f [File],
    index: Index,
    hidden: Hidden,
    diagnostics: Vec<Diagnostic>,
}

/// A head, and the number of its file.
type InFile<'p> = (Head<'p>, usize);

impl Reading<'_> {
    fn report(&mut self, file: usize) -> Report<'_> {
        Report::new(
            &self.files[file].source,
            &mut self.diagnostics,
            &mut self.hidden,
        )
    }

    fn heads<'p>(&mut self, parsed: &'p [Vec<Parsed>]) -> Vec<InFile<'p>> {
        let mut heads = Vec::new();
        for (number, documents) in parsed.iter().enumerate() {
            for Parsed { lines, node, sound } in documents {
                let catalog = self.index.catalog;
                let read = node
                    .as_ref()
                    .map(|node| header::read(node, catalog, &mut self.report(number)));
                if let Some(Ok(mut head)) = read {
                    head.sound &= sound;
                    heads.push((head, number));
                } else {
                    self.headless(number, *lines, node.as_ref());
                }
            }
        }
        heads
    }

    /// Hides a document that has no head, and notes what it may be called.
    fn headless(&mut self, number: usize, lines: (u32, u32), node: Option<&Node>) {
        let file = &self.files[number].source;
        for name in header::claimed(file, lines, node) {
            self.index.claim(name);
        }
        match node {
            Some(node) if node.is_map() => self.hidden.body(file, node),
            _ => self.hidden.lines(file, lines),
        }
    }

    /// Puts everything that is declared into the index.
    fn declare(&mut self, heads: &[InFile<'_>]) {
        for (head, number) in heads {
            let place = |at| Place {
                file: Arc::clone(&self.files[*number].source),
                at,
                label: String::new(),
                hidden: false,
            };
            let mut new = vec![(head.address.clone(), head.kind, place(head.name_at))];
            for field in head.kind.children {
                let kind = self.index.catalog.named(head.kind.api, field.kind);
                let children = children::written(head, field);
                new.extend(
                    children
                        .into_iter()
                        .filter_map(|child| Some((child.address, kind?, place(child.at)))),
                );
            }
            for (address, kind, place) in new {
                let twin = twins::add(&mut self.index, &address, Declared { kind, place });
                self.diagnostics.extend(twin);
            }
        }
    }

    fn build(&mut self, heads: &[InFile<'_>]) -> Vec<Document> {
        let mut schemas: BTreeMap<(&str, &str), Json> = BTreeMap::new();
        let mut documents = Vec::new();
        for (head, number) in heads {
            let Descriptor {
                api, name, schema, ..
            } = head.kind;
            let schema = schemas.entry((api.as_str(), name)).or_insert_with(schema);
            let File { source, files } = &self.files[*number];
            let mut report = Report::new(source, &mut self.diagnostics, &mut self.hidden);
            documents.extend(build(head, schema, &self.index, files, &mut report));
        }
        documents
    }

    /// What can only be said once all documents are there.
    fn link(&mut self, mut documents: Vec<Document>) -> Vec<Document> {
        documents.extend(home::default_account(self.index.catalog, &self.index));
        documents.sort_by(|a, b| a.address.cmp(&b.address));
        documents.dedup_by(|a, b| a.address == b.address);
        resources(&mut documents);
        self.diagnostics.extend(twins::keys(&documents));
        self.diagnostics.extend(cycle::find(&documents));
        self.diagnostics.extend(former::find(&documents));
        self.diagnostics.extend(fits::find(&documents));
        self.diagnostics.extend(offered::find(&documents));
        documents
    }
}

/// Finds the declared resources that `permissions` name by their resource id.
fn resources(documents: &mut [Document]) {
    let mut by_key = BTreeMap::new();
    for document in &*documents {
        let key = document
            .kind
            .named_by
            .and_then(|field| document.body.get(field)?.as_text());
        if let (Some(key), Some(target)) = (key, document.address.target()) {
            let at = (target.to_owned(), document.kind.name, key.to_owned());
            by_key.insert(at, document.address.clone());
        }
    }
    for document in documents {
        let Some(target) = document.address.target().map(str::to_owned) else {
            continue;
        };
        for (field, relation) in &mut document.relations {
            let declared = document.kind.relation(field);
            let Some(kind) = declared
                .filter(|r| r.shape == EdgeShape::Actions)
                .and_then(|r| r.to.first())
            else {
                continue;
            };
            for edge in &mut relation.edges {
                let rid = edge
                    .key
                    .first()
                    .and_then(|key| key.as_text())
                    .unwrap_or_default();
                edge.to = by_key
                    .get(&(target.clone(), *kind, rid.to_owned()))
                    .cloned();
            }
        }
    }
}

/// Those without a place first, then by file and line; what is said twice is said once.
fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let key = |diagnostic: &Diagnostic| {
        let place = diagnostic.places.first();
        let place = place.map(|place| (place.file.name.clone(), place.at.line, place.at.column));
        (place, diagnostic.code, diagnostic.message.clone())
    };
    diagnostics.sort_by_cached_key(key);
    diagnostics.dedup();
    diagnostics
}

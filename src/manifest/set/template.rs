//! The documents of a set: written in it, or the manifests of a folder.

use std::path::Path;

use super::{BAD_SET, Sets, is_set};
use crate::base::tree::Node;
use crate::manifest::find;
use crate::manifest::load::{self, File};
use crate::manifest::outside::Files;
use crate::manifest::report::Report;
use crate::manifest::yaml::Parsed;

/// A document to stamp.
#[derive(Debug, Clone)]
pub(super) struct Template {
    /// The number of its file.
    pub(super) file: usize,
    /// Its lines.
    pub(super) lines: (u32, u32),
    /// What is written.
    pub(super) node: Node,
    /// Whether nothing was wrong with it so far.
    pub(super) sound: bool,
}

impl Sets<'_> {
    /// The templates that `documents` of a set in `file` says.
    pub(super) fn templates(
        &mut self,
        file: usize,
        documents: &Node,
        parsed: &mut Vec<Vec<Parsed>>,
    ) -> Vec<Template> {
        let found = match (documents.is_list(), folder_of(documents)) {
            (true, _) => documents
                .items()
                .iter()
                .map(|node| written(file, node))
                .collect(),
            (_, Some(folder)) => self.of_folder(file, folder, parsed),
            _ => {
                self.report(file)
                    .error(
                        BAD_SET,
                        "`documents` is a list of documents, or a folder of them",
                    )
                    .at(documents.at, "this is neither")
                    .hint("write `documents: {folder: customer}`");
                Vec::new()
            }
        };
        for template in found.iter().filter(|template| is_set(&template.node)) {
            self.report(template.file)
                .error(BAD_SET, "a set cannot stand in another")
                .at(template.node.at, "a set")
                .hint("write it as a document of its own");
        }
        found
            .into_iter()
            .filter(|template| !is_set(&template.node))
            .collect()
    }

    fn report(&mut self, file: usize) -> Report<'_> {
        Report::new(&self.files[file].source, self.diagnostics, self.hidden)
    }

    /// The documents of the manifests below a folder. Those that were read as manifests already
    /// are taken from there; others are read now.
    fn of_folder(
        &mut self,
        file: usize,
        folder: &Node,
        parsed: &mut Vec<Vec<Parsed>>,
    ) -> Vec<Template> {
        let written = folder.text().unwrap_or_default();
        let (located, path) = match self.files[file].files.folder(written) {
            Ok(found) => found,
            Err(refused) => {
                self.report(file)
                    .error(BAD_SET, format!("the folder `{written}` {refused}"))
                    .at(folder.at, "not read")
                    .hint("a path is relative to the manifest that it is written in");
                return Vec::new();
            }
        };
        let mut numbers = self.below(&located);
        if numbers.is_empty() {
            numbers = self.read_folder(&path, parsed);
        }
        let own = numbers.contains(&file);
        if numbers.is_empty() || own {
            let message = if own {
                "has this set in it"
            } else {
                "has no manifests"
            };
            self.report(file)
                .error(BAD_SET, format!("the folder `{written}` {message}"))
                .at(folder.at, "this folder")
                .hint("name a folder of templates alone");
            return Vec::new();
        }
        self.taken.extend(&numbers);
        let documents = numbers.iter().flat_map(|number| {
            parsed[*number].iter().filter_map(|document| {
                let node = document.node.clone()?;
                Some(Template {
                    file: *number,
                    lines: document.lines,
                    node,
                    sound: document.sound,
                })
            })
        });
        documents.collect()
    }

    /// The files below a folder, by number.
    fn below(&self, located: &str) -> Vec<usize> {
        let inside = |file: &File| {
            let own = Files::own(&file.files, &file.source.name);
            own.strip_prefix(located)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let files = self.files.iter().enumerate();
        files
            .filter(|(_, file)| inside(file))
            .map(|(number, _)| number)
            .collect()
    }

    /// Reads a folder that is no manifests' folder.
    fn read_folder(&mut self, path: &Path, parsed: &mut Vec<Vec<Parsed>>) -> Vec<usize> {
        if !path.is_dir() {
            return Vec::new();
        }
        let (found, faults) = find::find(&[path.to_owned()]);
        self.diagnostics.extend(faults);
        let (sources, faults) = find::read(&found);
        self.diagnostics.extend(faults);
        let new: Vec<_> = sources
            .into_iter()
            .map(|source| File::of(source, self.options))
            .collect();
        let first = self.files.len();
        parsed.extend(load::parsed(&new, self.diagnostics));
        self.files.extend(new);
        (first..self.files.len()).collect()
    }
}

fn written(file: usize, node: &Node) -> Template {
    let lines = (node.at.line, node.last().line.max(node.at.line));
    Template {
        file,
        lines,
        node: node.clone(),
        sound: true,
    }
}

/// `path` of `{folder: path}`.
fn folder_of(documents: &Node) -> Option<&Node> {
    match documents.entries() {
        [only] if *only.key == *"folder" && only.value.text().is_some() => Some(&only.value),
        _ => None,
    }
}

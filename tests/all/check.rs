//! Reading and checking manifests as library calls: what the command `check` shows.

mod codes;
mod documents;
mod hostile;
mod laws;
mod mistakes;
mod references;
mod refusals;
mod sets;
mod written;

use std::path::{Path, PathBuf};

use tenantry::base::Diagnostic;
use tenantry::cli::providers::CATALOG;
use tenantry::manifest::{self, Manifests, Options, Source, find};
use tenantry::render::{self, Styles};

pub(crate) fn options(root: &Path) -> Options {
    Options {
        catalog: CATALOG,
        root: root.to_owned(),
        allow_files_outside: false,
    }
}

/// Reads what is below `paths`.
fn folder(paths: &[&str]) -> Manifests {
    let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
    let (found, faults) = find::find(&paths);
    assert_eq!(faults, []);
    let (sources, faults) = find::read(&found);
    assert_eq!(faults, []);
    manifest::load(sources, &options(&paths[0]))
}

/// Reads one text.
pub(crate) fn text(text: &str) -> Manifests {
    let root = Path::new(".");
    let source = Source::new("a.yaml", root, text.as_bytes().to_vec()).expect("a source");
    manifest::load(vec![source], &options(root))
}

fn drawn(all: &[Diagnostic]) -> String {
    render::diagnostics(all, &Styles::PLAIN)
}

#[test]
fn the_examples_are_without_faults() {
    for example in ["quickstart", "cloud", "logto", "dcos"] {
        let read = folder(&[&format!("manifests/{example}")]);
        assert!(
            read.diagnostics.is_empty(),
            "{example}\n{}",
            drawn(&read.diagnostics)
        );
        assert!(read.documents.len() > 3);
    }
}

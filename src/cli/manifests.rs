//! The manifests that the command line names, read and checked.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::args::{Files, Roots};
use super::outcome::Failure;
use super::providers::CATALOG;
use crate::base::{Code, Diagnostic};
use crate::manifest::paths::folder_of;
use crate::manifest::{Manifests, Options, Source, find, load};

/// Standard input cannot be read.
pub(super) const NO_INPUT: Code = Code("E0808");

/// Reads and checks what `paths` name. All errors of all files are in it.
pub(super) fn read(paths: &[PathBuf], files: Files) -> Manifests {
    let stdin = |path: &&PathBuf| path.as_path() == Path::new("-");
    let named: Vec<_> = paths.iter().filter(|path| !stdin(path)).cloned().collect();
    let (found, mut faults) = find::find(&named);
    let (mut sources, unread) = find::read(&found);
    faults.extend(unread);
    if paths.iter().any(|path| stdin(&path)) {
        match from_input() {
            Ok(source) => sources.push(source),
            Err(fault) => faults.push(*fault),
        }
    }
    let options = Options {
        catalog: CATALOG,
        root: run_root(paths),
        allow_files_outside: files.allow_files_outside,
    };
    let mut manifests = load(sources, &options);
    faults.append(&mut manifests.diagnostics);
    manifests.diagnostics = faults;
    manifests
}

/// The same, if nothing is wrong with it but for warnings.
pub(super) fn sound(manifests: &impl Roots) -> Result<Manifests, Failure> {
    let (paths, files) = manifests.roots();
    let read = read(paths, files);
    if read.has_errors() {
        return Err(Failure(read.diagnostics));
    }
    Ok(read)
}

/// The folder that the paths of a run's secrets are relative to: the first one named.
pub(super) fn run_root(paths: &[PathBuf]) -> PathBuf {
    let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
    folder_of(first).to_owned()
}

fn from_input() -> Result<Source, Box<Diagnostic>> {
    let mut bytes = Vec::new();
    let input = std::io::stdin()
        .lock()
        .take(find::MAX_BYTES + 1)
        .read_to_end(&mut bytes);
    match input {
        Ok(_) => Source::new("-", Path::new("."), bytes),
        Err(cause) => {
            let message = format!("reading manifests from standard input: {cause}");
            Err(Diagnostic::error(NO_INPUT, message)
                .hint("pipe them in: kustomize build | tenantry plan -")
                .into())
        }
    }
}

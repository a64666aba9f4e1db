//! The policy of a repository, `tenantry.yaml`: found, read and checked.
//!
//! It is no manifest: what it says holds for all of them and does not vanish with any. What plans
//! make of it is `plan`'s; what it says of documents is said here.

mod check;
mod labels;
mod spec;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::find::{self, Source};
use super::hide::Hidden;
use super::paths::{absolute, checkout, folder_of, relative};
use super::report::Report;
use super::yaml;
use crate::base::tree::Node;
use crate::base::{At, Code, Diagnostic, SourceFile};
use crate::kind::Catalog;
use crate::kind::spec::schema;
use crate::kind::walk::walk;

pub(super) use labels::missing;
pub use spec::{Access, Deny, Drift, DriftRule, Label, Limit, Limits, OfKind, Policy, Unmanaged};

/// What the file is called.
pub const NAME: &str = "tenantry.yaml";

/// A policy file where none is looked for.
pub(super) const ASTRAY: Code = Code("E0119");
/// A policy that means nothing.
const SENSELESS: Code = Code("E0236");

/// The JSON Schema of the file, in our own words for editors to be translated from.
pub fn file_schema() -> Json {
    schema::<spec::File>()
}

/// Looks for the policy of what `paths` name: in their folders and above, up to the root of their
/// checkout; outside of a checkout, in the folders themselves and the working directory.
///
/// # Errors
/// Two of them.
pub fn find(paths: &[PathBuf]) -> Result<Option<PathBuf>, Box<Diagnostic>> {
    let here = absolute(Path::new("."));
    let found: BTreeSet<PathBuf> = (paths.iter())
        .flat_map(|path| places(path, &here))
        .map(|folder| folder.join(NAME))
        .filter(|file| file.is_file())
        .collect();
    let mut shown = found.iter().map(|file| relative(file, &here));
    match (shown.next(), shown.next()) {
        (Some(one), Some(other)) => {
            let message = format!("there are two policies, `{one}` and `{other}`");
            Err(Box::new(Diagnostic::error(ASTRAY, message).hint(
                "keep one, at the root of the repository, or name it: --policy FILE",
            )))
        }
        (one, _) => Ok(one.map(PathBuf::from)),
    }
}

/// The folders that the policy of `path` may be in.
fn places(path: &Path, here: &Path) -> Vec<PathBuf> {
    let folder = absolute(folder_of(path));
    match checkout(&folder) {
        Some(top) => {
            let up = folder.ancestors();
            let inside = up.take_while(|folder| folder.starts_with(&top));
            inside.map(Path::to_owned).collect()
        }
        None => vec![folder, here.to_owned()],
    }
}

/// Reads the policy in the file at `path`; none if anything is wrong with it.
pub fn read(path: &Path, catalog: Catalog) -> (Option<Policy>, Vec<Diagnostic>) {
    let found = find::Found {
        path: path.to_owned(),
        root: folder_of(path).to_owned(),
    };
    let (sources, mut diagnostics) = find::read(&[found]);
    let read = sources
        .into_iter()
        .find_map(|source| parse(source, catalog, &mut diagnostics));
    (read, diagnostics)
}

/// The policy in a text.
fn parse(source: Source, catalog: Catalog, diagnostics: &mut Vec<Diagnostic>) -> Option<Policy> {
    let file = SourceFile::new(source.name, source.text);
    let (documents, faults) = yaml::parse(&file);
    diagnostics.extend(faults);
    let mut hidden = Hidden::default();
    let mut report = Report::new(&file, diagnostics, &mut hidden);
    let [document] = documents.as_slice() else {
        let message = format!("a policy is one document, and here are {}", documents.len());
        let _ = report.error(SENSELESS, message).hint(HINT);
        return None;
    };
    let node = document.node.as_ref()?;
    let faults = walk(node, At::default(), &file_schema(), &file);
    let walked = faults.is_empty();
    report.faults(faults);
    if !walked || !document.sound {
        return None;
    }
    let policy = match serde_json::from_value::<spec::File>(node.to_json()) {
        Ok(read) => read.spec,
        Err(error) => {
            let message = format!("the policy is sound by its schema and not by its type: {error}");
            let _ = report.error(SENSELESS, message).hint(HINT);
            return None;
        }
    };
    complain(&policy, node, catalog, &mut report);
    (report.errors() == 0).then_some(policy)
}

const HINT: &str = "`tenantry schema policy` prints what may stand there";

fn complain(policy: &Policy, node: &Node, catalog: Catalog, report: &mut Report<'_>) {
    for complaint in check::complaints(policy, catalog) {
        let at = node
            .get("spec")
            .and_then(|spec| spec.at_path(&complaint.path))
            .map_or(At::default(), |found| found.at);
        let added = report.error(SENSELESS, complaint.message).at(at, "");
        if let Some(hint) = complaint.hint {
            let _ = added.hint(hint);
        }
    }
}

//! The policy of the repository that the manifests are in.

use std::path::{Path, PathBuf};

use super::providers::CATALOG;
use crate::base::{Code, Diagnostic};
use crate::manifest::Manifests;
use crate::manifest::policy::{self, Policy};

/// A policy that is named and not there.
pub(super) const NO_POLICY: Code = Code("E0824");

/// The policy of what `paths` name, or the one that is named; its faults, and what it says of the
/// documents, go to those of `read`.
pub(super) fn of(paths: &[PathBuf], named: Option<&Path>, read: &mut Manifests) -> Option<Policy> {
    let found = match named {
        Some(file) if file.is_file() => Ok(Some(file.to_owned())),
        Some(file) => Err(Box::new(missing(file))),
        None => policy::find(paths),
    };
    let file = match found {
        Ok(file) => file?,
        Err(fault) => {
            read.diagnostics.push(*fault);
            return None;
        }
    };
    let (policy, faults) = policy::read(&file, CATALOG);
    read.diagnostics.extend(faults);
    if let Some(policy) = &policy {
        read.hold_to(policy);
    }
    policy
}

fn missing(file: &Path) -> Diagnostic {
    let message = format!("the policy {} is not there", file.display());
    Diagnostic::error(NO_POLICY, message)
        .hint("name a file, or leave out --policy: `tenantry.yaml` is found by itself")
}

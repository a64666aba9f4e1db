//! Prints what was found in the format that was asked for, and knows where what is written.

use std::collections::{BTreeMap, BTreeSet};

use super::args::FindingsFormat;
use crate::base::{Address, FieldPath, Place};
use crate::manifest::Document;
use crate::render::findings::{self, Finding};

/// The documents of a run, to find the line of an object in.
#[derive(Debug, Default)]
pub(super) struct Written(BTreeMap<Address, Document>);

impl Written {
    /// Those documents.
    pub(super) fn new(documents: Vec<Document>) -> Self {
        let all = documents.into_iter();
        Self(all.map(|one| (one.address.clone(), one)).collect())
    }

    /// Where an object, or a field of it, is written.
    pub(super) fn place(&self, address: &Address, path: Option<&FieldPath>) -> Option<Place> {
        let origin = &self.0.get(address)?.origin;
        match path {
            Some(path) => origin.field(path),
            None => origin.place.clone(),
        }
    }

    /// The objects that some file declares.
    pub(super) fn objects(&self) -> BTreeSet<Address> {
        let declared = self.0.values().filter(|one| one.origin.place.is_some());
        declared.map(|one| one.address.clone()).collect()
    }
}

/// The findings of `verb` about `objects`; none for people, who are told otherwise.
pub(super) fn printed(
    format: FindingsFormat,
    verb: &str,
    objects: &BTreeSet<Address>,
    found: &[Finding],
) -> Option<String> {
    Some(match format {
        FindingsFormat::Text => return None,
        FindingsFormat::Json => findings::json(found),
        FindingsFormat::Sarif => findings::sarif(found, env!("CARGO_PKG_VERSION")),
        FindingsFormat::Junit => findings::junit(verb, objects, found),
        FindingsFormat::Github => findings::github(found),
    })
}

//! What is live → documents that declare it: the inverse of reading manifests and comparing.
//!
//! Everything comes out of the kinds' declarations: what is listed, which fields may be written,
//! what a server has by default, what is a secret, what refers to what. What cannot be written is
//! told. Documents are trees here; text is made of them in `render`.

mod body;
mod choice;
mod config;
mod far;
mod host;
mod names;
mod place;
mod policy;
mod read;
mod relations;
mod sound;
mod texts;

pub(super) use policy::{defaults, is_default};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::tree::Node;
use crate::base::{Address, Diagnostic, Value};
use crate::kind::{Catalog, Descriptor, Live, Reader};
use crate::manifest::Document;

/// What is to be exported.
#[derive(Clone, Copy)]
pub struct Wish<'a> {
    /// All kinds.
    pub catalog: Catalog,
    /// The targets.
    pub sources: &'a [Source<'a>],
    /// The kinds that are wanted, by their words; none: all.
    pub kinds: &'a BTreeSet<&'static str>,
    /// Told what is being read.
    pub say: &'a (dyn Fn(&str) + Send + Sync),
}

/// A target that is there.
#[derive(Clone)]
pub struct Source<'a> {
    /// What is written of it, and of the account that it lives in.
    pub document: &'a Document,
    /// The account's document, if a file has one.
    pub account: Option<&'a Document>,
    /// Whether what is written of it is read together with the export, and so not written again.
    pub is_declared: bool,
    /// The target as its own server shows it, and who reads it there; none of one that is only
    /// connected to.
    pub live: Option<(Live, Arc<dyn Reader>)>,
    /// Its settings.
    pub settings: Value,
    /// Who reads what lives in it.
    pub reader: Arc<dyn Reader>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Exported {
    /// The documents, targets first, then kind by kind, each by name.
    pub documents: Vec<Written>,
    /// The secrets that have to be set.
    pub secrets: Vec<Needed>,
    /// What is not in the documents, and why.
    pub left: Vec<Left>,
}

/// One document.
#[derive(Debug, Clone)]
pub struct Written {
    /// What it declares.
    pub address: Address,
    /// Its kind.
    pub kind: &'static Descriptor,
    /// The whole document.
    pub node: Node,
    /// Long texts that it takes from files, by the names that it calls them by.
    pub texts: BTreeMap<String, String>,
}

/// A secret that has to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// The variable that the document takes it from.
    pub variable: String,
    /// Whose it is.
    pub address: Address,
    /// The field (dotted).
    pub field: String,
    /// What is known of it.
    pub origin: Origin,
}

/// What is known of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The server shows it in clear.
    Shown,
    /// The server does not show it.
    Hidden,
    /// It is what the manifests at hand take from there.
    Known(String),
}

/// What is not in the documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// The target.
    pub home: Address,
    /// The kind, as written.
    pub kind: &'static str,
    /// The field (dotted); empty for a whole object.
    pub field: String,
    /// Why.
    pub why: String,
    /// The object, by its key; empty where all of them are meant.
    pub name: String,
}

/// Reads what is wished for and makes documents of it.
///
/// # Errors
/// What could not be read.
pub async fn export(wish: &Wish<'_>) -> Result<Exported, Vec<Diagnostic>> {
    let mut out = Out::default();
    for source in wish.sources {
        if !source.is_declared {
            host::export(wish, source, &mut out).await?;
        }
        let place = place::Place::of(wish, source);
        place.export(&mut out).await?;
    }
    out.exported.left.sort();
    out.exported.left.dedup();
    Ok(out.exported)
}

/// What is made so far, and which names of variables and files are given out.
#[derive(Debug, Default)]
struct Out {
    exported: Exported,
    variables: BTreeSet<String>,
}

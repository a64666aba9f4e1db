//! What a plan was made from, so that it can be told whether any of it has moved since.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::super::input::Facts;
use crate::base::text::hex;
use crate::base::{
    Address, Diagnostic, FieldPath, Fingerprint, FingerprintKey, SecretSource, Value,
};
use crate::manifest::{DesiredEdge, DesiredRelation, Document, Lifecycle};
use crate::state::StateVersion;

/// The most documents that a message names.
const NAMED: usize = 20;

/// What a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The paths of the manifests, as they were typed.
    pub paths: Vec<String>,
    /// `--state`, as it was typed.
    pub place: Option<String>,
    /// The state.
    pub state: StateVersion,
    /// A digest of each document.
    pub documents: BTreeMap<Address, String>,
    /// The secrets of the objects that the plan is about.
    pub secrets: Vec<SeenSecret>,
}

/// One secret as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenSecret {
    /// Whose.
    pub address: Address,
    /// Which field.
    pub path: FieldPath,
    /// Where it comes from.
    pub source: SecretSource,
    /// Its fingerprint under the key that the plan is signed with.
    pub fingerprint: Fingerprint,
}

/// What is there now in the place of a basis.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The state.
    pub state: &'a StateVersion,
    /// The documents.
    pub documents: &'a [Document],
    /// The secrets.
    pub secrets: &'a [SeenSecret],
}

impl Basis {
    /// What has moved, in words: state, manifests, secrets.
    pub fn moved(&self, now: Given<'_>) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = self.state_moved(now.state).into_iter().collect();
        found.extend(self.documents_moved(now.documents));
        found.extend(self.secrets_moved(now.secrets));
        found
    }

    fn state_moved(&self, now: &StateVersion) -> Option<Diagnostic> {
        let then = &self.state;
        let is_new = now.serial == 0 && now.seq == then.seq;
        if then == now || (then.lineage.is_empty() && is_new) {
            return None;
        }
        let message = match (then.lineage.as_str(), now.lineage.as_str()) {
            ("", _) => "there was no state when the plan was made, and now there is one".to_owned(),
            (then, now) if then != now => format!(
                "the plan was made for the state of lineage {then}, this one is of {}",
                if now.is_empty() { "none" } else { now }
            ),
            _ => format!(
                "the state was at serial {} (journal {}) when the plan was made, and is at {} \
                 (journal {}) now: something else has written it",
                then.serial, then.seq.0, now.serial, now.seq.0
            ),
        };
        Some(Diagnostic::error(super::MOVED, message).hint(AGAIN))
    }

    fn documents_moved(&self, now: &[Document]) -> Vec<Diagnostic> {
        let is = documents(now);
        let names: BTreeSet<&Address> = self.documents.keys().chain(is.keys()).collect();
        let names = names.into_iter();
        let mut moved = names.filter(|at| self.documents.get(*at) != is.get(*at));
        let mut found: Vec<_> = (moved.by_ref().take(NAMED))
            .map(|address| {
                let what = match (self.documents.get(address), is.get(address)) {
                    (None, _) => "is new",
                    (_, None) => "is gone",
                    _ => "has changed",
                };
                let message = format!("the document of `{address}` {what} since the plan was made");
                let error = Diagnostic::error(super::MOVED, message).about(address);
                let mut places = now.iter().filter(|document| document.address == *address);
                match places.find_map(|document| document.origin.place.clone()) {
                    Some(place) => error.at(place),
                    None => error,
                }
            })
            .collect();
        let more = moved.count();
        if more > 0 {
            let message = format!("so have {more} more documents");
            found.push(Diagnostic::error(super::MOVED, message));
        }
        if let Some(last) = found.pop() {
            found.push(last.hint(AGAIN));
        }
        found
    }

    fn secrets_moved(&self, now: &[SeenSecret]) -> Vec<Diagnostic> {
        let moved = self.secrets.iter().filter(|then| {
            let mut same = now
                .iter()
                .filter(|now| now.address == then.address && now.path == then.path);
            same.any(|now| now.fingerprint != then.fingerprint)
        });
        let told = moved.map(|then| {
            let message = format!(
                "`{}` of `{}` comes from {}, which gives another text than when the plan was made",
                then.path, then.address, then.source
            );
            Diagnostic::error(super::MOVED, message)
                .about(&then.address)
                .hint(AGAIN)
        });
        told.collect()
    }
}

/// What to type when something has moved.
pub(super) const AGAIN: &str = "make the plan again, and look at it: tenantry plan --out FILE";

/// A digest of what each document says; where it stands in its file is no matter.
pub fn documents(documents: &[Document]) -> BTreeMap<Address, String> {
    let all = documents.iter();
    all.map(|document| (document.address.clone(), digest_of(document)))
        .collect()
}

/// The secrets of the objects at `addresses` as they are now, as far as they are set.
pub fn secrets(
    documents: &[Document],
    addresses: &BTreeSet<Address>,
    facts: &dyn Facts,
    key: &FingerprintKey,
) -> Vec<SeenSecret> {
    let mut seen = Vec::new();
    let about = documents.iter();
    for document in about.filter(|document| addresses.contains(&document.address)) {
        document.body.leaves(&mut |path, leaf| {
            let Value::Secret(hidden) = leaf else { return };
            let Some(source) = &hidden.source else { return };
            if matches!(source, SecretSource::Output(..)) {
                return;
            }
            if let Some(text) = facts.secret(source) {
                seen.push(SeenSecret {
                    address: document.address.clone(),
                    path: path.clone(),
                    source: source.clone(),
                    fingerprint: key.fingerprint(&document.address, path, &text),
                });
            }
        });
    }
    seen
}

fn digest_of(document: &Document) -> String {
    let Document {
        address: _,
        kind,
        home,
        labels,
        lifecycle,
        body,
        exact,
        relations,
        exact_children,
        parent,
        origin: _,
        root: _,
        put_back: _,
    } = document;
    let relations = relations
        .iter()
        .map(|(field, relation)| ((*field).to_owned(), said(relation)));
    let json = json!({
        "kind": [kind.api_version(), kind.kind],
        "home": home,
        "labels": labels,
        "lifecycle": kept(lifecycle),
        "body": body,
        "exact": exact,
        "relations": relations.collect::<serde_json::Map<_, _>>(),
        "children": exact_children,
        "parent": parent,
    });
    let digest = digest::digest(&digest::SHA256, json.to_string().as_bytes());
    hex(&digest.as_ref()[..16])
}

fn kept(lifecycle: &Lifecycle) -> Json {
    let Lifecycle {
        protect,
        adopt,
        retain,
        ignore,
        moved_from,
    } = lifecycle;
    json!([protect, adopt, retain, ignore, moved_from])
}

fn said(relation: &DesiredRelation) -> Json {
    let DesiredRelation {
        exactly,
        exactly_items,
        edges,
    } = relation;
    let edges = edges
        .iter()
        .map(|DesiredEdge { key, to, label }| json!([key, to, label]));
    json!([exactly, exactly_items, edges.collect::<Vec<_>>()])
}

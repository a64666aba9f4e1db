//! Who would have what if the manifests were all there is.

use super::{AccessChange, Edge, Fact, Facts, Parties, Party, Words, changes, is_principal, told};
use crate::base::{Address, Value};
use crate::kind::{Api, Catalog};
use crate::manifest::Document;
use crate::plan::planner::Names;

/// What the documents give to whom, as if all of it came anew.
pub fn declared(catalog: Catalog, documents: &[Document]) -> Vec<AccessChange> {
    let names = Names::new();
    let parties = Parties::of_documents(&names);
    let mut facts = Facts::default();
    for document in documents {
        insert(document, &parties, &mut facts);
    }
    let before = Facts::default();
    let words = Declared { catalog, documents };
    told(&changes(&before, &facts, is_principal(catalog)), &words)
}

fn insert(document: &Document, parties: &Parties<'_>, facts: &mut Facts) {
    let Some(home) = &document.home else { return };
    let owner = Party::Declared(document.address.clone());
    for (field, desired) in &document.relations {
        let Some(relation) = document.kind.relation(field) else {
            continue;
        };
        for edge in &desired.edges {
            let edge = Edge {
                home,
                relation,
                items: document.kind.items(relation),
                owner: &owner,
                key: &edge.key,
                label: &edge.label,
            };
            edge.insert(parties, facts);
        }
    }
    let newcomers = document.kind.newcomers;
    if newcomers.and_then(|field| document.body.get(field)) == Some(&Value::Bool(true)) {
        facts.insert(Fact::Has {
            who: Party::Newcomers(Box::new(Party::Declared(home.clone()))),
            from: owner,
            inside: None,
        });
    }
}

struct Declared<'a> {
    catalog: Catalog,
    documents: &'a [Document],
}

impl Words for Declared<'_> {
    fn live_name(&self, _home: &Address, _kind: &str, _id: &str) -> Option<String> {
        None
    }

    fn ruling(&self, target: &str) -> Option<&'static str> {
        let mut hosts = self.documents.iter().filter(|d| d.kind.hosts.is_some());
        let host = hosts.find(|document| document.address.name() == target)?;
        let api: Api = host.kind.hosts?;
        self.catalog.host(api)?.rulers
    }
}

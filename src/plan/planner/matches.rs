//! Which live object is each document's, and what its outputs tell.

use std::collections::BTreeMap;

use super::super::input::NO_SUCH_ID;
use super::super::matching::{self, Match};
use super::super::resolve::url;
use super::super::undo::is_asked_for;
use super::{Names, Planner};
use crate::base::{Diagnostic, Value};
use crate::kind::descriptor::OutputFrom;
use crate::manifest::Document;

impl Planner<'_> {
    pub(super) fn find(&self, document: &Document) -> Match {
        let body = self.known.resolve(document.body.clone());
        let body = body.unwrap_or_else(|_| document.body.clone());
        let owned = |id: &str| {
            let owners = self.owners.get(&(document.address.kind(), id));
            owners.into_iter().flatten().any(|owner| {
                let entry = self.input.snapshot.resources.get(owner);
                entry.is_some_and(|entry| entry.home == document.home)
            })
        };
        let put_back = document.put_back.as_ref();
        let again = put_back.and_then(|put_back| put_back.id.as_deref());
        let asked = matching::Asked {
            document,
            body: &body,
            entry: self.entry(document),
            imported: self.input.imported(&document.address).or(again),
            adopt: document.lifecycle.adopt
                || self.input.options.adopt
                || (put_back.is_some() && is_asked_for(self.input, &document.address)),
        };
        matching::find(&asked, &self.index, owned)
    }

    /// Finds every document's object, parents first, and makes its outputs known.
    pub(super) fn match_all(&mut self) {
        for document in self.order.clone() {
            let matched = self.find(document);
            if let (Some(id), Match::Absent) = (self.input.imported(&document.address), &matched) {
                self.faults.push(no_such_id(document, id));
            }
            if let Some(live) = matched.live() {
                let (id, value) = (live.id.clone(), live.value.clone());
                self.publish(document, &id, &value);
            }
            self.matches.insert(document.address.clone(), matched);
        }
        self.names = self.names();
    }

    fn publish(&mut self, document: &Document, id: &str, value: &Value) {
        self.known.put(&document.address, "id", Value::text(id));
        for output in document.kind.outputs {
            match output.from {
                OutputFrom::Id => self
                    .known
                    .put(&document.address, output.name, Value::text(id)),
                OutputFrom::Field(_) | OutputFrom::Extended(..) => {
                    let told = output.from.of_live(value).unwrap_or_default();
                    self.known.put(&document.address, output.name, told);
                }
                OutputFrom::Url { setting, path } => {
                    let url = document.home.as_ref().and_then(|home| {
                        let settings = &self.targets.all.get(home)?.settings;
                        url(settings, setting, path, id)
                    });
                    if let Some(url) = url {
                        self.known.put(&document.address, output.name, url);
                    }
                }
                OutputFrom::SecretIn { .. }
                | OutputFrom::Read(..)
                | OutputFrom::Marked { .. }
                | OutputFrom::Offers(..)
                | OutputFrom::Stored(_)
                | OutputFrom::Secret(_)
                | OutputFrom::Setting { .. } => {}
            }
        }
    }

    /// Live ids by target and kind → address, to name edges that nobody declared.
    fn names(&self) -> Names {
        let mut names = BTreeMap::new();
        for document in &self.order {
            let live = self.matches.get(&document.address).and_then(Match::live);
            if let (Some(home), Some(live)) = (&document.home, live) {
                let key = (home.clone(), document.kind.name, live.id.clone());
                names.insert(key, document.address.clone());
            }
        }
        names
    }
}

/// An id to import that no live object has.
fn no_such_id(document: &Document, id: &str) -> Diagnostic {
    let home = document.home.as_ref().map(ToString::to_string);
    let message = format!(
        "cannot import `{}`: `{}` has no {} with the id `{id}`",
        document.address,
        home.unwrap_or_default(),
        document.kind.kind
    );
    Diagnostic::error(NO_SUCH_ID, message)
        .about(&document.address)
        .hint("the id is the server's own: a key such as a uid, or what its console shows")
}

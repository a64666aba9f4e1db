//! Long lists of which little is wanted: the wanted objects are asked for one by one where that
//! takes fewer requests than the other pages would.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::live::text_at;
use super::memo::Items;
use super::page::{Page, Source, abreast};
use super::request::{Draft, Names, and, path};
use super::{Dialect, Session};
use crate::base::FieldPath;
use crate::base::lock::lock;
use crate::kind::{Descriptor, Policy, Quirk, RemoteError, Wanted};

impl<D: Dialect> Session<D> {
    /// The first page, and then what costs less: the other pages, or the wanted objects that are
    /// not on it, one by one.
    pub(super) async fn narrowed(
        &self,
        kind: &'static Descriptor,
        search: &[&'static str],
        source: &Source,
        wanted: &[Wanted],
    ) -> Result<Items, RemoteError> {
        if let Some(items) = self.memo.peek(&source.name()) {
            return Ok(items);
        }
        let first = self.page(source, 1).await?;
        let left = self.pages_left(&first);
        match singly(kind, search, &first, wanted) {
            Some(reads) if reads.len() < left => {
                let total = first.total.unwrap_or_default();
                let mut items = by_id(kind, first.items);
                let reads = reads
                    .into_iter()
                    .map(|read| self.read_single(kind, source, read));
                for found in abreast(reads.collect()).await? {
                    items.extend(by_id(kind, found));
                }
                let left_out = total.saturating_sub(items.len());
                lock(&self.left_out).insert(kind.name, left_out);
                Ok(Items::new(items.into_values().collect()))
            }
            _ => {
                let items = self.finish(source, first).await?;
                Ok(self.memo.put(&source.name(), items))
            }
        }
    }

    async fn read_single(
        &self,
        kind: &'static Descriptor,
        source: &Source,
        read: Single,
    ) -> Result<Vec<Json>, RemoteError> {
        let (field, value) = match read {
            Single::Id(id) => {
                let path = path(kind.route.read.unwrap_or_default(), Names::of(&id));
                let path = path.map_err(|e| self.unwritable("GET", &e))?;
                let found = self.found(&Draft::get(path, "")).await?;
                return Ok(found.into_iter().collect());
            }
            Single::Key(field, value) => (field, value),
        };
        let exact = !any_case(kind, field);
        let query = and(&source.query, &self.dialect.search(field, &value, exact));
        let found = Source {
            query,
            ..source.clone()
        };
        self.read_list(&found).await
    }
}

/// A read of one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Single {
    /// By its id.
    Id(String),
    /// By a field's value.
    Key(&'static str, String),
}

/// The reads that find each wanted object that is not on the first page; none if some can
/// only be found in the list.
fn singly(
    kind: &'static Descriptor,
    search: &[&'static str],
    first: &Page,
    wanted: &[Wanted],
) -> Option<BTreeSet<Single>> {
    let ids: BTreeSet<_> = (first.items.iter())
        .filter_map(|item| text_at(item, kind.route.id))
        .collect();
    let mut reads = BTreeSet::new();
    for Wanted { id, key } in wanted {
        if id.as_deref().is_some_and(|id| ids.contains(id)) {
            continue;
        }
        // Another may bear the same key unless the server keeps it unique.
        let here = id.is_none() && kind.is(Quirk::UniqueKey) && !key.is_empty();
        if here && first.items.iter().any(|item| bears(kind, item, key)) {
            continue;
        }
        if let Some(id) = id {
            kind.route.read?;
            reads.insert(Single::Id(id.clone()));
        }
        // One that has gone may have come back under another id.
        let field = search.iter().find(|field| key.contains_key(**field));
        match field {
            Some(field) => {
                reads.insert(Single::Key(field, key[*field].clone()));
            }
            None if id.is_none() && !key.is_empty() => return None,
            None => {}
        }
    }
    Some(reads)
}

/// Whether an item of a list bears that key.
pub(super) fn bears(kind: &Descriptor, item: &Json, key: &BTreeMap<String, String>) -> bool {
    key.iter().all(|(field, value)| {
        let live = text_at(item, field).unwrap_or_default();
        if any_case(kind, field) {
            return live.to_lowercase() == value.to_lowercase();
        }
        live == value
    })
}

/// Whether spellings of the field that differ in case alone are the same to the server.
fn any_case(kind: &Descriptor, field: &str) -> bool {
    let policy = |p: &Policy| matches!(p, Policy::CaseInsensitive | Policy::Lowercase);
    kind.has(&FieldPath::field(field), policy)
}

fn by_id(kind: &Descriptor, items: Vec<Json>) -> BTreeMap<String, Json> {
    let keyed = items.into_iter().map(|item| {
        // One without an id is kept, so that whoever makes objects of the items complains.
        let id = text_at(&item, kind.route.id).unwrap_or_default().to_owned();
        (id, item)
    });
    keyed.collect()
}

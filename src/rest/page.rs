//! Lists in pages: all pages side by side once the total is known, repeats dropped, the count
//! checked.
//!
//! `Link` headers are never followed: Logto's lead to a page for people
//! (reference/logto-management.md 1.3).

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value as Json;

use super::failure::garbled;
use super::live::text_at;
use super::request::{Draft, and};
use super::{Dialect, Session};
use crate::http::Answer;
use crate::kind::{Paging, RemoteError};

/// How many pages or lists are read at once; the client's slots bind first.
const ABREAST: usize = 16;

/// Reads side by side, in order; the first failure ends it.
pub(super) async fn abreast<T, F>(reads: Vec<F>) -> Result<Vec<T>, RemoteError>
where
    F: Future<Output = Result<T, RemoteError>>,
{
    stream::iter(reads).buffered(ABREAST).try_collect().await
}

/// A list: where it is, and how it is cut.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) query: String,
    pub(super) paging: Paging,
    /// The member of the answer that holds the list.
    pub(super) member: Option<&'static str>,
    /// The dotted member that tells items apart.
    pub(super) id: &'static str,
}

/// One page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) items: Vec<Json>,
    /// Of all pages.
    pub(super) total: Option<usize>,
    answer: Answer,
}

impl Source {
    /// What the list is called in the memo.
    pub(super) fn name(&self) -> String {
        format!("{}?{}", self.path, self.query)
    }
}

impl<D: Dialect> Session<D> {
    /// The whole list.
    pub(super) async fn read_list(&self, source: &Source) -> Result<Vec<Json>, RemoteError> {
        let first = self.page(source, 1).await?;
        if source.paging == Paging::Whole {
            return Ok(unique(first.items, source.id));
        }
        self.finish(source, first).await
    }

    /// The first page's list, whole. If the pages do not add up, somebody changed the list
    /// meanwhile: it is read once more.
    pub(super) async fn finish(
        &self,
        source: &Source,
        first: Page,
    ) -> Result<Vec<Json>, RemoteError> {
        let items = self.all_pages(source, &first).await?;
        if adds_up(&first, &items) {
            return Ok(items);
        }
        let first = self.page(source, 1).await?;
        let items = self.all_pages(source, &first).await?;
        if adds_up(&first, &items) {
            return Ok(items);
        }
        let total = first.total.unwrap_or_default();
        let mut error = garbled("GET", &first.answer, "a list");
        error.message = format!(
            "the pages hold {} different objects, but {total} are said to be there, twice in a \
             row; somebody may be changing them: try again",
            items.len()
        );
        Err(error)
    }

    /// How many pages there are after the first.
    pub(super) fn pages_left(&self, first: &Page) -> usize {
        let total = first.total.unwrap_or_default();
        total.div_ceil(self.dialect.page_size()).saturating_sub(1)
    }

    /// One page, from 1; of a list that is not paged, all of it.
    pub(super) async fn page(&self, source: &Source, number: usize) -> Result<Page, RemoteError> {
        let query = match source.paging {
            Paging::Whole => source.query.clone(),
            Paging::Pages => and(&source.query, &self.dialect.page(number)),
        };
        let draft = Draft::get(source.path.clone(), &query);
        let (answer, json) = self.json(&draft).await?;
        let list = match source.member {
            Some(member) => json.get(member).cloned(),
            None => Some(json),
        };
        let Some(Json::Array(items)) = list else {
            return Err(garbled("GET", &answer, "a list"));
        };
        Ok(Page {
            items,
            total: self.dialect.total(&answer),
            answer,
        })
    }

    async fn all_pages(&self, source: &Source, first: &Page) -> Result<Vec<Json>, RemoteError> {
        let mut items = first.items.clone();
        if first.total.is_some() {
            let rest = (2..=self.pages_left(first) + 1).map(|number| self.page(source, number));
            let rest = abreast(rest.collect()).await?;
            items.extend(rest.into_iter().flat_map(|page| page.items));
            return Ok(unique(items, source.id));
        }
        // No total: on until a page is not full.
        let (mut number, mut last) = (1, first.items.len());
        while last >= self.dialect.page_size() {
            number += 1;
            let page = self.page(source, number).await?;
            last = page.items.len();
            items.extend(page.items);
        }
        Ok(unique(items, source.id))
    }
}

fn adds_up(first: &Page, items: &[Json]) -> bool {
    first.total.is_none_or(|total| total == items.len())
}

/// Drops what was seen already; what has no id cannot have been.
fn unique(items: Vec<Json>, id: &str) -> Vec<Json> {
    let mut seen = BTreeSet::new();
    items
        .into_iter()
        .filter(|item| text_at(item, id).is_none_or(|id| seen.insert(id.to_owned())))
        .collect()
}

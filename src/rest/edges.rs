//! Edges: by owner or by the other end, whichever takes fewer requests; or by the list of all owners
//! where it shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value as Json;

use super::list::present;
use super::live::{text_at, texts_at};
use super::memo::Items;
use super::page::{Page, Source, abreast};
use super::request::{Draft, Names, path};
use super::{Dialect, Session};
use crate::kind::{
    EdgeKey, EdgeQuery, Held, Paging, ReadEdges, Relation, RemoteError, RemoteKind, Segment,
};

/// An end, its list, and that list's first page, if the end is there.
type First<'a> = (&'a str, Source, Option<Page>);
/// Edges by owner.
type Edges = BTreeMap<String, BTreeSet<EdgeKey>>;

impl<D: Dialect> Session<D> {
    /// The edges asked for; others may be among them.
    pub(super) async fn edges_of(
        &self,
        relation: &'static Relation,
        queries: &[EdgeQuery],
        oldest: Option<Duration>,
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        let mut edges = Edges::new();
        let mut asked = Vec::new();
        for query in queries {
            edges.entry(query.owner.clone()).or_default();
            // Where no far end matters, there is nothing to read.
            if query.items.as_ref().is_none_or(|items| !items.is_empty()) {
                asked.push(query);
            }
        }
        let owners: BTreeSet<&str> = asked.iter().map(|query| query.owner.as_str()).collect();
        let reads = owners_lists(relation, &asked);
        let by_item = match &relation.by_item {
            Some(read) if is_of_all(read) => {
                self.by_list(relation, read, owners.len(), oldest).await?
            }
            Some(read) => {
                self.by_item(relation, read, &asked, reads.len(), oldest)
                    .await?
            }
            None => None,
        };
        let found = match by_item {
            Some(found) => found,
            None => self.by_owner(relation, reads, oldest).await?,
        };
        for (owner, keys) in found {
            if let Some(known) = edges.get_mut(&owner) {
                known.extend(keys);
            }
        }
        let listed = edges.into_iter();
        Ok(listed
            .map(|(owner, keys)| (owner, keys.into_iter().collect()))
            .collect())
    }

    /// The same of lists without a total, read anew.
    pub(super) async fn edges_missed(
        &self,
        relation: &'static Relation,
        queries: &[EdgeQuery],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        let mut reads = relation.by_owner.iter().chain(&relation.by_item);
        if !reads.any(|read| read.paging == Paging::Whole) {
            return Ok(BTreeMap::new());
        }
        self.edges_of(relation, queries, Some(Duration::ZERO)).await
    }

    async fn by_owner(
        &self,
        relation: &'static Relation,
        reads: Vec<(&str, &'static ReadEdges)>,
        oldest: Option<Duration>,
    ) -> Result<Edges, RemoteError> {
        let reads = reads.into_iter();
        let reads = reads.map(|(owner, read)| self.whole_list(read, owner, oldest));
        let reads: Vec<_> = reads.collect();
        let mut edges = Edges::new();
        for (owner, items, read) in abreast(reads).await? {
            let known = edges.entry(owner.to_owned()).or_default();
            for item in items.iter() {
                if let Some(held) = read.held {
                    known.extend(held_keys(read, held, item));
                    continue;
                }
                let fars = texts_at(item, read.id);
                let fars = fars.ok_or_else(|| self.without(relation.field, read.id))?;
                known.extend(fars.into_iter().flat_map(|far| keys(read, item, far)));
            }
        }
        Ok(edges)
    }

    /// The edges that the list of all owners shows; none where it was not read yet and one owner
    /// alone is asked for.
    async fn by_list(
        &self,
        relation: &'static Relation,
        read: &ReadEdges,
        owners: usize,
        oldest: Option<Duration>,
    ) -> Result<Option<Edges>, RemoteError> {
        let source = self.edge_source(read, "")?;
        if owners <= relation.by_owner.len() && self.memo.peek(&source.name()).is_none() {
            return Ok(None);
        }
        let mut edges = Edges::new();
        for item in self.items(&source, oldest).await?.iter() {
            let owner = text_at(item, read.id);
            let owner = owner.ok_or_else(|| self.without(relation.field, read.id))?;
            let words = keys(read, item, "").into_iter();
            let known = edges.entry(owner.to_owned()).or_default();
            known.extend(words.map(|mut key| key.split_off(1)));
        }
        Ok(Some(edges))
    }

    /// The edges by their other end; none if that would take more requests, which only the first
    /// pages tell.
    async fn by_item(
        &self,
        relation: &'static Relation,
        read: &ReadEdges,
        queries: &[&EdgeQuery],
        by_owner: usize,
        oldest: Option<Duration>,
    ) -> Result<Option<Edges>, RemoteError> {
        let mut items = BTreeSet::new();
        for query in queries {
            let Some(named) = &query.items else {
                return Ok(None);
            };
            items.extend(named.iter().map(String::as_str));
        }
        // As many whole lists as paged ones are never more requests.
        let paged = relation.by_owner.iter().any(|r| r.paging == Paging::Pages);
        let tie_pays = paged && read.paging == Paging::Whole;
        if items.len() > by_owner || (items.len() == by_owner && !tie_pays) {
            return Ok(None);
        }
        let lists = match read.paging {
            Paging::Whole => {
                let reads = items.iter().map(|item| self.whole_list(read, item, oldest));
                let lists = abreast(reads.collect()).await?.into_iter();
                lists.map(|(item, listed, _)| (item, listed)).collect()
            }
            Paging::Pages => match self.paged_lists(read, &items, by_owner).await? {
                Some(lists) => lists,
                None => return Ok(None),
            },
        };
        let mut edges = Edges::new();
        for (far, listed) in lists {
            for item in listed.iter() {
                let owner = text_at(item, read.id);
                let owner = owner.ok_or_else(|| self.without(relation.field, read.id))?;
                let known = edges.entry(owner.to_owned()).or_default();
                known.extend(keys(read, item, far));
            }
        }
        Ok(Some(edges))
    }

    /// The edges that lead to these far ends, whatever it takes.
    pub(super) async fn edges_from(
        &self,
        relation: &'static Relation,
        items: &[String],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        let mut edges = Edges::new();
        let Some(read) = &relation.by_item else {
            return Ok(BTreeMap::new());
        };
        let reads = items.iter().map(|item| self.whole_list(read, item, None));
        for (far, listed, _) in abreast(reads.collect()).await? {
            for item in listed.iter() {
                let owner = text_at(item, read.id);
                let owner = owner.ok_or_else(|| self.without(relation.field, read.id))?;
                let known = edges.entry(owner.to_owned()).or_default();
                known.extend(keys(read, item, far));
            }
        }
        Ok((edges.into_iter())
            .map(|(owner, keys)| (owner, keys.into_iter().collect()))
            .collect())
    }

    /// One end's list.
    pub(super) async fn whole_list<'a, 'r>(
        &self,
        read: &'r ReadEdges,
        end: &'a str,
        oldest: Option<Duration>,
    ) -> Result<(&'a str, Items, &'r ReadEdges), RemoteError> {
        let source = self.edge_source(read, end)?;
        let items = match (read.paging, read.member) {
            (Paging::Whole, Some(member)) => self.part(&source, member, oldest).await,
            _ => self.items(&source, oldest).await,
        };
        Ok((end, present(items)?, read))
    }

    /// The list that is one member of an answer. Several lists may be members of the same one,
    /// which is read once.
    async fn part(
        &self,
        source: &Source,
        member: &str,
        oldest: Option<Duration>,
    ) -> Result<Items, RemoteError> {
        let whole = || async {
            let draft = Draft::get(source.path.clone(), &source.query);
            Ok(vec![self.json(&draft).await?.1])
        };
        let name = format!("{} whole", source.name());
        let answer = self.memo.get(&name, oldest, whole).await?;
        let list = answer
            .first()
            .and_then(|json| below(json, member)?.as_array());
        if list.is_none() && member.contains('.') {
            return Ok(Items::new(Vec::new()));
        }
        let list = list.ok_or_else(|| self.without(member, member))?;
        Ok(Items::new(list.clone()))
    }

    async fn paged_lists<'a>(
        &self,
        read: &ReadEdges,
        items: &BTreeSet<&'a str>,
        by_owner: usize,
    ) -> Result<Option<Vec<(&'a str, Items)>>, RemoteError> {
        let firsts = items.iter().map(|item| self.first_page(read, item));
        let firsts = abreast(firsts.collect()).await?;
        let pages = firsts.iter().flat_map(|(_, _, first)| first);
        if pages.map(|first| self.pages_left(first)).sum::<usize>() > by_owner {
            return Ok(None);
        }
        let lists = firsts.into_iter().map(|first| self.other_pages(first));
        abreast(lists.collect()).await.map(Some)
    }

    async fn first_page<'a>(
        &self,
        read: &ReadEdges,
        item: &'a str,
    ) -> Result<First<'a>, RemoteError> {
        let source = self.edge_source(read, item)?;
        match self.page(&source, 1).await {
            Ok(page) => Ok((item, source, Some(page))),
            Err(error) if error.kind == RemoteKind::NotFound => Ok((item, source, None)),
            Err(error) => Err(error),
        }
    }

    async fn other_pages<'a>(
        &self,
        (item, source, first): First<'a>,
    ) -> Result<(&'a str, Items), RemoteError> {
        let listed = match first {
            Some(first) => self.finish(&source, first).await?,
            None => Vec::new(),
        };
        Ok((item, self.memo.put(&source.name(), listed)))
    }

    fn edge_source(&self, read: &ReadEdges, own: &str) -> Result<Source, RemoteError> {
        let path = path(read.path, Names::of(own)).map_err(|e| self.unwritable("GET", &e))?;
        Ok(Source {
            path,
            query: read.query.to_owned(),
            paging: read.paging,
            member: read.member,
            id: read.id,
        })
    }
}

/// Whether it is a list of all owners.
fn is_of_all(read: &ReadEdges) -> bool {
    let asks = |segment: &Segment| matches!(segment, Segment::Own | Segment::Own2F);
    !read.path.iter().any(asks)
}

/// The owners' own lists that are to be read: of several, those that hold kinds which matter.
fn owners_lists<'a>(
    relation: &'static Relation,
    queries: &[&'a EdgeQuery],
) -> Vec<(&'a str, &'static ReadEdges)> {
    let several = relation.by_owner.len() > 1;
    let matters = |query: &EdgeQuery, kind: Option<&&str>| match (&query.kinds, kind) {
        (Some(kinds), Some(kind)) if several => kinds.contains(*kind),
        _ => true,
    };
    let mut reads = Vec::new();
    let mut seen = BTreeSet::new();
    for query in queries {
        for (n, read) in relation.by_owner.iter().enumerate() {
            let owner = query.owner.as_str();
            if matters(query, relation.to.get(n)) && seen.insert((owner, n)) {
                reads.push((owner, read));
            }
        }
    }
    reads
}

/// The edges that one item of a list stands for, `far` being the far end's id.
fn keys(read: &ReadEdges, item: &Json, far: &str) -> Vec<EdgeKey> {
    let Some((member, name)) = read.words else {
        return vec![vec![far.to_owned()]];
    };
    let words = below(item, member).and_then(Json::as_array);
    let words = words.into_iter().flatten();
    words
        .filter_map(|word| Some(vec![far.to_owned(), text_at(word, name)?.to_owned()]))
        .collect()
}

/// The same of a list of which not every item counts.
pub(super) fn held_keys(read: &ReadEdges, held: &Held, item: &Json) -> Vec<EdgeKey> {
    let is = |(member, text)| text_at(item, member) == Some(text);
    if !held.only.is_none_or(is) {
        return Vec::new();
    }
    let far = text_at(item, read.id).or_else(|| text_at(item, held.otherwise));
    let far = far.unwrap_or_default().to_lowercase();
    let keys = keys(read, item, &far);
    if keys.is_empty() {
        // Somebody who is nothing yet is there all the same.
        return vec![vec![far, String::new()]];
    }
    keys
}

/// What stands at a dotted member.
fn below<'a>(item: &'a Json, member: &str) -> Option<&'a Json> {
    member
        .split('.')
        .try_fold(item, |item, name| item.get(name))
}

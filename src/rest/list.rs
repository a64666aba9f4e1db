//! Live objects of a kind: all, those in some parents, or only those that are wanted where the
//! list turns out long.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value as Json;

use super::failure::{garbled, local};
use super::live::{Shape, text_at};
use super::memo::Items;
use super::narrow::bears;
use super::page::{Source, abreast};
use super::request::{Draft, Names, path};
use super::{Dialect, Session};
use crate::base::Value;
use crate::kind::{
    Descriptor, List, ListFrom, Live, Paging, Path, RemoteError, RemoteKind, Wanted,
};

/// A single object that can only be found in a list is looked for in one at most this old.
const FRESH: Duration = Duration::from_secs(3);
/// How often a list that lacks something is read again before it is believed.
pub(super) const AGAIN: usize = 2;

impl<D: Dialect> Session<D> {
    /// All live objects of `kind`, or at least the wanted ones.
    pub(super) async fn list_of(
        &self,
        kind: &'static Descriptor,
        wanted: &[Wanted],
    ) -> Result<Vec<Live>, RemoteError> {
        match kind.route.list {
            Some(List {
                from: ListFrom::All(path),
                paging: Paging::Pages,
                search,
                ..
            }) if !wanted.is_empty() => {
                let source = self.source(kind, path, "")?;
                let items = self.narrowed(kind, search, &source, wanted).await?;
                self.lives(kind, &items, None)
            }
            Some(List {
                from: ListFrom::Index(path),
                ..
            }) => self.indexed(kind, path, wanted, None).await,
            Some(List {
                from: ListFrom::Outline(path),
                ..
            }) => self.outlined(kind, path, wanted, None).await,
            Some(list) => self.whole(kind, list, None).await,
            None => {
                let one = self.read(kind, "", &Value::Null).await?;
                Ok(one.into_iter().collect())
            }
        }
    }

    /// Those of these ids that a list without pages, and so without a total, shows when it is read
    /// again: half an answer is sound JSON too.
    pub(super) async fn missed_of(
        &self,
        kind: &'static Descriptor,
        ids: &BTreeSet<String>,
    ) -> Result<Vec<Live>, RemoteError> {
        let whole = kind.route.list.filter(|list| {
            list.paging == Paging::Whole && !matches!(list.from, ListFrom::Parent { .. })
        });
        let Some(list) = whole else {
            return Ok(Vec::new());
        };
        for _ in 0..AGAIN {
            let mut live = self.whole(kind, list, Some(Duration::ZERO)).await?;
            live.retain(|live| ids.contains(&live.id));
            if !live.is_empty() {
                return Ok(live);
            }
        }
        Ok(Vec::new())
    }

    /// The objects of `kind` in these parents.
    pub(super) async fn list_within(
        &self,
        kind: &'static Descriptor,
        parents: &[String],
        oldest: Option<Duration>,
    ) -> Result<Vec<Live>, RemoteError> {
        match kind.route.list.map(|list| list.from) {
            Some(ListFrom::Parent {
                path, parent_field, ..
            }) => {
                let lists = parents
                    .iter()
                    .map(|parent| self.of_parent(kind, path, (parent_field, parent), oldest));
                let lists = abreast(lists.collect()).await?;
                Ok(lists.into_iter().flatten().collect())
            }
            Some(from @ ListFrom::Embedded { .. }) => {
                let parents = parents.iter().map(String::as_str).collect();
                self.embedded(kind, from, Some(parents), oldest).await
            }
            _ => Err(self.misdeclared(kind.name)),
        }
    }

    /// One object, or none.
    pub(super) async fn get_one(
        &self,
        kind: &'static Descriptor,
        id: &str,
        object: &Value,
    ) -> Result<Option<Live>, RemoteError> {
        let listed = match (kind.route.list, parent_of(kind, object)) {
            // What is not in the index is not there: its own route may not say so by a code.
            (
                Some(List {
                    from: ListFrom::Index(path),
                    ..
                }),
                _,
            ) => {
                let wanted = Wanted {
                    id: Some(id.to_owned()),
                    key: BTreeMap::new(),
                };
                self.indexed(kind, path, &[wanted], Some(FRESH)).await?
            }
            _ if kind.route.read.is_some() => return self.read(kind, id, object).await,
            (_, Some((_, parent))) => {
                let parents = [parent.to_owned()];
                self.list_within(kind, &parents, Some(FRESH)).await?
            }
            (Some(list), None) => self.whole(kind, list, Some(FRESH)).await?,
            (None, None) => return Ok(None),
        };
        Ok(listed.into_iter().find(|live| live.id == id))
    }

    /// One object by its own route.
    async fn read(
        &self,
        kind: &'static Descriptor,
        id: &str,
        object: &Value,
    ) -> Result<Option<Live>, RemoteError> {
        let Some(read) = kind.route.read else {
            return Err(self.misdeclared(kind.name));
        };
        let names = Names {
            object,
            ..Names::of(id)
        };
        let path = path(read, names).map_err(|e| self.unwritable("GET", &e))?;
        let json = self.found(&Draft::get(path, "")).await?;
        let json = json.map(|json| named(kind, id, json));
        let shape = Shape::of(kind, self.kinds);
        Ok(json.and_then(|json| shape.keyed(&json, id, parent_of(kind, object))))
    }

    async fn whole(
        &self,
        kind: &'static Descriptor,
        list: List,
        oldest: Option<Duration>,
    ) -> Result<Vec<Live>, RemoteError> {
        match list.from {
            ListFrom::All(path) => {
                let source = self.source(kind, path, "")?;
                let items = self.items(&source, oldest).await?;
                self.lives(kind, &items, None)
            }
            ListFrom::Parent { kind: parent, .. } => {
                let parent = self.kind(parent)?;
                let items = self.parent_items(parent, oldest).await?;
                let ids = items
                    .iter()
                    .filter_map(|item| text_at(item, parent.route.id));
                let ids: Vec<_> = ids.map(str::to_owned).collect();
                self.list_within(kind, &ids, oldest).await
            }
            ListFrom::Embedded { .. } => self.embedded(kind, list.from, None, oldest).await,
            ListFrom::Index(path) => self.indexed(kind, path, &[], oldest).await,
            ListFrom::Outline(path) => self.outlined(kind, path, &[], oldest).await,
        }
    }

    /// The wanted objects of an index, or all of them: the index first, then each by its own read.
    async fn indexed(
        &self,
        kind: &'static Descriptor,
        at: Path,
        wanted: &[Wanted],
        oldest: Option<Duration>,
    ) -> Result<Vec<Live>, RemoteError> {
        let at = path(at, Names::of("")).map_err(|e| self.unwritable("GET", &e))?;
        let read = || self.read_index(&at);
        let ids = self.memo.get(&format!("{at}?"), oldest, read).await?;
        let is_wanted = |id: &&str| {
            wanted.is_empty()
                || wanted.iter().any(|one| {
                    one.id.as_deref() == Some(*id)
                        || one.key.get(kind.route.id).is_some_and(|key| key == id)
                })
        };
        let ids = ids.iter().filter_map(Json::as_str).filter(is_wanted);
        let reads = ids.map(|id| self.read(kind, id, &Value::Null));
        let found = abreast(reads.collect()).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The wanted objects of a list that shows too little, or all of them: the list first, then
    /// each by its own read.
    async fn outlined(
        &self,
        kind: &'static Descriptor,
        at: Path,
        wanted: &[Wanted],
        oldest: Option<Duration>,
    ) -> Result<Vec<Live>, RemoteError> {
        let items = self.items(&self.source(kind, at, "")?, oldest).await?;
        let is_wanted = |item: &&Json| {
            let is = |one: &Wanted| {
                let id = one.id.as_deref();
                id.is_some_and(|id| text_at(item, kind.route.id) == Some(id))
                    || (!one.key.is_empty() && bears(kind, item, &one.key))
            };
            wanted.is_empty() || wanted.iter().any(is)
        };
        let items: Vec<Json> = items.iter().filter(is_wanted).cloned().collect();
        let lives = self.lives(kind, &items, None)?;
        let reads = lives
            .iter()
            .map(|live| self.read(kind, &live.id, &Value::Null));
        let found = abreast(reads.collect()).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn read_index(&self, at: &str) -> Result<Vec<Json>, RemoteError> {
        let (answer, json) = self.json(&Draft::get(at.to_owned(), "")).await?;
        match json {
            Json::Object(map) => Ok(map.into_iter().map(|(id, _)| Json::String(id)).collect()),
            _ => Err(garbled("GET", &answer, "a mapping")),
        }
    }

    async fn of_parent(
        &self,
        kind: &'static Descriptor,
        at: Path,
        parent: (&'static str, &str),
        oldest: Option<Duration>,
    ) -> Result<Vec<Live>, RemoteError> {
        let source = self.source(kind, at, parent.1)?;
        let items = present(self.items(&source, oldest).await)?;
        self.lives(kind, &items, Some(parent))
    }

    /// A list, read once for all callers.
    pub(super) async fn items(
        &self,
        source: &Source,
        oldest: Option<Duration>,
    ) -> Result<Items, RemoteError> {
        let read = || self.read_list(source);
        self.memo.get(&source.name(), oldest, read).await
    }

    fn source(
        &self,
        kind: &'static Descriptor,
        at: Path,
        parent: &str,
    ) -> Result<Source, RemoteError> {
        let list = kind.route.list.ok_or_else(|| self.misdeclared(kind.name))?;
        let path = path(at, Names::of(parent)).map_err(|e| self.unwritable("GET", &e))?;
        Ok(Source {
            path,
            query: list.query.to_owned(),
            paging: list.paging,
            member: list.member,
            id: kind.route.id,
        })
    }

    /// The objects that `items` are. One without an id is an error: left out, it would be taken
    /// for one that is not there, and made again.
    fn lives(
        &self,
        kind: &'static Descriptor,
        items: &[Json],
        parent: Option<(&str, &str)>,
    ) -> Result<Vec<Live>, RemoteError> {
        let shape = Shape::of(kind, self.kinds);
        let lives = items.iter().map(|item| shape.listed(item, parent));
        let lives: Option<Vec<_>> = lives.collect();
        lives.ok_or_else(|| self.without(kind.name, kind.route.id))
    }

    pub(super) fn without(&self, what: &str, member: &str) -> RemoteError {
        let message = format!("the server's list of {what} has an item without `{member}`");
        RemoteError {
            kind: RemoteKind::Garbled,
            ..local("GET", self.dialect.base(), message)
        }
    }

    /// Children that their parents' own list holds, of these parents or all.
    async fn embedded(
        &self,
        kind: &'static Descriptor,
        from: ListFrom,
        parents: Option<BTreeSet<&str>>,
        oldest: Option<Duration>,
    ) -> Result<Vec<Live>, RemoteError> {
        let ListFrom::Embedded {
            kind: parent,
            member,
            parent_field,
        } = from
        else {
            return Ok(Vec::new());
        };
        let parent = self.kind(parent)?;
        let items = self.parent_items(parent, oldest).await?;
        let mut found = Vec::new();
        for item in items.iter() {
            let id = text_at(item, parent.route.id);
            let id = id.ok_or_else(|| self.without(parent.name, parent.route.id))?;
            if parents.as_ref().is_none_or(|asked| asked.contains(id)) {
                let children = item.get(member).and_then(Json::as_array);
                let children = children.ok_or_else(|| self.without(parent.name, member))?;
                found.extend(self.lives(kind, children, Some((parent_field, id)))?);
            }
        }
        Ok(found)
    }

    async fn parent_items(
        &self,
        kind: &'static Descriptor,
        oldest: Option<Duration>,
    ) -> Result<Items, RemoteError> {
        match kind.route.list.map(|list| list.from) {
            Some(ListFrom::All(path)) => {
                let source = self.source(kind, path, "")?;
                self.items(&source, oldest).await
            }
            _ => Err(self.misdeclared(kind.name)),
        }
    }

    fn kind(&self, name: &'static str) -> Result<&'static Descriptor, RemoteError> {
        let kind = self.kinds.iter().find(|kind| kind.name == name);
        kind.ok_or_else(|| self.misdeclared(name))
    }

    fn misdeclared(&self, name: &str) -> RemoteError {
        let message = format!("the kind `{name}` is declared without a list of its own");
        local("list", self.dialect.base(), message)
    }
}

/// An object that is read by its id and does not say it.
fn named(kind: &Descriptor, id: &str, mut json: Json) -> Json {
    if let Json::Object(map) = &mut json
        && kind.route.shape == crate::kind::Shape::Keyed
        && !map.contains_key(kind.route.id)
    {
        map.insert(kind.route.id.to_owned(), Json::from(id));
    }
    json
}

/// The parent that an object names, as its field and the parent's id.
fn parent_of<'a>(kind: &Descriptor, object: &'a Value) -> Option<(&'static str, &'a str)> {
    let parent_field = kind.route.parent_field()?;
    Some((parent_field, object.get(parent_field)?.as_text()?))
}

/// The list of a parent that is not there is empty.
pub(super) fn present(items: Result<Items, RemoteError>) -> Result<Items, RemoteError> {
    match items {
        Err(error) if error.kind == RemoteKind::NotFound => Ok(Items::default()),
        other => other,
    }
}

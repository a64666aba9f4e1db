//! What is read of a target: the lists, then of the objects that are exported what their lists do
//! not show. Each list once; edges from the side that takes fewer requests.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::super::input::read_failed;
use super::Left;
use super::far::Fars;
use super::place::{Chosen, Place};
use crate::base::{Diagnostic, Value};
use crate::kind::{
    Children, Descriptor, EdgeKey, EdgeQuery, EdgeShape, ListFrom, Live, Quirk, Relation,
    RemoteError, RemoteKind, Shape,
};

/// The live objects by kind.
pub(super) type Lists = BTreeMap<&'static str, Vec<Live>>;
/// The live edges by kind, relation's field and owner.
pub(super) type Edges = BTreeMap<(&'static str, &'static str), BTreeMap<String, Vec<EdgeKey>>>;

/// The ids of parents by the kind of the children that are listed by parent.
pub(super) type Parents = BTreeMap<&'static str, (&'static Descriptor, Vec<String>)>;

/// An owner that is asked for its edges.
pub(super) struct Asked {
    pub(super) kind: &'static Descriptor,
    pub(super) relation: &'static Relation,
    pub(super) owner: String,
}

impl Place<'_> {
    /// The lists of the kinds that are exported, and of those that they refer to.
    pub(super) async fn lists(&self, left: &mut Vec<Left>) -> Result<Lists, Vec<Diagnostic>> {
        let kinds = self.read_kinds();
        self.say(&format!("{} kinds", kinds.len()));
        let reads = kinds
            .into_iter()
            .map(|kind| async move { (kind, self.reader.list(kind, &[]).await) });
        let (mut lists, mut faults) = (Lists::new(), Vec::new());
        for (kind, result) in join_all(reads).await {
            match result {
                Ok(live) => drop(lists.insert(kind.name, live)),
                Err(error) if error.kind == RemoteKind::NotOffered => {
                    if self.kinds.contains(&kind) {
                        left.push(self.lacks(kind));
                    }
                }
                Err(error) => {
                    faults.push(self.failed(&format!("the {} objects", kind.kind), &error));
                }
            }
        }
        done(lists, faults)
    }

    fn read_kinds(&self) -> Vec<&'static Descriptor> {
        let mut wanted: BTreeSet<String> = self.kinds.iter().map(|k| k.name.to_owned()).collect();
        let mut open: Vec<_> = self.kinds.clone();
        while let Some(kind) = open.pop() {
            for name in Fars::kinds_of(kind) {
                let found = self.wish.catalog.named(self.api, &name);
                if let (Some(kind), true) = (found, wanted.insert(name)) {
                    open.push(kind);
                }
            }
        }
        let is_read = |kind: &&Descriptor| {
            let has_list = kind.route.list.is_some() || kind.route.read.is_some();
            let is_apart = kind.is(Quirk::ChildOnly) || kind.route.shape == Shape::Nowhere;
            wanted.contains(kind.name) && has_list && !is_apart
        };
        self.wish.catalog.of(self.api).filter(is_read).collect()
    }

    /// Reads the fields that have reads of their own.
    pub(super) async fn own_fields(
        &self,
        chosen: &mut [Chosen],
        left: &mut Vec<Left>,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut reads = Vec::new();
        for (n, one) in chosen.iter().enumerate() {
            for own in one.kind.route.own.iter().filter(|own| own.read.is_some()) {
                let id = one.live.id.clone();
                reads
                    .push(async move { (n, own.field, self.reader.own(one.kind, own, &id).await) });
            }
        }
        if !reads.is_empty() {
            self.say("fields that lists do not show");
        }
        let mut faults = Vec::new();
        for (n, field, result) in join_all(reads).await {
            let one = &mut chosen[n];
            match (result, &mut one.live.value) {
                (Ok(value), Value::Map(map)) => drop(map.insert(field.to_owned(), value)),
                (Err(error), _) if is_refused(&error) => {
                    left.push(self.left(one.kind, &one.called, field, &error.message));
                }
                (Err(error), _) => {
                    let what = format!("`{field}` of the {} `{}`", one.kind.kind, one.called);
                    faults.push(self.failed(&what, &error));
                }
                _ => {}
            }
        }
        done((), faults)
    }

    /// Reads the children that are listed by parent, of these parents.
    pub(super) async fn children(&self, parents: Parents) -> Result<Lists, Vec<Diagnostic>> {
        let reads = parents.into_values().map(|(kind, parents)| async move {
            self.say(&format!("the {} objects", kind.kind));
            (kind, self.reader.list_in(kind, &parents).await)
        });
        let (mut lists, mut faults) = (Lists::new(), Vec::new());
        for (kind, result) in join_all(reads).await {
            match result {
                Ok(live) => drop(lists.insert(kind.name, live)),
                Err(error) => {
                    faults.push(self.failed(&format!("the {} objects", kind.kind), &error));
                }
            }
        }
        done(lists, faults)
    }

    /// Reads the edges of these owners, one question a relation.
    pub(super) async fn edges(
        &self,
        asked: Vec<Asked>,
        lists: &Lists,
        left: &mut Vec<Left>,
    ) -> Result<Edges, Vec<Diagnostic>> {
        let mut questions: BTreeMap<_, (&Asked, Vec<EdgeQuery>)> = BTreeMap::new();
        for one in &asked {
            let query = EdgeQuery {
                owner: one.owner.clone(),
                items: items(one, lists),
                kinds: None,
            };
            let key = (one.kind.name, one.relation.field);
            questions
                .entry(key)
                .or_insert((one, Vec::new()))
                .1
                .push(query);
        }
        let reads = questions
            .into_iter()
            .map(|(key, (one, queries))| async move {
                self.say(&format!(
                    "`{}` of the {} objects",
                    one.relation.field, one.kind.kind
                ));
                (
                    key,
                    one.kind,
                    self.reader.edges(one.relation, &queries).await,
                )
            });
        let (mut edges, mut faults) = (Edges::new(), Vec::new());
        for (key, kind, result) in join_all(reads).await {
            match result {
                Ok(found) => drop(edges.insert(key, found)),
                Err(error) if is_refused(&error) => {
                    left.push(self.left(kind, "", key.1, &error.message));
                }
                Err(error) => {
                    let what = format!("`{}` of the {} objects", key.1, kind.kind);
                    faults.push(self.failed(&what, &error));
                }
            }
        }
        done(edges, faults)
    }

    fn failed(&self, what: &str, error: &RemoteError) -> Diagnostic {
        read_failed(&format!("{what} of `{}`", self.home), error)
    }

    fn lacks(&self, kind: &'static Descriptor) -> Left {
        self.left(kind, "", "", "this server does not offer them")
    }
}

fn done<T>(read: T, faults: Vec<Diagnostic>) -> Result<T, Vec<Diagnostic>> {
    if faults.is_empty() {
        Ok(read)
    } else {
        Err(faults)
    }
}

/// Whether the server has no such thing, for a reason of its own.
fn is_refused(error: &RemoteError) -> bool {
    matches!(
        error.kind,
        RemoteKind::NotOffered | RemoteKind::NotFound | RemoteKind::Rejected
    )
}

/// The far ends that there can be, so that edges can be read from their side.
fn items(asked: &Asked, lists: &Lists) -> Option<Vec<String>> {
    // What items carry is in the same lists as they are.
    let carrier = asked.relation.carrier();
    let carrier = carrier.and_then(|field| asked.kind.relation(field));
    let Relation { to, shape, .. } = carrier.unwrap_or(asked.relation);
    if to.is_empty() || *shape == EdgeShape::Words {
        return None;
    }
    let lists: Option<Vec<_>> = to.iter().map(|kind| lists.get(kind)).collect();
    let all = lists?.into_iter().flatten();
    Some(all.map(|live| live.id.clone()).collect())
}

/// Whether objects of a kind are listed parent by parent.
pub(super) fn is_by_parent(kind: &Descriptor) -> bool {
    let from = kind.route.list.map(|list| list.from);
    matches!(from, Some(ListFrom::Parent { .. }))
}

/// The children fields of a kind, with the kinds of the children.
pub(super) fn children_of<'a>(
    place: &'a Place<'_>,
    kind: &'static Descriptor,
) -> impl Iterator<Item = (&'static Children, &'static Descriptor)> + 'a {
    let children = kind.children.iter();
    children.filter_map(|field| Some((field, place.wish.catalog.named(kind.api, field.kind)?)))
}

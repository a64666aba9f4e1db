//! The edges of documents and owned objects: what is wanted, and what is read of them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::edges::WantedEdges;
use super::input::{Input, read_failed};
use super::plan::PlannedEdge;
use super::resolve::{Known, Unresolvable};
use super::targets::Targets;
use crate::base::{Address, Diagnostic, Value};
use crate::kind::{
    Descriptor, EdgeKey, EdgeQuery, EdgeShape, Reader, Relation, RemoteError, RemoteKind,
};
use crate::manifest::{DesiredEdge, DesiredRelation, Document};
use crate::state::OwnedEdge;

/// The live edges by target, relation (kind and field) and owner's id.
pub(super) type LiveEdges =
    BTreeMap<(Address, &'static str, &'static str), BTreeMap<String, Vec<EdgeKey>>>;

/// A document's relation with its keys resolved as far as they are known.
pub(super) fn wanted(
    document: &Document,
    relation: &Relation,
    known: &Known,
) -> Result<WantedEdges, Unresolvable> {
    let nothing = DesiredRelation::default();
    let DesiredRelation {
        exactly,
        exactly_items,
        edges,
    } = document.relations.get(relation.field).unwrap_or(&nothing);
    let exactly_items = exactly_items
        .iter()
        .map(|item| known.resolve(item.clone()))
        .collect::<Result<Vec<_>, _>>()?;
    let resolved = |edges: &[DesiredEdge]| {
        let edges = edges.iter();
        let edges = edges.map(|edge| resolved(document, relation, edge, known));
        edges.collect::<Result<Vec<_>, _>>()
    };
    let others = document.put_back.as_ref();
    let others = others.and_then(|put_back| put_back.edges.get(relation.field));
    Ok(WantedEdges {
        exactly: *exactly,
        exactly_items: texts(&exactly_items),
        one_each: matches!(relation.shape, EdgeShape::Pairs { .. }),
        edges: resolved(edges)?,
        others: resolved(others.map_or(&[], Vec::as_slice))?,
    })
}

fn resolved(
    document: &Document,
    relation: &Relation,
    edge: &DesiredEdge,
    known: &Known,
) -> Result<PlannedEdge, Unresolvable> {
    let key = edge.key.iter().map(|word| known.resolve(word.clone()));
    let to = edge.to.clone();
    Ok(PlannedEdge {
        key: key.collect::<Result<_, _>>()?,
        to: to.or_else(|| implied(document, relation, edge)),
        label: edge.label.clone(),
    })
}

/// The known ones: an item that is not there yet has no edges.
fn texts(items: &[Value]) -> BTreeSet<String> {
    let known = items.iter().filter_map(Value::as_text);
    known.map(str::to_owned).collect()
}

/// The address of the resource that a permission is on.
fn implied(document: &Document, relation: &Relation, edge: &DesiredEdge) -> Option<Address> {
    let rid = edge.key.first()?.as_text()?;
    (relation.shape == EdgeShape::Actions).then(|| {
        document
            .address
            .sibling(relation.to.first().copied().unwrap_or_default(), rid)
    })
}

/// One object whose edges are asked for.
pub(super) struct Asked<'a> {
    /// The target.
    pub home: &'a Address,
    /// The owner's kind.
    pub kind: &'static Descriptor,
    /// The relation.
    pub relation: &'static Relation,
    /// The owner's id.
    pub owner: String,
    /// What is wanted.
    pub wanted: WantedEdges,
    /// What is owned.
    pub owned: &'a [OwnedEdge],
    /// Which edges are read.
    pub among: Among,
}

/// Which edges of an object are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Among {
    /// Those that the plan needs to know.
    Needed,
    /// All of them.
    All,
    /// All of them, which lead to these far ends.
    These(Vec<String>),
}

/// The kinds of far ends that matter, if that can be told.
fn kinds(asked: &Asked<'_>) -> Option<BTreeSet<String>> {
    if asked.among != Among::Needed || asked.wanted.exactly {
        return None;
    }
    let desired = asked.wanted.all().map(|edge| edge.to.as_ref());
    let owned = asked.owned.iter().map(|edge| edge.to.as_ref());
    desired
        .chain(owned)
        .map(|to| Some(to?.kind().to_owned()))
        .collect()
}

/// The far ends that matter: none for all of them.
fn items(asked: &Asked<'_>) -> Option<Vec<String>> {
    match &asked.among {
        Among::Needed => {}
        Among::All => return None,
        Among::These(all) => return Some(all.clone()),
    }
    if asked.wanted.exactly {
        return None;
    }
    let desired = asked
        .wanted
        .all()
        .filter_map(|edge| edge.key.first()?.as_text());
    let owned = asked
        .owned
        .iter()
        .filter_map(|edge| edge.key.first().map(String::as_str));
    let exact = asked.wanted.exactly_items.iter().map(String::as_str);
    let all: BTreeSet<&str> = desired.chain(owned).chain(exact).collect();
    Some(all.into_iter().map(str::to_owned).collect())
}

/// Where edges are read together: target, kind, the field around a carried relation's or its own,
/// and owner.
type Place<'a> = (&'a Address, &'static str, &'static str, &'a str);

fn place<'a>(asked: &'a Asked<'_>) -> Place<'a> {
    let field = asked.relation.carrier().unwrap_or(asked.relation.field);
    (asked.home, asked.kind.name, field, &asked.owner)
}

/// The far ends that matter, by place: a relation and what its items carry are in the same lists,
/// so that both are asked for the same and each list is read once.
fn together<'a>(asked: &'a [Asked<'_>]) -> BTreeMap<Place<'a>, Option<Vec<String>>> {
    let mut together: BTreeMap<_, Option<Vec<String>>> = BTreeMap::new();
    for one in asked {
        let known = together
            .entry(place(one))
            .or_insert_with(|| Some(Vec::new()));
        match (known.as_mut(), items(one)) {
            (Some(known), Some(items)) => known.extend(items),
            _ => *known = None,
        }
    }
    for items in together.values_mut().flatten() {
        items.sort();
        items.dedup();
    }
    together
}

/// How often a list that lacks an edge of ours is read again before it is believed.
const AGAIN: usize = 2;

/// Edges by owner.
type Found = BTreeMap<String, Vec<EdgeKey>>;

/// What is asked of one relation in one target.
pub(super) struct Question {
    /// The relation.
    pub relation: &'static Relation,
    /// The owners.
    pub queries: Vec<EdgeQuery>,
    /// The owners of which somebody means an edge.
    pub meant: BTreeSet<String>,
    /// The edges that are ours, by owner.
    pub owned: BTreeMap<String, BTreeSet<EdgeKey>>,
}

impl Question {
    /// Asks for all of it at once. A server may refuse to list what an object of another sort
    /// cannot have (Logto: the roles of an application that is no machine); where nobody means it
    /// to have any, it has none.
    pub(super) async fn ask(&self, reader: &dyn Reader) -> Result<Found, RemoteError> {
        let mut found = self.ask_once(reader).await?;
        for _ in 0..AGAIN {
            let missing = self.missing(&found);
            if missing.is_empty() {
                break;
            }
            for (owner, edges) in reader.edges_again(self.relation, &missing).await? {
                let known = found.entry(owner).or_default();
                let new: Vec<_> = edges
                    .into_iter()
                    .filter(|edge| !known.contains(edge))
                    .collect();
                known.extend(new);
            }
        }
        Ok(found)
    }

    /// The questions whose answers lack an edge of ours.
    fn missing(&self, found: &Found) -> Vec<EdgeQuery> {
        let lacks = |query: &&EdgeQuery| {
            let owned = self.owned.get(&query.owner).into_iter().flatten();
            let shown = found.get(&query.owner).map_or(&[][..], Vec::as_slice);
            owned.into_iter().any(|edge| !shown.contains(edge))
        };
        self.queries.iter().filter(lacks).cloned().collect()
    }

    async fn ask_once(&self, reader: &dyn Reader) -> Result<Found, RemoteError> {
        let is_refused = |error: &RemoteError| error.kind == RemoteKind::Rejected;
        let all = reader.edges(self.relation, &self.queries).await;
        if !all.as_ref().is_err_and(is_refused) {
            return all;
        }
        let mut found = BTreeMap::new();
        for query in &self.queries {
            match reader
                .edges(self.relation, std::slice::from_ref(query))
                .await
            {
                Ok(edges) => found.extend(edges),
                Err(error) if is_refused(&error) && !self.meant.contains(&query.owner) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

/// Reads all edges that are asked for, one question a target and relation.
pub(super) async fn read(
    _input: &Input<'_>,
    targets: &Targets,
    asked: &[Asked<'_>],
    faults: &mut Vec<Diagnostic>,
) -> LiveEdges {
    let mut questions: BTreeMap<_, Question> = BTreeMap::new();
    let together = together(asked);
    for one in asked {
        let query = EdgeQuery {
            owner: one.owner.clone(),
            items: together.get(&place(one)).cloned().flatten(),
            kinds: kinds(one),
        };
        if query.items.as_ref().is_some_and(Vec::is_empty) {
            continue;
        }
        let key = (one.home.clone(), one.kind.name, one.relation.field);
        let question = questions.entry(key).or_insert_with(|| Question {
            relation: one.relation,
            queries: Vec::new(),
            meant: BTreeSet::new(),
            owned: BTreeMap::new(),
        });
        if one.wanted.all().next().is_some() || !one.owned.is_empty() {
            question.meant.insert(query.owner.clone());
        }
        let owned = one.owned.iter().map(|edge| edge.key.clone());
        let known = question.owned.entry(query.owner.clone()).or_default();
        known.extend(owned);
        question.queries.push(query);
    }
    let reads = questions.into_iter().filter_map(|(key, question)| {
        let reader = targets.all.get(&key.0)?.reader.clone()?;
        Some(async move {
            let result = question.ask(reader.as_ref()).await;
            (key, result)
        })
    });
    let mut live = LiveEdges::new();
    for (key, result) in join_all(reads).await {
        match result {
            Ok(edges) => {
                live.insert(key, edges);
            }
            Err(error) => {
                let what = format!("`{}` of the {} objects of `{}`", key.2, key.1, key.0);
                faults.push(read_failed(&what, &error));
            }
        }
    }
    live
}

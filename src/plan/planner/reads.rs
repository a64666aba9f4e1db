//! What the planner reads beside the lists: children, fields with reads of their own, secret
//! outputs, edges.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::super::AccessChange;
use super::super::matching::{Index, Match};
use super::super::outlook::Outlooks;
use super::super::policy::Policing;
use super::super::relations::{self, Among, Asked};
use super::super::strangers::Around;
use super::super::{input, reading, secrets};
use super::{Planner, words};
use crate::base::{Address, Part, Value};
use crate::kind::{Descriptor, EdgeShape, Relation};
use crate::manifest::Document;

type Parents = BTreeMap<(Address, &'static str), (&'static Descriptor, BTreeSet<String>)>;

impl Planner<'_> {
    /// Reads what is listed by parent, of the parents that documents and owned objects name.
    pub(super) async fn read_children(&mut self) {
        let mut parents = Parents::new();
        let mut add = |home: &Address, kind: &'static Descriptor, id: String| {
            let key = (home.clone(), kind.name);
            parents
                .entry(key)
                .or_insert((kind, BTreeSet::new()))
                .1
                .insert(id);
        };
        let has_children: BTreeSet<(&Address, &str)> = self
            .order
            .iter()
            .filter_map(|child| Some((child.parent.as_ref()?, child.kind.name)))
            .collect();
        for document in &self.order {
            let Some(home) = &document.home else { continue };
            for (field, kind) in self.listed_by(document.kind) {
                let asked = document.exact_children.contains_key(field)
                    || has_children.contains(&(&document.address, kind.name));
                if let (true, Some(live)) = (asked, self.find(document).live()) {
                    add(home, kind, live.id.clone());
                }
            }
        }
        for (address, entry) in &self.input.snapshot.resources {
            let kind = self
                .input
                .catalog
                .stored(&entry.api_version, address.kind());
            let (Some(kind), Some(home)) = (kind, &entry.home) else {
                continue;
            };
            let parent = kind
                .route
                .listed_by()
                .and_then(|field| entry.observed.get(field)?.as_text());
            if let Some(id) = parent {
                add(home, kind, id.to_owned());
            }
        }
        if parents.is_empty() {
            return;
        }
        reading::read_children(self.input, &self.targets, parents, &mut self.lists).await;
        self.index = Index::of(self.input.catalog, &self.targets, &self.lists);
    }

    /// The children fields of `kind` whose kinds are listed by parent.
    fn listed_by(&self, kind: &'static Descriptor) -> Vec<(&'static str, &'static Descriptor)> {
        let children = kind.children.iter();
        let kinds =
            children.filter_map(|c| Some((c.field, self.input.catalog.named(kind.api, c.kind)?)));
        kinds
            .filter(|(_, child)| child.route.listed_by().is_some())
            .collect()
    }

    /// Reads the fields that have reads of their own, where a document writes them or did.
    pub(super) async fn read_own_fields(&mut self) {
        let mut reads = Vec::new();
        for document in &self.order {
            let live = self.matches.get(&document.address).and_then(Match::live);
            let target = document
                .home
                .as_ref()
                .and_then(|home| self.targets.all.get(home));
            let reader = target.and_then(|target| target.reader.clone());
            let (Some(live), Some(reader)) = (live, reader) else {
                continue;
            };
            for own in document
                .kind
                .route
                .own
                .iter()
                .filter(|own| own.read.is_some())
            {
                let put_back = document.put_back.as_ref();
                let written = document.body.get(own.field).is_some()
                    || put_back.is_some_and(|it| it.fields.get(own.field).is_some());
                if written || self.was_written(document, own.field) {
                    let (reader, id, address) =
                        (reader.clone(), live.id.clone(), document.address.clone());
                    let kind = document.kind;
                    reads.push(
                        async move { (address, own.field, reader.own(kind, own, &id).await) },
                    );
                }
            }
        }
        for (address, field, result) in join_all(reads).await {
            match (result, self.matches.get_mut(&address)) {
                (Ok(value), Some(Match::Ours(live) | Match::Adopted(live))) => {
                    if let Value::Map(map) = &mut live.value {
                        map.insert(field.to_owned(), value);
                    }
                }
                (Err(error), _) => {
                    let what = format!("`{field}` of `{address}`");
                    self.faults.push(input::read_failed(&what, &error));
                }
                _ => {}
            }
        }
    }

    fn was_written(&self, document: &Document, field: &str) -> bool {
        self.entry(document)
            .is_some_and(|entry| entry.written.get(field).is_some())
    }

    /// Asks for the outputs that take a request of their own, where a field is made from them.
    pub(super) async fn read_asked_outputs(&mut self) {
        let mut wanted = BTreeSet::new();
        for document in &self.order {
            document.body.leaves(&mut |_, leaf| {
                if let Value::Unknown(unknown) = leaf {
                    wanted.extend(unknown.parts.iter().filter_map(output));
                }
            });
        }
        let mut reads = Vec::new();
        for (address, name) in wanted {
            let document = self.input.documents.iter().find(|d| d.address == address);
            let Some(document) = document.filter(|d| is_asked(d, &name)) else {
                continue;
            };
            // What a target tells is asked of itself.
            let live = self.matches.get(&address).and_then(Match::live);
            let id = live.map(|live| live.id.clone());
            let id = id.or_else(|| document.kind.hosts.map(|_| String::new()));
            let home = document.home.as_ref().unwrap_or(&address);
            let reader = self.targets.all.get(home).and_then(|t| t.reader.clone());
            if let (Some(id), Some(reader)) = (id, reader) {
                let kind = document.kind;
                reads.push(async move {
                    let told = reader.told(kind, &id, &name).await;
                    (address, name, told)
                });
            }
        }
        for (address, name, told) in join_all(reads).await {
            match told {
                Ok(told) => self.known.put(&address, &name, told.unwrap_or_default()),
                Err(error) => {
                    let what = format!("`{name}` of `{address}`");
                    self.faults.push(input::read_failed(&what, &error));
                }
            }
        }
    }

    /// Reads the secret outputs that fields are made from, to compare their fingerprints.
    pub(super) async fn read_secret_outputs(&mut self) {
        if self.input.key.is_none() {
            return;
        }
        let wanted: BTreeSet<(Address, String)> = self
            .order
            .iter()
            .flat_map(|document| secrets::outputs(&document.body))
            .collect();
        for (address, name) in wanted {
            let Some(source) = self.input.documents.iter().find(|d| d.address == address) else {
                continue;
            };
            let live = self.matches.get(&address).and_then(Match::live);
            let home = source.home.as_ref();
            let text = secrets::output(
                self.input,
                &self.targets,
                &address,
                home,
                source.kind,
                live,
                &name,
            );
            if let Some(text) = text.await {
                self.texts.insert((address, name), text);
            }
        }
    }

    /// Reads the edges of every relation that a document or the state names.
    pub(super) async fn read_edges(&mut self) {
        let mut asked = Vec::new();
        for document in &self.order {
            let Some(home) = &document.home else { continue };
            let Some(live) = self.matches.get(&document.address).and_then(Match::live) else {
                continue;
            };
            for relation in document.kind.relations {
                let owned = self
                    .entry(document)
                    .and_then(|entry| entry.edges.get(relation.field));
                let all = self.watched(document, relation, home);
                let put_back = document.put_back.as_ref();
                let others = put_back.is_some_and(|it| it.edges.contains_key(relation.field));
                let declared = document.relations.contains_key(relation.field);
                if owned.is_none() && !all && !others && !declared {
                    continue;
                }
                match relations::wanted(document, relation, &self.known) {
                    Ok(wanted) => asked.push(Asked {
                        home,
                        kind: document.kind,
                        relation,
                        owner: live.id.clone(),
                        wanted,
                        owned: owned.map_or(&[], Vec::as_slice),
                        among: self.among(all, home, relation),
                    }),
                    Err(error) => self.faults.push(words::unresolvable(document, &error)),
                }
            }
        }
        let mut faults = Vec::new();
        self.edges = relations::read(self.input, &self.targets, &asked, &mut faults).await;
        self.faults.extend(faults);
    }
}

impl Planner<'_> {
    /// Reads what the rules of the steps' kinds look at, unless it was read.
    pub(super) async fn read_for_rules(&mut self) {
        let wanted = self.outlooks().wanted();
        reading::read_more(self.input, &self.targets, wanted, &mut self.lists).await;
    }

    pub(super) fn policing<'b>(&'b self, access: &'b [AccessChange]) -> Policing<'b> {
        Policing {
            around: self.around(),
            steps: &self.steps,
            access,
        }
    }

    /// What was read, and what of it has a name.
    pub(super) fn around(&self) -> Around<'_> {
        Around {
            input: self.input,
            targets: &self.targets,
            lists: &self.lists,
            names: &self.names,
        }
    }

    pub(super) fn outlooks(&self) -> Outlooks<'_> {
        Outlooks {
            input: self.input,
            targets: &self.targets,
            lists: &self.lists,
            steps: &self.steps,
        }
    }
}

impl Planner<'_> {
    /// Whether every edge of the relation is looked at: for `drift`, of what we own.
    fn watched(&self, document: &Document, relation: &Relation, home: &Address) -> bool {
        let owned = self.entry(document).is_some_and(|entry| entry.owned);
        let has_words = relation.shape == EdgeShape::Actions;
        let offered = |name: &&str| {
            let kind = self.input.catalog.named(document.kind.api, name);
            let list = kind.map(|kind| (home.clone(), kind.name));
            list.is_some_and(|list| self.lists.all.contains_key(&list))
        };
        let all = !has_words || relation.to.iter().all(offered);
        self.input.options.all_edges && owned && all && relation.is_watched()
    }

    /// Which edges are read: of all, those to all resources, so that permissions are read from
    /// the smaller side.
    fn among(&self, all: bool, home: &Address, relation: &Relation) -> Among {
        if !all {
            return Among::Needed;
        }
        let has_words = relation.shape == EdgeShape::Actions;
        let to = relation.to.first().filter(|_| has_words);
        let list = to.and_then(|to| self.lists.all.get(&(home.clone(), *to)));
        match list {
            Some(list) => Among::These(list.iter().map(|live| live.id.clone()).collect()),
            None => Among::All,
        }
    }
}

/// The output that a part of a text is.
fn output(part: &Part) -> Option<(Address, String)> {
    match part {
        Part::Output { address, field } => Some((address.clone(), field.clone())),
        _ => None,
    }
}

fn is_asked(document: &Document, name: &str) -> bool {
    let output = document.kind.output(name);
    output.is_some_and(|output| output.from.is_asked())
}

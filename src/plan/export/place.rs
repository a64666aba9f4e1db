//! One target: which of its objects are exported, and the documents that declare them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::builtins;
use super::body::Body;
use super::far::{Fars, map, text};
use super::policy;
use super::read::{Asked, Lists, Parents, children_of, is_by_parent};
use super::{Left, Out, Source, Wish, Written};
use crate::base::tree::{Node, Tree};
use crate::base::{Address, Diagnostic, Value};
use crate::kind::{Api, Children, Descriptor, Home, Live, Quirk, Reader, Shape};

/// A target, or the account that one lives in.
pub(super) struct Place<'a> {
    pub(super) wish: &'a Wish<'a>,
    pub(super) home: Address,
    pub(super) api: Api,
    pub(super) settings: Value,
    pub(super) reader: Arc<dyn Reader>,
    /// The kinds that are exported.
    pub(super) kinds: Vec<&'static Descriptor>,
}

/// An object that is exported.
pub(super) struct Chosen {
    pub(super) kind: &'static Descriptor,
    pub(super) live: Live,
    pub(super) name: String,
    pub(super) called: String,
}

/// An object on its way to a document.
pub(super) struct Begun {
    pub(super) one: Chosen,
    pub(super) spec: Node,
}

impl<'a> Place<'a> {
    /// The place that a target is.
    pub(super) fn of(wish: &'a Wish<'a>, source: &Source<'a>) -> Self {
        let kind = source.document.kind;
        let api = kind.hosts.unwrap_or(kind.api);
        let wanted = |kind: &&'static Descriptor| {
            let is_wanted = wish.kinds.is_empty() || wish.kinds.contains(kind.name);
            let is_object = kind.route.shape != Shape::Nowhere && kind.hosts.is_none();
            is_wanted && is_object && !kind.is(Quirk::ChildOnly)
        };
        Self {
            wish,
            home: source.document.address.clone(),
            api,
            settings: source.settings.clone(),
            reader: Arc::clone(&source.reader),
            kinds: wish.catalog.of(api).filter(wanted).collect(),
        }
    }

    pub(super) fn say(&self, what: &str) {
        (self.wish.say)(&format!("{}: {what}", self.home));
    }

    pub(super) fn left(&self, kind: &Descriptor, name: &str, field: &str, why: &str) -> Left {
        Left {
            home: self.home.clone(),
            kind: kind.kind,
            field: field.to_owned(),
            why: why.to_owned(),
            name: name.to_owned(),
        }
    }

    /// Exports what lives here.
    pub(super) async fn export(&self, out: &mut Out) -> Result<(), Vec<Diagnostic>> {
        let left = &mut out.exported.left;
        let lists = self.lists(left).await?;
        let mut chosen = self.chosen(&lists, left);
        self.own_fields(&mut chosen, left).await?;
        while self.drop_unsound(&lists, &mut chosen, left) {}
        let fars = self.fars(&lists, &chosen);
        self.documents(chosen, &lists, &fars, out).await
    }

    /// Drops the objects that no manifest can declare, so that nothing refers to their documents:
    /// whether there were any. One that another kind's list shows too is that kind's.
    fn drop_unsound(&self, lists: &Lists, chosen: &mut Vec<Chosen>, left: &mut Vec<Left>) -> bool {
        let fars = self.fars(lists, chosen);
        let mut unsound = BTreeSet::new();
        for (n, one) in chosen.iter().enumerate() {
            let mut variables = BTreeSet::new();
            let mut body = self.body(one, &fars, &mut variables);
            let mut spec = body.spec(&one.live.value);
            if body.mend(&mut spec) {
                continue;
            }
            unsound.insert(n);
            let is_twin = |other: &Chosen| other.live.id == one.live.id && other.kind != one.kind;
            if !chosen.iter().any(is_twin) {
                left.extend(body.left.pop());
            }
        }
        let mut n = 0;
        chosen.retain(|_| {
            n += 1;
            !unsound.contains(&(n - 1))
        });
        !unsound.is_empty()
    }

    /// Makes documents of the chosen objects.
    pub(super) async fn documents(
        &self,
        chosen: Vec<Chosen>,
        lists: &Lists,
        fars: &Fars<'_>,
        out: &mut Out,
    ) -> Result<(), Vec<Diagnostic>> {
        let (mut begun, mut parts) = (Vec::new(), Vec::new());
        for one in chosen {
            let mut body = self.body(&one, fars, &mut out.variables);
            let spec = body.spec(&one.live.value);
            parts.push((body.texts, body.needed, body.left));
            begun.push(Begun { one, spec });
        }
        let (asked, parents) = self.questions(&begun, fars, &mut out.exported.left);
        let edges = self.edges(asked, lists, &mut out.exported.left).await?;
        let children = self.children(parents).await?;
        for (begun, (texts, needed, left)) in begun.into_iter().zip(parts) {
            let Begun { one, mut spec } = begun;
            let mut body = self.body(&one, fars, &mut out.variables);
            (body.texts, body.needed, body.left) = (texts, needed, left);
            for (field, child) in children_of(self, one.kind) {
                let of = if is_by_parent(child) {
                    &children
                } else {
                    lists
                };
                let all = inner(of, field, &one.live.id);
                let all: Vec<_> = all
                    .filter(|live| (child.builtin)(&live.value).is_none())
                    .collect();
                body.put_children(&mut spec, field, child, &all);
            }
            body.put_relations(&mut spec, &one.live.id, &edges);
            let is_sound = body.mend(&mut spec);
            let (texts, needed, left) = (body.texts, body.needed, body.left);
            out.exported.left.extend(left);
            // One that is always there, and is as it always is, has nothing to declare.
            let says = !one.kind.is_permanent() || !spec.entries().is_empty();
            if is_sound && says {
                out.exported.secrets.extend(needed);
                out.exported.documents.push(self.written(&one, spec, texts));
            }
        }
        Ok(())
    }

    pub(super) fn body<'b>(
        &self,
        one: &Chosen,
        fars: &'b Fars<'b>,
        variables: &'b mut BTreeSet<String>,
    ) -> Body<'b> {
        let relations = one.kind.relations.iter().map(|relation| relation.field);
        let children = one.kind.children.iter().map(|field| field.field);
        Body {
            kind: one.kind,
            address: self.address(one.kind, &one.name),
            called: one.called.clone(),
            home: self.home.clone(),
            fars,
            apart: relations.chain(children).collect(),
            defaults: policy::defaults(one.kind),
            variables,
            texts: BTreeMap::new(),
            needed: Vec::new(),
            left: Vec::new(),
        }
    }

    fn address(&self, kind: &Descriptor, name: &str) -> Address {
        match kind.home {
            Home::Nowhere | Home::Account => Address::top(kind.name, name),
            Home::Tenant | Home::Cluster => Address::within(self.home.name(), kind.name, name),
        }
    }

    /// What ids stand for.
    fn fars<'l>(&self, lists: &'l Lists, chosen: &[Chosen]) -> Fars<'l> {
        let mut names: BTreeMap<&'static str, BTreeMap<String, String>> = BTreeMap::new();
        for one in chosen {
            let known = names.entry(one.kind.name).or_default();
            known.insert(one.live.id.clone(), one.name.clone());
        }
        for one in chosen {
            for (field, child) in children_of(self, one.kind) {
                for live in inner(lists, field, &one.live.id) {
                    let name = live.value.get(field.name_field).and_then(Value::as_text);
                    let name = name.map(|name| format!("{}.{name}", one.name));
                    let known = names.entry(child.name).or_default();
                    known.extend(name.map(|name| (live.id.clone(), name)));
                }
            }
        }
        let list = |kind: &'static str| lists.get(kind).map_or(&[][..], Vec::as_slice);
        let found = match self.api {
            Api::Logto => builtins::among(&self.settings, list),
            Api::Cloud | Api::Dcos => Vec::new(),
        };
        let builtins = found.into_iter();
        Fars {
            catalog: self.wish.catalog,
            api: self.api,
            objects: lists,
            names,
            builtins: builtins
                .map(|(word, kind, live)| ((kind, live.id.clone()), word))
                .collect(),
        }
    }

    /// Whose edges are to be read, and which parents may have children.
    fn questions(
        &self,
        begun: &[Begun],
        fars: &Fars<'_>,
        left: &mut Vec<Left>,
    ) -> (Vec<Asked>, Parents) {
        let (mut asked, mut parents) = (Vec::new(), Parents::new());
        for Begun { one, spec } in begun {
            let mut variables = BTreeSet::new();
            let body = self.body(one, fars, &mut variables);
            for relation in one.kind.relations {
                let field = relation.carrier().unwrap_or(relation.field);
                if let Some(why) = (one.kind.foreign)(&one.live.value, field) {
                    left.push(self.left(one.kind, &one.called, field, why));
                } else if body.may_have(spec, field) {
                    asked.push(Asked {
                        kind: one.kind,
                        relation,
                        owner: one.live.id.clone(),
                    });
                }
            }
            for (field, child) in children_of(self, one.kind) {
                if is_by_parent(child) && body.may_have(spec, field.field) {
                    let known = parents.entry(child.name).or_insert((child, Vec::new()));
                    known.1.push(one.live.id.clone());
                }
            }
        }
        (asked, parents)
    }

    /// The document of an object.
    pub(super) fn written(
        &self,
        one: &Chosen,
        mut spec: Node,
        texts: BTreeMap<String, String>,
    ) -> Written {
        let address = self.address(one.kind, &one.name);
        if let (Some(field), Tree::Map(entries)) = (one.kind.named_by, &mut spec.tree) {
            let is_name = |key: &str, node: &Node| key == field && node.text() == Some(&one.name);
            let all = std::mem::take(entries).into_vec().into_iter();
            *entries = all
                .filter(|entry| !is_name(&entry.key, &entry.value))
                .collect();
        }
        let mut metadata = vec![("name", text(&one.name))];
        match one.kind.home {
            Home::Tenant => metadata.push(("tenant", text(self.home.name()))),
            Home::Cluster => metadata.push(("cluster", text(self.home.name()))),
            Home::Account | Home::Nowhere => {}
        }
        let mut node = vec![
            ("apiVersion", text(one.kind.api_version())),
            ("kind", text(one.kind.kind)),
            ("metadata", map(metadata)),
        ];
        if !spec.entries().is_empty() {
            node.push(("spec", spec));
        }
        Written {
            address,
            kind: one.kind,
            node: map(node),
            texts,
        }
    }
}

/// The children in that field of the parent of that id.
fn inner<'l>(
    lists: &'l Lists,
    field: &'static Children,
    parent: &str,
) -> impl Iterator<Item = &'l Live> {
    let all = lists.get(field.kind).into_iter().flatten();
    all.filter(move |live| {
        let of = live.value.get(field.parent_field).and_then(Value::as_text);
        of == Some(parent)
    })
}

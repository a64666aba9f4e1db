//! Live objects that no manifest names and nobody of ours owns.

use std::collections::{BTreeMap, BTreeSet};

use super::guard;
use super::input::Input;
use super::matching::key_text;
use super::plan::Strangers;
use super::planner::Names;
use super::reading::Lists;
use super::targets::Targets;
use crate::base::Address;
use crate::kind::{Descriptor, ListFrom, Live};

/// The most names that are told of one kind.
const NAMED: usize = 20;

/// What was read, and what of it has a name in the manifests.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// The plan's input.
    pub input: &'a Input<'a>,
    /// The targets.
    pub targets: &'a Targets,
    /// The live lists.
    pub lists: &'a Lists,
    /// The documents' live objects.
    pub names: &'a Names,
}

impl<'a> Around<'a> {
    /// The objects of a kind that nobody knows of, built-in ones and our own login apart.
    pub(super) fn strangers(
        self,
        home: &Address,
        kind: &'static Descriptor,
    ) -> impl Iterator<Item = &'a Live> {
        let managed = self.managed(home, kind);
        self.others(home, kind, managed)
    }

    /// Those that are not among `managed`.
    fn others(
        self,
        home: &Address,
        kind: &'static Descriptor,
        managed: BTreeSet<String>,
    ) -> impl Iterator<Item = &'a Live> {
        let login = (self.targets.all.get(home)).and_then(|target| guard::login(target, kind));
        self.lists.of(home, kind).iter().filter(move |live| {
            !managed.contains(&live.id)
                && (kind.builtin)(&live.value).is_none()
                && login.as_ref() != Some(&live.id)
        })
    }

    /// All of them, of the kinds that manifests or the state name something of.
    pub(super) fn all(self) -> Vec<Strangers> {
        let mut all = Vec::new();
        for (home, name) in self.lists.all.keys() {
            let Some(target) = self.targets.all.get(home) else {
                continue;
            };
            let kind = self.input.catalog.named(target.api, name);
            let Some(kind) = kind.filter(|kind| !kind.is_permanent()) else {
                continue;
            };
            let managed = self.managed(home, kind);
            if managed.is_empty() {
                continue;
            }
            let mut names: Vec<String> = (self.others(home, kind, managed))
                .map(|live| key_text(kind, live).unwrap_or(&live.id).to_owned())
                .collect();
            names.sort();
            let reader = target.reader.as_ref();
            let count = names.len() + reader.map_or(0, |reader| reader.left_out(kind));
            names.truncate(NAMED);
            if count > 0 {
                all.push(Strangers {
                    target: home.name().to_owned(),
                    kind: kind.name.to_owned(),
                    count,
                    names,
                });
            }
        }
        all
    }

    /// The ids of the objects that documents and the state name, as far as they are live: those of
    /// other kinds too that the same list shows.
    fn managed(self, home: &Address, kind: &Descriptor) -> BTreeSet<String> {
        let names: BTreeSet<&str> = (self.input.catalog.of(kind.api))
            .filter(|other| other.name == kind.name || are_listed_together(other, kind))
            .map(|other| other.name)
            .collect();
        let is_here =
            |(at, name, _): &&(Address, &'static str, String)| at == home && names.contains(name);
        let declared = self.names.keys().filter(is_here);
        let declared = declared.map(|(_, _, id)| id.clone());
        let owned: &BTreeMap<_, _> = &self.input.snapshot.resources;
        let owned = owned.iter().filter(|(address, entry)| {
            names.contains(address.kind()) && entry.home.as_ref() == Some(home)
        });
        declared
            .chain(owned.map(|(_, entry)| entry.id.clone()))
            .collect()
    }
}

/// Whether one list of the server's shows objects of both (SAML applications stand among the others).
fn are_listed_together(one: &Descriptor, other: &Descriptor) -> bool {
    let path = |kind: &Descriptor| match kind.route.list?.from {
        ListFrom::All(path) | ListFrom::Outline(path) => Some(path),
        _ => None,
    };
    path(one).is_some_and(|shown| path(other) == Some(shown))
}

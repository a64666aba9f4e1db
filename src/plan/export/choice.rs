//! Which objects of a target become documents of their own.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::guard;
use super::super::matching::spell;
use super::super::resolve::key_of;
use super::super::targets::Target;
use super::Left;
use super::names::{Names, called};
use super::place::{Chosen, Place};
use super::read::{Lists, children_of};
use crate::base::Value;
use crate::kind::{Descriptor, Key, Live};

impl Place<'_> {
    /// The objects that become documents, by kind and name. What does not is told.
    pub(super) fn chosen(&self, lists: &Lists, left: &mut Vec<Left>) -> Vec<Chosen> {
        let (mut names, mut chosen) = (Names::default(), Vec::new());
        for kind in &self.kinds {
            let all = lists.get(kind.name).map_or(&[][..], Vec::as_slice);
            let inside = self.inside(kind, lists);
            let login = self.login(kind);
            let taken: Vec<_> = all.iter().filter_map(|live| spelling(kind, live)).collect();
            let mut good = Vec::new();
            for live in all.iter().filter(|live| !inside.contains(&live.id)) {
                let same = |key| taken.iter().filter(|other| **other == key).count();
                let is_known =
                    spelling(kind, live).map_or(kind.key == Key::Single, |key| same(key) == 1);
                let why = match (kind.builtin)(&live.value) {
                    Some(why) => Some(format!("built in: {why}")),
                    None if login.as_deref() == Some(&live.id) => {
                        Some("it is the login in use".to_owned())
                    }
                    None if !is_known => Some(format!(
                        "its key does not tell it from others: `tenantry import ADDRESS {}`",
                        live.id
                    )),
                    None => None,
                };
                match why {
                    Some(why) => left.push(self.left(kind, &called(kind, &live.value), "", &why)),
                    None => good.push(live),
                }
            }
            let names = names.of(kind, &good);
            let begin = chosen.len();
            chosen.extend(good.into_iter().filter_map(|live| {
                Some(Chosen {
                    kind,
                    name: names.get(&live.id)?.clone(),
                    called: called(kind, &live.value),
                    live: live.clone(),
                })
            }));
            chosen[begin..].sort_by(|one, other| one.name.cmp(&other.name));
        }
        chosen
    }

    /// The ids of the objects of `kind` that are written inside their exported parents.
    fn inside(&self, kind: &Descriptor, lists: &Lists) -> BTreeSet<String> {
        let mut inside = BTreeSet::new();
        for parent in &self.kinds {
            for (field, _) in children_of(self, parent).filter(|(_, child)| *child == kind) {
                let parents = lists.get(parent.name).into_iter().flatten();
                let parents = parents.filter(|live| (parent.builtin)(&live.value).is_none());
                let parents: BTreeSet<_> = parents.map(|live| live.id.as_str()).collect();
                let all = lists.get(kind.name).into_iter().flatten();
                let is_inside = |live: &&Live| {
                    let id = live.value.get(field.parent_field).and_then(Value::as_text);
                    id.is_some_and(|id| parents.contains(id))
                };
                inside.extend(all.filter(is_inside).map(|live| live.id.clone()));
            }
        }
        inside
    }

    fn login(&self, kind: &Descriptor) -> Option<String> {
        let target = Target {
            api: self.api,
            settings: self.settings.clone(),
            reader: Some(Arc::clone(&self.reader)),
        };
        guard::login(&target, kind)
    }
}

/// A live object's key in one spelling.
fn spelling(kind: &'static Descriptor, live: &Live) -> Option<Vec<String>> {
    let key = key_of(kind, &live.value)?;
    Some(spell(kind, &key))
}

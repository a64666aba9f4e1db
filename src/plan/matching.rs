//! Which live object is whose: by the id that the state knows, else by the natural key.
//!
//! The lists are indexed once, so that a thousand documents cost a thousand look-ups.

use std::collections::BTreeMap;

use super::delta::spelling;
use super::reading::Lists;
use super::resolve::key_of;
use super::targets::Targets;
use crate::base::{Address, FieldPath, Value};
use crate::kind::{Api, Catalog, Descriptor, Key, Live, Shape};
use crate::manifest::Document;
use crate::state::Entry;

/// What a document's object is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Match {
    /// Not there.
    Absent,
    /// There, and ours.
    Ours(Live),
    /// There, not ours, and the document says that it shall be.
    Adopted(Live),
    /// There, and not ours.
    NotOurs(Live),
    /// Several have the key.
    Ambiguous(usize),
}

impl Match {
    /// The live object, where it is or becomes ours.
    pub(super) fn live(&self) -> Option<&Live> {
        match self {
            Self::Ours(live) | Self::Adopted(live) => Some(live),
            Self::Absent | Self::NotOurs(_) | Self::Ambiguous(_) => None,
        }
    }
}

/// What people call a live object: the first of its natural key that it has, and that does not say
/// what it is in.
pub(super) fn key_text<'l>(kind: &Descriptor, live: &'l Live) -> Option<&'l str> {
    let (Key::Fields(fields) | Key::FirstOf(fields)) = kind.key else {
        return None;
    };
    let parent = kind.route.parent_field();
    let own = fields.iter().filter(|field| Some(**field) != parent);
    let mut texts = own.filter_map(|field| live.value.get(field)?.as_text());
    texts.next()
}

/// Ids by the spelling of a natural key.
type Spellings = BTreeMap<Vec<String>, Vec<String>>;

/// The live objects by id, and by the spelling of their natural keys.
#[derive(Debug, Default)]
pub(super) struct Index {
    ids: BTreeMap<(Address, &'static str), BTreeMap<String, Vec<Live>>>,
    keys: BTreeMap<(Address, &'static str), Spellings>,
}

impl Index {
    /// The index of all lists.
    pub(super) fn of(catalog: Catalog, targets: &Targets, lists: &Lists) -> Self {
        let mut index = Self::default();
        for ((home, name), live) in &lists.all {
            let api = home_api(targets, home);
            let Some(kind) = api.and_then(|api| catalog.named(api, name)) else {
                continue;
            };
            let at = (home.clone(), kind.name);
            let (ids, keys) = (
                index.ids.entry(at.clone()).or_default(),
                index.keys.entry(at).or_default(),
            );
            for live in live {
                ids.entry(live.id.clone()).or_default().push(live.clone());
                for key in spellings(kind, &live.value) {
                    keys.entry(key).or_default().push(live.id.clone());
                }
            }
        }
        index
    }

    /// The live object of an owned one: its id, and for a child its parent too, since a child's
    /// id may be unique in its parent only.
    pub(super) fn owned(&self, kind: &Descriptor, entry: &Entry) -> Option<&Live> {
        let at = (entry.home.clone()?, kind.name);
        let found = self.ids.get(&at)?.get(&entry.id)?;
        let parent = kind.route.listed_by();
        found.iter().find(|live| {
            parent.is_none_or(|field| live.value.get(field) == entry.observed.get(field))
        })
    }

    /// The live object of that id.
    pub(super) fn identified(&self, kind: &Descriptor, home: &Address, id: &str) -> Option<&Live> {
        self.ids.get(&(home.clone(), kind.name))?.get(id)?.first()
    }

    fn named(&self, kind: &'static Descriptor, home: &Address, body: &Value) -> Vec<&Live> {
        let at = (home.clone(), kind.name);
        let wanted = key_of(kind, body).filter(|key| !key.iter().any(|(_, v)| v.has_unknown()));
        let (Some(wanted), Some(ids)) = (wanted, self.ids.get(&at)) else {
            return Vec::new();
        };
        let spelled = spell(kind, &wanted);
        let keys = self.keys.get(&at);
        let mut found: Vec<&String> = keys
            .and_then(|keys| keys.get(&spelled))
            .into_iter()
            .flatten()
            .collect();
        let by_id = (kind.route.shape == Shape::Keyed)
            .then(|| wanted.first()?.1.as_text())
            .flatten();
        let by_id = by_id.and_then(|id| ids.get_key_value(id)).map(|(id, _)| id);
        found.extend(by_id);
        found.sort();
        found.dedup();
        let objects = found.into_iter().filter_map(|id| ids.get(id)).flatten();
        objects
            .filter(|live| {
                key_of(kind, &live.value).is_none_or(|key| {
                    spell(kind, &key) == spelled
                        || Some(&live.id) == by_id
                        || matches!(kind.key, Key::FirstOf(_) | Key::Worked { .. })
                })
            })
            .collect()
    }

    /// The only one of its kind.
    fn only(&self, kind: &Descriptor, home: &Address) -> Vec<&Live> {
        let all = self.ids.get(&(home.clone(), kind.name));
        let all = all.into_iter().flat_map(|ids| ids.values().flatten());
        all.collect()
    }

    /// The tenants of that name: taken for ours only where that was asked for.
    fn called(&self, kind: &Descriptor, home: &Address, body: &Value) -> Vec<&Live> {
        let all = self.ids.get(&(home.clone(), kind.name));
        let all = all.into_iter().flat_map(|ids| ids.values().flatten());
        all.filter(|live| live.value.get("name") == body.get("name"))
            .collect()
    }
}

/// The API of what lives in `home`.
fn home_api(targets: &Targets, home: &Address) -> Option<Api> {
    targets.all.get(home).map(|target| target.api)
}

/// The spellings by which a live object can be found.
fn spellings(kind: &'static Descriptor, live: &Value) -> Vec<Vec<String>> {
    match kind.key {
        Key::Worked { .. } => {
            let keys = (kind.keys)(live).into_iter();
            keys.map(|key| spell(kind, &key)).collect()
        }
        Key::Fields(_) => key_of(kind, live)
            .map(|key| spell(kind, &key))
            .into_iter()
            .collect(),
        Key::FirstOf(names) => {
            let shown = names
                .iter()
                .filter_map(|name| Some((*name, live.get(name)?.clone())));
            let written = shown.filter(|(_, value)| value != &Value::Null);
            written.map(|field| spell(kind, &[field])).collect()
        }
        Key::Single | Key::State => Vec::new(),
    }
}

/// A key in one spelling: names and values as the server takes them for the same.
pub(super) fn spell(kind: &Descriptor, key: &[(&'static str, Value)]) -> Vec<String> {
    key.iter()
        .map(|(name, value)| {
            format!(
                "{name}={}",
                spelling(kind, &FieldPath::field(name), value).to_tagged()
            )
        })
        .collect()
}

/// What is asked about a document's object.
pub(super) struct Asked<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its body with its key resolved.
    pub body: &'a Value,
    /// What the state knows of it.
    pub entry: Option<&'a Entry>,
    /// The id that it is to be found by, if that was said.
    pub imported: Option<&'a str>,
    /// Whether it is taken over if it is there.
    pub adopt: bool,
}

/// Finds the object of a document. `owned` says whether another address owns a live id.
pub(super) fn find(asked: &Asked<'_>, index: &Index, owned: impl Fn(&str) -> bool) -> Match {
    let &Asked {
        document,
        body,
        entry,
        imported,
        adopt,
    } = asked;
    let Some(home) = &document.home else {
        return Match::Absent;
    };
    if let Some(live) = entry.and_then(|entry| index.owned(document.kind, entry)) {
        return Match::Ours(live.clone());
    }
    if let Some(id) = imported {
        return match index.identified(document.kind, home, id) {
            None => Match::Absent,
            Some(one) if owned(id) => Match::NotOurs(one.clone()),
            Some(one) => Match::Adopted(one.clone()),
        };
    }
    let named = match document.kind.key {
        Key::State if adopt => index.called(document.kind, home, body),
        Key::State => Vec::new(),
        Key::Single => index.only(document.kind, home),
        _ => index.named(document.kind, home, body),
    };
    match named.as_slice() {
        [] => Match::Absent,
        // What is always there cannot be made: whoever writes it has it.
        [one] if document.kind.is_permanent() => Match::Ours((*one).clone()),
        [one] if adopt && !owned(&one.id) => Match::Adopted((*one).clone()),
        [one] => Match::NotOurs((*one).clone()),
        several => Match::Ambiguous(several.len()),
    }
}

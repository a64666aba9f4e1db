//! The pre-image of a run: what it set out to change, as it was before. It is written before the
//! first call, so that no crash loses it; what of it was done, state and servers tell.
//!
//! Secrets are in it as keyed fingerprints. Where it is kept is the state's business.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::plan::{Action, Plan, PlannedEdge, Step};
use crate::base::{Address, Code, Diagnostic, FieldPath, Value};
use crate::state::Entry;

/// A pre-image is none, or a newer program's.
pub const UNREADABLE: Code = Code("E0859");

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// The first key of every pre-image.
const MARK: &str = "tenantry_undo";

/// What a run set out to change, as it was before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Tenantry pre-image of a run")]
pub struct Images {
    /// The format's version.
    #[schemars(extend("const" = 1))]
    pub tenantry_undo: u32,
    /// The state's lineage.
    pub lineage: String,
    /// The run, as the journal calls it.
    pub run: String,
    /// When it began.
    #[schemars(with = "String")]
    pub began: Timestamp,
    /// The run that it took back, if that is what it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// Whether everything that it set out to do was done. Of one that did not get there, the next
    /// one's pre-image has what both of them changed.
    pub ended: bool,
    /// By the address that the object had before.
    pub objects: BTreeMap<Address, Image>,
}

/// One object as it was before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// `apiVersion` of its kind.
    pub api_version: String,
    /// The target it lives in.
    pub home: Option<Address>,
    /// What was to be done; none if only what the state says of it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// What it is called since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<Address>,
    /// Whether it was there.
    pub existed: bool,
    /// Whether it was to be ours.
    pub owned: bool,
    /// Everything that can be declared of it, where the object itself was to go.
    #[serde(default, skip_serializing_if = "is_null")]
    pub live: Value,
    /// The fields that were to be changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Changed>,
    /// The edges that were to be added, by relation field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub granted: Edges,
    /// The edges that were to be taken away, by relation field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub revoked: Edges,
    /// What the state said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
}

/// Edges by relation field.
pub type Edges = BTreeMap<String, Vec<PlannedEdge>>;

/// One field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// Which.
    pub path: FieldPath,
    /// What it was.
    pub before: Value,
    /// What it was to be.
    pub after: Value,
}

fn is_null(value: &Value) -> bool {
    value == &Value::Null
}

impl Images {
    /// What `plan` changes, as it is before; `prior` is what the state says of an address.
    pub fn of(plan: &Plan, prior: impl Fn(&Address) -> Option<Entry>) -> Self {
        let before = |address: &Address| {
            let mut moved = plan.moved.iter();
            let old = moved.find(|(_, new)| new == address);
            old.map_or_else(|| address.clone(), |(old, _)| old.clone())
        };
        let mut objects = BTreeMap::new();
        for (address, entry) in &plan.bookkeeping {
            let old = before(address);
            let image = Image::noted(entry, prior(&old));
            objects.insert(old, image);
        }
        for (old, new) in &plan.moved {
            if let Some(entry) = prior(old) {
                let image = objects
                    .entry(old.clone())
                    .or_insert_with(|| Image::noted(&entry, Some(entry.clone())));
                image.moved_to = Some(new.clone());
            }
        }
        let steps = plan.by_address();
        for step in &plan.steps {
            let old = before(&step.address);
            let mut image = Image::of(step, prior(&old));
            let home = step.home.as_ref().and_then(|home| steps.get(home));
            if home.is_some_and(|home| home.action == Action::Replace) && image.entry.is_some() {
                // It died with what it was in, and is made in the new one.
                image.existed = true;
                image.action = Some(Action::Replace);
            }
            let moved_to = (old != step.address).then(|| step.address.clone());
            objects.insert(old, Image { moved_to, ..image });
        }
        Self {
            tenantry_undo: VERSION,
            lineage: String::new(),
            run: String::new(),
            began: Timestamp::now(),
            undoes: plan.undoes,
            ended: false,
            objects,
        }
    }

    /// Takes in what an earlier run changed that this one goes on with: what was before it was
    /// before both.
    pub fn go_on_from(&mut self, earlier: Self) {
        for (address, old) in earlier.objects {
            match self.objects.remove(old.called(&address)) {
                Some(new) => self.objects.insert(address, old.then(new)),
                None => self.objects.insert(address, old),
            };
        }
    }

    /// Reads what [`Images::to_json`] wrote; `file` is how messages call it.
    ///
    /// # Errors
    /// It is no pre-image, or a newer program's.
    pub fn from_json(file: &str, bytes: &[u8]) -> Result<Self, Box<Diagnostic>> {
        let unreadable = |why: String| {
            let message = format!("cannot read the pre-image {file}: {why}");
            Box::new(Diagnostic::error(UNREADABLE, message))
        };
        let json: Json = serde_json::from_slice(bytes).map_err(|no| unreadable(no.to_string()))?;
        match json.get(MARK).and_then(Json::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => {
                let why = format!("its version is {version}, this program knows {VERSION}");
                return Err(unreadable(why));
            }
            None => return Err(unreadable("it is none".to_owned())),
        }
        serde_json::from_value(json).map_err(|no| unreadable(no.to_string()))
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        // Texts, numbers and lists of ours: nothing that serde_json could refuse.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }
}

impl Image {
    /// What the object is called since; `address` is what it was called before.
    pub(super) fn called<'a>(&'a self, address: &'a Address) -> &'a Address {
        self.moved_to.as_ref().unwrap_or(address)
    }

    /// Of an object that needs no call.
    fn noted(entry: &Entry, prior: Option<Entry>) -> Self {
        Self {
            api_version: entry.api_version.clone(),
            home: home_before(prior.as_ref(), entry.home.as_ref()),
            action: None,
            moved_to: None,
            existed: true,
            owned: entry.owned,
            live: Value::Null,
            changes: Vec::new(),
            granted: Edges::new(),
            revoked: Edges::new(),
            entry: prior,
        }
    }

    fn of(step: &Step, prior: Option<Entry>) -> Self {
        let existed = step.live != Value::Null;
        let goes = matches!(
            step.action,
            Action::Delete | Action::Replace | Action::Forget
        );
        let fields = step.changes.iter().filter(|change| !change.is_relation());
        let changes = fields.map(|change| Changed {
            path: change.path.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        });
        Self {
            api_version: step.api_version.clone(),
            home: home_before(prior.as_ref(), step.home.as_ref()),
            action: Some(step.action),
            moved_to: None,
            existed,
            owned: step.owned,
            live: if goes { step.live.clone() } else { Value::Null },
            changes: changes.filter(|_| existed).collect(),
            granted: step.grants.clone(),
            revoked: both(step.revokes.clone(), step.along.clone()),
            entry: prior,
        }
    }

    /// This, and what a later run did to the same object.
    fn then(self, later: Self) -> Self {
        let mut changes = self.changes;
        for change in later.changes {
            match changes.iter_mut().find(|known| known.path == change.path) {
                Some(known) => known.after = change.after,
                None if self.existed => changes.push(change),
                None => {}
            }
        }
        Self {
            action: later.action.or(self.action),
            moved_to: later.moved_to.or(self.moved_to),
            live: if is_null(&self.live) {
                later.live
            } else {
                self.live
            },
            changes,
            granted: both(self.granted, later.granted),
            revoked: both(self.revoked, later.revoked),
            ..self
        }
    }
}

/// Where an object was: what it lives in may have been called otherwise.
fn home_before(prior: Option<&Entry>, now: Option<&Address>) -> Option<Address> {
    let home = prior.map_or(now, |prior| prior.home.as_ref());
    home.cloned()
}

fn both(mut one: Edges, other: Edges) -> Edges {
    for (field, edges) in other {
        let known = one.entry(field).or_default();
        let seen: BTreeSet<String> = known.iter().map(key).collect();
        known.extend(edges.into_iter().filter(|edge| !seen.contains(&key(edge))));
    }
    one
}

fn key(edge: &PlannedEdge) -> String {
    Value::List(edge.key.clone()).to_tagged().to_string()
}

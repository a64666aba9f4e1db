//! The fields of an object as they were: what the state is to say of it, what was changed, and all
//! that it had.

use std::collections::{BTreeMap, BTreeSet};

use super::super::delta::for_each_written;
use super::super::export::{defaults, is_default};
use super::super::plan::Note;
use super::super::records::{put, unset};
use super::image::{Changed, Image};
use super::secrets::{Found, holds_secret};
use super::{Was, is_ours_alone, words};
use crate::base::{Address, FieldPath, Value};
use crate::kind::{Descriptor, Policy};
use crate::state::Entry;

/// The fields of one object.
pub(super) struct Fields {
    /// What the state is to say that is written.
    pub body: Value,
    /// What the run changed, as it was.
    pub changed: Value,
    /// Everything that it had, if it is to be made anew.
    pub whole: Value,
    /// Mappings that are put back whole.
    pub exact: BTreeSet<FieldPath>,
    /// The fields of which the state's word is needed: those that were not there, and secrets.
    pub compared: BTreeSet<FieldPath>,
    /// What cannot be put back.
    pub lost: Vec<Note>,
}

/// One object whose fields are looked at.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// What there was.
    pub was: &'a Was<'a>,
    /// Its kind.
    pub kind: &'static Descriptor,
    /// Its address.
    pub address: &'a Address,
    /// What is kept of it.
    pub image: &'a Image,
    /// What the state says of it now.
    pub now: Option<&'a Entry>,
    /// Whether it is to be made anew.
    pub anew: bool,
}

/// Its fields.
pub(super) fn of(subject: &Subject<'_>) -> Fields {
    let Subject { was, image, .. } = *subject;
    let entry = image.entry.as_ref();
    let depends_on = entry.map(|entry| &entry.depends_on);
    let symbolic = |value: &Value| was.symbols.put_in(value.clone(), depends_on);
    let mut fields = Fields {
        body: entry.map_or_else(empty, |entry| symbolic(&entry.written)),
        changed: empty(),
        whole: empty(),
        exact: BTreeSet::new(),
        compared: BTreeSet::new(),
        lost: Vec::new(),
    };
    for (name, value) in image.live.as_map().into_iter().flatten() {
        let path = FieldPath::field(name);
        if is_made_with(subject.kind, &path, value) {
            put(&mut fields.whole, &path, symbolic(value));
        }
    }
    for change in &image.changes {
        if !change.before.has_unknown() && !is_ours_alone(subject.kind, &change.path) {
            let before = symbolic(&change.before);
            let change = Changed {
                before,
                ..change.clone()
            };
            fields.take(subject, &change);
        }
    }
    if subject.anew {
        fields.find_secrets(subject);
    }
    fields.take_ours(subject);
    fields
}

fn empty() -> Value {
    Value::Map(BTreeMap::new())
}

impl Fields {
    /// One field that was changed.
    fn take(&mut self, subject: &Subject<'_>, change: &Changed) {
        let Changed { path, before, .. } = change;
        if let Some(why) = unreturnable(subject.kind, path) {
            return self.lose(subject, path, why);
        }
        if before == &Value::Null {
            self.compared.insert(path.clone());
            return self.say(path, &Value::Null);
        }
        match subject.was.revealed(subject.address, path, before) {
            Found::Value(value) => {
                if holds_secret(&value) {
                    self.compared.insert(path.clone());
                }
                if matches!(value, Value::Map(_)) {
                    self.exact.insert(path.clone());
                }
                self.say(path, &value);
                put(&mut self.changed, path, value);
            }
            Found::Lost(why) => self.lose(subject, path, why),
        }
    }

    /// A field that stays as the run left it.
    fn lose(&mut self, subject: &Subject<'_>, path: &FieldPath, why: &str) {
        self.lost.push(words::field(subject.address, path, why));
        if let Some(value) = subject.now.and_then(|now| now.written.at(path)) {
            self.say(path, &value.clone());
        }
    }

    /// Says what is written, where something is.
    fn say(&mut self, path: &FieldPath, value: &Value) {
        if self.body.at(path).is_some() {
            put(&mut self.body, path, value.clone());
        }
    }

    /// Gives the secrets of an object that is made anew their sources, as far as those still give the
    /// same texts; others are left out.
    fn find_secrets(&mut self, subject: &Subject<'_>) {
        for part in [&mut self.body, &mut self.whole] {
            let mut secrets = Vec::new();
            for_each_written(part, &FieldPath::root(), &mut |path, leaf| {
                if holds_secret(leaf) {
                    secrets.push((path.clone(), leaf.clone()));
                }
            });
            for (path, leaf) in secrets {
                match subject.was.revealed(subject.address, &path, &leaf) {
                    Found::Value(value) => put(part, &path, value),
                    Found::Lost(why) => {
                        unset(part, &path);
                        let note = words::field(subject.address, &path, why);
                        if !self.lost.contains(&note) {
                            self.lost.push(note);
                        }
                    }
                }
            }
        }
    }

    /// What is ours alone is as the manifests say it.
    fn take_ours(&mut self, subject: &Subject<'_>) {
        let document = subject.was.documents.get(subject.address);
        let said = document.and_then(|document| document.body.as_map());
        for (name, value) in said.into_iter().flatten() {
            let path = FieldPath::field(name);
            if is_ours_alone(subject.kind, &path) {
                put(&mut self.body, &path, value.clone());
            }
        }
    }
}

/// Whether a creation has to be told what a live object had there.
fn is_made_with(kind: &Descriptor, path: &FieldPath, value: &Value) -> bool {
    !is_default(kind, &defaults(kind), path, value) && !is_ours_alone(kind, path)
}

/// Why a field cannot be put back, by its policies or those of the field around it.
fn unreturnable(kind: &Descriptor, path: &FieldPath) -> Option<&'static str> {
    let paid = |policy: &Policy| matches!(policy, Policy::Once { .. } | Policy::Billed);
    let top = FieldPath::field(path.top()?);
    let is_paid = kind.has(path, paid) || kind.has(&top, paid);
    is_paid.then_some("what was paid for is not given back")
}

/// Of `written` what is at `paths`; null where nothing is.
pub(super) fn only(written: &Value, paths: &BTreeSet<FieldPath>) -> Value {
    let mut kept = empty();
    for path in paths {
        put(
            &mut kept,
            path,
            written.at(path).cloned().unwrap_or_default(),
        );
    }
    kept
}

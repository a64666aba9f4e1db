//! A plan that takes a run back: what somebody has changed since, what is said of each step, and what
//! the state is to say again.

use super::super::matching::Match;
use super::super::plan::{Action, Note, Step};
use super::super::undo::{Seen, Undoing, conflicts, made_since};
use super::Planner;
use crate::base::{Address, Value};
use crate::kind::secrets::concealed;
use crate::kind::{Descriptor, Live};

impl Planner<'_> {
    /// The refusals where somebody has changed since what the run left.
    pub(super) fn conflicts(&mut self) -> Vec<Note> {
        let Some(undoing) = self.input.options.undo else {
            return Vec::new();
        };
        let concerned: Vec<Address> = self.steps.iter().map(|step| step.address.clone()).collect();
        let seen: Vec<_> = (concerned.iter())
            .filter_map(|address| self.seen(undoing, address))
            .collect();
        let mut refusals = conflicts(undoing, &seen);
        refusals.extend(self.taken_over());
        refusals
    }

    /// Those that somebody has made again, and that are taken over.
    fn taken_over(&self) -> Vec<Note> {
        let again = self.order.iter().filter(|document| {
            let put_back = document.put_back.as_ref();
            let matched = self.matches.get(&document.address);
            put_back.is_some_and(|it| it.id.is_none()) && matches!(matched, Some(Match::Adopted(_)))
        });
        again
            .map(|document| made_since(&document.address))
            .collect()
    }

    /// What is live of an object that a step changes.
    fn seen<'b>(&mut self, undoing: &Undoing, address: &'b Address) -> Option<Seen<'b>> {
        let entry = undoing.kept_of(address);
        let matched = self.matches.get(address);
        let document = self.document(address);
        let kind = match (document, entry) {
            (Some(document), _) => document.kind,
            (None, Some(entry)) => self
                .input
                .catalog
                .stored(&entry.api_version, address.kind())?,
            (None, None) => return None,
        };
        let live = match (matched.and_then(Match::live), entry) {
            (Some(live), _) => Some(live.clone()),
            (None, Some(entry)) => self.index.owned(kind, entry).cloned(),
            (None, None) => None,
        };
        let live = live.map(|live| self.shown(kind, address, &live));
        Some(Seen {
            kind,
            live,
            address,
        })
    }

    /// A live object as it may be shown.
    fn shown(&mut self, kind: &'static Descriptor, address: &Address, live: &Live) -> Value {
        let live = self.shapes.of(kind).project(kind, &live.value);
        let undoing = self.input.options.undo;
        let written = undoing.and_then(|undoing| undoing.kept_of(address));
        let patterns: Vec<&Value> = written.map(|entry| &entry.written).into_iter().collect();
        concealed(kind, address, &live, &patterns, self.input.key)
    }

    /// Says why each step is there, and leaves out what the state says already.
    pub(super) fn say_what_is_undone(&mut self) {
        let Some(undoing) = self.input.options.undo else {
            return;
        };
        for step in &mut self.steps {
            if let Some(reason) = reason(step) {
                reason.clone_into(&mut step.reason);
            }
        }
        self.bookkeeping
            .retain(|address, entry| undoing.kept_of(address) != Some(entry));
        self.notes.push(undoing.about.clone());
    }
}

fn reason(step: &Step) -> Option<&'static str> {
    match step.action {
        Action::Create if step.owned => Some("the run that is taken back deleted it"),
        Action::Create | Action::Replace => None,
        Action::Update if step.is_farewell() => {
            Some("the run that is taken back made it ours: it is put back as it was")
        }
        Action::Update => Some("it is put back as it was"),
        Action::Delete => Some("the run that is taken back made it"),
        Action::Adopt => Some("the run that is taken back forgot it"),
        Action::Forget if step.live == Value::Null => None,
        Action::Forget => Some("the run that is taken back made it ours"),
    }
}

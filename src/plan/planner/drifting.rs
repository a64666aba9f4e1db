//! What somebody else did since the last apply, what that means for access, and what is live that
//! nobody knows of.

use super::super::AccessChange;
use super::super::drift::{self, Found};
use super::super::plan::{Drift, Effect, Strangers};
use super::Planner;
use crate::base::Address;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Drifted {
    /// The objects.
    pub drift: Vec<Drift>,
    /// What it does to access; nothing where that was not looked at.
    pub access: Vec<AccessChange>,
    /// What nobody knows of.
    pub strangers: Vec<Strangers>,
    /// The steps that do more than take it back.
    pub pending: Vec<Address>,
}

impl Planner<'_> {
    /// Looks for it. Access and strangers are looked at for `drift` alone, for what they cost.
    pub(super) async fn drifted(&mut self) -> Drifted {
        let found = drift::drift(
            self.input,
            &self.lists,
            &self.index,
            &self.edges,
            &self.names,
            &self.steps,
        );
        let pending = self.pending(&found);
        let (found, notes, warnings) = drift::ignored(self.input, found);
        self.notes.extend(notes);
        self.lapsed = warnings;
        if !self.input.options.all_edges {
            let drift = found.into_iter().map(|found| found.drift).collect();
            return Drifted {
                drift,
                pending,
                ..Drifted::default()
            };
        }
        let (mut drift, back): (Vec<Drift>, Vec<_>) = found
            .into_iter()
            .map(|Found { drift, back }| (drift, back))
            .unzip();
        // What taking it back does to access is what it did, the other way round.
        let planned = std::mem::replace(&mut self.steps, back);
        let mut access = self.access().await;
        self.steps = planned;
        for change in &mut access {
            change.gained = !change.gained;
        }
        access.sort_by_key(|change| (!change.everything, !change.gained));
        for one in &mut drift {
            one.access = effect(&one.address, &access);
        }
        drift.sort_by(|a, b| b.access.cmp(&a.access).then(a.address.cmp(&b.address)));
        self.trace(&mut drift).await;
        Drifted {
            drift,
            access,
            strangers: self.around().all(),
            pending,
        }
    }

    /// The steps that do more than take back what was found.
    fn pending(&self, found: &[Found]) -> Vec<Address> {
        let is_back = |address: &Address| {
            let mut drift = found.iter().map(|found| &found.drift);
            drift.any(|drift| drift.address == *address && drift.conflicts.is_empty())
        };
        let steps = self.steps.iter().map(|step| &step.address);
        steps.filter(|address| !is_back(address)).cloned().collect()
    }
}

/// The weightiest thing that a change of this object does to access.
fn effect(address: &Address, access: &[AccessChange]) -> Effect {
    let whole = address.to_string();
    let within = format!("{}/{}", address.kind(), address.name());
    let concerned = access.iter().filter(|change| {
        Some(change.target.as_str()) == address.target()
            && (change.who.contains(&whole) || change.through.contains(&within))
    });
    let effects = concerned.map(|change| match (change.gained, change.everything) {
        (true, true) => Effect::Everything,
        (true, false) => Effect::Wider,
        (false, _) => Effect::Narrower,
    });
    effects.max().unwrap_or_default()
}

//! Who changed what was found, and when: asked of each target once, and only where something was
//! found. What no log tells stays unsaid.

use std::collections::{BTreeMap, BTreeSet};

use super::super::input::NO_TRACE;
use super::super::plan::{Drift, Note};
use super::Planner;
use crate::base::Address;
use crate::kind::{Descriptor, RemoteKind, Trace, Traced};

impl Planner<'_> {
    /// Adds what the targets' logs tell. A log that cannot be read is a note, no fault.
    pub(super) async fn trace(&mut self, drift: &mut [Drift]) {
        let mut by_home: BTreeMap<&Address, Vec<(usize, Traced<'_>)>> = BTreeMap::new();
        for (at, one) in drift.iter().enumerate() {
            if let Some((home, traced)) = self.traced(&one.address) {
                by_home.entry(home).or_default().push((at, traced));
            }
        }
        let mut notes = Vec::new();
        let mut found = Vec::new();
        for (home, of) in by_home {
            let target = self.targets.all.get(home);
            let Some(reader) = target.and_then(|target| target.reader.as_ref()) else {
                continue;
            };
            let asked: Vec<Traced<'_>> = of.iter().map(|(_, traced)| *traced).collect();
            match reader.traces(&asked).await {
                Ok(traces) => found.extend(of.iter().filter_map(|(at, traced)| {
                    let trace = traces.get(traced.id)?;
                    Some((*at, self.named(home, trace.clone())))
                })),
                // A server that has no such log says nothing by that.
                Err(error) if error.kind == RemoteKind::NotOffered => {}
                Err(error) => notes.push(Note {
                    code: NO_TRACE.to_string(),
                    message: format!("cannot read who changed what in `{home}`: {error}"),
                    address: Some(home.clone()),
                    hint: None,
                }),
            }
        }
        for (at, trace) in found {
            drift[at].trace = Some(trace);
        }
        self.notes.extend(notes);
    }

    /// Where an owned object lives, and what its server calls it.
    fn traced(&self, address: &Address) -> Option<(&Address, Traced<'_>)> {
        let entry = self.input.snapshot.resources.get(address)?;
        let kind = (self.input.catalog).stored(&entry.api_version, address.kind())?;
        let id = entry.id.as_str();
        Some((entry.home.as_ref()?, Traced { kind, id }))
    }

    /// The same with our names in the place of the ids that we know.
    fn named(&self, home: &Address, trace: Trace) -> Trace {
        let name = |id: String| self.name_of(home, &id).unwrap_or(id);
        let candidates: BTreeSet<String> = trace.candidates.into_iter().map(name).collect();
        Trace {
            user: trace.user.map(name),
            application: trace.application.map(name),
            candidates,
            ..trace
        }
    }

    /// Our name of an object in that target, of whichever kind.
    fn name_of(&self, home: &Address, id: &str) -> Option<String> {
        let kinds = self.input.catalog.all();
        let declared = |kind: &'static Descriptor| {
            let key = (home.clone(), kind.name, id.to_owned());
            self.names.get(&key).map(ToString::to_string)
        };
        let mut kinds = kinds.filter(|kind| !kind.is_permanent());
        kinds.find_map(declared)
    }
}

//! Where templates stand, so that what is wrong with one is said once, not once a tenant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Diagnostic, SourceFile};

/// Ranges of lines that are templates, by file.
#[derive(Debug, Default)]
pub(in crate::manifest) struct Places(BTreeMap<String, BTreeSet<(u32, u32)>>);

impl Places {
    /// Notes a template.
    pub(super) fn add(&mut self, file: &Arc<SourceFile>, lines: (u32, u32)) {
        self.0.entry(file.name.clone()).or_default().insert(lines);
    }

    /// Keeps the first of the messages with one code about one place of a template, and says how
    /// many more tenants it is true of.
    pub(in crate::manifest) fn once_a_place(&self, all: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if self.0.is_empty() {
            return all;
        }
        let mut kept: Vec<(Diagnostic, usize)> = Vec::new();
        let mut first = BTreeMap::new();
        for diagnostic in all {
            let key = self.key(&diagnostic);
            if let Some(at) = key.as_ref().and_then(|key| first.get(key).copied()) {
                let (_, more): &mut (Diagnostic, usize) = &mut kept[at];
                *more += 1;
            } else {
                first.extend(key.map(|key| (key, kept.len())));
                kept.push((diagnostic, 0));
            }
        }
        kept.into_iter()
            .map(|(one, more)| told(one, more))
            .collect()
    }

    /// The code and the main place, if that is in a template.
    fn key(&self, diagnostic: &Diagnostic) -> Option<(String, u32, u32, String)> {
        let place = diagnostic.places.first()?;
        let ranges = self.0.get(&place.file.name)?;
        let (line, column) = (place.at.line, place.at.column);
        let inside = ranges
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&line));
        inside.then(|| {
            (
                place.file.name.clone(),
                line,
                column,
                diagnostic.code.to_string(),
            )
        })
    }
}

fn told(mut diagnostic: Diagnostic, more: usize) -> Diagnostic {
    if more > 0 {
        let others = if more == 1 {
            "one more tenant".to_owned()
        } else {
            format!("{more} more tenants")
        };
        diagnostic
            .hints
            .push(format!("the same is so for {others} of the set"));
    }
    diagnostic
}

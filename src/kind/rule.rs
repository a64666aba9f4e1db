//! What a plan may not do to an object unless it is asked to by name: rules that kinds declare.

use std::collections::BTreeMap;

use crate::base::Value;

/// A rule about what becomes of an object.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its name in `--override NAME=ADDRESS`.
    pub name: &'static str,
    /// One line for the kind's page.
    pub about: &'static str,
    /// Whether a step could break it: only then is anything read for it.
    pub concerns: fn(&Outlook<'_>) -> bool,
    /// The kinds whose objects in the same target it looks at.
    pub looks_at: &'static [&'static str],
    /// Why the step is refused, if it is.
    pub refuses: fn(&Outlook<'_>) -> Option<String>,
}

/// What becomes of an object and of those around it.
#[derive(Debug, Clone, Copy)]
pub struct Outlook<'a> {
    /// The object as it is; null if it is not there or not known yet.
    pub live: &'a Value,
    /// The object as it will be, as far as that is known; none if it goes.
    pub after: Option<&'a Value>,
    /// Whether the object that is there goes, for good or to be replaced.
    pub dies: bool,
    /// The objects of the kinds that the rule looks at, as they will be; a kind that is not known
    /// is not there.
    pub others: &'a BTreeMap<&'static str, Vec<Value>>,
    /// The settings of the target, with which we are logged in.
    pub settings: &'a Value,
}

impl Outlook<'_> {
    /// The objects of a kind, as they will be, if that is known.
    pub fn of(&self, kind: &str) -> Option<&[Value]> {
        self.others.get(kind).map(Vec::as_slice)
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

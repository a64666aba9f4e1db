//! The rules of kinds: what a step would make of its object and of those around it, refused where
//! nobody could pass any more.

use std::collections::{BTreeMap, BTreeSet};

use super::guard::refusal;
use super::input::Input;
use super::plan::{Action, Note, Step};
use super::reading::Lists;
use super::targets::Targets;
use crate::base::{Address, Code, Value};
use crate::kind::{Descriptor, Live, Outlook, Rule};

/// A rule of a kind.
const RULE: Code = Code("E0409");

/// What rules are looked at with.
pub(super) struct Outlooks<'a> {
    /// The plan's input.
    pub input: &'a Input<'a>,
    /// The targets.
    pub targets: &'a Targets,
    /// The live lists.
    pub lists: &'a Lists,
    /// The plan's steps.
    pub steps: &'a [Step],
}

/// A rule, and the step that it is about.
struct Case<'a> {
    step: &'a Step,
    home: &'a Address,
    rule: &'static Rule,
    live: &'a Value,
    after: Option<Value>,
    dies: bool,
}

impl<'a> Outlooks<'a> {
    /// The kinds, by target, that some rule wants to see and nobody has read.
    pub(super) fn wanted(&self) -> BTreeSet<(Address, &'static str)> {
        let nothing = BTreeMap::new();
        let cases = self.cases();
        let concerned = cases
            .iter()
            .filter(|case| (case.rule.concerns)(&self.outlook(case, &nothing)));
        let wanted = concerned.flat_map(|case| {
            let kinds = case.rule.looks_at.iter();
            kinds.map(|kind| (case.home.clone(), *kind))
        });
        wanted
            .filter(|wanted| !self.lists.all.contains_key(wanted))
            .collect()
    }

    /// The refusals.
    pub(super) fn refusals(&self) -> Vec<Note> {
        let nothing = BTreeMap::new();
        let mut notes = Vec::new();
        for case in self.cases() {
            if !(case.rule.concerns)(&self.outlook(&case, &nothing)) {
                continue;
            }
            let others = self.others(case.home, case.rule.looks_at);
            if let Some(why) = (case.rule.refuses)(&self.outlook(&case, &others)) {
                let message = format!("`{}`: {why}", case.step.address);
                notes.push(refusal(RULE, case.rule.name, &case.step.address, message));
            }
        }
        notes
    }

    fn cases(&self) -> Vec<Case<'a>> {
        let mut cases = Vec::new();
        for step in self.steps {
            let kind = self.kind(step);
            let (Some(kind), Some(home)) = (kind, &step.home) else {
                continue;
            };
            if step.action == Action::Forget {
                continue;
            }
            let live = self.live(home, kind, step).map_or(&step.live, |l| &l.value);
            for rule in kind.rules {
                cases.push(Case {
                    step,
                    home,
                    rule,
                    live,
                    after: after(step, live),
                    dies: matches!(step.action, Action::Delete | Action::Replace),
                });
            }
        }
        cases
    }

    fn kind(&self, step: &Step) -> Option<&'static Descriptor> {
        step.kind(self.input.catalog)
    }

    fn live(&self, home: &Address, kind: &Descriptor, step: &Step) -> Option<&'a Live> {
        let id = step.id.as_deref()?;
        let mut list = self.lists.of(home, kind).iter();
        list.find(|live| live.id == id)
    }

    fn outlook<'b>(
        &'b self,
        case: &'b Case<'_>,
        others: &'b BTreeMap<&'static str, Vec<Value>>,
    ) -> Outlook<'b> {
        let target = self.targets.all.get(case.home);
        Outlook {
            live: case.live,
            after: case.after.as_ref(),
            dies: case.dies,
            others,
            settings: target.map_or(&Value::Null, |target| &target.settings),
        }
    }

    /// The objects of `kinds` in `home` as they will be.
    fn others(
        &self,
        home: &Address,
        kinds: &'static [&'static str],
    ) -> BTreeMap<&'static str, Vec<Value>> {
        let api = self.targets.all.get(home).map(|target| target.api);
        let known = kinds.iter().filter_map(|name| {
            let kind = self.input.catalog.named(api?, name)?;
            Some((*name, self.future(home, kind)))
        });
        known.collect()
    }

    fn future(&self, home: &Address, kind: &Descriptor) -> Vec<Value> {
        let here = |step: &&Step| {
            step.home.as_ref() == Some(home)
                && step.address.kind() == kind.name
                && step.action != Action::Forget
        };
        let steps: Vec<&Step> = self.steps.iter().filter(here).collect();
        let of = |live: &Live| {
            let id = Some(live.id.as_str());
            match steps.iter().find(|step| step.id.as_deref() == id) {
                Some(step) => after(step, &live.value),
                None => Some(live.value.clone()),
            }
        };
        let mut future: Vec<Value> = self.lists.of(home, kind).iter().filter_map(of).collect();
        let new = steps.iter().filter(|step| step.id.is_none());
        future.extend(new.map(|step| step.object.clone()));
        future
    }
}

/// The object as it will be; none if it goes.
fn after(step: &Step, live: &Value) -> Option<Value> {
    match step.action {
        Action::Delete => None,
        Action::Create | Action::Replace => Some(step.object.clone()),
        Action::Update | Action::Adopt | Action::Forget => {
            let mut after = live.as_map().cloned().unwrap_or_default();
            for field in &step.send {
                if let Some(value) = step.object.get(field) {
                    after.insert(field.clone(), value.clone());
                }
            }
            Some(Value::Map(after))
        }
    }
}

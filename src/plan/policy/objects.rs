//! Objects that may not be touched, and live ones that must be in a manifest.

use super::access::because;
use super::{DENIED, Policing, UNMANAGED, refusals};
use crate::base::{Address, glob};
use crate::kind::Descriptor;
use crate::manifest::policy::{Deny, Unmanaged};
use crate::plan::matching::key_text;
use crate::plan::plan::{Action, Note};

impl Policing<'_> {
    /// What `create`, `update` and `delete` rules deny.
    pub(super) fn denied_steps(&self, rules: &[Deny]) -> Vec<Note> {
        let notes = rules.iter().flat_map(|rule| {
            let steps = self.steps.iter().filter_map(|step| {
                let (verb, pattern) = match step.action {
                    Action::Create => ("created", &rule.create),
                    Action::Update => ("updated", &rule.update),
                    Action::Delete => ("deleted", &rule.delete),
                    Action::Replace => ("replaced", &rule.delete),
                    Action::Adopt | Action::Forget => return None,
                };
                let address = step.address.to_string();
                let denied = glob::fits(pattern.as_ref()?, &address) && rule.concerns(&address);
                denied.then_some((verb, address))
            });
            steps
                .flat_map(|(verb, address)| {
                    let say = |what: &str| format!("{what} would be {verb}{}", because(rule));
                    let name = format!("deny.{}", rule.name);
                    refusals(DENIED, &name, vec![address], say)
                })
                .collect::<Vec<_>>()
        });
        notes.collect()
    }

    /// Live objects that no manifest names and no rule allows.
    pub(super) fn unmanaged(&self, rules: &[Unmanaged]) -> Vec<Note> {
        let mut notes = Vec::new();
        for rule in rules {
            for (home, target) in &self.around.targets.all {
                let kind = self.around.input.catalog.named(target.api, &rule.kind);
                if let Some(kind) = kind.filter(|_| rule.looks_at(home.name())) {
                    let found = self.strangers(rule, home, kind);
                    let say = |what: &str| {
                        format!("{what} is live and in no manifest, which the policy wants")
                    };
                    notes.extend(refusals(UNMANAGED, "unmanaged", found, say));
                }
            }
        }
        notes
    }

    fn strangers(
        &self,
        rule: &Unmanaged,
        home: &Address,
        kind: &'static Descriptor,
    ) -> Vec<String> {
        let lived = self.around.strangers(home, kind);
        let named = lived.filter_map(|live| {
            let name = key_text(kind, live).unwrap_or(&live.id);
            (!rule.allows(&[name, &live.id]))
                .then(|| format!("{}/{}/{name}", home.name(), kind.name))
        });
        named.collect()
    }
}

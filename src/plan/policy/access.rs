//! Access that nobody may gain or lose.
//!
//! Rules are written in the words of plans, and are held against just those.

use super::{BREAK_GLASS, DENIED, Policing, refusals};
use crate::base::glob;
use crate::manifest::policy::Deny;
use crate::plan::AccessChange;
use crate::plan::plan::{Action, Note};

/// What stands for everything that makes a superuser.
const EVERYTHING: &str = "everything";

impl Policing<'_> {
    /// What `gain` and `lose` rules deny.
    pub(super) fn denied_access(&self, rules: &[Deny]) -> Vec<Note> {
        let rules = rules.iter().filter_map(|rule| {
            let gains = rule.gain.as_deref().map(|what| (rule, true, what));
            gains.or_else(|| rule.lose.as_deref().map(|what| (rule, false, what)))
        });
        let notes = rules.flat_map(|(rule, gained, what)| {
            let mut notes = Vec::new();
            for change in self.access.iter().filter(|change| change.gained == gained) {
                let Some(right) = denied_right(change, what) else {
                    continue;
                };
                let who = change.who.iter().filter(|who| rule.concerns(who));
                let verb = if gained { "gain" } else { "lose" };
                let way = way(change);
                let say = |who: &str| format!("{who} would {verb} {right}{way}{}", because(rule));
                let name = format!("deny.{}", rule.name);
                notes.extend(refusals(DENIED, &name, who.cloned().collect(), say));
            }
            notes
        });
        let mut notes: Vec<Note> = notes.collect();
        notes.dedup_by(|one, other| one.hint == other.hint);
        notes
    }

    /// What would be taken from those who must keep what they have.
    pub(super) fn broken_glass(&self, kept: &[String]) -> Vec<Note> {
        let must_keep = |who: &str| kept.iter().any(|pattern| glob::fits(pattern, who));
        let mut notes = Vec::new();
        for change in self.access.iter().filter(|change| !change.gained) {
            let who = change.who.iter().filter(|who| must_keep(who)).cloned();
            let rights = change.rights.join(", ");
            let say = |who: &str| format!("{who} must keep access, and would lose {rights}");
            notes.extend(refusals(BREAK_GLASS, "break-glass", who.collect(), say));
        }
        for step in self.steps {
            let address = step.address.to_string();
            let verb = match step.action {
                Action::Delete => "deleted",
                Action::Replace => "replaced",
                _ => continue,
            };
            if must_keep(&address) {
                let say = |who: &str| format!("{who} must keep access, and would be {verb}");
                notes.extend(refusals(BREAK_GLASS, "break-glass", vec![address], say));
            }
        }
        notes
    }
}

/// The rule's name and reason, for the end of a sentence.
pub(super) fn because(rule: &Deny) -> String {
    let name = format!(", which the rule `{}` denies", rule.name);
    match &rule.reason {
        Some(reason) => format!("{name}: {reason}"),
        None => name,
    }
}

/// Through whom it is, in words.
fn way(change: &AccessChange) -> String {
    if change.through.is_empty() {
        return String::new();
    }
    format!(" through {}", change.through.join(", "))
}

/// The first right of a change that fits.
fn denied_right<'a>(change: &'a AccessChange, what: &str) -> Option<&'a str> {
    if what == EVERYTHING {
        let first = change.rights.first().filter(|_| change.everything);
        return first.map(String::as_str);
    }
    let mut rights = change.rights.iter();
    let fits = |right: &&String| names(right).iter().any(|name| glob::fits(what, name));
    rights.find(fits).map(String::as_str)
}

/// What a right can be called: as plans show it, without the place that it is inside of, and the
/// resource alone.
fn names(right: &str) -> Vec<&str> {
    let bare = right.split_once(" in ").map_or(right, |(bare, _)| bare);
    let resource = bare.split_once(" on ").map(|(_, resource)| resource);
    let mut names = vec![right, bare];
    names.extend(resource);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(right: &str, everything: bool) -> AccessChange {
        AccessChange {
            target: "prod".into(),
            gained: true,
            everything,
            who: vec!["prod/user/alice".into()],
            rights: vec![right.into()],
            through: Vec::new(),
        }
    }

    fn fits(right: &str, what: &str) -> bool {
        denied_right(&change(right, false), what).is_some()
    }

    #[test]
    fn rights_are_named_as_plans_show_them() {
        assert!(fits("full on dcos:superuser", "full on dcos:superuser"));
        assert!(fits("full on dcos:superuser", "dcos:superuser"));
        assert!(fits(
            "full on dcos:adminrouter:ops:mesos",
            "dcos:adminrouter:*"
        ));
        assert!(fits(
            "scope/orders.read in organization/globex",
            "scope/orders.*"
        ));
        assert!(fits(
            "scope/a in organization/globex",
            "* in organization/globex"
        ));
        assert!(!fits("full on dcos:superuser2", "dcos:superuser"));
        assert!(!fits("scope/orders.read", "orders"));
    }

    #[test]
    fn everything_is_what_makes_a_superuser() {
        assert!(denied_right(&change("full on dcos:superuser", true), EVERYTHING).is_some());
        assert!(denied_right(&change("scope/everything", false), EVERYTHING).is_none());
    }
}

//! What the repository's policy refuses of a plan. Pure.
//!
//! Every refusal is for one rule and one object, principal or group of them, and can be overridden
//! by that name alone.

mod access;
mod limits;
mod objects;

use std::collections::BTreeMap;

use super::AccessChange;
use super::plan::{Note, Step};
use super::strangers::Around;
use crate::base::{Address, Code};
use crate::manifest::policy::Policy;

/// More than a limit.
pub(super) const LIMIT: Code = Code("E0413");
/// What a rule denies.
pub(super) const DENIED: Code = Code("E0414");
/// Somebody who must keep their access.
pub(super) const BREAK_GLASS: Code = Code("E0415");
/// A live object that must be in a manifest.
pub(super) const UNMANAGED: Code = Code("E0416");

/// From how many on those of one kind are refused together.
const MANY: usize = 10;

/// What a policy is held against.
pub(super) struct Policing<'a> {
    /// What was read.
    pub around: Around<'a>,
    /// The plan's steps.
    pub steps: &'a [Step],
    /// Who gains and loses what.
    pub access: &'a [AccessChange],
}

impl Policing<'_> {
    /// Everything that is refused.
    pub(super) fn refusals(&self) -> Vec<Note> {
        let none = Policy::default();
        let policy = self.around.input.options.policy.unwrap_or(&none);
        let mut all = self.over_limits(&policy.limits);
        all.extend(self.denied_access(&policy.deny));
        all.extend(self.denied_steps(&policy.deny));
        all.extend(self.broken_glass(&policy.break_glass));
        all.extend(self.unmanaged(&policy.unmanaged));
        all
    }
}

/// A refusal by `rule` about what people call `subject`.
fn refusal(code: Code, rule: &str, subject: &str, message: String) -> Note {
    let subject = subject.replace(char::is_whitespace, "-");
    Note {
        code: code.to_string(),
        message,
        address: subject.parse::<Address>().ok(),
        hint: Some(format!("--override {rule}={subject}")),
    }
}

/// Refusals for each of `subjects`, or for all of one place and kind together where they are many:
/// then it is overridden by `prod/user/*`.
fn refusals(
    code: Code,
    rule: &str,
    subjects: Vec<String>,
    say: impl Fn(&str) -> String,
) -> Vec<Note> {
    let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for subject in subjects {
        let place = subject.rsplit_once('/').map_or("", |(place, _)| place);
        alike.entry(format!("{place}/*")).or_default().push(subject);
    }
    let one = |subject: &String| refusal(code, rule, subject, say(&format!("`{subject}`")));
    let notes = alike.into_iter().flat_map(|(all, mut subjects)| {
        subjects.sort();
        subjects.dedup();
        if subjects.len() < MANY {
            return subjects.iter().map(one).collect::<Vec<_>>();
        }
        let first = subjects[..3].join("`, `");
        let who = format!("{} of `{all}` (`{first}`, …)", subjects.len());
        vec![refusal(code, rule, &all, say(&who))]
    });
    notes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(subjects: Vec<String>) -> Vec<String> {
        let notes = refusals(DENIED, "deny.x", subjects, |who| format!("{who} gains"));
        notes.into_iter().filter_map(|note| note.hint).collect()
    }

    #[test]
    fn a_few_are_refused_one_by_one_and_many_together() {
        let few = vec!["prod/user/b".to_owned(), "prod/user/a".to_owned()];
        assert_eq!(
            hints(few),
            [
                "--override deny.x=prod/user/a",
                "--override deny.x=prod/user/b"
            ]
        );
        let many = (0..20).map(|n| format!("prod/user/u{n}")).collect();
        assert_eq!(hints(many), ["--override deny.x=prod/user/*"]);
    }

    #[test]
    fn those_without_an_address_can_be_overridden_too() {
        let newcomers = vec!["every new user of acme".to_owned()];
        assert_eq!(
            hints(newcomers),
            ["--override deny.x=every-new-user-of-acme"]
        );
    }
}

//! Changes by hand that the repository's policy says to let be: each rule with a reason, and only
//! until its day.

use jiff::civil::Date;

use super::super::input::{IGNORED, LAPSED};
use super::super::plan::{Drift, Note};
use super::Found;
use crate::base::{Code, FieldPath, glob};
use crate::manifest::policy::DriftRule;

/// Takes what rules say to let be out of `found`, and tells of that, and of rules that ended.
pub(super) fn ignore(
    found: Vec<Found>,
    rules: &[DriftRule],
    today: Date,
) -> (Vec<Found>, Vec<Note>, Vec<Note>) {
    let ended = |rule: &&DriftRule| rule.until.parse::<Date>().is_ok_and(|day| day < today);
    let (lapsed, valid): (Vec<_>, Vec<_>) = rules.iter().partition(ended);
    let mut used = vec![0_usize; valid.len()];
    let mut ended = vec![false; lapsed.len()];
    let mut left = Vec::new();
    for mut one in found {
        for (rule, ended) in lapsed.iter().zip(&mut ended) {
            *ended |= fits(rule, &one.drift);
        }
        for (rule, used) in valid.iter().zip(&mut used) {
            if glob::fits(&rule.address, &one.drift.address.to_string()) {
                *used += let_be(rule, &mut one);
            }
        }
        if one.drift.gone || !one.drift.changes.is_empty() {
            left.push(one);
        }
    }
    let notes = valid.iter().zip(used).filter(|(_, used)| *used > 0);
    let notes = notes.map(|(rule, used)| {
        let plural = if used == 1 {
            "change is"
        } else {
            "changes are"
        };
        let (of, until, why) = (&rule.address, &rule.until, &rule.reason);
        let message = format!("{used} {plural} ignored in `{of}` until {until}: {why}");
        note(IGNORED, message, None)
    });
    let warnings = lapsed.iter().zip(ended).filter(|(_, met)| *met);
    let warnings = warnings.map(|(rule, _)| {
        let (of, until, why) = (&rule.address, &rule.until, &rule.reason);
        let message =
            format!("changes in `{of}` were ignored until {until}, and are told again: {why}");
        let hint = "take the change back or into the manifests, or give the rule another day";
        note(LAPSED, message, Some(hint))
    });
    (left, notes.collect(), warnings.collect())
}

/// Whether a rule would take something out.
fn fits(rule: &DriftRule, drift: &Drift) -> bool {
    let changes = || {
        let mut paths = drift.changes.iter();
        paths.any(|change| concerns(rule, &change.path))
    };
    glob::fits(&rule.address, &drift.address.to_string())
        && ((drift.gone && rule.field.is_none()) || changes())
}

fn concerns(rule: &DriftRule, path: &FieldPath) -> bool {
    let field = rule.field.as_deref().map(FieldPath::dotted);
    field.is_none_or(|field| path.starts_with(&field))
}

/// Takes out what a rule says to let be, and returns how much that was.
fn let_be(rule: &DriftRule, one: &mut Found) -> usize {
    let Found { drift, back } = one;
    let before = drift.changes.len() + usize::from(drift.gone);
    drift.changes.retain(|change| !concerns(rule, &change.path));
    drift.gone &= rule.field.is_some();
    let kept = |field: &String| !concerns(rule, &FieldPath::dotted(field));
    back.grants.retain(|field, _| kept(field));
    back.revokes.retain(|field, _| kept(field));
    before - drift.changes.len() - usize::from(drift.gone)
}

fn note(code: Code, message: String, hint: Option<&str>) -> Note {
    Note {
        code: code.to_string(),
        message,
        address: None,
        hint: hint.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Address, Value};
    use crate::plan::delta::change;
    use crate::plan::plan::{Action, Step};

    fn found(fields: &[&str]) -> Found {
        let address: Address = "acme/role/clerk".parse().expect("an address");
        let changes = fields.iter().map(|field| {
            let path = FieldPath::dotted(field);
            change(&path, Value::Null, Value::text("x"))
        });
        Found {
            back: Step::bare(address.clone(), "logto/v1", None, Action::Update),
            drift: Drift {
                gone: fields.is_empty(),
                changes: changes.collect(),
                ..Drift::bare(address)
            },
        }
    }

    fn rule(address: &str, field: Option<&str>, until: &str) -> DriftRule {
        DriftRule {
            address: address.to_owned(),
            field: field.map(str::to_owned),
            reason: "an experiment".to_owned(),
            until: until.to_owned(),
        }
    }

    fn left(fields: &[&str], rule: &DriftRule) -> (usize, usize, usize) {
        let today = "2026-11-22".parse().expect("a day");
        let rules = std::slice::from_ref(rule);
        let (left, notes, warnings) = ignore(vec![found(fields)], rules, today);
        let changes = left.iter().map(|one| one.drift.changes.len().max(1)).sum();
        (changes, notes.len(), warnings.len())
    }

    #[test]
    fn a_rule_takes_out_its_field_or_the_whole_object_through_its_last_day() {
        let both = ["description", "customData.a"];
        let one = rule("acme/role/*", Some("description"), "2026-11-22");
        assert_eq!(left(&both, &one), (1, 1, 0));
        assert_eq!(left(&[], &one), (1, 0, 0), "what is gone is no field");
        let all = rule("acme/role/clerk", None, "2027-01-01");
        assert_eq!(left(&both, &all), (0, 1, 0));
        assert_eq!(left(&[], &all), (0, 1, 0));
        let other = rule("acme/user/*", None, "2027-01-01");
        assert_eq!(left(&both, &other), (2, 0, 0));
    }

    #[test]
    fn a_rule_that_ended_is_told_where_it_would_have_held() {
        let ended = rule("acme/role/*", Some("description"), "2026-11-21");
        assert_eq!(left(&["description"], &ended), (1, 0, 1));
        assert_eq!(left(&["type"], &ended), (1, 0, 0));
    }
}

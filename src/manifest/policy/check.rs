//! What the schema of a policy cannot say.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::spec::{Deny, DriftRule, Limit, Policy};
use crate::base::FieldPath;
use crate::base::suggest::nearest;
use crate::kind::Catalog;
use crate::kind::descriptor::Complaint;

/// Everything that is wrong with it.
pub(super) fn complaints(policy: &Policy, catalog: Catalog) -> Vec<Complaint> {
    let mut all = denials(&policy.deny);
    all.extend(kinds(policy, catalog));
    all.extend(limits(policy));
    all.extend(days(policy));
    all
}

/// Days that no calendar has.
fn days(policy: &Policy) -> Vec<Complaint> {
    let rules = policy.drift.ignore.iter().enumerate();
    let wrong = rules.filter(|(_, rule)| rule.until.parse::<Date>().is_err());
    let complaint = |(number, rule): (usize, &DriftRule)| Complaint {
        path: FieldPath::field("drift")
            .key("ignore")
            .index(number)
            .key("until"),
        message: format!("`{}` is no day", rule.until),
        hint: Some("write it like 2027-01-31".to_owned()),
    };
    wrong.map(complaint).collect()
}

fn denials(deny: &[Deny]) -> Vec<Complaint> {
    let (mut all, mut names) = (Vec::new(), BTreeSet::new());
    for (number, rule) in deny.iter().enumerate() {
        let path = FieldPath::field("deny").index(number);
        let mut wrong = |message: String, hint: &str| {
            all.push(Complaint {
                path: path.clone(),
                message,
                hint: Some(hint.to_owned()),
            });
        };
        let name = &rule.name;
        let access = [&rule.gain, &rule.lose];
        let objects = [&rule.create, &rule.update, &rule.delete];
        let said = |of: &[&Option<String>]| of.iter().filter(|one| one.is_some()).count();
        if said(&access) + said(&objects) != 1 {
            wrong(
                format!("the rule `{name}` must say exactly one thing that it denies"),
                "write one of gain, lose, create, update, delete; a rule for each",
            );
        }
        if rule.who.is_some() && said(&access) == 0 {
            wrong(
                format!(
                    "the rule `{name}` says `who`, and denies nothing that somebody gains or loses"
                ),
                "drop `who`, or write `gain` or `lose`",
            );
        }
        if !names.insert(name) {
            wrong(
                format!("two rules are called `{name}`"),
                "give each a name of its own: overrides go by it",
            );
        }
    }
    all
}

fn kinds(policy: &Policy, catalog: Catalog) -> Vec<Complaint> {
    let known: BTreeSet<&str> = catalog.all().map(|kind| kind.name).collect();
    let limits = policy.limits.kinds.keys().map(|name| {
        let path = FieldPath::field("limits").key("kinds").key(name);
        (path, name)
    });
    let unmanaged = policy.unmanaged.iter().enumerate().map(|(number, rule)| {
        let path = FieldPath::field("unmanaged").index(number).key("kind");
        (path, &rule.kind)
    });
    let labels = policy.labels.iter().enumerate().flat_map(|(number, rule)| {
        let path = FieldPath::field("labels").index(number).key("kinds");
        let each = rule.kinds.iter().enumerate();
        each.map(move |(at, name)| (path.index(at), name))
    });
    let named = limits.chain(unmanaged).chain(labels);
    let unknown = named.filter(|(_, name)| !known.contains(name.as_str()));
    let complaint = |(path, name): (FieldPath, &String)| Complaint {
        path,
        message: format!("there is no kind `{name}`"),
        hint: Some(match nearest(&name.to_lowercase(), known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`tenantry explain` lists the kinds, as addresses have them".to_owned(),
        }),
    };
    unknown.map(complaint).collect()
}

/// Limits that limit nothing.
fn limits(policy: &Policy) -> Vec<Complaint> {
    let (limits, access) = (&policy.limits, &policy.limits.access);
    let of_all = [
        ("deletes", limits.deletes),
        ("replaces", limits.replaces),
        ("updates", limits.updates),
        ("creates", limits.creates),
    ];
    let of_kinds = limits.kinds.iter().flat_map(|(kind, of)| {
        let all = [
            ("deletes", of.deletes),
            ("replaces", of.replaces),
            ("updates", of.updates),
            ("creates", of.creates),
        ];
        all.map(|(word, limit)| (FieldPath::field("kinds").key(kind).key(word), limit))
    });
    let of_access = [("losers", access.losers), ("gainers", access.gainers)];
    let all = (of_all.into_iter())
        .map(|(word, limit)| (FieldPath::field(word), limit))
        .chain(of_kinds)
        .chain(of_access.map(|(word, limit)| (FieldPath::field("access").key(word), limit)));
    let empty = all.filter(|(_, limit)| *limit == Some(Limit::default()));
    let complaint = |(path, _): (FieldPath, _)| Complaint {
        message: format!("the limit `limits.{path}` has no number"),
        path: path.below("limits"),
        hint: Some("write `count`, `percent` or both".to_owned()),
    };
    empty.map(complaint).collect()
}

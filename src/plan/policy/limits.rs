//! How much one plan may do.

use std::collections::{BTreeMap, BTreeSet};

use super::{LIMIT, Policing, refusal};
use crate::base::Address;
use crate::manifest::policy::{Access, Limit, Limits, OfKind};
use crate::plan::access::is_principal_kind;
use crate::plan::guard::DELETES;
use crate::plan::plan::{Action, Note};

/// The share of a kind's owned objects, in percent, that a plan may delete where no policy says
/// otherwise.
const SHARE: u8 = 30;
/// Below so many a share says nothing.
const FEW: usize = 10;
/// For how many somebody with everything counts.
const WEIGHT: u16 = 10;

/// What is limited: the word of its rule, what is done, and where the limits say it.
type Sort = (
    &'static str,
    Action,
    &'static str,
    fn(&Limits) -> Option<Limit>,
    fn(&OfKind) -> Option<Limit>,
);

/// How many objects are owned, by target and kind.
type Owned<'a> = BTreeMap<(&'a Address, &'a str), usize>;

const SORTS: [Sort; 4] = [
    (
        "deletes",
        Action::Delete,
        "deleted",
        |all| all.deletes,
        |of| of.deletes,
    ),
    (
        "replaces",
        Action::Replace,
        "replaced",
        |all| all.replaces,
        |of| of.replaces,
    ),
    (
        "updates",
        Action::Update,
        "updated",
        |all| all.updates,
        |of| of.updates,
    ),
    (
        "creates",
        Action::Create,
        "created",
        |all| all.creates,
        |of| of.creates,
    ),
];

impl Policing<'_> {
    /// What is over a limit; none hold for `destroy`, which means everything.
    pub(super) fn over_limits(&self, limits: &Limits) -> Vec<Note> {
        if self.around.input.options.destroy {
            return Vec::new();
        }
        let owned = self.owned();
        let mut over: Vec<_> = SORTS
            .iter()
            .flat_map(|sort| self.over(sort, limits, &owned))
            .collect();
        over.extend(self.over_access(&limits.access));
        over
    }

    fn over(&self, sort: &Sort, limits: &Limits, owned: &Owned<'_>) -> Vec<Note> {
        let (rule, action, verb, of_all, of_kind) = sort;
        let mut done: BTreeMap<(&Address, &str), usize> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| step.action == *action) {
            if let Some(home) = &step.home {
                *done.entry((home, step.address.kind())).or_default() += 1;
            }
        }
        let over = done.into_iter().filter_map(|((home, kind), done)| {
            let own = limits.kinds.get(kind).and_then(of_kind);
            let written = own.or_else(|| of_all(limits));
            let limit = written.or_else(|| (*action == Action::Delete).then_some(DEFAULT))?;
            let all = owned.get(&(home, kind)).copied().unwrap_or_default();
            let most = passed(limit, done, all)?;
            let of = match action {
                Action::Create => String::new(),
                _ => format!(" of {all}"),
            };
            let message =
                format!("{done}{of} {kind} objects of `{home}` would be {verb}, more than {most}");
            let code = if written.is_some() { LIMIT } else { DELETES };
            let subject = Address::within(home.name(), kind, "*");
            Some(refusal(code, rule, &subject.to_string(), message))
        });
        over.collect()
    }

    fn owned(&self) -> Owned<'_> {
        let mut owned = BTreeMap::new();
        for (address, entry) in &self.around.input.snapshot.resources {
            if let Some(home) = &entry.home {
                *owned.entry((home, address.kind())).or_default() += 1;
            }
        }
        owned
    }

    fn over_access(&self, access: &Access) -> Vec<Note> {
        let mut over = self.over_changes("access-losses", false, access.losers, access);
        over.extend(self.over_changes("access-gains", true, access.gainers, access));
        over
    }

    fn over_changes(
        &self,
        rule: &str,
        gained: bool,
        limit: Option<Limit>,
        access: &Access,
    ) -> Vec<Note> {
        let Some(limit) = limit else {
            return Vec::new();
        };
        let weight = usize::from(access.weight_of_everything.unwrap_or(WEIGHT));
        let mut who: BTreeMap<&str, BTreeMap<&str, bool>> = BTreeMap::new();
        for change in self.access.iter().filter(|change| change.gained == gained) {
            let of_target = who.entry(&change.target).or_default();
            for one in &change.who {
                *of_target.entry(one).or_default() |= change.everything;
            }
        }
        let verb = if gained { "gain" } else { "lose" };
        let over = who.into_iter().filter_map(|(target, who)| {
            let heavy = who.values().filter(|everything| **everything).count();
            let sum = who.len() + heavy * (weight - 1);
            let most = passed(limit, sum, self.principals(target))?;
            let why = if heavy == 0 || weight == 1 {
                String::new()
            } else {
                format!(" ({heavy} of them everything, each of whom counts for {weight}: {sum})")
            };
            let count = who.len();
            let message =
                format!("{count} would {verb} access in `{target}`{why}, more than {most}");
            Some(refusal(LIMIT, rule, &format!("{target}/*"), message))
        });
        over.collect()
    }

    /// How many users and machines of a target are owned.
    fn principals(&self, target: &str) -> usize {
        let kinds = is_principal_kind(self.around.input.catalog);
        let owned = self.around.input.snapshot.resources.keys();
        let here: BTreeSet<_> = owned
            .filter(|address| address.target() == Some(target) && kinds(address.kind()))
            .collect();
        here.len()
    }
}

const DEFAULT: Limit = Limit {
    count: None,
    percent: Some(SHARE),
};

/// The limit that `number` of `all` passes, in words.
fn passed(limit: Limit, number: usize, all: usize) -> Option<String> {
    let over = |count: &u32| number > usize::try_from(*count).unwrap_or(usize::MAX);
    if let Some(count) = limit.count.filter(over) {
        return Some(count.to_string());
    }
    let share = limit.percent?;
    (all >= FEW && number * 100 > all * usize::from(share)).then(|| format!("{share} %"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_passed_by_the_number_or_by_the_share() {
        let limit = |count, percent| Limit { count, percent };
        assert_eq!(passed(limit(Some(3), None), 3, 100), None);
        assert_eq!(passed(limit(Some(3), None), 4, 100).as_deref(), Some("3"));
        assert_eq!(passed(limit(None, Some(30)), 3, 10), None);
        assert_eq!(
            passed(limit(None, Some(30)), 4, 10).as_deref(),
            Some("30 %")
        );
        assert_eq!(
            passed(limit(None, Some(30)), 9, 9),
            None,
            "too few for a share"
        );
        assert_eq!(
            passed(limit(Some(9), Some(0)), 1, 10).as_deref(),
            Some("0 %")
        );
    }
}

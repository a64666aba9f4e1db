//! Whether somebody rules a target at every moment of a plan.
//!
//! Pure. What makes a ruler is declared by the target's kind ([`Rulers`](crate::kind::Rulers)).
//! Grants come before what takes access away, but in no order among each other, and a replaced
//! object is away for a while: so three moments are looked at. What is there all the time must
//! be enough, or what comes must be done before anything goes.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Action, Node, Part, PlannedEdge, Step};
use crate::base::{Address, Value};
use crate::kind::{Descriptor, EdgeShape};

/// One thing that a ruler rules by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    /// An account has that word on the resource itself.
    Own(String, String),
    /// A group has it.
    Through(String, String),
    /// A group has that member.
    Member(String, String),
}

/// What one step does to the facts.
#[derive(Debug, Default)]
struct Effects {
    /// Gone when the step is done, each with the node that takes it.
    lost: Vec<(Fact, Node)>,
    /// Gone for a while: the object is replaced.
    away: Vec<Fact>,
    /// There when the step is done, each with the node that gives it.
    gained: Vec<(Fact, Node)>,
}

/// What becomes of the rulers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Somebody rules all the time.
    Fine,
    /// Somebody rules all the time if the first of each pair is done before the second, and the
    /// second not at all if the first fails.
    If(Vec<(Node, Node)>),
    /// Nobody would rule, at the end or for a while: these steps take it from the last.
    Nobody(BTreeSet<Address>),
}

/// The plan of one target.
pub(super) struct Rule<'a> {
    /// The resource that makes rulers.
    pub resource: &'static str,
    /// What is live.
    pub facts: BTreeSet<Fact>,
    /// The target's steps, with their kinds.
    pub steps: Vec<(&'a Step, &'static Descriptor)>,
}

impl Rule<'_> {
    /// What becomes of the rulers.
    pub(super) fn verdict(&self) -> Verdict {
        let before = rulers(&self.facts);
        let ids = self.ids();
        let effects: Vec<(&Step, Effects)> = (self.steps.iter())
            .map(|(step, kind)| (*step, self.effects(step, kind, &ids)))
            .collect();
        let lost = effects.iter().flat_map(|(_, of)| of.lost.iter());
        let away = effects.iter().flat_map(|(_, of)| of.away.iter());
        let gained = effects.iter().flat_map(|(_, of)| of.gained.iter());
        let without = |facts: &BTreeSet<Fact>, gone: BTreeSet<&Fact>| -> BTreeSet<Fact> {
            facts
                .iter()
                .filter(|f| !gone.contains(f))
                .cloned()
                .collect()
        };
        let away: BTreeSet<&Fact> = away.collect();
        let lost_facts: BTreeSet<&Fact> = lost.clone().map(|(fact, _)| fact).collect();
        let meanwhile = without(&self.facts, away.clone());
        let always = without(&meanwhile, lost_facts.clone());
        if before.is_empty() || !rulers(&always).is_empty() {
            return Verdict::Fine;
        }
        let mut after = always;
        after.extend(gained.clone().map(|(fact, _)| fact.clone()));
        let Some(heir) = rulers(&after).pop_first() else {
            return Verdict::Nobody(takers(&effects, &before, &self.facts));
        };
        if rulers(&meanwhile).is_empty() {
            return Verdict::Nobody(takers(&effects, &before, &self.facts));
        }
        let first: BTreeSet<&Node> = gained
            .filter(|(fact, _)| concerns(fact, &heir, &after))
            .map(|(_, node)| node)
            .collect();
        let then: BTreeSet<&Node> = lost
            .filter(|(fact, _)| before.iter().any(|uid| concerns(fact, uid, &self.facts)))
            .map(|(_, node)| node)
            .collect();
        let pairs = first
            .iter()
            .flat_map(|one| then.iter().map(|two| ((*one).clone(), (*two).clone())));
        Verdict::If(pairs.collect())
    }

    /// The ids of the steps' objects: also of those that are made, since their keys are ours.
    fn ids(&self) -> BTreeMap<&Address, String> {
        let ids = self.steps.iter().filter_map(|(step, kind)| {
            let written = || step.desired.get(kind.route.id).and_then(Value::as_text);
            let id = step.id.clone().or_else(|| written().map(str::to_owned))?;
            Some((&step.address, id))
        });
        ids.collect()
    }

    fn effects(
        &self,
        step: &Step,
        kind: &'static Descriptor,
        ids: &BTreeMap<&Address, String>,
    ) -> Effects {
        let mut effects = Effects::default();
        let Some(id) = ids.get(&step.address) else {
            return effects;
        };
        let of_it = self
            .facts
            .iter()
            .filter(|fact| hangs_on(fact, kind, id, self.resource));
        match step.action {
            Action::Delete => {
                let node = node(step, Part::Delete);
                effects.lost = of_it.map(|fact| (fact.clone(), node.clone())).collect();
            }
            Action::Replace => effects.away = of_it.cloned().collect(),
            _ => {}
        }
        for (field, edges) in &step.revokes {
            let node = node(step, Part::Revoke(field.clone()));
            let facts = self.facts_of(kind, (field, edges), id, ids).into_iter();
            effects.lost.extend(facts.map(|fact| (fact, node.clone())));
        }
        for (field, edges) in &step.grants {
            let node = node(step, Part::Grant(field.clone()));
            let facts = self.facts_of(kind, (field, edges), id, ids).into_iter();
            effects
                .gained
                .extend(facts.map(|fact| (fact, node.clone())));
        }
        effects
    }

    fn facts_of(
        &self,
        kind: &'static Descriptor,
        (field, edges): (&str, &[PlannedEdge]),
        id: &str,
        ids: &BTreeMap<&Address, String>,
    ) -> Vec<Fact> {
        let shape = kind.relation(field).map(|relation| relation.shape);
        let is_principal = kind.own_login.is_some();
        let facts = edges.iter().filter_map(|edge| {
            let mut words = edge.key.iter().map(Value::as_text);
            let first = words.next()?;
            match shape? {
                EdgeShape::Actions if first == Some(self.resource) => {
                    let (id, word) = (id.to_owned(), words.next()??.to_owned());
                    Some(if is_principal {
                        Fact::Own(id, word)
                    } else {
                        Fact::Through(id, word)
                    })
                }
                EdgeShape::Actions => None,
                _ => {
                    let made = || edge.to.as_ref().and_then(|to| ids.get(to)).cloned();
                    let far = first.map(str::to_owned).or_else(made)?;
                    Some(Fact::Member(id.to_owned(), far))
                }
            }
        });
        facts.collect()
    }
}

fn node(step: &Step, part: Part) -> Node {
    Node {
        address: step.address.clone(),
        part,
    }
}

/// Whether a fact goes when that object goes.
fn hangs_on(fact: &Fact, kind: &Descriptor, id: &str, resource: &str) -> bool {
    let (is_principal, has_words) = (
        kind.own_login.is_some(),
        kind.relations.iter().any(|r| r.shape == EdgeShape::Actions),
    );
    match fact {
        Fact::Own(..) | Fact::Through(..) if !is_principal && !has_words => id == resource,
        Fact::Own(uid, _) => is_principal && uid == id,
        Fact::Through(gid, _) => !is_principal && gid == id,
        Fact::Member(gid, uid) if is_principal => uid == id && !gid.is_empty(),
        Fact::Member(gid, _) => has_words && gid == id,
    }
}

/// Whether the account rules by that fact among others.
fn concerns(fact: &Fact, account: &str, facts: &BTreeSet<Fact>) -> bool {
    match fact {
        Fact::Own(uid, _) => uid == account,
        Fact::Through(gid, _) => facts.contains(&Fact::Member(gid.clone(), account.to_owned())),
        Fact::Member(gid, uid) => uid == account && rules(gid, facts),
    }
}

fn rules(group: &str, facts: &BTreeSet<Fact>) -> bool {
    facts
        .iter()
        .any(|fact| matches!(fact, Fact::Through(gid, _) if gid == group))
}

/// The accounts that rule.
pub(super) fn rulers(facts: &BTreeSet<Fact>) -> BTreeSet<String> {
    let ruler = |fact: &Fact| match fact {
        Fact::Own(uid, _) => Some(uid.clone()),
        Fact::Member(gid, uid) if rules(gid, facts) => Some(uid.clone()),
        Fact::Member(..) | Fact::Through(..) => None,
    };
    facts.iter().filter_map(ruler).collect()
}

/// The steps that take what rulers rule by.
fn takers(
    effects: &[(&Step, Effects)],
    before: &BTreeSet<String>,
    facts: &BTreeSet<Fact>,
) -> BTreeSet<Address> {
    let matters = |fact: &Fact| before.iter().any(|uid| concerns(fact, uid, facts));
    let takes = effects.iter().filter(|(_, of)| {
        of.away.iter().any(matters) || of.lost.iter().any(|(fact, _)| matters(fact))
    });
    takes.map(|(step, _)| step.address.clone()).collect()
}

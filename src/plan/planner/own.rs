//! What our own login has its rights through, and who rules a target: read only where a step
//! could take it away.

use std::collections::{BTreeMap, BTreeSet};

use super::super::plan::{Action, Node, Note, Step};
use super::super::rule::{Fact, Rule, Verdict, rulers};
use super::super::{guard, input, targets::Target};
use super::Planner;
use crate::base::{Address, Value};
use crate::kind::{Descriptor, EdgeQuery, EdgeShape, Reader, Relation, RemoteError, RemoteKind};

/// Ids by target and kind.
pub(super) type Own = BTreeMap<(Address, &'static str), BTreeSet<String>>;

impl Planner<'_> {
    /// The ids of what our own logins have their rights through, and come through.
    pub(super) async fn own_roles(&mut self) -> Own {
        let mut own = Own::new();
        for (home, kind, login) in self.logins() {
            let Some(reader) = self.targets.all.get(&home).and_then(|t| t.reader.clone()) else {
                continue;
            };
            let read = Access {
                planner: self,
                home: &home,
                reader: reader.as_ref(),
                login: &login,
            };
            if let Err(error) = read.all(kind, &mut own).await {
                let what = format!("what our own login in `{home}` has its rights through");
                self.faults.push(input::read_failed(&what, &error));
            }
        }
        own
    }

    /// Our logins, by target and the kind that they are of.
    fn logins(&self) -> Vec<(Address, &'static Descriptor, String)> {
        let mut logins = Vec::new();
        for (home, target) in &self.targets.all {
            for kind in self.input.catalog.of(target.api) {
                if let Some(login) = guard::login(target, kind) {
                    logins.push((home.clone(), kind, login));
                }
            }
        }
        logins
    }

    fn steps_of<'b>(
        &'b self,
        home: &'b Address,
    ) -> impl Iterator<Item = (&'b Step, &'static Descriptor)> {
        self.steps.iter().filter_map(move |step| {
            let kind = step.kind(self.input.catalog)?;
            (step.home.as_ref() == Some(home)).then_some((step, kind))
        })
    }

    fn takes_from(&self, home: &Address, kinds: &[&str]) -> bool {
        self.steps_of(home)
            .any(|(step, kind)| kinds.contains(&kind.name) && takes(step))
    }

    /// What must be done first so that somebody rules each target all the time, and the refusals
    /// where nobody would.
    pub(super) async fn judge_rulers(&mut self) -> (Vec<(Node, Node)>, Vec<Note>) {
        let (mut firsts, mut refusals) = (Vec::new(), Vec::new());
        for (home, resource, facts) in self.rules().await {
            match self.rule(&home, resource, facts).verdict() {
                Verdict::Fine => {}
                Verdict::If(pairs) => firsts.extend(pairs),
                Verdict::Nobody(steps) => {
                    refusals.extend(steps.iter().map(|step| guard::unruled(&home, step)));
                }
            }
        }
        (firsts, refusals)
    }

    /// What is live of the rulers of each target that a step could take one from.
    pub(super) async fn rules(&mut self) -> Vec<(Address, &'static str, BTreeSet<Fact>)> {
        let mut rules = Vec::new();
        for (home, target, resource) in self.ruled() {
            let touched = self.steps_of(&home).any(|(step, kind)| {
                takes(step) && (kind.own_login.is_some() || !kind.relations.is_empty())
                    || takes(step) && step.id.as_deref() == Some(resource)
            });
            if !touched {
                continue;
            }
            if let Some(facts) = self.ruling(&home, &target, resource).await {
                rules.push((home, resource, facts));
            }
        }
        rules
    }

    /// The rulers that no manifest names, our own login apart: for `drift`.
    pub(super) async fn note_strange_rulers(&mut self) {
        for (home, target, resource) in self.ruled() {
            let Some(facts) = self.ruling(&home, &target, resource).await else {
                continue;
            };
            let logins: BTreeSet<_> = (self.input.catalog.of(target.api))
                .filter_map(|kind| guard::login(&target, kind))
                .collect();
            let rulers = rulers(&facts).into_iter();
            let strange: Vec<_> = rulers
                .filter(|uid| !logins.contains(uid) && !self.names_account(&home, uid))
                .collect();
            let notes = strange.iter().map(|uid| strange_ruler(&home, uid));
            self.notes.extend(notes);
        }
    }

    /// The targets that have rulers, each with the resource that they rule by.
    fn ruled(&self) -> Vec<(Address, Target, &'static str)> {
        let targets = self.targets.all.iter();
        let ruled = targets.filter_map(|(home, target)| {
            let resource = self.input.catalog.host(target.api)?.rulers?;
            Some((home.clone(), target.clone(), resource))
        });
        ruled.collect()
    }

    /// Reads who has what on the resource that a target is ruled by; none of an edition without
    /// rulers, and of a target that is not there.
    async fn ruling(
        &mut self,
        home: &Address,
        target: &Target,
        resource: &str,
    ) -> Option<BTreeSet<Fact>> {
        let reader = target.reader.as_deref()?;
        let kinds = self.input.catalog.of(target.api).collect();
        match facts(reader, kinds, resource).await {
            Ok(facts) => Some(facts),
            Err(error) if error.kind == RemoteKind::NotOffered => None,
            Err(error) => {
                let what = format!("who has `{resource}` in `{home}`");
                self.faults.push(input::read_failed(&what, &error));
                None
            }
        }
    }

    /// Whether a document is about that account.
    fn names_account(&self, home: &Address, uid: &str) -> bool {
        self.names.keys().any(|(at, kind, id)| {
            let kind = self
                .input
                .catalog
                .all()
                .find(|k| k.name == *kind && k.own_login.is_some());
            at == home && id == uid && kind.is_some()
        })
    }

    /// The plan of a target's rulers.
    pub(super) fn rule<'b>(
        &'b self,
        home: &'b Address,
        resource: &'static str,
        facts: BTreeSet<Fact>,
    ) -> Rule<'b> {
        Rule {
            resource,
            facts,
            steps: self.steps_of(home).collect(),
        }
    }
}

fn strange_ruler(home: &Address, uid: &str) -> Note {
    Note {
        code: input::STRANGE_RULER.to_string(),
        message: format!("`{uid}` is a superuser of `{home}`, and no manifest names it"),
        address: Some(home.clone()),
        hint: None,
    }
}

/// Whether a step takes something away.
fn takes(step: &Step) -> bool {
    matches!(step.action, Action::Delete | Action::Replace) || !step.revokes.is_empty()
}

/// Reads of one login.
struct Access<'a, 'p> {
    planner: &'a Planner<'p>,
    home: &'a Address,
    reader: &'a dyn Reader,
    login: &'a str,
}

impl Access<'_, '_> {
    async fn all(&self, kind: &'static Descriptor, own: &mut Own) -> Result<(), RemoteError> {
        self.roles(kind, own).await?;
        match self.groups(kind, own).await {
            // An edition without groups.
            Err(error) if error.kind != RemoteKind::NotOffered => return Err(error),
            _ => {}
        }
        self.doors(kind, own).await
    }

    /// The roles that the login itself lists.
    async fn roles(&self, kind: &'static Descriptor, own: &mut Own) -> Result<(), RemoteError> {
        for relation in guard::memberships(kind) {
            if !self.planner.takes_from(self.home, relation.to) {
                continue;
            }
            let query = EdgeQuery {
                owner: self.login.to_owned(),
                ..EdgeQuery::default()
            };
            let edges = self.reader.edges(relation, &[query]).await?;
            let ids = edges
                .into_values()
                .flatten()
                .filter_map(|mut key| key.pop());
            let ids: BTreeSet<String> = ids.collect();
            for to in relation.to {
                self.put(own, to, ids.clone());
            }
        }
        Ok(())
    }

    /// The groups that list the login, and the resources on which it or they have something.
    async fn groups(&self, kind: &'static Descriptor, own: &mut Own) -> Result<(), RemoteError> {
        let doomed = self.doomed_resources();
        let kinds = self.planner.input.catalog.of(kind.api);
        let groups = kinds.filter(|other| other.own_login.is_none());
        for (group, relation) in groups.flat_map(|g| lists(g, kind).map(move |r| (g, r))) {
            if doomed.is_empty() && !self.planner.takes_from(self.home, &[group.name]) {
                continue;
            }
            let login = [self.login.to_owned()];
            let of_login = self.reader.edges_to(relation, &login).await?;
            let ids: BTreeSet<String> = of_login.into_keys().collect();
            for (resource, rid) in &doomed {
                let entries = [(kind, BTreeSet::from(login.clone())), (group, ids.clone())];
                if self.has_entry(&entries, rid).await? {
                    self.put(own, resource, [rid.clone()].into());
                }
            }
            self.put(own, group.name, ids);
        }
        Ok(())
    }

    fn doomed_resources(&self) -> Vec<(&'static str, String)> {
        let resources = self
            .planner
            .input
            .catalog
            .all()
            .flat_map(|kind| kind.relations);
        let resources: BTreeSet<&str> = resources
            .filter(|relation| relation.shape == EdgeShape::Actions)
            .flat_map(|relation| relation.to.iter().copied())
            .collect();
        let steps = self.planner.steps_of(self.home);
        let doomed = steps
            .filter(|(step, kind)| resources.contains(kind.name) && step.action == Action::Delete);
        doomed
            .filter_map(|(step, kind)| Some((kind.name, step.id.clone()?)))
            .collect()
    }

    /// Whether one of these has anything on a resource.
    async fn has_entry(
        &self,
        holders: &[(&'static Descriptor, BTreeSet<String>)],
        rid: &str,
    ) -> Result<bool, RemoteError> {
        for (kind, ids) in holders {
            for relation in kind
                .relations
                .iter()
                .filter(|r| r.shape == EdgeShape::Actions)
            {
                let owners = self.reader.edges_to(relation, &[rid.to_owned()]).await?;
                if owners.keys().any(|owner| ids.contains(owner)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// What the login signs in through.
    async fn doors(&self, kind: &'static Descriptor, own: &mut Own) -> Result<(), RemoteError> {
        let steps: Vec<_> = self.planner.steps_of(self.home).collect();
        let doors = steps
            .iter()
            .filter(|(step, door)| door.brings.is_some() && (takes(step) || !step.send.is_empty()));
        for (step, door) in doors {
            let account = self.reader.get(kind, self.login, &Value::Null).await?;
            let (Some(account), Some(id)) = (account, step.id.as_deref()) else {
                continue;
            };
            if door.brings.is_some_and(|brings| brings(&account.value, id)) {
                self.put(own, door.name, [id.to_owned()].into());
            }
        }
        Ok(())
    }

    fn put(&self, own: &mut Own, kind: &'static str, ids: BTreeSet<String>) {
        own.entry((self.home.clone(), kind))
            .or_default()
            .extend(ids);
    }
}

/// The relations by which objects of `group` list those of `member`.
fn lists(
    group: &'static Descriptor,
    member: &'static Descriptor,
) -> impl Iterator<Item = &'static Relation> {
    guard::memberships(group).filter(|relation| relation.to.contains(&member.name))
}

/// Who has anything on the resource, and who is in the groups that have.
async fn facts(
    reader: &dyn Reader,
    kinds: Vec<&'static Descriptor>,
    resource: &str,
) -> Result<BTreeSet<Fact>, RemoteError> {
    let mut facts = BTreeSet::new();
    for kind in kinds {
        let holders = kind
            .relations
            .iter()
            .filter(|r| r.shape == EdgeShape::Actions);
        for relation in holders {
            let owners = reader.edges_to(relation, &[resource.to_owned()]).await?;
            for (owner, keys) in owners {
                let words = keys.into_iter().filter_map(|mut key| key.pop());
                if kind.own_login.is_some() {
                    facts.extend(words.map(|word| Fact::Own(owner.clone(), word)));
                    continue;
                }
                facts.extend(words.map(|word| Fact::Through(owner.clone(), word)));
                facts.extend(members(reader, kind, &owner).await?);
            }
        }
    }
    Ok(facts)
}

async fn members(
    reader: &dyn Reader,
    kind: &'static Descriptor,
    group: &str,
) -> Result<Vec<Fact>, RemoteError> {
    let mut members = Vec::new();
    for relation in guard::memberships(kind) {
        let query = EdgeQuery {
            owner: group.to_owned(),
            ..EdgeQuery::default()
        };
        let edges = reader.edges(relation, &[query]).await?;
        let far = edges
            .into_values()
            .flatten()
            .filter_map(|mut key| key.pop());
        members.extend(far.map(|uid| Fact::Member(group.to_owned(), uid)));
    }
    Ok(members)
}

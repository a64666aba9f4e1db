//! Those without whom nobody could change anything in an object: somebody must be left, and who of
//! them we are is not told. Read only where a step takes one away.

use std::collections::BTreeSet;

use super::super::guard::refusal;
use super::super::input::read_failed;
use super::super::plan::{Note, Step};
use super::Planner;
use crate::base::{Code, Value};
use crate::kind::{Descriptor, EdgeQuery, Grants, RemoteError};

/// Somebody who rules an object loses it.
pub(super) const RULER_LEAVES: Code = Code("E0430");

impl Planner<'_> {
    /// The refusals of steps that take such people away.
    pub(super) async fn unseated(&mut self) -> Vec<Note> {
        let (mut notes, mut faults) = (Vec::new(), Vec::new());
        for step in &self.steps {
            let kind = step.kind(self.input.catalog);
            let Some(kind) = kind else { continue };
            let leaving = leaving(kind, step);
            if leaving.is_empty() {
                continue;
            }
            match self.seated(kind, step).await {
                Ok(seated) => notes.extend(judged(step, &leaving, &seated)),
                Err(error) => {
                    let what = format!("who is in `{}`", step.address);
                    faults.push(read_failed(&what, &error));
                }
            }
        }
        self.faults.extend(faults);
        notes
    }

    /// Those who rule the object now: who and what they are.
    async fn seated(
        &self,
        kind: &'static Descriptor,
        step: &Step,
    ) -> Result<BTreeSet<(String, String)>, RemoteError> {
        let home = step
            .home
            .as_ref()
            .and_then(|home| self.targets.all.get(home));
        let reader = home.and_then(|target| target.reader.clone());
        let (Some(people), Some(reader), Some(id)) = (kind.people, reader, &step.id) else {
            return Ok(BTreeSet::new());
        };
        let query = EdgeQuery {
            owner: id.clone(),
            ..EdgeQuery::default()
        };
        let edges = reader.edges(people, &[query]).await?;
        let pairs = edges.into_values().flatten();
        Ok(pairs
            .filter_map(|key| Some((key.first()?.clone(), key.last()?.clone())))
            .collect())
    }
}

/// The edges of rulers that a step takes away, and the word that makes them one.
fn leaving(kind: &Descriptor, step: &Step) -> Vec<(String, String)> {
    let mut leaving = Vec::new();
    for (field, edges) in &step.revokes {
        let grants = kind.relation(field).map(|relation| relation.grants);
        let Some(Grants::Title { ruling }) = grants else {
            continue;
        };
        let words = edges.iter().filter_map(|edge| {
            let text = |word: Option<&Value>| word.and_then(Value::as_text).map(str::to_owned);
            Some((text(edge.key.first())?, text(edge.key.last())?))
        });
        leaving.extend(words.filter(|(_, what)| what == ruling));
    }
    leaving
}

fn judged(
    step: &Step,
    leaving: &[(String, String)],
    seated: &BTreeSet<(String, String)>,
) -> Option<Note> {
    let gone: Vec<_> = leaving.iter().filter(|one| seated.contains(*one)).collect();
    let what = &gone.first()?.1;
    let left = seated
        .iter()
        .filter(|one| one.1 == *what && !gone.contains(one));
    let why = match left.count() {
        0 => "nobody would be one",
        _ => "one of them may be the owner of the token, whom the API does not name",
    };
    let who: Vec<_> = gone.iter().map(|(who, _)| format!("`{who}`")).collect();
    let message = format!(
        "this plan takes {} from those who are `{what}` of `{}`: {why}",
        who.join(", "),
        step.address
    );
    Some(refusal(RULER_LEAVES, what, &step.address, message))
}

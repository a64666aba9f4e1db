//! Ends what an earlier run began, before anything new is planned.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::super::facts::{Resolver, Whereabouts};
use super::super::outcome::{Failure, Outcome};
use super::super::progress::Progress;
use super::super::providers::CATALOG;
use super::run::Run;
use crate::apply::{self, Kept, Resume, Surroundings};
use crate::base::{Address, Value};
use crate::kind::Api;
use crate::plan::{Facts as _, World};

/// How long a server may still be at work on a call whose caller died.
const SETTLE: Duration = Duration::from_secs(5);

impl Run<'_> {
    /// Ends what an earlier run began. Returns how the run ends if it cannot go on.
    pub(super) async fn resume(&self) -> Result<Option<Outcome>, Failure> {
        let opened = self.state.opened();
        let facts = self.ground.facts(&opened);
        let hosts = self.ground.documents.iter().filter(|document| {
            document.home.is_none() || document.body.get("connection").is_some()
        });
        for document in hosts {
            let (kind, address) = (document.kind, &document.address);
            facts.settings(kind, address, &document.body, &Value::Null, &Value::Null);
        }
        let mut left = self.ground.left_over(&opened, &facts.targets()).await.told;
        // Errors come again from whoever cannot resume.
        left.retain(|found| !found.is_error());
        self.console().diagnostics(&left);
        if !left.is_empty()
            && let Some(ended) = self.agree("finish what an earlier run began").await?
        {
            return Ok(Some(ended));
        }
        let snapshot = self.state.snapshot();
        let owned = snapshot.resources.iter();
        let resume = Resume {
            forgotten: forgotten(&self.job.asked.overrides),
            owned: owned
                .map(|(address, entry)| (address.clone(), entry.id.clone()))
                .collect(),
            wanted: self.wanted(),
            now: Timestamp::now(),
            settle: match self.ground.place.world {
                World::Live => SETTLE,
                World::Sandbox => Duration::ZERO,
            },
        };
        let around = self.surroundings(facts.targets());
        let resumed = apply::resume(&around, &resume).await;
        drop(around);
        for (address, what) in &resumed.done {
            self.console().say(&format!("{address} {what}\n"));
        }
        self.console().diagnostics(&resumed.warnings);
        if !resumed.errors.is_empty() {
            return Err(resumed.errors.into());
        }
        Ok(resumed.interrupted.then_some(Outcome::Interrupted))
    }

    /// What the documents of tenants and accounts say.
    fn wanted(&self) -> BTreeMap<Address, Value> {
        let hosts = self
            .ground
            .documents
            .iter()
            .filter(|d| d.kind.hosts.is_some());
        hosts.map(|d| (d.address.clone(), d.body.clone())).collect()
    }

    pub(super) fn surroundings(&self, targets: BTreeMap<Address, (Api, Value)>) -> Surroundings {
        let target = |(api, settings)| apply::Target { api, settings };
        Surroundings {
            catalog: CATALOG,
            sessions: self.ground.sessions.clone(),
            targets: targets
                .into_iter()
                .map(|(at, found)| (at, target(found)))
                .collect(),
            hosts: Arc::new(Whereabouts(self.ground.played.clone())),
            secrets: Arc::new(Resolver(Arc::clone(&self.ground.secrets))),
            ledger: Arc::new(Kept::new(Arc::clone(&self.state), CATALOG)),
            progress: Arc::new(Progress::start(self.console())),
            stop: self.stop.clone(),
        }
    }
}

/// The intents that `--override intent=ADDRESS` says to forget.
fn forgotten(overrides: &[(String, String)]) -> BTreeSet<Address> {
    let intents = overrides.iter().filter(|(rule, _)| rule == "intent");
    intents
        .filter_map(|(_, address)| address.parse().ok())
        .collect()
}

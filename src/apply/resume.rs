//! Ends what a run that died had begun, before a plan is made.
//!
//! A tenant that provably is ours gets its name, or, its credentials being lost, is deleted so
//! that another can be made. What cannot be told apart is refused with a hint.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::context::Context;
use super::creations::LOOKS;
use super::failure::{Failure, call_failed};
use super::finding::{LATE, refusal, strange};
use super::ledger::{Change, Done, Journaled, OpenIntent};
use super::progress::{Counts, Event, Progress};
use super::surroundings::Surroundings;
use super::tenant::account_print;
use super::verdict::{Late, Seen, Verdict, is_young, judge, late, name_of, restless};
use crate::base::{Address, Diagnostic, Value};
use crate::kind::{Api, Descriptor, EdgeQuery, Live, Quirk};

/// How often a tenant that may still come is looked for.
const LOOK: Duration = Duration::from_secs(10);

/// What was ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resumed {
    /// What was done, one line each, about whom.
    pub done: Vec<(Address, String)>,
    /// What stands in the way of a plan.
    pub errors: Vec<Diagnostic>,
    /// What somebody should look at.
    pub warnings: Vec<Diagnostic>,
    /// Whether it was asked to stop.
    pub interrupted: bool,
}

/// What resuming needs beside the surroundings.
pub struct Resume {
    /// Intents that the user says to forget (`--override intent=ADDRESS`).
    pub forgotten: BTreeSet<Address>,
    /// The addresses that the state owns, by id.
    pub owned: BTreeMap<Address, String>,
    /// What the documents of tenants say now, by their addresses.
    pub wanted: BTreeMap<Address, Value>,
    /// The time.
    pub now: Timestamp,
    /// How old an intent must be before nothing more can come of it: a server may still be at work.
    pub settle: Duration,
}

/// Ends what was begun. Sends nothing if nothing is open and no tenant can come late.
pub async fn resume(around: &Surroundings, resume: &Resume) -> Resumed {
    let run = Run {
        context: Context::without_plan(around),
        progress: Arc::clone(&around.progress),
        stop: around.stop.clone(),
        resume,
    };
    let mut resumed = Resumed::default();
    for open in around.ledger.open() {
        if *run.stop.borrow() {
            resumed.interrupted = true;
            return resumed;
        }
        if let Err(failure) = run.end(&open, &mut resumed).await {
            resumed.errors.push(*failure.error);
            if failure.fatal {
                return resumed;
            }
        }
    }
    if let Err(failure) = run.delete_late(&mut resumed).await {
        resumed.warnings.push(*failure.error);
    }
    resumed
}

pub(super) struct Run<'a> {
    pub(super) context: Context,
    progress: Arc<dyn Progress>,
    stop: watch::Receiver<bool>,
    pub(super) resume: &'a Resume,
}

impl Run<'_> {
    /// Ends one intent.
    async fn end(&self, open: &OpenIntent, resumed: &mut Resumed) -> Result<(), Failure> {
        let address = &open.intent.address;
        if self.resume.forgotten.contains(address) {
            self.close(open, Change::Nothing).await?;
            told(resumed, address, "forgotten, as you said");
            return Ok(());
        }
        let Some((kind, home)) = self.tenant_kind(open) else {
            return self.end_other(open, resumed).await;
        };
        self.context.find_account(home);
        if open.intent.call == Journaled::Subscribe {
            return self.end_attempt(open, kind, home, resumed).await;
        }
        let verdict = self.watch(open, kind, home, resumed).await?;
        match &verdict {
            Verdict::Finish { id } => {
                self.finish(open, kind, home, id, resumed).await?;
            }
            Verdict::Orphan { id } => {
                self.delete_orphan(address, kind, home, id).await?;
                self.close(open, Change::Nothing).await?;
                told(
                    resumed,
                    address,
                    "was made without its credentials being kept: deleted",
                );
            }
            Verdict::NotSeen => {
                if !resumed.interrupted {
                    self.close(open, Change::Nothing).await?;
                    told(resumed, address, "was not created");
                }
            }
            Verdict::Vanished { id } => {
                self.forget(open, id).await?;
                told(resumed, address, "is gone");
            }
            Verdict::NotDeleted => {
                self.close(open, Change::Nothing).await?;
                told(resumed, address, "was not deleted");
            }
            Verdict::Strange { .. } | Verdict::OtherAccount | Verdict::Unclear => {
                return Err(refusal(open, &verdict).into());
            }
        }
        Ok(())
    }

    fn tenant_kind<'a>(&self, open: &'a OpenIntent) -> Option<(&'static Descriptor, &'a Address)> {
        let entry = &open.intent.entry;
        let kind = self
            .context
            .kind(&entry.api_version, open.intent.address.kind())?;
        kind.is(Quirk::MarkedCreation).then_some(())?;
        Some((kind, entry.home.as_ref()?))
    }

    /// Judges an intent; one of which nothing is seen is looked for until the account's wait is
    /// over. What has vanished from half a list may be there.
    async fn watch(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
        resumed: &mut Resumed,
    ) -> Result<Verdict, Failure> {
        let account = self.context.target(home).await?;
        let wait = account.settings.value().get("markerWait").and_then(seconds);
        let until = Instant::now() + wait.unwrap_or(Duration::from_mins(1));
        let mut looks = 0;
        loop {
            let tenants = self.tenants(kind, home).await?;
            let seen = Seen {
                tenants: &tenants,
                account: account_print(&self.context, &account),
                now: self.resume.now,
            };
            let verdict = judge(open, &seen);
            looks += 1;
            if matches!(verdict, Verdict::Vanished { .. }) && looks < LOOKS {
                continue;
            }
            let left = until.saturating_duration_since(Instant::now());
            if verdict != Verdict::NotSeen || left.is_zero() {
                return Ok(verdict);
            }
            let event = Event::Waiting {
                address: open.intent.address.clone(),
                seconds: left.as_secs(),
            };
            self.progress.event(&event, Counts::default());
            if self.stopped_within(left.min(LOOK)).await {
                resumed.interrupted = true;
                return Ok(Verdict::NotSeen);
            }
        }
    }

    pub(super) async fn stopped_within(&self, time: Duration) -> bool {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = sleep(time) => *self.stop.borrow(),
            true = async { stop.wait_for(|stop| *stop).await.is_ok() } => true,
        }
    }

    pub(super) async fn tenants(
        &self,
        kind: &'static Descriptor,
        home: &Address,
    ) -> Result<Vec<Live>, Failure> {
        let session = self.context.session(home).await?;
        session.reader.forget();
        let listed = session.reader.list(kind, &[]).await;
        Ok(listed.map_err(|error| call_failed("list the tenants of", home, &error))?)
    }

    /// Deletes a tenant that bears our marker, if nobody but us is in it.
    async fn delete_orphan(
        &self,
        address: &Address,
        kind: &'static Descriptor,
        home: &Address,
        id: &str,
    ) -> Result<(), Failure> {
        if !self.is_alone(kind, home, id).await? {
            let over = format!("leave it alone: --override intent={address}");
            return Err(strange(address, id, "others are in it").hint(over).into());
        }
        self.drop_tenant(kind, home, id, address).await
    }

    /// Whether at most one person is in a tenant: whoever made it, so we.
    async fn is_alone(
        &self,
        kind: &'static Descriptor,
        home: &Address,
        id: &str,
    ) -> Result<bool, Failure> {
        let Some(people) = kind.people else {
            return Ok(false);
        };
        let session = self.context.session(home).await?;
        let query = EdgeQuery {
            owner: id.to_owned(),
            ..EdgeQuery::default()
        };
        let found = session.reader.edges(people, &[query]).await;
        let found =
            found.map_err(|error| call_failed("list who is in a tenant of", home, &error))?;
        let people = found.get(id).into_iter().flatten();
        let people: BTreeSet<_> = people.map(|key| key.first()).collect();
        Ok(people.len() <= 1)
    }

    pub(super) async fn close(&self, open: &OpenIntent, change: Change) -> Result<(), Failure> {
        self.note(open, change, false).await
    }

    /// Keeps what came of a call whose intent is still to be ended.
    pub(super) async fn keep_open(&self, open: &OpenIntent, change: Change) -> Result<(), Failure> {
        self.note(open, change, true).await
    }

    async fn note(
        &self,
        open: &OpenIntent,
        change: Change,
        unfinished: bool,
    ) -> Result<(), Failure> {
        let done = Done {
            address: open.intent.address.clone(),
            part: open.intent.part.clone(),
            intent: Some(open.id),
            unfinished,
            change,
            sealed: BTreeMap::new(),
        };
        self.context
            .ledger
            .outcome(done)
            .await
            .map_err(Failure::fatal)
    }

    /// Deletes tenants that came after their creation was given up, where that is safe.
    async fn delete_late(&self, resumed: &mut Resumed) -> Result<(), Failure> {
        let owned = &self.resume.owned;
        let markers = self.context.ledger.markers();
        let restless = restless(&markers, |address| owned.contains_key(address));
        if restless.is_empty() || resumed.interrupted {
            return Ok(());
        }
        let ids: BTreeSet<_> = owned.values().cloned().collect();
        for home in self.context.targets.of(Api::Cloud) {
            for kind in self
                .context
                .catalog
                .all()
                .filter(|kind| kind.is(Quirk::MarkedCreation))
            {
                let tenants = self.tenants(kind, &home).await?;
                let open = self.context.ledger.open();
                for one in late(&restless, &open, &ids, &tenants) {
                    self.delete_one_late(kind, &home, &one, resumed).await;
                }
            }
        }
        Ok(())
    }

    async fn delete_one_late(
        &self,
        kind: &'static Descriptor,
        home: &Address,
        late: &Late,
        resumed: &mut Resumed,
    ) {
        let (address, id) = (&late.address, &late.live.id);
        let mut result = Ok(());
        if is_young(&late.live, None, self.resume.now) {
            result = self.delete_orphan(address, kind, home, id).await;
        } else {
            let why = "it is older than a day, or does not say how old it is";
            result = result.and(Err(strange(address, id, why).into()));
        }
        match result {
            Ok(()) => told(resumed, address, "came late, without credentials: deleted"),
            Err(failure) => {
                let name = name_of(&late.live).unwrap_or_default().escape_debug();
                let message = format!("{} (its name is `{name}`)", failure.error.message);
                resumed
                    .warnings
                    .push(Diagnostic::warning(LATE, message).about(address));
            }
        }
    }
}

pub(super) fn told(resumed: &mut Resumed, address: &Address, what: &str) {
    resumed.done.push((address.clone(), what.to_owned()));
}

fn seconds(value: &Value) -> Option<Duration> {
    match value {
        Value::Number(number) => number.as_u64().map(Duration::from_secs),
        _ => None,
    }
}

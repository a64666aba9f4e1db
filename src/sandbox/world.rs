//! All emulated targets of one sandbox, each below its prefix, and what is kept of them.
//!
//! No sockets here: [`World::serve`] takes a request and says what to answer. Which targets there
//! are by default, and with which credentials, is the business of [`declared`](super::declared).

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::admin;
use super::emulation::{Effect, Emulation, TargetKind};
use super::exchange::{Answer, Request};
use super::fault::{Fault, Faults};
use super::file::{Located, WorldFile};
use super::record::{Record, Seen};
use super::tables::{Change, Tables};
use crate::base::diagnostic::Diagnostic;

/// The world's own table: prefix → settings of the target.
const TARGETS: &str = "targets";
/// The world's own table of facts: its port, its key.
const FACTS: &str = "facts";

/// Makes an emulation: seeded from its settings, or with the rows that were kept.
pub type Build = fn(settings: &Map<String, Value>, kept: Option<Tables>) -> Box<dyn Emulation>;

/// How an answer is to be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// As it is.
    Whole,
    /// Half of the body, then the connection is cut.
    Truncated,
    /// The connection is cut before the first byte.
    Cut,
}

/// An answer, and what a scripted fault does to it on its way.
#[derive(Debug)]
pub struct Served {
    /// The answer.
    pub answer: Answer,
    /// How it arrives.
    pub delivery: Delivery,
    /// How late, in milliseconds.
    pub delay: u64,
    /// What is done after the answer.
    pub late: Option<Late>,
}

/// A request that is carried out after its answer.
#[derive(Debug)]
pub struct Late {
    /// How many milliseconds after.
    pub after: u64,
    prefix: String,
    request: Request,
}

impl Served {
    /// The answer, whole and at once.
    pub fn whole(answer: Answer) -> Self {
        Self {
            answer,
            delivery: Delivery::Whole,
            delay: 0,
            late: None,
        }
    }
}

/// All targets of a sandbox.
pub struct World {
    own: Tables,
    targets: BTreeMap<String, Box<dyn Emulation>>,
    builders: BTreeMap<TargetKind, Build>,
    file: Option<WorldFile>,
    base: String,
    ahead_ms: i64,
    /// The scripted faults.
    pub faults: Faults,
    /// The requests that were seen.
    pub record: Record,
}

impl World {
    /// A world that is gone with the process.
    pub fn in_memory(builders: &[(TargetKind, Build)]) -> Self {
        Self {
            own: Tables::default(),
            targets: BTreeMap::new(),
            builders: builders.iter().copied().collect(),
            file: None,
            base: "http://sandbox.test".to_owned(),
            ahead_ms: 0,
            faults: Faults::default(),
            record: Record::default(),
        }
    }

    /// The world that is kept in `folder`; a new one if there is none.
    pub fn open(folder: &Path, builders: &[(TargetKind, Build)]) -> Result<Self, Box<Diagnostic>> {
        let (file, written) = WorldFile::open(folder)?;
        let mut world = Self::in_memory(builders);
        let lines = written.len();
        world.restore(written);
        world.file = Some(file);
        let kept = world.snapshot();
        if kept.len() < lines
            && let Some(file) = &mut world.file
        {
            file.compact(&kept)?;
        }
        Ok(world)
    }

    /// Where clients see this world: `http://127.0.0.1:4000`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Says where clients see this world, without a slash at the end.
    pub fn set_base(&mut self, base: &str) {
        base.trim_end_matches('/').clone_into(&mut self.base);
    }

    /// The time in this world, milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        real_now_ms().saturating_add_signed(self.ahead_ms)
    }

    /// Lets time pass: tokens expire by it.
    pub fn advance(&mut self, milliseconds: u64) {
        self.set_ahead(i64::try_from(milliseconds).unwrap_or(i64::MAX));
    }

    /// Sets the servers' clock forward, or back.
    fn set_ahead(&mut self, milliseconds: i64) {
        self.ahead_ms = self.ahead_ms.saturating_add(milliseconds);
    }

    /// The prefixes of all targets, such as `t/default`.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.targets.keys().map(String::as_str)
    }

    /// What a target was made with.
    pub fn settings(&self, prefix: &str) -> Option<&Map<String, Value>> {
        self.own.get(TARGETS, prefix)?.as_object()
    }

    /// A target's emulation, for tests and seeds; follow it with [`commit`](Self::commit).
    pub fn target(&mut self, prefix: &str) -> Option<&mut (dyn Emulation + '_)> {
        Some(self.targets.get_mut(prefix)?.as_mut())
    }

    /// A fact of the world itself.
    pub fn fact(&self, name: &str) -> Option<&Value> {
        self.own.get(FACTS, name)
    }

    /// Keeps a fact of the world itself.
    pub fn set_fact(&mut self, name: &str, value: Value) -> Result<(), Box<Diagnostic>> {
        if self.fact(name) != Some(&value) {
            self.own.put(FACTS, name, value);
        }
        self.commit()
    }

    /// Makes sure that the target is there, with these settings; what is in it stays.
    pub fn ensure(
        &mut self,
        prefix: &str,
        settings: &Map<String, Value>,
    ) -> Result<(), Box<Diagnostic>> {
        self.add(prefix, settings.clone());
        if self.settings(prefix) != Some(settings)
            && let Some(target) = self.targets.get_mut(prefix)
        {
            target.reconfigure(settings);
            let settings = Value::Object(settings.clone());
            self.own.put(TARGETS, prefix, settings);
        }
        self.commit()
    }

    /// Answers a request whose path begins with a target's prefix.
    pub fn serve(&mut self, mut request: Request) -> Served {
        let own = admin::page(self, &request).or_else(|| self.control(&request));
        if let Some(answer) = own {
            return Served::whole(answer);
        }
        let faults = self.faults.strike(&request.method, &request.path);
        let Some(prefix) = take_prefix(&mut request).filter(|p| self.targets.contains_key(p))
        else {
            let answer = Answer::text(404, "no such target in this sandbox\n");
            self.note("", &request, 404);
            return Served::whole(answer);
        };
        request.base = format!("{}/{prefix}", self.base);
        let served = self.serve_faulty(&prefix, &mut request, &faults);
        let cut = served.delivery == Delivery::Cut;
        self.note(
            &prefix,
            &request,
            if cut { 0 } else { served.answer.status },
        );
        served
    }

    fn serve_faulty(&mut self, prefix: &str, request: &mut Request, faults: &[Fault]) -> Served {
        let (mut delivery, mut delay) = (Delivery::Whole, 0);
        let mut spoiled = Vec::new();
        for fault in faults {
            match *fault {
                Fault::Status { code, retry_after } => {
                    return Served {
                        delay,
                        ..Served::whole(failure(code, retry_after))
                    };
                }
                Fault::CutBefore => {
                    return Served {
                        delivery: Delivery::Cut,
                        delay,
                        ..Served::whole(Answer::empty(502))
                    };
                }
                Fault::CommitLate(after) => {
                    let late = Late {
                        after,
                        prefix: prefix.to_owned(),
                        request: request.clone(),
                    };
                    return Served {
                        delay,
                        late: Some(late),
                        ..Served::whole(failure(504, None))
                    };
                }
                Fault::Delay(milliseconds) => delay += milliseconds,
                Fault::CutAfterCommit => delivery = Delivery::Cut,
                Fault::TruncateBody => delivery = Delivery::Truncated,
                Fault::DuplicatePage => repeat_page(request),
                Fault::ExpireTokens => {
                    self.targets
                        .get_mut(prefix)
                        .into_iter()
                        .for_each(|t| t.expire_tokens());
                }
                Fault::Clock(seconds) => self.set_ahead(seconds.saturating_mul(1000)),
                Fault::TruncatePage
                | Fault::HideNewest
                | Fault::Html
                | Fault::StatusAfterCommit(_) => spoiled.push(*fault),
                // Drawn already, when it struck.
                Fault::Random { .. } => {}
            }
        }
        let mut answer = self.answer(prefix, request);
        for fault in spoiled {
            answer = spoil(fault, answer);
        }
        Served {
            delivery,
            delay,
            ..Served::whole(answer)
        }
    }

    /// Carries out a request that was answered already.
    pub fn carry_out(&mut self, late: &Late) {
        self.answer(&late.prefix, &late.request);
    }

    /// Asks the target and keeps what changed before anybody sees the answer.
    fn answer(&mut self, prefix: &str, request: &Request) -> Answer {
        let now_ms = self.now_ms();
        let Some(target) = self.targets.get_mut(prefix) else {
            return Answer::empty(404);
        };
        let answer = target.answer(request, now_ms);
        for effect in target.effects() {
            match effect {
                Effect::Add {
                    prefix, settings, ..
                } => self.add(&prefix, settings),
                Effect::Drop { prefix } => self.remove(&prefix),
            }
        }
        match self.commit() {
            Ok(()) => answer,
            Err(fault) => Answer::text(500, &format!("{}\n", fault.message)),
        }
    }

    /// Writes down what changed since the last call.
    pub fn commit(&mut self) -> Result<(), Box<Diagnostic>> {
        let mut changes = located("", self.own.drain());
        for (prefix, target) in &mut self.targets {
            changes.extend(located(prefix, target.tables().drain()));
        }
        match &mut self.file {
            Some(file) if !changes.is_empty() => file.append(&changes),
            _ => Ok(()),
        }
    }

    fn add(&mut self, prefix: &str, settings: Map<String, Value>) {
        if self.targets.contains_key(prefix) {
            return;
        }
        let kind = TargetKind::of(prefix);
        let Some(build) = kind.and_then(|kind| self.builders.get(&kind)) else {
            return;
        };
        self.targets
            .insert(prefix.to_owned(), build(&settings, None));
        self.own.put(TARGETS, prefix, Value::Object(settings));
    }

    fn remove(&mut self, prefix: &str) {
        self.targets.remove(prefix);
        self.own.delete(TARGETS, prefix);
    }

    fn restore(&mut self, written: Vec<Located>) {
        let mut kept: BTreeMap<String, Tables> = BTreeMap::new();
        for Located { at, change } in written {
            if at.is_empty() {
                if change.table == TARGETS && change.row.is_none() {
                    kept.remove(&change.id);
                }
                self.own.replay(change);
            } else {
                kept.entry(at).or_default().replay(change);
            }
        }
        for (prefix, settings) in self.own.rows(TARGETS) {
            let kind = TargetKind::of(prefix);
            let build = kind.and_then(|kind| self.builders.get(&kind));
            if let (Some(build), Some(settings)) = (build, settings.as_object()) {
                let tables = kept.remove(prefix).unwrap_or_default();
                self.targets
                    .insert(prefix.to_owned(), build(settings, Some(tables)));
            }
        }
    }

    fn snapshot(&mut self) -> Vec<Located> {
        let mut changes = located("", self.own.snapshot());
        for (prefix, target) in &mut self.targets {
            changes.extend(located(prefix, target.tables().snapshot()));
        }
        changes
    }

    fn note(&mut self, target: &str, request: &Request, status: u16) {
        let Request {
            method,
            path,
            query,
            ..
        } = request;
        self.record.note(Seen {
            target: target.to_owned(),
            method: method.clone(),
            path: path.clone(),
            query: query.clone(),
            status,
        });
    }
}

/// The machine's time, milliseconds since 1970.
pub(super) fn real_now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

fn located(at: &str, changes: Vec<Change>) -> Vec<Located> {
    let at = |change| Located {
        at: at.to_owned(),
        change,
    };
    changes.into_iter().map(at).collect()
}

/// Takes `/t/ID` off the path and returns `t/ID`.
fn take_prefix(request: &mut Request) -> Option<String> {
    let path = request.path.strip_prefix('/')?;
    let (word, rest) = path.split_once('/')?;
    let (id, rest) = rest
        .split_once('/')
        .map_or((rest, ""), |(id, rest)| (id, rest));
    let prefix = format!("{word}/{id}");
    request.path = format!("/{rest}");
    Some(prefix)
}

fn failure(code: u16, retry_after: Option<u64>) -> Answer {
    let answer = Answer::text(code, "a scripted fault of the sandbox\n");
    match retry_after {
        Some(seconds) => answer.with_header("retry-after", seconds.to_string()),
        None => answer,
    }
}

/// An answer as it arrives when something on the way spoils it.
fn spoil(fault: Fault, answer: Answer) -> Answer {
    let list = answer.as_json().and_then(|json| match json {
        Value::Array(rows) => Some(rows),
        _ => None,
    });
    match (fault, list) {
        (Fault::StatusAfterCommit(code), _) => failure(code, None),
        (Fault::Html, _) => Answer::html(200, "<html><body>one moment please</body></html>"),
        (Fault::TruncatePage, Some(mut rows)) => {
            rows.truncate(rows.len() / 2);
            with_rows(answer, rows)
        }
        (Fault::HideNewest, Some(mut rows)) => {
            let age = |row: &Value| row["createdAt"].as_u64().unwrap_or_default();
            let newest = (0..rows.len()).max_by_key(|at| age(&rows[*at]));
            newest.map(|at| rows.remove(at));
            with_rows(answer, rows)
        }
        (_, _) => answer,
    }
}

fn with_rows(answer: Answer, rows: Vec<Value>) -> Answer {
    let body = Value::Array(rows).to_string().into_bytes();
    Answer { body, ..answer }
}

/// Asks for the page before the one asked for.
fn repeat_page(request: &mut Request) {
    let pairs = request.query_pairs();
    let back = pairs
        .iter()
        .map(|(name, value)| match value.parse::<u64>() {
            Ok(page) if name == "page" && page > 1 => (name.clone(), (page - 1).to_string()),
            _ => (name.clone(), value.clone()),
        });
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(back)
        .finish();
    request.query = request.query.as_ref().map(|_| query);
}

#[cfg(test)]
#[path = "world_tests.rs"]
mod tests;

//! What every step of one run shares.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::ledger::{IntentId, Ledger};
use super::listed::Lists;
use super::outputs::{Made, Outputs};
use super::secrets::{SecretResolver, Secrets};
use super::surroundings::Surroundings;
use super::targets::{Hosts, Targets};
use super::verify::Unverified;
use crate::base::lock::lock;
use crate::base::{Address, Diagnostic, Value};
use crate::kind::{Api, Catalog, Descriptor, WriteSessions};
use crate::plan::shape::{Shape, Shapes};
use crate::plan::{Plan, Statistics, Step, World};
use crate::state::Entry;

/// What every step of one run shares.
pub(super) struct Context {
    /// The plan.
    pub(super) plan: Arc<Plan>,
    /// When its live values were read; none if that was in another run.
    pub(super) read_at: Option<Instant>,
    /// All kinds.
    pub(super) catalog: Catalog,
    /// Opens sessions.
    pub(super) sessions: Arc<dyn WriteSessions>,
    /// Works out the settings of targets that are made.
    pub(super) hosts: Arc<dyn Hosts>,
    /// The state.
    pub(super) ledger: Arc<dyn Ledger>,
    /// Finds the texts of secrets that no step of the plan has: those of targets.
    pub(super) resolver: Arc<dyn SecretResolver>,
    /// The texts of secrets.
    pub(super) secrets: Secrets,
    /// What objects tell.
    pub(super) outputs: Outputs,
    /// Where they live.
    pub(super) targets: Targets,
    /// The entries of this run's steps, as they grow.
    pub(super) entries: Mutex<BTreeMap<Address, Entry>>,
    /// Who is keeping something of an object: parts of one step run side by side, and each keeps
    /// the whole entry.
    keeping: Mutex<BTreeMap<Address, Arc<AsyncMutex<()>>>>,
    /// The shapes of kinds.
    pub(super) shapes: Mutex<Shapes>,
    /// What was written without an answer.
    pub(super) unverified: Mutex<Unverified>,
    /// What is sent in one call when the graph is done.
    pub(super) listed: Mutex<Lists>,
    /// The creations whose old objects are still to be deleted.
    pub(super) replacing: Mutex<BTreeMap<Address, IntentId>>,
    /// What somebody should look at.
    pub(super) warnings: Mutex<Vec<Diagnostic>>,
}

impl Context {
    /// What the steps of `plan` share.
    pub(super) fn new(
        around: &Surroundings,
        plan: Arc<Plan>,
        read_at: Option<Instant>,
        secrets: Secrets,
    ) -> Self {
        Self {
            plan,
            read_at,
            catalog: around.catalog,
            sessions: Arc::clone(&around.sessions),
            hosts: Arc::clone(&around.hosts),
            ledger: Arc::clone(&around.ledger),
            resolver: Arc::clone(&around.secrets),
            secrets,
            outputs: Outputs::default(),
            targets: Targets::new(around.targets.clone()),
            entries: Mutex::default(),
            keeping: Mutex::default(),
            shapes: Mutex::default(),
            unverified: Mutex::default(),
            listed: Mutex::default(),
            replacing: Mutex::default(),
            warnings: Mutex::default(),
        }
    }

    /// The same before there is a plan.
    pub(super) fn without_plan(around: &Surroundings) -> Self {
        let plan = Plan {
            target: World::Live,
            steps: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            unchanged: 0,
            bookkeeping: BTreeMap::new(),
            moved: Vec::new(),
            refusals: Vec::new(),
            warnings: Vec::new(),
            notes: Vec::new(),
            overrides: Vec::new(),
            partial: false,
            drift: Vec::new(),
            drift_access: Vec::new(),
            strangers: Vec::new(),
            pending: Vec::new(),
            undoes: None,
            access: Vec::new(),
            statistics: Statistics::default(),
        };
        Self::new(around, Arc::new(plan), None, Secrets::default())
    }

    /// Waits until nobody else keeps anything of that object.
    pub(super) async fn turn_to_keep(&self, address: &Address) -> OwnedMutexGuard<()> {
        let turns = Arc::clone(lock(&self.keeping).entry(address.clone()).or_default());
        turns.lock_owned().await
    }

    /// The step at that place in the plan.
    pub(super) fn step(&self, number: usize) -> &Step {
        &self.plan.steps[number]
    }

    /// The kind of objects of that `apiVersion` and address word.
    pub(super) fn kind(&self, api_version: &str, name: &str) -> Option<&'static Descriptor> {
        self.catalog.stored(api_version, name)
    }

    /// The kind of that address word in targets of an API.
    pub(super) fn kind_of(&self, api: Api, name: &str) -> Option<&'static Descriptor> {
        self.catalog.named(api, name)
    }

    /// The shape of a kind's objects, read off its schema once.
    pub(super) fn shape(&self, kind: &'static Descriptor) -> Shape {
        lock(&self.shapes).of(kind).clone()
    }

    /// Says something that somebody should look at.
    pub(super) fn warn(&self, warning: Diagnostic) {
        lock(&self.warnings).push(warning);
    }

    /// Keeps what the plan already knows: live objects that it read.
    pub(super) fn keep_planned(&self) {
        for step in &self.plan.steps {
            let kind = self.kind(&step.api_version, step.address.kind());
            if let (Some(kind), Some(id)) = (kind, &step.id)
                && step.live != Value::Null
            {
                let made = Made {
                    kind,
                    home: step.home.clone(),
                    id: id.clone(),
                    value: step.live.clone(),
                };
                self.outputs.keep(&step.address, made);
            }
        }
    }
}

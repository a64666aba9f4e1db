//! A whole run in one process: manifests, state, plan and apply against the built-in sandbox.

pub(crate) mod bucket;
mod cluster;
pub(crate) mod count;
mod known;
mod ledger;
mod moment;
mod refused;
mod strikes;
mod trial;
mod undo;
mod writes;

pub(crate) use strikes::Strikes;
pub(crate) use trial::{struck, taking_back};
pub(crate) use writes::writes_of;

use known::Known;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tenantry::apply::{self, Inputs, Kept, Limits, Quiet, Report, Surroundings};
use tenantry::base::{Address, Diagnostic, Secret, Value};
use tenantry::cli::sessions::Sessions;
use tenantry::http::Settings;
use tenantry::kind::{Catalog, WriteSessions};
use tenantry::manifest::{self, Document, Source};
use tenantry::plan::{Facts as _, Input, Options, Plan, World as Target};
use tenantry::sandbox::dcos::Edition;
use tenantry::sandbox::declared::TenantWish;
use tenantry::sandbox::{BUILDERS, Sandbox};
use tenantry::state::{Folder, Identities, Opened, State};
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// A sandbox with a self-hosted tenant `acme`, an account `main` and a cluster `prod`, a state,
/// and secrets by name.
pub(crate) struct Ground {
    runtime: Runtime,
    sandbox: Option<Sandbox>,
    folder: TempDir,
    identities: Identities,
    catalog: Catalog,
    secrets: BTreeMap<String, String>,
    head: String,
    overrides: Vec<(String, String)>,
    state: &'static str,
    destroy: bool,
    all_edges: bool,
    ahead: jiff::SignedDuration,
    settle: Duration,
    journaled: bool,
    back: undo::Back,
}

/// What one run did.
pub(crate) struct Run {
    /// The plan.
    pub(crate) plan: Plan,
    /// What came of it.
    pub(crate) report: Report,
    /// The write requests that the servers saw.
    pub(crate) writes: Vec<String>,
    /// How many requests the servers saw, reads included.
    requests: usize,
    /// Whether nothing was in its way: no fault, and nothing that an earlier run had begun.
    undisturbed: bool,
}

impl Ground {
    /// An empty state over a fresh sandbox, whose cluster is Enterprise.
    pub(crate) fn with(catalog: Catalog) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let options = tenantry::sandbox::Options::default();
        let sandbox = runtime
            .block_on(Sandbox::start(&options, BUILDERS))
            .expect("a sandbox");
        let mut ground = Self {
            runtime,
            sandbox: Some(sandbox),
            folder: TempDir::new().expect("a folder"),
            identities: Identities::generate("a test"),
            catalog,
            secrets: BTreeMap::new(),
            head: String::new(),
            overrides: Vec::new(),
            state: "state",
            destroy: false,
            all_edges: false,
            journaled: true,
            ahead: jiff::SignedDuration::ZERO,
            settle: trial::settle(),
            back: undo::Back::default(),
        };
        ground.declare_targets();
        ground
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("it runs")
    }

    fn declare_targets(&mut self) {
        let (account, tenant, cluster) = self.sandbox().with(|world| {
            let account = world
                .ensure_account("main", "pat_test")
                .expect("an account");
            let tenant = world
                .ensure_tenant("acme", &TenantWish::default())
                .expect("a tenant");
            let cluster = world
                .ensure_cluster("prod", Edition::Enterprise, "boss", "boss-password")
                .expect("a cluster");
            world.commit().expect("kept");
            (account, tenant, cluster)
        });
        self.set("PAT", &account.token);
        self.set("ACME", &tenant.client_secret);
        self.set("BOSS", &cluster.password);
        self.head = format!(
            "apiVersion: logto/v1\nkind: Account\nmetadata: {{name: main}}\n\
             spec: {{endpoint: '{}', token: {{env: PAT}}, markerWait: 0}}\n---\n\
             apiVersion: logto/v1\nkind: Tenant\nmetadata: {{name: acme}}\nspec:\n  connection:\n    \
             endpoint: '{}'\n    resource: '{}'\n    tokenEndpoint: '{}'\n    clientId: '{}'\n    \
             clientSecret: {{env: ACME}}\n---\n\
             apiVersion: dcos/v1\nkind: Cluster\nmetadata: {{name: prod}}\nspec:\n  connection:\n    \
             url: '{}'\n    login: {{uid: boss, password: {{env: BOSS}}}}\n---\n",
            account.endpoint,
            tenant.endpoint,
            tenant.resource,
            tenant.token_endpoint,
            tenant.client_id,
            cluster.url,
        );
    }

    /// Sets a secret's variable.
    pub(crate) fn set(&mut self, name: &str, text: &str) {
        self.secrets.insert(name.to_owned(), text.to_owned());
    }

    /// Names an override for the runs to come.
    pub(crate) fn allow(&mut self, rule: &str, address: &str) {
        self.overrides.push((rule.to_owned(), address.to_owned()));
    }

    /// From now on it is that many hours later to us.
    pub(crate) fn wait(&mut self, hours: i64) {
        self.ahead = jiff::SignedDuration::from_hours(hours);
    }

    /// From now on a server may be at work on a call for so long after it was begun.
    pub(crate) fn settles(&mut self, time: Duration) {
        self.settle = time;
    }

    /// From now on nothing is written into a journal, nor remembered.
    pub(crate) fn forget_all(&mut self) {
        self.journaled = false;
    }

    /// From now on everything that is owned goes.
    pub(crate) fn destroying(&mut self) {
        self.destroy = true;
    }

    /// Looks at or changes the world by hand.
    pub(crate) fn by_hand<T>(&self, look: impl FnOnce(&mut tenantry::sandbox::World) -> T) -> T {
        self.sandbox().with(look)
    }

    /// Runs with a state that knows nothing of ours: other people at work in the same world.
    pub(crate) fn by_others<T>(&mut self, work: impl FnOnce(&Self) -> T) -> T {
        self.state = "others";
        let destroying = std::mem::take(&mut self.destroy);
        let done = work(self);
        self.destroy = destroying;
        self.state = "state";
        done
    }

    /// Checks what is live: people with an empty state adopt the objects of `text` and find
    /// nothing to change.
    pub(crate) fn holds(&mut self, text: &str) {
        let adopting = text.replace("\nspec:", "\nlifecycle: {adopt: true}\nspec:");
        self.state = "witness";
        let run = self.apply(&adopting);
        std::fs::remove_dir_all(self.state_folder()).expect("a state");
        self.state = "state";
        for step in &run.plan.steps {
            assert_eq!(step.action, tenantry::plan::Action::Adopt, "{step:#?}");
            assert_eq!(step.changes, [], "{} is not as it should be", step.address);
        }
        assert_eq!(run.writes, Vec::<String>::new());
    }

    /// The folder of the state.
    pub(crate) fn state_folder(&self) -> PathBuf {
        self.folder.path().join(self.state)
    }

    /// The documents of `text`, the targets' included.
    pub(crate) fn documents(&self, text: &str) -> Vec<Document> {
        let loaded = self.load(text);
        assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
        loaded.documents
    }

    /// The codes of what is wrong with `text`.
    pub(crate) fn complaints(&self, text: &str) -> Vec<String> {
        let said = self.load(text).diagnostics.into_iter();
        said.map(|one| one.code.to_string()).collect()
    }

    fn load(&self, text: &str) -> manifest::Manifests {
        let whole = format!("{}{text}", self.head);
        let source = Source::new("test.yaml", self.folder.path(), whole.into_bytes());
        let options = manifest::Options {
            catalog: self.catalog,
            root: self.folder.path().to_owned(),
            allow_files_outside: false,
        };
        manifest::load(vec![source.expect("a manifest")], &options)
    }

    fn sessions() -> Arc<Sessions> {
        Arc::new(Sessions::new(Settings::default()).expect("sessions"))
    }

    /// Plans `text`, and applies it unless it is refused.
    pub(crate) fn try_apply(&self, text: &str) -> Result<Run, Vec<Diagnostic>> {
        let documents = self.documents(text);
        let folder = Folder::new(self.state_folder());
        self.by_hand(|world| world.record.clear());
        let run = self.runtime.block_on(async {
            let patience = Duration::from_secs(5);
            let state = State::open(&folder, &self.identities, patience, "test").await;
            let state = Arc::new(state.map_err(|error| vec![Diagnostic::from(error)])?);
            let outcome = self.run(&documents, &state).await;
            let state = Arc::into_inner(state).expect("nobody else has it");
            state
                .save()
                .await
                .map_err(|error| vec![Diagnostic::from(error)])?;
            state
                .close()
                .await
                .map_err(|error| vec![Diagnostic::from(error)])?;
            outcome
        });
        let (plan, report, resumed) = run?;
        let writes = self.by_hand(|world| {
            let writes = world.record.all().filter(|seen| seen.is_write());
            writes
                .map(|seen| format!("{} {} {}", seen.method, seen.path, seen.status))
                .collect()
        });
        Ok(Run {
            undisturbed: !resumed && self.by_hand(|world| world.faults.is_empty()),
            plan,
            report,
            writes,
            requests: self.by_hand(|world| world.record.all().count()),
        })
    }

    async fn run(
        &self,
        documents: &[Document],
        state: &Arc<State>,
    ) -> Result<(Plan, Report, bool), Vec<Diagnostic>> {
        let known = Arc::new(Known {
            secrets: self.secrets.clone(),
            state: Arc::clone(state),
            found: Mutex::default(),
        });
        let sessions = Self::sessions();
        let surroundings = |targets| Surroundings {
            catalog: self.catalog,
            sessions: Arc::<Sessions>::clone(&sessions),
            targets,
            hosts: Arc::new(apply::Declared),
            secrets: Arc::<Known>::clone(&known),
            ledger: self.ledger(state),
            progress: Arc::new(Quiet),
            stop: watch::channel(false).1,
        };
        let resumed = self.resume(documents, state, &known, &surroundings).await?;
        let plan = self.plan(documents, state, &known, &sessions).await?;
        let around = surroundings(known.found.lock().expect("not poisoned").clone());
        let shown = Arc::new(plan.clone());
        let inputs = Inputs {
            plan: if plan.refusals.is_empty() {
                Arc::clone(&shown)
            } else {
                Arc::new(refused::emptied(&plan))
            },
            read_at: Some(tokio::time::Instant::now()),
            limits: Limits { all: 16, each: 8 },
        };
        let report = apply::apply(&around, inputs).await;
        Ok((plan, report, resumed))
    }

    fn ledger(&self, state: &Arc<State>) -> Arc<dyn apply::Ledger> {
        let kept = Kept::new(Arc::clone(state), self.catalog);
        if self.journaled {
            Arc::new(kept)
        } else {
            Arc::new(ledger::Forgetful(kept))
        }
    }

    async fn plan(
        &self,
        documents: &[Document],
        state: &State,
        known: &Known,
        sessions: &Sessions,
    ) -> Result<Plan, Vec<Diagnostic>> {
        let (snapshot, overrides) = (state.snapshot(), self.overrides());
        let undoing = self.undoing(documents, state, known);
        let options = Options {
            world: Target::Sandbox,
            selects: None,
            overrides: &overrides,
            no_delete: false,
            adopt: false,
            imports: &[],
            policy: None,
            undo: undoing.as_ref(),
            today: jiff::civil::date(2026, 11, 22),
            destroy: self.destroy,
            all_edges: self.all_edges,
        };
        let input = Input {
            catalog: self.catalog,
            documents: undoing.as_ref().map_or(documents, |it| &it.documents),
            snapshot: undoing.as_ref().map_or(&snapshot, |it| &it.snapshot),
            key: Some(state.key()),
            sessions: sessions.reads(),
            facts: known,
            options: &options,
        };
        tenantry::plan::plan(&input).await
    }

    /// Ends what an earlier run had begun, as the command line does. Returns whether there was
    /// something.
    async fn resume(
        &self,
        documents: &[Document],
        state: &Arc<State>,
        known: &Known,
        surroundings: &impl Fn(BTreeMap<Address, apply::Target>) -> Surroundings,
    ) -> Result<bool, Vec<Diagnostic>> {
        let nothing = Value::Null;
        for host in documents.iter().filter(|document| document.home.is_none()) {
            known.settings(host.kind, &host.address, &host.body, &nothing, &nothing);
        }
        let owned = state.snapshot().resources.clone().into_iter();
        let forgotten = self.overrides.iter().filter(|(rule, _)| rule == "intent");
        let resume = apply::Resume {
            forgotten: forgotten
                .map(|(_, address)| address.parse().expect("an address"))
                .collect(),
            owned: owned.map(|(address, entry)| (address, entry.id)).collect(),
            wanted: (documents.iter().filter(|d| d.kind.hosts.is_some()))
                .map(|d| (d.address.clone(), d.body.clone()))
                .collect(),
            now: jiff::Timestamp::now() + self.ahead,
            settle: self.settle,
        };
        let around = surroundings(known.found.lock().expect("not poisoned").clone());
        let resumed = apply::resume(&around, &resume).await;
        if resumed.errors.is_empty() {
            Ok(!resumed.done.is_empty())
        } else {
            Err(resumed.errors)
        }
    }

    /// Scripts a fault.
    pub(crate) fn fault(&self, rule: &str) {
        let rule = tenantry::sandbox::fault::Rule::parse(rule).expect("a rule");
        self.by_hand(|world| world.faults.add(rule));
    }

    /// A stored credential.
    pub(crate) fn credential(&self, address: &str, output: &str) -> Option<Secret> {
        let folder = Folder::new(self.state_folder());
        let opened = Opened::read(&folder, Some(&self.identities));
        let opened = self.runtime.block_on(opened).expect("a state");
        let address = address.parse().expect("an address");
        opened.secret(&address, output).expect("open").cloned()
    }

    /// Applies `text`, which works.
    pub(crate) fn apply(&self, text: &str) -> Run {
        let before = self.before();
        let run = self.applied(text);
        if let Some(before) = before {
            self.try_out(text, &before, &run);
        }
        run
    }

    fn applied(&self, text: &str) -> Run {
        let run = self.try_apply(text).expect("a plan");
        assert!(run.plan.refusals.is_empty(), "{:#?}", run.plan.refusals);
        assert!(run.report.succeeded(), "{:#?}", run.report);
        run.holds_to_its_plan();
        run
    }

    /// Applies `text` again: there is nothing to do, and nothing is written.
    pub(crate) fn apply_again(&self, text: &str) -> Run {
        let run = self.apply(text);
        assert!(
            run.plan.is_empty(),
            "the second plan is not empty: {:#?}",
            run.plan.steps
        );
        assert_eq!(run.writes, Vec::<String>::new());
        run
    }

    /// Applies `text` twice: the second time there is nothing to do.
    pub(crate) fn apply_twice(&self, text: &str) -> Run {
        let first = self.apply(text);
        assert!(!first.plan.is_empty(), "the first plan is empty");
        self.apply_again(text);
        first
    }

    /// The id that the state knows.
    pub(crate) fn id(&self, address: &str) -> String {
        let json =
            std::fs::read_to_string(self.state_folder().join("state.json")).expect("a state");
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let id = &json["resources"][address]["id"];
        id.as_str()
            .unwrap_or_else(|| panic!("{address} is not owned: {json:#}"))
            .to_owned()
    }
}

impl Run {
    /// The servers saw the write requests that the plan foresaw, and no others.
    fn holds_to_its_plan(&self) {
        if !self.undisturbed {
            return;
        }
        let (seen, foreseen) = (self.writes.len() as u64, self.plan.statistics.writes);
        assert_eq!(self.report.writes, seen, "{:#?}", self.writes);
        assert!(
            (foreseen.least..=foreseen.most).contains(&seen),
            "{foreseen:?} were foreseen: {:#?}\n{:#?}",
            self.writes,
            self.plan.steps
        );
    }
}

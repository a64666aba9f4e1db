//! Plans by hand, and runs of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::ledger::FakeLedger;
use super::world::FakeWorld;
use crate::apply::schedule::parts;
use crate::apply::{
    Counts, Declared, Event, Inputs, Limits, Outcome, Progress, Report, Resume, Resumed,
    SecretResolver, Surroundings, Target, apply,
};
use crate::base::lock::lock;
use crate::base::{Address, Code, FieldPath, FingerprintKey, Secret, SecretSource, Unknown, Value};
use crate::kind::{Api, Catalog};
use crate::plan::{Action, Edge, Node, Order, Part, Plan, PlannedEdge, Statistics, Step, World};
use crate::provider::{cloud, dcos, logto};
use crate::state::Entry;

const CATALOG: Catalog =
    Catalog::new(&[cloud::kinds::KINDS, logto::kinds::KINDS, dcos::kinds::KINDS]);

/// A step on the object at `address`.
pub(in crate::apply) fn step(address: &str, action: Action, body: Json) -> Step {
    let address: Address = address.parse().expect("an address");
    let (api_version, home) = match address.target() {
        None => ("logto/v1", Address::top("account", "main")),
        Some("prod") => ("dcos/v1", Address::top("cluster", "prod")),
        Some(tenant) => ("logto/v1", Address::top("tenant", tenant)),
    };
    Step {
        desired: body.clone().into(),
        object: body.into(),
        owned: true,
        ..Step::bare(address, api_version, Some(home), action)
    }
}

/// An address.
pub(in crate::apply) fn address(text: &str) -> Address {
    text.parse().expect("an address")
}

/// An update of a live, owned object.
pub(in crate::apply) fn update(at: &str, live: Json, object: Json, send: &[&str]) -> Step {
    let mut update = step(at, Action::Update, object);
    update.live = live.into();
    update.id = Some("x1".into());
    update.send = send.iter().map(|field| (*field).to_owned()).collect();
    update
}

/// An entry from an earlier run.
pub(in crate::apply) fn entry(written: &Json) -> Entry {
    let json = json!({
        "api_version": "logto/v1", "home": "tenant/acme", "id": "x1", "written": written,
        "observed": written, "depends_on": [], "labels": {},
    });
    serde_json::from_value(json).expect("an entry")
}

/// Whether a secret's text is this one, told without taking it out of its wrapper.
pub(in crate::apply) fn says(secret: &Secret, text: &str) -> bool {
    let print = |secret: &Secret| {
        let key = FingerprintKey::new(&[1; 32]);
        key.fingerprint(&Address::top("tenant", "x"), &FieldPath::root(), secret)
    };
    print(secret) == print(&Secret::new(text))
}

/// The creation of a role.
pub(in crate::apply) fn create(address: &str) -> Step {
    let name = address.rsplit('/').next().unwrap_or_default();
    step(
        address,
        Action::Create,
        json!({"name": name, "description": "x"}),
    )
}

/// An edge to the object at `to`, whose id is not known yet.
pub(in crate::apply) fn edge(to: &str) -> PlannedEdge {
    let to: Address = to.parse().expect("an address");
    PlannedEdge {
        key: vec![Value::Unknown(Unknown::output(to.clone(), "id"))],
        label: to.to_string(),
        to: Some(to),
    }
}

/// `before` must succeed before `after` is begun.
pub(in crate::apply) fn needs(before: (&str, Part), after: (&str, Part)) -> Edge {
    let node = |(address, part): (&str, Part)| Node {
        address: address.parse().expect("an address"),
        part,
    };
    Edge {
        before: node(before),
        after: node(after),
        order: Order::Needs,
    }
}

fn nodes(step: &Step) -> Vec<Node> {
    let parts = parts(step).into_iter();
    parts
        .map(|part| Node {
            address: step.address.clone(),
            part,
        })
        .collect()
}

/// A plan of these steps.
pub(in crate::apply) fn plan(steps: Vec<Step>, edges: Vec<Edge>) -> Plan {
    Plan {
        target: World::Sandbox,
        nodes: steps.iter().flat_map(nodes).collect(),
        steps,
        edges,
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
    }
}

/// The codes of a step's errors.
pub(in crate::apply) fn errors(report: &Report, place: usize) -> Vec<Code> {
    match &report.steps[place].outcome {
        Outcome::Failed(errors) => errors.iter().map(|error| error.code).collect(),
        _ => Vec::new(),
    }
}

/// The codes of the warnings.
pub(in crate::apply) fn warnings(report: &Report) -> Vec<Code> {
    report.warnings.iter().map(|warning| warning.code).collect()
}

/// A run of a plan against a world and a state in memory.
pub(in crate::apply) struct TestRun {
    /// The servers.
    pub(in crate::apply) world: Arc<FakeWorld>,
    /// The state.
    pub(in crate::apply) ledger: Arc<FakeLedger>,
    /// How much runs side by side.
    pub(in crate::apply) limits: Limits,
    /// When the plan's live values were read.
    pub(in crate::apply) read_at: Option<Instant>,
    /// Raised to stop.
    pub(in crate::apply) stop: watch::Sender<bool>,
    /// The environment.
    pub(in crate::apply) environment: BTreeMap<String, String>,
    /// The account's token.
    pub(in crate::apply) token: &'static str,
    /// What was told.
    pub(in crate::apply) told: Arc<Told>,
}

/// Keeps what was told.
#[derive(Default)]
pub(in crate::apply) struct Told(pub(in crate::apply) Mutex<Vec<(Event, Counts)>>);

impl Progress for Told {
    fn event(&self, event: &Event, counts: Counts) {
        lock(&self.0).push((event.clone(), counts));
    }
}

struct Environment(BTreeMap<String, String>);

#[async_trait]
impl SecretResolver for Environment {
    async fn text(&self, source: &SecretSource) -> Result<Secret, String> {
        let SecretSource::Env(name) = source else {
            return Err("only variables here".into());
        };
        self.0
            .get(name)
            .map(Secret::new)
            .ok_or_else(|| "it is not set".into())
    }
}

impl TestRun {
    /// A run against `world`.
    pub(in crate::apply) fn of(world: FakeWorld) -> Self {
        Self::against(Arc::new(world), FakeLedger::default())
    }

    /// A run against `world`, whose state is `ledger`.
    pub(in crate::apply) fn against(world: Arc<FakeWorld>, ledger: FakeLedger) -> Self {
        Self {
            world,
            ledger: Arc::new(ledger),
            limits: Limits { all: 8, each: 8 },
            read_at: Some(Instant::now()),
            stop: watch::Sender::new(false),
            environment: BTreeMap::new(),
            token: "pat",
            told: Arc::default(),
        }
    }

    /// What is around it.
    pub(in crate::apply) fn surroundings(&self) -> Surroundings {
        let token = Value::Secret(crate::base::Hidden {
            text: Some(Secret::new(self.token)),
            ..crate::base::Hidden::default()
        });
        let account = [
            ("token".to_owned(), token),
            ("markerWait".into(), Value::Number(60.into())),
        ];
        let target = |api, settings| Target { api, settings };
        let targets = [
            (
                Address::top("account", "main"),
                target(Api::Cloud, Value::Map(account.into())),
            ),
            (
                Address::top("tenant", "acme"),
                target(Api::Logto, json!({"endpoint": "x"}).into()),
            ),
            (
                Address::top("cluster", "prod"),
                target(Api::Dcos, json!({"url": "x"}).into()),
            ),
        ];
        Surroundings {
            catalog: CATALOG,
            sessions: self.world.sessions(),
            targets: targets.into(),
            hosts: Arc::new(Declared),
            secrets: Arc::new(Environment(self.environment.clone())),
            ledger: Arc::clone(&self.ledger) as Arc<_>,
            progress: Arc::clone(&self.told) as Arc<_>,
            stop: self.stop.subscribe(),
        }
    }

    /// Ends what an earlier run had begun.
    pub(in crate::apply) async fn resume(&self, forgotten: &[&str], now: Timestamp) -> Resumed {
        let resume = Resume {
            forgotten: forgotten
                .iter()
                .map(|a| a.parse().expect("an address"))
                .collect(),
            owned: self.ledger.owned(),
            wanted: BTreeMap::new(),
            now,
            settle: std::time::Duration::ZERO,
        };
        crate::apply::resume(&self.surroundings(), &resume).await
    }

    /// Applies a plan.
    pub(in crate::apply) async fn apply(&self, plan: Plan) -> Report {
        let inputs = Inputs {
            plan: Arc::new(plan),
            read_at: self.read_at,
            limits: self.limits,
        };
        apply(&self.surroundings(), inputs).await
    }
}

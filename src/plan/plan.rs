//! The plan: a plain value. No closures, no I/O; it can be compared, saved and rendered.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccessChange, Writes};
use crate::base::{Address, FieldPath, Value};
use crate::kind::{Catalog, Descriptor, EdgeKey, Trace};
use crate::state::Entry;

/// Everything that would be done, and everything that was noticed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Real servers or the sandbox.
    pub target: World,
    /// In an order that could be applied one by one.
    pub steps: Vec<Step>,
    /// The parts of the steps: the nodes of the graph.
    pub nodes: Vec<Node>,
    /// Order between them.
    pub edges: Vec<Edge>,
    /// How many declared objects need nothing.
    pub unchanged: usize,
    /// What the state shall say of objects that need no call: a new label, an edge that was there
    /// already and is ours now. Apply saves it; it is no change.
    pub bookkeeping: BTreeMap<Address, Entry>,
    /// Addresses that were renamed by `lifecycle.movedFrom`: old, new.
    pub moved: Vec<(Address, Address)>,
    /// Why it may not be applied, if so.
    pub refusals: Vec<Note>,
    /// What somebody should look at.
    pub warnings: Vec<Note>,
    /// What is good to know.
    pub notes: Vec<Note>,
    /// Overrides that were named on the command line and used, `RULE=ADDRESS`.
    pub overrides: Vec<String>,
    /// Set if `--target` or `-l` left something out.
    pub partial: bool,
    /// What differs from what was last applied, for `drift`.
    pub drift: Vec<Drift>,
    /// What that did to access, for `drift`.
    pub drift_access: Vec<AccessChange>,
    /// What is live and in no manifest, for `drift`.
    pub strangers: Vec<Strangers>,
    /// The steps that do more than take back what was changed by hand.
    pub pending: Vec<Address>,
    /// The run that it takes back, if that is what it is for: the journal's last record before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// Who gains and who loses what.
    #[serde(default)]
    pub access: Vec<AccessChange>,
    /// What it cost.
    pub statistics: Statistics,
}

/// Which world a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum World {
    /// Real servers.
    Live,
    /// The built-in emulations.
    Sandbox,
}

/// What is done to an object.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is not there.
    Create,
    /// Fields or edges differ.
    Update,
    /// Deleted and created, in the order that `ReplaceOrder` says.
    Replace,
    /// We own it and no document names it.
    Delete,
    /// It is there and was not ours; the document says that it shall be.
    Adopt,
    /// It leaves the state, and stays live.
    Forget,
}

/// Which half of a replacement comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReplaceOrder {
    /// `-/+`: the key is unique on the server and does not change.
    DeleteFirst,
    /// `+/-`
    CreateFirst,
}

/// One planned unit: everything that is done to one address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Whose.
    pub address: Address,
    /// `apiVersion` of its kind.
    pub api_version: String,
    /// The target it lives in.
    pub home: Option<Address>,
    /// What is done.
    pub action: Action,
    /// For people only; never steers apply.
    pub reason: String,
    /// The live id, if there is one.
    pub id: Option<String>,
    /// Of a replacement.
    pub replace_order: Option<ReplaceOrder>,
    /// What differs, for people and machines; an update has at least one.
    pub changes: Vec<FieldChange>,
    /// The desired body, references still symbolic where they are not known. Null on deletes.
    pub desired: Value,
    /// The whole object to send from: desired laid over live. Null on deletes.
    pub object: Value,
    /// The top-level fields to send in an update.
    pub send: Vec<String>,
    /// Mappings that are managed whole.
    #[serde(default)]
    pub exact: BTreeSet<FieldPath>,
    /// The live value as read by this plan; null if there is none.
    pub live: Value,
    /// Edges to add, by relation field.
    pub grants: BTreeMap<String, Vec<PlannedEdge>>,
    /// Edges to take away, by relation field.
    pub revokes: BTreeMap<String, Vec<PlannedEdge>>,
    /// Edges that go along with those, without a call.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub along: BTreeMap<String, Vec<PlannedEdge>>,
    /// The edges that are owned when the step is done, by relation field.
    pub owned_edges: BTreeMap<String, Vec<PlannedEdge>>,
    /// What its references name.
    pub depends_on: BTreeSet<Address>,
    /// What goes into the state beside it.
    pub labels: BTreeMap<String, String>,
    /// `lifecycle.protect`.
    pub protect: bool,
    /// `lifecycle.onRemove: retain`.
    pub retain: bool,
    /// False for what is made as needed and never owned, and for documents of relations alone.
    pub owned: bool,
    /// The write requests that it takes.
    pub writes: Writes,
}

impl Step {
    /// Whether it shows what it does: an update changes a field or an edge.
    pub fn is_visible(&self) -> bool {
        let mut edges = self.grants.values().chain(self.revokes.values());
        self.action != Action::Update
            || !self.changes.is_empty()
            || edges.any(|edges| !edges.is_empty())
    }

    /// Whether no document names the object any more: with this step it leaves the state.
    pub fn is_farewell(&self) -> bool {
        match self.action {
            Action::Delete | Action::Forget => true,
            // What is always there is put back; without fields to send, only edges change.
            Action::Update => self.desired == Value::Null && !self.send.is_empty(),
            Action::Create | Action::Replace | Action::Adopt => false,
        }
    }
}

impl Step {
    /// The kind of its object; none of one that this program no longer knows.
    pub fn kind(&self, catalog: Catalog) -> Option<&'static Descriptor> {
        catalog.stored(&self.api_version, self.address.kind())
    }

    /// A step that says nothing yet but what is done to which object.
    pub(crate) fn bare(
        address: Address,
        api_version: &str,
        home: Option<Address>,
        action: Action,
    ) -> Self {
        Self {
            address,
            api_version: api_version.to_owned(),
            home,
            action,
            reason: String::new(),
            id: None,
            replace_order: None,
            changes: Vec::new(),
            desired: Value::Null,
            object: Value::Null,
            send: Vec::new(),
            exact: BTreeSet::new(),
            live: Value::Null,
            grants: BTreeMap::new(),
            revokes: BTreeMap::new(),
            along: BTreeMap::new(),
            owned_edges: BTreeMap::new(),
            depends_on: BTreeSet::new(),
            labels: BTreeMap::new(),
            protect: false,
            retain: false,
            owned: false,
            writes: Writes::default(),
        }
    }
}

/// An edge in a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedEdge {
    /// The words of its key; unknown until the other end is there.
    pub key: Vec<Value>,
    /// The other end, if it is or was declared.
    pub to: Option<Address>,
    /// How messages call it.
    pub label: String,
}

/// One changed field.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of one change"
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// Which.
    pub path: FieldPath,
    /// Live now; null if there is nothing.
    pub before: Value,
    /// Desired.
    pub after: Value,
    /// A secret: shown as `(secret)`.
    pub sensitive: bool,
    /// `after` (or, of a target that is not there yet, `before`) is known after apply.
    pub known_after_apply: bool,
    /// Why the object is replaced.
    pub forces_replace: bool,
    /// Only some keys of the mapping are ours; the others are kept.
    pub merged: bool,
    /// Of a relation: labels of the edges added.
    pub added: Vec<String>,
    /// Of a relation: labels of the edges taken away.
    pub removed: Vec<String>,
}

impl FieldChange {
    /// Whether edges come or go, and no value.
    pub fn is_relation(&self) -> bool {
        !self.added.is_empty() || !self.removed.is_empty()
    }
}

/// One part of a step: a node of the graph.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Create or update.
    Body,
    /// Add the edges of a relation field.
    Grant(String),
    /// Take edges of a relation field away.
    Revoke(String),
    /// All grants of the target at this address are done: nothing is sent, order only. What takes
    /// access away comes after it.
    Granted,
    /// What the words say is done in the target at this address: nothing is sent, order only.
    Order(String),
    /// Delete (of a replacement: the old object).
    Delete,
}

impl Part {
    /// Whether it is there for the order only.
    pub fn is_order(&self) -> bool {
        matches!(self, Self::Granted | Self::Order(_))
    }
}

/// A node of the graph.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Node {
    /// The step's address.
    pub address: Address,
    /// The part of it.
    pub part: Part,
}

/// `before` comes before `after`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Edge {
    /// First.
    pub before: Node,
    /// Then.
    pub after: Node,
    /// Why.
    pub order: Order,
}

/// The sort of an edge.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// If the first fails, the second is skipped.
    Needs,
    /// Order only.
    After,
}

/// A message of a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The stable code.
    pub code: String,
    /// What it says.
    pub message: String,
    /// About whom.
    pub address: Option<Address>,
    /// What to type, of a refusal (`--override protect=acme/role/x`).
    pub hint: Option<String>,
}

/// One object whose live value is not what was last applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// Which.
    pub address: Address,
    /// `apiVersion` of its kind.
    #[serde(default)]
    pub api_version: String,
    /// The server's id.
    #[serde(default)]
    pub id: String,
    /// What of it is managed, as it was last applied, secrets as fingerprints.
    #[serde(default)]
    pub object: Value,
    /// It is gone altogether.
    pub gone: bool,
    /// The fields that were changed: `before` is what was applied, `after` is live.
    pub changes: Vec<FieldChange>,
    /// Those that the manifests want otherwise too, since the last apply.
    pub conflicts: Vec<FieldPath>,
    /// What it does to access; nothing where that was not looked at.
    pub access: Effect,
    /// Who changed it last, and when, where the server's own log tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
}

impl Drift {
    /// An owned object of which nothing is known to have changed.
    pub fn bare(address: Address) -> Self {
        Self {
            address,
            api_version: String::new(),
            id: String::new(),
            object: Value::Null,
            gone: false,
            changes: Vec::new(),
            conflicts: Vec::new(),
            access: Effect::None,
            trace: None,
        }
    }
}

/// What a change by hand does to access.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing that is known.
    #[default]
    None,
    /// Somebody has less.
    Narrower,
    /// Somebody has more.
    Wider,
    /// Somebody has everything.
    Everything,
}

/// Live objects of one kind that no manifest names and nobody of ours owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Strangers {
    /// The tenant's or cluster's name.
    pub target: String,
    /// Their kind, as addresses have it.
    pub kind: String,
    /// How many.
    pub count: usize,
    /// The first of them, by the names that their servers have.
    pub names: Vec<String>,
}

/// What a plan cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statistics {
    /// Requests sent, log-ins and retries included.
    pub requests: u64,
    /// The write requests that applying it takes.
    pub writes: Writes,
}

/// An edge key that is fully known.
pub fn known_key(key: &[Value]) -> Option<EdgeKey> {
    key.iter()
        .map(|word| word.as_text().map(str::to_owned))
        .collect()
}

impl Plan {
    /// Its steps by their addresses.
    pub fn by_address(&self) -> BTreeMap<&Address, &Step> {
        let steps = self.steps.iter();
        steps.map(|step| (&step.address, step)).collect()
    }

    /// Whether applying it would do nothing.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether the state is to say something of objects that need no call.
    pub fn keeps_books(&self) -> bool {
        !self.bookkeeping.is_empty() || !self.moved.is_empty()
    }

    /// How many steps have this action.
    pub fn count(&self, action: Action) -> usize {
        self.steps
            .iter()
            .filter(|step| step.action == action)
            .count()
    }
}

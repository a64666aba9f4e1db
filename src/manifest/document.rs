//! What one document says, after it was read, checked and taken apart.
//!
//! Data only. The body keeps what is sent as the object; relations and children, which have
//! calls of their own, are taken out of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Address, FieldPath, Place, Value};
use crate::kind::Descriptor;

/// One desired object.
#[derive(Debug, Clone)]
pub struct Document {
    /// Our name for it.
    pub address: Address,
    /// Its kind.
    pub kind: &'static Descriptor,
    /// The target it lives in (`tenant/acme`, `cluster/prod`, `account/main`); none for accounts
    /// and clusters, and for tenants that only have a connection.
    pub home: Option<Address>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// `lifecycle`.
    pub lifecycle: Lifecycle,
    /// The leaves that were written, the key that `metadata.name` stands for included. References
    /// are [`Value::Unknown`], secrets [`Value::Secret`] with their source. Of a `Tenant` with
    /// only a `connection`, the connection.
    pub body: Value,
    /// Mappings that were written as `{exactly: …}`: managed whole.
    pub exact: BTreeSet<FieldPath>,
    /// Relations that were written.
    pub relations: BTreeMap<&'static str, DesiredRelation>,
    /// Children fields written as `{exactly: […]}`: field → the addresses that stay.
    pub exact_children: BTreeMap<&'static str, BTreeSet<Address>>,
    /// The document it is a child in, if it was written inside another.
    pub parent: Option<Address>,
    /// Where it was written.
    pub origin: Origin,
    /// The path of its file relative to the manifests' root, for relative `file` sources.
    pub root: String,
    /// What is put back of it beside what it says, if a run is taken back.
    pub put_back: Option<Box<PutBack>>,
}

/// What taking a run back puts back of an object beside what its document manages: no manifest says
/// it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PutBack {
    /// The fields that the run changed, as they were, managed or not: of an object that stays these
    /// are compared and sent, and no others.
    pub fields: Value,
    /// All that it had, for one that is made anew.
    pub whole: Value,
    /// Edges that others had made.
    pub edges: BTreeMap<&'static str, Vec<DesiredEdge>>,
    /// What it depended on.
    pub depends_on: BTreeSet<Address>,
    /// Whether the object itself was ours.
    pub owned: bool,
    /// It was not ours, and is not to be.
    pub leaves: bool,
    /// The id by which a live one is ours again.
    pub id: Option<String>,
}

/// `lifecycle` of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// Never delete or replace.
    pub protect: bool,
    /// Take over a live object with the same natural key.
    pub adopt: bool,
    /// When the document goes: leave the live object.
    pub retain: bool,
    /// Fields that people may change by hand.
    pub ignore: Vec<FieldPath>,
    /// Its old name, if it was renamed.
    pub moved_from: Option<Address>,
}

/// A relation as written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DesiredRelation {
    /// `{exactly: …}` around the whole: these and no others.
    pub exactly: bool,
    /// Of `Actions` and carried relations: the first words of keys whose last words alone are
    /// exact.
    pub exactly_items: Vec<Value>,
    /// The edges.
    pub edges: Vec<DesiredEdge>,
}

/// One edge as written.
#[derive(Debug, Clone, PartialEq)]
pub struct DesiredEdge {
    /// The words of its key: an unknown (a reference) or a text (a resource id, an action).
    pub key: Vec<Value>,
    /// The object at the other end, if it is declared.
    pub to: Option<Address>,
    /// How messages call it (`role/order-admin`, `dcos:adminrouter:ops:mesos full`).
    pub label: String,
}

/// Where a document and its fields were written.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The document's `kind` line; none for what no file says.
    pub place: Option<Place>,
    /// The places of its fields: the path within `spec`, the root being `spec` itself.
    pub fields: BTreeMap<FieldPath, crate::base::At>,
}

impl Origin {
    /// The place of the field at `path`, or of the nearest field around it.
    pub fn field(&self, path: &FieldPath) -> Option<Place> {
        let place = self.place.as_ref()?;
        let nearest = self
            .fields
            .iter()
            .filter(|(known, _)| path.starts_with(known))
            .max_by_key(|(known, _)| known.segments().len());
        let at = nearest.map_or(place.at, |(_, at)| *at);
        Some(Place {
            at,
            ..place.clone()
        })
    }
}

//! The typed face of a kind for its author, and the erased one for the engine.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

pub use super::output::{Output, OutputFrom};
use super::{Children, Endpoint, Field, Fit, Policy, Relation, Route, Rule, spec};
use crate::base::{FieldPath, Hidden, Secret, Value};

/// The API that an object is reached through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// The Logto Cloud API.
    Cloud,
    /// The Logto Management API of one tenant.
    Logto,
    /// The DC/OS IAM API of one cluster.
    Dcos,
}

/// Where objects of a kind live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// Nowhere: it says how something is reached (`Account`, `Cluster`).
    Nowhere,
    /// In a Cloud account (`Tenant`).
    Account,
    /// In a tenant (`metadata.tenant`).
    Tenant,
    /// In a cluster (`metadata.cluster`).
    Cluster,
}

/// How a live object is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// By these fields together.
    Fields(&'static [&'static str]),
    /// By the first of these that is written; one of them is required.
    FirstOf(&'static [&'static str]),
    /// As [`Kind::keys`] works it out of fields that say so together.
    Worked {
        /// The fields (dotted) of which a change makes it another object.
        fields: &'static [&'static str],
        /// In words.
        about: &'static str,
    },
    /// There is only one.
    Single,
    /// By the state alone (a tenant: names are not unique, and never enough).
    State,
}

/// What the four route shapes cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quirk {
    /// Created under a marker and renamed: the server has no idempotency key and shows the
    /// credentials once.
    MarkedCreation,
    /// May stand only as a child of its parent.
    ChildOnly,
    /// Only some editions of the server have it; its list is 404 where it is absent.
    SomeEditions,
    /// Stands for other documents: it is replaced by them while manifests are read.
    Stands,
    /// The natural key is unique on the server, so a replacement deletes first.
    UniqueKey,
    /// The server takes one only, so a replacement deletes first, whatever its key is.
    RoomForOne,
    /// An update replaces the whole object: what is live is sent along, with what is written laid
    /// over it.
    ReplacedWhole,
    /// What others granted to an object that is replaced is put back.
    KeepsAccess,
    /// The id may be chosen at creation, in the field `id`: one that is not written is made up
    /// and journaled, so that a creation whose answer is lost is found by it.
    ChosenId,
    /// Two creations at once leave more of them than the server can bear.
    OneByOne,
}

/// A call that tries out what the server has stored.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// The call.
    pub endpoint: Endpoint,
    /// The field whose members are sent along; without it nothing is tried.
    pub body: &'static str,
}

/// When the turn of a kind's objects comes among those of their target, references apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// As soon as their references allow.
    Any,
    /// Written after the objects of these kinds and what they grant, and before one of these is
    /// deleted.
    After(&'static [&'static str]),
    /// Written after everything else, and deleted before it. Kinds that are last have no order
    /// among each other.
    Last,
}

/// One key of an object: fields and values.
pub type ObjectKey = Vec<(&'static str, Value)>;

/// A cross-field complaint about a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The field it points at.
    pub path: FieldPath,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Complaint {
    /// A complaint about the dotted `path`.
    pub fn new(path: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            path: FieldPath::dotted(path),
            message: message.into(),
            hint: Some(hint.into()),
        }
    }
}

/// How many objects of a kind a target may have.
#[derive(Debug, Clone, Copy)]
pub struct Cap {
    /// Which of them count: those whose field has one of these texts, `""` standing for one that
    /// does not say; none: all.
    pub of: Option<(&'static str, &'static [&'static str])>,
    /// Counted apart for each text of this field (a scope's `resource`); none: a target's together.
    pub per: Option<&'static str>,
    /// The numbers, by the target's tier.
    pub tiers: &'static [(&'static str, usize)],
}

/// The typed face: one file a kind implements this.
pub trait Kind: 'static {
    /// What may be written under `spec`.
    type Spec: DeserializeOwned + schemars::JsonSchema;
    /// The API.
    const API: Api;
    /// `apiVersion` in its manifests.
    const API_VERSION: &'static str = Self::API.version();
    /// The kind as written (`ApiResource`).
    const KIND: &'static str;
    /// The kind in addresses (`apiresource`).
    const NAME: &'static str;
    /// One line: what it is.
    const ABOUT: &'static str;
    /// A complete example document.
    const EXAMPLE: &'static str;
    /// Where it lives.
    const HOME: Home;
    /// How it is reached.
    const ROUTE: Route;
    /// How it is recognised.
    const KEY: Key;
    /// The field that is `metadata.name` where it is not written.
    const NAMED_BY: Option<&'static str> = None;
    /// Field policies.
    const FIELDS: &'static [Field] = &[];
    /// Relations.
    const RELATIONS: &'static [Relation] = &[];
    /// Children.
    const CHILDREN: &'static [Children] = &[];
    /// Outputs beyond `id`.
    const OUTPUTS: &'static [Output] = &[];
    /// Quirks.
    const QUIRKS: &'static [Quirk] = &[];
    /// Order beyond references.
    const TURN: Turn = Turn::Any;
    /// The API whose target an object of this kind is (a tenant is a target of `Logto`).
    const HOSTS: Option<Api> = None;
    /// The outputs that only the create call's answer shows, and the dotted member of that answer
    /// (`clientSecret` in `defaultApplication.secret`). They are stored sealed before anything
    /// else is done.
    const SHOWN_ONCE: &'static [(&'static str, &'static str)] = &[];
    /// What the target's settings are (kinds that host only): every setting that its API's
    /// sessions need and its outputs offer. `spec` is the document's body, `live` the live object
    /// (null if this kind is not one of a server's, or is not managed), `shown` a mapping of the
    /// stored `SHOWN_ONCE` outputs (null if there are none).
    fn settings(_spec: &Value, _live: &Value, _shown: &Value) -> Value {
        Value::Null
    }
    /// Who is in an object of a marked creation: one that others are in is never taken for the
    /// left-over of a run that died. Read only; no manifest writes it.
    const PEOPLE: Option<Relation> = None;
    /// Why an object cannot be created from this body, though it may be adopted with it.
    fn check_create(_body: &Value) -> Option<String> {
        None
    }
    /// What `check --live` calls.
    const TRIAL: Option<Trial> = None;
    /// What dies with an object that is replaced, and is put back (for the plan's words).
    const WITH: &'static str = "";
    /// What an object that was deleted and is made anew does not have, whatever is put back.
    const LOST: &'static str = "";
    /// Cross-field checks of a spec without faults.
    fn check(_spec: &Self::Spec) -> Vec<Complaint> {
        Vec::new()
    }
    /// Checks of `metadata.name` and identifiers that the schema cannot say.
    fn check_key(_key: &str) -> Option<String> {
        None
    }
    /// The keys by which an object may be recognised ([`Key::Worked`]), of a document or a live
    /// object: each as fields and values. A document is looked for by the first.
    fn keys(_value: &Value) -> Vec<ObjectKey> {
        Vec::new()
    }
    /// Whether our own log-in may be denied because of an object that is written so. It is then
    /// tried right after the call, and what was there before is put back if it is denied.
    fn may_lock_out(_desired: &Value) -> bool {
        false
    }
    /// What to do about refusals, by the server's code.
    const ADVICE: &'static [(&'static str, &'static str)] = &[];
    /// Why a live object must be left alone, if it is built in or the server's own.
    fn builtin(_live: &Value) -> Option<&'static str> {
        None
    }
    /// Why the edges of that relation are somebody else's to keep, if they are; of no relation
    /// (`""`): why an object that has gone is not ours to make again.
    fn foreign(_live: &Value, _field: &str) -> Option<&'static str> {
        None
    }
    /// The field that says whether every new account has what the object gives.
    const NEWCOMERS: Option<&'static str> = None;
    /// The resource that makes rulers, whatever the word (kinds that host only): somebody must
    /// have it at every moment.
    const RULERS: Option<&'static str> = None;
    /// Whether an account signs in through the object with that id.
    const BRINGS: Option<fn(&Value, &str) -> bool> = None;
    /// The setting (dotted) of the target that is the id of the object we log in as, where that is
    /// an object of this kind.
    const OWN_LOGIN: Option<&'static str> = None;
    /// How many there may be, where that is documented.
    const CAPS: &'static [Cap] = &[];
    /// What edges want of their two ends.
    const FITS: &'static [Fit] = &[];
    /// What a plan may not make of an object unless it is asked to by name.
    const RULES: &'static [Rule] = &[];
    /// The field that names an object's tier (kinds that host only): what `CAPS` go by.
    const TIER: Option<&'static str> = None;
    /// What objects show of fields that nobody has set, where a field that has gone does not go
    /// back to it ([`Policy::Default`]): an export leaves it out.
    fn usual() -> Json {
        Json::Null
    }
    /// What a live object tells of fields (dotted) that it does not show by their names: an export
    /// writes it.
    fn told(_live: &Value) -> ObjectKey {
        Vec::new()
    }
}

/// The erased face: a constant that the engine reads.
#[derive(Clone, Copy)]
#[expect(
    missing_docs,
    reason = "each field is the constant or function of `Kind` of that name"
)]
pub struct Descriptor {
    pub api: Api,
    pub version: &'static str,
    pub kind: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub example: &'static str,
    pub home: Home,
    pub route: Route,
    pub key: Key,
    pub named_by: Option<&'static str>,
    pub fields: &'static [Field],
    pub relations: &'static [Relation],
    pub children: &'static [Children],
    pub outputs: &'static [Output],
    pub quirks: &'static [Quirk],
    pub turn: Turn,
    pub hosts: Option<Api>,
    pub shown_once: &'static [(&'static str, &'static str)],
    pub people: Option<&'static Relation>,
    pub settings: fn(&Value, &Value, &Value) -> Value,
    pub check_create: fn(&Value) -> Option<String>,
    pub trial: Option<Trial>,
    pub with: &'static str,
    /// What one that is made anew does not have.
    pub lost: &'static str,
    pub builtin: fn(&Value) -> Option<&'static str>,
    pub foreign: fn(&Value, &str) -> Option<&'static str>,
    pub newcomers: Option<&'static str>,
    pub rulers: Option<&'static str>,
    pub brings: Option<fn(&Value, &str) -> bool>,
    pub check_key: fn(&str) -> Option<String>,
    pub keys: fn(&Value) -> Vec<ObjectKey>,
    pub may_lock_out: fn(&Value) -> bool,
    pub advice: &'static [(&'static str, &'static str)],
    pub own_login: Option<&'static str>,
    pub caps: &'static [Cap],
    pub fits: &'static [Fit],
    pub rules: &'static [Rule],
    pub tier: Option<&'static str>,
    pub usual: fn() -> Json,
    pub told: fn(&Value) -> ObjectKey,
    /// The JSON Schema of `spec`, without `$ref`s: see [`spec`].
    pub schema: fn() -> Json,
    /// Decodes a spec and runs its cross-field checks; the error is serde's.
    pub decode: fn(Json) -> Result<Vec<Complaint>, String>,
}

impl Descriptor {
    /// The descriptor of `K`.
    pub const fn of<K: Kind>() -> Self {
        Self {
            api: K::API,
            version: K::API_VERSION,
            kind: K::KIND,
            name: K::NAME,
            about: K::ABOUT,
            example: K::EXAMPLE,
            home: K::HOME,
            route: K::ROUTE,
            key: K::KEY,
            named_by: K::NAMED_BY,
            fields: K::FIELDS,
            relations: K::RELATIONS,
            children: K::CHILDREN,
            outputs: K::OUTPUTS,
            quirks: K::QUIRKS,
            turn: K::TURN,
            hosts: K::HOSTS,
            shown_once: K::SHOWN_ONCE,
            people: const { K::PEOPLE.as_ref() },
            settings: K::settings,
            check_create: K::check_create,
            trial: K::TRIAL,
            with: K::WITH,
            lost: K::LOST,
            builtin: K::builtin,
            foreign: K::foreign,
            newcomers: K::NEWCOMERS,
            rulers: K::RULERS,
            brings: K::BRINGS,
            check_key: K::check_key,
            keys: K::keys,
            may_lock_out: K::may_lock_out,
            advice: K::ADVICE,
            own_login: K::OWN_LOGIN,
            caps: K::CAPS,
            fits: K::FITS,
            rules: K::RULES,
            tier: K::TIER,
            usual: K::usual,
            told: K::told,
            schema: spec::schema::<K::Spec>,
            decode: decode::<K>,
        }
    }

    /// The policies of the field at `path` (list indexes are not looked at).
    pub fn policies(&self, path: &FieldPath) -> impl Iterator<Item = Policy> {
        let text = path.without_indexes().to_string();
        self.fields
            .iter()
            .filter(move |field| field.path == text)
            .map(|field| field.policy)
    }

    /// Whether the field at `path` has a policy that `is` says yes to.
    pub fn has(&self, path: &FieldPath, is: impl Fn(&Policy) -> bool) -> bool {
        self.policies(path).any(|policy| is(&policy))
    }

    /// The relation of that field.
    pub fn relation(&self, field: &str) -> Option<&'static Relation> {
        self.relations
            .iter()
            .find(|relation| relation.field == field)
    }

    /// The kinds of the items that carry a carried relation.
    pub fn items(&self, relation: &Relation) -> &'static [&'static str] {
        let carrier = relation.carrier().and_then(|field| self.relation(field));
        carrier.map_or(&[], |carrier| carrier.to)
    }

    /// The declared output of that name; `secrets.*` takes any `secrets.NAME`.
    pub fn output(&self, name: &str) -> Option<&'static Output> {
        self.outputs
            .iter()
            .find(|output| match output.name.strip_suffix('*') {
                Some(start) => name.len() > start.len() && name.starts_with(start),
                None => output.name == name,
            })
    }

    /// The stored shown-once outputs as `settings` takes them: a mapping in which only those that
    /// are secrets stay hidden.
    pub fn shown(&self, stored: impl IntoIterator<Item = (String, Secret)>) -> Value {
        let is_open = |name: &str| {
            let output = self.output(name);
            output.is_some_and(|o| matches!(o.from, OutputFrom::Setting { secret: false }))
        };
        let value = |name: &str, text: Secret| {
            if is_open(name) {
                Value::text(text.expose())
            } else {
                Value::Secret(Hidden {
                    text: Some(text),
                    ..Hidden::default()
                })
            }
        };
        let stored = stored.into_iter();
        Value::Map(
            stored
                .map(|(name, text)| (name.clone(), value(&name, text)))
                .collect(),
        )
    }

    /// Whether its one object is always there: never made, never deleted, and nobody's.
    pub fn is_permanent(&self) -> bool {
        self.key == Key::Single && self.route.create.is_none() && self.home != Home::Nowhere
    }

    /// What to do about a refusal with that code.
    pub fn advice(&self, code: Option<&str>) -> Option<&'static str> {
        let known = self.advice.iter();
        let mut known = known.filter(|(known, _)| Some(*known) == code);
        known.next().map(|(_, advice)| *advice)
    }

    /// Whether it has that quirk.
    pub fn is(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }
}

impl std::fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}/{}", self.api, self.kind)
    }
}

impl PartialEq for Descriptor {
    /// Kinds are told apart by API and name.
    fn eq(&self, other: &Self) -> bool {
        (self.api, self.name) == (other.api, other.name)
    }
}

impl Api {
    /// The name in messages and code (`logto`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::Logto => "logto",
            Self::Dcos => "dcos",
        }
    }

    /// `apiVersion` of its kinds.
    const fn version(self) -> &'static str {
        match self {
            Self::Cloud | Self::Logto => "logto/v1",
            Self::Dcos => "dcos/v1",
        }
    }
}

impl Descriptor {
    /// What a manifest of this kind has as `apiVersion`.
    pub const fn api_version(&self) -> &'static str {
        self.version
    }
}

fn decode<K: Kind>(spec: Json) -> Result<Vec<Complaint>, String> {
    let spec: K::Spec = serde_json::from_value(spec).map_err(|error| error.to_string())?;
    Ok(K::check(&spec))
}

//! A plan as machines read it. The schema is `docs/plan.schema.json`, made from these types.
//!
//! No secret is in it, not even as a fingerprint: both sides of a sensitive change are null.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value as Json;

use crate::base::Value;
use crate::kind::Trace;
use crate::plan::{self, Action, World};

/// The version of this format. A field that is added does not change it.
const VERSION: &str = "1";

/// What `plan --format json` and `drift --format json` print.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Tenantry plan")]
struct Plan {
    /// The version of this format: `1`.
    #[schemars(extend("const" = "1"))]
    format_version: &'static str,
    /// Which world it was made for: `live`, real servers, or `sandbox`.
    target: Target,
    /// How many objects each action concerns.
    summary: Summary,
    /// What would be done, in an order that could be followed one by one. Unchanged objects are
    /// counted, not listed.
    steps: Vec<Step>,
    /// Who gains and who loses what, the weightiest first; those who gain or lose the same in the
    /// same way together. What was not read is not taken for another way to have it.
    access: Vec<Access>,
    /// What differs from what was last applied.
    drift: Vec<Drift>,
    /// What that did to access; of `drift` alone.
    drift_access: Vec<Access>,
    /// What is live and in no manifest; of `drift` alone.
    unmanaged: Vec<Strangers>,
    /// The addresses of steps that do more than take back what was changed by hand.
    pending: Vec<String>,
    /// Why it may not be applied, if so.
    refusals: Vec<Note>,
    /// What somebody should look at.
    warnings: Vec<Note>,
    /// What is good to know.
    notes: Vec<Note>,
    /// Overrides that were named and used, each `RULE=ADDRESS`.
    overrides: Vec<String>,
    /// Whether a selection left something out.
    partial: bool,
    /// What it cost.
    statistics: Statistics,
}

/// A world.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Target {
    Live,
    Sandbox,
}

/// How many objects each action concerns.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    create: usize,
    update: usize,
    replace: usize,
    delete: usize,
    adopt: usize,
    forget: usize,
    unchanged: usize,
}

/// Everything that is done to one object.
#[derive(Debug, Serialize, JsonSchema)]
struct Step {
    /// `TARGET/KIND/NAME`, or `KIND/NAME` of an account, tenant or cluster.
    address: String,
    /// What is done.
    action: ActionName,
    /// For people.
    reason: String,
    /// What differs.
    changes: Vec<Change>,
    /// The addresses that it refers to.
    depends_on: Vec<String>,
    /// The write requests that it takes.
    writes: Writes,
}

/// What is done to an object.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum ActionName {
    Create,
    Update,
    Replace,
    Delete,
    Adopt,
    Forget,
}

/// One field that differs.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of one change"
)]
struct Change {
    /// Where in the object: `oidcClientMetadata.redirectUris[0]`.
    path: String,
    /// Live now; null if there is nothing, if it is a secret, or if it is not known yet.
    before: Json,
    /// Desired; null likewise.
    after: Json,
    /// Whether a secret is in it.
    sensitive: bool,
    /// Whether one side is known only after apply.
    known_after_apply: bool,
    /// Whether it is why the object is replaced.
    forces_replace: bool,
    /// Whether only some keys of the mapping are managed, the others kept.
    merged: bool,
    /// Of a relation: what is added.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    added: Vec<String>,
    /// Of a relation: what is taken away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    removed: Vec<String>,
}

/// What some gain or lose alike.
#[derive(Debug, Serialize, JsonSchema)]
struct Access {
    /// Whether it comes or goes.
    effect: Effect,
    /// The target's name.
    target: String,
    /// Who: `acme/user/alice`.
    who: Vec<String>,
    /// What: `scope/read:orders`, `full on dcos:superuser`, `a place in organization/globex`.
    rights: Vec<String>,
    /// Through whom, the nearest first; empty: it is their own.
    through: Vec<String>,
    /// Whether one of the rights is as good as all of the target's.
    everything: bool,
}

/// Whether something comes or goes.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Effect {
    Gain,
    Lose,
}

/// One object that is not as it was last applied.
#[derive(Debug, Serialize, JsonSchema)]
struct Drift {
    /// Which.
    address: String,
    /// Whether it is gone altogether.
    gone: bool,
    /// `before` is what was applied, `after` is live.
    changes: Vec<Change>,
    /// The fields among them that the manifests want otherwise too, since the last apply.
    conflicts: Vec<String>,
    /// What it does to access; `none` where that was not looked at.
    access: EffectName,
    /// Who changed it last, and when, where the server's own log tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<Trace>,
}

/// What a change by hand does to access.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum EffectName {
    None,
    Narrower,
    Wider,
    Everything,
}

/// Live objects of one kind that no manifest names and nobody of ours owns.
#[derive(Debug, Serialize, JsonSchema)]
struct Strangers {
    /// The tenant's or cluster's name.
    target: String,
    /// Their kind.
    kind: String,
    /// How many.
    count: usize,
    /// The first 20 of them.
    names: Vec<String>,
}

/// A message.
#[derive(Debug, Serialize, JsonSchema)]
struct Note {
    /// The stable code; `tenantry explain CODE` says more.
    code: String,
    /// What it says.
    message: String,
    /// The object it is about, if it is about one.
    address: Option<String>,
    /// What can be typed, if anything: of a refusal, the override.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// What a plan cost.
#[derive(Debug, Serialize, JsonSchema)]
struct Statistics {
    /// Requests sent, log-ins and retries included.
    requests: u64,
    /// The write requests that applying takes.
    writes: Writes,
}

/// How many write requests something takes.
#[derive(Debug, Serialize, JsonSchema)]
struct Writes {
    /// At least.
    least: u64,
    /// At most: more where the live object is not known yet.
    most: u64,
}

/// The plan as JSON, on several lines.
pub fn plan(plan: &plan::Plan) -> String {
    let plan::Plan {
        target,
        steps,
        nodes: _,
        undoes: _,
        edges: _,
        bookkeeping: _,
        moved: _,
        unchanged: _,
        refusals,
        warnings,
        notes,
        overrides,
        partial,
        drift,
        drift_access,
        strangers,
        pending,
        access,
        statistics: plan::Statistics { requests, writes },
    } = plan;
    pretty(&Plan {
        format_version: VERSION,
        target: match target {
            World::Live => Target::Live,
            World::Sandbox => Target::Sandbox,
        },
        summary: summary(plan),
        steps: steps.iter().map(step).collect(),
        access: access.iter().map(accessed).collect(),
        drift: drift.iter().map(drifted).collect(),
        drift_access: drift_access.iter().map(accessed).collect(),
        unmanaged: strangers.iter().map(unmanaged).collect(),
        pending: pending.iter().map(ToString::to_string).collect(),
        refusals: refusals.iter().map(note).collect(),
        warnings: warnings.iter().map(note).collect(),
        notes: notes.iter().map(note).collect(),
        overrides: overrides.clone(),
        partial: *partial,
        statistics: Statistics {
            requests: *requests,
            writes: foreseen(*writes),
        },
    })
}

/// The JSON Schema of what [`plan()`] returns.
pub fn plan_schema() -> String {
    schema_of::<Plan>()
}

/// The JSON Schema of a saved plan.
pub fn saved_plan_schema() -> String {
    schema_of::<plan::saved::Saved>()
}

/// The JSON Schema of a run's pre-image.
pub fn undo_schema() -> String {
    schema_of::<plan::undo::Images>()
}

/// The schema of `T`, as it is serialised.
pub(super) fn schema_of<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    pretty(&settings.into_generator().into_root_schema_for::<T>())
}

/// JSON on several lines, with a final line break.
pub fn pretty(value: &impl Serialize) -> String {
    // Texts, numbers and lists of ours: nothing that serde_json could refuse.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text + "\n"
}

fn summary(plan: &plan::Plan) -> Summary {
    Summary {
        create: plan.count(Action::Create),
        update: plan.count(Action::Update),
        replace: plan.count(Action::Replace),
        delete: plan.count(Action::Delete),
        adopt: plan.count(Action::Adopt),
        forget: plan.count(Action::Forget),
        unchanged: plan.unchanged,
    }
}

fn step(step: &plan::Step) -> Step {
    Step {
        address: step.address.to_string(),
        action: match step.action {
            Action::Create => ActionName::Create,
            Action::Update => ActionName::Update,
            Action::Replace => ActionName::Replace,
            Action::Delete => ActionName::Delete,
            Action::Adopt => ActionName::Adopt,
            Action::Forget => ActionName::Forget,
        },
        reason: step.reason.clone(),
        changes: step.changes.iter().map(change).collect(),
        depends_on: step.depends_on.iter().map(ToString::to_string).collect(),
        writes: foreseen(step.writes),
    }
}

fn foreseen(writes: plan::Writes) -> Writes {
    let plan::Writes { least, most } = writes;
    Writes { least, most }
}

fn accessed(change: &plan::AccessChange) -> Access {
    let plan::AccessChange {
        target,
        gained,
        everything,
        who,
        rights,
        through,
    } = change.clone();
    Access {
        effect: if gained { Effect::Gain } else { Effect::Lose },
        target,
        who,
        rights,
        through,
        everything,
    }
}

fn drifted(drift: &plan::Drift) -> Drift {
    Drift {
        address: drift.address.to_string(),
        gone: drift.gone,
        changes: drift.changes.iter().map(change).collect(),
        conflicts: drift.conflicts.iter().map(ToString::to_string).collect(),
        access: match drift.access {
            plan::Effect::None => EffectName::None,
            plan::Effect::Narrower => EffectName::Narrower,
            plan::Effect::Wider => EffectName::Wider,
            plan::Effect::Everything => EffectName::Everything,
        },
        trace: drift.trace.clone(),
    }
}

fn unmanaged(strangers: &plan::Strangers) -> Strangers {
    let plan::Strangers {
        target,
        kind,
        count,
        names,
    } = strangers.clone();
    Strangers {
        target,
        kind,
        count,
        names,
    }
}

fn change(change: &plan::FieldChange) -> Change {
    let plan::FieldChange {
        path,
        before,
        after,
        sensitive,
        known_after_apply,
        forces_replace,
        merged,
        added,
        removed,
    } = change;
    let sensitive = *sensitive || has_secret(before) || has_secret(after);
    let side = |value: &Value| if sensitive { Json::Null } else { plain(value) };
    Change {
        path: path.to_string(),
        before: side(before),
        after: side(after),
        sensitive,
        known_after_apply: *known_after_apply || before.has_unknown() || after.has_unknown(),
        forces_replace: *forces_replace,
        merged: *merged,
        added: added.clone(),
        removed: removed.clone(),
    }
}

fn has_secret(value: &Value) -> bool {
    let mut found = false;
    value.leaves(&mut |_, leaf| found |= matches!(leaf, Value::Secret(_)));
    found
}

/// A value as JSON; what is not known yet is null.
pub(super) fn plain(value: &Value) -> Json {
    match value {
        Value::Null | Value::Secret(_) | Value::Unknown(_) => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Number(n) => Json::Number(n.clone()),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), plain(value)))
            .collect(),
    }
}

fn note(note: &plan::Note) -> Note {
    let plan::Note {
        code,
        message,
        address,
        hint,
    } = note;
    Note {
        code: code.clone(),
        message: message.clone(),
        address: address.as_ref().map(ToString::to_string),
        hint: hint.clone(),
    }
}

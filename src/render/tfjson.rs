//! A plan in the resource-change format that policy and summary tools read (`terraform show -json`,
//! format version 1.2): each step is a resource change, each tenant or cluster a module.
//!
//! No secret is in it: both sides are null, and the masks say where. What is not read is not there:
//! unchanged objects, outputs and variables.

mod drift;
mod masks;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::base::{FieldPath, Value};
use crate::plan::{Action, Plan, ReplaceOrder, Step};

use masks::Shown;
use names::{Known, Resource};

/// The version of the format.
const FORMAT: &str = "1.2";
/// The version of the format of states, of which a plan holds one.
const STATE_FORMAT: &str = "1.0";
/// Whose plans look like this: some readers refuse a plan that does not say it.
const VERSION: &str = "1.9.0";

/// What somebody changed by hand, and nothing that would be done: as a plan that only refreshes.
pub fn drift(plan: &Plan) -> String {
    self::plan(&Plan {
        steps: Vec::new(),
        refusals: Vec::new(),
        ..plan.clone()
    })
}

/// The plan, on one line: some readers take the first line of several for the whole.
pub fn plan(plan: &Plan) -> String {
    let changes: Vec<Change<'_>> = plan.steps.iter().map(Change::new).collect();
    let planned = modules(&changes, |one| one.values(&one.after));
    let prior = modules(&changes, |one| one.values(&one.before));
    let whole = json!({
        "format_version": FORMAT,
        "terraform_version": VERSION,
        "planned_values": { "root_module": planned },
        "resource_drift": plan.drift.iter().map(drift::change).collect::<Vec<_>>(),
        "resource_changes": changes.iter().map(Change::shown).collect::<Vec<_>>(),
        "output_changes": {},
        "prior_state": {
            "format_version": STATE_FORMAT,
            "terraform_version": VERSION,
            "values": { "root_module": prior },
        },
        "configuration": configuration(&changes),
        "applyable": !plan.is_empty() && plan.refusals.is_empty(),
        "complete": !plan.partial,
        "errored": !plan.refusals.is_empty(),
    });
    format!("{whole}\n")
}

/// One step with both its sides.
struct Change<'a> {
    step: &'a Step,
    resource: Resource,
    before: Side,
    after: Side,
}

/// An object before or after; nothing if it is not there.
type Side = Option<Shown>;

impl<'a> Change<'a> {
    fn new(step: &'a Step) -> Self {
        let secret = secrets(step);
        let id = step.id.as_deref().map_or(Json::Null, Json::from);
        let mut before = (step.live != Value::Null).then(|| Shown::new(&step.live, &secret));
        let goes = matches!(step.action, Action::Delete | Action::Forget);
        let mut after = (!goes).then(|| Shown::new(&after(step), &secret));
        if let Some(side) = &mut before {
            side.set("id", id.clone());
        }
        if let Some(side) = &mut after {
            match step.action {
                Action::Create | Action::Replace => side.set_unknown("id"),
                _ => side.set("id", id),
            }
        }
        for (field, (old, new)) in edges(step) {
            if let Some(side) = &mut before {
                side.set(field, old);
            }
            if let Some(side) = &mut after {
                side.set(field, new);
            }
        }
        Self {
            step,
            resource: Resource::new(&step.address, &step.api_version),
            before,
            after,
        }
    }

    fn shown(&self) -> Json {
        let mut change = change_of(&self.before, &self.after);
        change.insert("actions".into(), json!(actions(self.step)));
        let forced = self.step.changes.iter().filter(|one| one.forces_replace);
        let forced: Vec<Json> = forced.map(|one| masks::path(&one.path)).collect();
        if !forced.is_empty() {
            change.insert("replace_paths".into(), json!(forced));
        }
        if let (Action::Adopt, Some(id)) = (self.step.action, &self.step.id) {
            change.insert("importing".into(), json!({ "id": id }));
        }
        let mut shown = self.resource.changed();
        shown.insert("change".into(), Json::Object(change));
        if let Some(reason) = reason(self.step.action) {
            shown.insert("action_reason".into(), json!(reason));
        }
        Json::Object(shown)
    }

    /// The object as a state has it.
    fn values(&self, side: &Side) -> Option<Json> {
        let side = side.as_ref()?;
        let mut shown = self.resource.own();
        shown.insert("schema_version".into(), json!(0));
        shown.insert("values".into(), side.value.clone());
        shown.insert("sensitive_values".into(), side.sensitive.clone());
        Some(Json::Object(shown))
    }

    /// What the manifest says, without values of secrets.
    fn declared(&self, known: &Known<'_>) -> Option<Json> {
        if self.after.is_none() || self.step.desired == Value::Null {
            return None;
        }
        let secret = secrets(self.step);
        let shown = Shown::new(&self.step.desired, &secret);
        let fields = self.step.desired.as_map().into_iter().flatten();
        let expressions: Map<String, Json> = fields
            .map(|(name, value)| (name.clone(), expression(name, value, &shown, known)))
            .collect();
        let needs = self.step.depends_on.iter();
        let needs: Vec<String> = needs
            .filter_map(|address| known.get(address).map(Resource::address))
            .collect();
        let mut shown = self.resource.declared();
        shown.insert("schema_version".into(), json!(0));
        shown.insert("expressions".into(), Json::Object(expressions));
        shown.insert("depends_on".into(), json!(needs));
        Some(Json::Object(shown))
    }
}

/// Where its secrets are, as far as only its changes know.
fn secrets(step: &Step) -> BTreeSet<&FieldPath> {
    let secret = step.changes.iter().filter(|change| change.sensitive);
    secret.map(|change| &change.path).collect()
}

/// The whole object as it will be: what is sent, laid over what stays as it is.
fn after(step: &Step) -> Value {
    let sent = match &step.object {
        Value::Null => &step.desired,
        object => object,
    };
    let stays = matches!(step.action, Action::Update | Action::Adopt);
    match (&step.live, sent) {
        (live, Value::Null) => live.clone(),
        (Value::Map(live), Value::Map(sent)) if stays => {
            let fields = live.iter().chain(sent);
            Value::Map(fields.map(|(k, v)| (k.clone(), v.clone())).collect())
        }
        (_, sent) => sent.clone(),
    }
}

/// The labels of the edges that are ours, by relation: before and after.
fn edges(step: &Step) -> BTreeMap<&str, (Json, Json)> {
    let relations = step.changes.iter().filter(|change| change.is_relation());
    let sides = relations.filter_map(|change| {
        let field = change.path.top()?;
        let owned = step.owned_edges.get(field).into_iter().flatten();
        let owned: BTreeSet<&str> = owned.map(|edge| edge.label.as_str()).collect();
        let added: BTreeSet<&str> = change.added.iter().map(String::as_str).collect();
        let removed = change.removed.iter().map(String::as_str);
        let after: BTreeSet<&str> = owned.union(&added).copied().collect();
        let before: BTreeSet<&str> = after.difference(&added).copied().chain(removed).collect();
        Some((field, (json!(before), json!(after))))
    });
    sides.collect()
}

fn change_of(before: &Side, after: &Side) -> Map<String, Json> {
    let part = |side: &Side, part: fn(&Shown) -> &Json, none: Json| {
        side.as_ref().map_or(none, |side| part(side).clone())
    };
    let mut change = Map::new();
    change.insert("before".into(), part(before, |s| &s.value, Json::Null));
    change.insert("after".into(), part(after, |s| &s.value, Json::Null));
    let unknown = part(after, |s| &s.unknown, json!({}));
    change.insert("after_unknown".into(), unknown);
    let sensitive: fn(&Shown) -> &Json = |side| &side.sensitive;
    let old = part(before, sensitive, json!(false));
    change.insert("before_sensitive".into(), old);
    let new = part(after, sensitive, json!(false));
    change.insert("after_sensitive".into(), new);
    change
}

fn actions(step: &Step) -> &'static [&'static str] {
    match (step.action, step.replace_order) {
        (Action::Create, _) => &["create"],
        (Action::Replace, Some(ReplaceOrder::CreateFirst)) => &["create", "delete"],
        (Action::Replace, _) => &["delete", "create"],
        (Action::Delete, _) => &["delete"],
        (Action::Adopt, _) if step.changes.is_empty() => &["no-op"],
        (Action::Update | Action::Adopt, _) => &["update"],
        (Action::Forget, _) => &["forget"],
    }
}

fn reason(action: Action) -> Option<&'static str> {
    match action {
        Action::Replace => Some("replace_because_cannot_update"),
        Action::Delete | Action::Forget => Some("delete_because_no_resource_config"),
        Action::Create | Action::Update | Action::Adopt => None,
    }
}

/// Resources in the root module, and those of tenants and clusters in modules of their own.
fn modules(changes: &[Change<'_>], shown: impl Fn(&Change<'_>) -> Option<Json>) -> Json {
    let mut modules: BTreeMap<Option<&str>, Vec<Json>> = BTreeMap::new();
    for change in changes {
        if let Some(one) = shown(change) {
            let module = change.resource.module.as_deref();
            modules.entry(module).or_default().push(one);
        }
    }
    let root = modules.remove(&None).unwrap_or_default();
    let children: Vec<Json> = modules
        .into_iter()
        .map(|(module, resources)| json!({ "address": module, "resources": resources }))
        .collect();
    let mut shown = json!({ "resources": root });
    if let (false, Some(map)) = (children.is_empty(), shown.as_object_mut()) {
        map.insert("child_modules".into(), Json::Array(children));
    }
    shown
}

fn configuration(changes: &[Change<'_>]) -> Json {
    let known: Known<'_> = changes
        .iter()
        .map(|one| (&one.step.address, one.resource.clone()))
        .collect();
    let mut providers = Map::new();
    let mut calls: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
    let mut root = Vec::new();
    for change in changes {
        let Resource { provider, call, .. } = &change.resource;
        let full = change.resource.provider_name();
        let config = json!({ "name": provider, "full_name": full });
        providers.insert(provider.clone(), config);
        match (call, change.declared(&known)) {
            (Some(call), Some(one)) => calls.entry(call).or_default().push(one),
            (None, Some(one)) => root.push(one),
            (_, None) => {}
        }
    }
    let calls: Map<String, Json> = calls
        .into_iter()
        .map(|(call, resources)| {
            let module = json!({ "source": ".", "module": { "resources": resources } });
            (call.to_owned(), module)
        })
        .collect();
    json!({
        "provider_config": providers,
        "root_module": { "resources": root, "module_calls": calls },
    })
}

/// What a manifest says of a field: a value, or what it refers to; nothing of a secret.
fn expression(name: &str, value: &Value, shown: &Shown, known: &Known<'_>) -> Json {
    let mut references = Vec::new();
    value.leaves(&mut |_, leaf| {
        if let Value::Unknown(unknown) = leaf {
            references.extend(names::references(unknown, known));
        }
    });
    if !references.is_empty() {
        return json!({ "references": references });
    }
    match shown.value.get(name) {
        Some(known) if !shown.is_masked(name) => json!({ "constant_value": known }),
        _ => json!({}),
    }
}

#[cfg(test)]
#[path = "tfjson_tests.rs"]
mod tests;

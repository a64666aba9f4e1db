//! The steps of owned objects that no document names any more.

use std::collections::{BTreeMap, BTreeSet};

use super::Writes;
use super::delta::{Subject, delta};
use super::edges::{planned, without_orphans};
use super::input::Input;
use super::matching::Index;
use super::plan::{Action, Note, PlannedEdge, Step};
use super::reading::Lists;
use super::shape::Shapes;
use crate::base::{Address, Value};
use crate::kind::secrets::concealed;
use crate::kind::{Descriptor, Live, Relation};
use crate::manifest::Document;
use crate::state::Entry;

/// The steps of what goes, and notes on it. `declared` are the addresses that documents own, renamed ones included.
pub(super) fn removals(
    input: &Input<'_>,
    declared: &BTreeSet<&Address>,
    index: &Index,
    shapes: &mut Shapes,
) -> (Vec<Step>, Vec<Note>) {
    let mut notes = Vec::new();
    let mut steps: Vec<Step> = input
        .snapshot
        .resources
        .iter()
        .filter(|(address, entry)| {
            !declared.contains(address) && input.selected(address, &entry.labels)
        })
        .filter_map(|(address, entry)| {
            let (step, left) = removal(input, address, entry, index, shapes)?;
            notes.extend(left);
            Some(step)
        })
        .collect();
    forget_with_target(&mut steps);
    (steps, notes)
}

fn removal(
    input: &Input<'_>,
    address: &Address,
    entry: &Entry,
    index: &Index,
    shapes: &mut Shapes,
) -> Option<(Step, Vec<Note>)> {
    let kind = input.catalog.stored(&entry.api_version, address.kind())?;
    let live = index.owned(kind, entry);
    let (action, reason) = match live {
        _ if entry.retain => (Action::Forget, "its document is gone, and it is retained"),
        None => (Action::Forget, "its document is gone, and so is it"),
        Some(_) if !entry.owned => (
            Action::Forget,
            "its document is gone, and only edges were ours",
        ),
        Some(live) if kind.is_permanent() => {
            let restored = restoration(input, address, entry, kind, live, shapes);
            return (!input.options.no_delete).then_some(restored);
        }
        Some(_) => (Action::Delete, "no document names it any more"),
    };
    if action == Action::Delete && input.options.no_delete {
        return None;
    }
    let live_value = live.map(|live| shown(input, address, kind, live, Some(entry), shapes));
    let revokes = match (action, live) {
        (Action::Forget, Some(_)) if !entry.retain => owned_edges(kind, entry),
        _ => BTreeMap::new(),
    };
    let step = step(address, entry, action, reason, live_value, revokes);
    Some((step, Vec::new()))
}

/// What is always there is not deleted: what was written goes back to what it is in a new target,
/// field by field, or stays, and a note says so.
fn restoration(
    input: &Input<'_>,
    address: &Address,
    entry: &Entry,
    kind: &'static Descriptor,
    live: &Live,
    shapes: &mut Shapes,
) -> (Step, Vec<Note>) {
    let live = shown(input, address, kind, live, Some(entry), shapes);
    let shape = shapes.of(kind);
    let compared = delta(&Subject {
        kind,
        shape,
        desired: &Value::Map(BTreeMap::new()),
        exact: &BTreeSet::new(),
        ignore: &[],
        live: &live,
        prior: Some(entry),
    });
    let notes = super::draft::left(address, &compared);
    let revokes = owned_edges(kind, entry);
    let (action, reason) = if compared.changes.is_empty() {
        let reason = "its document is gone, and nothing of it is put back";
        (Action::Forget, reason)
    } else {
        let reason = "its document is gone: what it wrote goes back to the defaults";
        (Action::Update, reason)
    };
    let step = Step {
        changes: compared.changes,
        object: compared.object,
        send: compared.send,
        ..step(address, entry, action, reason, Some(live), revokes)
    };
    (step, notes)
}

/// What is live, projected, its secrets hidden.
fn shown(
    input: &Input<'_>,
    address: &Address,
    kind: &'static Descriptor,
    live: &Live,
    entry: Option<&Entry>,
    shapes: &mut Shapes,
) -> Value {
    let live = shapes.of(kind).project(kind, &live.value);
    let written: Vec<&Value> = entry.iter().map(|entry| &entry.written).collect();
    concealed(kind, address, &live, &written, input.key)
}

fn owned_edges(kind: &Descriptor, entry: &Entry) -> BTreeMap<String, Vec<PlannedEdge>> {
    let of = |field: &str| entry.edges.get(field).into_iter().flatten().map(planned);
    let edges = entry.edges.keys().map(|field| {
        let carrier = kind.relation(field).and_then(Relation::carrier);
        let gone: Vec<_> = carrier.into_iter().flat_map(of).collect();
        (field.clone(), without_orphans(of(field).collect(), &gone))
    });
    edges.filter(|(_, edges)| !edges.is_empty()).collect()
}

fn step(
    address: &Address,
    entry: &Entry,
    action: Action,
    reason: &str,
    live: Option<Value>,
    revokes: BTreeMap<String, Vec<PlannedEdge>>,
) -> Step {
    Step {
        address: address.clone(),
        api_version: entry.api_version.clone(),
        home: entry.home.clone(),
        action,
        reason: reason.to_owned(),
        id: Some(entry.id.clone()),
        replace_order: None,
        changes: Vec::new(),
        desired: Value::Null,
        object: entry.observed.clone(),
        send: Vec::new(),
        exact: BTreeSet::new(),
        live: live.unwrap_or_default(),
        grants: BTreeMap::new(),
        revokes,
        along: BTreeMap::new(),
        owned_edges: BTreeMap::new(),
        depends_on: entry.depends_on.clone(),
        labels: entry.labels.clone(),
        protect: entry.protect,
        retain: entry.retain,
        owned: entry.owned,
        writes: Writes::default(),
    }
}

/// What lives in a target that is deleted goes with it: no call of its own.
fn forget_with_target(steps: &mut [Step]) {
    let doomed: BTreeSet<Address> = steps
        .iter()
        .filter(|step| step.action == Action::Delete)
        .map(|step| step.address.clone())
        .collect();
    for step in steps.iter_mut() {
        if let Some(home) = step.home.as_ref().filter(|home| doomed.contains(home)) {
            step.reason = format!("it goes with `{home}`");
            step.action = Action::Forget;
            step.revokes.clear();
            step.changes.clear();
            step.send.clear();
        }
    }
}

/// The deletions that `exactly` around a children field asks for: live children of the parent
/// that nobody declared and the server did not make.
pub(super) fn undeclared_children(
    input: &Input<'_>,
    parent: &Document,
    parent_id: &str,
    ids: &BTreeSet<(&'static str, &str)>,
    lists: &Lists,
    shapes: &mut Shapes,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let Some(home) = &parent.home else {
        return steps;
    };
    for field in parent.exact_children.keys() {
        let Some(children) = parent
            .kind
            .children
            .iter()
            .find(|child| child.field == *field)
        else {
            continue;
        };
        let Some(kind) = input.catalog.named(parent.kind.api, children.kind) else {
            continue;
        };
        let undeclared = lists.of(home, kind).iter().filter(|live| {
            live.value
                .get(children.parent_field)
                .and_then(Value::as_text)
                == Some(parent_id)
                && !ids.contains(&(kind.name, live.id.as_str()))
                && (kind.builtin)(&live.value).is_none()
        });
        for live in undeclared {
            let name = live.value.get(children.name_field).and_then(Value::as_text);
            let name = format!("{}.{}", parent.address.name(), name.unwrap_or(&live.id));
            let address = parent.address.sibling(kind.name, &name);
            steps.push(undeclared_step(input, &address, kind, home, live, shapes));
        }
    }
    steps
}

fn undeclared_step(
    input: &Input<'_>,
    address: &Address,
    kind: &'static Descriptor,
    home: &Address,
    live: &Live,
    shapes: &mut Shapes,
) -> Step {
    let value = shown(input, address, kind, live, None, shapes);
    Step {
        reason: "the list is exact, and it is not in it".to_owned(),
        id: Some(live.id.clone()),
        object: value.clone(),
        live: value,
        ..Step::bare(
            address.clone(),
            kind.api_version(),
            Some(home.clone()),
            Action::Delete,
        )
    }
}

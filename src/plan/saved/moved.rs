//! What has moved since a plan was saved: its steps beside those of a plan made again from what is
//! there now.
//!
//! Only the objects that the saved plan is about are looked at. Fields that people may change by
//! hand are not.

use std::collections::{BTreeMap, BTreeSet};

use super::super::plan::{Action, FieldChange, Note, Plan, PlannedEdge, Step};
use super::basis::AGAIN;
use super::differ::{differences, shown};
use super::{MOVED, Saved};
use crate::base::{Address, Diagnostic, FieldPath, Value};
use crate::manifest::Document;

/// What is there now.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// The plan of the same objects, made again.
    pub plan: &'a Plan,
    /// The documents, for what people may change by hand.
    pub documents: &'a [Document],
}

/// Why the saved plan is not what would be done now; nothing if it is.
pub fn moved(saved: &Saved, now: Now<'_>) -> Vec<Diagnostic> {
    let then: BTreeMap<&Address, &Step> = saved.plan.by_address();
    let is = now.plan.by_address();
    let all: BTreeSet<&Address> = then.keys().chain(is.keys()).copied().collect();
    let ignored: BTreeMap<&Address, &[FieldPath]> = (now.documents.iter())
        .map(|document| (&document.address, &*document.lifecycle.ignore))
        .collect();
    let refused = now.plan.refusals.iter();
    let mut found: Vec<Diagnostic> = refused.map(refusal).collect();
    for address in all {
        let said = found.iter().any(|d| d.address.as_ref() == Some(address));
        let compared = match (then.get(address), is.get(address)) {
            (Some(then), Some(is)) => {
                compare(then, is, ignored.get(address).copied().unwrap_or_default())
            }
            (Some(then), None) if !said => vanished(then),
            (None, Some(is)) if !said => vec![format!(
                "`{address}` would be {} too, which the plan does not say: {}",
                done(is.action),
                is.reason
            )],
            _ => Vec::new(),
        };
        let told = compared.into_iter();
        found.extend(told.map(|message| Diagnostic::error(MOVED, message).about(address)));
    }
    if let Some(last) = found.pop() {
        found.push(last.hint(AGAIN));
    }
    found
}

fn refusal(note: &Note) -> Diagnostic {
    let error = Diagnostic::error(MOVED, format!("{} ({})", note.message, note.code));
    match &note.address {
        Some(address) => error.about(address),
        None => error,
    }
}

/// What is said of a step that nothing is left of.
fn vanished(then: &Step) -> Vec<String> {
    let address = &then.address;
    let told: Vec<_> = then
        .changes
        .iter()
        .filter_map(|c| undone(then, c))
        .collect();
    match then.action {
        Action::Delete => vec![format!("`{address}` is not there any more")],
        Action::Create => vec![format!("`{address}` is there already")],
        _ if told.is_empty() => vec![format!("nothing is to be done to `{address}` any more")],
        _ => told,
    }
}

/// A change that somebody else has made already.
fn undone(then: &Step, change: &FieldChange) -> Option<String> {
    let FieldChange {
        path,
        before,
        after,
        added,
        removed,
        sensitive,
        ..
    } = change;
    let address = &then.address;
    let told = if *sensitive {
        format!("`{path}` of `{address}` was changed: it is as planned already")
    } else if added.is_empty() && removed.is_empty() {
        let (was, is) = (shown(before), shown(after));
        format!("`{path}` of `{address}` was {was} when the plan was made, and is {is}")
    } else {
        format!("`{path}` of `{address}` was changed: it is as planned already")
    };
    (before != after || !added.is_empty() || !removed.is_empty()).then_some(told)
}

/// What differs of one step.
fn compare(then: &Step, is: &Step, ignored: &[FieldPath]) -> Vec<String> {
    let address = &then.address;
    let mut told = Vec::new();
    match (&then.live, &is.live) {
        (Value::Null, live) if *live != Value::Null => {
            told.push(format!(
                "`{address}` was not there when the plan was made, and is now"
            ));
        }
        (live, Value::Null) if *live != Value::Null => {
            told.push(format!("`{address}` is not there any more"));
        }
        (was, is) => told.extend(live_moved(address, was, is, ignored)),
    }
    if told.is_empty() && then.id != is.id {
        told.push(format!("another object has taken the place of `{address}`"));
    }
    let (grants, revokes) = ((&then.grants, &is.grants), (&then.revokes, &is.revokes));
    told.extend(edges_moved(address, grants, "has got", "has lost"));
    told.extend(edges_moved(address, revokes, "has lost", "has got"));
    if told.is_empty() {
        told.extend(otherwise(then, is, ignored));
    }
    told
}

fn live_moved(address: &Address, was: &Value, is: &Value, ignored: &[FieldPath]) -> Vec<String> {
    let told = watched(was, is, ignored).map(|(path, was, is)| {
        if (was, is) == (&Value::Null, &Value::Null) {
            return format!("`{path}` of `{address}` (secret) was changed");
        }
        let (was, is) = (shown(was), shown(is));
        format!("`{path}` of `{address}` was {was} when the plan was made, and is {is} now")
    });
    told.collect()
}

/// The differences of two values, but for what people may change by hand.
fn watched<'a>(
    was: &'a Value,
    is: &'a Value,
    ignored: &'a [FieldPath],
) -> impl Iterator<Item = (FieldPath, &'a Value, &'a Value)> {
    let differing = differences(was, is).into_iter();
    differing.filter(|(path, ..)| !ignored.iter().any(|ignored| path.starts_with(ignored)))
}

type Edges = BTreeMap<String, Vec<PlannedEdge>>;

/// What became of edges: `gone` is said of one that is not to be changed any more, `come` of one
/// that was not to be changed.
fn edges_moved(
    address: &Address,
    (then, is): (&Edges, &Edges),
    gone: &str,
    come: &str,
) -> Vec<String> {
    let fields: BTreeSet<&String> = then.keys().chain(is.keys()).collect();
    let mut told = Vec::new();
    for field in fields {
        let (then, is) = (labels(then, field), labels(is, field));
        let lacking = |from: &Labels, in_: &Labels| -> Vec<String> {
            let those = from.iter().filter(|(key, _)| !in_.contains_key(*key));
            those.map(|(_, label)| label.clone()).collect()
        };
        let pairs = [(gone, lacking(&then, &is)), (come, lacking(&is, &then))];
        for (verb, labels) in pairs {
            told.extend(labels.iter().map(|label| {
                format!("`{field}` of `{address}` {verb} {label} since the plan was made")
            }));
        }
    }
    told
}

type Labels = BTreeMap<String, String>;

/// How the edges of a field are called, by their keys.
fn labels(edges: &Edges, field: &str) -> Labels {
    let all = edges.get(field).into_iter().flatten();
    let key = |edge: &PlannedEdge| Value::List(edge.key.clone()).to_tagged().to_string();
    all.map(|edge| (key(edge), edge.label.clone())).collect()
}

/// What else a step is made of; all the world it was made from being the same, it differs by what
/// other objects tell.
fn otherwise(then: &Step, is: &Step, ignored: &[FieldPath]) -> Option<String> {
    let address = &then.address;
    if then.action != is.action {
        return Some(format!(
            "`{address}` would be {} now, and not {}",
            done(is.action),
            done(then.action)
        ));
    }
    let pairs = [(&then.desired, &is.desired), (&then.object, &is.object)];
    let mut differing = pairs
        .into_iter()
        .flat_map(|(was, is)| watched(was, is, ignored));
    if let Some((path, ..)) = differing.next() {
        return Some(format!(
            "`{path}` of `{address}` would be set to something else now"
        ));
    }
    (!is_same(then, is)).then(|| format!("`{address}` would be {} otherwise now", done(is.action)))
}

/// Whether two steps with the same values and edges do the same.
fn is_same(then: &Step, is: &Step) -> bool {
    let Step {
        address,
        api_version,
        home,
        action: _,
        reason: _,
        id: _,
        replace_order,
        changes: _,
        desired: _,
        object: _,
        send,
        exact,
        live: _,
        grants: _,
        revokes: _,
        along: _,
        owned_edges,
        depends_on,
        labels,
        protect,
        retain,
        owned,
        writes: _,
    } = then;
    (address, api_version, home) == (&is.address, &is.api_version, &is.home)
        && (replace_order, send, exact) == (&is.replace_order, &is.send, &is.exact)
        && (owned_edges, depends_on, labels) == (&is.owned_edges, &is.depends_on, &is.labels)
        && (*protect, *retain, *owned) == (is.protect, is.retain, is.owned)
}

fn done(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Update => "updated",
        Action::Replace => "replaced",
        Action::Delete => "deleted",
        Action::Adopt => "adopted",
        Action::Forget => "forgotten",
    }
}

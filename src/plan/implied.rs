//! Resources that permissions name and nobody declares: made as needed, never owned or deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;
use super::plan::{Action, Step};
use super::reading::Lists;
use crate::base::{Address, FieldPath, Value};
use crate::kind::{Descriptor, EdgeShape, Policy};

/// The steps that make what the grants of `steps` need.
pub(super) fn resources(input: &Input<'_>, steps: &[Step], lists: &Lists) -> Vec<Step> {
    let planned: BTreeSet<&Address> = steps.iter().map(|step| &step.address).collect();
    let mut made: BTreeMap<Address, Step> = BTreeMap::new();
    for step in steps {
        let kind = step.kind(input.catalog);
        let (Some(kind), Some(home)) = (kind, &step.home) else {
            continue;
        };
        for (field, edges) in &step.grants {
            let relation = kind
                .relation(field)
                .filter(|r| r.shape == EdgeShape::Actions);
            let resource = relation
                .and_then(|relation| relation.to.first())
                .and_then(|to| input.catalog.named(kind.api, to));
            let Some(resource) = resource else { continue };
            for edge in edges {
                let (Some(to), Some(rid)) = (&edge.to, edge.key.first().and_then(Value::as_text))
                else {
                    continue;
                };
                let live = lists.of(home, resource).iter().any(|live| live.id == rid);
                if !live && !planned.contains(to) && !made.contains_key(to) {
                    made.insert(to.clone(), make(to, resource, home, rid));
                }
            }
        }
    }
    made.into_values().collect()
}

fn make(address: &Address, kind: &'static Descriptor, home: &Address, rid: &str) -> Step {
    let mut body = BTreeMap::from([(kind.route.id.to_owned(), Value::text(rid))]);
    let desired = Value::Map(body.clone());
    for field in kind.fields {
        if let Policy::AtCreate(value) = field.policy {
            body.insert(field.path.to_owned(), value().into());
        }
    }
    Step {
        reason: "permissions name it, and it is not there".to_owned(),
        changes: vec![super::delta::change(
            &FieldPath::field(kind.route.id),
            Value::Null,
            Value::text(rid),
        )],
        desired,
        object: Value::Map(body),
        send: vec![kind.route.id.to_owned()],
        ..Step::bare(
            address.clone(),
            kind.api_version(),
            Some(home.clone()),
            Action::Create,
        )
    }
}

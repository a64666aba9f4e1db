//! What a kind's schema says that comparing needs: which fields there are, and which may be null.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::base::{FieldPath, Value};
use crate::kind::{Descriptor, Policy};

/// The shape of a kind's objects, read off its schema once.
#[derive(Debug, Clone)]
pub struct Shape {
    fields: BTreeSet<String>,
    nullable: BTreeSet<FieldPath>,
}

impl Shape {
    /// The shape of `kind`: relations and children are no fields of the object.
    pub fn of(kind: &Descriptor) -> Self {
        let schema = (kind.schema)();
        let apart = |name: &str| {
            kind.relation(name).is_some() || kind.children.iter().any(|c| c.field == name)
        };
        let properties = schema.get("properties").and_then(Json::as_object);
        let fields = properties.into_iter().flat_map(|map| map.keys().cloned());
        let mut nullable = BTreeSet::new();
        collect_nullable(&schema, &FieldPath::root(), &mut nullable);
        Self {
            fields: fields.filter(|name| !apart(name)).collect(),
            nullable,
        }
    }

    /// Whether `null` clears the field.
    pub fn is_nullable(&self, path: &FieldPath) -> bool {
        self.nullable.contains(&path.without_indexes())
    }

    /// What of a live object can be declared: nothing else is compared, saved or shown.
    pub fn project(&self, kind: &Descriptor, live: &Value) -> Value {
        let Value::Map(map) = live else {
            return Value::Null;
        };
        let kept = map.iter().filter(|(name, _)| {
            let computed = kind.has(&FieldPath::field(name), |policy| {
                matches!(policy, Policy::Computed)
            });
            self.fields.contains(*name) && !computed
        });
        Value::Map(
            kept.map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }
}

fn collect_nullable(schema: &Json, at: &FieldPath, out: &mut BTreeSet<FieldPath>) {
    if schema.get("x-nullable") == Some(&Json::Bool(true)) {
        out.insert(at.clone());
    }
    let properties = schema.get("properties").and_then(Json::as_object);
    for (name, inner) in properties.into_iter().flatten() {
        collect_nullable(inner, &at.key(name), out);
    }
}

/// The shapes of all kinds that a plan meets, each read once.
#[derive(Debug, Default)]
pub struct Shapes(BTreeMap<(crate::kind::Api, &'static str), Shape>);

impl Shapes {
    /// The shape of `kind`.
    pub fn of(&mut self, kind: &'static Descriptor) -> &Shape {
        self.0
            .entry((kind.api, kind.name))
            .or_insert_with(|| Shape::of(kind))
    }
}

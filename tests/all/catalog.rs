//! Every declaration of every kind holds together: paths, kinds, examples.

use serde_json::Value as Json;
use tenantry::cli::providers::CATALOG;
use tenantry::kind::descriptor::Turn;
use tenantry::kind::{Descriptor, EdgeShape, Key, Relation};

/// The schema of the field at a dotted path.
fn field<'a>(schema: &'a Json, path: &str) -> Option<&'a Json> {
    let below = |schema: &'a Json, key: &str| {
        let inside = schema.get("items").unwrap_or(schema);
        match inside["x-tenantry"].as_str() {
            // Anything may stand in a configuration.
            Some("config") => Some(inside),
            _ => inside.get("properties")?.get(key),
        }
    };
    path.split('.').try_fold(schema, below)
}

fn every(check: impl Fn(&'static Descriptor, &Json)) {
    for kind in CATALOG.all() {
        check(kind, &(kind.schema)());
    }
}

#[test]
fn every_policy_is_about_a_field_that_may_be_written() {
    every(|kind, schema| {
        for declared in kind.fields {
            assert!(
                field(schema, declared.path).is_some(),
                "{kind:?}: {}",
                declared.path
            );
        }
        for own in kind.route.own {
            assert!(
                field(schema, own.field).is_some(),
                "{kind:?}: {}",
                own.field
            );
        }
        if let Some(key) = kind.named_by {
            assert!(field(schema, key).is_some(), "{kind:?}: {key}");
        }
    });
}

#[test]
fn every_key_is_a_field() {
    every(|kind, schema| {
        let (Key::Fields(fields) | Key::FirstOf(fields)) = kind.key else {
            return;
        };
        for key in fields {
            assert!(field(schema, key).is_some(), "{kind:?}: {key}");
        }
    });
}

#[test]
fn every_relation_and_child_is_a_field_and_names_kinds_that_exist() {
    every(|kind, schema| {
        for relation in kind.relations {
            assert!(
                field(schema, relation.field).is_some(),
                "{kind:?}: {}",
                relation.field
            );
            let reads = relation.by_owner.len();
            let of_words = relation.to.is_empty();
            assert!(
                reads <= 1 || of_words || reads == relation.to.len(),
                "{kind:?}"
            );
            for to in relation.to {
                assert!(CATALOG.named(kind.api, to).is_some(), "{kind:?}: {to}");
            }
        }
        for child in kind.children {
            assert!(
                field(schema, child.field).is_some(),
                "{kind:?}: {}",
                child.field
            );
            let declared = CATALOG.named(kind.api, child.kind).expect("a kind");
            let child_schema = (declared.schema)();
            assert!(
                field(&child_schema, child.parent_field).is_some(),
                "{kind:?}"
            );
            assert!(field(&child_schema, child.name_field).is_some(), "{kind:?}");
        }
    });
}

#[test]
fn no_schema_refers_elsewhere_and_every_field_says_what_it_is() {
    fn look(kind: &Descriptor, at: &str, schema: &Json) {
        assert!(schema.get("$ref").is_none(), "{kind:?} {at}");
        for (name, inner) in schema
            .get("properties")
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
        {
            let at = format!("{at}.{name}");
            assert!(
                inner.get("description").is_some(),
                "{kind:?} {at} has no description"
            );
            look(kind, &at, inner);
        }
    }
    every(|kind, schema| {
        assert!(schema.get("description").is_some(), "{kind:?}");
        assert_eq!(
            schema.get("additionalProperties"),
            Some(&Json::Bool(false)),
            "{kind:?}"
        );
        look(kind, "spec", schema);
    });
}

#[test]
fn names_are_unique_and_lower_case() {
    let mut seen = std::collections::BTreeSet::new();
    every(|kind, _| {
        assert_eq!(kind.name, kind.kind.to_lowercase(), "{kind:?}");
    });
    for kind in CATALOG.all() {
        assert!(
            seen.insert((kind.api_version(), kind.kind)),
            "{kind:?} twice"
        );
    }
}

#[test]
fn every_kind_that_a_descriptor_names_exists() {
    every(|kind, schema| {
        let after = match kind.turn {
            Turn::After(kinds) => kinds,
            Turn::Any | Turn::Last => &[],
        };
        let looked = kind.rules.iter().flat_map(|rule| rule.looks_at);
        for name in after.iter().chain(looked) {
            let known = CATALOG.named(kind.api, name);
            assert!(known.is_some(), "{kind:?} names `{name}`");
        }
        // The resource that makes rulers is one of the kind that permissions are of.
        if kind.rulers.is_some() {
            let hosted = CATALOG.of(kind.hosts.expect("it hosts"));
            let actions = |relation: &&Relation| relation.shape == EdgeShape::Actions;
            let mut permissions = hosted.flat_map(|kind| kind.relations).filter(actions);
            let all = |relation: &Relation| CATALOG.named(kind.hosts?, relation.to[0]);
            assert!(
                permissions.all(|relation| all(relation).is_some()),
                "{kind:?}"
            );
        }
        for fit in kind.fits {
            assert!(
                kind.relation(fit.field).is_some(),
                "{kind:?}: {}",
                fit.field
            );
            let own = fit.of.map_or("name", |(field, ..)| field);
            assert!(field(schema, own).is_some(), "{kind:?}: {own}");
        }
    });
}

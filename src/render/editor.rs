//! The JSON Schema of whole manifests, for editors. `check` knows more: references, cycles and
//! what fields say of each other.
//!
//! A spec's own schema says what may stand where with `x-tenantry`; here that becomes plain JSON
//! Schema, draft 7, which is what editors of YAML understand.

use serde_json::{Map, Value as Json, json};

use crate::kind::{Catalog, Descriptor, Home};

/// The schema of any manifest.
pub fn manifest(catalog: Catalog) -> Json {
    let (mut definitions, mut rules) = (markers(), Vec::new());
    let mut kinds: Vec<_> = catalog.all().map(|kind| kind.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in catalog.all() {
        let name = format!("{}.{}", kind.api.as_str(), kind.kind);
        let header =
            json!({"apiVersion": {"const": kind.api_version()}, "kind": {"const": kind.kind}});
        rules.push(json!({
            "if": {"properties": header, "required": ["apiVersion", "kind"]},
            "then": {"$ref": format!("#/definitions/{name}")},
        }));
        definitions.insert(name, document(kind));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Tenantry manifest",
        "type": "object",
        "properties": {
            "apiVersion": {"enum": ["logto/v1", "dcos/v1"]},
            "kind": {"enum": kinds},
        },
        "required": ["apiVersion", "kind", "metadata"],
        "allOf": rules,
        "definitions": definitions,
    })
}

/// The schema of one kind's spec.
pub fn spec(kind: &Descriptor) -> Json {
    let mut schema = translated(&(kind.schema)());
    if let Json::Object(map) = &mut schema {
        map.insert(
            "$schema".into(),
            "http://json-schema.org/draft-07/schema#".into(),
        );
        map.insert("title".into(), kind.kind.into());
        map.insert("definitions".into(), Json::Object(markers()));
    }
    schema
}

/// The schema of `tenantry.yaml`, from the one that it is checked with.
pub fn policy(own: &Json) -> Json {
    let mut schema = translated(own);
    if let Json::Object(map) = &mut schema {
        map.insert(
            "$schema".into(),
            "http://json-schema.org/draft-07/schema#".into(),
        );
        map.insert("title".into(), "Tenantry policy".into());
    }
    schema
}

fn document(kind: &Descriptor) -> Json {
    let mut metadata = json!({
        "name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    });
    let mut required = vec!["name"];
    let home = match kind.home {
        Home::Tenant => Some("tenant"),
        Home::Cluster => Some("cluster"),
        Home::Account | Home::Nowhere => None,
    };
    if let Some(home) = home {
        metadata[home] = json!({"type": "string"});
        required.push(home);
    }
    let is_spec_needed = (kind.schema)()["required"]
        .as_array()
        .is_some_and(|all| !all.is_empty());
    let needed: &[&str] = if is_spec_needed {
        &["apiVersion", "kind", "metadata", "spec"]
    } else {
        &["apiVersion", "kind", "metadata"]
    };
    json!({
        "description": kind.about,
        "type": "object",
        "properties": {
            "apiVersion": {"const": kind.api_version()},
            "kind": {"const": kind.kind},
            "metadata": {
                "type": "object",
                "properties": metadata,
                "required": required,
                "additionalProperties": false,
            },
            "lifecycle": lifecycle(),
            "spec": translated(&(kind.schema)()),
        },
        "required": needed,
        "additionalProperties": false,
    })
}

fn lifecycle() -> Json {
    json!({
        "description": "Who may change or delete the live object, and when.",
        "type": "object",
        "properties": {
            "protect": {"type": "boolean", "description": "Never delete or replace it."},
            "adopt": {"type": "boolean", "description": "Take over a live object with the same key."},
            "onRemove": {
                "enum": ["delete", "retain"],
                "description": "When the document goes: `retain` leaves the live object.",
            },
            "ignore": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Fields that people may change by hand.",
            },
            "movedFrom": {"type": "string", "description": "Its old name."},
        },
        "additionalProperties": false,
    })
}

/// What may stand for a text, and what must stand for a secret.
fn markers() -> Map<String, Json> {
    let one = |name: &str, schema: Json| {
        json!({
            "type": "object",
            "properties": {name: schema},
            "required": [name],
            "additionalProperties": false,
        })
    };
    let words = json!({"type": "array", "items": {"type": "string"}, "minItems": 1});
    let reference = json!({
        "type": "object",
        "properties": {"ref": {"type": "string"}, "field": {"type": "string"}},
        "required": ["ref"],
        "additionalProperties": false,
    });
    let env = one("env", json!({"type": "string"}));
    let file = one("file", json!({"type": "string"}));
    let lookup = json!({
        "type": "object",
        "properties": {"lookup": {"type": "string"}},
        "required": ["lookup"],
    });
    let marker = [
        reference.clone(),
        lookup,
        one("builtin", json!({"type": "string"})),
        one("join", json!({"type": "array"})),
        file.clone(),
        one("literal", json!(true)),
        env.clone(),
        one("exec", words.clone()),
    ];
    let secret = [env, file, one("exec", words), reference];
    let mut out = Map::new();
    out.insert("marker".into(), json!({"anyOf": marker}));
    out.insert(
        "secret".into(),
        json!({"description": "A secret's source, never its text.", "anyOf": secret}),
    );
    out
}

/// A spec's schema with every `x-tenantry` written out.
fn translated(schema: &Json) -> Json {
    let Json::Object(map) = schema else {
        return schema.clone();
    };
    let plain: Map<String, Json> = map
        .iter()
        .filter(|(key, _)| !key.starts_with("x-"))
        .map(|(key, value)| (key.clone(), inner(key, value)))
        .collect();
    let mut plain = Json::Object(plain);
    let mut out = match map.get("x-tenantry").and_then(Json::as_str) {
        Some("text" | "ref") => any_of(&[plain, json!({"$ref": "#/definitions/marker"})]),
        Some("secret") => json!({"$ref": "#/definitions/secret"}),
        Some("item") => {
            let by = map.get("x-by").and_then(Json::as_str).unwrap_or_default();
            let alone = plain["properties"][by].clone();
            any_of(&[plain, alone])
        }
        Some("members" | "actions") => {
            let exactly = json!({
                "type": "object",
                "properties": {"exactly": plain.clone()},
                "required": ["exactly"],
                "additionalProperties": false,
            });
            any_of(&[plain, exactly])
        }
        Some("time") => json!({"type": ["string", "integer"]}),
        Some("config") => json!({"type": "object"}),
        Some("free") => json!({}),
        _ => plain.take(),
    };
    if map.get("x-nullable") == Some(&Json::Bool(true)) {
        out = any_of(&[out, json!({"type": "null"})]);
    }
    if let Some(about) = map.get("description") {
        out["description"] = about.clone();
    }
    out
}

fn any_of(choices: &[Json; 2]) -> Json {
    json!({"anyOf": choices})
}

/// The value of a schema's own word.
fn inner(word: &str, value: &Json) -> Json {
    match (word, value) {
        ("properties", Json::Object(fields)) => fields
            .iter()
            .map(|(name, schema)| (name.clone(), translated(schema)))
            .collect(),
        ("items" | "additionalProperties", schema) => translated(schema),
        (_, other) => other.clone(),
    }
}

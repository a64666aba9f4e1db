//! Scripts: token customizers (`configs-jwt-customizer.jsonl`) and actions (`configs-misc.jsonl`
//! 1091 and 1092; the rest of those as customizers are, an inference).
//!
//! No script is run. A customizer of machines' tokens that calls `api.denyAccess` denies them all.

use serde_json::{Map, Value, json};

use super::call::{Call, parsed};
use super::column::jsonb;
use super::refusal::{Refusal, Reply, no_such_id, not_found};
use super::shape::{Shape, guard_param};
use super::zod::{refused, unrecognized, unrecognized_in, wrong_type};
use crate::sandbox::exchange::Answer;

/// A sort of scripts.
struct Scripts {
    table: &'static str,
    /// How the parameter of the path is called.
    param: &'static str,
    /// Its values, and the keys that rows are listed under.
    keys: &'static [(&'static str, &'static str)],
    words: &'static [&'static str],
    /// What a body may have beside the script, and of which type; no type: any.
    more: &'static [(&'static str, &'static str)],
    /// Whether a PATCH wants the script too (1053).
    patch_wants_script: bool,
}

const CUSTOMIZERS: Scripts = Scripts {
    table: "jwt_customizers",
    param: "tokenTypePath",
    keys: &[
        ("access-token", "jwt.accessToken"),
        ("client-credentials", "jwt.clientCredentials"),
    ],
    words: &["access-token", "client-credentials"],
    more: &[
        ("environmentVariables", "object"),
        ("contextSample", "object"),
        ("tokenSample", "object"),
        ("blockIssuanceOnError", "boolean"),
    ],
    patch_wants_script: true,
};

const ACTIONS: Scripts = Scripts {
    table: "actions",
    param: "actionType",
    keys: &[
        (
            "action.postFirstFactorVerification",
            "action.postFirstFactorVerification",
        ),
        ("action.postSignIn", "action.postSignIn"),
    ],
    words: &["action.postFirstFactorVerification", "action.postSignIn"],
    more: &[
        ("environmentVariables", "object"),
        ("contextSample", ""),
        ("enabled", "boolean"),
        ("onExecutionError", "string"),
    ],
    patch_wants_script: false,
};

/// What the sample of a token may have: strict, as the server's source and a running one have it.
fn token(call: &Call<'_>) -> Option<&'static [&'static str]> {
    const MACHINES: &[&str] = &["jti", "aud", "scope", "clientId", "kind"];
    const PEOPLE: &[&str] = &[
        "jti",
        "aud",
        "scope",
        "clientId",
        "kind",
        "accountId",
        "expiresWithSession",
        "grantId",
        "gty",
        "sessionUid",
        "sid",
    ];
    match call.param(0).as_str() {
        "access-token" => Some(PEOPLE),
        "client-credentials" => Some(MACHINES),
        _ => None,
    }
}

/// Drops what a context does not have, as a running server does.
fn drop_strange(call: &Call<'_>, sample: &mut Value) {
    const PEOPLE: &[&str] = &[
        "user",
        "grant",
        "interaction",
        "application",
        "organization",
    ];
    const USER: &[&str] = &[
        "id",
        "username",
        "primaryEmail",
        "primaryPhone",
        "name",
        "avatar",
        "customData",
        "identities",
        "lastSignInAt",
        "createdAt",
        "updatedAt",
        "profile",
        "applicationId",
        "cimdClientId",
        "isSuspended",
        "hasPassword",
        "ssoIdentities",
        "mfaVerificationFactors",
        "roles",
        "organizations",
        "organizationRoles",
    ];
    let keep = |value: &mut Value, known: &[&str]| {
        if let Value::Object(map) = value {
            map.retain(|name, _| known.contains(&name.as_str()));
        }
    };
    match call.param(0).as_str() {
        "access-token" => {
            keep(sample, PEOPLE);
            if let Some(user) = sample.get_mut("user") {
                keep(user, USER);
            }
        }
        "client-credentials" => keep(sample, &["application"]),
        _ => {}
    }
}

fn scripts(call: &Call<'_>) -> &'static Scripts {
    if call.request.path.contains("/configs/actions") {
        &ACTIONS
    } else {
        &CUSTOMIZERS
    }
}

impl Scripts {
    /// The parameter of the path (1060, `configs-misc.jsonl` 1092).
    fn name(&self, call: &Call<'_>) -> Result<String, Refusal> {
        let name = call.param(0);
        guard_param(self.param, &Shape::Choice(self.words), &name)?;
        Ok(name)
    }

    fn key(&self, name: &str) -> &'static str {
        let mut keys = self.keys.iter();
        keys.find(|(known, _)| *known == name)
            .map_or("", |(_, key)| key)
    }

    /// 1049, 1055
    fn no_such(&self, name: &str) -> Refusal {
        no_such_id("logto_config", self.key(name))
    }

    /// The body: its keys are strict (1059).
    fn body(&self, call: &Call<'_>, wants_script: bool) -> Result<Map<String, Value>, Refusal> {
        let body = parsed(call.request)?;
        let Some(map) = body.as_object() else {
            return Err(refused(
                "body",
                vec![wrong_type(&[], "object", Some(&body))],
            ));
        };
        let mut wrong = Vec::new();
        let script = map.get("script");
        if (script.is_some() || wants_script) && !script.is_some_and(Value::is_string) {
            wrong.push(wrong_type(&[json!("script")], "string", script)); // 1053, 1058
        }
        for (name, expected) in self
            .more
            .iter()
            .filter(|(_, expected)| !expected.is_empty())
        {
            let value = map.get(*name);
            if value.is_some_and(|value| super::zod::kind(value) != *expected) {
                wrong.push(wrong_type(&[json!(name)], expected, value));
            }
        }
        let mut known: Vec<_> = self.more.iter().map(|(name, _)| *name).collect();
        known.push("script");
        wrong.extend(unrecognized(map, &known));
        if let (Some(known), Some(Value::Object(sample))) = (token(call), map.get("tokenSample")) {
            wrong.extend(unrecognized_in(&[json!("tokenSample")], sample, known));
        }
        if wrong.is_empty() {
            let mut kept: Map<_, _> = map
                .iter()
                .map(|(name, value)| (name.clone(), jsonb(value)))
                .collect();
            if let Some(sample) = kept.get_mut("contextSample") {
                drop_strange(call, sample);
            }
            return Ok(kept);
        }
        Err(refused("body", wrong))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let of = scripts(call);
    let rows = of.keys.iter().filter_map(|(name, key)| {
        let value = call.row(of.table, name)?;
        Some(json!({"key": key, "value": value})) // 1063
    });
    Ok(Answer::json(200, &Value::Array(rows.collect())))
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let of = scripts(call);
    let name = of.name(call)?;
    let row = call.row(of.table, &name).ok_or_else(|| of.no_such(&name))?;
    Ok(Answer::json(200, &row))
}

/// 1050, 1051
pub(super) fn put(call: &mut Call<'_>) -> Reply {
    let of = scripts(call);
    let name = of.name(call)?;
    let row = Value::Object(of.body(call, true)?);
    let status = if call.tables.has(of.table, &name) {
        200
    } else {
        201
    };
    call.tables.put(of.table, &name, row.clone());
    Ok(Answer::json(status, &row))
}

pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let of = scripts(call);
    let name = of.name(call)?;
    let body = of.body(call, of.patch_wants_script)?;
    let row = call.row(of.table, &name).ok_or_else(|| of.no_such(&name))?;
    let mut row = row.as_object().cloned().unwrap_or_default();
    row.extend(body);
    let row = Value::Object(row);
    call.tables.put(of.table, &name, row.clone());
    Ok(Answer::json(200, &row))
}

/// 1065
pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let of = scripts(call);
    let name = of.name(call)?;
    call.tables.delete(of.table, &name).ok_or_else(not_found)?;
    Ok(Answer::empty(204))
}

/// Whether the customizer of machines' tokens denies them.
pub(super) fn denies_machines(call: &Call<'_>) -> bool {
    let row = call.tables.get(CUSTOMIZERS.table, "client-credentials");
    let script = row.and_then(|row| row["script"].as_str());
    script.is_some_and(|script| script.contains("api.denyAccess("))
}

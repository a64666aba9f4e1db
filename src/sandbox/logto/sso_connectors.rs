//! Connectors of organizations' identity providers: `sso-connectors.jsonl`.
//!
//! No issuer is asked: one whose port is 9 (discard), or whose host ends in `.invalid`, cannot be
//! reached, and every other has the endpoints that a Logto has.

use serde_json::{Value, json};

use super::call::{Call, text, texts};
use super::column;
use super::page::{Paging, listed};
use super::refusal::{Refusal, Reply, coded, no_such_id, with_data};
use super::relations::JIT_SSO;
use super::shape::{Shape, TEXT, optional, required, text as length};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

/// The table.
pub(super) const TABLE: &str = "sso_connectors";

const BRANDING: Shape = Shape::Object(&[
    optional("displayName", TEXT),
    optional("logo", TEXT),
    optional("darkLogo", TEXT),
]);
const CREATE: Shape = Shape::Object(&[
    required("providerName", length(1, 128)),
    required("connectorName", length(1, 128)),
    optional("config", Shape::Free),
    optional("domains", Shape::List(&TEXT, 0)),
    optional("branding", BRANDING),
    optional("syncProfile", Shape::Bool),
    optional("enableTokenStorage", Shape::Bool),
]);
const PATCH: Shape = Shape::Object(&[
    optional("connectorName", length(1, 128)),
    optional("config", Shape::Free),
    optional("domains", Shape::List(&TEXT, 0)),
    optional("branding", BRANDING),
    optional("syncProfile", Shape::Bool),
    optional("enableTokenStorage", Shape::Bool),
]);

/// A provider: its name, its protocol, and how it is called (1163).
const PROVIDERS: [(&str, &str, &str); 6] = [
    ("OIDC", "oidc", "OIDC"),
    ("SAML", "saml", "SAML"),
    ("AzureAD", "saml", "Microsoft Entra ID (SAML)"),
    ("AzureAdOidc", "oidc", "Microsoft Entra ID (OIDC)"),
    ("GoogleWorkspace", "oidc", "Google Workspace"),
    ("Okta", "oidc", "Okta"),
];

/// Domains that anybody gets an address of; `gmail.com` was recorded (1178).
const PUBLIC: [&str; 6] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "outlook.com",
    "yahoo.com",
];

fn provider(name: &str) -> Option<(&'static str, &'static str)> {
    let mut all = PROVIDERS.iter();
    let found = all.find(|(known, ..)| *known == name);
    found.map(|(_, protocol, called)| (*protocol, *called))
}

/// A row as GET, PATCH and lists answer it: with what is known of the provider (1168, 1190).
fn shown(call: &Call<'_>, row: &Value) -> Value {
    let mut row = row.clone();
    let (protocol, called) = provider(&text(&row, "providerName")).unwrap_or(("oidc", "OIDC"));
    row["name"] = json!(called);
    row["providerType"] = json!(protocol);
    row["providerLogo"] = json!("data:image/svg+xml;base64,");
    row["providerLogoDark"] = json!("data:image/svg+xml;base64,");
    if protocol == "saml" {
        let (base, id) = (&call.request.base, text(&row, "id"));
        row["providerConfig"] = json!({
            "defaultAttributeMapping": {"id": "nameID", "email": "email", "name": "name"},
            "serviceProvider": {
                "entityId": format!("{base}/enterprise-sso/{id}"),
                "assertionConsumerServiceUrl":
                    format!("{base}/api/authn/single-sign-on/saml/{id}"),
            },
        });
    } else if row["config"].get("clientId").is_some() {
        row["providerConfig"] = discovered(&row["config"]);
    }
    row
}

fn discovered(config: &Value) -> Value {
    let mut all = config.clone();
    let issuer = text(config, "issuer");
    let issuer = issuer.trim_end_matches('/');
    all["scope"] = json!("openid profile email");
    for (name, path) in [
        ("authorizationEndpoint", "auth"),
        ("tokenEndpoint", "token"),
        ("userinfoEndpoint", "me"),
        ("jwksUri", "jwks"),
    ] {
        all[name] = json!(format!("{issuer}/{path}"));
    }
    all
}

fn no_such(id: &str) -> Refusal {
    no_such_id(TABLE, id) // 1188, 1189
}

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let mut rows = call.all(TABLE);
    rows.sort_by_key(|row| text(row, "id"));
    listed(call, rows, Paging::OnRequest, |call, rows| {
        rows.iter().map(|row| shown(call, row)).collect()
    })
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    let row = call.row(TABLE, &id).ok_or_else(|| no_such(&id))?;
    Ok(Answer::json(200, &shown(call, &row)))
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.body(&CREATE)?;
    let name = text(&body, "providerName");
    let Some((protocol, _)) = provider(&name) else {
        let message = format!("Cannot find any available connector for type: {name}.");
        return Err(coded(422, "connector.not_found", &message)); // 1166
    };
    free_name(call, &body, "")?;
    let mut row = json!({
        "id": random::base36(12), "providerName": name, "config": {}, "domains": [],
        "branding": {}, "syncProfile": false, "enableTokenStorage": false,
        "createdAt": call.now_ms, "tenantId": call.settings.id,
    });
    write(protocol, &mut row, &body)?;
    call.tables.put(TABLE, &text(&row, "id"), row.clone());
    Ok(Answer::json(200, &row)) // without the provider's part: 1164, 1167
}

pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let body = call.body(&PATCH)?;
    let id = call.param(0);
    let mut row = call.row(TABLE, &id).ok_or_else(|| no_such(&id))?;
    free_name(call, &body, &id)?;
    let (protocol, _) = provider(&text(&row, "providerName")).unwrap_or(("oidc", ""));
    write(protocol, &mut row, &body)?; // nothing is fine too: 1215
    call.tables.put(TABLE, &id, row.clone());
    Ok(Answer::json(200, &shown(call, &row)))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    call.tables.delete(TABLE, &id).ok_or_else(|| no_such(&id))?; // 1217
    JIT_SSO.delete_right(call.tables, &id);
    Ok(Answer::empty(204))
}

/// 1165, 1208
fn free_name(call: &Call<'_>, body: &Value, own_id: &str) -> Result<(), Refusal> {
    let Some(wanted) = body.get("connectorName") else {
        return Ok(());
    };
    let mut rows = call.tables.rows(TABLE);
    if rows.any(|(id, row)| id != own_id && row["connectorName"] == *wanted) {
        let message = "Connector name already exists. Please choose a different name.";
        return Err(coded(
            409,
            "single_sign_on.duplicate_connector_name",
            message,
        ));
    }
    Ok(())
}

fn write(protocol: &str, row: &mut Value, body: &Value) -> Result<(), Refusal> {
    if body.get("domains").is_some() {
        row["domains"] = json!(domains(body)?);
    }
    if let Some(config) = body.get("config") {
        row["config"] = configured(protocol, config)?;
    }
    for name in [
        "connectorName",
        "branding",
        "syncProfile",
        "enableTokenStorage",
    ] {
        if let Some(value) = body.get(name) {
            row[name] = column::jsonb(value); // branding whole: 1212
        }
    }
    Ok(())
}

fn domains(body: &Value) -> Result<Vec<String>, Refusal> {
    let domains: Vec<_> = texts(body, "domains")
        .iter()
        .map(|one| one.to_lowercase())
        .collect(); // 1210
    let public: Vec<_> = domains
        .iter()
        .filter(|one| PUBLIC.contains(&one.as_str()))
        .collect();
    if !public.is_empty() {
        let message = "Public email domains are not allowed."; // 1178
        let data = json!({"data": public});
        return Err(with_data(
            422,
            "single_sign_on.forbidden_domains",
            &data,
            message,
        ));
    }
    let twice = |(index, one): &(usize, &String)| domains[..*index].contains(one);
    let twice: Vec<_> = domains
        .iter()
        .enumerate()
        .filter(twice)
        .map(|(_, one)| one)
        .collect();
    if !twice.is_empty() {
        let data = json!({"data": twice}); // 1179
        let message = "There are duplicate domains.";
        return Err(with_data(
            422,
            "single_sign_on.duplicated_domains",
            &data,
            message,
        ));
    }
    Ok(domains)
}

/// The configuration as it is kept, if the provider takes it: 1167, 1169 to 1171. What a SAML one
/// must have is an inference.
fn configured(protocol: &str, config: &Value) -> Result<Value, Refusal> {
    let bad = || {
        coded(
            400,
            "connector.invalid_config",
            "The connector's config is invalid.",
        )
    };
    let mut config = column::jsonb(config);
    if protocol == "saml" {
        return Ok(config);
    }
    let complete = ["clientId", "clientSecret"]
        .iter()
        .all(|name| config[name].is_string());
    let issuer = config
        .get("issuer")
        .and_then(Value::as_str)
        .map(str::to_owned);
    // Google's issuer is known.
    let issuer = issuer.unwrap_or_default();
    if !complete || issuer.is_empty() {
        return Err(bad());
    }
    if !is_reachable(&issuer) {
        let data = json!({
            "ssoErrorCode": "invalid_config", "config": {"issuer": issuer},
            "message": "fail_to_fetch_config",
        }); // 1176
        let message = "The connector's config is invalid.";
        return Err(with_data(400, "connector.invalid_config", &data, message));
    }
    if config.get("trustUnverifiedEmail").is_none() {
        config["trustUnverifiedEmail"] = json!(false);
    }
    Ok(config)
}

fn is_reachable(issuer: &str) -> bool {
    let Ok(url) = url::Url::parse(issuer) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    url.port() != Some(9) && !host.ends_with(".invalid")
}

//! SAML applications and their certificates. `saml-applications.jsonl`, `extra-saml-limit.jsonl`.
//!
//! A row lies among the applications, where it is listed and can be read; certificates are made up.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::access_control;
use super::application_parts::forget_parts;
use super::applications::{TABLE, brief};
use super::call::{Call, text};
use super::column::{Column, Fill, Written, column, update};
use super::pattern::Pattern;
use super::refusal::{Refusal, Reply, coded, no_such_id, not_found};
use super::shape::{NUMBER, Shape, TEXT, matching, nullable, optional, required, text as length};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

const SECRETS: &str = "saml_secrets";
const YEAR_MS: u64 = 365 * 24 * 60 * 60 * 1000;

/// What a SAML application has beside the columns of every application (290).
const COLUMNS: &[Column] = &[
    column("name", Fill::Null, Written::Always),
    column("description", Fill::Null, Written::Always),
    column("customData", Fill::Object, Written::Always), // whole: 299
    column("appLevelAccessControlEnabled", Fill::False, Written::Later),
    column("attributeMapping", Fill::Object, Written::Always), // whole: 297
    column("entityId", Fill::Null, Written::Always),
    column("acsUrl", Fill::Null, Written::Always),
    column("encryption", Fill::Null, Written::Always),
    column("nameIdFormat", Fill::Text(PERSISTENT), Written::Always),
];

const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/// 311.
const ACS: Shape = Shape::Object(&[
    required(
        "binding",
        Shape::Choice(&[
            "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
            "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
        ]),
    ),
    required("url", matching(0, usize::MAX, Pattern::Url)),
]);

/// Not recorded: inferred from the server's source (`saml-application-configs.ts`).
const ENCRYPTION: Shape = Shape::Object(&[
    optional("encryptAssertion", Shape::Bool),
    optional("encryptThenSign", Shape::Bool),
    optional("certificate", TEXT),
]);

const FORMAT: Shape = Shape::Choice(&[
    PERSISTENT,
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
]);

const CREATE: Shape = Shape::Object(&[
    required("name", length(1, 256)), // 310
    nullable("description", TEXT),
    optional("customData", Shape::Free),
    optional("attributeMapping", Shape::Free),
    nullable("entityId", length(0, 128)),
    nullable("acsUrl", ACS),
    nullable("encryption", ENCRYPTION),
    optional("nameIdFormat", FORMAT),
]);

const PATCH: Shape = Shape::Object(&[
    optional("name", length(1, 256)),
    nullable("description", TEXT),
    optional("customData", Shape::Free),
    optional("appLevelAccessControlEnabled", Shape::Bool),
    optional("attributeMapping", Shape::Free),
    nullable("entityId", length(0, 128)),
    nullable("acsUrl", ACS),
    nullable("encryption", ENCRYPTION),
    optional("nameIdFormat", FORMAT),
]);

const SECRET: Shape = Shape::Object(&[required("lifeSpanInYears", NUMBER)]);
const ACTIVE: Shape = Shape::Object(&[required("active", Shape::Bool)]);

/// The columns that only SAML applications have, which lists of applications do not show (292).
pub(super) const HIDDEN: [&str; 5] = [
    "attributeMapping",
    "entityId",
    "acsUrl",
    "encryption",
    "nameIdFormat",
];

/// As its own routes show one: without what is OpenID Connect's (290).
fn shown(row: &Value) -> Value {
    let mut shown = row.clone();
    if let Some(shown) = shown.as_object_mut() {
        for name in [
            "oidcClientMetadata",
            "customClientMetadata",
            "protectedAppMetadata",
        ] {
            shown.remove(name);
        }
    }
    shown
}

fn application(call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.param(0);
    let row = call.row(TABLE, &id).filter(|row| row["type"] == "SAML");
    row.ok_or_else(|| no_such_id(TABLE, &id)) // 313
}

/// The rules that go beyond shapes, inferred from the server's source: only a form takes an
/// assertion there, and encryption wants all of its members.
fn sound(body: &Value) -> Result<(), Refusal> {
    let binding = body["acsUrl"]["binding"].as_str().unwrap_or_default();
    if binding.ends_with("HTTP-Redirect") {
        let code = "application.saml.acs_url_binding_not_supported";
        return Err(coded(422, code, "This binding is not supported."));
    }
    let encryption = &body["encryption"];
    let whole = !encryption["encryptThenSign"].is_null() && !encryption["certificate"].is_null();
    if encryption["encryptAssertion"] == true && !whole {
        let details = "`encryptThenSign` and `certificate` are required when `encryptAssertion` \
                       is `true`";
        return Err(coded(400, "guard.invalid_input", details));
    }
    Ok(())
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.body(&CREATE)?;
    sound(&body)?;
    let rows = call.all(TABLE);
    if rows.iter().filter(|row| row["type"] == "SAML").count() >= 3 {
        // `extra-saml-limit.jsonl` 4
        let message = "You CAN NOT create more SAML apps since the limit of 3 is hit.";
        return Err(coded(403, "application.saml.reach_oss_limit", message));
    }
    let mut row = brief(call, &body);
    let own = super::column::fresh(COLUMNS, &body, call.now_ms);
    if let Some(row) = row.as_object_mut() {
        row.extend(own);
        row.insert("type".to_owned(), json!("SAML"));
    }
    let id = text(&row, "id");
    call.tables.put(TABLE, &id, row.clone());
    new_secret(call, &id, 3, true);
    Ok(Answer::json(201, &shown(&row)))
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &shown(&application(call)?)))
}

/// Nothing to write is no error (300).
pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let body = call.body(&PATCH)?;
    let mut row = application(call)?;
    sound(&body)?;
    let id = text(&row, "id");
    if body["appLevelAccessControlEnabled"] == true && !access_control::any(call, &id) {
        return Err(access_control::no_rule()); // as an application: `applications.jsonl` 262
    }
    update(COLUMNS, &mut row, &body);
    call.tables.put(TABLE, &id, row.clone());
    Ok(Answer::json(200, &shown(&row)))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let id = text(&application(call)?, "id");
    call.tables.delete(TABLE, &id);
    call.tables
        .delete_where(SECRETS, |_, row| row["applicationId"] == *id);
    forget_parts(call, &id);
    Ok(Answer::empty(204))
}

/// A certificate that is none: as long as a real one, random.
fn certificate() -> String {
    let body = STANDARD.encode(random::base62(1260));
    let lines: Vec<_> = body.as_bytes().chunks(64).collect();
    let lines = lines
        .iter()
        .map(|line| String::from_utf8_lossy(line).into_owned());
    let lines: Vec<_> = lines.collect();
    format!(
        "-----BEGIN CERTIFICATE-----\r\n{}\r\n-----END CERTIFICATE-----\r\n",
        lines.join("\r\n")
    )
}

fn fingerprints(certificate: &str) -> Value {
    let hash = digest::digest(&digest::SHA256, certificate.as_bytes());
    let bytes: Vec<_> = hash
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    json!({"sha256": {"formatted": bytes.join(":"), "unformatted": bytes.concat()}})
}

fn new_secret(call: &mut Call<'_>, application: &str, years: u64, active: bool) -> Value {
    let (id, certificate) = (random::base36(21), certificate());
    let row = json!({
        "id": id,
        "applicationId": application,
        "fingerprints": fingerprints(&certificate),
        "certificate": certificate,
        "createdAt": call.now_ms,
        "expiresAt": call.now_ms + years * YEAR_MS,
        "active": active,
    });
    call.tables.put(SECRETS, &id, row.clone());
    row
}

fn secret_shown(row: &Value) -> Value {
    let mut shown = row.clone();
    if let Some(shown) = shown.as_object_mut() {
        shown.remove("applicationId");
    }
    shown
}

/// The newest first (303).
pub(super) fn list_secrets(call: &mut Call<'_>) -> Reply {
    let id = text(&application(call)?, "id");
    let mut rows = call.newest_first(SECRETS);
    rows.retain(|row| row["applicationId"] == *id);
    let rows: Vec<_> = rows.into_iter().map(secret_shown).collect();
    Ok(Answer::json(200, &json!(rows)))
}

/// Not active at first (302).
pub(super) fn create_secret(call: &mut Call<'_>) -> Reply {
    let years = call.body(&SECRET)?["lifeSpanInYears"].as_u64().unwrap_or(3);
    let id = text(&application(call)?, "id");
    let row = new_secret(call, &id, years, false);
    Ok(Answer::json(201, &secret_shown(&row)))
}

fn secret(call: &Call<'_>) -> Result<Value, Refusal> {
    let row = call.row(SECRETS, &call.param(1));
    let own = call.param(0);
    row.filter(|row| row["applicationId"] == own)
        .ok_or_else(not_found)
}

/// The others are active no longer (304, 306).
pub(super) fn change_secret(call: &mut Call<'_>) -> Reply {
    let active = call.body(&ACTIVE)?["active"] == true;
    let mut row = secret(call)?;
    let (id, own) = (text(&row, "id"), text(&row, "applicationId"));
    if active {
        let others = call.all(SECRETS).into_iter().cloned();
        let others: Vec<_> = others.filter(|row| row["applicationId"] == own).collect();
        for mut other in others {
            other["active"] = json!(false);
            call.tables.put(SECRETS, &text(&other, "id"), other);
        }
    }
    row["active"] = json!(active);
    call.tables.put(SECRETS, &id, row.clone());
    Ok(Answer::json(200, &secret_shown(&row)))
}

pub(super) fn delete_secret(call: &mut Call<'_>) -> Reply {
    let row = secret(call)?;
    if row["active"] == true {
        let code = "application.saml.can_not_delete_active_secret"; // 305
        return Err(coded(400, code, "Can not delete the active secret."));
    }
    call.tables.delete(SECRETS, &text(&row, "id"));
    Ok(Answer::empty(204))
}

/// The entity's description, with the certificate that is active (307).
pub(super) fn metadata(call: &mut Call<'_>) -> Reply {
    let id = text(&application(call)?, "id");
    let mut rows = call.all(SECRETS).into_iter();
    let active = rows.find(|row| row["applicationId"] == *id && row["active"] == true);
    let certificate = active.map_or(String::new(), |row| text(row, "certificate"));
    let bare: String = certificate
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let entity = format!("{}/saml/{id}", call.request.base);
    let xml = format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{entity}\">\
         <IDPSSODescriptor WantAuthnRequestsSigned=\"false\" \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <X509Certificate>{bare}</X509Certificate></IDPSSODescriptor></EntityDescriptor>"
    );
    let mut answer = Answer::text(200, &xml);
    answer.headers.retain(|(name, _)| name != "content-type");
    Ok(answer.with_header("content-type", "text/xml;charset=utf-8"))
}

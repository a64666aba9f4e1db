//! Protected applications, which only the Cloud has. None was recorded: what is here rests on
//! `spec/logto-management.json` and is an inference; what other tenants answer is recorded.

use serde_json::{Value, json};

use super::applications::{TABLE, application, protected_only};
use super::call::{Call, text};
use super::refusal::{Refusal, Reply, not_found, not_unique};
use super::shape::{Shape, required, text as length};
use crate::sandbox::exchange::Answer;

pub(super) const PATH: &str = "/api/applications/:id/protected-app-metadata/custom-domains";

const DOMAIN: Shape = Shape::Object(&[required("domain", length(1, usize::MAX))]);

/// Whether the tenant is one of the Cloud's (`applications.jsonl` 111 is another's).
pub(super) fn is_offered(call: &Call<'_>) -> bool {
    call.settings.resource.is_none()
}

/// What a new one has: the address that its label leads to, and the way back from a sign-in.
pub(super) fn begin(call: &mut Call<'_>, row: &mut Value, body: &Value) {
    let asked = &body["protectedAppMetadata"];
    let host = format!("{}.protected.app", text(asked, "subDomain"));
    row["oidcClientMetadata"] = json!({
        "redirectUris": [format!("https://{host}/callback")],
        "postLogoutRedirectUris": [format!("https://{host}")],
    });
    row["protectedAppMetadata"] = json!({
        "host": host, "origin": asked["origin"], "sessionDuration": 1_209_600, "pageRules": [],
    });
    call.tables.put(TABLE, &text(row, "id"), row.clone());
}

/// Takes what an update may write.
pub(super) fn change(row: &mut Value, body: &Value) {
    if row["type"] != "Protected" {
        return;
    }
    for name in ["origin", "sessionDuration", "pageRules", "additionalScopes"] {
        if let Some(value) = body.get(name) {
            row["protectedAppMetadata"][name] = value.clone();
        }
    }
}

/// The application of the path, if it is protected (`applications.jsonl` 283).
fn protected(call: &Call<'_>) -> Result<Value, Refusal> {
    let row = application(call)?;
    if row["type"] == "Protected" {
        return Ok(row);
    }
    Err(protected_only(422))
}

fn domains(row: &Value) -> Vec<Value> {
    let domains = row["protectedAppMetadata"]["customDomains"].as_array();
    domains.cloned().unwrap_or_default()
}

pub(super) fn list_domains(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &json!(domains(&protected(call)?))))
}

pub(super) fn add_domain(call: &mut Call<'_>) -> Reply {
    let domain = text(&call.body(&DOMAIN)?, "domain");
    let row = protected(call)?;
    let mut all = domains(&row);
    if all.iter().any(|known| known["domain"] == *domain) {
        return Err(not_unique());
    }
    all.push(json!({
        "domain": domain, "status": "PendingVerification", "errorMessage": null,
        "dnsRecords": [], "cloudflareData": null,
    }));
    keep(call, row, &all);
    Ok(Answer::empty(201))
}

pub(super) fn delete_domain(call: &mut Call<'_>) -> Reply {
    let row = protected(call)?;
    let mut all = domains(&row);
    let before = all.len();
    all.retain(|known| known["domain"] != *call.param(1));
    if all.len() == before {
        return Err(not_found());
    }
    keep(call, row, &all);
    Ok(Answer::empty(204))
}

fn keep(call: &mut Call<'_>, mut row: Value, domains: &[Value]) {
    row["protectedAppMetadata"]["customDomains"] = json!(domains);
    call.tables.put(TABLE, &text(&row, "id"), row);
}

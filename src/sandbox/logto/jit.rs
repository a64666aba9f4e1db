//! The e-mail domains whose people come into an organization by themselves.
//! `organizations.jsonl` 891 to 902.

use serde_json::{Value, json};

use super::call::{Call, text, texts};
use super::links::all_different;
use super::page::{Paging, plain};
use super::refusal::{Reply, no_such_key, not_found, not_unique};
use super::relations::{JIT_ROLES, JIT_SSO};
use super::shape::{Shape, required, text as length};
use crate::sandbox::exchange::Answer;

const TABLE: &str = "organization_jit_email_domains";

const DOMAIN: Shape = length(1, 128); // 894
const ONE: Shape = Shape::Object(&[required("emailDomain", DOMAIN)]);
const ALL: Shape = Shape::Object(&[required("emailDomains", Shape::List(&DOMAIN, 0))]);

fn key(organization: &str, domain: &str) -> String {
    format!("{organization}/{domain}")
}

fn put(call: &mut Call<'_>, organization: &str, domain: &str) -> Value {
    let tenant = &call.settings.id;
    let row = json!({
        "tenantId": tenant, "organizationId": organization, "emailDomain": domain,
    });
    call.tables
        .put(TABLE, &key(organization, domain), row.clone());
    row
}

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let below = key(&call.param(0), "");
    plain(
        call,
        call.tables.rows_below(TABLE, &below),
        Paging::OnRequest,
    ) // 900
}

/// The case is kept (895).
pub(super) fn add(call: &mut Call<'_>) -> Reply {
    let domain = text(&call.body(&ONE)?, "emailDomain");
    let id = call.param(0);
    if !call.tables.has("organizations", &id) {
        return Err(no_such_key());
    }
    if call.tables.has(TABLE, &key(&id, &domain)) {
        return Err(not_unique()); // 893
    }
    Ok(Answer::json(201, &put(call, &id, &domain)))
}

pub(super) fn replace(call: &mut Call<'_>) -> Reply {
    let domains = texts(&call.body(&ALL)?, "emailDomains");
    all_different(&domains)?; // 897
    let id = call.param(0);
    forget_domains(call, &id);
    for domain in &domains {
        put(call, &id, domain);
    }
    Ok(Answer::empty(204))
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let key = key(&call.param(0), &call.param(1));
    call.tables.delete(TABLE, &key).ok_or_else(not_found)?; // 902
    Ok(Answer::empty(204))
}

fn forget_domains(call: &mut Call<'_>, organization: &str) {
    call.tables
        .delete_where(TABLE, |_, row| row["organizationId"] == *organization);
}

/// Takes away what an organization that went said of newcomers.
pub(super) fn forget(call: &mut Call<'_>, organization: &str) {
    forget_domains(call, organization);
    JIT_ROLES.delete_left(call.tables, organization);
    JIT_SSO.delete_left(call.tables, organization);
}

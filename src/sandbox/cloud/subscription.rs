//! Subscribing a tenant, once a key (`reference/logto-cloud.md`, "What follows for a reconciler").

use serde_json::{Value, json};

use super::{Answer, Ask, Reply, TENANTS, Tables, refused};

const SUBSCRIPTIONS: &str = "subscriptions";
const CUSTOMERS: &str = "customers";
const ATTEMPTS: &str = "attempts";

/// "Sku of the Pro plan" [D].
const PRO: &str = "pro-202509";
/// "safe for 23 hours" [D].
const KEY_LIFE_MS: u64 = 23 * 3_600_000;
const MONTH_MS: u64 = 30 * 24 * 3_600_000;

/// An account that has one paying customer, who is the default [I].
pub(super) fn with_customer() -> Tables {
    let mut tables = Tables::default();
    let row = json!({
        "customerId": "cus_sandbox", "isDefault": true, "name": "Sandbox", "email": null,
        "createdAt": 1_700_000_000_000_u64,
    });
    tables.put(CUSTOMERS, "cus_sandbox", row);
    tables
}

/// "`[{customerId, isDefault, name|null, email|null, createdAt}]`" [D].
pub(super) fn customers(ask: &Ask<'_>) -> Answer {
    let shown = |row: &Value| {
        let mut row = row.clone();
        row.as_object_mut().map(|row| row.remove("refusal"));
        row
    };
    let rows = ask.tables.rows(CUSTOMERS).map(|(_, row)| shown(row));
    Answer::json(200, &rows.collect())
}

/// Takes the subscription of a tenant that went.
pub(super) fn forget(tables: &mut Tables, tenant: &str) {
    tables.delete(SUBSCRIPTIONS, tenant);
}

/// "`{status, planId, currentPeriodStart, currentPeriodEnd, …}`" [T]; of an unsubscribed tenant [I].
pub(super) fn get(ask: &mut Ask<'_>, id: &str) -> Reply {
    let tenant = ask.tenant(id)?;
    let kept = ask.tables.get(SUBSCRIPTIONS, id).cloned();
    let start = tenant["createdAt"].as_u64().unwrap_or(0);
    let free = || active(&tenant["planId"], start);
    Ok(Answer::json(200, &kept.unwrap_or_else(free)))
}

fn active(plan: &Value, start: u64) -> Value {
    json!({
        "status": "active", "planId": plan,
        "currentPeriodStart": start, "currentPeriodEnd": start + MONTH_MS,
    })
}

/// "201 subscribed, 200 this key already did" [D].
pub(super) fn subscribe(ask: &mut Ask<'_>, id: &str) -> Reply {
    let mut tenant = ask.tenant(id)?; // "404 tenant unknown" [D]
    let key = key(ask)?;
    let wanted = json!({"tenant": id, "body": ask.body});
    if let Some(attempt) = ask
        .tables
        .get(ATTEMPTS, &key)
        .filter(|row| lives(row, ask.now_ms))
    {
        if attempt["wanted"] != wanted {
            let message = "the key was used for another subscription";
            return Err(refused(400, "idempotency_key_mismatch", message));
        }
        return Ok(Answer::json(200, &attempt["answer"]));
    }
    payable(ask, id, &tenant)?;
    let answer = active(&json!(PRO), ask.now_ms);
    ask.tables.put(SUBSCRIPTIONS, id, answer.clone());
    tenant["planId"] = json!(PRO);
    ask.tables.put(TENANTS, id, tenant);
    let attempt = json!({"wanted": wanted, "answer": answer, "at": ask.now_ms});
    ask.tables.put(ATTEMPTS, &key, attempt);
    Ok(Answer::json(201, &answer))
}

fn lives(attempt: &Value, now_ms: u64) -> bool {
    attempt["at"].as_u64().unwrap_or(0) + KEY_LIFE_MS > now_ms
}

/// "header `Idempotency-Key` (1..255 characters, required)" [D]; the code is [I].
fn key(ask: &Ask<'_>) -> Result<String, Answer> {
    let key = ask.request.header("idempotency-key").unwrap_or_default();
    if (1..=255).contains(&key.len()) {
        return Ok(key.to_owned());
    }
    let message = "the header Idempotency-Key has 1 to 255 characters";
    Err(refused(400, "idempotency_key_required", message))
}

/// The refusals of [D]; the order among them is [I].
fn payable(ask: &Ask<'_>, id: &str, tenant: &Value) -> Result<(), Answer> {
    if ask.body["skuId"] != PRO {
        return Err(refused(400, "invalid_sku", "there is no such sku"));
    }
    if tenant["tag"] == "development" {
        let message = "a development tenant cannot be subscribed";
        return Err(refused(422, "dev_tenant_not_supported", message));
    }
    if ask.tables.has(SUBSCRIPTIONS, id) {
        return Err(refused(
            409,
            "subscription_exists",
            "the tenant is subscribed already",
        ));
    }
    if ask.tables.count(CUSTOMERS) == 0 {
        return Err(refused(409, "no_customer", "the account has no customer"));
    }
    let is_default = |row: &Value| row["isDefault"] == true;
    let customer = match ask.body["customerId"].as_str() {
        Some(customer) => ask.tables.get(CUSTOMERS, customer),
        None => ask
            .tables
            .rows(CUSTOMERS)
            .map(|(_, row)| row)
            .find(|row| is_default(row)),
    };
    let Some(customer) = customer else {
        return Err(refused(
            404,
            "customer_not_found",
            "there is no such customer",
        ));
    };
    match customer["refusal"].as_str() {
        Some(code) => Err(refused(
            refusal_status(code),
            code,
            "the card was not charged",
        )),
        None => Ok(()),
    }
}

/// A customer whose row has a `refusal` cannot pay: "402 = card", "409 `no_payment_method`,
/// `tax_location_invalid`, `attempt_in_progress`", "503 `stripe_unavailable`,
/// `provisioning_failed`" [D].
fn refusal_status(code: &str) -> u16 {
    match code {
        "no_payment_method" | "tax_location_invalid" | "attempt_in_progress" => 409,
        "stripe_unavailable" | "provisioning_failed" => 503,
        _ => 402,
    }
}

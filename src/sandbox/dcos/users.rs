//! Accounts, of people and of services: list, read, change and delete them.
//!
//! Creating one is [`account`](super::account)'s business. Both editions share all of this.

use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::fault::{INVALID_DATA, UNKNOWN_USER};
use super::{account, names, password, protocol, schema, superuser};
use crate::sandbox::exchange::Answer;
use crate::sandbox::tables::Tables;

/// uid → account.
pub(super) const TABLE: &str = "users";

/// `GET /users`: people; with `?type=service` services; no paging, no order
/// (users.jsonl 63 to 66, services.jsonl 23).
pub(super) fn list(call: &Call<'_>) -> Answer {
    let services = call.wants_services();
    let accounts = call.tables.rows(TABLE);
    let wanted = accounts.filter(|(_, account)| is_service(account) == services);
    protocol::array(wanted.map(|(uid, account)| view(uid, account)))
}

/// `GET /users/{uid}`: of either kind (users.jsonl 3, services.jsonl 3).
pub(super) fn read(call: &mut Call<'_>) -> Reply {
    let uid = call.id(0);
    let account = known(call.tables, &uid)?;
    Ok(protocol::json(&view(&uid, account)))
}

/// `PUT /users/{uid}`: creates, never updates (users.jsonl 2, 4 to 7).
pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = schema::checked(call, &schema::USER_CREATE)?;
    let uid = call.id(0);
    let account = account::created(call.edition, &uid, &body)?;
    if call.tables.has(TABLE, &uid) {
        return Err(super::fault::USER_EXISTS.about(&[&uid]));
    }
    call.tables.put(TABLE, &uid, account);
    Ok(protocol::empty(201))
}

/// `PATCH /users/{uid}`: description and password, all or nothing (users.jsonl 42 to 62).
pub(super) fn change(call: &mut Call<'_>) -> Reply {
    let body = schema::checked(call, &schema::USER_UPDATE)?;
    let uid = call.id(0);
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let (description, secret) = (text("description"), text("password"));
    if description.is_none() && secret.is_none() {
        // users.jsonl 51; 59: before the account is looked for
        return Err(INVALID_DATA.about(&["One of `description` and `password` must be provided."]));
    }
    let mut account = known(call.tables, &uid)?.clone();
    if let Some(secret) = secret {
        set_password(&mut account, secret)?;
    }
    if let Some(description) = description {
        account["description"] = json!(description);
    }
    call.tables.put(TABLE, &uid, account);
    Ok(protocol::done())
}

/// An external account takes a password too, to no effect (users.jsonl 61, 62).
fn set_password(account: &mut Value, secret: &str) -> Result<(), Answer> {
    if is_service(account) {
        // services.jsonl 21
        let text = "Password update is not available for service user accounts.";
        return Err(INVALID_DATA.about(&[text]));
    }
    account::check_password(secret)?;
    account["password"] = json!(password::kept(secret));
    Ok(())
}

/// `DELETE /users/{uid}` (users.jsonl 67 to 69). Memberships and permissions go with it ([I],
/// foreign keys); the last superuser stays ([E]).
pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let uid = call.id(0);
    known(call.tables, &uid)?;
    superuser::spare_account(call, &uid)?;
    call.tables.delete(TABLE, &uid);
    super::members::forget_user(call.tables, &uid);
    super::grants::forget(call.tables, |grant| grant["user"] == json!(uid));
    Ok(protocol::done())
}

/// The account, or the answer that there is none: 400, not 404 (users.jsonl 71).
pub(super) fn known<'a>(tables: &'a Tables, uid: &str) -> Result<&'a Value, Answer> {
    tables
        .get(TABLE, uid)
        .ok_or_else(|| UNKNOWN_USER.about(&[uid]))
}

/// Whether an account is a service's.
pub(super) fn is_service(account: &Value) -> bool {
    account.get("public_key").is_some()
}

/// An account as it is shown: all but the password (users.jsonl 3, services.jsonl 3).
pub(super) fn view(uid: &str, account: &Value) -> Value {
    let mut shown = json!({
        "uid": uid,
        "description": account["description"],
        "url": names::user_url(uid),
        "is_remote": account["provider_type"] != "internal",
        "is_service": is_service(account),
        "provider_type": account["provider_type"],
        "provider_id": account["provider_id"],
    });
    if let Some(key) = account.get("public_key") {
        shown["public_key"] = key.clone();
    }
    shown
}

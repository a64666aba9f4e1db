//! A user's identities elsewhere, second factors and personal access tokens. `users.jsonl`.

use serde_json::{Value, json};

use super::call::{Call, text};
use super::refusal::{Refusal, Reply, coded, not_found};
use super::shape::{NUMBER, Shape, TEXT, nullable, optional, required, text as length};
use super::users::{TABLE, saved, user};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

const FACTORS: &str = "user_factors";
const TOKENS: &str = "user_tokens";

const LINK: Shape = Shape::Object(&[
    required("connectorId", TEXT),
    required("connectorData", Shape::Free),
]);
const IDENTITY: Shape =
    Shape::Object(&[required("userId", TEXT), optional("details", Shape::Free)]);
const FACTOR: Shape = Shape::Object(&[required(
    "type",
    Shape::Choice(&["Totp", "WebAuthn", "BackupCode"]),
)]);
const TOKEN: Shape = Shape::Object(&[
    required("name", length(1, 128)),
    nullable("expiresAt", NUMBER),
]);

/// There are no connectors here yet (650).
pub(super) fn link(call: &mut Call<'_>) -> Reply {
    call.body(&LINK)?;
    user(call)?;
    Err(not_found())
}

/// 651; that one that is there is answered with 200 is an inference.
pub(super) fn put(call: &mut Call<'_>) -> Reply {
    let body = call.body(&IDENTITY)?;
    let mut row = user(call)?;
    let target = call.param(1);
    let mut others = call.all(TABLE).into_iter();
    let taken = |other: &Value| {
        other["id"] != row["id"] && other["identities"][&target]["userId"] == body["userId"]
    };
    if others.any(taken) {
        // Inferred from the server's source (`admin-user/social.ts`).
        let message = "The social account has been associated with an existing account.";
        return Err(coded(422, "user.identity_already_in_use", message));
    }
    let status = if row["identities"].get(&target).is_some() {
        200
    } else {
        201
    };
    row["identities"][&target] = body;
    let answer = row["identities"].clone();
    saved(call, row);
    Ok(Answer::json(status, &answer))
}

/// 653.
pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let mut row = user(call)?;
    let identities = row["identities"].as_object_mut();
    let gone = identities.and_then(|map| map.remove(&call.param(1)));
    gone.ok_or_else(not_found)?;
    Ok(Answer::json(200, &saved(call, row)))
}

/// 652.
pub(super) fn all(call: &mut Call<'_>) -> Reply {
    let row = user(call)?;
    let identities = row["identities"].as_object().into_iter().flatten();
    let social: Vec<_> = identities
        .map(|(target, identity)| json!({"target": target, "identity": identity}))
        .collect();
    Ok(Answer::json(
        200,
        &json!({"socialIdentities": social, "ssoIdentities": []}),
    ))
}

fn of_user(call: &Call<'_>, table: &str) -> Result<Vec<Value>, Refusal> {
    let id = text(&user(call)?, "id");
    let rows = call.all(table).into_iter();
    Ok(rows.filter(|row| row["userId"] == *id).cloned().collect())
}

/// 639, 643.
pub(super) fn list_factors(call: &mut Call<'_>) -> Reply {
    let rows = of_user(call, FACTORS)?;
    let shown = rows.iter().map(|row| row["shown"].clone());
    Ok(Answer::json(200, &shown.collect()))
}

/// 640 to 642. The picture of the code is one pixel.
pub(super) fn add_factor(call: &mut Call<'_>) -> Reply {
    let kind = text(&call.body(&FACTOR)?, "type");
    let rows = of_user(call, FACTORS)?;
    if kind == "Totp" && rows.iter().any(|row| row["shown"]["type"] == "Totp") {
        return Err(coded(
            422,
            "user.totp_already_in_use",
            "TOTP is already in use.",
        ));
    }
    let id = random::base36(21);
    let created = timestamp(call.now_ms);
    let mut shown = json!({"id": id, "createdAt": created, "type": kind});
    let answer = match kind.as_str() {
        "BackupCode" => {
            shown["remainCodes"] = json!(10);
            let codes: Vec<_> = (0..10).map(|_| random::base36(10)).collect();
            json!({"type": kind, "codes": codes})
        }
        _ => json!({
            "type": kind,
            "secret": random::base62(32).to_uppercase(),
            "secretQrCode": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        }),
    };
    let row = json!({"userId": call.param(0), "shown": shown});
    call.tables.put(FACTORS, &id, row);
    Ok(Answer::json(200, &answer))
}

fn timestamp(now_ms: u64) -> String {
    let milliseconds = i64::try_from(now_ms).unwrap_or(0);
    jiff::Timestamp::from_millisecond(milliseconds)
        .map(|time| format!("{time:.3}"))
        .unwrap_or_default()
}

/// 644.
pub(super) fn delete_factor(call: &mut Call<'_>) -> Reply {
    let (user, factor) = (text(&user(call)?, "id"), call.param(1));
    let own = call
        .row(FACTORS, &factor)
        .filter(|row| row["userId"] == *user);
    own.ok_or_else(not_found)?;
    call.tables.delete(FACTORS, &factor);
    Ok(Answer::empty(204))
}

/// 646.
pub(super) fn list_tokens(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &Value::Array(of_user(call, TOKENS)?)))
}

/// 647, 648.
pub(super) fn add_token(call: &mut Call<'_>) -> Reply {
    let body = call.body(&TOKEN)?;
    let name = text(&body, "name");
    if of_user(call, TOKENS)?
        .iter()
        .any(|row| row["name"] == *name)
    {
        let message = "Personal access token name already exists.";
        return Err(coded(
            422,
            "user.personal_access_token_name_exists",
            message,
        ));
    }
    let row = json!({
        "tenantId": call.settings.id,
        "userId": call.param(0),
        "name": name,
        "value": format!("pat_{}", random::base62(32)),
        "createdAt": call.now_ms,
        "expiresAt": body["expiresAt"],
    });
    call.tables.put(TOKENS, &token_id(call, &name), row.clone());
    Ok(Answer::json(201, &row))
}

fn token_id(call: &Call<'_>, name: &str) -> String {
    format!("{}/{name}", call.param(0))
}

/// 649.
pub(super) fn delete_token(call: &mut Call<'_>) -> Reply {
    user(call)?;
    let id = token_id(call, &call.param(1));
    call.tables.delete(TOKENS, &id).ok_or_else(not_found)?;
    Ok(Answer::empty(204))
}

//! What is only read: parts of a new tenant that nothing here can change yet. `pristine.jsonl`.
//!
//! A write to one of them is answered 501 in words of our own, so that nobody takes it for Logto's.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::call::Call;
use super::page::{Paging, plain};
use super::refusal::{Refusal, Reply};
use super::route::is_read;
use crate::sandbox::exchange::Answer;

/// Path → `[status, body, paged]`, from `pristine.jsonl`, secrets and pictures left out.
const PRISTINE: &str = include_str!("pristine.json");

fn pristine() -> &'static Map<String, Value> {
    static READ: OnceLock<Map<String, Value>> = OnceLock::new();
    READ.get_or_init(|| serde_json::from_str(PRISTINE).unwrap_or_default())
}

/// What a read of that path shows in a new tenant.
pub(super) fn of_new_tenant(path: &str, tenant: &str) -> Value {
    let found = pristine().get(path);
    found.map_or_else(Value::default, |found| for_tenant(&found["body"], tenant))
}

/// Whether the path, or one above it, is such a part.
pub(super) fn knows(path: &str) -> bool {
    part(path).is_some()
}

fn part(path: &str) -> Option<(&'static Value, bool)> {
    let mut above = path;
    loop {
        if let Some(found) = pristine().get(above) {
            return Some((found, above == path));
        }
        above = above.rsplit_once('/')?.0;
    }
}

/// Answers a read; refuses a write, and anything below a known path.
pub(super) fn answer(call: &mut Call<'_>) -> Reply {
    let path = call.request.path.trim_end_matches('/');
    let whole = part(path).filter(|(_, whole)| *whole && is_read(call.request));
    let Some((found, _)) = whole else {
        let words = "this sandbox does not play that part of the API yet\n";
        return Err(Refusal(Answer::text(501, words)));
    };
    let status = found["status"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    let body = for_tenant(&found["body"], &call.settings.id);
    match body {
        Value::Array(rows) if found["paged"] == true => {
            plain(call, rows.iter().collect(), Paging::Always)
        }
        body => Ok(Answer::json(status.unwrap_or(200), &body)),
    }
}

fn for_tenant(body: &Value, tenant: &str) -> Value {
    let mut body = body.clone();
    if body.get("tenantId").is_some() {
        body["tenantId"] = json!(tenant);
    }
    body
}

/// `auth.jsonl` 24.
#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn status(_call: &mut Call<'_>) -> Reply {
    Ok(Answer::empty(204))
}

/// What is not the API's is the sign-in page's, whatever the path (`auth.jsonl` 23).
#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn sign_in_page(_call: &mut Call<'_>) -> Reply {
    Ok(Answer::html(200, "<html><body>stub</body></html>\n")
        .with_header("cache-control", "no-cache, no-store, must-revalidate"))
}

/// Applications that answer by id and are not listed (section 2.2, `pristine.jsonl` 90).
pub(super) fn placeholder(id: &str, tenant: &str) -> Option<Value> {
    let (name, of) = match id {
        "account-center" => ("Account Center", "Account Center"),
        "demo-app" => ("Live Preview", "Live Preview"), // by the same pattern, an inference
        _ => return None,
    };
    Some(json!({
        "tenantId": tenant, "id": id, "name": name, "secret": "N/A",
        "description": format!("Placeholder application for {of}."),
        "type": "SPA",
        "oidcClientMetadata": {"redirectUris": [], "postLogoutRedirectUris": []},
        "customClientMetadata": {}, "protectedAppMetadata": null, "customData": {},
        "isThirdParty": false, "appLevelAccessControlEnabled": false,
        "createdAt": 0, "isAdmin": false,
    }))
}

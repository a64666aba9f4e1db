//! `POST /oidc/token`: client credentials for a token of one API resource.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::bearer;
use super::call::{Call, text};
use super::customizers;
use super::log;
use super::refusal::{Refusal, Reply};
use super::relations::{APPLICATIONS_ROLES, ROLES_SCOPES};
use super::seed::{ADMIN_CLIENTS, MANAGEMENT};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

struct Client {
    id: String,
    /// One of the admin tenant's: it has every scope of the Management API.
    admin: bool,
}

/// Answers a token request (section 1.1).
pub(super) fn answer(call: &mut Call<'_>) -> Reply {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&call.request.body)
        .into_owned()
        .collect();
    let field = |name: &str| {
        let mut pairs = form.iter();
        let found = pairs.find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.clone())
    };
    // Other grants are for people in browsers; the code is the provider's, an inference.
    if field("grant_type").as_deref() != Some("client_credentials") {
        let description = "unsupported grant_type requested";
        return Err(denied(400, "unsupported_grant_type", description));
    }
    let given = basic(call).or_else(|| Some((field("client_id")?, field("client_secret")?)));
    let (id, secret) = given.ok_or_else(|| {
        denied(
            400,
            "invalid_request",
            "no client authentication mechanism provided",
        )
    })?;
    let client = match authenticated(call, &id, &secret) {
        Ok(client) => client,
        Err(refusal) => {
            // Whose it was is not told where the secret is wrong: `pristine.jsonl` 83.
            log::note_token(call, None, None);
            return Err(refusal);
        }
    };
    let granted = granted(call, &client, &field);
    if !client.admin {
        // The admin tenant's clients are in the admin tenant's log.
        let scope = granted.as_ref().ok().map(|(_, scope)| scope.as_str());
        log::note_token(call, Some((&id, &secret)), scope);
    }
    granted.map(|(answer, _)| answer)
}

/// The token's answer and its scope.
fn granted(
    call: &Call<'_>,
    client: &Client,
    field: &dyn Fn(&str) -> Option<String>,
) -> Result<(Answer, String), Refusal> {
    if !client.admin && customizers::denies_machines(call) {
        // What the customizer of machines' tokens says; code and status are an inference.
        return Err(denied(400, "access_denied", "the customizer denies access"));
    }
    let indicator = field("resource")
        .ok_or_else(|| invalid_target("both `resource` and `organization_id` are not provided"))?;
    let resource = resource(call, &indicator)
        .ok_or_else(|| invalid_target("resource indicator is missing, or unknown"))?;
    let asked = field("scope").unwrap_or_default();
    Ok(issued(call, client, &indicator, &resource, &asked))
}

fn issued(
    call: &Call<'_>,
    client: &Client,
    indicator: &str,
    resource: &Value,
    asked: &str,
) -> (Answer, String) {
    let reached = reached(call, client, &text(resource, "id"));
    let granted: Vec<_> = asked
        .split(' ')
        .filter(|scope| reached.contains(*scope))
        .collect();
    let scope = granted.join(" ");
    let lifetime = resource["accessTokenTtl"].as_i64().unwrap_or(3600);
    let now = i64::try_from(call.now_ms / 1000).unwrap_or(i64::MAX);
    let mut claims = json!({
        "jti": random::base62(43),
        "sub": client.id,
        "iat": now,
        "exp": now.saturating_add(lifetime),
        "client_id": client.id,
        "iss": format!("{}/oidc", call.request.base),
        "aud": indicator,
    });
    let mut body = json!({"expires_in": lifetime, "token_type": "Bearer"});
    if !scope.is_empty() {
        // Without one the answer has no `scope` either: `auth.jsonl` 5 and 12.
        claims["scope"] = json!(scope);
        body["scope"] = json!(scope);
    }
    body["access_token"] = json!(bearer::signed(call.tables, &claims));
    (Answer::json(200, &body), scope)
}

fn denied(status: u16, error: &str, description: &str) -> Refusal {
    let code = format!("oidc.{error}");
    let message = format!("An OIDC error occurred: {code}.");
    oauth(status, error, &message, description)
}

/// `auth.jsonl` 7 and 11.
fn invalid_target(description: &str) -> Refusal {
    oauth(
        400,
        "invalid_target",
        "Invalid resource indicator.",
        description,
    )
}

fn oauth(status: u16, error: &str, message: &str, description: &str) -> Refusal {
    Refusal(Answer::json(
        status,
        &json!({
            "code": format!("oidc.{error}"),
            "message": message,
            "error": error,
            "error_description": description,
        }),
    ))
}

fn basic(call: &Call<'_>) -> Option<(String, String)> {
    let encoded = call
        .request
        .header("authorization")?
        .strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    // Both halves are form-encoded (RFC 6749, 2.3.1).
    let decoded = |text: &str| crate::sandbox::exchange::decoded(&text.replace('+', " "));
    Some((decoded(id), decoded(secret)))
}

/// `auth.jsonl` 9 and 10.
fn authenticated(call: &Call<'_>, id: &str, secret: &str) -> Result<Client, Refusal> {
    let wrong = || denied(401, "invalid_client", "client authentication failed");
    if let Some(client) = call.row(ADMIN_CLIENTS, id) {
        let right = text(&client, "secret") == secret;
        return right
            .then(|| Client {
                id: id.to_owned(),
                admin: true,
            })
            .ok_or_else(wrong);
    }
    let application = call
        .row("applications", id)
        .ok_or_else(|| denied(400, "invalid_client", &format!("invalid client {id}")))?;
    let live = |row: &Value| {
        row["expiresAt"]
            .as_u64()
            .is_none_or(|ends| ends > call.now_ms)
    };
    let mut secrets = call.tables.rows("application_secrets").map(|(_, row)| row);
    if !secrets.any(|row| row["applicationId"] == id && row["value"] == secret && live(row)) {
        return Err(wrong());
    }
    if application["type"] != "MachineToMachine" {
        // The provider's own refusal, an inference.
        let description = "requested grant type is not allowed for this client";
        return Err(denied(400, "unauthorized_client", description));
    }
    Ok(Client {
        id: id.to_owned(),
        admin: false,
    })
}

fn resource(call: &Call<'_>, indicator: &str) -> Option<Value> {
    if is_management(call, indicator) {
        return call.row("resources", MANAGEMENT);
    }
    call.where_is("resources", "indicator", &json!(indicator))
}

/// Whether the indicator is the Management API's. A tenant of the Cloud is known by its endpoint
/// and by `https://ID.logto.app/api`, which are the same there (`reference/logto-cloud.md`,
/// "The way into a tenant").
pub(super) fn is_management(call: &Call<'_>, indicator: &str) -> bool {
    let own = call.tables.get("resources", MANAGEMENT);
    let own = own.and_then(|row| row["indicator"].as_str());
    let named = format!("https://{}.logto.app/api", call.settings.id);
    own == Some(indicator) || (call.settings.resource.is_none() && indicator == named)
}

/// The names of the resource's scopes that the client's roles reach.
fn reached(call: &Call<'_>, client: &Client, resource: &str) -> BTreeSet<String> {
    let scopes = call.tables.rows("scopes");
    let of_resource = scopes.filter(|(_, row)| row["resourceId"] == resource);
    if client.admin {
        let of_management = of_resource.filter(|_| resource == MANAGEMENT);
        return of_management.map(|(_, row)| text(row, "name")).collect();
    }
    let roles = APPLICATIONS_ROLES.rights(call.tables, &client.id);
    let granted = |scope: &str| {
        roles
            .iter()
            .any(|role| ROLES_SCOPES.has(call.tables, role, scope))
    };
    of_resource
        .filter(|(id, _)| granted(id))
        .map(|(_, row)| text(row, "name"))
        .collect()
}

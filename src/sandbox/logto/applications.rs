//! Applications. `applications.jsonl`.

use serde_json::{Value, json};

use super::application_parts::{forget_parts, new_secret};
use super::call::{Call, text};
use super::column::{Column, Fill, Written, column, fresh, merged, update};
use super::page::{Paging, listed};
use super::pattern::Pattern;
use super::refusal::{Refusal, Reply, bad_input, coded, no_such_id};
use super::relations::APPLICATIONS_ROLES;
use super::search::{APPLICATIONS, found};
use super::seed::ADMIN_ROLE;
use super::shape::{NUMBER, Shape, TEXT, matching, nullable, optional, required, text as length};
use super::{access_control, constants, members, protected, saml};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

pub(super) const TABLE: &str = "applications";

pub(super) const COLUMNS: &[Column] = &[
    column("name", Fill::Null, Written::Always), // not unique: 120
    column("description", Fill::Null, Written::Always), // `""` is null: 180
    column("type", Fill::Null, Written::Once),   // ignored later: 194
    column("oidcClientMetadata", Fill::Json(NO_URIS), Written::Always), // whole: 183
    column("customClientMetadata", Fill::Object, Written::Always), // whole: 181
    column("protectedAppMetadata", Fill::Null, Written::Never), // by its own rules
    column("customData", Fill::Object, Written::Always), // whole: 184
    column("isThirdParty", Fill::False, Written::Once), // ignored later: 197
    // Ignored at creation: `extra-patch-jsonb-null.jsonl` 31.
    column("appLevelAccessControlEnabled", Fill::False, Written::Later),
    column("createdAt", Fill::Now, Written::Never), // ignored: 123, 198
];

const NO_URIS: &str = r#"{"redirectUris": [], "postLogoutRedirectUris": []}"#;

/// 113.
const TYPES: Shape = Shape::Choice(&[
    "Native",
    "SPA",
    "Traditional",
    "MachineToMachine",
    "Protected",
    "SAML",
]);

const URIS: Shape = Shape::List(&matching(0, usize::MAX, Pattern::Redirect), 0);

/// Both lists must be there (126, 182), repeats and order are kept (131, 132), unknown keys go (133).
const OIDC: Shape = Shape::Object(&[
    required("redirectUris", URIS),
    required("postLogoutRedirectUris", URIS),
    optional(
        "backchannelLogoutUri",
        matching(0, usize::MAX, Pattern::Url),
    ),
    optional("backchannelLogoutSessionRequired", Shape::Bool),
    optional("logoUri", TEXT),
]);

/// No null inside (`extra-patch-jsonb-null.jsonl` 28).
const CUSTOM_CLIENT: Shape = Shape::Object(&[
    optional("corsAllowedOrigins", Shape::List(&length(1, usize::MAX), 0)),
    optional("idTokenTtl", NUMBER),
    optional("refreshTokenTtl", NUMBER), // beside the one in days: 136
    optional("refreshTokenTtlInDays", Shape::Number { min: 1, max: 180 }), // 135
    optional("tenantId", TEXT),
    optional("alwaysIssueRefreshToken", Shape::Bool),
    optional("rotateRefreshToken", Shape::Bool),
    optional("allowTokenExchange", Shape::Bool),
    optional("isDeviceFlow", Shape::Bool),
    optional("maxAllowedGrants", NUMBER),
]);

const CREATE: Shape = Shape::Object(&[
    required("name", length(1, 256)), // 116, 118
    nullable("description", TEXT),
    required("type", TYPES), // 114
    optional("oidcClientMetadata", OIDC),
    optional("customClientMetadata", CUSTOM_CLIENT),
    optional("customData", Shape::Free),
    optional("isThirdParty", Shape::Bool),
    optional(
        "protectedAppMetadata",
        Shape::Object(&[required("subDomain", TEXT), required("origin", TEXT)]),
    ),
]);

const PATCH: Shape = Shape::Object(&[
    optional("name", length(1, 256)), // 200
    nullable("description", TEXT),    // 179
    optional("oidcClientMetadata", OIDC),
    optional("customClientMetadata", CUSTOM_CLIENT),
    optional("customData", Shape::Free), // no null: 185
    optional("appLevelAccessControlEnabled", Shape::Bool),
    nullable("protectedAppMetadata", Shape::Free),
    optional("isAdmin", Shape::Bool),
]);

/// Whether the application is there and a machine's.
pub(super) fn is_machine(call: &Call<'_>, id: &str) -> bool {
    let row = call.tables.get(TABLE, id);
    row.is_some_and(|row| row["type"] == "MachineToMachine")
}

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let excluded = call.query("excludeRoleId");
    if excluded.is_some() && call.query("excludeOrganizationId").is_some() {
        let details = "Parameter `excludeRoleId` and `excludeOrganizationId` cannot be used at \
                       the same time.";
        return Err(bad_input(400, details)); // 177
    }
    let mut rows = found(call, call.newest_first(TABLE), &APPLICATIONS)?; // 173 to 176
    let types = call.query_all("types");
    if !types.is_empty() {
        rows.retain(|row| types.contains(&text(row, "type"))); // 169, 170
    }
    if let Some(wanted) = call.query("isThirdParty") {
        rows.retain(|row| row["isThirdParty"] == (wanted == "true")); // 172
    }
    if let Some(role) = excluded {
        rows.retain(|row| !APPLICATIONS_ROLES.has(call.tables, &text(row, "id"), &role));
    }
    listed(call, rows, Paging::OnRequest, |_, mut rows| {
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            row.retain(|name, _| !saml::HIDDEN.contains(&name.as_str()));
        }
        rows
    })
}

/// A new row with the columns of every application, not put yet.
pub(super) fn brief(call: &Call<'_>, body: &Value) -> Value {
    let mut row = fresh(COLUMNS, body, call.now_ms);
    row.insert("id".to_owned(), json!(random::base36(21)));
    call.stamp(&mut row);
    Value::Object(row)
}

pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.body(&CREATE)?;
    let kind = text(&body, "type");
    makeable(call, &kind, &body)?;
    let mut row = call.insert(TABLE, COLUMNS, &body, 21);
    if kind == "Protected" {
        protected::begin(call, &mut row, &body);
    }
    // Public clients have no secret: 100, 103, 106, 109.
    if matches!(
        kind.as_str(),
        "Traditional" | "MachineToMachine" | "Protected"
    ) {
        let (id, value) = (text(&row, "id"), random::base62(32));
        let (tenant, now) = (&call.settings.id, call.now_ms);
        new_secret(
            call.tables,
            tenant,
            &id,
            "Default secret",
            &value,
            &Value::Null,
            now,
        );
    }
    Ok(Answer::json(200, &row))
}

fn makeable(call: &Call<'_>, kind: &str, body: &Value) -> Result<(), Refusal> {
    if kind == "SAML" {
        return Err(saml()); // 112
    }
    if body["isThirdParty"] == true && matches!(kind, "MachineToMachine" | "Protected") {
        let code = "application.invalid_third_party_application_type"; // 139
        let message = "Only traditional web, single-page, and native applications can be marked \
                       as third-party apps.";
        return Err(coded(400, code, message));
    }
    if body["customClientMetadata"]["isDeviceFlow"] == true && kind != "Native" {
        let message = "Device flow is only available for native applications."; // 141
        return Err(coded(422, "application.device_flow_native_only", message));
    }
    if kind != "Protected" {
        return Ok(());
    }
    if body.get("protectedAppMetadata").is_none() {
        let code = "application.protected_app_metadata_is_required"; // 110
        return Err(coded(400, code, "Protected app metadata is required."));
    }
    if protected::is_offered(call) {
        return Ok(());
    }
    let message = "Protected app provider is not configured. This feature is not available for \
                   open source version."; // 111
    Err(coded(
        501,
        "application.protected_app_not_configured",
        message,
    ))
}

fn saml() -> Refusal {
    let message = "Use `[METHOD] /saml-applications(/.*)?` API to operate SAML app.";
    coded(400, "application.saml.use_saml_app_api", message)
}

/// The application of the path, or the refusal of all its routes (150 to 152).
pub(super) fn application(call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.param(0);
    call.row(TABLE, &id).ok_or_else(|| no_such_id(TABLE, &id))
}

/// Shows `isAdmin`, which the list does not (99). Two placeholders answer too (`pristine.jsonl` 90).
pub(super) fn get(call: &mut Call<'_>) -> Reply {
    if let Some(placeholder) = constants::placeholder(&call.param(0), &call.settings.id) {
        return Ok(Answer::json(200, &placeholder));
    }
    let mut row = application(call)?;
    let admin = APPLICATIONS_ROLES.has(call.tables, &text(&row, "id"), ADMIN_ROLE);
    row["isAdmin"] = json!(admin);
    Ok(Answer::json(200, &row))
}

/// Nothing to write is no error here (192, 193).
pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let body = call.body(&PATCH)?;
    let mut row = application(call)?;
    if row["type"] == "SAML" {
        return Err(saml());
    }
    changeable(call, &row, &body)?;
    if let Some(admin) = body["isAdmin"].as_bool() {
        set_admin(call, &row, admin)?;
    }
    update(COLUMNS, &mut row, &body);
    protected::change(&mut row, &body["protectedAppMetadata"]);
    call.tables.put(TABLE, &text(&row, "id"), row.clone());
    Ok(Answer::json(200, &row))
}

fn changeable(call: &Call<'_>, row: &Value, body: &Value) -> Result<(), Refusal> {
    let device = |metadata: &Value| metadata["isDeviceFlow"] == true;
    if let Some(metadata) = body.get("customClientMetadata")
        && device(metadata) != device(&row["customClientMetadata"])
    {
        let message = "Device flow cannot be changed after application creation."; // 143
        return Err(coded(
            422,
            "application.device_flow_not_changeable",
            message,
        ));
    }
    if body["protectedAppMetadata"].is_object() && row["type"] != "Protected" {
        return Err(protected_only(400)); // 204
    }
    if body["appLevelAccessControlEnabled"] == true && !access_control::any(call, &text(row, "id"))
    {
        return Err(access_control::no_rule()); // as 262; that it holds here too is an inference
    }
    Ok(())
}

/// 204, 283.
pub(super) fn protected_only(status: u16) -> Refusal {
    let message = "The feature is only available for protected applications.";
    coded(status, "application.protected_application_only", message)
}

/// `isAdmin` is the hidden role (`extra-builtin-role.jsonl` 58, 64).
fn set_admin(call: &mut Call<'_>, row: &Value, admin: bool) -> Result<(), Refusal> {
    if !call.tables.has("roles", ADMIN_ROLE) {
        return Err(coded(
            500,
            "entity.not_exists",
            "The #internal:admin does not exist.",
        ));
    }
    let id = text(row, "id");
    if admin {
        APPLICATIONS_ROLES.add(call.tables, &id, ADMIN_ROLE);
    } else {
        APPLICATIONS_ROLES.delete(call.tables, &id, ADMIN_ROLE);
    }
    Ok(())
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let row = application(call)?;
    if row["type"] == "SAML" {
        return Err(saml());
    }
    let id = text(&row, "id");
    call.tables.delete(TABLE, &id);
    forget_parts(call, &id);
    APPLICATIONS_ROLES.delete_left(call.tables, &id);
    members::forget(call.tables, &id);
    Ok(Answer::empty(204))
}

/// The body is the data itself (186 to 190).
pub(super) fn patch_custom_data(call: &mut Call<'_>) -> Reply {
    let body = call.body(&Shape::Free)?;
    let mut row = application(call)?;
    row["customData"] = merged(&row["customData"], &body);
    let answer = row["customData"].clone();
    call.tables.put(TABLE, &text(&row, "id"), row);
    Ok(Answer::json(200, &answer))
}

//! What every tenant has one of, and nobody makes or deletes: account center and configurations.
//! `account-center.jsonl`, `configs-misc.jsonl`, `configs-oidc.jsonl`. The sign-in experience has
//! rules and a file of its own.

use serde_json::{Value, json};

use super::call::Call;
use super::column::stored;
use super::profile_fields;
use super::refusal::{Reply, not_found, nothing_to_write};
use super::shape::{NUMBER, Shape, TEXT, nullable, optional, required};
use super::{Refusal, constants};
use crate::sandbox::exchange::Answer;

/// The table that they are kept in, by their paths, once they were changed.
const TABLE: &str = "singles";

/// One of them.
struct Single {
    path: &'static str,
    /// What a new tenant has; none: what the recording of one shows.
    fresh: Option<&'static str>,
    shape: Shape,
    /// Whether a body that writes nothing is refused.
    wants_something: bool,
    /// What the server makes of a row that was written.
    settle: fn(&Call<'_>, &mut Value),
}

const ACCESS: Shape = Shape::Choice(&["Off", "ReadOnly", "Edit"]);

const SINGLES: &[Single] = &[
    Single {
        path: "/api/account-center",
        // account-center.jsonl 1237
        fresh: Some(
            r#"{"id": "default", "enabled": false, "fields": {}, "webauthnRelatedOrigins": [],
                "deleteAccountUrl": null, "customCss": null, "profileFields": null}"#,
        ),
        shape: Shape::Object(&[
            optional("enabled", Shape::Bool),
            optional(
                "fields", // whole: 1240
                Shape::Object(&[
                    optional("name", ACCESS),
                    optional("avatar", ACCESS),
                    optional("profile", ACCESS),
                    optional("email", ACCESS),
                    optional("phone", ACCESS),
                    optional("password", ACCESS),
                    optional("username", ACCESS), // 1241
                    optional("social", ACCESS),
                    optional("customData", ACCESS),
                    optional("mfa", ACCESS),
                    optional("passkey", ACCESS),
                    optional("session", ACCESS),
                ]),
            ),
            optional("webauthnRelatedOrigins", Shape::List(&TEXT, 0)), // not looked at: 1243
            nullable("deleteAccountUrl", TEXT),
            nullable("customCss", TEXT), // 1245
            nullable("profileFields", profile_fields::NAMED),
        ]),
        wants_something: true, // 1244
        settle: |call, row| {
            profile_fields::drop_unknown(call, &mut row["profileFields"]); // extra-dependencies 35
            if let Some(origins) = row["webauthnRelatedOrigins"].as_array_mut() {
                let mut seen = Vec::new(); // each once: 1242
                origins.retain(|origin| {
                    let new = !seen.contains(origin);
                    seen.push(origin.clone());
                    new
                });
            }
        },
    },
    Single {
        path: "/api/configs/id-token",
        fresh: None, // pristine.jsonl 68
        shape: Shape::Object(&[optional(
            "enabledExtendedClaims",
            Shape::List(
                &Shape::Choice(&[
                    "custom_data",
                    "identities",
                    "sso_identities",
                    "roles",
                    "organizations",
                    "organization_data",
                    "organization_roles",
                ]), // configs-misc.jsonl 1086
                0,
            ),
        )]),
        wants_something: false,
        settle: |_, _| {},
    },
    Single {
        path: "/api/configs/oidc/session",
        fresh: None,                                      // pristine.jsonl 69
        shape: Shape::Object(&[optional("ttl", NUMBER)]), // configs-oidc.jsonl 1073
        wants_something: false,                           // configs-oidc.jsonl 1072
        settle: |_, _| {},
    },
    Single {
        path: "/api/configs/admin-console",
        // configs-misc.jsonl 1080
        fresh: Some(r#"{"signInExperienceCustomized": false, "organizationCreated": false}"#),
        shape: Shape::Object(&[
            optional("signInExperienceCustomized", Shape::Bool),
            optional("organizationCreated", Shape::Bool),
            optional(
                "developmentTenantMigrationNotification",
                Shape::Object(&[
                    required("isPaidTenant", Shape::Bool),
                    required("tag", TEXT),
                    optional("readAt", NUMBER),
                ]),
            ),
            optional(
                "checkedChargeNotification",
                Shape::Object(&[
                    optional("token", Shape::Bool),
                    optional("apiResource", Shape::Bool),
                    optional("machineToMachineApp", Shape::Bool),
                    optional("tenantMember", Shape::Bool),
                ]),
            ),
        ]),
        wants_something: false, // configs-misc.jsonl 1082
        settle: |_, _| {},
    },
    Single {
        path: "/api/configs/cimd",
        // That a new tenant has it off is an inference from configs-misc.jsonl 1090.
        fresh: Some(r#"{"enabled": false}"#),
        shape: Shape::Object(&[optional("enabled", Shape::Bool)]), // configs-misc.jsonl 1089
        wants_something: false,
        settle: |_, _| {},
    },
];

fn of(call: &Call<'_>) -> Result<&'static Single, Refusal> {
    let path = call.request.path.trim_end_matches('/');
    let found = SINGLES.iter().find(|single| single.path == path);
    found.ok_or_else(not_found)
}

/// The row at `path`, as it is or as a new tenant has it.
fn row(call: &Call<'_>, single: &Single) -> Value {
    if let Some(row) = call.row(TABLE, single.path) {
        return row;
    }
    let tenant = &call.settings.id;
    let Some(fresh) = single.fresh else {
        return constants::of_new_tenant(single.path, tenant);
    };
    let mut row: Value = serde_json::from_str(fresh).unwrap_or_default();
    if row.get("id").is_some() {
        row["tenantId"] = json!(tenant);
    }
    row
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let single = of(call)?;
    Ok(Answer::json(200, &row(call, single)))
}

/// PATCH and PUT alike: each top-level field that the body has is replaced whole.
pub(super) fn write(call: &mut Call<'_>) -> Reply {
    let single = of(call)?;
    let body = call.body(&single.shape)?;
    let fields = body.as_object().cloned().unwrap_or_default();
    if fields.is_empty() && single.wants_something {
        return Err(nothing_to_write());
    }
    let mut row = row(call, single);
    for (name, value) in fields {
        row[name] = stored(&value);
    }
    (single.settle)(call, &mut row);
    call.tables.put(TABLE, single.path, row.clone());
    Ok(Answer::json(200, &row))
}

/// Takes a profile field that is gone out of the account center, if it shows it.
pub(super) fn forget_profile_field(call: &mut Call<'_>) {
    let path = "/api/account-center";
    if let Some(mut row) = call.row(TABLE, path) {
        profile_fields::drop_unknown(call, &mut row["profileFields"]);
        call.tables.put(TABLE, path, row);
    }
}

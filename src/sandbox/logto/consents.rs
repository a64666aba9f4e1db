//! What a third-party application may ask people for (`applications.jsonl` 236 to 253), and a client
//! that nobody registered (`configs-misc.jsonl` 1094, 1095; the rest of it inferred from the former
//! and the server's source).

use serde_json::{Value, json};

use super::applications::application;
use super::call::{Call, text, texts};
use super::refusal::{Refusal, Reply, coded, not_found, with_data};
use super::seed::MANAGEMENT;
use super::shape::{Shape, TEXT, guard_param, optional};
use crate::sandbox::exchange::Answer;

/// Application → its four lists.
pub(super) const TABLE: &str = "application_consents";

/// Where what clients that nobody registered may ask for is kept.
const UNREGISTERED: &str = "cimd";

/// The four lists: the name in bodies, in paths, and of the list of bad ids.
const LISTS: [(&str, &str, &str); 4] = [
    (
        "organizationScopes",
        "organization-scopes",
        "invalidOrganizationScopes",
    ),
    ("resourceScopes", "resource-scopes", "invalidResourceScopes"),
    (
        "organizationResourceScopes",
        "organization-resource-scopes",
        "invalidOrganizationResourceScopes",
    ),
    ("userScopes", "user-scopes", ""),
];

const TYPES: Shape = Shape::Choice(&[
    "organization-scopes",
    "resource-scopes",
    "organization-resource-scopes",
    "user-scopes",
]);

const LIST: Shape = Shape::List(&TEXT, 0);
const BODY: Shape = Shape::Object(&[
    optional("organizationScopes", LIST),
    optional("resourceScopes", LIST),
    optional("organizationResourceScopes", LIST),
    optional("userScopes", LIST),
]);

fn kept(call: &Call<'_>, id: &str) -> Value {
    call.row(TABLE, id).unwrap_or_else(|| json!({}))
}

/// Empty lists for a first-party one too (247).
pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let id = text(&application(call)?, "id");
    Ok(shown(call, &id))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn get_unregistered(call: &mut Call<'_>) -> Reply {
    Ok(shown(call, UNREGISTERED))
}

fn shown(call: &Call<'_>, id: &str) -> Answer {
    let row = kept(call, id);
    let mut users = texts(&row, "userScopes");
    users.sort(); // 246
    Answer::json(
        200,
        &json!({
            "organizationScopes": organization_scopes(call, &row),
            "resourceScopes": by_resource(call, &texts(&row, "resourceScopes")),
            "organizationResourceScopes":
                by_resource(call, &texts(&row, "organizationResourceScopes")),
            "userScopes": users,
        }),
    )
}

fn organization_scopes(call: &Call<'_>, row: &Value) -> Vec<Value> {
    let ids = texts(row, "organizationScopes");
    let rows = ids
        .iter()
        .filter_map(|id| call.tables.get("organization_scopes", id));
    rows.map(brief).collect()
}

fn brief(row: &Value) -> Value {
    json!({"id": row["id"], "name": row["name"], "description": row["description"]})
}

fn by_resource(call: &Call<'_>, ids: &[String]) -> Vec<Value> {
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for scope in ids.iter().filter_map(|id| call.tables.get("scopes", id)) {
        let resource = &scope["resourceId"];
        match groups.iter_mut().find(|(known, _)| known == resource) {
            Some((_, scopes)) => scopes.push(brief(scope)),
            None => groups.push((resource.clone(), vec![brief(scope)])),
        }
    }
    let group = |(resource, scopes): (Value, Vec<Value>)| {
        let id = resource.as_str().unwrap_or_default();
        let row = call.row("resources", id).unwrap_or_default();
        let resource = json!({"id": id, "name": row["name"], "indicator": row["indicator"]});
        json!({"resource": resource, "scopes": scopes})
    };
    groups.into_iter().map(group).collect()
}

/// One that is there already is no error (241).
pub(super) fn add(call: &mut Call<'_>) -> Reply {
    let body = call.body(&BODY)?;
    let application = application(call)?;
    if application["isThirdParty"] != true {
        let message = "The feature is only available for third-party applications."; // 245
        return Err(coded(
            422,
            "application.third_party_application_only",
            message,
        ));
    }
    let id = text(&application, "id");
    add_to(call, &id, &body)
}

pub(super) fn add_unregistered(call: &mut Call<'_>) -> Reply {
    let body = call.body(&BODY)?;
    add_to(call, UNREGISTERED, &body)
}

fn add_to(call: &mut Call<'_>, id: &str, body: &Value) -> Reply {
    all_known(call, body)?;
    none_of_management(call, body)?;
    let mut row = kept(call, id);
    for (name, ..) in LISTS {
        let mut list = texts(&row, name);
        for scope in texts(body, name) {
            if !list.contains(&scope) {
                list.push(scope);
            }
        }
        row[name] = json!(list);
    }
    call.tables.put(TABLE, id, row);
    Ok(Answer::text(201, "Created")) // an empty body too: 244
}

/// An inference from the server's source (`libraries/application.ts`).
fn none_of_management(call: &Call<'_>, body: &Value) -> Result<(), Refusal> {
    let lists = ["resourceScopes", "organizationResourceScopes"];
    let mut scopes = lists.into_iter().flat_map(|name| texts(body, name));
    let is_management = |id: String| {
        let scope = call.tables.get("scopes", &id);
        scope.is_some_and(|scope| scope["resourceId"] == MANAGEMENT)
    };
    if scopes.any(is_management) {
        let code = "application.consent_management_api_scopes_not_allowed";
        return Err(coded(422, code, "Management API scopes are not allowed."));
    }
    Ok(())
}

/// 242.
fn all_known(call: &Call<'_>, body: &Value) -> Result<(), Refusal> {
    let mut data = json!({});
    let mut bad = false;
    for (name, _, invalid) in LISTS {
        if invalid.is_empty() {
            continue;
        }
        let table = if name == "organizationScopes" {
            "organization_scopes"
        } else {
            "scopes"
        };
        let mut unknown = texts(body, name);
        unknown.retain(|id| !call.tables.has(table, id));
        bad |= !unknown.is_empty();
        data[invalid] = json!(unknown);
    }
    if bad {
        let code = "application.user_consent_scopes_not_found";
        return Err(with_data(422, code, &data, "Invalid user consent scopes."));
    }
    Ok(())
}

/// 248 to 253.
pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let (id, kind, scope) = (call.param(0), call.param(1), call.param(2));
    take(call, &id, &kind, &scope)
}

pub(super) fn delete_unregistered(call: &mut Call<'_>) -> Reply {
    let (kind, scope) = (call.param(0), call.param(1));
    take(call, UNREGISTERED, &kind, &scope)
}

fn take(call: &mut Call<'_>, id: &str, kind: &str, scope: &str) -> Reply {
    guard_param("scopeType", &TYPES, kind)?;
    let mut row = kept(call, id);
    let name = LISTS
        .iter()
        .find(|(_, path, _)| *path == kind)
        .map_or("", |(name, ..)| *name);
    let mut list = texts(&row, name);
    let before = list.len();
    list.retain(|known| known != scope);
    if list.len() == before {
        return Err(not_found());
    }
    row[name] = json!(list);
    call.tables.put(TABLE, id, row);
    Ok(Answer::empty(204))
}

/// Takes a scope of an API resource that went out of all lists.
pub(super) fn forget_scope(call: &mut Call<'_>, scope: &str) {
    forget(
        call,
        &["resourceScopes", "organizationResourceScopes"],
        scope,
    );
}

/// Takes an id that went out of these lists.
pub(super) fn forget(call: &mut Call<'_>, names: &[&str], scope: &str) {
    let rows = call.tables.rows(TABLE);
    let rows: Vec<_> = rows.map(|(id, row)| (id.to_owned(), row.clone())).collect();
    for (id, mut row) in rows {
        let mut any = false;
        for name in names {
            let mut list = texts(&row, name);
            let before = list.len();
            list.retain(|known| known != scope);
            any |= list.len() != before;
            row[*name] = json!(list);
        }
        if any {
            call.tables.put(TABLE, &id, row);
        }
    }
}

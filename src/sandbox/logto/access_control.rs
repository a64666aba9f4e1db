//! Who may use an application. `applications.jsonl` 254 to 263.

use serde_json::{Value, json};

use super::applications::application;
use super::call::{Call, text, texts};
use super::organization_roles;
use super::refusal::{Refusal, Reply, bad_input, no_such_relation};
use super::shape::{Shape, TEXT, required};
use crate::sandbox::exchange::Answer;

/// Application → its rules.
pub(super) const TABLE: &str = "application_access_controls";

const LIST: Shape = Shape::List(&TEXT, 0);
const RULE: Shape = Shape::Object(&[
    required("organizationId", TEXT),
    required("organizationRoleIds", LIST),
]);

/// All four must be there (255, 257).
const BODY: Shape = Shape::Object(&[
    required("userIds", LIST),
    required("userRoleIds", LIST),
    required("organizationIds", LIST),
    required("organizationRoleRules", Shape::List(&RULE, 0)),
]);

const NAMES: [&str; 4] = [
    "userIds",
    "userRoleIds",
    "organizationIds",
    "organizationRoleRules",
];

fn rules(call: &Call<'_>, id: &str) -> Value {
    let none = json!({
        "userIds": [], "userRoleIds": [], "organizationIds": [], "organizationRoleRules": [],
    });
    call.row(TABLE, id).unwrap_or(none)
}

/// Whether there is a rule.
pub(super) fn any(call: &Call<'_>, id: &str) -> bool {
    has_any(&rules(call, id))
}

fn has_any(rules: &Value) -> bool {
    let lists = NAMES.iter().filter_map(|name| rules[*name].as_array());
    lists.into_iter().any(|list| !list.is_empty())
}

/// 262.
pub(super) fn no_rule() -> Refusal {
    let details = "Application access control must include at least one rule before it can be \
                   enabled.";
    bad_input(422, details)
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let id = text(&application(call)?, "id");
    Ok(Answer::json(200, &rules(call, &id)))
}

/// Replaces all four lists; an unknown id is refused (259).
pub(super) fn put(call: &mut Call<'_>) -> Reply {
    let body = call.body(&BODY)?;
    let application = application(call)?;
    let rules = body["organizationRoleRules"]
        .as_array()
        .into_iter()
        .flatten();
    let of_rules = rules.map(|rule| text(rule, "organizationId"));
    let organizations = texts(&body, "organizationIds").into_iter().chain(of_rules);
    let known = |table: &'static str| move |id: &String| (table, id.clone());
    let mut wanted: Vec<_> = texts(&body, "userIds").iter().map(known("users")).collect();
    wanted.extend(texts(&body, "userRoleIds").iter().map(known("roles")));
    wanted.extend(organizations.map(|id| ("organizations", id)));
    let rules = body["organizationRoleRules"]
        .as_array()
        .into_iter()
        .flatten();
    let held = rules.flat_map(|rule| texts(rule, "organizationRoleIds"));
    wanted.extend(held.map(|id| (organization_roles::TABLE, id)));
    if wanted.iter().any(|(table, id)| !call.tables.has(table, id)) {
        return Err(no_such_relation());
    }
    if application["appLevelAccessControlEnabled"] == true && !has_any(&body) {
        return Err(no_rule());
    }
    call.tables
        .put(TABLE, &text(&application, "id"), body.clone());
    Ok(Answer::json(200, &body))
}

/// Takes an organization that went out of all rules.
pub(super) fn forget_organization(call: &mut Call<'_>, id: &str) {
    forget(call, "organizationIds", id);
    change_rules(call, |rules| {
        rules.retain(|rule| rule["organizationId"] != *id);
    });
}

/// Takes a role of organizations that went out of all rules; a rule without any goes too, an
/// inference.
pub(super) fn forget_organization_role(call: &mut Call<'_>, id: &str) {
    change_rules(call, |rules| {
        for rule in rules.iter_mut() {
            let mut roles = texts(rule, "organizationRoleIds");
            roles.retain(|known| known != id);
            rule["organizationRoleIds"] = json!(roles);
        }
        rules.retain(|rule| !texts(rule, "organizationRoleIds").is_empty());
    });
}

fn change_rules(call: &mut Call<'_>, change: impl Fn(&mut Vec<Value>)) {
    let rows = call.tables.rows(TABLE);
    let rows: Vec<_> = rows.map(|(of, row)| (of.to_owned(), row.clone())).collect();
    for (application, mut row) in rows {
        let mut rules = row["organizationRoleRules"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let before = rules.clone();
        change(&mut rules);
        if rules != before {
            row["organizationRoleRules"] = json!(rules);
            call.tables.put(TABLE, &application, row);
        }
    }
}

/// Takes an id that went out of all rules.
pub(super) fn forget(call: &mut Call<'_>, name: &str, id: &str) {
    let rows: Vec<_> = call
        .tables
        .rows(TABLE)
        .map(|(of, row)| (of.to_owned(), row.clone()))
        .collect();
    for (application, mut row) in rows {
        let mut list = texts(&row, name);
        if list.iter().any(|known| known == id) {
            list.retain(|known| known != id);
            row[name] = json!(list);
            call.tables.put(TABLE, &application, row);
        }
    }
}

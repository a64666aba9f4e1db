//! Users. `users.jsonl`.

use serde_json::{Value, json};

use super::call::{Call, text};
use super::column::{Column, Fill, Written, column, update};
use super::page::{Paging, listed};
use super::pattern::Pattern;
use super::refusal::{Refusal, Reply, coded, not_found, nothing_to_write};
use super::relations::USERS_ROLES;
use super::search::{USERS, found};
use super::shape::{Field, Shape, TEXT, matching, nullable, optional, or_empty, text as length};
use super::user_parts::Password;
use super::{access_control, members};
use crate::sandbox::exchange::Answer;

pub(super) const TABLE: &str = "users";

/// As answers show them; no `tenantId` (565).
pub(super) const COLUMNS: &[Column] = &[
    column("username", Fill::Null, Written::Always),
    column("primaryEmail", Fill::Null, Written::Always), // case kept
    column("primaryPhone", Fill::Null, Written::Always),
    column("name", Fill::Null, Written::Always), // `""` clears: 615
    column("avatar", Fill::Null, Written::Always),
    column("customData", Fill::Object, Written::Always), // replaced whole: 620
    column("identities", Fill::Object, Written::Never),
    column("lastSignInAt", Fill::Null, Written::Never),
    column("createdAt", Fill::Now, Written::Never),
    column("updatedAt", Fill::Now, Written::Never),
    column("profile", Fill::Object, Written::Always), // replaced whole: 621
    column("applicationId", Fill::Null, Written::Never),
    column("cimdClientId", Fill::Null, Written::Never),
    column("isSuspended", Fill::False, Written::Never), // ignored at creation: 579
];

const ADDRESS: Shape = Shape::Object(&[
    optional("formatted", TEXT),
    optional("streetAddress", TEXT),
    optional("locality", TEXT),
    optional("region", TEXT),
    optional("postalCode", TEXT),
    optional("country", TEXT),
]);

/// Unknown keys are dropped (580), null is refused (`extra-patch-jsonb-null.jsonl` 25).
pub(super) const PROFILE: Shape = Shape::Object(&[
    optional("familyName", TEXT),
    optional("givenName", TEXT),
    optional("middleName", TEXT),
    optional("nickname", TEXT),
    optional("preferredUsername", TEXT),
    optional("profile", TEXT),
    optional("website", TEXT),
    optional("gender", TEXT),
    optional("birthdate", TEXT),
    optional("zoneinfo", TEXT),
    optional("locale", TEXT),
    optional("address", ADDRESS),
]);

const ALGORITHMS: Shape = Shape::Choice(&[
    "Argon2i", "Argon2id", "Argon2d", "SHA1", "SHA256", "MD5", "Bcrypt", "Legacy",
]);

const fn identifier(name: &'static str, pattern: Pattern) -> Field {
    optional(name, matching(0, 128, pattern)) // 571 to 574
}

const CREATE: Shape = Shape::Object(&[
    identifier("username", Pattern::Username),
    identifier("primaryEmail", Pattern::Email),
    identifier("primaryPhone", Pattern::Phone),
    nullable("avatar", or_empty(Pattern::Url)),
    optional("name", TEXT),
    optional("password", length(1, usize::MAX)), // no policy: 575
    optional("passwordDigest", length(0, 256)),
    optional("passwordAlgorithm", ALGORITHMS),
    optional("customData", Shape::Free),
    optional("profile", PROFILE),
]);

const PATCH: Shape = Shape::Object(&[
    nullable("username", or_empty(Pattern::Username)), // 616, 617
    nullable("primaryEmail", or_empty(Pattern::Email)),
    nullable("primaryPhone", or_empty(Pattern::Phone)),
    nullable("name", TEXT),
    nullable("avatar", or_empty(Pattern::Url)),
    optional("customData", Shape::Free),
    optional("profile", PROFILE),
]);

/// A user as answers show one.
pub(super) fn shown(row: &Value) -> Value {
    let names = COLUMNS.iter().map(|column| column.name).chain(["id"]);
    let cells = names.map(|name| (name.to_owned(), row[name].clone()));
    let mut shown = Value::Object(cells.collect());
    shown["hasPassword"] = json!(Password::of(row).is_some());
    shown
}

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let mut rows = found(call, call.newest_first(TABLE), &USERS)?; // 606 to 609
    if let Some(role) = call.query("excludeRoleId") {
        rows.retain(|row| !USERS_ROLES.has(call.tables, &text(row, "id"), &role));
    }
    listed(call, rows, Paging::Always, |_, rows| {
        rows.iter().map(shown).collect()
    })
}

/// An empty body makes a user (564, 583); each gets the default roles (`user-roles.jsonl` 666).
pub(super) fn create(call: &mut Call<'_>) -> Reply {
    let body = call.body(&CREATE)?;
    let password = Password::given(&body)?;
    free_identifiers(call, &body, "")?;
    let mut row = call.insert(TABLE, COLUMNS, &body, 12);
    let id = text(&row, "id");
    if let Some(password) = password {
        password.keep(&mut row);
        call.tables.put(TABLE, &id, row.clone());
    }
    let defaults = call.all("roles").into_iter();
    let defaults = defaults.filter(|role| role["isDefault"] == true && role["type"] == "User");
    let defaults: Vec<_> = defaults.map(|role| text(role, "id")).collect();
    for role in &defaults {
        USERS_ROLES.add(call.tables, &id, role);
    }
    Ok(Answer::json(200, &shown(&row)))
}

/// E-mail addresses are compared without case, user names with (566 to 569).
fn free_identifiers(call: &Call<'_>, body: &Value, own_id: &str) -> Result<(), Refusal> {
    let taken = |name: &str, exact: bool| {
        let Some(wanted) = body[name].as_str().filter(|wanted| !wanted.is_empty()) else {
            return false;
        };
        let mut rows = call.tables.rows(TABLE).filter(|(id, _)| *id != own_id);
        rows.any(|(_, row)| match row[name].as_str() {
            Some(known) if exact => known == wanted,
            Some(known) => known.to_lowercase() == wanted.to_lowercase(),
            None => false,
        })
    };
    let refusals = [
        (
            "username",
            true,
            "user.username_already_in_use",
            "This username is already in use.",
        ),
        (
            "primaryEmail",
            false,
            "user.email_already_in_use",
            "This email is associated with an existing account.",
        ),
        (
            "primaryPhone",
            true,
            "user.phone_already_in_use",
            "This phone number is associated with an existing account.",
        ),
    ];
    for (name, exact, code, message) in refusals {
        if taken(name, exact) {
            return Err(coded(422, code, message));
        }
    }
    Ok(())
}

/// The user of the path, or the refusal of all its routes (587 to 589).
pub(super) fn user(call: &Call<'_>) -> Result<Value, Refusal> {
    call.row(TABLE, &call.param(0)).ok_or_else(not_found)
}

pub(super) fn get(call: &mut Call<'_>) -> Reply {
    let row = user(call)?;
    let mut answer = shown(&row);
    let asked = |name: &str| call.query(name).as_deref() == Some("true");
    if asked("includeSsoIdentities") {
        answer["ssoIdentities"] = json!([]); // 611
    }
    if asked("includePasswordHash")
        && let Some(Password { digest, algorithm }) = Password::of(&row)
    {
        answer["passwordDigest"] = json!(digest); // 612
        answer["passwordAlgorithm"] = json!(algorithm);
    }
    Ok(Answer::json(200, &answer))
}

pub(super) fn patch(call: &mut Call<'_>) -> Reply {
    let body = call.body(&PATCH)?;
    let mut row = user(call)?;
    free_identifiers(call, &body, &text(&row, "id"))?; // 619
    if !update(COLUMNS, &mut row, &body) {
        return Err(nothing_to_write()); // 622, 623
    }
    Ok(Answer::json(200, &saved(call, row)))
}

/// Puts a changed user back and returns what is shown of it.
pub(super) fn saved(call: &mut Call<'_>, mut row: Value) -> Value {
    row["updatedAt"] = json!(call.now_ms);
    let answer = shown(&row);
    call.tables.put(TABLE, &text(&row, "id"), row);
    answer
}

pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    let id = call.param(0);
    call.tables.delete(TABLE, &id).ok_or_else(not_found)?;
    USERS_ROLES.delete_left(call.tables, &id);
    for table in ["user_factors", "user_tokens"] {
        call.tables
            .delete_where(table, |_, row| row["userId"] == *id);
    }
    access_control::forget(call, "userIds", &id);
    members::forget(call.tables, &id);
    Ok(Answer::empty(204))
}

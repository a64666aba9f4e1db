//! How Logto refuses: the error bodies of `reference/logto-management.md`, section 1.2.
//!
//! Messages are the English ones of the recordings; clients match on `code`.

use serde_json::{Value, json};

use crate::sandbox::exchange::Answer;

/// An answer that ends a request early. What was written before stays written: some of the
/// server's own refusals come after the first write.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) Answer);

/// What a handler gives back.
pub(super) type Reply = Result<Answer, Refusal>;

/// `{code, message}` with that status.
pub(super) fn coded(status: u16, code: &str, message: &str) -> Refusal {
    Refusal(Answer::json(
        status,
        &json!({"code": code, "message": message}),
    ))
}

/// `{code, data, message}` with that status.
pub(super) fn with_data(status: u16, code: &str, data: &Value, message: &str) -> Refusal {
    let body = json!({"code": code, "data": data, "message": message});
    Refusal(Answer::json(status, &body))
}

/// An error that the server did not foresee: no code. `role-scopes.jsonl` 498.
pub(super) fn internal() -> Refusal {
    let body = json!({"message": "Internal server error."});
    Refusal(Answer::json(500, &body))
}

/// GET by id, and most DELETEs. `resources.jsonl` 338.
pub(super) fn no_such_id(table: &str, id: &str) -> Refusal {
    let message = format!("The {table} with ID `{id}` does not exist.");
    coded(404, "entity.not_exists_with_id", &message)
}

/// PATCH of some. `resources.jsonl` 372, `resource-scopes.jsonl` 416.
pub(super) fn not_exists(what: &str) -> Refusal {
    let message = format!("The {what} does not exist.");
    coded(404, "entity.not_exists", &message)
}

/// Users, relations, secrets. `users.jsonl` 587, `role-scopes.jsonl` 523.
pub(super) fn not_found() -> Refusal {
    coded(404, "entity.not_found", "The resource does not exist.")
}

/// A write without a column to write. `resources.jsonl` 365.
pub(super) fn nothing_to_write() -> Refusal {
    let message = "Invalid input. Value list must not be empty.";
    coded(422, "entity.invalid_input", message)
}

/// A trigger of the database said no. `role-users.jsonl` 535.
pub(super) fn constraint() -> Refusal {
    let message = "Database constraint violated.";
    coded(422, "entity.db_constraint_violated", message)
}

/// `applications.jsonl` 259.
pub(super) fn no_such_relation() -> Refusal {
    coded(404, "entity.relation_foreign_key_not_found", NO_KEY)
}

/// `organization-roles.jsonl` 723.
pub(super) fn no_such_key() -> Refusal {
    coded(422, "entity.relation_foreign_key_not_found", NO_KEY)
}

const NO_KEY: &str = "Cannot find one or more foreign keys. Please check the input and ensure that \
                      all referenced entities exist.";

/// `organization-scopes.jsonl` 681.
pub(super) fn not_unique() -> Refusal {
    let message = "The entity already exists. Please check the input and try again.";
    coded(422, "entity.unique_integrity_violation", message)
}

/// `applications.jsonl` 177 and 262.
pub(super) fn bad_input(status: u16, details: &str) -> Refusal {
    let message = format!("Input is invalid. {details}");
    coded(status, "request.invalid_input", &message)
}

/// `resources.jsonl` 347.
pub(super) fn bad_paging() -> Refusal {
    let message = "The request pagination value is invalid.";
    coded(400, "guard.invalid_pagination", message)
}

/// A path that is not there. `auth.jsonl` 18.
pub(super) fn no_such_path() -> Answer {
    Answer::text(404, "Not Found")
}

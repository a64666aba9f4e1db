//! The errors the IAM answers with, one row each: code, status, text.
//!
//! A row names the recording that proves it, or where the reference has it from: `[E]` the open
//! server's own error texts, `[T]` and `[D]` tests and documentation of the Enterprise edition,
//! `[I]` inferred. Which condition leads to which row is with the handlers.

use super::protocol;
use crate::sandbox::exchange::Answer;

/// One error with a code.
pub(super) struct Fault {
    /// What clients decide on.
    pub(super) code: &'static str,
    /// The status that goes with it.
    pub(super) status: u16,
    /// The description; each `{}` is replaced by a name.
    pub(super) text: &'static str,
}

impl Fault {
    /// The answer, with these names in its text.
    pub(super) fn about(&self, names: &[&str]) -> Answer {
        let mut text = self.text.to_owned();
        for name in names {
            text = text.replacen("{}", name, 1);
        }
        let title = match self.status {
            401 => "401 Unauthorized",
            409 => "409 Conflict",
            _ => "400 Bad Request",
        };
        protocol::error(self.status, title, &text, Some(self.code))
    }
}

/// A request whose form is wrong: no code, and another title than the rest (protocol.jsonl 10).
pub(super) fn malformed(text: &str) -> Answer {
    protocol::error(400, "Bad Request", text, None)
}

/// A login whose members do not go together: the usual title, no code (auth.jsonl 11).
pub(super) fn unfitting(text: &str) -> Answer {
    protocol::error(400, "400 Bad Request", text, None)
}

macro_rules! faults {
    ($($(#[$about:meta])* $name:ident = $status:literal $code:literal $text:literal;)*) => {
        $($(#[$about])*
        pub(super) const $name: Fault = Fault { code: $code, status: $status, text: $text };)*
    };
}

faults! {
    /// users.jsonl 4
    USER_EXISTS = 409 "ERR_USER_EXISTS" "User with id `{}` already exists.";
    /// users.jsonl 71
    UNKNOWN_USER = 400 "ERR_UNKNOWN_USER_ID" "User with uid `{}` not known.";
    /// protocol.jsonl 30
    INVALID_USER = 400 "ERR_INVALID_USER_ID" "Invalid user ID: {}";
    /// users.jsonl 18
    INVALID_DATA = 400 "ERR_INVALID_DATA" "{}";
    /// services.jsonl 13
    INVALID_PUBLIC_KEY = 400 "ERR_INVALID_PUBLIC_KEY" "Invalid public key: {}";
    /// auth.jsonl 6
    INVALID_CREDENTIALS = 401 "ERR_INVALID_CREDENTIALS" "Invalid credentials.";
    /// auth.jsonl 30
    MISSING_QUERY = 400 "ERR_MISSING_QUERY_PARAMETERS"
        "Expected query parameter `oidc-provider` or `saml-provider`.";

    /// [E]
    UNKNOWN_GROUP = 400 "ERR_UNKNOWN_GROUP_ID" "Group with gid `{}` not known.";
    /// [E]
    GROUP_EXISTS = 409 "ERR_GROUP_EXISTS" "Group with id `{}` already exists.";
    /// Code [T], status and text [I]
    INVALID_GROUP = 400 "ERR_INVALID_GROUP_ID" "Invalid group ID: {}";
    /// Code and status [T], text [I]
    ALREADY_IN_GROUP = 409 "ERR_USER_ALREADY_IN_GROUP" "User `{}` is already in group `{}`.";
    /// Code [T], status and text [I]
    NOT_IN_GROUP = 400 "ERR_USER_NOT_IN_GROUP" "User `{}` is not in group `{}`.";

    /// [E]
    UNKNOWN_RESOURCE = 400 "ERR_UNKNOWN_RESOURCE_ID" "Protected resource with rid `{}` not known.";
    /// Code [T], status [S], text [I]
    ACL_EXISTS = 409 "ERR_ACL_EXISTS" "ACL for resource `{}` already exists.";
    /// Code [T], status and text [I]
    INVALID_RESOURCE = 400 "ERR_INVALID_RESOURCE_ID" "Invalid resource ID: {}";
    /// Code [T], status and text [I]
    SUPERUSER_ACL = 400 "ERR_IS_SUPERUSER_ACL" "The ACL of `{}` cannot be deleted.";

    /// Code [T], status and text [I]
    INVALID_ACTION = 400 "ERR_INVALID_ACTION" "Invalid action: {}";
    /// Code [T], status [T] (its clients tolerate a 409), text [I]
    PERMISSION_EXISTS = 409 "ERR_PERMISSION_EXISTS" "`{}` has `{}` on resource `{}` already.";
    /// [E]
    USER_NOT_IN_ACL = 400 "ERR_USER_NOT_IN_ACL"
        "User `{}` is not part of ACL for resource `{}`";
    /// [E]
    GROUP_NOT_IN_ACL = 400 "ERR_GROUP_NOT_IN_ACL"
        "Group `{}` is not part of ACL for resource `{}`";
    /// [E]
    USER_ACTION_UNKNOWN = 400 "ERR_ACTION_NOT_YET_STORED"
        "Action `{}` unknown for user `{}` in ACL for resource `{}`";
    /// [E]
    GROUP_ACTION_UNKNOWN = 400 "ERR_ACTION_NOT_YET_STORED"
        "Action `{}` unknown for group `{}` in ACL for resource `{}`";
    /// [E]
    NO_MORE_SUPERUSERS = 400 "ERR_NO_MORE_SUPERUSERS"
        "Last member from `superusers` group cannot be removed";
    /// [E]
    SUPERUSER_GROUP = 400 "ERR_IS_SUPERUSER_GROUP"
        "The `superusers` group must have `full` permission on the `dcos:superuser` resource.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_written_as_recorded_to_the_byte() {
        // users.jsonl 4: content-length 107
        let answer = USER_EXISTS.about(&["alice"]);
        assert_eq!(answer.status, 409);
        assert_eq!(answer.body.len(), 107);
        assert_eq!(answer.header("vary"), Some("Accept"));
    }

    #[test]
    fn a_malformed_request_has_no_code() {
        let body = malformed("x").as_json().unwrap();
        assert_eq!(
            body,
            serde_json::json!({"title": "Bad Request", "description": "x"})
        );
    }
}

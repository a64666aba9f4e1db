//! The directory of a cluster: its one configuration, the test of it, and imports.
//!
//! Enterprise only; enterprise-documented.jsonl 59 to 69 and the API's document ([S]). Behind a
//! sandbox there is no directory. It behaves as if there were one that knows everybody, unless
//! the configured host ends in `.invalid`, which nothing can be reached at ([I]).

use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::described::GROUPS;
use super::fault::Fault;
use super::schema::{self, Shape, Type};
use super::{names, protocol, users};
use crate::sandbox::exchange::Answer;
use crate::sandbox::tables::Tables;

const TABLE: &str = "ldap";
const CONFIG: &str = "config";

/// enterprise-documented.jsonl 59, 63
const NOT_AVAILABLE: Fault = Fault {
    code: "ERR_LDAP_CONFIG_NOT_AVAILABLE",
    status: 400,
    text: "No LDAP configuration stored.",
};
/// enterprise-documented.jsonl 61
const INVALID: Fault = Fault {
    code: "ERR_LDAP_CONFIG_INVALID",
    status: 400,
    text: "{}",
};
/// enterprise-documented.jsonl 67, 69
const SEARCH_FAILED: Fault = Fault {
    code: "ERR_LDAP_IMPORT_SEARCH_FAILED",
    status: 400,
    text: "The directory cannot be reached.",
};
/// enterprise-documented.jsonl 67: here for names that can be no uid ([I])
const USER_NOT_FOUND: Fault = Fault {
    code: "ERR_LDAP_IMPORT_USER_NOT_FOUND",
    status: 400,
    text: "User `{}` not found.",
};
/// enterprise-documented.jsonl 69: here for names that can be no gid ([I])
const GROUP_NOT_FOUND: Fault = Fault {
    code: "ERR_LDAP_IMPORT_GROUP_NOT_FOUND",
    status: 400,
    text: "Group `{}` not found.",
};

/// `LDAPConfiguration`.
const CONFIGURATION: Shape = Shape {
    required: &["host", "port", "enforce-starttls", "use-ldaps"],
    members: &[
        ("host", Type::Text),
        ("dntemplate", Type::Text),
        ("port", Type::Integer),
        ("enforce-starttls", Type::Flag),
        ("use-ldaps", Type::Flag),
        ("lookup-dn", Type::Text),
        ("lookup-password", Type::Text),
        ("user-search", Type::Object(&USER_SEARCH)),
        ("group-search", Type::Object(&GROUP_SEARCH)),
        ("ca-certs", Type::Text),
        ("client-cert", Type::Text),
    ],
    closed: true,
};
const USER_SEARCH: Shape = Shape {
    required: &["search-base", "search-filter-template"],
    members: &[
        ("search-base", Type::Text),
        ("search-filter-template", Type::Text),
    ],
    closed: true,
};
const GROUP_SEARCH: Shape = Shape {
    required: &["search-base", "search-filter-template"],
    members: &[
        ("search-base", Type::Text),
        ("search-filter-template", Type::Text),
        ("member-attributes", Type::Texts),
    ],
    closed: true,
};
const CREDENTIALS: Shape = Shape {
    required: &["uid", "password"],
    members: &[("uid", Type::Text), ("password", Type::Text)],
    closed: true,
};
const USER: Shape = Shape {
    required: &["username"],
    members: &[("username", Type::Text)],
    closed: true,
};
const GROUP: Shape = Shape {
    required: &["groupname"],
    members: &[("groupname", Type::Text)],
    closed: true,
};

/// `GET /ldap/config` (enterprise-documented.jsonl 59); passwords are shown ([S]).
pub(super) fn read(call: &mut Call<'_>) -> Reply {
    Ok(protocol::json(known(call.tables)?))
}

/// `PUT /ldap/config`: creates or replaces, 200 (enterprise-documented.jsonl 60, 61).
pub(super) fn replace(call: &mut Call<'_>) -> Reply {
    let config = schema::checked(call, &CONFIGURATION)?;
    let template = config.get("dntemplate").and_then(Value::as_str);
    if template.is_some_and(|template| !template.contains("%(username)s")) {
        return Err(INVALID.about(&["`dntemplate` must contain `%(username)s`."])); // [D]
    }
    call.tables.put(TABLE, CONFIG, Value::Object(config));
    Ok(protocol::empty(200))
}

/// `DELETE /ldap/config` (enterprise-documented.jsonl 62, 63).
pub(super) fn delete(call: &mut Call<'_>) -> Reply {
    known(call.tables)?;
    call.tables.delete(TABLE, CONFIG);
    Ok(protocol::done())
}

/// `POST /ldap/config/test` (enterprise-documented.jsonl 64, 65).
pub(super) fn try_out(call: &mut Call<'_>) -> Reply {
    schema::checked(call, &CREDENTIALS)?;
    if is_reachable(known(call.tables)?) {
        let told = "Directory back-end reached and all tests passed.";
        return Ok(protocol::json(
            &json!({"code": "TEST_PASSED", "description": told}),
        ));
    }
    let told = "Could not connect to the directory back-end.";
    let mut answer = protocol::json(&json!({"code": "TEST_FAILED", "description": told}));
    answer.status = 502;
    Ok(answer)
}

/// `POST /ldap/importuser` (enterprise-documented.jsonl 66, 67).
pub(super) fn import_user(call: &mut Call<'_>) -> Reply {
    let body = schema::checked(call, &USER)?;
    let uid = body["username"].as_str().unwrap_or_default().to_owned();
    search(call.tables)?;
    if !names::is_uid(&uid) {
        return Err(USER_NOT_FOUND.about(&[&uid]));
    }
    if call.tables.has(users::TABLE, &uid) {
        return Err(super::fault::USER_EXISTS.about(&[&uid])); // [I]
    }
    let account = json!({"description": uid, "provider_type": "ldap", "provider_id": ""});
    call.tables.put(users::TABLE, &uid, account);
    Ok(protocol::empty(201))
}

/// `POST /ldap/importgroup` (enterprise-documented.jsonl 68, 69); of an empty group ([I]).
pub(super) fn import_group(call: &mut Call<'_>) -> Reply {
    let body = schema::checked(call, &GROUP)?;
    let gid = body["groupname"].as_str().unwrap_or_default().to_owned();
    search(call.tables)?;
    if !names::is_gid(&gid) {
        return Err(GROUP_NOT_FOUND.about(&[&gid]));
    }
    if call.tables.has(GROUPS.table, &gid) {
        return Err(super::fault::GROUP_EXISTS.about(&[&gid])); // [I]
    }
    let group = json!({"description": gid, "provider_type": "ldap"});
    call.tables.put(GROUPS.table, &gid, group);
    Ok(protocol::empty(201))
}

fn known(tables: &Tables) -> Result<&Value, Answer> {
    tables
        .get(TABLE, CONFIG)
        .ok_or_else(|| NOT_AVAILABLE.about(&[]))
}

fn search(tables: &Tables) -> Result<(), Answer> {
    if is_reachable(known(tables)?) {
        return Ok(());
    }
    Err(SEARCH_FAILED.about(&[]))
}

fn is_reachable(config: &Value) -> bool {
    let host = config["host"].as_str().unwrap_or_default();
    !host.ends_with(".invalid")
}

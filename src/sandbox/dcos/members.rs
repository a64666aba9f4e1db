//! Who is in which group.
//!
//! Enterprise only; enterprise-documented.jsonl 48 to 57. Groups do not nest, services can be
//! members.

use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::described::GROUPS;
use super::fault::{ALREADY_IN_GROUP, NOT_IN_GROUP};
use super::{names, protocol, superuser, users};
use crate::sandbox::exchange::Answer;
use crate::sandbox::tables::Tables;

/// `gid uid` → both of them.
pub(super) const TABLE: &str = "members";

/// `GET /groups/{gid}/users`: people; with `?type=service` services
/// (enterprise-documented.jsonl 48).
pub(super) fn of_group(call: &mut Call<'_>) -> Reply {
    let (gid, services) = (call.id(0), call.wants_services());
    GROUPS.known(call.tables, &gid)?;
    let members = of(call.tables, &gid).filter_map(|uid| {
        let account = call.tables.get(users::TABLE, uid)?;
        (users::is_service(account) == services).then(|| {
            json!({
                "membershipurl": names::membership_url(&gid, uid),
                "user": users::view(uid, account),
            })
        })
    });
    Ok(protocol::array(members))
}

/// `GET /users/{uid}/groups` (enterprise-documented.jsonl 57).
pub(super) fn of_user(call: &mut Call<'_>) -> Reply {
    let uid = call.id(0);
    users::known(call.tables, &uid)?;
    let groups = groups_of(call.tables, &uid).filter_map(|gid| {
        let group = call.tables.get(GROUPS.table, gid)?;
        Some(json!({
            "membershipurl": names::membership_url(gid, &uid),
            "group": GROUPS.view(gid, group),
        }))
    });
    Ok(protocol::array(groups))
}

/// `PUT /groups/{gid}/users/{uid}`, no body (enterprise-documented.jsonl 50 to 52).
pub(super) fn add(call: &mut Call<'_>) -> Reply {
    let (gid, uid) = both(call)?;
    if is_in(call.tables, &gid, &uid) {
        return Err(ALREADY_IN_GROUP.about(&[&uid, &gid]));
    }
    put(call.tables, &gid, &uid);
    Ok(protocol::done())
}

/// `DELETE /groups/{gid}/users/{uid}` (enterprise-documented.jsonl 53 to 55).
pub(super) fn remove(call: &mut Call<'_>) -> Reply {
    let (gid, uid) = both(call)?;
    if !is_in(call.tables, &gid, &uid) {
        return Err(NOT_IN_GROUP.about(&[&uid, &gid]));
    }
    superuser::spare_member(call.tables, &gid, &uid)?;
    call.tables.delete(TABLE, &key(&gid, &uid));
    Ok(protocol::done())
}

/// Group and user of the path; the group is looked for first ([I]).
fn both(call: &Call<'_>) -> Result<(String, String), Answer> {
    let (gid, uid) = (call.id(0), call.id(1));
    GROUPS.known(call.tables, &gid)?;
    users::known(call.tables, &uid)?;
    Ok((gid, uid))
}

/// Puts an account into a group.
pub(super) fn put(tables: &mut Tables, gid: &str, uid: &str) {
    tables.put(TABLE, &key(gid, uid), json!({"gid": gid, "uid": uid}));
}

/// Whether an account is in a group.
pub(super) fn is_in(tables: &Tables, gid: &str, uid: &str) -> bool {
    tables.has(TABLE, &key(gid, uid))
}

/// The uids in a group.
pub(super) fn of<'a>(tables: &'a Tables, gid: &'a str) -> impl Iterator<Item = &'a str> {
    matching(tables, "gid", gid, "uid")
}

/// The groups that an account is in.
pub(super) fn groups_of<'a>(tables: &'a Tables, uid: &'a str) -> impl Iterator<Item = &'a str> {
    matching(tables, "uid", uid, "gid")
}

/// Forgets a group's members.
pub(super) fn forget_group(tables: &mut Tables, gid: &str) {
    let uids: Vec<String> = of(tables, gid).map(str::to_owned).collect();
    for uid in uids {
        tables.delete(TABLE, &key(gid, &uid));
    }
}

/// Forgets an account's memberships.
pub(super) fn forget_user(tables: &mut Tables, uid: &str) {
    let gids: Vec<String> = groups_of(tables, uid).map(str::to_owned).collect();
    for gid in gids {
        tables.delete(TABLE, &key(&gid, uid));
    }
}

fn matching<'a>(
    tables: &'a Tables,
    by: &'static str,
    wanted: &'a str,
    shown: &'static str,
) -> impl Iterator<Item = &'a str> {
    let rows = tables.rows(TABLE).map(|(_, row)| row);
    let found = rows.filter(move |row| row[by].as_str() == Some(wanted));
    found.filter_map(move |row: &'a Value| row[shown].as_str())
}

/// No gid holds a space.
fn key(gid: &str, uid: &str) -> String {
    format!("{gid} {uid}")
}

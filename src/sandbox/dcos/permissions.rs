//! Permissions in bulk: of a resource, of a group, of an account.
//!
//! Enterprise only; enterprise-documented.jsonl 12, 49, 58.

use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::described::{ACLS, GROUPS};
use super::grants::{self, GROUP, Holder, USER};
use super::{members, names, protocol, users};
use crate::sandbox::tables::Tables;

/// `GET /acls/{rid}/permissions`: users, services among them, and groups
/// (enterprise-documented.jsonl 12).
pub(super) fn of_resource(call: &mut Call<'_>) -> Reply {
    let rid = call.rid(0);
    ACLS.known(call.tables, &rid)?;
    let entries = |holder: &Holder| -> Vec<Value> {
        let rows = call.tables.rows(grants::TABLE).map(|(_, grant)| grant);
        let here = rows.filter(|grant| grant["rid"].as_str() == Some(&rid));
        here.filter_map(|grant| {
            let id = grant[holder.word].as_str()?;
            let url = format!("{}url", holder.word);
            let actions = holder.actions(&rid, id, grant);
            Some(json!({holder.key: id, url: (holder.url)(id), "actions": actions}))
        })
        .collect()
    };
    let (users, groups) = (entries(&USER), entries(&GROUP));
    Ok(protocol::json(&json!({"users": users, "groups": groups})))
}

/// `GET /groups/{gid}/permissions` (enterprise-documented.jsonl 49).
pub(super) fn of_group(call: &mut Call<'_>) -> Reply {
    let gid = call.id(0);
    GROUPS.known(call.tables, &gid)?;
    let held = held_by(call.tables, &GROUP, |group| group == gid);
    Ok(protocol::array(held.into_iter().map(|(_, entry)| entry)))
}

/// `GET /users/{uid}/permissions`: its own, and by group (enterprise-documented.jsonl 58).
pub(super) fn of_user(call: &mut Call<'_>) -> Reply {
    let uid = call.id(0);
    users::known(call.tables, &uid)?;
    let direct = held_by(call.tables, &USER, |user| user == uid);
    let direct: Vec<Value> = direct.into_iter().map(|(_, entry)| entry).collect();
    let by_group = held_by(call.tables, &GROUP, |gid| {
        members::is_in(call.tables, gid, &uid)
    });
    let by_group = by_group.into_iter().map(|(gid, mut entry)| {
        entry["membershipurl"] = json!(names::membership_url(&gid, &uid));
        entry["gid"] = json!(gid);
        entry
    });
    let by_group: Vec<Value> = by_group.collect();
    Ok(protocol::json(
        &json!({"direct": direct, "groups": by_group}),
    ))
}

/// Who holds what, of the holders that are meant: one entry a holder and resource.
fn held_by(tables: &Tables, holder: &Holder, meant: impl Fn(&str) -> bool) -> Vec<(String, Value)> {
    let rows = tables.rows(grants::TABLE).map(|(_, grant)| grant);
    let entry = |grant: &Value| {
        let id = grant[holder.word].as_str().filter(|id| meant(id))?;
        let rid = grant["rid"].as_str()?;
        let acl = tables.get(ACLS.table, rid)?;
        let entry = json!({
            "rid": rid,
            "description": acl["description"],
            "aclurl": names::acl_url(rid),
            "actions": holder.actions(rid, id, grant),
        });
        Some((id.to_owned(), entry))
    };
    rows.filter_map(entry).collect()
}

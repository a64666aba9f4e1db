//! Permissions one by one: who may do what to which resource.
//!
//! Enterprise only; enterprise-documented.jsonl 13 to 39. One set of handlers serves users and
//! groups. `full` is an action like the others; it neither stands for them nor absorbs them.

use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::described::{ACLS, GROUPS};
use super::fault::{
    Fault, GROUP_ACTION_UNKNOWN, GROUP_NOT_IN_ACL, INVALID_ACTION, PERMISSION_EXISTS,
    USER_ACTION_UNKNOWN, USER_NOT_IN_ACL,
};
use super::{names, protocol, superuser, users};
use crate::sandbox::exchange::Answer;
use crate::sandbox::tables::Tables;

/// `user alice dcos:x` → `{"user": "alice", "rid": "dcos:x", "actions": ["full"]}`.
pub(super) const TABLE: &str = "grants";

/// One sort of holders of permissions.
pub(super) struct Holder {
    /// `user` or `group`.
    pub(super) word: &'static str,
    /// What its key is called.
    pub(super) key: &'static str,
    pub(super) url: fn(&str) -> String,
    known: fn(&Tables, &str) -> Result<(), Answer>,
    not_in_acl: &'static Fault,
    action_unknown: &'static Fault,
}

/// Accounts, of people and of services.
pub(super) const USER: Holder = Holder {
    word: "user",
    key: "uid",
    url: names::user_url,
    known: |tables, uid| users::known(tables, uid).map(drop),
    not_in_acl: &USER_NOT_IN_ACL,
    action_unknown: &USER_ACTION_UNKNOWN,
};

/// Groups.
pub(super) const GROUP: Holder = Holder {
    word: "group",
    key: "gid",
    url: names::group_url,
    known: |tables, gid| GROUPS.known(tables, gid).map(drop),
    not_in_acl: &GROUP_NOT_IN_ACL,
    action_unknown: &GROUP_ACTION_UNKNOWN,
};

impl Holder {
    /// `GET /acls/{rid}/users/{uid}` (enterprise-documented.jsonl 13, 14, 26, 27).
    pub(super) fn read(&self, call: &mut Call<'_>) -> Reply {
        let (rid, id) = self.both(call)?;
        let grant = self.stored(call.tables, &rid, &id)?;
        Ok(protocol::json(
            &json!({"array": self.actions(&rid, &id, grant)}),
        ))
    }

    /// `DELETE` of the same: all actions (enterprise-documented.jsonl 15, 16, 28, 29).
    pub(super) fn revoke_all(&self, call: &mut Call<'_>) -> Reply {
        let (rid, id) = self.both(call)?;
        self.stored(call.tables, &rid, &id)?;
        superuser::spare_grant(self, &rid, &id, None)?;
        call.tables.delete(TABLE, &self.row_key(&rid, &id));
        Ok(protocol::done())
    }

    /// `GET …/{action}`: never an error for a known action (enterprise-documented.jsonl 17, 30).
    pub(super) fn ask(&self, call: &mut Call<'_>) -> Reply {
        let action = action(call)?;
        let (rid, id) = self.both(call)?;
        let allowed = holds(call.tables, self, &rid, &id, &action);
        Ok(protocol::json(&json!({ "allowed": allowed })))
    }

    /// `PUT …/{action}`, no body (enterprise-documented.jsonl 18 to 22, 31 to 35). That a wrong
    /// action is told before a missing resource, and that before a missing holder, is inferred.
    pub(super) fn grant(&self, call: &mut Call<'_>) -> Reply {
        let action = action(call)?;
        let (rid, id) = self.both(call)?;
        if holds(call.tables, self, &rid, &id, &action) {
            return Err(PERMISSION_EXISTS.about(&[&id, &action, &rid]));
        }
        put(call.tables, self, &rid, &id, &action);
        Ok(protocol::done())
    }

    /// `DELETE …/{action}` (enterprise-documented.jsonl 23 to 25, 36 to 39). With its last action
    /// the holder leaves the ACL ([I]).
    pub(super) fn revoke(&self, call: &mut Call<'_>) -> Reply {
        let action = action(call)?;
        let (rid, id) = self.both(call)?;
        let mut grant = self.stored(call.tables, &rid, &id)?.clone();
        let Some(actions) = grant["actions"].as_array_mut() else {
            return Err(protocol::server_error());
        };
        let before = actions.len();
        actions.retain(|stored| stored != action.as_str());
        if actions.len() == before {
            return Err(self.action_unknown.about(&[&action, &id, &rid]));
        }
        superuser::spare_grant(self, &rid, &id, Some(&action))?;
        let key = self.row_key(&rid, &id);
        if actions.is_empty() {
            call.tables.delete(TABLE, &key);
        } else {
            call.tables.put(TABLE, &key, grant);
        }
        Ok(protocol::done())
    }

    /// A grant's actions with their URLs, which can be followed as they are ([S]).
    pub(super) fn actions(&self, rid: &str, id: &str, grant: &Value) -> Vec<Value> {
        let stored = grant["actions"].as_array().into_iter().flatten();
        let names = stored.filter_map(Value::as_str);
        let place = format!("{}/{}s/{id}", names::acl_url(rid), self.word);
        names
            .map(|name| json!({"name": name, "url": format!("{place}/{name}")}))
            .collect()
    }

    /// Resource and holder of the path; both must exist ([D]).
    fn both(&self, call: &Call<'_>) -> Result<(String, String), Answer> {
        let (rid, id) = (call.rid(0), call.id(1));
        ACLS.known(call.tables, &rid)?;
        (self.known)(call.tables, &id)?;
        Ok((rid, id))
    }

    fn stored<'a>(&self, tables: &'a Tables, rid: &str, id: &str) -> Result<&'a Value, Answer> {
        let grant = tables.get(TABLE, &self.row_key(rid, id));
        grant.ok_or_else(|| self.not_in_acl.about(&[id, rid]))
    }

    /// Neither uids nor gids hold a space.
    fn row_key(&self, rid: &str, id: &str) -> String {
        format!("{} {id} {rid}", self.word)
    }
}

/// The action in the path, if it is one ([D]; the status is inferred).
fn action(call: &Call<'_>) -> Result<String, Answer> {
    let action = call.id(2);
    let known = names::ACTIONS.contains(&action.as_str());
    if known {
        Ok(action)
    } else {
        Err(INVALID_ACTION.about(&[&action]))
    }
}

/// The actions that a holder has itself.
pub(super) fn held<'a>(
    tables: &'a Tables,
    holder: &Holder,
    rid: &str,
    id: &str,
) -> impl Iterator<Item = &'a str> {
    let grant = tables.get(TABLE, &holder.row_key(rid, id));
    let actions = grant.and_then(|grant| grant["actions"].as_array());
    actions.into_iter().flatten().filter_map(Value::as_str)
}

fn holds(tables: &Tables, holder: &Holder, rid: &str, id: &str, action: &str) -> bool {
    held(tables, holder, rid, id).any(|stored| stored == action)
}

/// Stores an action for a holder.
pub(super) fn put(tables: &mut Tables, holder: &Holder, rid: &str, id: &str, action: &str) {
    let key = holder.row_key(rid, id);
    let before = tables.get(TABLE, &key).cloned();
    let mut grant = before.unwrap_or_else(|| json!({holder.word: id, "rid": rid, "actions": []}));
    if let Some(actions) = grant["actions"].as_array_mut() {
        actions.push(json!(action));
    }
    tables.put(TABLE, &key, grant);
}

/// Forgets the grants that match.
pub(super) fn forget(tables: &mut Tables, matches: impl Fn(&Value) -> bool) {
    let found = tables.rows(TABLE).filter(|(_, grant)| matches(grant));
    let keys: Vec<String> = found.map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        tables.delete(TABLE, &key);
    }
}

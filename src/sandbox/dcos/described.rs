//! Objects of a key and a description, which groups and ACLs both are: one set of handlers, two
//! rows of a table.
//!
//! Enterprise only, so nothing of it is recorded: enterprise-documented.jsonl and the API's
//! document ([S]). That a body is checked before the key, and the key before the conflict, is how
//! accounts are created (users.jsonl 6, protocol.jsonl 30) and inferred here ([I]).

use serde_json::{Map, Value, json};

use super::call::{Call, Reply};
use super::fault::{
    ACL_EXISTS, Fault, GROUP_EXISTS, INVALID_GROUP, INVALID_RESOURCE, SUPERUSER_ACL,
    SUPERUSER_GROUP, UNKNOWN_GROUP, UNKNOWN_RESOURCE,
};
use super::schema::{self, Shape};
use super::{grants, members, names, protocol};
use crate::sandbox::exchange::Answer;
use crate::sandbox::tables::Tables;

/// One kind of such objects.
pub(super) struct Described {
    /// Its table, key → object.
    pub(super) table: &'static str,
    /// What its key is called.
    key: &'static str,
    /// The key as it stands in the path.
    read_key: fn(&Call<'_>) -> String,
    is_key: fn(&str) -> bool,
    url: fn(&str) -> String,
    create: &'static Shape,
    /// Members that are kept beside the description, with what they are when unwritten.
    defaults: &'static [(&'static str, &'static str)],
    unknown: &'static Fault,
    exists: &'static Fault,
    invalid: &'static Fault,
    /// The one that cannot be deleted, and what is said then.
    kept: (&'static str, &'static Fault),
    /// Takes away what is lost with it.
    forget: fn(&mut Tables, &str),
}

/// Groups.
pub(super) const GROUPS: Described = Described {
    table: "groups",
    key: "gid",
    read_key: |call| call.id(0),
    is_key: names::is_gid,
    url: names::group_url,
    create: &schema::GROUP_CREATE,
    // [I]: as an account's
    defaults: &[("provider_type", "internal")],
    unknown: &UNKNOWN_GROUP,
    exists: &GROUP_EXISTS,
    invalid: &INVALID_GROUP,
    // [I], enterprise-documented.jsonl 47
    kept: (names::SUPERUSERS, &SUPERUSER_GROUP),
    forget: |tables, gid| {
        members::forget_group(tables, gid);
        grants::forget(tables, |grant| grant["group"] == json!(gid));
    },
};

/// ACLs, which are resources under protection.
pub(super) const ACLS: Described = Described {
    table: "acls",
    key: "rid",
    read_key: |call| call.rid(0),
    is_key: names::is_rid,
    url: names::acl_url,
    create: &schema::DESCRIPTION,
    defaults: &[],
    unknown: &UNKNOWN_RESOURCE,
    exists: &ACL_EXISTS,
    invalid: &INVALID_RESOURCE,
    // enterprise-documented.jsonl 11, status [I]
    kept: (names::SUPERUSER, &SUPERUSER_ACL),
    forget: |tables, rid| grants::forget(tables, |grant| grant["rid"] == json!(rid)),
};

impl Described {
    /// The object, or the answer that there is none.
    pub(super) fn known<'a>(&self, tables: &'a Tables, key: &str) -> Result<&'a Value, Answer> {
        tables
            .get(self.table, key)
            .ok_or_else(|| self.unknown.about(&[key]))
    }

    /// The object as it is shown.
    pub(super) fn view(&self, key: &str, object: &Value) -> Value {
        let mut shown: Map<String, Value> = object.as_object().cloned().unwrap_or_default();
        shown.insert(self.key.to_owned(), json!(key));
        shown.insert("url".to_owned(), json!((self.url)(key)));
        Value::Object(shown)
    }

    /// `GET` of all (enterprise-documented.jsonl 1, 40).
    pub(super) fn list(&self, call: &Call<'_>) -> Answer {
        let all = call.tables.rows(self.table);
        protocol::array(all.map(|(key, object)| self.view(key, object)))
    }

    /// `GET` of one (enterprise-documented.jsonl 2, 3, 41).
    pub(super) fn read(&self, call: &mut Call<'_>) -> Reply {
        let key = (self.read_key)(call);
        let object = self.known(call.tables, &key)?;
        Ok(protocol::json(&self.view(&key, object)))
    }

    /// `PUT`: creates, never updates (enterprise-documented.jsonl 4 to 6, 42 to 44).
    pub(super) fn create(&self, call: &mut Call<'_>) -> Reply {
        let mut body = schema::checked(call, self.create)?;
        let key = (self.read_key)(call);
        if !(self.is_key)(&key) {
            return Err(self.invalid.about(&[&key]));
        }
        if call.tables.has(self.table, &key) {
            return Err(self.exists.about(&[&key]));
        }
        for (member, default) in self.defaults {
            body.entry(*member).or_insert_with(|| json!(default));
        }
        call.tables.put(self.table, &key, Value::Object(body));
        Ok(protocol::empty(201))
    }

    /// `PATCH` of the description (enterprise-documented.jsonl 7, 8, 45).
    pub(super) fn change(&self, call: &mut Call<'_>) -> Reply {
        let body = schema::checked(call, &schema::DESCRIPTION)?;
        let key = (self.read_key)(call);
        let mut object = self.known(call.tables, &key)?.clone();
        object["description"] = body.get("description").cloned().unwrap_or_default();
        call.tables.put(self.table, &key, object);
        Ok(protocol::done())
    }

    /// `DELETE`, with all that hangs on it (enterprise-documented.jsonl 9 to 11, 46, 47).
    pub(super) fn delete(&self, call: &mut Call<'_>) -> Reply {
        let key = (self.read_key)(call);
        self.known(call.tables, &key)?;
        let (kept, why) = self.kept;
        if key == kept {
            return Err(why.about(&[&key]));
        }
        call.tables.delete(self.table, &key);
        (self.forget)(call.tables, &key);
        Ok(protocol::done())
    }
}

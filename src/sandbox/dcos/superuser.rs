//! Who rules the cluster, and what keeps the last one from being locked out.
//!
//! Enterprise only. The texts are the server's ([E]); where they are not known to apply, it says
//! so.

use super::call::Call;
use super::described::GROUPS;
use super::edition::Edition;
use super::fault::{NO_MORE_SUPERUSERS, SUPERUSER_GROUP};
use super::grants::{self, GROUP, Holder, USER};
use super::{members, names, users};
use crate::sandbox::exchange::Answer;
use crate::sandbox::tables::Tables;

/// Any action on `dcos:superuser`, its own or a group's, makes one ([D]).
pub(super) fn is_one(tables: &Tables, uid: &str) -> bool {
    holds(tables, uid, names::SUPERUSER, |_| true)
}

/// `full` on `dcos:adminrouter:acs` opens the IAM to others ([D]).
pub(super) fn may_use_iam(tables: &Tables, uid: &str) -> bool {
    is_one(tables, uid) || holds(tables, uid, names::IAM, |action| action == "full")
}

fn holds(tables: &Tables, uid: &str, rid: &str, enough: impl Fn(&str) -> bool) -> bool {
    let by = |holder: &Holder, id: &str| grants::held(tables, holder, rid, id).any(&enough);
    let mut groups = tables.rows(GROUPS.table).map(|(gid, _)| gid);
    by(&USER, uid) || groups.any(|gid| by(&GROUP, gid) && members::is_in(tables, gid, uid))
}

/// Refuses to delete an account after which there would be no superuser (the rule is the open
/// server's extension point, [E]; what counts as one is inferred from [D]).
pub(super) fn spare_account(call: &Call<'_>, uid: &str) -> Result<(), Answer> {
    let tables = &*call.tables;
    if call.edition == Edition::Open || !is_one(tables, uid) {
        return Ok(()); // services.jsonl 48: Open lets anybody be deleted
    }
    let mut others = tables.rows(users::TABLE).map(|(other, _)| other);
    if others.any(|other| other != uid && is_one(tables, other)) {
        return Ok(());
    }
    Err(NO_MORE_SUPERUSERS.about(&[]))
}

/// Refuses to take the last member out of `superusers` ([E]).
pub(super) fn spare_member(tables: &Tables, gid: &str, uid: &str) -> Result<(), Answer> {
    let last = gid == names::SUPERUSERS && !members::of(tables, gid).any(|other| other != uid);
    if last {
        return Err(NO_MORE_SUPERUSERS.about(&[]));
    }
    Ok(())
}

/// Refuses to take `full` on `dcos:superuser` from `superusers` ([E]); without an action all are
/// meant, which is inferred ([I]).
pub(super) fn spare_grant(
    holder: &Holder,
    rid: &str,
    id: &str,
    action: Option<&str>,
) -> Result<(), Answer> {
    let full = action.is_none_or(|action| action == "full");
    if holder.word == GROUP.word && rid == names::SUPERUSER && id == names::SUPERUSERS && full {
        return Err(SUPERUSER_GROUP.about(&[]));
    }
    Ok(())
}

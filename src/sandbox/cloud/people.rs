//! Members and invitations of a tenant (`reference/logto-cloud.md`, all [T]).

use serde_json::{Value, json};

use super::{Answer, Ask, Reply, Tables, invalid, missing, random, refused};

const MEMBERS: &str = "members";
const INVITATIONS: &str = "invitations";

/// The owner of the account's token is an admin of each tenant that it makes [I].
pub(super) fn settle_owner(tables: &mut Tables, tenant: &str) {
    let row = json!({
        "tenant": tenant, "id": "owner0000000", "name": "Owner", "username": null,
        "primaryEmail": "owner@sandbox.test", "primaryPhone": null, "avatar": null,
        "organizationRoles": [{"id": "admin", "name": "admin"}],
    });
    tables.put(MEMBERS, &format!("{tenant}/owner0000000"), row);
}

/// Takes all people of a tenant that went.
pub(super) fn forget(tables: &mut Tables, tenant: &str) {
    for table in [MEMBERS, INVITATIONS] {
        tables.delete_where(table, |_, row| row["tenant"] == tenant);
    }
}

pub(super) fn route(ask: &mut Ask<'_>, method: &str, tenant: &str, rest: &[&str]) -> Reply {
    ask.tenant(tenant)?;
    match (method, rest) {
        ("GET", ["members"]) => Ok(listed(ask, MEMBERS, tenant)),
        ("PUT", ["members", user, "roles"]) => change_role(ask, tenant, user),
        ("DELETE", ["members", user]) => delete_member(ask, tenant, user),
        ("GET", ["invitations"]) => Ok(listed(ask, INVITATIONS, tenant)),
        ("POST", ["invitations"]) => invite(ask, tenant),
        ("PATCH", ["invitations", id, "status"]) => revoke(ask, tenant, id),
        ("DELETE", ["invitations", id]) => delete_invitation(ask, tenant, id),
        _ => Err(missing("path")),
    }
}

fn shown(row: &Value) -> Value {
    let mut shown = row.clone();
    shown.as_object_mut().map(|map| map.remove("tenant"));
    shown
}

fn listed(ask: &Ask<'_>, table: &str, tenant: &str) -> Answer {
    let rows = ask
        .tables
        .rows(table)
        .filter(|(_, row)| row["tenant"] == tenant);
    Answer::json(200, &rows.map(|(_, row)| shown(row)).collect())
}

/// "`{roleName: "admin"|"collaborator"}`".
fn role(body: &Value) -> Result<Value, Answer> {
    let name = body["roleName"].as_str().unwrap_or_default();
    let known = matches!(name, "admin" | "collaborator");
    let role = known.then(|| json!({"id": name, "name": name}));
    role.ok_or_else(|| invalid("`roleName` is neither `admin` nor `collaborator`"))
}

fn change_role(ask: &mut Ask<'_>, tenant: &str, user: &str) -> Reply {
    let role = role(&ask.body)?;
    let id = format!("{tenant}/{user}");
    let row = ask.tables.get(MEMBERS, &id).cloned();
    let mut row = row.ok_or_else(|| missing("member"))?;
    if role["name"] != "admin" {
        keep_an_admin(ask, tenant, &row)?;
    }
    row["organizationRoles"] = json!([role]);
    ask.tables.put(MEMBERS, &id, row);
    Ok(Answer::empty(204))
}

/// The last admin stays [I].
fn keep_an_admin(ask: &Ask<'_>, tenant: &str, member: &Value) -> Result<(), Answer> {
    let admin = |row: &Value| row["organizationRoles"][0]["name"] == "admin";
    let rows = ask.tables.rows(MEMBERS);
    let admins = rows.filter(|(_, row)| row["tenant"] == tenant && admin(row));
    if admin(member) && admins.count() == 1 {
        return Err(refused(
            422,
            "last_admin",
            "the last admin of a tenant stays",
        ));
    }
    Ok(())
}

fn delete_member(ask: &mut Ask<'_>, tenant: &str, user: &str) -> Reply {
    let id = format!("{tenant}/{user}");
    let row = ask.tables.get(MEMBERS, &id).cloned();
    keep_an_admin(ask, tenant, &row.ok_or_else(|| missing("member"))?)?;
    ask.tables.delete(MEMBERS, &id);
    Ok(Answer::empty(204))
}

/// "`{invitee: string|string[], roleName, expiresAt?}`"; as many answers as invitees; expires after
/// seven days [I].
fn invite(ask: &mut Ask<'_>, tenant: &str) -> Reply {
    let role = role(&ask.body)?;
    let invitees: Vec<String> = match &ask.body["invitee"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => return Err(invalid("`invitee` is neither a text nor a list of texts")),
    };
    let is_pending = |row: &Value, who: &str| {
        row["tenant"] == tenant && row["invitee"] == who && row["status"] == "Pending"
    };
    let rows = ask.tables.rows(INVITATIONS);
    let pending: Vec<_> = rows.map(|(_, row)| row.clone()).collect();
    // As of organizations (organization-invitations.jsonl 914) [I].
    if invitees
        .iter()
        .any(|who| pending.iter().any(|row| is_pending(row, who)))
    {
        let message = "The entity already exists. Please check the input and try again.";
        return Err(refused(422, "entity.unique_integrity_violation", message));
    }
    let week = ask.now_ms + 7 * 24 * 3_600_000;
    let ends = ask.body["expiresAt"].as_u64().unwrap_or(week);
    let mut made = Vec::new();
    for invitee in invitees {
        let id = random::base36(21);
        let row = json!({
            "tenant": tenant, "id": id, "invitee": invitee, "status": "Pending",
            "organizationRoles": [role], "createdAt": ask.now_ms, "expiresAt": ends,
        });
        made.push(shown(&row));
        ask.tables.put(INVITATIONS, &id, row);
    }
    let answer = match &ask.body["invitee"] {
        Value::String(_) => made.pop().unwrap_or_default(),
        _ => Value::Array(made),
    };
    Ok(Answer::json(201, &answer))
}

fn invitation(ask: &Ask<'_>, tenant: &str, id: &str) -> Result<Value, Answer> {
    let row = ask
        .tables
        .get(INVITATIONS, id)
        .filter(|row| row["tenant"] == tenant);
    row.cloned().ok_or_else(|| missing("invitation"))
}

/// "`{status:"Revoked"}`".
fn revoke(ask: &mut Ask<'_>, tenant: &str, id: &str) -> Reply {
    let mut row = invitation(ask, tenant, id)?;
    if ask.body["status"] != "Revoked" {
        return Err(invalid("`status` can only become `Revoked`"));
    }
    row["status"] = json!("Revoked");
    ask.tables.put(INVITATIONS, id, row.clone());
    Ok(Answer::json(200, &shown(&row)))
}

fn delete_invitation(ask: &mut Ask<'_>, tenant: &str, id: &str) -> Reply {
    invitation(ask, tenant, id)?;
    ask.tables.delete(INVITATIONS, id);
    Ok(Answer::empty(204))
}

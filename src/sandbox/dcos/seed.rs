//! What a new cluster holds.
//!
//! Open: the account to log in with, which stands for the one an operator makes first. Enterprise
//! holds far more, and none of it was recorded: names from the reference (sections 6 and 9),
//! descriptions and the choice of permissions inferred ([I]).

use serde_json::json;

use super::described::{ACLS, GROUPS};
use super::edition::Edition;
use super::grants::{self, GROUP, USER};
use super::{members, names, password, users};
use crate::sandbox::tables::Tables;

/// The key of the system's own services: the one of services.jsonl 1, whose private half nobody
/// here has.
const SYSTEM_KEY: &str = include_str!("system_key.pem");

/// The resources of a new Enterprise cluster ([I]: a part of them).
const RESOURCES: &[(&str, &str)] = &[
    ("dcos:superuser", "Full access to everything"),
    (
        "dcos:adminrouter:acs",
        "Controls access to the security and access management features",
    ),
    (
        "dcos:adminrouter:ops:mesos",
        "Controls access to the Mesos master API",
    ),
    (
        "dcos:adminrouter:ops:slave",
        "Controls access to the Mesos agent API",
    ),
    (
        "dcos:adminrouter:ops:networking",
        "Controls access to the Network Metrics endpoint",
    ),
    (
        "dcos:adminrouter:ops:system-health",
        "Controls access to the System health API",
    ),
    (
        "dcos:adminrouter:service:marathon",
        "Controls access to the native Marathon instance",
    ),
    (
        "dcos:adminrouter:service:metronome",
        "Controls access to DC/OS Jobs",
    ),
    (
        "dcos:adminrouter:package",
        "Controls access to the Cosmos API",
    ),
    (
        "dcos:adminrouter:licensing",
        "Controls access to the Licensing API",
    ),
    (
        "dcos:mesos:master:framework:role:*",
        "Controls frameworks that register with any role",
    ),
    (
        "dcos:mesos:master:reservation:role:*",
        "Controls reservations for any role",
    ),
    (
        "dcos:mesos:master:volume:role:*",
        "Controls volumes for any role",
    ),
    (
        "dcos:mesos:master:task:app_id:/",
        "Controls tasks of all applications",
    ),
    (
        "dcos:service:marathon:marathon:services:/",
        "Controls all services of Marathon",
    ),
    (
        "dcos:service:metronome:metronome:jobs",
        "Controls all jobs of Metronome",
    ),
];

/// The system's own services, and what each may do ([I]: a part of them).
const SERVICES: &[(&str, &[(&str, &str)])] = &[
    ("dcos_adminrouter", &[("dcos:adminrouter:acs", "full")]),
    (
        "dcos_cosmos",
        &[("dcos:adminrouter:service:marathon", "full")],
    ),
    (
        "dcos_history_service",
        &[("dcos:adminrouter:ops:mesos", "full")],
    ),
    (
        "dcos_marathon",
        &[
            ("dcos:mesos:master:framework:role:*", "create"),
            ("dcos:mesos:master:reservation:role:*", "create"),
            ("dcos:mesos:master:task:app_id:/", "create"),
        ],
    ),
    ("dcos_mesos_dns", &[("dcos:adminrouter:ops:mesos", "full")]),
    (
        "dcos_metronome",
        &[("dcos:mesos:master:framework:role:*", "create")],
    ),
    (
        "dcos_signal_service",
        &[("dcos:adminrouter:package", "full")],
    ),
];

/// The tables of a new cluster with that superuser.
pub(super) fn tables(edition: Edition, uid: &str, secret: &str) -> Tables {
    let mut tables = Tables::default();
    if edition == Edition::Enterprise {
        enterprise(&mut tables);
    }
    login(&mut tables, edition, uid, secret);
    tables
}

/// Lets that account log in with that password; in Enterprise it is a superuser.
pub(super) fn login(tables: &mut Tables, edition: Edition, uid: &str, secret: &str) {
    let account = json!({
        "description": "Bootstrap superuser",
        "provider_type": "internal",
        "provider_id": "",
        "password": password::kept(secret),
    });
    tables.put(users::TABLE, uid, account);
    if edition == Edition::Enterprise && tables.has(GROUPS.table, names::SUPERUSERS) {
        members::put(tables, names::SUPERUSERS, uid);
    }
}

fn enterprise(tables: &mut Tables) {
    for (rid, description) in RESOURCES {
        tables.put(ACLS.table, rid, json!({ "description": description }));
    }
    for (service, permissions) in SERVICES {
        let account = json!({
            "description": format!("DC/OS service account {service}"),
            "provider_type": "internal",
            "provider_id": "",
            "public_key": SYSTEM_KEY,
        });
        tables.put(users::TABLE, service, account);
        for (rid, action) in *permissions {
            grants::put(tables, &USER, rid, service, action);
        }
    }
    // enterprise-documented.jsonl 40: a new cluster has exactly this group
    let group = json!({"description": "Superuser group", "provider_type": "internal"});
    tables.put(GROUPS.table, names::SUPERUSERS, group);
    grants::put(tables, &GROUP, names::SUPERUSER, names::SUPERUSERS, "full");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::dcos::{public_key, superuser};

    #[test]
    fn everything_seeded_is_what_the_server_would_take() {
        let tables = tables(Edition::Enterprise, "bootstrapuser", "secret");
        assert!(tables.rows(ACLS.table).all(|(rid, _)| names::is_rid(rid)));
        assert!(tables.rows(users::TABLE).all(|(uid, _)| names::is_uid(uid)));
        let granted = |rid: &str| tables.has(ACLS.table, rid);
        assert!(
            tables
                .rows(grants::TABLE)
                .all(|(_, row)| granted(row["rid"].as_str().unwrap()))
        );
        assert!(public_key::rsa_key(SYSTEM_KEY).is_ok());
    }

    #[test]
    fn the_login_is_a_superuser_through_its_group_and_no_service_is_one() {
        let tables = tables(Edition::Enterprise, "root", "secret");
        let supers = tables
            .rows(users::TABLE)
            .filter(|(uid, _)| superuser::is_one(&tables, uid));
        assert_eq!(supers.map(|(uid, _)| uid).collect::<Vec<_>>(), ["root"]);
    }
}

//! Servers and state as they are at a time: kept, brought back, and compared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};
use tenantry::sandbox::tables::{Change, Tables};

use super::Ground;

/// Servers and state as they were at a time.
pub(super) struct Moment {
    targets: Vec<(String, Map<String, Json>, Vec<Change>)>,
    state: Vec<(PathBuf, Vec<u8>)>,
}

/// What may be otherwise: tables, the names of fields, and the ids of rows.
#[derive(Default)]
pub(super) struct Apart {
    pub(super) tables: &'static [&'static str],
    pub(super) lost: BTreeSet<String>,
    pub(super) stays: BTreeSet<String>,
}

impl Ground {
    pub(super) fn moment(&self) -> Moment {
        let targets = self.by_hand(|world| {
            let prefixes: Vec<_> = world.prefixes().map(str::to_owned).collect();
            let saved = prefixes.into_iter().map(|prefix| {
                let settings = world.settings(&prefix).cloned().unwrap_or_default();
                let tables = world.target(&prefix).expect("a target").tables();
                (prefix, settings, tables.snapshot())
            });
            saved.collect()
        });
        let mut state = Vec::new();
        files(&self.state_folder(), &mut state);
        Moment { targets, state }
    }

    pub(super) fn return_to(&self, moment: &Moment) {
        self.by_hand(|world| {
            let later: Vec<_> = world.prefixes().map(str::to_owned).collect();
            for prefix in later {
                empty(world.target(&prefix).expect("a target").tables());
            }
            for (prefix, settings, rows) in &moment.targets {
                world.ensure(prefix, settings).expect("a target");
                let tables = world.target(prefix).expect("a target").tables();
                empty(tables);
                for Change { table, id, row } in rows {
                    tables.put(table, id, row.clone().expect("a row"));
                }
            }
        });
        let folder = self.state_folder();
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("a state");
        }
        for (path, bytes) in &moment.state {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, bytes).expect("written");
        }
    }
}

fn empty(tables: &mut Tables) {
    let names: Vec<_> = tables.names().map(str::to_owned).collect();
    for table in names {
        tables.delete_where(&table, |_, _| true);
    }
}

fn files(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            found.push((path, bytes));
        }
    }
}

/// Rows, each with how many there are of it.
type Rows = BTreeMap<String, usize>;

/// What is in the servers, ids and times apart.
fn rows(moment: &Moment, ids: &BTreeSet<String>, apart: &Apart) -> Rows {
    let mut found = Rows::new();
    for (prefix, _, changes) in &moment.targets {
        let sort = prefix.split('/').next().unwrap_or_default();
        for Change { table, id, row } in changes {
            let mut passed = TRACES.iter().chain(apart.tables);
            if passed.any(|it| it == table) || apart.stays.contains(id) {
                continue;
            }
            let mut row = row.clone().expect("a row");
            for (of, made_up) in MADE_UP_IN {
                if let (true, Json::Object(row)) = (table == of, &mut row) {
                    row.remove(made_up);
                }
            }
            let is_built_in = row["name"] == "Logto Management API";
            if is_built_in || row["translation"] == serde_json::json!({}) {
                // As if it were not there.
                continue;
            }
            plain(&mut row, ids, &apart.lost);
            *found.entry(format!("{sort} {table} {row}")).or_default() += 1;
        }
    }
    found
}

/// Tables whose rows say what happened, or are made up with their server.
const TRACES: [&str; 6] = [
    "tokens",
    "sessions",
    "logs",
    "token_keys",
    "keys",
    "attempts",
];

/// Parts of applications that nobody declared, and that no list shows.
const UNREAD: [&str; 2] = [
    "t application_sign_in_experiences",
    "t application_access_controls",
];

/// Tables of one row, which a server makes when it is first written.
const LAZY: [&str; 4] = [
    "t sign_in_experiences",
    "t domain_verification_files",
    "t singles",
    "cloud settings",
];

/// The same of one table.
const MADE_UP_IN: [(&str, &str); 4] = [
    ("application_secrets", "value"),
    ("invitations", "expiresAt"),
    ("saml_secrets", "expiresAt"),
    ("saml_secrets", "fingerprints"),
];

/// What the server makes up at each creation.
const MADE_UP: [&str; 11] = [
    "id",
    "createdAt",
    "updatedAt",
    "currentPeriodStart",
    "currentPeriodEnd",
    "passwordDigest",
    "passwordAlgorithm",
    "signingKey",
    "client_secret",
    "logtoConfigs",
    "password",
];

fn plain(value: &mut Json, ids: &BTreeSet<String>, lost: &BTreeSet<String>) {
    match value {
        Json::Object(map) => {
            map.retain(|key, _| !lost.contains(key) && !MADE_UP.contains(&key.as_str()));
            for inner in map.values_mut() {
                plain(inner, ids, lost);
            }
            map.retain(|_, inner| !is_nothing(inner) && !is_default_logo(inner));
        }
        Json::Array(items) => {
            for inner in items.iter_mut() {
                plain(inner, ids, lost);
            }
            items.sort_by_key(ToString::to_string);
        }
        Json::String(text) => {
            for id in ids {
                if text.contains(id.as_str()) {
                    *text = text.replace(id.as_str(), "ID");
                }
            }
            without_certificates(text);
        }
        _ => {}
    }
}

/// A certificate is made up with the application that it is of.
fn without_certificates(text: &mut String) {
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
    if let (Some(from), Some(to)) = (text.find(begin), text.find(end)) {
        text.replace_range(from..to, begin);
    }
}

/// What a new tenant has.
fn is_default_logo(value: &Json) -> bool {
    let text = value.as_str();
    text.is_some_and(|text| text.starts_with("https://logto.io/logo"))
}

fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// What one world has otherwise than another, in words; none if they are the same.
pub(super) fn difference(wanted: &Moment, is: &Moment, apart: &Apart) -> Option<String> {
    let mut ids = BTreeSet::new();
    for (prefix, _, changes) in wanted.targets.iter().chain(&is.targets) {
        ids.extend(changes.iter().map(|change| change.id.clone()));
        ids.extend(prefix.split_once('/').map(|(_, id)| id.to_owned()));
    }
    ids.retain(|id| id.len() >= 6);
    let (wanted, is) = (rows(wanted, &ids, apart), rows(is, &ids, apart));
    let unread = |row: &str| UNREAD.iter().any(|table| row.starts_with(table));
    let lacks: Vec<_> = wanted
        .iter()
        .filter(|(row, n)| is.get(*row) != Some(n) && !unread(row))
        .collect();
    let has = |table: &str| wanted.keys().any(|row| row.starts_with(table));
    let made_at_need = |row: &str| {
        let mut tables = LAZY.iter();
        tables.any(|table| row.starts_with(table) && !has(table))
    };
    let beside: Vec<_> = is
        .iter()
        .filter(|(row, n)| wanted.get(*row) != Some(n) && !made_at_need(row))
        .collect();
    let equal = lacks.is_empty() && beside.is_empty();
    (!equal).then(|| format!("the world lacks {lacks:#?}\nand has {beside:#?}"))
}

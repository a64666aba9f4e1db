//! Runs that are taken back, and taken back again: the worlds are the same.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};
use tenantry::manifest::Document;
use tenantry::plan::undo::{Given, Images, Undoing};
use tenantry::sandbox::tables::Change;
use tenantry::state::State;

use super::known::Known;
use super::{Ground, Run};

thread_local! {
    static TAKING_BACK: Cell<bool> = const { Cell::new(false) };
}

/// Lives `life`, in which each run that changed something is taken back, and that again.
pub(crate) fn taking_back(life: impl FnOnce()) {
    TAKING_BACK.set(true);
    life();
    TAKING_BACK.set(false);
}

/// How a ground goes back.
#[derive(Default)]
pub(super) struct Back {
    is_on: Cell<bool>,
    overrides: RefCell<Vec<(String, String)>>,
}

/// Servers and state as they were at a time.
pub(super) struct Moment {
    targets: Vec<(String, Map<String, Json>, Vec<Change>)>,
    state: Vec<(PathBuf, Vec<u8>)>,
}

impl Ground {
    /// What is asked for by name.
    pub(super) fn overrides(&self) -> Vec<(String, String)> {
        let more = self.back.overrides.borrow();
        self.overrides.iter().chain(&*more).cloned().collect()
    }

    /// What takes the last run back, if that is what is to be done.
    pub(super) fn undoing(
        &self,
        documents: &[Document],
        state: &State,
        known: &Known,
    ) -> Option<Undoing> {
        if !self.back.is_on.get() {
            return None;
        }
        let kept = state.last_undo().expect("a pre-image");
        let images = Images::from_json("undo", &kept.bytes).expect("it reads");
        let given = Given {
            catalog: self.catalog,
            documents,
            snapshot: &state.snapshot(),
            key: Some(state.key()),
            facts: known,
        };
        Some(Undoing::new(kept.run.0, &images, given))
    }

    /// The moment before a run that is to be taken back.
    pub(super) fn before(&self) -> Option<Moment> {
        let wanted = TAKING_BACK.get() && self.state == "state" && !self.destroy;
        wanted.then(|| self.moment())
    }

    /// Takes the last run back.
    pub(crate) fn undo(&self, text: &str) -> Run {
        self.back.is_on.set(true);
        let mut run = self.try_apply(text).expect("a plan");
        if !run.plan.refusals.is_empty() {
            for refusal in &run.plan.refusals {
                let hint = refusal.hint.clone().unwrap_or_default();
                let named = hint
                    .strip_prefix("--override ")
                    .and_then(|it| it.split_once('='));
                let (rule, address) = named.unwrap_or_else(|| panic!("{refusal:#?}"));
                // What the server keeps of a deleted object, with nothing in it.
                let is_kept = refusal.message.contains("is there again");
                assert!(rule != "undo" || is_kept, "{refusal:#?}");
                let pair = (rule.to_owned(), address.to_owned());
                self.back.overrides.borrow_mut().push(pair);
            }
            run = self.try_apply(text).expect("a plan");
            self.back.overrides.borrow_mut().clear();
        }
        self.back.is_on.set(false);
        assert!(run.plan.refusals.is_empty(), "{:#?}", run.plan.refusals);
        let failed: Vec<_> = run.report.failures().map(|(_, errors)| errors).collect();
        let lost = run.plan.warnings.iter().any(|note| note.code == "E0341");
        assert!(
            run.report.succeeded() || lost,
            "{failed:#?}\n{}",
            said(&run)
        );
        run
    }

    /// Takes the last run back and then that: each time the world is as it was. Then everything is
    /// as before.
    pub(super) fn goes_back_and_forth(&self, text: &str, before: &Moment) {
        let after = self.moment();
        let back = self.undo(text);
        if is_whole(&back) {
            same(before, &self.moment(), &back, "back");
            let forth = self.undo(text);
            if is_whole(&forth) {
                same(&after, &self.moment(), &forth, "forth");
            }
        }
        self.return_to(&after);
    }

    fn moment(&self) -> Moment {
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

    fn return_to(&self, moment: &Moment) {
        self.by_hand(|world| {
            for (prefix, settings, rows) in &moment.targets {
                world.ensure(prefix, settings).expect("a target");
                let tables = world.target(prefix).expect("a target").tables();
                let names: Vec<_> = tables.names().map(str::to_owned).collect();
                for table in names {
                    tables.delete_where(&table, |_, _| true);
                }
                for Change { table, id, row } in rows {
                    tables.put(table, id, row.clone().expect("a row"));
                }
            }
        });
        let folder = self.state_folder();
        std::fs::remove_dir_all(&folder).expect("a state");
        for (path, bytes) in &moment.state {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, bytes).expect("written");
        }
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

/// Whether everything could be had back.
fn is_whole(run: &Run) -> bool {
    let mut warnings = run.plan.warnings.iter();
    let lost = warnings.any(|note| note.code == "E0343" || note.message.contains("paid"));
    run.report.succeeded() && !lost
}

/// Rows, each with how many there are of it.
type Rows = BTreeMap<String, usize>;

/// What is in the servers, ids and times apart.
fn rows(moment: &Moment, ids: &BTreeSet<String>, run: &Run) -> Rows {
    let lost: BTreeSet<String> = run
        .plan
        .warnings
        .iter()
        .chain(&run.plan.notes)
        .filter(|note| note.code == "E0341" || note.code == "E0312")
        .filter_map(|note| {
            let path = note.message.split('`').nth(1)?;
            path.split('.').next().map(str::to_owned)
        })
        .collect();
    let stays: BTreeSet<&str> = run
        .plan
        .warnings
        .iter()
        .filter(|note| note.code == "E0344")
        .filter_map(|note| Some(note.address.as_ref()?.name()))
        .collect();
    let mut found = Rows::new();
    for (prefix, _, changes) in &moment.targets {
        let sort = prefix.split('/').next().unwrap_or_default();
        for Change { table, id, row } in changes {
            if TRACES.contains(&table.as_str()) || stays.contains(id.as_str()) {
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
            plain(&mut row, ids, &lost);
            *found.entry(format!("{sort} {table} {row}")).or_default() += 1;
        }
    }
    found
}

/// Tables whose rows say what happened, or are made up with their server.
const TRACES: [&str; 9] = [
    "tokens",
    "sessions",
    "logs",
    "token_keys",
    "keys",
    "saml_secrets",
    "application_consents",
    "members",
    "invitations",
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
const MADE_UP_IN: [(&str, &str); 1] = [("application_secrets", "value")];

/// What the server makes up at each creation.
const MADE_UP: [&str; 9] = [
    "id",
    "createdAt",
    "updatedAt",
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
        }
        _ => {}
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

fn same(wanted: &Moment, is: &Moment, run: &Run, way: &str) {
    let mut ids = BTreeSet::new();
    for (prefix, _, changes) in wanted.targets.iter().chain(&is.targets) {
        ids.extend(changes.iter().map(|change| change.id.clone()));
        ids.extend(prefix.split_once('/').map(|(_, id)| id.to_owned()));
    }
    ids.retain(|id| id.len() >= 6);
    let (wanted, is) = (rows(wanted, &ids, run), rows(is, &ids, run));
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
    assert!(
        lacks.is_empty() && beside.is_empty(),
        "going {way}, the world lacks {lacks:#?}\nand has {beside:#?}\nafter {}",
        said(run)
    );
}

/// What a plan does, shortly.
fn said(run: &Run) -> String {
    let mut lines = Vec::new();
    for step in &run.plan.steps {
        lines.push(format!("{:?} {}", step.action, step.address));
        for change in &step.changes {
            lines.push(format!(
                "    {} {} -> {} +{:?} -{:?}",
                change.path,
                change.before.to_tagged(),
                change.after.to_tagged(),
                change.added,
                change.removed
            ));
        }
    }
    let warnings = run.plan.warnings.iter();
    lines.extend(warnings.map(|note| format!("{} {}", note.code, note.message)));
    lines.join("\n")
}

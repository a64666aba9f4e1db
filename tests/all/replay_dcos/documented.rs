//! Each row of the documented Enterprise behaviour, arranged, acted and compared.
//!
//! These rows are compiled from documentation, tests and clients of the vendor; nothing of them
//! was recorded. Those whose evidence says that something is inferred are counted apart.

use serde_json::Value;
use tenantry::sandbox::dcos::{Dcos, Edition};
use tenantry::sandbox::{Answer, Emulation as _, Request, Tables};

use super::recording::text;
use super::scenarios::{PRELUDE, SCENARIOS, Scenario, Who};

const NOW_MS: u64 = 1_795_300_000_000;

/// Rows of which something is inferred, by their `seq`.
const INFERRED: [u64; 9] = [6, 11, 19, 20, 32, 33, 44, 47, 54];

/// A cluster with the prelude played, and who may log in to it.
struct Stage {
    tables: Tables,
    root: String,
    ordinary: String,
}

#[test]
fn the_documented_rows_hold_for_enterprise() {
    let stage = Stage::new();
    let (mut faults, mut inferred) = (Vec::new(), Vec::new());
    let rows = text("enterprise-documented.jsonl");
    let rows: Vec<Value> = rows
        .lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect();
    for row in &rows {
        let seq = row["seq"].as_u64().unwrap();
        let found: Vec<_> = SCENARIOS
            .iter()
            .filter(|scenario| scenario.row == seq)
            .collect();
        assert!(!found.is_empty(), "row {seq} has no scenario");
        for scenario in found {
            faults.extend(stage.fault(scenario, row));
        }
        if is_inferred(row) {
            inferred.push(seq);
        }
    }
    println!(
        "dcos enterprise: {} documented rows, of which inferred: {inferred:?}",
        rows.len()
    );
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert_eq!(inferred, INFERRED);
}

fn is_inferred(row: &Value) -> bool {
    let evidence = row["evidence"].as_str().unwrap();
    evidence.contains("inferred") || evidence.contains("tolerated") && evidence.starts_with("enum")
}

impl Stage {
    fn new() -> Self {
        let mut dcos = Dcos::new(Edition::Enterprise, "root", "root-password");
        let root = log_in(&mut dcos, "root", "root-password");
        for step in PRELUDE {
            let answer = dcos.answer(&asked(step, &root), NOW_MS);
            assert!(answer.status < 300, "{step}: {}", answer.status);
        }
        let ordinary = log_in(&mut dcos, "alice", "alice-password");
        Self {
            tables: dcos.tables().clone(),
            root,
            ordinary,
        }
    }

    fn token(&self, who: Who) -> &str {
        match who {
            Who::Root => &self.root,
            Who::Ordinary => &self.ordinary,
            Who::Nobody => "",
        }
    }

    fn fault(&self, scenario: &Scenario, row: &Value) -> Option<String> {
        let Scenario {
            row: seq,
            who,
            before,
            act,
            shows,
        } = scenario;
        let mut dcos = Dcos::kept(Edition::Enterprise, self.tables.clone());
        for step in *before {
            let status = dcos.answer(&asked(step, &self.root), NOW_MS).status;
            assert!(status < 300, "row {seq}, {step}: {status}");
        }
        assert!(is_of_row(act, row), "{act} is no request of row {seq}");
        let answer = dcos.answer(&asked(act, self.token(*who)), NOW_MS);
        let told = |what: String| Some(format!("row {seq}, {act}: {what}"));
        if row["status"] != answer.status {
            return told(format!("{} for {}", answer.status, row["status"]));
        }
        if !has_code(&answer, row) {
            let body = String::from_utf8_lossy(&answer.body);
            return told(format!("{body} for {}", row["code"]));
        }
        let shown: Option<Value> =
            (!shows.is_empty()).then(|| serde_json::from_str(shows).unwrap());
        let differs = shown.is_some() && shown != answer.as_json();
        differs.then(|| told(String::from_utf8_lossy(&answer.body).into_owned()))?
    }
}

/// Whether the row's code, or one of its codes, is the answer's. A page has none.
fn has_code(answer: &Answer, row: &Value) -> bool {
    let body = answer.as_json().unwrap_or_default();
    match row["code"].as_str() {
        None if answer.status == 502 => body["code"].is_string(),
        None => body["code"].is_null(),
        Some(codes) => codes
            .split([' ', '/', '|'])
            .any(|code| body["code"] == code),
    }
}

/// Whether the act is of the row's method, on a path of its form.
fn is_of_row(act: &str, row: &Value) -> bool {
    let mut words = act.splitn(3, ' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    if row["method"] == "any" {
        return true;
    }
    let form: Vec<&str> = row["path"].as_str().unwrap().split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    let fits = |(form, part): (&&str, &&str)| form.starts_with('{') || form == part;
    row["method"] == method && form.len() == path.len() && form.iter().zip(&path).all(fits)
}

/// `PUT /users/alice {"…": …}` as a request.
fn asked(step: &str, token: &str) -> Request {
    let mut words = step.splitn(3, ' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let mut request = Request::new(method, &format!("/acs/api/v1{path}"));
    if !token.is_empty() {
        request = request.with_header("Authorization", &format!("token={token}"));
    }
    match words.next() {
        Some(body) => request.with_json(&serde_json::from_str(body).unwrap()),
        None => request,
    }
}

fn log_in(dcos: &mut Dcos, uid: &str, password: &str) -> String {
    let login = serde_json::json!({"uid": uid, "password": password});
    let login = Request::new("POST", "/acs/api/v1/auth/login").with_json(&login);
    let answer = dcos.answer(&login, NOW_MS).as_json().unwrap();
    answer["token"].as_str().unwrap().to_owned()
}

//! The recordings as they lie in `tests/contract/logto`, and the lists beside them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

/// Files whose lines are of one run, on one server that was freshly seeded. In which run an
/// `extra-…` file was recorded shows in what its lists hold.
const RUNS: &[(&str, &[&str])] = &[
    (
        "main",
        &[
            "auth",
            "pristine",
            "applications",
            "saml-applications",
            "resources",
            "resource-scopes",
            "roles",
            "role-scopes",
            "role-users",
            "role-applications",
            "users",
            "user-roles",
            "organization-scopes",
            "organization-roles",
            "organizations",
            "sign-in-exp",
            "account-center",
            "configs-misc",
            "configs-oidc",
            "custom-profile-fields",
            "domains",
            "connectors",
            "custom-phrases",
            "configs-jwt-customizer",
            "hooks",
            "sso-connectors",
            "email-templates",
            "captcha-provider",
            "systems-dashboard-logs",
        ],
    ),
    ("saml", &["extra-saml-limit"]),
    (
        "lookup",
        &[
            "extra-sie-without-connectors",
            "extra-dependencies",
            "extra-lookup",
            "extra-builtin-role",
        ],
    ),
    ("patch", &["extra-app-roles-put", "extra-patch-jsonb-null"]),
    ("empty", &["extra-empty-string"]),
    ("verify", &["extra-verify"]),
    ("own writes", &["extra-hooks-on-own-writes"]),
];

/// The lines of one server's life.
pub(super) struct Run {
    name: &'static str,
    files: &'static [&'static str],
}

/// One exchange.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) file: String,
    pub(super) seq: u64,
    pub(super) case: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Option<String>,
    /// What stands for the token: `valid-token`, `(none)`, `(self1)`.
    pub(super) authorization: String,
    pub(super) content_type: Option<String>,
    pub(super) body: Value,
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) answer: Value,
    /// How many items the answer's list had before it was cut.
    pub(super) items: Option<u64>,
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "contract", "logto"]
        .iter()
        .collect()
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

/// All runs.
pub(super) fn runs() -> Vec<Run> {
    RUNS.iter()
        .map(|(name, files)| Run { name, files })
        .collect()
}

impl Run {
    /// Its lines, in the order of `seq`.
    pub(super) fn lines(&self) -> Vec<Line> {
        let files = self.files.iter();
        let mut lines: Vec<_> = files
            .flat_map(|file| parsed(file, &read(&format!("{file}.jsonl"))))
            .collect();
        lines.sort_by_key(|line| line.seq);
        lines
    }

    /// What stands for lines of the run that are not in the recordings and come before `seq`.
    pub(super) fn stand_ins(&self, seq: u64) -> Vec<Line> {
        let mut lines = parsed("stand-ins", &read("stand-ins.jsonl"));
        lines.retain(|line| line.seq == seq && line.case.starts_with(&format!("{}: ", self.name)));
        lines
    }
}

fn parsed(file: &str, text: &str) -> Vec<Line> {
    text.lines()
        .map(|line| parsed_line(file, &serde_json::from_str(line).unwrap()))
        .collect()
}

fn parsed_line(file: &str, line: &Value) -> Line {
    let (request, response) = (&line["request"], &line["response"]);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let header = |name: &str| text(&request["headers"][name]);
    let headers = response["headers"].as_object().cloned().unwrap_or_default();
    Line {
        file: file.to_owned(),
        seq: line["seq"].as_u64().unwrap(),
        case: text(&line["case"]).unwrap(),
        method: text(&request["method"]).unwrap(),
        path: text(&request["path"]).unwrap(),
        query: text(&request["query"]),
        authorization: header("authorization").unwrap_or_else(|| "valid-token".to_owned()),
        content_type: header("content-type"),
        body: request["body"].clone(),
        status: u16::try_from(response["status"].as_u64().unwrap()).unwrap(),
        headers: headers
            .into_iter()
            .map(|(name, value)| (name, text(&value).unwrap()))
            .collect(),
        answer: response["body"].clone(),
        items: response["body_items"].as_u64(),
    }
}

/// `FILE:SEQ` → why the sandbox answers otherwise. A line is `FILE:SEQ[,SEQ|-SEQ]… reason`.
pub(super) fn exceptions() -> BTreeMap<String, String> {
    let mut exceptions = BTreeMap::new();
    for line in read("exceptions.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (places, reason) = line.split_once(' ').unwrap();
        let (file, numbers) = places.split_once(':').unwrap();
        for number in numbers.split(',') {
            let (first, last) = number.split_once('-').unwrap_or((number, number));
            let (first, last): (u64, u64) = (first.parse().unwrap(), last.parse().unwrap());
            // A range may span numbers that are not recorded.
            let there = parsed(file, &read(&format!("{file}.jsonl")));
            for seq in there
                .iter()
                .map(|line| line.seq)
                .filter(|seq| (first..=last).contains(seq))
            {
                let before = exceptions.insert(format!("{file}:{seq}"), reason.to_owned());
                assert!(before.is_none(), "{file}:{seq} is listed twice");
            }
        }
    }
    exceptions
}

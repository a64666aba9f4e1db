//! Findings as JSON of our own.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Finding, Level, Spot};
use crate::render::json::{pretty, schema_of};

/// What `check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Tenantry findings")]
struct List {
    /// The version of this format: `1`.
    #[schemars(extend("const" = "1"))]
    format_version: &'static str,
    /// How many of them are errors.
    errors: usize,
    /// What was found, in the order of the files.
    findings: Vec<One>,
}

/// One thing that was found.
#[derive(Debug, Serialize, JsonSchema)]
struct One {
    /// The stable code; `tenantry explain CODE` says more.
    code: String,
    /// `error`, `warning` or `note`.
    level: &'static str,
    /// What it says.
    message: String,
    /// What can be typed to mend it.
    hints: Vec<String>,
    /// The object it is about, if it is about one.
    address: Option<String>,
    /// Where it is written, the main place first.
    places: Vec<Place>,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
struct Place {
    /// The path as it was named; `-` is standard input.
    file: String,
    /// From 1.
    line: u32,
    /// From 1, in characters.
    column: u32,
}

/// All of them.
pub fn json(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|one| one.level == Level::Error);
    pretty(&List {
        format_version: "1",
        errors: errors.count(),
        findings: findings.iter().map(one).collect(),
    })
}

/// The JSON Schema of what [`json`] returns.
pub fn schema() -> String {
    schema_of::<List>()
}

fn one(finding: &Finding) -> One {
    One {
        code: finding.code.clone(),
        level: finding.level.word(),
        message: finding.message.clone(),
        hints: finding.hints.clone(),
        address: finding.address.as_ref().map(ToString::to_string),
        places: finding.spots.iter().map(place).collect(),
    }
}

fn place(spot: &Spot) -> Place {
    Place {
        file: spot.file.clone(),
        line: spot.line,
        column: spot.column,
    }
}

impl Level {
    /// As SARIF and our own JSON call it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

//! What was found wrong, as tools of others read it: where it is, which code it has, what mends it.
//!
//! One list for all of them, made from messages of `check`, from refusals and warnings of a plan, and
//! from drift. No line of a manifest is in it, and so no secret.

mod github;
mod junit;
mod list;
mod sarif;

use std::collections::BTreeMap;

use crate::base::text::visible;
use crate::base::{Address, Diagnostic, FieldPath, Place};
use crate::plan::{Drift, Effect, Note, Plan};

use super::drift::{traced, weight};
use super::page::Page;
use super::remarks::about;
use super::{Styles, change, text};

pub use github::github;
pub use junit::junit;
pub use list::{json, schema};
pub use sarif::sarif;

/// Live is not what was last applied.
const DRIFTED: &str = "E0324";

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing goes on.
    Error,
    /// Somebody should look.
    Warning,
    /// Good to know.
    Note,
}

/// Where in which file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The path as it was named; `-` is standard input.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// Where the text ends; none if that is not known.
    pub end: Option<u32>,
    /// What is to be said of that place.
    pub label: String,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: String,
    /// How bad.
    pub level: Level,
    /// One line.
    pub message: String,
    /// What differs, line by line.
    pub detail: Vec<String>,
    /// What can be typed.
    pub hints: Vec<String>,
    /// About whom.
    pub address: Option<Address>,
    /// The main place first.
    pub spots: Vec<Spot>,
}

/// Tells where an object, or a field of it, is written.
pub type Places<'a> = &'a dyn Fn(&Address, Option<&FieldPath>) -> Option<Place>;

impl From<&Place> for Spot {
    fn from(place: &Place) -> Self {
        let Place {
            file,
            at,
            label,
            hidden: _,
        } = place;
        Self {
            file: visible(&file.name).into_owned(),
            line: at.line.max(1),
            column: at.column.max(1),
            end: (at.length > 0).then(|| at.column.max(1).saturating_add(at.length)),
            label: visible(label).into_owned(),
        }
    }
}

/// What `check` found.
pub fn of_diagnostics(all: &[Diagnostic]) -> Vec<Finding> {
    let one = |diagnostic: &Diagnostic| Finding {
        code: diagnostic.code.to_string(),
        level: if diagnostic.is_error() {
            Level::Error
        } else {
            Level::Warning
        },
        message: visible(&diagnostic.message).into_owned(),
        detail: Vec::new(),
        hints: shown(&diagnostic.hints),
        address: diagnostic.address.clone(),
        spots: diagnostic.places.iter().map(Spot::from).collect(),
    };
    all.iter().map(one).collect()
}

/// Why a plan is refused, and what to look at.
pub fn of_plan(plan: &Plan, places: Places<'_>) -> Vec<Finding> {
    let levels = [
        (Level::Error, &plan.refusals),
        (Level::Warning, &plan.warnings),
        (Level::Note, &plan.notes),
    ];
    let all = levels
        .iter()
        .flat_map(|(level, notes)| notes.iter().map(|note| of_note(*level, note, places)));
    all.collect()
}

/// What somebody changed by hand, and what `drift` warns of.
pub fn of_drift(plan: &Plan, places: Places<'_>) -> Vec<Finding> {
    let drifted = plan.drift.iter().map(|drift| of_one_drift(drift, places));
    let warned = plan.warnings.iter();
    let warned = warned.map(|note| of_note(Level::Warning, note, places));
    drifted.chain(warned).collect()
}

fn of_note(level: Level, note: &Note, places: Places<'_>) -> Finding {
    let place = note.address.as_ref().and_then(|about| places(about, None));
    Finding {
        code: note.code.clone(),
        level,
        message: about(note.address.as_ref(), &note.message),
        detail: Vec::new(),
        hints: note
            .hint
            .iter()
            .map(|hint| visible(hint).into_owned())
            .collect(),
        address: note.address.clone(),
        spots: place.iter().map(Spot::from).collect(),
    }
}

fn of_one_drift(drift: &Drift, places: Places<'_>) -> Finding {
    let fields: Vec<String> = drift
        .changes
        .iter()
        .map(|change| text::path(&change.path))
        .collect();
    let name = drift.address.to_string();
    let name = visible(&name);
    let message = if drift.gone {
        format!("`{name}` is gone: somebody deleted it since the last apply")
    } else {
        format!(
            "`{name}` is not as it was last applied: {}",
            fields.join(", ")
        )
    };
    let parts: Vec<_> = std::iter::once(message).chain(weight(drift)).collect();
    let mut page = Page::new(Styles::PLAIN);
    for one in &drift.changes {
        change::write(&mut page, one);
    }
    let detail = page.finish();
    let detail = detail.lines().map(|line| line.get(6..).unwrap_or(line));
    let trace = drift.trace.as_ref().map(traced);
    let first = drift.changes.first().map(|change| &change.path);
    let place = places(&drift.address, first);
    Finding {
        code: DRIFTED.to_owned(),
        level: match drift.access {
            Effect::Wider | Effect::Everything => Level::Error,
            Effect::Narrower | Effect::None => Level::Warning,
        },
        message: parts.join("; "),
        detail: detail.map(str::to_owned).chain(trace).collect(),
        hints: vec!["`tenantry plan` shows how apply would put it back".to_owned()],
        address: Some(drift.address.clone()),
        spots: place.iter().map(Spot::from).collect(),
    }
}

fn shown(texts: &[String]) -> Vec<String> {
    texts
        .iter()
        .map(|text| visible(text).into_owned())
        .collect()
}

impl Finding {
    /// Message, details and hints, a line each.
    fn lines(&self) -> Vec<String> {
        let hints = self.hints.iter().map(|hint| format!("hint: {hint}"));
        let message = std::iter::once(self.message.clone());
        message
            .chain(self.detail.iter().cloned())
            .chain(hints)
            .collect()
    }
}

/// By code, in order.
fn codes(findings: &[Finding]) -> BTreeMap<&str, Vec<&Finding>> {
    let mut codes: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        codes.entry(&finding.code).or_default().push(finding);
    }
    codes
}

#[cfg(test)]
#[path = "findings_tests.rs"]
mod tests;

//! What became of a plan, as people and machines read it. Errors themselves are diagnostics, and
//! shown as such.

use schemars::JsonSchema;
use serde::Serialize;

use super::Styles;
use super::json::{pretty, schema_of};
use super::page::Page;
use super::plan::{counted, world};
use super::style::{paint, sign, word};
use crate::apply::{Event, Outcome, Report, StepReport};
use crate::base::Diagnostic;
use crate::base::text::visible;
use crate::plan::Action;

/// All actions, in the order in which they are counted.
const ACTIONS: [Action; 6] = [
    Action::Create,
    Action::Update,
    Action::Replace,
    Action::Delete,
    Action::Adopt,
    Action::Forget,
];

/// What was done, and what was not, and why.
pub fn report(report: &Report, styles: Styles) -> String {
    let mut page = Page::new(styles);
    page.line(format_args!("Target: {}", world(report.target)));
    page.gap();
    let error = page.styles.error;
    section(&mut page, report, "Failed", error, |step| {
        match &step.outcome {
            Outcome::Failed(errors) => Some(first_message(errors)),
            _ => None,
        }
    });
    let warning = page.styles.warning;
    section(&mut page, report, "Skipped", warning, |step| {
        match &step.outcome {
            Outcome::Skipped { because } => Some(format!("because of {because}")),
            _ => None,
        }
    });
    section(
        &mut page,
        report,
        "Not begun",
        warning,
        |step| match &step.outcome {
            Outcome::Left if step.done.is_empty() => Some(String::new()),
            Outcome::Left => Some("begun, and not finished".to_owned()),
            _ => None,
        },
    );
    page.line(summary(report));
    page.finish()
}

fn section(
    page: &mut Page,
    report: &Report,
    title: &str,
    style: anstyle::Style,
    why: impl Fn(&StepReport) -> Option<String>,
) {
    let rows: Vec<_> = report
        .steps
        .iter()
        .filter_map(|step| Some((step, why(step)?)))
        .collect();
    if rows.is_empty() {
        return;
    }
    page.line(paint(style, format_args!("{title} ({})", rows.len())));
    page.gap();
    for (step, why) in rows {
        let glyph = paint(
            page.styles.of(step.action),
            format_args!("{:>3}", sign(step.action)),
        );
        let address = step.address.to_string();
        let why = if why.is_empty() {
            why
        } else {
            format!("  # {}", visible(&why))
        };
        page.line(format_args!("{glyph} {}{why}", visible(&address)));
    }
    page.gap();
}

fn first_message(errors: &[Diagnostic]) -> String {
    errors
        .first()
        .map(|error| error.message.clone())
        .unwrap_or_default()
}

/// The last line: `Applied: 3 created, …`.
fn summary(report: &Report) -> String {
    let done = ACTIONS.map(|action| format!("{} {}", report.done(action), past(action)));
    let count = |is: fn(&Outcome) -> bool| report.steps.iter().filter(|s| is(&s.outcome)).count();
    let others = [
        (
            count(|outcome| matches!(outcome, Outcome::Failed(_))),
            "failed",
        ),
        (
            count(|outcome| matches!(outcome, Outcome::Skipped { .. })),
            "skipped",
        ),
        (
            count(|outcome| matches!(outcome, Outcome::Left)),
            "not begun",
        ),
    ];
    let others = others
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"));
    let all: Vec<_> = done.into_iter().chain(others).collect();
    let word = if report.interrupted {
        "Interrupted"
    } else {
        "Applied"
    };
    format!(
        "{word}: {} ({}).",
        all.join(", "),
        counted(report.requests, "request")
    )
}

/// The action as it is told when it is done.
fn past(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Update => "updated",
        Action::Replace => "replaced",
        Action::Delete => "deleted",
        Action::Adopt => "adopted",
        Action::Forget => "forgotten",
    }
}

/// What just happened, in one line; nothing for what is told otherwise.
pub fn event(event: &Event, styles: Styles) -> Option<String> {
    let line = |style, glyph: &str, address: &crate::base::Address, words: &str| {
        let glyph = paint(style, format_args!("{glyph:>3}"));
        let address = address.to_string();
        Some(format!("{glyph} {}  {}", visible(&address), visible(words)))
    };
    match event {
        Event::Finished { address, action } => {
            line(styles.of(*action), sign(*action), address, past(*action))
        }
        Event::Failed {
            address,
            action,
            message,
        } => {
            let words = format!("failed to {}: {message}", word(*action));
            line(styles.error, "!", address, &words)
        }
        Event::Skipped { address, because } => {
            let words = format!("skipped, because of {because}");
            line(styles.warning, "!", address, &words)
        }
        Event::Stopping { in_flight } => Some(format!(
            "stopping: {} in flight",
            counted(*in_flight as u64, "call")
        )),
        Event::Verifying => Some("reading back what was written without an answer".to_owned()),
        Event::Waiting { address, seconds } => {
            let words = format!("may still come; looked for, {seconds} s at most");
            line(styles.note, "…", address, &words)
        }
        Event::Started { .. } => None,
    }
}

/// What `apply --format json` and `destroy --format json` print.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Tenantry report")]
struct JsonReport {
    /// The version of this format: `1`.
    #[schemars(extend("const" = "1"))]
    format_version: &'static str,
    /// Which world it was done in: `live`, real servers, or `sandbox`.
    target: &'static str,
    /// How many steps ended how.
    summary: JsonSummary,
    /// What became of each step, in the plan's order.
    steps: Vec<JsonStep>,
    /// Errors that belong to no step.
    errors: Vec<JsonMessage>,
    /// What somebody should look at.
    warnings: Vec<JsonMessage>,
    /// Whether it was stopped before everything was begun.
    interrupted: bool,
    /// What it cost.
    statistics: JsonStatistics,
}

/// How many steps ended how.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonSummary {
    created: usize,
    updated: usize,
    replaced: usize,
    deleted: usize,
    adopted: usize,
    forgotten: usize,
    failed: usize,
    skipped: usize,
    left: usize,
}

/// What became of a step.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonStep {
    /// Whose.
    address: String,
    /// What was to be done.
    action: &'static str,
    /// `done`, `failed`, `skipped` or `left` (not begun, or not finished).
    outcome: &'static str,
    /// Of a skipped one: whose failure it is skipped for.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    /// Of a failed one: why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    errors: Vec<JsonMessage>,
}

/// A message.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonMessage {
    /// The stable code; `tenantry explain CODE` says more.
    code: String,
    /// What it says.
    message: String,
    /// The object it is about, if it is about one.
    address: Option<String>,
    /// What can be typed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    hints: Vec<String>,
}

/// What it cost.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonStatistics {
    /// Requests sent, log-ins, retries and reads included.
    requests: u64,
    /// The writes among them, each counted once however often it was sent.
    writes: u64,
}

/// The report as JSON, on several lines.
pub fn report_json(report: &Report) -> String {
    pretty(&JsonReport {
        format_version: "1",
        target: world(report.target),
        summary: json_summary(report),
        steps: report.steps.iter().map(json_step).collect(),
        errors: report.errors.iter().map(json_message).collect(),
        warnings: report.warnings.iter().map(json_message).collect(),
        interrupted: report.interrupted,
        statistics: JsonStatistics {
            requests: report.requests,
            writes: report.writes,
        },
    })
}

/// The JSON Schema of what [`report_json`] returns.
pub fn report_schema() -> String {
    schema_of::<JsonReport>()
}

fn json_summary(report: &Report) -> JsonSummary {
    let count = |is: fn(&Outcome) -> bool| report.steps.iter().filter(|s| is(&s.outcome)).count();
    JsonSummary {
        created: report.done(Action::Create),
        updated: report.done(Action::Update),
        replaced: report.done(Action::Replace),
        deleted: report.done(Action::Delete),
        adopted: report.done(Action::Adopt),
        forgotten: report.done(Action::Forget),
        failed: count(|outcome| matches!(outcome, Outcome::Failed(_))),
        skipped: count(|outcome| matches!(outcome, Outcome::Skipped { .. })),
        left: count(|outcome| matches!(outcome, Outcome::Left)),
    }
}

fn json_step(step: &StepReport) -> JsonStep {
    let (outcome, because, errors) = match &step.outcome {
        Outcome::Done => ("done", None, [].as_slice()),
        Outcome::Failed(errors) => ("failed", None, errors.as_slice()),
        Outcome::Skipped { because } => ("skipped", Some(because.to_string()), [].as_slice()),
        Outcome::Left => ("left", None, [].as_slice()),
    };
    JsonStep {
        address: step.address.to_string(),
        action: word(step.action),
        outcome,
        because,
        errors: errors.iter().map(json_message).collect(),
    }
}

fn json_message(one: &Diagnostic) -> JsonMessage {
    JsonMessage {
        code: one.code.to_string(),
        message: one.message.clone(),
        address: one.address.as_ref().map(ToString::to_string),
        hints: one.hints.clone(),
    }
}

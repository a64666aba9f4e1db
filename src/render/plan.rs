//! A plan as people read it: where it would be done, what goes first, what comes, how much.
//!
//! Deletes and replacements stand first, because they are what cannot be taken back.

use crate::base::Address;
use crate::base::text::visible;
use crate::plan::{Action, Drift, Note, Plan, Step, World};

use super::page::Page;
use super::style::{self, paint};
use super::{Styles, access, change, step};

/// The order of the sections, and what they are called.
pub(super) const SECTIONS: [(Action, &str); 6] = [
    (Action::Delete, "Deletes"),
    (Action::Replace, "Replacements"),
    (Action::Update, "Updates"),
    (Action::Create, "Creates"),
    (Action::Adopt, "Adoptions"),
    (Action::Forget, "Forgotten"),
];

/// The whole plan.
pub fn plan(plan: &Plan, styles: Styles) -> String {
    let mut page = head(plan, styles);
    drift_section(&mut page, &plan.drift);
    access::write(&mut page, &plan.access);
    if !plan.steps.is_empty() {
        page.line(symbols(&plan.steps));
        page.gap();
    }
    for (action, title) in SECTIONS {
        section(&mut page, plan, action, title);
    }
    remarks(&mut page, plan);
    page.line(summary(plan));
    refusals(&mut page, &plan.refusals);
    page.finish()
}

/// What differs from what was last applied, and nothing else: for `drift`.
pub fn drift(plan: &Plan, styles: Styles) -> String {
    let mut page = head(plan, styles);
    drift_section(&mut page, &plan.drift);
    remarks(&mut page, plan);
    let requests = plan.statistics.requests;
    page.line(match plan.drift.len() {
        0 => format!(
            "No drift: live is as last applied ({}).",
            counted(requests, "request")
        ),
        n => format!(
            "Drift: {} changed since the last apply ({}).",
            counted(n as u64, "object"),
            counted(requests, "request")
        ),
    });
    if !plan.steps.is_empty() {
        let pending = counted(plan.steps.len() as u64, "change");
        page.line(format_args!(
            "Pending: {pending} of the manifests; see `tenantry plan`."
        ));
    }
    page.finish()
}

fn head(plan: &Plan, styles: Styles) -> Page {
    let mut page = Page::new(styles);
    page.line(format_args!("Target: {}", world(plan.target)));
    page.gap();
    if plan.partial {
        let text = "Partial: only what was selected, and what that needs, is looked at.";
        page.line(paint(styles.warning, text));
        page.gap();
    }
    page
}

/// What a world is called.
pub(super) fn world(world: World) -> &'static str {
    match world {
        World::Live => "live",
        World::Sandbox => "sandbox",
    }
}

fn symbols(steps: &[Step]) -> String {
    let said = [
        ("+", "create"),
        ("~", "update in place"),
        ("-", "delete"),
        ("-/+", "delete, then create"),
        ("+/-", "create, then delete"),
        ("=", "adopt"),
        (".", "forget"),
    ];
    let used = said
        .iter()
        .filter(|(sign, _)| steps.iter().any(|step| style::glyph(step) == *sign))
        .map(|(sign, word)| format!("{sign} {word}"));
    format!("Symbols: {}", used.collect::<Vec<_>>().join(", "))
}

fn section(page: &mut Page, plan: &Plan, action: Action, title: &str) {
    let count = plan.count(action);
    if count == 0 {
        return;
    }
    let title = paint(page.styles.strong, format_args!("{title} ({count})"));
    page.line(title);
    page.gap();
    for one in plan.steps.iter().filter(|step| step.action == action) {
        step::write(page, one);
    }
    page.gap();
}

fn drift_section(page: &mut Page, drift: &[Drift]) {
    if drift.is_empty() {
        return;
    }
    let title = format!(
        "Changed since the last apply, not by tenantry ({})",
        drift.len()
    );
    let title = paint(page.styles.strong, title);
    page.line(title);
    page.gap();
    for Drift {
        address,
        gone,
        changes,
    } in drift
    {
        let (style, sign, reason) = match gone {
            true => (page.styles.lose, "-", "  # is gone"),
            false => (page.styles.change, "~", ""),
        };
        let (sign, address) = (paint(style, format_args!("{sign:>3}")), address.to_string());
        page.line(format_args!("{sign} {}{reason}", visible(&address)));
        for change in changes {
            change::write(page, change);
        }
        page.gap();
    }
}

fn remarks(page: &mut Page, plan: &Plan) {
    let warning = page.styles.warning;
    for note in &plan.warnings {
        remark(page, warning, "warning", note);
    }
    let quiet = page.styles.note;
    for note in &plan.notes {
        remark(page, quiet, "note", note);
    }
    for used in &plan.overrides {
        let word = paint(warning, "override");
        page.line(format_args!("{word}: --override {}", visible(used)));
    }
    page.gap();
}

/// Why it may not be applied, each with what to type if it shall be all the same.
fn refusals(page: &mut Page, refusals: &[Note]) {
    if refusals.is_empty() {
        return;
    }
    page.gap();
    let count = counted(refusals.len() as u64, "refusal");
    let title = paint(page.styles.error, format_args!("Refused ({count})"));
    page.line(title);
    page.gap();
    let style = page.styles.error;
    for note in refusals {
        remark(page, style, "refused", note);
    }
}

fn remark(page: &mut Page, style: anstyle::Style, word: &str, note: &Note) {
    let Note {
        code,
        message,
        address,
        hint,
    } = note;
    let word = paint(style, format_args!("{word}[{code}]"));
    page.line(format_args!("{word}: {}", about(address.as_ref(), message)));
    if let Some(hint) = hint {
        let word = paint(page.styles.note, "hint");
        page.line(format_args!("  {word}: {}", visible(hint)));
    }
}

/// A message, and whom it is about: one that names its object already need not be told twice.
pub(super) fn about(address: Option<&Address>, message: &str) -> String {
    let message = visible(message);
    match address.map(ToString::to_string) {
        Some(address) if !message.contains(&address) => {
            format!("{}: {message}", visible(&address))
        }
        _ => message.into_owned(),
    }
}

/// The last line: `Plan: 3 to create, …` or `No changes.`
pub fn summary(plan: &Plan) -> String {
    let cost = format!(
        "{} unchanged ({})",
        plan.unchanged,
        counted(plan.statistics.requests, "request")
    );
    if plan.is_empty() {
        return format!("No changes. {cost}.");
    }
    let actions = [
        Action::Create,
        Action::Update,
        Action::Replace,
        Action::Delete,
        Action::Adopt,
        Action::Forget,
    ];
    let counts = actions.map(|action| format!("{} to {}", plan.count(action), style::word(action)));
    format!("Plan: {}, {cost}.", counts.join(", "))
}

/// `1 request`, `2 requests`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

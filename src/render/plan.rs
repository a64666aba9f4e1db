//! A plan as people read it: where it would be done, what goes first, what comes, how much.
//!
//! Deletes and replacements stand first, because they are what cannot be taken back.

use crate::plan::{Action, Plan, Step, World};

use super::access::Named;
use super::group::{Likeness, groups};
use super::page::Page;
use super::style::{self, paint};
use super::view::{Detail, View};
use super::{Styles, access, drift, remarks, step, totals};

/// The order of the sections, and what they are called.
pub(super) const SECTIONS: [(Action, &str); 6] = [
    (Action::Delete, "Deletes"),
    (Action::Replace, "Replacements"),
    (Action::Update, "Updates"),
    (Action::Create, "Creates"),
    (Action::Adopt, "Adoptions"),
    (Action::Forget, "Forgotten"),
];

/// How long a plan may get with only what is alike told together.
const LONG: usize = 500;
/// How many lines a section of a longer one has.
const SECTION: usize = 12;

/// How many lines of names a group has, and one of a longer plan.
const NAMES: usize = 4;
const FEW_NAMES: usize = 1;

/// How much of each section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    /// Every step by itself.
    None,
    /// What is alike together.
    Alike,
    /// What is similar together, and of that the largest.
    Similar,
}

/// The plan, as much of it as the view wants.
pub fn plan(plan: &Plan, view: &View, styles: Styles) -> String {
    match view.detail {
        Detail::Summary => short(plan, view, styles),
        Detail::All => whole(plan, view, styles, Fold::None),
        Detail::Folded => {
            let text = whole(plan, view, styles, Fold::Alike);
            if text.lines().count() <= LONG {
                return text;
            }
            whole(plan, view, styles, Fold::Similar)
        }
    }
}

fn whole(plan: &Plan, view: &View, styles: Styles, fold: Fold) -> String {
    let mut page = head(plan, styles);
    if fold == Fold::Similar {
        totals::write(&mut page, plan);
    }
    access::write(
        &mut page,
        &plan.access,
        match fold {
            Fold::None => Named::All,
            Fold::Alike => Named::Few,
            Fold::Similar => Named::Short,
        },
    );
    if !plan.steps.is_empty() && fold != Fold::Similar {
        page.line(symbols(&plan.steps));
        page.gap();
    }
    let mut folded = false;
    for (action, title) in SECTIONS {
        if view.shows(action) {
            folded |= section(&mut page, plan, (action, title), fold);
        }
    }
    let shown = match fold {
        Fold::Similar => SECTION / 4,
        Fold::None | Fold::Alike => plan.drift.len(),
    };
    drift::section(&mut page, &plan.drift, shown);
    remarks::write(&mut page, plan, view.detail);
    if folded {
        let told = "What is alike stands together; `--all` shows each.";
        page.line(paint(styles.quiet, told));
    }
    end(page, plan, view)
}

/// How many of what, who gains and loses, and what is refused.
fn short(plan: &Plan, view: &View, styles: Styles) -> String {
    let mut page = head(plan, styles);
    totals::write(&mut page, plan);
    access::write(&mut page, &plan.access, Named::Short);
    let drift = counted(plan.drift.len() as u64, "object");
    let told = [
        (
            plan.drift.len(),
            format!("{drift} changed by hand since the last apply"),
        ),
        (
            plan.warnings.len(),
            counted(plan.warnings.len() as u64, "warning"),
        ),
        (plan.notes.len(), counted(plan.notes.len() as u64, "note")),
    ];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, text)| text)
        .collect();
    if !told.is_empty() {
        page.line(format_args!("Also: {}.", told.join(", ")));
    }
    end(page, plan, view)
}

fn end(mut page: Page, plan: &Plan, view: &View) -> String {
    if let Some(hidden) = view.hidden(plan) {
        let hidden = paint(page.styles.warning, hidden);
        page.line(hidden);
    }
    page.line(summary(plan));
    remarks::refusals(&mut page, &plan.refusals, view.detail);
    page.finish()
}

pub(super) fn head(plan: &Plan, styles: Styles) -> Page {
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

/// Writes the steps of an action. Returns whether some stand together.
fn section(page: &mut Page, plan: &Plan, (action, title): (Action, &str), fold: Fold) -> bool {
    let steps = plan.steps.iter().filter(|step| step.action == action);
    let steps: Vec<&Step> = steps.collect();
    if steps.is_empty() {
        return false;
    }
    let title = paint(
        page.styles.strong,
        format_args!("{title} ({})", steps.len()),
    );
    page.line(title);
    if fold != Fold::Similar {
        page.gap();
    }
    let folded = match fold {
        Fold::None => {
            for one in &steps {
                step::write(page, one);
            }
            false
        }
        Fold::Alike => {
            let groups = groups(&steps, Likeness::Alike);
            for group in &groups {
                group.write(page, NAMES);
            }
            groups.len() < steps.len()
        }
        Fold::Similar => {
            largest(page, &steps);
            true
        }
    };
    page.gap();
    folded
}

/// Writes the largest groups, as long as there is room for them.
fn largest(page: &mut Page, steps: &[&Step]) {
    let groups = groups(steps, Likeness::Similar);
    let (mut room, mut told) = (SECTION, 0);
    for group in &groups {
        let mut one = Page::new(page.styles);
        group.write(&mut one, FEW_NAMES);
        let text = one.finish();
        let lines = text.trim_end().lines().count();
        if lines > room && told > 0 {
            break;
        }
        room = room.saturating_sub(lines);
        told += group.steps.len();
        page.line(text.trim_end());
    }
    if told < steps.len() {
        page.line(format_args!("    … and {} more", steps.len() - told));
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

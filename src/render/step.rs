//! One step of a plan as lines: its sign, its address, why, and what differs.

use crate::base::text::visible;
use crate::plan::{Action, PlannedEdge, Step};

use super::change::{self, FIELD};
use super::page::Page;
use super::style::{glyph, paint};

/// Writes `step`.
pub(super) fn write(page: &mut Page, step: &Step) {
    let sign = paint(
        page.styles.of(step.action),
        format_args!("{:>3}", glyph(step)),
    );
    let address = step.address.to_string();
    let address = paint(page.styles.strong, visible(&address));
    let reason = paint(page.styles.quiet, format_args!("# {}", reason(step)));
    page.line(format_args!("{sign} {address}  {reason}"));
    body(page, step);
    page.gap();
}

/// Writes what differs.
pub(super) fn body(page: &mut Page, step: &Step) {
    for change in &step.changes {
        change::write(page, change);
    }
    if step.changes.is_empty() {
        // The planner lists edges among the changes; should it not, they are seen all the same.
        edges(page, step);
    }
}

/// What is done, and why.
pub(super) fn reason(step: &Step) -> String {
    let what = fate(step.action);
    match step.reason.as_str() {
        "" => what.to_owned(),
        why => format!("{what}: {}", visible(why)),
    }
}

/// What an action does to an object.
pub(super) fn fate(action: Action) -> &'static str {
    match action {
        Action::Create => "will be created",
        Action::Update => "will be updated in place",
        Action::Replace => "must be replaced",
        Action::Delete => "will be deleted",
        Action::Adopt => "will be adopted",
        Action::Forget => "will be forgotten; the live object stays",
    }
}

/// The edges of a step.
fn edges(page: &mut Page, step: &Step) {
    let (gain, lose) = (page.styles.gain, page.styles.lose);
    let grants = step.grants.iter().map(|edges| (gain, "+", edges));
    let revokes = step.revokes.iter().map(|edges| (lose, "-", edges));
    for (style, sign, (field, edges)) in grants.chain(revokes) {
        for PlannedEdge { label, .. } in edges {
            let text = format!("{}: {}", visible(field), visible(label));
            page.sign(FIELD, style, sign, text);
        }
    }
}

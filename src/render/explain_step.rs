//! One step in words: why it is there, which field caused it, what it waits for and what waits for it.

use std::collections::BTreeMap;

use crate::base::text::visible;
use crate::base::{Address, Place};
use crate::plan::{self, Order, Part, Plan, Step};

use super::findings::Places;
use super::page::Page;
use super::plan::counted;
use super::style::{glyph, paint};
use super::{Styles, change, graph, step};

/// How many steps are named that wait, or are waited for.
const SHOWN: usize = 12;

/// The step at an address; none if the plan has none.
pub fn explain_step(
    plan: &Plan,
    address: &Address,
    places: Places<'_>,
    styles: Styles,
) -> Option<String> {
    let found = plan.steps.iter().find(|step| step.address == *address)?;
    let mut page = Page::new(styles);
    head(&mut page, found, places);
    causes(&mut page, found, places);
    let steps = plan.by_address();
    for side in [Side::Before, Side::After] {
        order(&mut page, plan, address, &steps, side);
    }
    Some(page.finish())
}

/// What is said where the plan has no step for an object.
pub fn no_step(address: &Address, places: Places<'_>) -> String {
    let declared = places(address, None).map(|place| format!(", declared in {}", at(&place)));
    let name = address.to_string();
    format!(
        "{}: nothing is to be done{}\n",
        visible(&name),
        declared.unwrap_or_default()
    )
}

fn at(place: &Place) -> String {
    let Place { file, at, .. } = place;
    format!("{}:{}:{}", visible(&file.name), at.line, at.column)
}

fn head(page: &mut Page, step: &Step, places: Places<'_>) {
    let styles = page.styles;
    let sign = paint(styles.of(step.action), glyph(step));
    let name = step.address.to_string();
    let name = paint(styles.strong, visible(&name));
    page.line(format_args!("{sign} {name}  {}", step::reason(step)));
    match places(&step.address, None) {
        Some(place) => page.line(format_args!("  declared in {}", at(&place))),
        None => page.line("  no manifest declares it"),
    }
    page.gap();
}

/// Each field that differs, with the line that says what is wanted.
fn causes(page: &mut Page, step: &Step, places: Places<'_>) {
    if step.changes.is_empty() {
        return;
    }
    let title = format!(
        "What causes it ({})",
        counted(step.changes.len() as u64, "field")
    );
    page.line(paint(page.styles.strong, title));
    page.gap();
    for one in &step.changes {
        change::write(page, one);
        if let Some(place) = places(&step.address, Some(&one.path)) {
            let text = paint(page.styles.quiet, format_args!("written in {}", at(&place)));
            page.indented(4, &[text]);
        }
    }
    page.gap();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// What it waits for.
    Before,
    /// What waits for it.
    After,
}

fn order(
    page: &mut Page,
    plan: &Plan,
    address: &Address,
    steps: &BTreeMap<&Address, &Step>,
    side: Side,
) {
    let edges = plan.edges.iter().filter_map(|edge| {
        let (own, other) = match side {
            Side::Before => (&edge.after, &edge.before),
            Side::After => (&edge.before, &edge.after),
        };
        let is_own = own.address == *address && !own.part.is_order();
        let is_self = other.address == *address && !other.part.is_order();
        (is_own && !is_self).then_some((own, other, edge.order))
    });
    let edges: Vec<_> = edges.collect();
    let title = match side {
        Side::Before => "What it waits for",
        Side::After => "What waits for it",
    };
    page.line(paint(page.styles.strong, title));
    page.gap();
    if edges.is_empty() {
        page.indented(2, &["nothing".to_owned()]);
    }
    for (own, other, order) in edges.iter().take(SHOWN) {
        page.indented(2, &[line(own, other, *order, steps, side)]);
    }
    let left = edges.len().saturating_sub(SHOWN);
    if left > 0 {
        page.indented(2, &[format!("… and {left} more")]);
    }
    page.gap();
}

fn line(
    own: &plan::Node,
    other: &plan::Node,
    order: Order,
    steps: &BTreeMap<&Address, &Step>,
    side: Side,
) -> String {
    let told = |node: &plan::Node| {
        let words = graph::told(node, steps.get(&node.address).copied());
        visible(&words).into_owned()
    };
    let name = other.address.to_string();
    let other_words = match &other.part {
        Part::Granted | Part::Order(_) => told(other),
        _ => format!("{}: {}", visible(&name), told(other)),
    };
    let (own, why) = (
        told(own),
        match (order, side) {
            (Order::Needs, Side::Before) => "if that fails, this is skipped",
            (Order::Needs, Side::After) => "if this fails, that is skipped",
            (Order::After, _) => "for the order alone",
        },
    );
    match side {
        Side::Before => format!("{other_words}, then {own} ({why})"),
        Side::After => format!("{own}, then {other_words} ({why})"),
    }
}

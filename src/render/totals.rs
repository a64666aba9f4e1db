//! How many steps of each kind there are, as a table; the kinds that lose something first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::base::text::visible;
use crate::plan::{Action, Plan};

use super::page::Page;
use super::plan::{SECTIONS, counted};
use super::style::{paint, word};

/// How many kinds have a line of their own.
const KINDS: usize = 12;

/// One kind's numbers.
#[derive(Debug, Default)]
struct Row<'a> {
    counts: BTreeMap<Action, usize>,
    targets: BTreeSet<&'a str>,
}

/// Writes the table; nothing if there is no step.
pub(super) fn write(page: &mut Page, plan: &Plan) {
    if plan.steps.is_empty() {
        return;
    }
    let rows = rows(plan);
    let actions = SECTIONS.map(|(action, _)| action);
    let actions: Vec<Action> = actions
        .into_iter()
        .filter(|action| plan.count(*action) > 0)
        .collect();
    let names = rows
        .iter()
        .take(KINDS)
        .map(|(name, _)| name.chars().count());
    let width = names.max().unwrap_or_default().max(4);
    let mut head = format!("  {:width$}", "");
    for action in &actions {
        // Writing into a String cannot fail.
        let _infallible = write!(head, "{:>9}", word(*action));
    }
    page.line(paint(page.styles.quiet, head));
    for (name, row) in rows.iter().take(KINDS) {
        let mut line = format!("  {name:width$}");
        for action in &actions {
            let count = row.counts.get(action).copied().unwrap_or_default();
            let text = match count {
                0 => format!("{:>9}", "."),
                count => format!("{count:>9}"),
            };
            line += &match count {
                0 => paint(page.styles.quiet, text),
                _ => paint(page.styles.of(*action), text),
            };
        }
        page.line(line);
    }
    let left = rows.len().saturating_sub(KINDS);
    if left > 0 {
        page.line(format_args!(
            "  … and {}",
            counted(left as u64, "more kind")
        ));
    }
    page.gap();
}

/// By kind, in the order of the sections: what deletes most comes first.
fn rows(plan: &Plan) -> Vec<(String, Row<'_>)> {
    let mut rows: BTreeMap<(&str, &str), Row<'_>> = BTreeMap::new();
    for step in &plan.steps {
        let provider = step.api_version.split('/').next().unwrap_or_default();
        let row = rows.entry((provider, step.address.kind())).or_default();
        *row.counts.entry(step.action).or_default() += 1;
        row.targets.extend(step.address.target());
    }
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(_, row)| {
        SECTIONS.map(|(action, _)| Reverse(row.counts.get(&action).copied()))
    });
    rows.into_iter()
        .map(|((provider, kind), row)| {
            let place = match row.targets.len() {
                0 | 1 => String::new(),
                many => format!(" in {many} targets"),
            };
            (
                format!("{}/{}{place}", visible(provider), visible(kind)),
                row,
            )
        })
        .collect()
}

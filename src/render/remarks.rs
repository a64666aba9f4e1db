//! Messages of a plan: warnings, notes, overrides that were used, and why it is refused.

use std::collections::BTreeMap;

use anstyle::Style;

use crate::base::Address;
use crate::base::text::visible;
use crate::plan::{Note, Plan};

use super::page::Page;
use super::plan::counted;
use super::style::paint;
use super::view::Detail;

/// How many messages of one code are shown, if not all are.
const OF_A_CODE: usize = 3;

/// Writes what is to be looked at.
pub(super) fn write(page: &mut Page, plan: &Plan, detail: Detail) {
    let (warning, quiet) = (page.styles.warning, page.styles.note);
    several(page, (warning, "warning"), &plan.warnings, detail);
    several(page, (quiet, "note"), &plan.notes, detail);
    for used in &plan.overrides {
        let word = paint(warning, "override");
        page.line(format_args!("{word}: --override {}", visible(used)));
    }
    page.gap();
}

/// Why it may not be applied, each with what to type if it shall be all the same.
pub(super) fn refusals(page: &mut Page, refusals: &[Note], detail: Detail) {
    if refusals.is_empty() {
        return;
    }
    page.gap();
    let count = counted(refusals.len() as u64, "refusal");
    let title = paint(page.styles.error, format_args!("Refused ({count})"));
    page.line(title);
    page.gap();
    let style = page.styles.error;
    several(page, (style, "refused"), refusals, detail);
}

/// Of many with one code the first few, unless all are wanted.
fn several(page: &mut Page, (style, word): (Style, &str), notes: &[Note], detail: Detail) {
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for note in notes {
        *codes.entry(&note.code).or_default() += 1;
    }
    for note in notes {
        let all = codes.get(note.code.as_str()).copied().unwrap_or_default();
        let so_far = seen.entry(&note.code).or_default();
        *so_far += 1;
        if detail == Detail::All || all <= OF_A_CODE + 1 || *so_far <= OF_A_CODE {
            remark(page, style, word, note);
        } else if *so_far == all {
            let word = paint(style, format_args!("{word}[{}]", note.code));
            let left = all - OF_A_CODE;
            page.line(format_args!("{word}: … and {left} more like it"));
        }
    }
}

fn remark(page: &mut Page, style: Style, word: &str, note: &Note) {
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

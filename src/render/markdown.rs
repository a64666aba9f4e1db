//! A plan as a comment on a pull request: Markdown of at most 65,536 characters.
//!
//! What does not fit is folded, the harmless first: how creations look, then how updates look, then
//! their addresses, then what is gained. Deletes, replacements and lost access are listed as long as
//! they fit by themselves. Nothing of a server's text is Markdown: it stands in fences and `code`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::text::visible;
use crate::plan::{Action, Note, Plan, Step};

use super::plan::{SECTIONS, about, summary, world};
use super::style::glyph;
use super::{Styles, access, page::Page, step};

/// What a comment may have, in characters; bytes are counted, which are no fewer.
const MOST: usize = 65_536;
/// By this a workflow finds its comment again.
const MARK: &str = "<!-- tenantry plan -->";

/// How much is said of the steps of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// How many of each kind.
    Counts,
    /// Their addresses.
    Addresses,
    /// Everything.
    Full,
}

/// What is left out, one thing more each time.
const FOLDS: [(&[Action], Detail); 6] = [
    (&[Action::Adopt, Action::Forget], Detail::Addresses),
    (&[Action::Create], Detail::Addresses),
    (&[Action::Update], Detail::Addresses),
    (
        &[Action::Adopt, Action::Forget, Action::Create],
        Detail::Counts,
    ),
    (&[Action::Update], Detail::Counts),
    (&[Action::Delete, Action::Replace], Detail::Addresses),
];

/// The comment.
pub fn plan(plan: &Plan) -> String {
    let mut details: BTreeMap<Action, Detail> =
        SECTIONS.iter().map(|(a, _)| (*a, Detail::Full)).collect();
    let mut text = whole(plan, &details, true);
    for (actions, detail) in FOLDS {
        if text.len() <= MOST {
            return text;
        }
        details.extend(actions.iter().map(|action| (*action, detail)));
        text = whole(plan, &details, true);
    }
    if text.len() > MOST {
        text = whole(plan, &details, false);
    }
    cut(text)
}

/// What cannot be folded any more ends with a word about it.
fn cut(mut text: String) -> String {
    const END: &str = "\n```\n\n**This is not all of it: see `tenantry plan`.**\n";
    if text.len() > MOST {
        let mut end = MOST - END.len();
        while !text.is_char_boundary(end) || !text[..end].ends_with('\n') {
            end -= 1;
        }
        text.truncate(end);
        text += END;
    }
    text
}

fn whole(plan: &Plan, details: &BTreeMap<Action, Detail>, gains: bool) -> String {
    let mut out = format!("{MARK}\n### `{}` ({})\n", summary(plan), world(plan.target));
    if plan.partial {
        out += "\nPartial: only what was selected, and what that needs, is looked at.\n";
    }
    notes(&mut out, "Refused", &plan.refusals);
    notes(&mut out, "Warnings", &plan.warnings);
    access_section(&mut out, plan, gains);
    for (action, title) in SECTIONS {
        let steps = plan.steps.iter().filter(|step| step.action == action);
        let steps: Vec<&Step> = steps.collect();
        let detail = details.get(&action).copied().unwrap_or(Detail::Full);
        section(&mut out, title, &steps, detail);
    }
    notes(&mut out, "Notes", &plan.notes);
    if !plan.overrides.is_empty() {
        let used = plan
            .overrides
            .iter()
            .map(|used| format!("--override {used}"));
        fenced(&mut out, "", &lines(used));
    }
    out
}

/// Losses always, gains if there is room.
fn access_section(out: &mut String, plan: &Plan, gains: bool) {
    if plan.access.is_empty() {
        return;
    }
    let (gained, lost): (Vec<_>, Vec<_>) = plan
        .access
        .iter()
        .cloned()
        .partition(|change| change.gained);
    let mut shown = lost;
    if gains {
        shown.extend(gained.iter().cloned());
    }
    let _infallible = write!(out, "\n#### Access ({})\n", access::totals(&plan.access));
    let mut page = Page::new(Styles::PLAIN);
    access::write(&mut page, &shown);
    let text = page.finish();
    let body: Vec<&str> = text.lines().skip(2).filter(|l| !l.is_empty()).collect();
    fenced(out, "diff", &lines(body.into_iter().map(signed)));
    if !gains && !gained.is_empty() {
        *out += "\nWhat is gained is in `tenantry plan`.\n";
    }
}

fn section(out: &mut String, title: &str, steps: &[&Step], detail: Detail) {
    if steps.is_empty() {
        return;
    }
    let _infallible = write!(out, "\n#### {title} ({})\n", steps.len());
    match detail {
        Detail::Full => {
            let mut page = Page::new(Styles::PLAIN);
            for one in steps {
                step::write(&mut page, one);
            }
            fenced(
                out,
                "diff",
                &lines(page.finish().trim_end().lines().map(signed)),
            );
        }
        Detail::Addresses => {
            let line = |one: &&Step| signed(&format!("{} {}", glyph(one), one.address));
            fenced(out, "diff", &lines(steps.iter().map(line)));
        }
        Detail::Counts => {
            let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
            for one in steps {
                *kinds.entry(one.address.kind()).or_default() += 1;
            }
            let counts = kinds
                .iter()
                .map(|(kind, count)| format!("{count} `{kind}`"));
            let counts = counts.collect::<Vec<_>>().join(", ");
            let _infallible = writeln!(out, "\n{counts}; each is in `tenantry plan`.");
        }
    }
}

fn notes(out: &mut String, title: &str, notes: &[Note]) {
    if notes.is_empty() {
        return;
    }
    let _infallible = write!(out, "\n#### {title} ({})\n", notes.len());
    let told = notes.iter().map(|note| {
        let hint = note
            .hint
            .iter()
            .map(|hint| format!("\n    {}", visible(hint)));
        format!(
            "[{}] {}{}",
            note.code,
            about(note.address.as_ref(), &note.message),
            hint.collect::<String>()
        )
    });
    fenced(out, "", &lines(told));
}

fn lines(all: impl Iterator<Item = String>) -> String {
    all.fold(String::new(), |text, line| text + &line + "\n")
}

/// A block in which nothing is Markdown: its fence is longer than any in it.
fn fenced(out: &mut String, language: &str, body: &str) {
    let mut longest = 0;
    let mut run = 0;
    for c in body.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(3.max(longest + 1));
    let _infallible = write!(out, "\n{fence}{language}\n{body}{fence}\n");
}

/// A line with its sign in the first column, where `diff` gives it a colour; a change is `!`.
fn signed(line: &str) -> String {
    let body = line.trim_start();
    let indent = &line[..line.len() - body.len()];
    let word = body.split(' ').next().unwrap_or_default();
    let sign = match word {
        "+" | "-" => word,
        "~" => "!",
        "-/+" | "+/-" => "-",
        _ => return line.trim_end().to_owned(),
    };
    let indent = indent.strip_prefix("  ").unwrap_or(indent);
    let told = if word.len() == 3 { word } else { "" };
    let rest = [told, body[word.len()..].trim_start()];
    let rest = rest.into_iter().filter(|part| !part.is_empty());
    let rest = rest.collect::<Vec<_>>().join(" ");
    format!("{sign} {indent}{rest}")
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;

//! A plan as a comment on a pull request: Markdown of at most 65,536 characters.
//!
//! What does not fit is folded, the harmless first: how creations look, then how updates look, then
//! what is gained, then their names. Deletes, replacements and lost access are listed as long as
//! they fit by themselves; after that it is said how many are not. Nothing of a server's text is
//! Markdown: it stands in fences and `code`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::text::visible;
use crate::plan::{AccessChange, Action, Note, Plan, Step};

use super::access::{self, Named};
use super::group::{Likeness, groups};
use super::names::{Listed, addresses};
use super::plan::{SECTIONS, counted, summary, world};
use super::remarks::about;
use super::style::glyph;
use super::view::View;
use super::{Styles, page::Page};

/// What a comment may have, in characters; bytes are counted, which are no fewer.
const MOST: usize = 65_536;
/// By this a workflow finds its comment again.
const MARK: &str = "<!-- tenantry plan -->";
/// From how many lines on something harmless has to be unfolded to be read.
const LONG: usize = 24;
/// How many messages there are, if not all have room.
const NOTES: usize = 20;
/// Room for the words that say what is left out.
const WORDS: usize = 400;

/// How much is said of the steps of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// How many of each kind.
    Counts,
    /// Their names, as many as there is room for.
    Names,
    /// What similar ones have in common.
    Similar,
    /// Everything, what is alike once.
    Full,
}

/// How much is said of everything.
#[derive(Debug, Clone)]
struct Form<'a> {
    view: &'a View,
    details: BTreeMap<Action, Detail>,
    gains: Option<Named>,
    losses: Named,
    notes: usize,
    /// How many bytes what may not be left out has, in each section; all that it needs, if not set.
    room: Option<usize>,
}

/// What has to be made and what is taken over or let go: harmless.
const HARMLESS: &[Action] = &[Action::Adopt, Action::Forget, Action::Create];

/// What is said less of, one thing more each time.
const FOLDS: [fn(&mut Form<'_>); 8] = [
    |form| form.notes = NOTES,
    |form| form.say(HARMLESS, Detail::Similar),
    |form| form.say(&[Action::Update], Detail::Similar),
    |form| form.gains = Some(Named::Few),
    |form| form.say(HARMLESS, Detail::Counts),
    |form| form.say(&[Action::Update], Detail::Counts),
    |form| form.gains = None,
    |form| form.say(&[Action::Delete, Action::Replace], Detail::Names),
];

impl Form<'_> {
    fn say(&mut self, actions: &[Action], detail: Detail) {
        let said = actions.iter().map(|action| (*action, detail));
        self.details.extend(said);
    }
}

/// The comment.
pub fn plan(plan: &Plan, view: &View) -> String {
    let mut form = Form {
        view,
        details: SECTIONS.iter().map(|(a, _)| (*a, Detail::Full)).collect(),
        gains: Some(Named::All),
        losses: Named::All,
        notes: usize::MAX,
        room: None,
    };
    let mut text = whole(plan, &form);
    for fold in FOLDS {
        if text.len() <= MOST {
            return text;
        }
        fold(&mut form);
        text = whole(plan, &form);
    }
    if text.len() > MOST {
        form.losses = Named::Few;
        text = whole(plan, &form);
    }
    if text.len() > MOST {
        form.room = Some(0);
        let used = whole(plan, &form).len() + WORDS;
        let sections = 3;
        form.room = Some(MOST.saturating_sub(used) / sections);
        text = whole(plan, &form);
    }
    cut(text)
}

/// What cannot be folded any more (messages of unheard-of length) ends with a word about it.
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

fn whole(plan: &Plan, form: &Form<'_>) -> String {
    let mut out = format!("{MARK}\n### `{}` ({})\n", summary(plan), world(plan.target));
    if plan.partial {
        out += "\nPartial: only what was selected, and what that needs, is looked at.\n";
    }
    if let Some(hidden) = form.view.hidden(plan) {
        let _infallible = write!(out, "\n**{hidden}**\n");
    }
    notes(&mut out, "Refused", &plan.refusals, form.notes);
    notes(&mut out, "Warnings", &plan.warnings, form.notes);
    access_section(&mut out, plan, form);
    for (action, title) in SECTIONS {
        let steps = plan.steps.iter().filter(|step| step.action == action);
        let steps: Vec<&Step> = steps.collect();
        if !steps.is_empty() && form.view.shows(action) {
            let _infallible = write!(out, "\n#### {title} ({})\n", steps.len());
            section(&mut out, &steps, action, form);
        }
    }
    notes(&mut out, "Notes", &plan.notes, form.notes);
    if !plan.overrides.is_empty() {
        let used = plan
            .overrides
            .iter()
            .map(|used| format!("--override {}", visible(used)));
        fenced(&mut out, "", &lines(used));
    }
    out
}

/// Losses always, gains if there is room.
fn access_section(out: &mut String, plan: &Plan, form: &Form<'_>) {
    if plan.access.is_empty() {
        return;
    }
    let _infallible = write!(out, "\n#### Access ({})\n", access::totals(&plan.access));
    let side = |gained: bool| plan.access.iter().filter(move |one| one.gained == gained);
    let lost: Vec<String> = side(false).map(|one| told(one, form.losses)).collect();
    let (shown, left) = fitting(lost, form.room);
    if !shown.is_empty() {
        fenced(out, "diff", &shown.concat());
    }
    if left > 0 {
        let _infallible = write!(
            out,
            "\n**{} of lost access had no room here: see `tenantry plan --all`.**\n",
            counted(left as u64, "more line")
        );
    }
    match form.gains {
        Some(named) => {
            let gained: String = side(true).map(|one| told(one, named)).collect();
            unfolding(out, &gained);
        }
        None if side(true).next().is_some() => *out += "\nWhat is gained is in `tenantry plan`.\n",
        None => {}
    }
}

/// What some gain or lose, everybody by name if so wanted.
fn told(change: &AccessChange, named: Named) -> String {
    let mut page = Page::new(Styles::PLAIN);
    access::one(&mut page, change, named);
    lines(page.finish().lines().map(signed))
}

/// As many as fit, and how many do not.
fn fitting(mut all: Vec<String>, room: Option<usize>) -> (Vec<String>, usize) {
    let (mut used, count) = (0, all.len());
    let fits = all.iter().take_while(|one| {
        used += one.len();
        room.is_none_or(|room| used <= room)
    });
    let shown = fits.count();
    all.truncate(shown);
    (all, count - shown)
}

fn section(out: &mut String, steps: &[&Step], action: Action, form: &Form<'_>) {
    let likeness = match form.details.get(&action) {
        Some(Detail::Counts) => return counts(out, steps),
        Some(Detail::Names) => return names(out, steps, form.room),
        Some(Detail::Similar) => Likeness::Similar,
        Some(Detail::Full) | None => Likeness::Alike,
    };
    let names = match likeness {
        Likeness::Alike => usize::MAX,
        Likeness::Similar => 2,
    };
    let mut page = Page::new(Styles::PLAIN);
    for group in groups(steps, likeness) {
        group.write(&mut page, names);
    }
    let text = lines(page.finish().trim_end().lines().map(signed));
    match action {
        Action::Delete | Action::Replace => fenced(out, "diff", &text),
        _ => unfolding(out, &text),
    }
}

fn counts(out: &mut String, steps: &[&Step]) {
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

/// Their names alone, close together, as many as there is room for.
fn names(out: &mut String, steps: &[&Step], room: Option<usize>) {
    let mut signs: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for one in steps {
        signs.entry(glyph(one)).or_default().push(one);
    }
    let (mut text, mut left) = (String::new(), 0);
    for (sign, steps) in signs {
        for (line, count) in Listed::new(&addresses(&steps), "").counted() {
            let line = format!("{}\n", signed(&format!("{sign} {line}")));
            if left > 0 || room.is_some_and(|room| text.len() + line.len() > room) {
                left += count;
            } else {
                text += &line;
            }
        }
    }
    fenced(out, "diff", &text);
    if left > 0 {
        let _infallible = write!(
            out,
            "\n**{left} more had no room here: see `tenantry plan --only delete,replace --all`.**\n"
        );
    }
}

/// Messages; of too many the first ones.
fn notes(out: &mut String, title: &str, notes: &[Note], most: usize) {
    if notes.is_empty() {
        return;
    }
    let _infallible = write!(out, "\n#### {title} ({})\n", notes.len());
    let told = notes.iter().take(most).map(|note| {
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
    if notes.len() > most {
        let left = notes.len() - most;
        let _infallible = write!(out, "\n{left} more are in `tenantry plan --all`.\n");
    }
}

fn lines(all: impl Iterator<Item = String>) -> String {
    all.fold(String::new(), |text, line| text + &line + "\n")
}

/// A block that, if it is long, has to be unfolded to be read.
fn unfolding(out: &mut String, body: &str) {
    let count = body.lines().count();
    match count {
        0 => {}
        1..=LONG => fenced(out, "diff", body),
        _ => {
            let _infallible = write!(out, "\n<details><summary>{count} lines</summary>\n");
            fenced(out, "diff", body);
            *out += "\n</details>\n";
        }
    }
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

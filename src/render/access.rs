//! Who gains and who loses what: a line for all who do alike.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::text::visible;
use crate::plan::AccessChange;

use super::Styles;
use super::json::pretty;
use super::names::Listed;
use super::page::Page;
use super::plan::counted;
use super::style::paint;

/// How many names and rights a line shows.
const SHOWN: usize = 4;
/// How many lines of those who lose a short list has, and of those who gain.
const SIDES: (usize, usize) = (6, 3);

/// One right that somebody has.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Holding {
    /// Who: `acme/user/alice`.
    pub who: String,
    /// What: `scope/orders.read`, `full on dcos:superuser`.
    pub right: String,
    /// Through whom, the nearest first; empty: it is their own.
    pub through: Vec<String>,
    /// Whether it is as good as everything in the target.
    pub everything: bool,
    /// Of changes: whether it comes or goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Turn>,
}

/// What becomes of a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// It goes.
    Lost,
    /// It comes.
    Gained,
}

/// Who has what, by person: for `access`.
pub fn holdings(holdings: &[Holding], styles: Styles) -> String {
    let mut page = Page::new(styles);
    let mut last = None;
    for one in holdings {
        if last != Some(&one.who) {
            page.gap();
            page.line(paint(styles.strong, visible(&one.who)));
            last = Some(&one.who);
        }
        let through = through(&one.through);
        let everything = everything(one.everything, &one.who, styles.warning);
        let right = visible(&one.right);
        let text = format!("{right}{through}{everything}");
        match one.change {
            None => page.line(format_args!("    {text}")),
            Some(Turn::Gained) => page.sign(1, styles.gain, "+", text),
            Some(Turn::Lost) => page.sign(1, styles.lose, "-", text),
        }
    }
    page.gap();
    page.line(sum(holdings));
    page.finish()
}

/// `3 principals have 10 rights.`
fn sum(holdings: &[Holding]) -> String {
    let is_change = holdings.iter().any(|one| one.change.is_some());
    let who: BTreeSet<&String> = holdings.iter().map(|one| &one.who).collect();
    let (rights, who) = (holdings.len() as u64, who.len() as u64);
    let verb = match (is_change, who) {
        (true, 1) => "gains or loses",
        (true, _) => "gain or lose",
        (false, 1) => "has",
        (false, _) => "have",
    };
    let (who, rights) = (counted(who, "principal"), counted(rights, "right"));
    format!("{who} {verb} {rights}.")
}

/// The same for machines.
pub fn holdings_json(holdings: &[Holding]) -> String {
    pretty(&holdings)
}

/// How many are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// Everybody, on lines of their own where there are many.
    All,
    /// A few of each.
    Few,
    /// A few of each, and of a long list its beginning.
    Short,
}

/// The section, what is lost first; nothing where access stays as it is.
pub(super) fn write(page: &mut Page, changes: &[AccessChange], named: Named) {
    if changes.is_empty() {
        return;
    }
    let title = format!("Access ({})", totals(changes));
    page.line(paint(page.styles.strong, title));
    page.gap();
    for gained in [false, true] {
        let side: Vec<_> = changes.iter().filter(|one| one.gained == gained).collect();
        let most = if gained { SIDES.1 } else { SIDES.0 };
        let shown = match named {
            Named::Short if side.len() > most + 1 => most,
            _ => side.len(),
        };
        for change in &side[..shown] {
            one(page, change, named);
        }
        let left: BTreeSet<&String> = side[shown..].iter().flat_map(|one| &one.who).collect();
        if !left.is_empty() {
            let verb = if gained { "gain" } else { "lose" };
            let verb = format!("{verb}{}", ending(left.len()));
            page.line(format_args!(
                "    … and {} more {verb} something",
                left.len()
            ));
        }
    }
    page.gap();
}

/// Writes one change.
pub(super) fn one(page: &mut Page, change: &AccessChange, named: Named) {
    let (style, sign) = if change.gained {
        (page.styles.gain, "+")
    } else {
        (page.styles.lose, "-")
    };
    let text = line(change, named, page.styles.warning);
    page.sign(1, style, sign, text);
    if named == Named::All && change.who.len() > SHOWN {
        page.indented(3, &Listed::new(&change.who, "").all());
    }
}

/// `3 gain, 1 loses`
pub(super) fn totals(changes: &[AccessChange]) -> String {
    let count = |gained: bool| {
        let of = changes.iter().filter(|change| change.gained == gained);
        let who: BTreeSet<&String> = of.flat_map(|change| &change.who).collect();
        who.len()
    };
    let said = [(count(true), "gain"), (count(false), "lose")];
    let said = said.into_iter().filter(|(count, _)| *count > 0);
    let said: Vec<_> = said
        .map(|(count, verb)| format!("{count} {verb}{}", ending(count)))
        .collect();
    said.join(", ")
}

/// `alice gains scope/read through role/reader`. Who they are stands below where all are named.
fn line(change: &AccessChange, named: Named, warning: anstyle::Style) -> String {
    let verb = if change.gained { "gain" } else { "lose" };
    let many = change.who.len() > SHOWN;
    let (who, beside) = match many {
        false => (names(&change.who), String::new()),
        true if named == Named::All => (change.who.len().to_string(), ":".to_owned()),
        true => (
            change.who.len().to_string(),
            format!(" ({})", names(&change.who)),
        ),
    };
    let rights = match named {
        Named::All => every(&change.rights),
        Named::Few | Named::Short => names(&change.rights),
    };
    let ending = ending(change.who.len());
    let through = through(&change.through);
    let everything = everything(change.everything, &change.target, warning);
    format!("{who} {verb}{ending} {rights}{through}{everything}{beside}")
}

fn through(parties: &[String]) -> String {
    let parties: Vec<_> = parties.iter().map(|party| visible(party)).collect();
    match parties.as_slice() {
        [] => String::new(),
        parties => format!(" through {}", parties.join(", ")),
    }
}

/// `of` is a target's name, or an address in it.
fn everything(is: bool, of: &str, warning: anstyle::Style) -> String {
    if !is {
        return String::new();
    }
    let target = of.split('/').next().unwrap_or(of);
    let said = format!("everything in {}", visible(target));
    format!(": {}", paint(warning, said))
}

fn ending(count: usize) -> &'static str {
    if count == 1 { "s" } else { "" }
}

/// A few of them, and how many more.
fn names(names: &[String]) -> String {
    let left = names.len().saturating_sub(SHOWN);
    let left = if left == 1 { 0 } else { left };
    let shown = names[..names.len() - left].iter();
    let mut shown: Vec<_> = shown.map(|name| visible(name).into_owned()).collect();
    if left > 0 {
        shown.push(format!("{left} more"));
    }
    listed(&shown)
}

/// All of them.
fn every(names: &[String]) -> String {
    let names: Vec<_> = names
        .iter()
        .map(|name| visible(name).into_owned())
        .collect();
    listed(&names)
}

/// `a, b and c`
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::access;
    use super::super::{Styles, page::Page};
    use super::{Named, write};

    #[test]
    fn those_who_gain_alike_stand_on_one_line() {
        let users: Vec<String> = (1..=200).map(|n| format!("acme/user/u{n:03}")).collect();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let mut page = Page::new(Styles::PLAIN);
        let changes = [
            access(
                false,
                &["acme/user/bob"],
                &["full on dcos:superuser"],
                "group/ops",
            ),
            access(true, &users, &["scope/read:orders"], "role/reader"),
            access(true, &users[..2], &["a", "b", "c", "d", "e"], "role/writer"),
        ];
        write(&mut page, &changes, Named::Few);
        insta::assert_snapshot!(page.finish(), @r"
        Access (200 gain, 1 loses)

          - acme/user/bob loses full on dcos:superuser through group/ops: everything in acme
          + 200 gain scope/read:orders through role/reader (acme/user/u001, acme/user/u002, acme/user/u003, acme/user/u004 and 196 more)
          + acme/user/u001 and acme/user/u002 gain a, b, c, d and e through role/writer
        ");
    }

    #[test]
    fn access_that_stays_is_not_spoken_of() {
        let mut page = Page::new(Styles::PLAIN);
        write(&mut page, &[], Named::All);
        assert_eq!(page.finish(), "");
    }
}

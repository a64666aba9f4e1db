//! Who gains and who loses what: a line for all who do alike.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::text::visible;
use crate::plan::AccessChange;

use super::Styles;
use super::json::pretty;
use super::page::Page;
use super::plan::counted;
use super::style::paint;

/// How many names and rights a line shows.
const SHOWN: usize = 4;

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
        page.line(format_args!("    {right}{through}{everything}"));
    }
    page.gap();
    let who: BTreeSet<&String> = holdings.iter().map(|one| &one.who).collect();
    let (rights, who) = (holdings.len() as u64, who.len() as u64);
    let plural = if who == 1 { "s" } else { "ve" };
    page.line(format_args!(
        "{} ha{plural} {}.",
        counted(who, "principal"),
        counted(rights, "right")
    ));
    page.finish()
}

/// The same for machines.
pub fn holdings_json(holdings: &[Holding]) -> String {
    pretty(&holdings)
}

/// The section; nothing where access stays as it is.
pub(super) fn write(page: &mut Page, changes: &[AccessChange]) {
    if changes.is_empty() {
        return;
    }
    let title = format!("Access ({})", totals(changes));
    page.line(paint(page.styles.strong, title));
    page.gap();
    for change in changes {
        let (style, sign) = if change.gained {
            (page.styles.gain, "+")
        } else {
            (page.styles.lose, "-")
        };
        let text = line(change, page.styles.warning);
        page.sign(1, style, sign, text);
    }
    page.gap();
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

fn line(change: &AccessChange, warning: anstyle::Style) -> String {
    let verb = if change.gained { "gain" } else { "lose" };
    let many = change.who.len() > SHOWN;
    let (who, beside) = if many {
        let who = change.who.len().to_string();
        (who, format!(" ({})", names(&change.who)))
    } else {
        (names(&change.who), String::new())
    };
    let (ending, rights) = (ending(change.who.len()), names(&change.rights));
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
    let mut shown: Vec<_> = names[..names.len() - left]
        .iter()
        .map(|name| visible(name).into_owned())
        .collect();
    let last = match left {
        0 => shown.pop().unwrap_or_default(),
        more => format!("{more} more"),
    };
    if shown.is_empty() {
        last
    } else {
        format!("{} and {last}", shown.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::access;
    use super::super::{Styles, page::Page};
    use super::write;

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
        write(&mut page, &changes);
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
        write(&mut page, &[]);
        assert_eq!(page.finish(), "");
    }
}

//! Who gains and who loses what, what is lost first; many names are folded.

use std::fmt::Write as _;

use crate::plan::{AccessChange, Plan};

use super::super::access::totals;
use super::super::markup::escaped;
use super::heading;

/// How many names stand on a line.
const NAMES: usize = 3;

pub(super) fn section(out: &mut String, plan: &Plan) {
    if plan.access.is_empty() {
        return;
    }
    heading(out, "access", "Access", &totals(&plan.access));
    *out += "<ul class=\"list\">\n";
    for gained in [false, true] {
        for change in plan.access.iter().filter(|one| one.gained == gained) {
            one(out, change);
        }
    }
    *out += "</ul>\n";
}

fn one(out: &mut String, change: &AccessChange) {
    let AccessChange {
        target,
        gained,
        everything,
        who,
        rights,
        through,
    } = change;
    let (class, sign) = if *gained {
        ("gain", "+")
    } else {
        ("lose", "−")
    };
    let verb = match (gained, who.len()) {
        (true, 1) => "gains",
        (true, _) => "gain",
        (false, 1) => "loses",
        (false, _) => "lose",
    };
    let names = if who.len() > NAMES {
        format!("<b>{}</b>", who.len())
    } else {
        list(who, "b")
    };
    let mut told = format!("{names} {verb} {}", list(rights, "code"));
    // Writing into a String cannot fail.
    if !through.is_empty() {
        let _ = write!(
            told,
            " <span class=\"through\">through {}</span>",
            list(through, "span")
        );
    }
    if *everything {
        let _ = write!(
            told,
            "<span class=\"badge\">everything in {}</span>",
            escaped(target)
        );
    }
    let line = format!(
        "<span class=\"line\"><span class=\"sign\">{sign}</span><span>{told}</span></span>"
    );
    let _ = if who.len() > NAMES {
        writeln!(
            out,
            "<li class=\"{class}\"><details><summary>{line}</summary>\
             <div class=\"who\">{}</div></details></li>",
            list(who, "span")
        )
    } else {
        writeln!(out, "<li class=\"{class}\">{line}</li>")
    };
}

/// `a, b and c`, each in an element.
fn list(names: &[String], element: &str) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("<{element}>{}</{element}>", escaped(name)))
        .collect();
    match names.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        names => names.concat(),
    }
}

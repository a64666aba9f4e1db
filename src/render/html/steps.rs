//! The steps, what goes first; each to be unfolded: what differs, and what it waits for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::base::{Address, Place};
use crate::plan::{Action, Drift, Order, Plan, Step};

use super::super::findings::Places;
use super::super::markup::escaped;
use super::super::page::{Page, Row};
use super::super::plan::SECTIONS;
use super::super::step::{body, reason};
use super::super::style::{glyph, word};
use super::super::{Styles, change};
use super::{heading, kinds};

/// Up to how many steps there are for all of them to be unfolded at first.
const UNFOLDED: usize = 12;
/// How many steps are named that one waits for.
const WAITS: usize = 8;

/// `logto/role`
pub(super) fn kind(step: &Step) -> String {
    let provider = step.api_version.split('/').next().unwrap_or_default();
    format!("{provider}/{}", step.address.kind())
}

/// What a step waits for, and which number it has.
struct Waits<'a> {
    numbers: BTreeMap<&'a Address, usize>,
    waits: BTreeMap<&'a Address, BTreeSet<&'a Address>>,
}

impl<'a> Waits<'a> {
    fn new(plan: &'a Plan) -> Self {
        let mut waits: BTreeMap<&Address, BTreeSet<&Address>> = BTreeMap::new();
        let edges = plan.edges.iter().filter(|edge| {
            let (before, after) = (&edge.before, &edge.after);
            edge.order == Order::Needs && before.address != after.address
        });
        for edge in edges {
            waits
                .entry(&edge.after.address)
                .or_default()
                .insert(&edge.before.address);
        }
        Self {
            numbers: plan
                .steps
                .iter()
                .map(|step| &step.address)
                .zip(1..)
                .collect(),
            waits,
        }
    }
}

pub(super) fn section(out: &mut String, plan: &Plan, places: Places<'_>) {
    if plan.steps.is_empty() {
        return;
    }
    heading(out, "steps", "Steps", &plan.steps.len().to_string());
    *out += "<section>\n";
    bar(out, plan);
    let order = Waits::new(plan);
    for (action, title) in SECTIONS {
        let count = plan.count(action);
        if count == 0 {
            continue;
        }
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "<section class=\"actions\">\n<h3>{title} <small>{count}</small></h3>"
        );
        for step in plan.steps.iter().filter(|step| step.action == action) {
            one(out, step, &order, places, plan.steps.len() <= UNFOLDED);
        }
        *out += "</section>\n";
    }
    *out += "</section>\n";
}

/// What to filter by: nothing without a script.
fn bar(out: &mut String, plan: &Plan) {
    *out += "<form class=\"bar\" aria-label=\"Filter the steps\">\n\
             <input type=\"search\" placeholder=\"Search steps ( / )\" aria-label=\"Search steps\">\n";
    *out += "<select aria-label=\"Kind\"><option value=\"\">All kinds</option>";
    for (kind, count) in kinds(plan) {
        let kind = escaped(&kind);
        // Writing into a String cannot fail.
        let _ = write!(out, "<option value=\"{kind}\">{kind} ({count})</option>");
    }
    *out += "</select>\n<fieldset class=\"toggles\" aria-label=\"Actions\">";
    for (action, _) in SECTIONS
        .iter()
        .filter(|(action, _)| plan.count(*action) > 0)
    {
        let word = word(*action);
        let _ = write!(
            out,
            "<label><input type=\"checkbox\" value=\"{word}\" checked><span>{word}</span></label>"
        );
    }
    *out += "</fieldset>\n<button type=\"button\" name=\"open\">Open all</button>\n\
             <button type=\"button\" name=\"close\">Close all</button>\n\
             <p class=\"shown\" aria-live=\"polite\"></p>\n</form>\n";
}

fn one(out: &mut String, step: &Step, order: &Waits<'_>, places: Places<'_>, is_open: bool) {
    let number = order
        .numbers
        .get(&step.address)
        .copied()
        .unwrap_or_default();
    let (word, open) = (word(step.action), if is_open { " open" } else { "" });
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "<details class=\"step {word}\" id=\"step-{number}\" data-action=\"{word}\" \
         data-kind=\"{}\"{open}>\n<summary><span class=\"sign\">{}</span>\
         <span class=\"name\">{}</span><span class=\"why\">{}</span></summary>\n",
        escaped(&kind(step)),
        glyph(step),
        escaped(&step.address.to_string()),
        escaped(&reason(step))
    );
    let mut page = Page::new(Styles::PLAIN);
    body(&mut page, step);
    rows(out, page.rows());
    waits(out, step, order, places);
    *out += "</details>\n";
}

/// Lines with their signs, as a plan has them.
fn rows(out: &mut String, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    *out += "<div class=\"rows\">\n";
    for Row { depth, sign, text } in rows {
        let colour = match sign.as_str() {
            "+" => "plus",
            "-" => "minus",
            "~" => "other",
            _ => "gap",
        };
        let inner = if *depth > change::FIELD { " in" } else { "" };
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "<div class=\"{colour}{inner}\"><b>{}</b><span>{}</span></div>",
            escaped(sign),
            escaped(text)
        );
    }
    *out += "</div>\n";
}

fn waits(out: &mut String, step: &Step, order: &Waits<'_>, places: Places<'_>) {
    let waits = order.waits.get(&step.address).into_iter().flatten();
    let known: Vec<(usize, &&Address)> = waits
        .filter_map(|before| Some((*order.numbers.get(before)?, before)))
        .collect();
    let mut told = Vec::new();
    if !known.is_empty() {
        let links = known.iter().take(WAITS).map(|(number, address)| {
            let name = escaped(&address.to_string());
            format!("<a href=\"#step-{number}\">{name}</a>")
        });
        let mut links: Vec<String> = links.collect();
        if known.len() > WAITS {
            links.push(format!("{} more", known.len() - WAITS));
        }
        told.push(format!("Waits for {}", links.join(", ")));
    }
    if let Some(Place { file, at, .. }) = places(&step.address, None) {
        told.push(format!("Declared in {}:{}", escaped(&file.name), at.line));
    }
    if !told.is_empty() {
        // Writing into a String cannot fail.
        let _ = writeln!(out, "<p class=\"waits\">{}</p>", told.join("<br>"));
    }
}

/// What somebody changed by hand.
pub(super) fn drift(out: &mut String, drift: &[Drift]) {
    if drift.is_empty() {
        return;
    }
    heading(
        out,
        "drift",
        "Changed by hand since the last apply",
        &drift.len().to_string(),
    );
    for one in drift {
        let (sign, class, said) = if one.gone {
            ("-", word(Action::Delete), "is gone")
        } else {
            ("~", word(Action::Update), "")
        };
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "<details class=\"drifted step {class}\" open>\n<summary><span class=\"sign\">{sign}</span>\
             <span class=\"name\">{}</span><span class=\"why\">{said}</span></summary>",
            escaped(&one.address.to_string())
        );
        let mut page = Page::new(Styles::PLAIN);
        for change in &one.changes {
            change::write(&mut page, change);
        }
        rows(out, page.rows());
        *out += "</details>\n";
    }
}

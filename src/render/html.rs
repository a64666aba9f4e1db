//! A plan as one page: who gains and loses first, then each step, then what waits for what.
//!
//! Nothing is fetched: styles and script are in it, and a policy lets nothing else run. Without a
//! script it is the same page, unfiltered. All texts are escaped.

mod access;
mod steps;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_lc_rs::digest;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::plan::{Action, Note, Plan};

use super::findings::Places;
use super::graph::{self, STYLE};
use super::markup::escaped;
use super::plan::{SECTIONS, counted, summary, world};
use super::remarks::about;
use super::style::{sign, word};

const PAGE_STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// The page. `places` tells where an object is declared.
pub fn plan(plan: &Plan, places: Places<'_>) -> String {
    let mut out = head(plan);
    banners(&mut out, plan);
    contents(&mut out, plan);
    out += "</header>\n<main>\n";
    notes(&mut out, "refused", "Refused", &plan.refusals);
    access::section(&mut out, plan);
    steps::section(&mut out, plan, places);
    steps::drift(&mut out, &plan.drift);
    notes(&mut out, "warnings", "Warnings", &plan.warnings);
    notes(&mut out, "notes", "Notes", &plan.notes);
    overrides(&mut out, &plan.overrides);
    picture(&mut out, plan);
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "</main>\n<footer>{}</footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        escaped(&summary(plan))
    );
    out
}

fn head(plan: &Plan) -> String {
    let style = format!("{PAGE_STYLE}{STYLE}");
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(SCRIPT)
    );
    let title = title(plan);
    let target = world(plan.target);
    let partial = if plan.partial {
        " · partial: only what was selected"
    } else {
        ""
    };
    let counts: String = SECTIONS
        .iter()
        .map(|(action, _)| (*action, plan.count(*action)))
        .filter(|(_, count)| *count > 0)
        .map(|(action, count)| chip(action, count))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title} · tenantry plan</title>\n<style>{style}</style>\n</head>\n<body>\n\
         <header>\n<p class=\"over\">tenantry plan · {target}{partial}</p>\n<h1>{title}</h1>\n\
         <ul class=\"counts\">{counts}<li><b>{}</b> unchanged</li></ul>\n",
        plan.unchanged
    )
}

/// `12 changes`
fn title(plan: &Plan) -> String {
    match plan.steps.len() {
        0 => "No changes".to_owned(),
        count => counted(count as u64, "change"),
    }
}

fn chip(action: Action, count: usize) -> String {
    let (word, sign) = (word(action), sign(action));
    format!("<li class=\"{word}\"><i aria-hidden=\"true\">{sign}</i><b>{count}</b> {word}</li>")
}

/// What a policy knows a text by.
fn hash(text: &str) -> String {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    format!("sha256-{}", BASE64_STANDARD.encode(hash.as_ref()))
}

fn banners(out: &mut String, plan: &Plan) {
    if !plan.refusals.is_empty() {
        let count = counted(plan.refusals.len() as u64, "refusal");
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "<p class=\"banner bad\"><b>This plan may not be applied:</b> {count}, below.</p>"
        );
    }
    if !plan.drift.is_empty() {
        let count = counted(plan.drift.len() as u64, "object");
        let _ = writeln!(
            out,
            "<p class=\"banner look\">Somebody changed {count} by hand since the last apply.</p>"
        );
    }
}

fn contents(out: &mut String, plan: &Plan) {
    let parts = [
        ("refused", "Refusals", plan.refusals.len()),
        ("access", "Access", plan.access.len()),
        ("steps", "Steps", plan.steps.len()),
        ("drift", "Changed by hand", plan.drift.len()),
        ("warnings", "Warnings", plan.warnings.len()),
        ("notes", "Notes", plan.notes.len()),
        ("order", "Order", plan.edges.len()),
    ];
    *out += "<nav aria-label=\"Contents\">";
    for (id, name, _) in parts.iter().filter(|(_, _, count)| *count > 0) {
        // Writing into a String cannot fail.
        let _ = write!(out, "<a href=\"#{id}\">{name}</a>");
    }
    *out += "</nav>\n";
}

fn heading(out: &mut String, id: &str, name: &str, told: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(
        out,
        "<h2 id=\"{id}\">{name} <small>{}</small></h2>",
        escaped(told)
    );
}

fn notes(out: &mut String, id: &str, name: &str, notes: &[Note]) {
    if notes.is_empty() {
        return;
    }
    heading(out, id, name, &notes.len().to_string());
    *out += "<ul class=\"list\">\n";
    for note in notes {
        let hint = note
            .hint
            .as_ref()
            .map(|hint| format!("<code class=\"hint\">{}</code>", escaped(hint)));
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "<li><code>{}</code> {}{}</li>",
            escaped(&note.code),
            escaped(&about(note.address.as_ref(), &note.message)),
            hint.unwrap_or_default()
        );
    }
    *out += "</ul>\n";
}

fn overrides(out: &mut String, overrides: &[String]) {
    if overrides.is_empty() {
        return;
    }
    heading(
        out,
        "overrides",
        "Overrides that were named",
        &overrides.len().to_string(),
    );
    *out += "<ul class=\"list\">\n";
    for used in overrides {
        // Writing into a String cannot fail.
        let _ = writeln!(out, "<li><code>--override {}</code></li>", escaped(used));
    }
    *out += "</ul>\n";
}

fn picture(out: &mut String, plan: &Plan) {
    if plan.edges.is_empty() {
        return;
    }
    let graph = graph::of_plan(plan);
    heading(
        out,
        "order",
        "Order",
        "what comes first, and what waits for it",
    );
    let gathered = graph.gathered();
    if gathered.is_some() {
        let count = graph.nodes.len();
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "<p>A picture of {count} parts would show nothing: those to which the same is done are \
             one. <code>tenantry graph --plan</code> has each.</p>"
        );
    }
    *out += "<div class=\"picture\" tabindex=\"0\" role=\"region\" aria-label=\"Order\">\n";
    *out += &graph::embedded(gathered.as_ref().unwrap_or(&graph));
    *out += "</div>\n";
}

/// By kind, in order.
fn kinds(plan: &Plan) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for step in &plan.steps {
        *kinds.entry(steps::kind(step)).or_default() += 1;
    }
    kinds
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;

//! What somebody else did since the last apply, as people read it: what it does to access first.

use super::access::{self, Named};
use super::page::Page;
use super::plan::{counted, head};
use super::style::paint;
use super::{Detail, Styles, change, remarks};
use crate::base::text::visible;
use crate::kind::Trace;
use crate::plan::{Drift, Effect, Plan, Strangers};

/// The most addresses of pending changes that are told.
const PENDING: usize = 10;

/// What differs from what was last applied, and nothing else: for `drift`.
pub fn drift(plan: &Plan, styles: Styles) -> String {
    let mut page = head(plan, styles);
    access::write(&mut page, &plan.drift_access, Named::All);
    section(&mut page, &plan.drift, plan.drift.len());
    strangers(&mut page, &plan.strangers);
    remarks::write(&mut page, plan, Detail::All);
    let requests = plan.statistics.requests;
    page.line(match plan.drift.len() {
        0 => format!(
            "No drift: live is as last applied ({}).",
            counted(requests, "request")
        ),
        n => format!(
            "Drift: {} changed since the last apply ({}).",
            counted(n as u64, "object"),
            counted(requests, "request")
        ),
    });
    pending(&mut page, plan);
    page.finish()
}

/// The changed objects, the first `shown` of them.
pub(super) fn section(page: &mut Page, drift: &[Drift], shown: usize) {
    if drift.is_empty() {
        return;
    }
    let title = format!(
        "Changed since the last apply, not by tenantry ({})",
        drift.len()
    );
    let title = paint(page.styles.strong, title);
    page.line(title);
    page.gap();
    for one in drift.iter().take(shown) {
        let Drift {
            address,
            gone,
            changes,
            ..
        } = one;
        let (style, sign) = match gone {
            true => (page.styles.lose, "-"),
            false => (page.styles.change, "~"),
        };
        let (sign, address) = (paint(style, format_args!("{sign:>3}")), address.to_string());
        page.line(format_args!("{sign} {}{}", visible(&address), remark(one)));
        for change in changes {
            change::write(page, change);
        }
        if let Some(trace) = &one.trace {
            page.line(format_args!("        {}", traced(trace)));
        }
        page.gap();
    }
    if shown < drift.len() {
        page.line(format_args!("    … and {} more", drift.len() - shown));
        page.gap();
    }
}

/// What is to be known of one at a glance.
fn remark(drift: &Drift) -> String {
    let gone = drift.gone.then(|| "is gone".to_owned());
    let said: Vec<_> = gone.into_iter().chain(weight(drift)).collect();
    if said.is_empty() {
        return String::new();
    }
    format!("  # {}", said.join("; "))
}

/// What makes one weighty: its access, and that the manifests want something else.
pub(super) fn weight(drift: &Drift) -> Vec<String> {
    let access = match drift.access {
        Effect::Everything => Some("gives everything"),
        Effect::Wider => Some("gives access"),
        Effect::Narrower => Some("takes access"),
        Effect::None => None,
    };
    let mut said: Vec<String> = access.map(str::to_owned).into_iter().collect();
    if !drift.conflicts.is_empty() {
        let fields = drift.conflicts.iter().map(|path| format!("`{path}`"));
        let fields = visible(&fields.collect::<Vec<_>>().join(", ")).to_string();
        said.push(format!("conflict: the manifests change {fields} too"));
    }
    said
}

/// Who changed one last, and when, as a log tells it.
pub(super) fn traced(trace: &Trace) -> String {
    let Trace {
        at,
        event,
        log,
        from,
        agent,
        user,
        application,
        candidates,
    } = trace;
    let parts = [
        ("by user ", user),
        ("in application ", application),
        ("with ", agent),
        ("from ", from),
    ];
    let parts = parts.iter().filter_map(|(word, what)| {
        let what = what.as_ref()?;
        Some(format!(" {word}{}", visible(what)))
    });
    let parts: String = parts.collect();
    let all: Vec<_> = candidates.iter().map(|one| visible(one)).collect();
    let had = if all.is_empty() {
        String::new()
    } else {
        format!("; had a token there: {}", all.join(", "))
    };
    format!("{at} {}{parts} ({}){had}", visible(event), visible(log))
}

/// What nobody knows of: told, and no drift.
fn strangers(page: &mut Page, all: &[Strangers]) {
    if all.is_empty() {
        return;
    }
    let count: usize = all.iter().map(|one| one.count).sum();
    let title = format!("Live and in no manifest ({count})");
    page.line(paint(page.styles.strong, title));
    page.gap();
    for one in all {
        let names = one.names.iter().map(|name| visible(name).to_string());
        let names: Vec<_> = names.collect();
        let more = one.count - names.len();
        let more = match more {
            0 => String::new(),
            more => format!(", … and {more} more"),
        };
        let (target, kind) = (visible(&one.target), &one.kind);
        page.line(format_args!(
            "  ? {target}/{kind}: {}{more}",
            names.join(", ")
        ));
    }
    page.gap();
}

/// What the manifests want beside taking back what was changed by hand.
fn pending(page: &mut Page, plan: &Plan) {
    if plan.pending.is_empty() {
        return;
    }
    let pending: Vec<String> = plan.pending.iter().map(ToString::to_string).collect();
    let count = counted(pending.len() as u64, "change");
    page.line(format_args!(
        "Pending: {count} of the manifests ({}); see `tenantry plan`.",
        visible(&few(&pending))
    ));
}

/// The first of them, and how many more there are.
fn few(all: &[String]) -> String {
    let first = all[..all.len().min(PENDING)].join(", ");
    match all.len().saturating_sub(PENDING) {
        0 => first,
        more => format!("{first}, … and {more} more"),
    }
}

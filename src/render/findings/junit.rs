//! Findings as `JUnit`'s XML: a test case each object, failed where something was found about it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::base::Address;

use super::{Finding, Level, Spot};

/// The report of a suite of that name about `objects`. Notes fail nothing.
pub fn junit(suite: &str, objects: &BTreeSet<Address>, findings: &[Finding]) -> String {
    let mut cases: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    cases.extend(
        objects
            .iter()
            .map(|object| (object.to_string(), Vec::new())),
    );
    for finding in findings.iter().filter(|one| one.level != Level::Note) {
        cases.entry(name(finding)).or_default().push(finding);
    }
    let failed = cases.values().filter(|found| !found.is_empty()).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{failed}\" errors=\"0\"",
        cases.len()
    );
    let suite = escaped(suite);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing into a String cannot fail.
    let _ = writeln!(out, "<testsuites name=\"tenantry\" {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"{suite}\" {counts} skipped=\"0\">");
    for (name, found) in &cases {
        case(&mut out, &suite, name, found);
    }
    out + "  </testsuite>\n</testsuites>\n"
}

/// The object, or where there is none the place.
fn name(finding: &Finding) -> String {
    match (&finding.address, finding.spots.first()) {
        (Some(address), _) => address.to_string(),
        (None, Some(spot)) => place(spot),
        (None, None) => finding.code.clone(),
    }
}

fn place(spot: &Spot) -> String {
    format!("{}:{}:{}", spot.file, spot.line, spot.column)
}

fn case(out: &mut String, suite: &str, name: &str, found: &[&Finding]) {
    let start = format!(
        "    <testcase classname=\"{suite}\" name=\"{}\"",
        escaped(name)
    );
    let Some(first) = found.first() else {
        let _ = writeln!(out, "{start}/>");
        return;
    };
    let file = first.spots.first().map(|spot| {
        let (file, line) = (escaped(&spot.file), spot.line);
        format!(" file=\"{file}\" line=\"{line}\"")
    });
    let _ = writeln!(out, "{start}{}>", file.unwrap_or_default());
    for one in found {
        let (code, message) = (escaped(&one.code), escaped(&one.message));
        let place = one.spots.first().map(place).into_iter();
        let lines: Vec<String> = place.chain(one.lines()).collect();
        let text = escaped(&lines.join("\n"));
        let _ = writeln!(
            out,
            "      <failure type=\"{code}\" message=\"{message}\">{text}</failure>"
        );
    }
    let _ = writeln!(out, "    </testcase>");
}

/// A text with nothing in it that is markup, or that XML 1.0 cannot hold at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push('\n'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

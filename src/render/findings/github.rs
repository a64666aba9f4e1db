//! Findings as workflow commands: GitHub draws each beside the line of the manifest.

use super::{Finding, Level, Spot};

/// A line a finding.
pub fn github(findings: &[Finding]) -> String {
    findings.iter().map(|one| command(one) + "\n").collect()
}

fn command(finding: &Finding) -> String {
    let word = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(Spot {
        file,
        line,
        column,
        end,
        label: _,
    }) = finding.spots.first().filter(|spot| spot.file != "-")
    {
        properties.push(format!("file={}", property(file)));
        properties.push(format!("line={line}"));
        properties.push(format!("col={column}"));
        properties.extend(end.map(|end| format!("endColumn={end}")));
    }
    properties.push(format!("title={}", property(&finding.code)));
    let message = data(&finding.lines().join("\n"));
    format!("::{word} {}::{message}", properties.join(","))
}

/// A text that can be neither the end of its line nor an escape.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The same where a property ends at a comma, and all of them at two colons.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

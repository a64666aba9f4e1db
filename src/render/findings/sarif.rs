//! Findings as SARIF 2.1.0, which code-scanning services and editors read.

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use serde_json::{Map, Value as Json, json};

use super::{Finding, Spot, codes};
use crate::base::code;
use crate::base::text::hex;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run of `version` of tenantry.
pub fn sarif(findings: &[Finding], version: &str) -> String {
    let codes = codes(findings);
    let index: BTreeMap<&str, usize> = codes.keys().copied().zip(0..).collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let results: Vec<Json> = findings
        .iter()
        .map(|one| result(one, &index, &mut seen))
        .collect();
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "tenantry",
                "semanticVersion": version,
                "rules": codes.keys().map(|code| rule(code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    crate::render::json::pretty(&whole)
}

/// What `tenantry explain CODE` says.
fn rule(name: &str) -> Json {
    let Some(page) = code::page(name) else {
        return json!({ "id": name });
    };
    json!({
        "id": name,
        "shortDescription": { "text": page.title },
        "fullDescription": { "text": page.text },
        "help": { "text": format!("{} (tenantry explain {name})", page.text) },
    })
}

fn result(
    finding: &Finding,
    index: &BTreeMap<&str, usize>,
    seen: &mut BTreeMap<String, usize>,
) -> Json {
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": index.get(finding.code.as_str()),
        "level": finding.level.word(),
        "message": { "text": finding.lines().join("\n") },
        "partialFingerprints": { "tenantryFinding/v1": fingerprint(finding, seen) },
    });
    let located = finding.spots.first().filter(|spot| spot.file != "-");
    let mut location = Map::new();
    if let Some(spot) = located {
        location.insert("physicalLocation".into(), physical(spot));
    }
    if let Some(address) = &finding.address {
        let name = address.to_string();
        let logical = json!([{ "fullyQualifiedName": name, "kind": "resource" }]);
        location.insert("logicalLocations".into(), logical);
    }
    let related: Vec<Json> = finding.spots.iter().skip(1).map(related).collect();
    if let Some(map) = result.as_object_mut() {
        if !location.is_empty() {
            map.insert("locations".into(), json!([location]));
        }
        if !related.is_empty() {
            map.insert("relatedLocations".into(), Json::Array(related));
        }
    }
    result
}

fn related(spot: &Spot) -> Json {
    let mut location = json!({ "physicalLocation": physical(spot) });
    if let (false, Some(map)) = (spot.label.is_empty(), location.as_object_mut()) {
        map.insert("message".into(), json!({ "text": spot.label }));
    }
    location
}

fn physical(spot: &Spot) -> Json {
    let mut region = json!({ "startLine": spot.line, "startColumn": spot.column });
    if let (Some(end), Some(map)) = (spot.end, region.as_object_mut()) {
        map.insert("endColumn".into(), json!(end));
    }
    json!({ "artifactLocation": { "uri": uri(&spot.file) }, "region": region })
}

/// A path as a relative reference: what is no plain character of one is written in hexadecimal.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let parts = path.bytes().map(|byte| match byte {
        b'\\' => "/".to_owned(),
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    parts.collect()
}

/// The same for the same finding, wherever its line has moved to; of several a number tells which.
fn fingerprint(finding: &Finding, seen: &mut BTreeMap<String, usize>) -> String {
    let address = finding.address.as_ref().map(ToString::to_string);
    let file = finding.spots.first().map(|spot| spot.file.clone());
    let told = [
        Some(finding.code.clone()),
        address,
        file,
        Some(finding.message.clone()),
    ];
    let told: Vec<String> = told.into_iter().map(Option::unwrap_or_default).collect();
    let hash = digest::digest(&digest::SHA256, told.join("\n").as_bytes());
    let hash = hex(&hash.as_ref()[..16]);
    let count = seen.entry(hash.clone()).or_default();
    *count += 1;
    format!("{hash}:{count}")
}

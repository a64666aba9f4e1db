//! What the documents promise is so: links lead somewhere, manifests and JSON are read, commands
//! print what stands below them.
//!
//! `TENANTRY_BLESS=1 cargo test docs` renews what commands print.

mod console;
mod examples;
mod page;

use std::fs;

use page::{Page, blocks, links, pages, root};
use serde_json::Value as Json;

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn docs_links_lead_to_files_that_are_there() {
    let faults: Vec<_> = pages().iter().flat_map(dead_links).collect();
    none(&faults);
}

fn dead_links(page: &Page) -> Vec<String> {
    let file = root().join(&page.path);
    let folder = file.parent().unwrap();
    links(&page.text)
        .into_iter()
        .filter(|link| !link.starts_with("https://") && !link.starts_with('#'))
        .map(|link| link.split('#').next().unwrap_or_default())
        .filter(|link| !folder.join(link).exists())
        .map(|link| format!("{}: {link} is not there", page.path))
        .collect()
}

#[test]
fn docs_commands_print_what_stands_below_them() {
    let faults: Vec<_> = pages().iter().filter_map(stale_console).collect();
    none(&faults);
}

fn stale_console(page: &Page) -> Option<String> {
    let blocks = blocks(&page.text);
    let mut consoles = blocks
        .iter()
        .filter(|block| block.language == "console")
        .peekable();
    consoles.peek()?;
    let folder = console::folder();
    if page.path == "README.md" {
        console::change(folder.path());
    }
    let mut text = page.text.clone();
    for block in consoles {
        let renewed = console::renewed(block.text, folder.path());
        text = text.replacen(block.text, &renewed, 1);
    }
    if text == page.text {
        return None;
    }
    if std::env::var_os("TENANTRY_BLESS").is_some() {
        fs::write(root().join(&page.path), text).unwrap();
        return None;
    }
    let (old, new) = (page.text.as_str(), text.as_str());
    let diff = similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .to_string();
    Some(format!(
        "{}: not what is printed; TENANTRY_BLESS=1 cargo test docs\n{diff}",
        page.path
    ))
}

#[test]
fn docs_json_is_json() {
    for page in pages() {
        for block in blocks(&page.text)
            .iter()
            .filter(|block| block.language == "json")
        {
            let read: Result<Json, _> = serde_json::from_str(block.text);
            assert!(read.is_ok(), "{}:{}: {read:?}", page.path, block.line);
        }
    }
}

#[test]
fn docs_example_of_a_plan_has_the_members_of_its_schema() {
    let page = fs::read_to_string(root().join("docs/plan-format.md")).unwrap();
    let schema = fs::read_to_string(root().join("docs/plan.schema.json")).unwrap();
    let schema: Json = serde_json::from_str(&schema).unwrap();
    let example = blocks(&page)
        .into_iter()
        .find(|block| block.language == "json")
        .unwrap();
    let example: Json = serde_json::from_str(example.text).unwrap();
    same_members(&schema, &schema, &example, "plan");
}

/// Every required member is there, and every member that is there is declared.
fn same_members(root: &Json, schema: &Json, value: &Json, at: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(name) => &root["$defs"][name.trim_start_matches("#/$defs/")],
        None => schema,
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(
            value.get(name.as_str().unwrap()).is_some(),
            "{at}: {name} is missing"
        );
    }
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    for (name, inner) in value.as_object().into_iter().flatten() {
        let declared = properties.get(name);
        let at = format!("{at}.{name}");
        let declared = declared.unwrap_or_else(|| panic!("{at} is not declared"));
        same_members(root, declared, inner, &at);
        for item in inner.as_array().into_iter().flatten() {
            same_members(root, &declared["items"], item, &at);
        }
    }
}

const TENANT: &str = "---
apiVersion: logto/v1
kind: Tenant
metadata: {name: NAME}
spec: {connection: {endpoint: 'https://a.example', clientId: a, clientSecret: {env: A}}}
";

const CLUSTER: &str = "---
apiVersion: dcos/v1
kind: Cluster
metadata: {name: NAME}
spec: {connection: {url: 'https://a.example', login: {token: {env: A}}}}
";

/// A document, with the tenant or cluster that it lives in.
fn with_homes(text: &str) -> String {
    let mut all = text.to_owned();
    for (key, home) in [("tenant: ", TENANT), ("cluster: ", CLUSTER)] {
        let rest = text.split_once(key).map(|(_, rest)| rest);
        if let Some(name) = rest.and_then(|rest| rest.split([' ', '}', '\n']).next()) {
            all += &home.replace("NAME", name);
        }
    }
    all
}

/// A block may refer to what other blocks or files declare, and a set to its table.
const ELSEWHERE: &[&str] = &["E0204", "E0231"];

#[test]
fn docs_manifests_are_read() {
    let mut read = 0;
    for page in pages() {
        for block in blocks(&page.text)
            .iter()
            .filter(|block| block.text.starts_with("apiVersion"))
        {
            let manifests = crate::check::text(&with_homes(block.text));
            let faults = manifests.diagnostics.iter().filter(|fault| {
                !ELSEWHERE.contains(&fault.code.0) && !fault.message.contains(".pem")
            });
            let faults: Vec<_> = faults.map(ToString::to_string).collect();
            assert!(
                faults.is_empty(),
                "{}:{}: {faults:?}",
                page.path,
                block.line
            );
            read += 1;
        }
    }
    assert!(read > 10, "{read} manifests");
}

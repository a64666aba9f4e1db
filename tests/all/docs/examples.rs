//! `manifests` has an example of every kind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tenantry::cli::providers::CATALOG;
use tenantry::kind::{Descriptor, Quirk};

/// The folders that hold an example of every kind.
const FOLDERS: [&str; 5] = ["cloud", "logto", "complete", "dcos", "dcos-with-logto"];

/// `apiVersion` and `kind` of all documents in a folder.
fn kinds_in(folder: &Path) -> BTreeSet<(String, String)> {
    let mut kinds = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let text = fs::read_to_string(path).unwrap();
            kinds.extend(text.split("\n---\n").filter_map(header));
        }
    }
    kinds
}

fn header(document: &str) -> Option<(String, String)> {
    let value = |key: &str| document.lines().find_map(|line| line.strip_prefix(key));
    Some((value("apiVersion: ")?.into(), value("kind: ")?.into()))
}

fn documents() -> impl Iterator<Item = &'static Descriptor> {
    CATALOG.all().filter(|kind| !kind.is(Quirk::ChildOnly))
}

#[test]
fn docs_manifests_have_an_example_of_every_kind() {
    let root = super::page::root().join("manifests");
    let systems: BTreeSet<_> = FOLDERS
        .iter()
        .flat_map(|folder| kinds_in(&root.join(folder)))
        .collect();
    let missing: Vec<_> = documents()
        .filter(|kind| !systems.contains(&(kind.api_version().into(), kind.kind.into())))
        .collect();
    assert!(missing.is_empty(), "no example of {missing:?}");
}

#[test]
fn docs_manifests_name_every_relation_and_child() {
    let root = super::page::root().join("manifests");
    for kind in documents() {
        let written: Vec<String> = FOLDERS
            .iter()
            .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap())
            .filter_map(|entry| fs::read_to_string(entry.unwrap().path()).ok())
            .collect();
        let fields = kind.relations.iter().map(|relation| relation.field);
        for field in fields.chain(kind.children.iter().map(|child| child.field)) {
            // A nested one stands somewhere in the field that it is in.
            let (top, inner) = field.split_once('.').unwrap_or((field, ""));
            let keys = [format!("\n  {top}:"), format!("{inner}: ")];
            let named = written
                .iter()
                .flat_map(|text| text.split("\n---\n"))
                .any(|document| {
                    document.contains(&format!("\nkind: {}\n", kind.kind))
                        && document.contains(&keys[0])
                        && (inner.is_empty() || document.contains(&keys[1]))
                });
            assert!(named, "no example of {field} of {kind:?}");
        }
    }
}

#[test]
fn docs_manifests_apply_once_and_then_need_nothing() {
    let folder = super::console::folder();
    let run = |words: &str| super::console::run(words, folder.path()).unwrap();
    for system in ["quickstart"].iter().chain(&FOLDERS) {
        let path = format!("manifests/{system}");
        assert!(
            run(&format!("tenantry check {path}")).starts_with("ok: "),
            "{system}"
        );
        let applied = run(&format!("tenantry apply --sandbox {path}"));
        assert!(applied.contains("Applied: "), "{applied}");
        // What costs money is told, and nothing else.
        let warnings = applied.matches("warning[").count();
        let costs = applied.matches("warning[E0330]").count();
        assert!(
            warnings == costs && !applied.contains("refused"),
            "{applied}"
        );
        for verb in ["plan", "drift", "apply"] {
            let again = run(&format!("tenantry {verb} --sandbox {path}"));
            let nothing = again.contains("No changes.") || again.contains("No drift");
            assert!(nothing, "{system}: {verb}\n{again}");
        }
    }
}

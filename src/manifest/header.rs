//! The head of a document: which kind it is, what it is called, where it lives, how it is kept.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde_json::{Value as Json, json};

use super::Lifecycle;
use super::report::Report;
use crate::base::address::TOP;
use crate::base::suggest::nearest;
use crate::base::tree::{Node, Tree};
use crate::base::{Address, At, Code, FieldPath, SourceFile};
use crate::kind::walk::{UNKNOWN_FIELD, properties, schema_at, walk};
use crate::kind::{Catalog, Descriptor, Home, Quirk};

/// A kind that there is not.
pub const UNKNOWN_KIND: Code = Code("E0202");
/// A name that cannot be one.
pub const BAD_NAME: Code = Code("E0212");
/// A document that does not say, or says wrongly, where it lives.
pub const TARGET: Code = Code("E0213");
/// A kind that is written inside its parent only.
pub const CHILD_ONLY: Code = Code("E0222");
/// A document that is no mapping.
pub const NOT_A_DOCUMENT: Code = Code("E0201");

/// The schema of a document around its `spec`.
pub(super) static SCHEMA: LazyLock<Json> = LazyLock::new(|| {
    let text = || json!({"type": "string", "minLength": 1});
    let object = |properties: Json, required: Json| {
        json!({"type": "object", "properties": properties, "required": required,
            "additionalProperties": false})
    };
    let metadata = json!({
        "name": {"type": "string", "minLength": 1,
            "description": "Our name, unique per kind and tenant."},
        "tenant": text(),
        "cluster": text(),
        "labels": {"type": "object", "additionalProperties": {"type": "string"},
            "description": "For selection on the command line."},
    });
    let lifecycle = json!({
        "protect": {"type": "boolean", "description": "Never delete or replace it."},
        "adopt": {"type": "boolean",
            "description": "Take over a live object with the same natural key."},
        "onRemove": {"enum": ["delete", "retain"],
            "description": "When the document goes: `retain` leaves the live object."},
        "ignore": {"type": "array", "items": text(),
            "description": "Fields (dotted paths) that people may change by hand."},
        "movedFrom": {"type": "string", "minLength": 1,
            "description": "Its old name, if it was renamed."},
    });
    let document = json!({
        "apiVersion": text(),
        "kind": text(),
        "metadata": object(metadata, json!(["name"])),
        "lifecycle": object(lifecycle, json!([])),
        "spec": {"x-tenantry": "free"},
    });
    object(document, json!(["apiVersion", "kind", "metadata"]))
});

/// A document of which the head was read.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) kind: &'static Descriptor,
    pub(super) address: Address,
    /// Where its name stands.
    pub(super) name_at: At,
    /// The tenant or cluster that it says it lives in, and where.
    pub(super) target: Option<(String, At)>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) lifecycle: Lifecycle,
    /// None if it is not written, or empty.
    pub(super) spec: Option<&'a Node>,
    /// Where the word `spec` stands, else `kind`.
    pub(super) spec_at: At,
    /// Where the kind stands.
    pub(super) kind_at: At,
    /// Whether nothing was wrong with the document so far.
    pub(super) sound: bool,
}

/// It is not known of which kind a document is, or what it is called: its body is not looked at,
/// and nothing of it may be shown.
pub(super) struct Headless;

/// Reads the head of `document`, complaining about everything that is wrong with it.
pub(super) fn read<'a>(
    document: &'a Node,
    catalog: Catalog,
    report: &mut Report<'_>,
) -> Result<Head<'a>, Headless> {
    if !document.is_map() {
        report
            .error(
                NOT_A_DOCUMENT,
                "a manifest is a mapping with `apiVersion`, `kind` and `metadata`",
            )
            .at(document.at, "this is none")
            .hint("write `apiVersion: logto/v1` on a line of its own");
        return Err(Headless);
    }
    let start = At {
        length: 0,
        ..document.at
    };
    let faults = walk(document, start, &SCHEMA, &report.file());
    let kind = kind(document, catalog, report);
    let named = kind.and_then(|kind| Some((kind, address(document, kind)?)));
    if let Some((_, address)) = &named {
        report.subject(address);
    }
    report.faults(faults);
    let kind = kind.ok_or(Headless)?;
    homeless(document, kind, report);
    let (kind, address) = named.ok_or(Headless)?;
    let mut head = head(document, kind, address, report);
    names(&head, catalog, report);
    head.sound = report.errors() == 0;
    Ok(head)
}

fn head<'a>(
    document: &'a Node,
    kind: &'static Descriptor,
    address: Address,
    report: &mut Report<'_>,
) -> Head<'a> {
    let at = |path: &str| document.dotted(path).map(|node| node.at);
    let kind_at = at("kind").unwrap_or(document.at);
    let spec = document.entry("spec");
    let labels = document.dotted("metadata.labels");
    let text = |node: &Node| node.text().map(str::to_owned);
    Head {
        kind,
        name_at: at("metadata.name").unwrap_or(kind_at),
        target: target_key(kind).and_then(|key| {
            let node = document.dotted(&format!("metadata.{key}"))?;
            Some((text(node)?, node.at))
        }),
        labels: labels
            .map_or(&[][..], Node::entries)
            .iter()
            .filter_map(|entry| Some((entry.key.to_string(), text(&entry.value)?)))
            .collect(),
        lifecycle: lifecycle(document.get("lifecycle"), kind, &address, report),
        spec: spec
            .map(|entry| &entry.value)
            .filter(|spec| spec.is_map() || spec.is_list() || spec.text().is_some()),
        spec_at: spec.map_or(kind_at, |entry| entry.key_at),
        kind_at,
        sound: true,
        address,
    }
}

/// The kind that the document says it is.
fn kind(document: &Node, catalog: Catalog, report: &mut Report<'_>) -> Option<&'static Descriptor> {
    let (version, kind) = (document.get("apiVersion")?, document.get("kind")?);
    let (written, word) = (version.text()?, kind.text()?);
    if let Some(found) = catalog.declared(written, word) {
        return Some(found);
    }
    let versions: Vec<_> = catalog.all().map(Descriptor::api_version).collect();
    if !versions.contains(&written) {
        let message = format!("the apiVersion `{written}` is not known");
        let hint = nearest(written, versions.iter().copied()).map_or(
            "there are `logto/v1`, `dcos/v1` and `tenantry/v1`".to_owned(),
            |v| format!("did you mean `{v}`?"),
        );
        report
            .error(UNKNOWN_KIND, message)
            .at(version.at, "no such version")
            .hint(hint);
        return None;
    }
    let here = || catalog.all().filter(|kind| kind.api_version() == written);
    let elsewhere = catalog.all().find(|kind| kind.kind == word);
    let hint = match (nearest(word, here().map(|kind| kind.kind)), elsewhere) {
        (_, Some(other)) => format!("`{word}` is a kind of `{}`", other.api_version()),
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        _ => {
            let all: Vec<_> = here().map(|kind| format!("`{}`", kind.kind)).collect();
            format!("there are: {}", all.join(", "))
        }
    };
    let message = format!("`{written}` has no kind `{word}`");
    report
        .error(UNKNOWN_KIND, message)
        .at(kind.at, "no such kind")
        .hint(hint);
    None
}

/// Where a document of this kind says that it lives.
fn target_key(kind: &Descriptor) -> Option<&'static str> {
    match kind.home {
        Home::Tenant => Some("tenant"),
        Home::Cluster => Some("cluster"),
        Home::Account | Home::Nowhere => None,
    }
}

/// The address that the document gives itself; none if the name or the target is not there.
fn address(document: &Node, kind: &Descriptor) -> Option<Address> {
    let name = document
        .dotted("metadata.name")?
        .text()
        .filter(|name| !name.is_empty())?;
    match target_key(kind) {
        None => Some(Address::top(kind.name, name)),
        Some(key) => {
            let target = document.dotted(&format!("metadata.{key}"))?.text()?;
            Some(Address::within(target, kind.name, name))
        }
    }
}

/// Complains about a document of a known kind that does not say where it lives.
fn homeless(document: &Node, kind: &Descriptor, report: &mut Report<'_>) {
    let Some(metadata) = document.entry("metadata").filter(|m| m.value.is_map()) else {
        return;
    };
    let right = target_key(kind);
    for wrong in ["tenant", "cluster"] {
        if let Some(entry) = metadata.value.entry(wrong).filter(|_| right != Some(wrong)) {
            let message = format!("a `{}` does not live in a {wrong}", kind.kind);
            let hint = right.map_or(format!("leave out `{wrong}`"), |right| {
                format!("write `{right}: NAME`")
            });
            report
                .error(TARGET, message)
                .at(entry.key_at, "not of this kind")
                .hint(hint);
        }
    }
    if let Some(right) = right.filter(|right| metadata.value.entry(right).is_none()) {
        let message = format!(
            "a `{}` lives in a {right}, and this one does not say in which",
            kind.kind
        );
        report
            .error(TARGET, message)
            .at(metadata.key_at, &format!("`{right}` is missing here"))
            .hint(format!("add `{right}: NAME`"));
    }
}

fn names(head: &Head<'_>, catalog: Catalog, report: &mut Report<'_>) {
    let name = head.address.name();
    if !is_name(name) {
        let message = format!("`{}` cannot be called so", head.address);
        report
            .error(BAD_NAME, message)
            .at(head.name_at, "not a name")
            .hint("a name has letters, digits and . _ : @ -, begins with a letter or digit, and has 128 at most");
    }
    let hosts = head.address.target().is_none() && head.kind.name != "account";
    if hosts && (TOP.contains(&name) || catalog.all().any(|kind| kind.name == name)) {
        let message = format!(
            "`{}` is called as a kind is, and addresses could be read two ways",
            head.address
        );
        report
            .error(BAD_NAME, message)
            .at(head.name_at, "the name of a kind")
            .hint("choose another name");
    }
    if head.kind.is(Quirk::ChildOnly) {
        let message = format!("`{}` can only be written inside its parent", head.address);
        report
            .error(CHILD_ONLY, message)
            .at(head.kind_at, "not a document of its own")
            .hint(format!("see `tenantry explain {}`", head.kind.name));
    }
}

fn is_name(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "._:@-".contains(c);
    name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(inner)
}

fn lifecycle(
    written: Option<&Node>,
    kind: &Descriptor,
    address: &Address,
    report: &mut Report<'_>,
) -> Lifecycle {
    let Some(written) = written else {
        return Lifecycle::default();
    };
    let flag = |key: &str| {
        written
            .get(key)
            .is_some_and(|node| node.tree == Tree::Bool(true))
    };
    let old = written.get("movedFrom").and_then(Node::text);
    Lifecycle {
        protect: flag("protect"),
        adopt: flag("adopt"),
        retain: written.get("onRemove").and_then(Node::text) == Some("retain"),
        ignore: ignored(written.get("ignore"), kind, report),
        moved_from: old.map(|old| address.sibling(kind.name, old)),
    }
}

fn ignored(written: Option<&Node>, kind: &Descriptor, report: &mut Report<'_>) -> Vec<FieldPath> {
    let mut paths = Vec::new();
    let schema = (kind.schema)();
    for node in written.map_or(&[][..], Node::items) {
        let Some(text) = node.text() else { continue };
        let dotted = text
            .parse::<FieldPath>()
            .map(|path| path.without_indexes().to_string());
        match (text.parse(), dotted) {
            (Ok(path), Ok(dotted)) if schema_at(&schema, &dotted).is_some() => paths.push(path),
            _ => {
                let names = properties(&schema);
                let names = names
                    .into_iter()
                    .flat_map(|fields| fields.keys().map(String::as_str));
                let hint = nearest(text, names).map(|meant| format!("did you mean `{meant}`?"));
                let message = report.of(&format!("has no field `{text}` to ignore"));
                report
                    .error(UNKNOWN_FIELD, message)
                    .at(node.at, "no such field")
                    .hint(hint.unwrap_or_else(|| format!("see `tenantry explain {}`", kind.name)));
            }
        }
    }
    paths
}

/// The names that a document without a head may be called by: references to them are not said to
/// lead nowhere.
pub(super) fn claimed(
    file: &Arc<SourceFile>,
    lines: (u32, u32),
    document: Option<&Node>,
) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(name) = document
        .and_then(|node| node.dotted("metadata.name"))
        .and_then(Node::text)
    {
        names.push(name.to_owned());
    }
    if document.is_none() {
        for line in lines.0..=lines.1 {
            let Some((_, rest)) = file.line(line).split_once("name:") else {
                continue;
            };
            let word = rest
                .trim_start()
                .split([',', '}', ' ', '#'])
                .next()
                .unwrap_or_default();
            names.push(word.trim_matches(['"', '\'']).to_owned());
        }
    }
    names
}

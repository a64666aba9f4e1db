//! What was exported, as the files of a folder, and as a report of them for people and machines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::Styles;
use super::json::{pretty, schema_of};
use super::page::Page;
use super::plan::{counted, world};
use super::style::paint;
use super::yaml;
use crate::base::text::visible;
use crate::plan::World;
use crate::plan::export::{Exported, Left, Needed, Origin, Written};

/// The list of what has to be set.
pub const SECRETS: &str = "secrets.env.example";

/// How many names are told of what is left out for one reason.
const FEW: usize = 5;

/// The files of a folder: path → text. One file a kind; of several targets, one folder each.
pub fn files(exported: &Exported) -> BTreeMap<String, String> {
    let targets: BTreeSet<_> = exported.documents.iter().map(folder).collect();
    let targets: BTreeSet<_> = targets.into_iter().flatten().collect();
    let several = targets.len() > 1;
    let mut documents: BTreeMap<String, Vec<&Written>> = BTreeMap::new();
    let mut files = BTreeMap::new();
    for written in &exported.documents {
        let folder = match folder(written).filter(|_| several) {
            Some(folder) => format!("{folder}/"),
            None => String::new(),
        };
        let path = format!("{folder}{}.yaml", written.kind.name);
        documents.entry(path).or_default().push(written);
        let texts = written.texts.iter();
        files.extend(texts.map(|(path, text)| (format!("{folder}{path}"), text.clone())));
    }
    for (path, documents) in documents {
        files.insert(path, yaml::file(documents.into_iter().map(|one| &one.node)));
    }
    if !exported.secrets.is_empty() {
        files.insert(SECRETS.to_owned(), variables(&exported.secrets));
    }
    files
}

/// The target that a document is about, if it has a folder of its own.
fn folder(written: &Written) -> Option<&str> {
    let address = &written.address;
    let is_target = address.kind() != "account";
    let own = Some(address.name()).filter(|_| is_target);
    address.target().or(own)
}

fn variables(secrets: &[Needed]) -> String {
    let mut text =
        "# What the manifests here take from the environment. Nothing in here is a secret: \
                    fill in a copy\n# that is not kept with them.\n"
            .to_owned();
    let mut said = BTreeSet::new();
    for needed in secrets {
        let (address, field) = (needed.address.to_string(), &needed.field);
        let origin = origin(&needed.origin);
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "\n# {}: {}, {}\n",
            visible(&address),
            visible(field),
            visible(&origin)
        );
        if said.insert(&needed.variable) {
            let _ = writeln!(text, "{}=", needed.variable);
        }
    }
    text
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Shown => "which the server shows".to_owned(),
        Origin::Hidden => "which the server does not show".to_owned(),
        Origin::Known(from) => format!("taken from {from} so far"),
    }
}

/// The report in words.
pub fn report(exported: &Exported, of: World, folder: &str, styles: Styles) -> String {
    let mut page = Page::new(styles);
    page.line(format_args!("Target: {}", world(of)));
    page.gap();
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for written in &exported.documents {
        *kinds.entry(written.kind.kind).or_default() += 1;
    }
    let width = kinds.keys().map(|kind| kind.len()).max().unwrap_or(0);
    for (kind, count) in &kinds {
        let kind = paint(styles.strong, format_args!("{kind:width$}"));
        page.line(format_args!("  {kind}  {count}"));
    }
    told_secrets(&mut page, &exported.secrets);
    told_left(&mut page, &exported.left);
    page.gap();
    let count = counted(exported.documents.len() as u64, "document");
    page.line(format_args!("Exported: {count} to {}.", visible(folder)));
    page.finish()
}

fn told_secrets(page: &mut Page, secrets: &[Needed]) {
    if secrets.is_empty() {
        return;
    }
    page.gap();
    page.line(format_args!("To be set ({SECRETS}):"));
    for needed in secrets {
        let (field, origin) = (visible(&needed.field), origin(&needed.origin));
        let address = needed.address.to_string();
        let name = paint(page.styles.strong, &needed.variable);
        let of = visible(&address);
        page.line(format_args!("  {name}  {of} {field}, {}", visible(&origin)));
    }
}

fn told_left(page: &mut Page, left: &[Left]) {
    if left.is_empty() {
        return;
    }
    let mut reasons: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for Left {
        home,
        kind,
        field,
        why,
        name,
    } in left
    {
        let names = reasons.entry((home, *kind, field, why)).or_default();
        names.extend(Some(name.as_str()).filter(|name| !name.is_empty()));
    }
    page.gap();
    page.line("Not exported:");
    for ((home, kind, field, why), names) in reasons {
        let dot = if field.is_empty() { "" } else { "." };
        let what = format!("{kind}{dot}{field}");
        let what = paint(page.styles.strong, visible(&what));
        let named = match names.len() {
            0 => String::new(),
            all if all > FEW => format!(" ({}, … {all} in all)", names[..FEW].join(", ")),
            _ => format!(" ({})", names.join(", ")),
        };
        let (named, why) = (visible(&named), visible(why));
        page.line(format_args!("  {} {what}{named}: {why}", home.name()));
    }
}

/// What `export --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Tenantry export")]
struct Report<'a> {
    /// The version of this format: `1`.
    #[schemars(extend("const" = "1"))]
    format_version: &'static str,
    /// Which world it was read from: `live`, real servers, or `sandbox`.
    target: &'static str,
    /// Where the manifests were written.
    folder: &'a str,
    /// What they declare.
    documents: Vec<Document>,
    /// The secrets that have to be set before they are applied.
    secrets: Vec<Secret<'a>>,
    /// What is not in them, and why.
    left: Vec<Missing<'a>>,
    /// Requests sent, log-ins and retries included.
    requests: u64,
}

/// One document.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Document")]
struct Document {
    /// What it declares.
    address: String,
}

/// A secret that has to be set.
#[derive(Serialize, JsonSchema)]
struct Secret<'a> {
    /// The variable that its document takes it from.
    variable: &'a str,
    /// Whose it is.
    address: String,
    /// The field (dotted).
    field: &'a str,
    /// `shown`: the server shows it in clear; `hidden`: it does not; `known`: the manifests at hand
    /// take it from `from`.
    origin: &'static str,
    /// Where the manifests at hand take it from, if they do.
    from: Option<&'a str>,
}

/// What is not in the documents.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Left")]
struct Missing<'a> {
    /// The target.
    target: String,
    /// The kind, as written.
    kind: &'a str,
    /// The object, by its key; empty where all of them are meant.
    name: &'a str,
    /// The field (dotted); empty for a whole object.
    field: &'a str,
    /// Why.
    reason: &'a str,
}

/// The report as JSON.
pub fn report_json(exported: &Exported, of: World, folder: &str, requests: u64) -> String {
    let document = |written: &Written| Document {
        address: written.address.to_string(),
    };
    pretty(&Report {
        format_version: "1",
        target: world(of),
        folder,
        documents: exported.documents.iter().map(document).collect(),
        secrets: exported.secrets.iter().map(secret).collect(),
        left: exported.left.iter().map(missing).collect(),
        requests,
    })
}

/// The JSON Schema of what [`report_json`] returns.
pub fn report_schema() -> String {
    schema_of::<Report<'_>>()
}

fn secret(needed: &Needed) -> Secret<'_> {
    let Needed {
        variable,
        address,
        field,
        origin,
    } = needed;
    let (origin, from) = match origin {
        Origin::Shown => ("shown", None),
        Origin::Hidden => ("hidden", None),
        Origin::Known(from) => ("known", Some(from.as_str())),
    };
    Secret {
        variable,
        address: address.to_string(),
        field,
        origin,
        from,
    }
}

fn missing(left: &Left) -> Missing<'_> {
    let Left {
        home,
        kind,
        field,
        why,
        name,
    } = left;
    Missing {
        target: home.to_string(),
        kind,
        name,
        field,
        reason: why,
    }
}

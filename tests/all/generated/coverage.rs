//! `docs/coverage.md`: every path of the Management API, and the kind that covers it, or why it is
//! no thing to declare.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::page::NOTE;
use tenantry::cli::providers::CATALOG;
use tenantry::kind::descriptor::OutputFrom;
use tenantry::kind::{Api, Attach, Descriptor, Endpoint, ListFrom, Path, ReadEdges, Segment};

/// Every operation of the `OpenAPI` document of Logto 1.42, as `METHOD path`.
const OPERATIONS: &str = include_str!("../../spec/logto-management.txt");
/// `path | reason`.
const NOT_DECLARED: &str = include_str!("../../spec/logto-not-declared.txt");

/// What is known of a path.
#[derive(Default)]
struct Row {
    /// Its methods, and the kinds that use each.
    methods: BTreeMap<String, BTreeSet<&'static str>>,
    /// Why it is not declared, or not all of it.
    reason: Option<&'static str>,
}

impl Row {
    fn kinds(&self) -> BTreeSet<&'static str> {
        self.methods.values().flatten().copied().collect()
    }

    /// Whether it is a thing to declare that no kind declares.
    fn is_open(&self) -> bool {
        self.reason
            .is_some_and(|reason| reason.starts_with("not yet"))
    }
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    let word = |word| {
        if str::starts_with(word, '{') {
            "{}"
        } else {
            word
        }
    };
    path.split('/').map(word).collect::<Vec<_>>().join("/")
}

/// Whether a path has the words of a shape, some of them in the place of a parameter.
fn is_like(path: &str, shape: &str) -> bool {
    let (words, shapes) = (path.split('/'), shape.split('/'));
    words.clone().count() == shapes.clone().count()
        && words
            .zip(shapes)
            .all(|(word, shape)| shape == "{}" || shape == word)
}

fn written(path: Path) -> String {
    let words = path.iter().map(|segment| match segment {
        Segment::Text(text) => (*text).to_owned(),
        _ => "{}".to_owned(),
    });
    let path: String = words.collect();
    path.split('?').next().unwrap_or_default().to_owned()
}

/// Every operation that a kind uses.
fn operations(kind: &Descriptor) -> Vec<(&'static str, String)> {
    let route = &kind.route;
    let mut found = Vec::new();
    let mut reads = |path: Path| found.push(("GET", written(path)));
    if let Some(ListFrom::All(path) | ListFrom::Outline(path) | ListFrom::Parent { path, .. }) =
        route.list.map(|list| list.from)
    {
        reads(path);
    }
    route.read.into_iter().for_each(&mut reads);
    route
        .own
        .iter()
        .filter_map(|own| own.read)
        .for_each(&mut reads);
    let edges = |read: &ReadEdges| read.path;
    for relation in kind.relations {
        relation.by_owner.iter().map(edges).for_each(&mut reads);
        relation.by_item.iter().map(edges).for_each(&mut reads);
    }
    let own = route.own.iter().map(|own| own.endpoint);
    let call = |attach: &Attach| attach.endpoint;
    let related = kind.relations.iter();
    let related = related.flat_map(|relation| [call(&relation.attach), call(&relation.detach)]);
    let calls = [route.create, route.update, route.delete]
        .into_iter()
        .flatten();
    let write = |endpoint: Endpoint| (endpoint.method.as_str(), written(endpoint.path));
    found.extend(calls.chain(own).chain(related).map(write));
    found.extend(kind.outputs.iter().filter_map(|output| match output.from {
        OutputFrom::SecretIn { path, .. }
        | OutputFrom::Marked { path, .. }
        | OutputFrom::Read(path, _) => Some(("GET", written(path))),
        _ => None,
    }));
    found
}

fn rows() -> BTreeMap<&'static str, Row> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for line in OPERATIONS.lines() {
        let (method, path) = line.split_once(' ').unwrap();
        let row = rows.entry(path).or_default();
        row.methods.insert(method.to_owned(), BTreeSet::new());
    }
    let shapes: Vec<(String, &str)> = rows.keys().map(|path| (shape(path), *path)).collect();
    for kind in CATALOG.all().filter(|kind| kind.api == Api::Logto) {
        for (method, path) in operations(kind) {
            let exact = shapes.iter().find(|(shape, _)| *shape == path);
            let like = || shapes.iter().find(|(shape, _)| is_like(&path, shape));
            let Some((_, path)) = exact.or_else(like) else {
                continue;
            };
            let kinds = rows.get_mut(path).unwrap().methods.get_mut(method);
            if let Some(kinds) = kinds {
                kinds.insert(kind.kind);
            }
        }
    }
    for (path, reason) in reasons() {
        rows.get_mut(path)
            .unwrap_or_else(|| panic!("no such path: {path}"))
            .reason = Some(reason);
    }
    rows
}

fn reasons() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = NOT_DECLARED.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(" | ").unwrap())
}

/// The page.
pub(super) fn page() -> String {
    let rows = rows();
    let covered = rows.values().filter(|row| !row.kinds().is_empty()).count();
    let open = rows.values().filter(|row| row.is_open()).count();
    let waiting = match open {
        0 => String::new(),
        open => format!(", {open} that no kind covers yet"),
    };
    let mut text = format!(
        "{NOTE}\n\n\
         # Coverage of the Logto Management API\n\n\
         Every path of the OpenAPI document of Logto 1.42: {} paths, {covered} covered by kinds, {} no \
         things to declare{waiting}. A method in brackets is one that the kind does without.\n\n\
         | path | methods | |\n|---|---|---|\n",
        rows.len(),
        rows.len() - covered - open,
    );
    for (path, row) in &rows {
        let kinds: Vec<_> = row
            .kinds()
            .into_iter()
            .map(|kind| format!("`{kind}`"))
            .collect();
        let unused = |kinds: &BTreeSet<&str>| kinds.is_empty() && !row.kinds().is_empty();
        let methods = row.methods.iter().map(|(method, kinds)| {
            if unused(kinds) {
                format!("({method})")
            } else {
                method.clone()
            }
        });
        let methods = methods.collect::<Vec<_>>().join(" ");
        let reason = row.reason.unwrap_or_default();
        let what = match (kinds.is_empty(), reason.is_empty()) {
            (false, true) => kinds.join(", "),
            (false, false) => format!("{}; {reason}", kinds.join(", ")),
            (true, _) if row.is_open() => reason.to_owned(),
            (true, _) => format!("not declared: {reason}"),
        };
        let _ = writeln!(text, "| `{path}` | {methods} | {what} |");
    }
    text
}

#[test]
fn generated_coverage_misses_no_path() {
    let rows = rows();
    let missing: Vec<_> = rows
        .iter()
        .filter(|(_, row)| row.kinds().is_empty() && row.reason.is_none())
        .map(|(path, _)| *path)
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "no kind and no reason");
    let used = |row: &Row| {
        let whole = row.methods.values().all(|kinds| !kinds.is_empty());
        whole || (row.is_open() && !row.kinds().is_empty())
    };
    let stale: Vec<_> = rows
        .iter()
        .filter(|(_, row)| row.reason.is_some() && used(row))
        .map(|(path, _)| *path)
        .collect();
    assert_eq!(
        stale,
        Vec::<&str>::new(),
        "covered, and yet a reason in tests/spec/logto-not-declared.txt"
    );
}

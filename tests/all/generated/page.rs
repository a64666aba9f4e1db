//! One kind's page, and the list of all of them.

use std::fmt::Write as _;

use tenantry::kind::{
    Cap, Catalog, Descriptor, EdgeShape, Endpoint, Home, Key, ListFrom, Path, Quirk, Segment,
};

use super::fields;

pub(super) const NOTE: &str = "<!-- Generated from the kind's declaration. To renew it: \
                    TENANTRY_BLESS=1 cargo test generated -->";

/// The name of a kind's file.
pub(super) fn file_name(kind: &Descriptor) -> String {
    format!("{}-{}.md", group(kind), kind.name)
}

fn group(kind: &Descriptor) -> &'static str {
    kind.api_version().trim_end_matches("/v1")
}

/// The list of all kinds.
pub(super) fn index(catalog: Catalog) -> String {
    let mut page =
        format!("{NOTE}\n\n# Kinds\n\n| kind | `apiVersion` | what it is |\n|---|---|---|\n");
    for kind in catalog.all() {
        let row = format!(
            "| [{}]({}) | `{}` | {} |",
            kind.kind,
            file_name(kind),
            kind.api_version(),
            kind.about
        );
        page.push_str(&row);
        page.push('\n');
    }
    page
}

/// A kind's page.
pub(super) fn page(kind: &Descriptor) -> String {
    let parts = [
        format!("{NOTE}\n\n# {}", kind.kind),
        format!("`{}` · `{}`", kind.api_version(), address(kind)),
        format!("{}{}", kind.about, standing(kind)),
        format!("```yaml\n{}```", kind.example),
        recognised(kind),
        fields_table(kind),
        relations(kind),
        outputs(kind),
        calls(kind),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

fn address(kind: &Descriptor) -> String {
    let name = kind.name;
    match kind.home {
        Home::Tenant => format!("TENANT/{name}/NAME"),
        Home::Cluster => format!("CLUSTER/{name}/NAME"),
        Home::Account | Home::Nowhere => format!("{name}/NAME"),
    }
}

fn standing(kind: &Descriptor) -> String {
    let mut text = String::new();
    if kind.is(Quirk::ChildOnly) {
        text.push_str(" It is written in its parent, never as a document of its own.");
    }
    if kind.is(Quirk::MarkedCreation) {
        text.push_str(" Its creation is that of [0006](../decisions/0006-tenant-markers.md).");
    }
    if kind.is(Quirk::SomeEditions) && !kind.about.contains("Enterprise") {
        text.push_str(" Open clusters do not have it.");
    }
    text
}

fn quoted(names: &[&str], between: &str) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(between)
}

fn recognised(kind: &Descriptor) -> String {
    let mut text = String::from("## How it is recognised\n\n");
    match kind.key {
        Key::Fields(fields) => {
            let _ = write!(text, "By {}", quoted(fields, " and "));
            text.push_str(if kind.is(Quirk::UniqueKey) {
                ", unique on the server."
            } else {
                ", which the server does not keep unique: two live ones are refused."
            });
        }
        Key::FirstOf(fields) => {
            let _ = write!(
                text,
                "By the first of {} that is written.",
                quoted(fields, ", ")
            );
        }
        Key::Worked { about, .. } => {
            let _ = write!(text, "By {about}.");
        }
        Key::Single if kind.is_permanent() => text.push_str(
            "There is one a tenant, from the start, and one document for it, of any name. It is \
             taken as it is, never made and never deleted: when its document goes, what was \
             written goes back to what a new tenant has.",
        ),
        Key::Single if kind.home == Home::Nowhere => {
            text.push_str("It is no object of a server: it says how one is reached.");
        }
        Key::Single => text.push_str("There is one; the document may have any name."),
        Key::State => text.push_str("By the state alone: its name proves nothing."),
    }
    if let Some(field) = kind.named_by {
        let _ = write!(
            text,
            " `{field}` is `metadata.name` where it is not written."
        );
    }
    if !kind.with.is_empty() {
        let _ = write!(text, " What dies with it: {}.", kind.with);
    }
    for cap in kind.caps {
        text.push_str(&most(cap));
    }
    if !kind.rules.is_empty() {
        let rules = kind.rules.iter();
        let rules: Vec<_> = rules
            .map(|rule| format!("{} (`--override {}=ADDRESS`)", rule.about, rule.name))
            .collect();
        let _ = write!(text, " Refused: {}.", rules.join("; "));
    }
    text
}

/// How many there may be, in words.
fn most(cap: &Cap) -> String {
    let tiers: Vec<_> = cap
        .tiers
        .iter()
        .map(|(tier, most)| format!("{most} in a {tier} tenant"))
        .collect();
    let of = cap.of.map(|(_, texts)| format!(" of type `{}`", texts[0]));
    let per = cap.per.map(|field| format!(" for each `{field}`"));
    let (of, per) = (of.unwrap_or_default(), per.unwrap_or_default());
    format!(" As documented, at most{of}{per}: {}.", tiers.join(", "))
}

fn fields_table(kind: &Descriptor) -> String {
    let mut text =
        String::from("## Fields of `spec`\n\n| field | what may be written | |\n|---|---|---|");
    for fields::Row { path, value, about } in fields::rows(kind) {
        let _ = write!(text, "\n| `{path}` | {value} | {about} |");
    }
    text
}

fn relations(kind: &Descriptor) -> String {
    let mut lines = Vec::new();
    for relation in kind.relations {
        let to = quoted(relation.to, " or ");
        lines.push(match relation.shape {
            EdgeShape::Objects => format!("- `{}`: each item refers to a {to}.", relation.field),
            EdgeShape::Words => format!("- `{}`: each item is a word.", relation.field),
            EdgeShape::Pairs { who, what } => format!(
                "- `{}`: each item is a mapping of `{who}`, who it is in any case of letters, and \
                 `{what}`; nobody is there twice.",
                relation.field
            ),
            EdgeShape::Items { by } => format!(
                "- `{}`: each item refers to a {to}, alone or as the `{by}` of a mapping.",
                relation.field
            ),
            EdgeShape::Carried => format!(
                "- `{}`: what each of those carries refers to a {to}.",
                relation.field
            ),
            EdgeShape::Actions => format!(
                "- `{}`: each key is a resource id; one that no {to} declares is made as needed.",
                relation.field
            ),
        });
    }
    for child in kind.children {
        lines.push(format!(
            "- `{}`: each item is an object of its own, `TENANT/{}/NAME.ITEM`.",
            child.field, child.kind
        ));
    }
    if lines.is_empty() {
        return String::new();
    }
    let rule = "A plain list means at least these; `{exactly: […]}` means these and no others \
                ([0005](../decisions/0005-relations-are-additive.md)).";
    format!(
        "## Relations and children\n\n{}\n\n{rule}",
        lines.join("\n")
    )
}

fn outputs(kind: &Descriptor) -> String {
    if kind.outputs.is_empty() && kind.home == Home::Nowhere {
        return String::new();
    }
    let mut text = String::from("## Outputs\n\n| output | |\n|---|---|");
    if kind.home != Home::Nowhere {
        text.push_str("\n| `id` | The server's id. |");
    }
    for output in kind.outputs {
        let secret = if output.from.is_secret() {
            " A secret."
        } else {
            ""
        };
        let name = output.name.replace('*', "NAME");
        let _ = write!(text, "\n| `{name}` | {}{secret} |", output.about);
    }
    text
}

fn calls(kind: &Descriptor) -> String {
    let route = &kind.route;
    let mut rows = Vec::new();
    if let Some(list) = &route.list {
        rows.push(("list".to_owned(), listed(&list.from, list.query)));
    }
    let one = [
        ("create", route.create),
        ("update", route.update),
        ("delete", route.delete),
    ];
    rows.extend(
        one.into_iter()
            .filter_map(|(what, call)| Some((what.to_owned(), endpoint(&call?)))),
    );
    rows.extend(
        route
            .own
            .iter()
            .map(|own| (format!("`{}`", own.field), endpoint(&own.endpoint))),
    );
    for relation in kind.relations {
        let field = relation.field;
        rows.push((
            format!("`{field}`: grant"),
            endpoint(&relation.attach.endpoint),
        ));
        rows.push((
            format!("`{field}`: revoke"),
            endpoint(&relation.detach.endpoint),
        ));
    }
    if rows.is_empty() {
        return String::new();
    }
    let mut text = String::from("## Calls\n\n| what | call |\n|---|---|");
    for (what, call) in rows {
        let _ = write!(text, "\n| {what} | {call} |");
    }
    text
}

fn listed(from: &ListFrom, query: &str) -> String {
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    match from {
        ListFrom::All(at) => format!("`GET {}{query}`", path(at)),
        ListFrom::Parent { kind, path: at, .. } => {
            format!("`GET {}{query}`, once a `{kind}`", path(at))
        }
        ListFrom::Outline(at) => format!("`GET {}{query}`, then each", path(at)),
        ListFrom::Index(at) => format!("`GET {}`, then each", path(at)),
        ListFrom::Embedded { kind, .. } => format!("comes with the list of the kind `{kind}`"),
    }
}

fn endpoint(call: &Endpoint) -> String {
    format!("`{} {}`", call.method.as_str(), path(call.path))
}

fn path(segments: Path) -> String {
    let word = |segment: &Segment| match segment {
        Segment::Text(text) => (*text).to_owned(),
        Segment::Own | Segment::Own2F => "{id}".to_owned(),
        Segment::Field(name) => format!("{{{name}}}"),
        Segment::Item(n) | Segment::Item2F(n) => ["{item}", "{action}"][(*n).min(1)].to_owned(),
    };
    segments.iter().map(word).collect()
}

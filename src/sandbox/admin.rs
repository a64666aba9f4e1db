//! The sandbox's own page: what is in it, for people who look with a browser.
//!
//! `GET /` lists the targets and how many rows their tables have; `GET /_/TARGET/TABLE` shows the
//! rows. What is shown is data of a sandbox, and is escaped, not obeyed.

use std::fmt::Write as _;

use super::exchange::{Answer, Request, decoded};
use super::world::World;

const STYLE: &str = "<style>body{font:15px/1.5 system-ui;margin:2rem auto;max-width:60rem;\
    padding:0 1rem}pre{background:#8881;padding:1rem;overflow:auto}li{margin:.2rem 0}</style>";

/// The page, if the path is one of its own.
pub(super) fn page(world: &mut World, request: &Request) -> Option<Answer> {
    if request.method != "GET" {
        return None;
    }
    if request.path == "/" {
        return Some(overview(world));
    }
    let rest = request.path.strip_prefix("/_/")?;
    let (prefix, table) = rest.rsplit_once('/')?;
    Some(rows(world, &decoded(prefix), &decoded(table)))
}

fn overview(world: &mut World) -> Answer {
    let prefixes: Vec<_> = world.prefixes().map(str::to_owned).collect();
    let mut body = String::new();
    for prefix in prefixes {
        let shown = escaped(&prefix);
        // Writing to a text never fails.
        let _written = write!(body, "<h2>{shown}</h2><ul>");
        let Some(target) = world.target(&prefix) else {
            continue;
        };
        let tables = target.tables();
        for table in tables.names() {
            let (name, count) = (escaped(table), tables.count(table));
            let _written = write!(
                body,
                "<li><a href=\"/_/{shown}/{name}\">{name}</a>: {count}</li>"
            );
        }
        body.push_str("</ul>");
    }
    let total = world.record.total();
    let _written = write!(body, "<p>{total} requests so far.</p>");
    framed("What is in this sandbox", &body)
}

fn rows(world: &mut World, prefix: &str, table: &str) -> Answer {
    let Some(target) = world.target(prefix) else {
        return framed("No such target", "<p><a href=\"/\">All targets</a></p>");
    };
    let mut body = "<p><a href=\"/\">All targets</a></p>".to_owned();
    for (id, row) in target.tables().rows(table) {
        let row = serde_json::to_string_pretty(row).unwrap_or_default();
        let _written = write!(body, "<h3>{}</h3><pre>{}</pre>", escaped(id), escaped(&row));
    }
    framed(&format!("{table} of {prefix}"), &body)
}

fn framed(title: &str, body: &str) -> Answer {
    let title = escaped(title);
    let head = format!("<!doctype html><meta charset=\"utf-8\"><title>{title}</title>{STYLE}");
    Answer::html(200, &format!("{head}<h1>{title}</h1>{body}")).with_header(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'",
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            plain => out.push(plain),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::sandbox::declared::TenantWish;
    use crate::sandbox::{BUILDERS, Request, World};

    fn shown(world: &mut World, path: &str) -> String {
        let answer = world.serve(Request::new("GET", path)).answer;
        assert_eq!(answer.status, 200);
        String::from_utf8(answer.body).unwrap()
    }

    #[test]
    fn the_page_lists_targets_and_shows_rows_without_obeying_them() {
        let mut world = World::in_memory(BUILDERS);
        world
            .ensure_tenant("default", &TenantWish::default())
            .unwrap();
        let seed = r#"{"t/default": {"roles": {"r": {"name": "<script>"}}}}"#;
        world.seed("seed", seed).unwrap();
        assert!(shown(&mut world, "/").contains("<a href=\"/_/t/default/roles\">roles</a>: 3"));
        let rows = shown(&mut world, "/_/t/default/roles");
        assert!(rows.contains("&lt;script&gt;") && !rows.contains("<script>"));
        assert!(shown(&mut world, "/_/t/nope/roles").contains("No such target"));
    }
}

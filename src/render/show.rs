//! What the state owns, as people and machines read it. Secrets are named, never shown.

use serde::Serialize;
use serde_json::Value as Json;

use super::Styles;
use super::json::{plain, pretty};
use super::page::Page;
use super::plan::{counted, world};
use super::style::paint;
use super::text::{lines, short};
use crate::base::text::visible;
use crate::base::{Address, Value};
use crate::plan::World;
use crate::state::{Entry, Snapshot};

/// One object, as last applied and live.
#[derive(Debug)]
pub struct Object<'a> {
    /// In which world.
    pub world: World,
    /// Whose.
    pub address: &'a Address,
    /// What the state holds; none if it is not owned.
    pub entry: Option<&'a Entry>,
    /// What of the live object can be declared; none if it is not there.
    pub live: Option<Value>,
}

/// All that is owned, one object a line.
pub fn state(snapshot: &Snapshot, of: World, styles: Styles) -> String {
    let mut page = Page::new(styles);
    page.line(format_args!("Target: {}", world(of)));
    page.gap();
    let rows: Vec<_> = snapshot
        .resources
        .iter()
        .map(|(address, entry)| (visible(&address.to_string()).into_owned(), entry))
        .collect();
    let width = rows
        .iter()
        .map(|(address, _)| address.chars().count())
        .max()
        .unwrap_or(0);
    for (address, entry) in rows {
        let address = paint(styles.strong, format_args!("{address:width$}"));
        let marks = marks(entry);
        page.line(format_args!("  {address}  {}{marks}", visible(&entry.id)));
    }
    page.gap();
    let count = counted(snapshot.resources.len() as u64, "object");
    page.line(format_args!("{count} owned; serial {}.", snapshot.serial));
    page.finish()
}

fn marks(entry: &Entry) -> String {
    let marks = [
        (entry.protect, "protected"),
        (entry.retain, "retained"),
        (!entry.owned, "edges alone"),
    ];
    let said: Vec<_> = marks
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, word)| *word)
        .collect();
    if said.is_empty() {
        String::new()
    } else {
        format!("  ({})", said.join(", "))
    }
}

/// One object.
pub fn object(object: &Object<'_>, styles: Styles) -> String {
    let mut page = Page::new(styles);
    page.line(format_args!("Target: {}", world(object.world)));
    page.gap();
    let address = object.address.to_string();
    let id = object
        .entry
        .map(|entry| format!("  id {}{}", visible(&entry.id), marks(entry)));
    let title = paint(styles.strong, visible(&address));
    page.line(format_args!("{title}{}", id.unwrap_or_default()));
    if let Some(entry) = object.entry {
        let needs: Vec<_> = entry.depends_on.iter().map(ToString::to_string).collect();
        if !needs.is_empty() {
            page.line(format_args!("needs {}", visible(&needs.join(", "))));
        }
        page.gap();
        page.line("As last applied:");
        value(&mut page, &entry.written);
        for (field, edges) in &entry.edges {
            for edge in edges {
                page.line(format_args!(
                    "  {}: {}",
                    visible(field),
                    visible(&edge.label)
                ));
            }
        }
    }
    page.gap();
    match &object.live {
        None => page.line("Live: it is not there."),
        Some(live) => {
            page.line("Live:");
            value(&mut page, live);
        }
    }
    page.finish()
}

fn value(page: &mut Page, value: &Value) {
    let Value::Map(fields) = value else { return };
    for (name, value) in fields {
        let name = visible(name).into_owned();
        if let Some(short) = short(value) {
            page.line(format_args!("  {name} = {short}"));
            continue;
        }
        page.line(format_args!("  {name}:"));
        for line in lines(value) {
            page.line(format_args!("      {line}"));
        }
    }
}

/// What `show --format json` prints.
#[derive(Debug, Serialize)]
struct JsonState<'a> {
    format_version: &'static str,
    target: &'static str,
    serial: u64,
    objects: Vec<JsonObject<'a>>,
}

/// One object.
#[derive(Debug, Serialize)]
struct JsonObject<'a> {
    address: String,
    id: Option<&'a str>,
    protect: bool,
    retain: bool,
    depends_on: Vec<String>,
    /// As last applied; secrets are null.
    written: Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<Json>,
}

/// All that is owned, as JSON.
pub fn state_json(snapshot: &Snapshot, of: World) -> String {
    let objects = snapshot.resources.iter();
    pretty(&JsonState {
        format_version: "1",
        target: world(of),
        serial: snapshot.serial,
        objects: objects
            .map(|(address, entry)| json(address, Some(entry), None))
            .collect(),
    })
}

/// One object, as JSON; `live` is null if it is not there.
pub fn object_json(object: &Object<'_>) -> String {
    let live = object.live.as_ref().map_or(Json::Null, plain);
    pretty(&json(object.address, object.entry, Some(live)))
}

fn json<'a>(address: &Address, entry: Option<&'a Entry>, live: Option<Json>) -> JsonObject<'a> {
    let needs = entry.into_iter().flat_map(|entry| &entry.depends_on);
    JsonObject {
        address: address.to_string(),
        id: entry.map(|entry| entry.id.as_str()),
        protect: entry.is_some_and(|entry| entry.protect),
        retain: entry.is_some_and(|entry| entry.retain),
        depends_on: needs.map(ToString::to_string).collect(),
        written: entry.map_or(Json::Null, |entry| plain(&entry.written)),
        live,
    }
}

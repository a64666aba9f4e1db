//! One request on its way through a handler: what it asks, and the tables it works on.

use serde_json::{Map, Value, json};

use super::column::{Column, fresh, holds_nul, update};
use super::log::Log;
use super::refusal::{Refusal, internal, nothing_to_write};
use super::settings::Settings;
use super::shape::{Shape, guard_body};
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::random;
use crate::sandbox::tables::Tables;

/// A request, its path's parameters, and the tenant.
pub(super) struct Call<'a> {
    pub(super) tables: &'a mut Tables,
    pub(super) settings: &'a Settings,
    pub(super) log: &'a mut Log,
    pub(super) request: &'a Request,
    pub(super) params: Vec<String>,
    pub(super) now_ms: u64,
}

impl Call<'_> {
    /// The path's parameter of that place.
    pub(super) fn param(&self, index: usize) -> String {
        self.params.get(index).cloned().unwrap_or_default()
    }

    /// The first value of a query parameter.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        self.request.query_value(name)
    }

    /// All values of a query parameter.
    pub(super) fn query_all(&self, name: &str) -> Vec<String> {
        let pairs = self.request.query_pairs().into_iter();
        pairs
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value)
            .collect()
    }

    /// The body, checked, with what the shape knows alone.
    pub(super) fn body(&self, shape: &Shape) -> Result<Value, Refusal> {
        let body = guard_body(shape, &parsed(self.request)?)?;
        if holds_nul(&body) {
            return Err(internal());
        }
        Ok(body)
    }

    /// The body as it was sent.
    pub(super) fn any_body(&self) -> Result<Value, Refusal> {
        parsed(self.request)
    }

    /// All rows of a table, as they were first put.
    pub(super) fn all(&self, table: &str) -> Vec<&Value> {
        self.tables.rows(table).map(|(_, row)| row).collect()
    }

    /// All rows of a table, the newest first: `createdAt desc`.
    pub(super) fn newest_first(&self, table: &str) -> Vec<&Value> {
        let mut rows = self.all(table);
        rows.reverse();
        rows.sort_by_key(|row| std::cmp::Reverse(row["createdAt"].as_u64()));
        rows
    }

    /// A copy of a row.
    pub(super) fn row(&self, table: &str, id: &str) -> Option<Value> {
        self.tables.get(table, id).cloned()
    }

    /// The first row of a table whose column has that value.
    pub(super) fn where_is(&self, table: &str, name: &str, value: &Value) -> Option<Value> {
        let mut rows = self.tables.rows(table);
        rows.find(|(_, row)| &row[name] == value)
            .map(|(_, row)| row.clone())
    }

    /// A new row with a random id of that length, put into its table.
    pub(super) fn insert(
        &mut self,
        table: &str,
        columns: &[Column],
        body: &Value,
        id_length: usize,
    ) -> Value {
        let id = random::base36(id_length);
        let mut row = fresh(columns, body, self.now_ms);
        row.insert("id".to_owned(), json!(id));
        self.stamp(&mut row);
        let row = Value::Object(row);
        self.tables.put(table, &id, row.clone());
        row
    }

    /// Adds `tenantId`, which all rows but the users' show.
    pub(super) fn stamp(&self, row: &mut Map<String, Value>) {
        row.insert("tenantId".to_owned(), json!(self.settings.id));
    }

    /// Writes what the body says into the row and puts it back, behind the others: an updated row
    /// moves, where nothing orders the table (`resources.jsonl` 368).
    pub(super) fn patch(
        &mut self,
        table: &str,
        columns: &[Column],
        mut row: Value,
        body: &Value,
    ) -> Result<Value, Refusal> {
        if !update(columns, &mut row, body) {
            return Err(nothing_to_write());
        }
        let id = text(&row, "id");
        self.tables.delete(table, &id);
        self.tables.put(table, &id, row.clone());
        Ok(row)
    }
}

/// A text column, or nothing.
pub(super) fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}

/// The texts of a list.
pub(super) fn texts(body: &Value, name: &str) -> Vec<String> {
    let items = body[name].as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The body as the server's parser leaves it: no body is an empty mapping
/// (`resource-scopes.jsonl` 390), other than JSON is a text (`resources.jsonl` 336).
pub(super) fn parsed(request: &Request) -> Result<Value, Refusal> {
    let kind = request.header("content-type").unwrap_or_default();
    if request.body.is_empty() {
        return Ok(json!({}));
    }
    if kind.starts_with("application/json") {
        return serde_json::from_slice(&request.body).map_err(|fault| malformed(&fault));
    }
    if kind.starts_with("text/") {
        return Ok(json!(String::from_utf8_lossy(&request.body)));
    }
    Ok(json!({}))
}

/// Malformed JSON has no code. `resources.jsonl` 335; the text for anything but a missing end is an
/// inference.
fn malformed(fault: &serde_json::Error) -> Refusal {
    let message = if fault.is_eof() {
        "Unexpected end of JSON input"
    } else {
        "Unexpected token in JSON"
    };
    Refusal(Answer::json(400, &json!({"message": message})))
}

//! Where an emulation keeps everything that can change: named tables of JSON rows.
//!
//! Every change is noted, so that a world can be written down and read again. Rows stay in the
//! order in which they were first put, as in a database without `ORDER BY`.

use std::collections::BTreeMap;

use serde_json::Value;

/// One row put or deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The table's name.
    pub table: String,
    /// The row's id in it.
    pub id: String,
    /// The row as it is now; `None` when it went.
    pub row: Option<Value>,
}

/// All tables of one emulation.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    tables: BTreeMap<String, Table>,
    changes: Vec<Change>,
}

#[derive(Debug, Clone, Default)]
struct Table {
    rows: BTreeMap<String, (u64, Value)>,
    order: BTreeMap<u64, String>,
    next: u64,
}

impl Tables {
    /// The row, if it is there.
    pub fn get(&self, table: &str, id: &str) -> Option<&Value> {
        Some(&self.tables.get(table)?.rows.get(id)?.1)
    }

    /// Whether the row is there.
    pub fn has(&self, table: &str, id: &str) -> bool {
        self.get(table, id).is_some()
    }

    /// The rows with their ids, in the order in which they were first put.
    pub fn rows(&self, table: &str) -> impl DoubleEndedIterator<Item = (&str, &Value)> {
        self.tables.get(table).into_iter().flat_map(|table| {
            let row = |id: &'_ String| table.rows.get_key_value(id);
            let found = table.order.values().filter_map(row);
            found.map(|(id, (_, row))| (id.as_str(), row))
        })
    }

    /// The rows whose ids begin with `prefix`, in the order in which they were first put. Takes no
    /// look at the others.
    pub fn rows_below(&self, table: &str, prefix: &str) -> Vec<&Value> {
        let Some(table) = self.tables.get(table) else {
            return Vec::new();
        };
        let from = table.rows.range(prefix.to_owned()..);
        let below = from.take_while(|(id, _)| id.starts_with(prefix));
        let mut rows: Vec<_> = below.map(|(_, (place, row))| (place, row)).collect();
        rows.sort_by_key(|(place, _)| **place);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// How many rows there are.
    pub fn count(&self, table: &str) -> usize {
        self.tables.get(table).map_or(0, |table| table.rows.len())
    }

    /// The names of the tables that hold rows.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let filled = self
            .tables
            .iter()
            .filter(|(_, table)| !table.rows.is_empty());
        filled.map(|(name, _)| name.as_str())
    }

    /// Puts a row; one that was there keeps its place.
    pub fn put(&mut self, table: &str, id: &str, row: Value) {
        self.changes.push(Change {
            table: table.to_owned(),
            id: id.to_owned(),
            row: Some(row.clone()),
        });
        self.tables
            .entry(table.to_owned())
            .or_default()
            .put(id, row);
    }

    /// Deletes a row and returns it.
    pub fn delete(&mut self, table: &str, id: &str) -> Option<Value> {
        let row = self.tables.get_mut(table)?.delete(id)?;
        self.changes.push(Change {
            table: table.to_owned(),
            id: id.to_owned(),
            row: None,
        });
        Some(row)
    }

    /// Deletes the rows for which `doomed` says so, and returns their ids.
    pub fn delete_where(
        &mut self,
        table: &str,
        doomed: impl Fn(&str, &Value) -> bool,
    ) -> Vec<String> {
        let found = self.rows(table).filter(|(id, row)| doomed(id, row));
        let ids: Vec<_> = found.map(|(id, _)| id.to_owned()).collect();
        for id in &ids {
            self.delete(table, id);
        }
        ids
    }

    /// Takes the changes noted since the last call.
    pub fn drain(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Undoes nothing, notes nothing: applies a change that was read from a written-down world.
    pub fn replay(&mut self, change: Change) {
        let Change { table, id, row } = change;
        let table = self.tables.entry(table).or_default();
        match row {
            Some(row) => table.put(&id, row),
            None => drop(table.delete(&id)),
        }
    }

    /// Everything that is there, as changes from nothing.
    pub fn snapshot(&self) -> Vec<Change> {
        let tables = self.tables.keys();
        let rows = tables.flat_map(|name| self.rows(name).map(move |found| (name, found)));
        rows.map(|(table, (id, row))| Change {
            table: table.clone(),
            id: id.to_owned(),
            row: Some(row.clone()),
        })
        .collect()
    }
}

impl Table {
    fn put(&mut self, id: &str, row: Value) {
        if let Some((_, kept)) = self.rows.get_mut(id) {
            *kept = row;
            return;
        }
        self.rows.insert(id.to_owned(), (self.next, row));
        self.order.insert(self.next, id.to_owned());
        self.next += 1;
    }

    fn delete(&mut self, id: &str) -> Option<Value> {
        let (place, row) = self.rows.remove(id)?;
        self.order.remove(&place);
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ids(tables: &Tables) -> Vec<&str> {
        tables.rows("roles").map(|(id, _)| id).collect()
    }

    #[test]
    fn rows_keep_the_order_in_which_they_came() {
        let mut tables = Tables::default();
        for id in ["z", "a", "m"] {
            tables.put("roles", id, json!({}));
        }
        tables.put("roles", "z", json!({"changed": true}));
        tables.delete("roles", "a");
        assert_eq!(ids(&tables), ["z", "m"]);
    }

    #[test]
    fn changes_replayed_elsewhere_give_the_same_tables() {
        let (mut first, mut second) = (Tables::default(), Tables::default());
        first.put("roles", "a", json!(1));
        first.put("roles", "b", json!(2));
        first.delete("roles", "a");
        first
            .drain()
            .into_iter()
            .for_each(|change| second.replay(change));
        assert_eq!(ids(&second), ["b"]);
        assert_eq!(second.snapshot(), first.snapshot());
        assert!(second.drain().is_empty());
    }
}

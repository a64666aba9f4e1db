//! The tenants of a set: written in the manifest, or a table beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::{BAD_ROW, BAD_SET};
use crate::base::At;
use crate::base::tree::{Node, Tree};
use crate::kind::marker::Marker;
use crate::manifest::outside::Files;
use crate::manifest::report::Report;

/// One tenant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// What it is called.
    pub(super) name: String,
    /// What its columns say.
    pub(super) cells: BTreeMap<String, Cell>,
}

/// What a column says of a tenant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// A value of YAML.
    Written(Node),
    /// A text of a table: a number, or true or false, where the field is one.
    Table(String),
    /// Nothing: a field that it alone stands for is not written.
    Empty,
}

/// Reads the rows; those that cannot be are complained about and left out.
pub(super) fn read(tenants: &Node, files: &Files, report: &mut Report<'_>) -> Vec<Row> {
    let rows = match Marker::of(tenants) {
        Some(Marker::File(path)) => table(path, files, report),
        None if tenants.is_list() => list(tenants, report),
        _ => {
            report
                .error(
                    BAD_SET,
                    "`tenants` is a list of mappings, or a table in a file",
                )
                .at(tenants.at, "this is neither")
                .hint("write `tenants: [{name: acme}]` or `tenants: {file: tenants.csv}`");
            Vec::new()
        }
    };
    once(rows, report)
}

/// A row, and where its name stands.
type Placed = (Row, At);

fn list(tenants: &Node, report: &mut Report<'_>) -> Vec<Placed> {
    let mut rows = Vec::new();
    for item in tenants.items() {
        let Some(name) = item.get("name").filter(|name| name.text().is_some()) else {
            report
                .error(BAD_ROW, "a tenant of a set is a mapping with a `name`")
                .at(item.at, "this has none")
                .hint("write `- {name: acme}`");
            continue;
        };
        let cell = |node: &Node| match node.tree {
            Tree::Null => Cell::Empty,
            _ => Cell::Written(node.clone()),
        };
        let cells = item.entries().iter();
        let cells = cells.map(|entry| (entry.key.to_string(), cell(&entry.value)));
        let row = Row {
            name: name.text().unwrap_or_default().to_owned(),
            cells: cells.collect(),
        };
        rows.push((row, name.at));
    }
    rows
}

fn table(path: &Node, files: &Files, report: &mut Report<'_>) -> Vec<Placed> {
    let Some(written) = path.text() else {
        return Vec::new();
    };
    let text = match files.text(written) {
        Ok(found) => found,
        Err(refused) => {
            let message = format!("the table `{written}` {refused}");
            report
                .error(BAD_SET, message)
                .at(path.at, "not read")
                .hint("a path is relative to the manifest that it is written in");
            return Vec::new();
        }
    };
    let rows = records(&text).unwrap_or_else(|fault| {
        report
            .error(BAD_ROW, format!("the table `{written}`: {fault}"))
            .at(path.at, "this table")
            .hint("its first line has the columns' names, `name` among them; each further line is a tenant");
        Vec::new()
    });
    rows.into_iter().map(|row| (row, path.at)).collect()
}

fn records(text: &str) -> Result<Vec<Row>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|fault| fault.to_string())?.clone();
    let mut names = BTreeSet::new();
    for column in &columns {
        if !names.insert(column) {
            return Err(format!("two columns are called `{column}`"));
        }
    }
    if !names.contains("name") {
        return Err("no column is called `name`".to_owned());
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|fault| fault.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: BTreeMap<_, _> = columns
            .iter()
            .zip(&record)
            .map(|(column, text)| (column.to_owned(), cell(text)))
            .collect();
        let Some(Cell::Table(name)) = cells.get("name") else {
            return Err(format!("line {line} has no name"));
        };
        rows.push(Row {
            name: name.clone(),
            cells,
        });
    }
    Ok(rows)
}

fn cell(text: &str) -> Cell {
    match text {
        "" => Cell::Empty,
        text => Cell::Table(text.to_owned()),
    }
}

/// Each tenant once.
fn once(rows: Vec<Placed>, report: &mut Report<'_>) -> Vec<Row> {
    let (mut names, mut kept) = (BTreeSet::new(), Vec::new());
    for (row, at) in rows {
        if names.insert(row.name.clone()) {
            kept.push(row);
        } else {
            report
                .error(
                    BAD_ROW,
                    format!("the tenant `{}` is twice in the set", row.name),
                )
                .at(at, "once would do")
                .hint("leave one of them out, or call it otherwise");
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_row_a_line_and_empty_cells() {
        let rows = records("name, title ,seats\nacme,\"Acme, Ltd\",5\nglobex,,\n").expect("rows");
        let text = |text: &str| Cell::Table(text.to_owned());
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].cells["title"], text("Acme, Ltd"));
        assert_eq!(rows[0].cells["seats"], text("5"));
        assert_eq!(
            (rows[1].name.as_str(), &rows[1].cells["title"]),
            ("globex", &Cell::Empty)
        );
    }

    #[test]
    fn a_table_that_is_none_is_told_why() {
        let fault = |text: &str| records(text).expect_err(text);
        assert!(fault("title\nAcme\n").contains("no column is called `name`"));
        assert!(fault("name,name\na,b\n").contains("two columns are called `name`"));
        assert!(fault("name,title\n,x\n").contains("line 2 has no name"));
        assert!(fault("name,title\na\n").contains("line: 2"));
    }
}

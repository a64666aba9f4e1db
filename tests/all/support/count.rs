//! What is in the servers, to compare two worlds: how many of what, by what it is called.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tenantry::sandbox::World;

/// Tables whose rows say what happened, not what there is.
const TRACES: [&str; 2] = ["tokens", "sessions"];
/// The fields that people call objects by.
const NAMES: [&str; 6] = [
    "name",
    "username",
    "indicator",
    "connectorId",
    "description",
    "url",
];

/// How many rows each table has of each name, by sort of target.
pub(crate) type Count = BTreeMap<String, usize>;

/// Counts. Ids are not looked at: they are other ones in each run.
pub(crate) fn count(world: &mut World) -> Count {
    let prefixes: Vec<_> = world.prefixes().map(str::to_owned).collect();
    let base = world.base().to_owned();
    let mut count = Count::new();
    for prefix in prefixes {
        let (sort, id) = prefix.split_once('/').unwrap_or((&prefix, "-"));
        let tables = world.target(&prefix).expect("a target").tables();
        let names: Vec<_> = tables.names().map(str::to_owned).collect();
        for table in names.iter().filter(|name| !TRACES.contains(&name.as_str())) {
            for (_, row) in tables.rows(table) {
                // Names that the server makes hold its address and the tenant's id.
                let name = called(row).replace(&base, "BASE").replace(id, "ID");
                let line = format!("{sort} {table} {name}");
                *count.entry(line).or_default() += 1;
            }
        }
    }
    count
}

fn called(row: &Json) -> String {
    let names = NAMES.iter().filter_map(|name| row[*name].as_str());
    names.collect::<Vec<_>>().join(" ")
}

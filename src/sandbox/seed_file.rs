//! `--seed FILE`: rows that a sandbox begins with. The format is in `docs/sandbox.md`.

use serde_json::Value;

use super::world::World;
use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;

/// A seed that cannot be used.
const BAD_SEED: Code = Code("E0864");

impl World {
    /// Puts the rows of a seed: `{TARGET: {TABLE: {ID: ROW}}}`. Nothing is put if a part is wrong.
    pub fn seed(&mut self, name: &str, text: &str) -> Result<(), Box<Diagnostic>> {
        let wrong = |what: &str| refused(name, what);
        let seed: Value = serde_json::from_str(text).map_err(|fault| wrong(&fault.to_string()))?;
        let rows = rows(&seed).map_err(|what| wrong(&what))?;
        for (target, ..) in &rows {
            if !self.prefixes().any(|known| known == target) {
                let known = self.prefixes().collect::<Vec<_>>().join("`, `");
                let what = format!("`{target}` is not a target; there are `{known}`");
                return Err(wrong(&what));
            }
        }
        for (target, table, id, row) in rows {
            if let Some(emulation) = self.target(&target) {
                let row = emulation.completed(&table, &id, row);
                emulation.tables().put(&table, &id, row);
            }
        }
        self.commit()
    }
}

type Row = (String, String, String, Value);

fn rows(seed: &Value) -> Result<Vec<Row>, String> {
    let map = |value: &Value, what: &str| {
        let map = value.as_object().cloned();
        map.ok_or_else(|| format!("{what} is not a mapping"))
    };
    let mut rows = Vec::new();
    for (target, tables) in map(seed, "the file")? {
        for (table, of_table) in map(&tables, &format!("`{target}`"))? {
            for (id, row) in map(&of_table, &format!("`{table}` of `{target}`"))? {
                map(&row, &format!("the row `{id}` of `{table}` of `{target}`"))?;
                rows.push((target.clone(), table.clone(), id, row));
            }
        }
    }
    Ok(rows)
}

fn refused(name: &str, what: &str) -> Box<Diagnostic> {
    Diagnostic::error(BAD_SEED, format!("seeding the sandbox from {name}: {what}"))
        .hint("a seed is `{TARGET: {TABLE: {ID: ROW}}}`, see docs/sandbox.md")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::declared::TenantWish;
    use crate::sandbox::{BUILDERS, Request};
    use serde_json::json;

    fn world() -> World {
        let mut world = World::in_memory(BUILDERS);
        world
            .ensure_tenant("default", &TenantWish::default())
            .unwrap();
        world
    }

    #[test]
    fn a_seeded_row_is_completed_as_a_created_one_is() {
        let mut world = world();
        let seed = json!({"t/default": {
            "users": {"u1": {"username": "ada"}},
            "roles": {"r1": {"name": "reader", "description": "d"}},
            "users_roles": {"u1/r1": {}},
        }});
        world.seed("seed.json", &seed.to_string()).unwrap();
        let tables = world.target("t/default").unwrap().tables();
        assert_eq!(tables.get("roles", "r1").unwrap()["type"], "User");
        assert_eq!(tables.get("users", "u1").unwrap()["customData"], json!({}));
        assert_eq!(tables.get("users_roles", "u1/r1").unwrap()["roleId"], "r1");
    }

    #[test]
    fn a_seed_for_a_target_that_is_not_there_names_those_that_are() {
        let refused = world().seed("s", r#"{"t/nope": {}, "t/x": {"roles": {"a": {}}}}"#);
        let refused = refused.unwrap_err();
        assert_eq!(refused.code, BAD_SEED);
        assert!(
            refused.message.contains("`t/default`"),
            "{}",
            refused.message
        );
    }

    #[test]
    fn a_seed_that_is_wrong_puts_nothing() {
        let mut world = world();
        for text in ["[]", "{", r#"{"t/default": {"roles": {"a": {}, "b": 1}}}"#] {
            assert!(world.seed("s", text).is_err(), "{text}");
        }
        let listed = world.serve(Request::new("GET", "/t/default/api/status"));
        assert_eq!(listed.answer.status, 204);
        assert!(
            !world
                .target("t/default")
                .unwrap()
                .tables()
                .has("roles", "a")
        );
    }
}

//! What a world keeps, and what faults do, shown with a target that counts.

use serde_json::{Map, Value, json};

use super::*;

/// Adds one to a counter at each `POST`; `POST /make` and `DELETE /make` touch another target.
struct Counter {
    tables: Tables,
    effects: Vec<Effect>,
}

impl Counter {
    fn build(_settings: &Map<String, Value>, kept: Option<Tables>) -> Box<dyn Emulation> {
        let tables = kept.unwrap_or_else(|| {
            let mut tables = Tables::default();
            tables.put("numbers", "count", json!(0));
            tables
        });
        Box::new(Self {
            tables,
            effects: Vec::new(),
        })
    }

    fn count(&self) -> u64 {
        self.tables
            .get("numbers", "count")
            .and_then(Value::as_u64)
            .unwrap_or(0)
    }
}

impl Emulation for Counter {
    fn answer(&mut self, request: &Request, _now_ms: u64) -> Answer {
        let prefix = "t/made".to_owned();
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/make") => self.effects.push(Effect::Add {
                kind: TargetKind::Logto,
                prefix,
                settings: Map::new(),
            }),
            ("DELETE", "/make") => self.effects.push(Effect::Drop { prefix }),
            ("POST", _) => self.tables.put("numbers", "count", json!(self.count() + 1)),
            _ => {}
        }
        Answer::json(
            200,
            &json!({"count": self.count(), "query": request.query, "base": request.base}),
        )
    }

    fn tables(&mut self) -> &mut Tables {
        &mut self.tables
    }

    fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}

const BUILDERS: &[(TargetKind, Build)] = &[(TargetKind::Logto, Counter::build)];

fn asked(world: &mut World, method: &str, path: &str) -> Served {
    world.serve(Request::new(method, path))
}

fn count(world: &mut World) -> Value {
    asked(world, "GET", "/t/a/x").answer.as_json().unwrap()["count"].clone()
}

fn world() -> World {
    let mut world = World::in_memory(BUILDERS);
    world.ensure("t/a", &Map::new()).unwrap();
    world
}

#[test]
fn what_was_committed_is_there_after_the_process_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::open(folder.path(), BUILDERS).unwrap();
    world.ensure("t/a", &Map::new()).unwrap();
    for _ in 0..3 {
        asked(&mut world, "POST", "/t/a/x");
    }
    asked(&mut world, "POST", "/t/a/make");
    asked(&mut world, "POST", "/t/made/x");
    drop(world);
    let mut world = World::open(folder.path(), BUILDERS).unwrap();
    assert_eq!(count(&mut world), 3);
    asked(&mut world, "DELETE", "/t/a/make");
    drop(world);
    let world = World::open(folder.path(), BUILDERS).unwrap();
    assert_eq!(world.prefixes().collect::<Vec<_>>(), ["t/a"]);
    let text = std::fs::read_to_string(folder.path().join("world.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 2, "compacted: {text}");
}

#[test]
fn a_target_is_told_where_it_is_seen() {
    let mut world = world();
    world.set_base("http://127.0.0.1:1/");
    let answer = asked(&mut world, "GET", "/t/a").answer;
    assert_eq!(answer.as_json().unwrap()["base"], "http://127.0.0.1:1/t/a");
    assert_eq!(asked(&mut world, "GET", "/t/unknown/x").answer.status, 404);
}

#[test]
fn a_cut_before_does_nothing_and_a_cut_after_the_commit_does_all() {
    let mut world = world();
    world
        .faults
        .add(crate::sandbox::fault::Rule::parse("POST /x#1=cut-before").unwrap());
    world
        .faults
        .add(crate::sandbox::fault::Rule::parse("POST /x#2=cut-after-commit").unwrap());
    assert_eq!(asked(&mut world, "POST", "/t/a/x").delivery, Delivery::Cut);
    assert_eq!(count(&mut world), 0);
    assert_eq!(asked(&mut world, "POST", "/t/a/x").delivery, Delivery::Cut);
    assert_eq!(count(&mut world), 1);
    assert_eq!(
        asked(&mut world, "POST", "/t/a/x").delivery,
        Delivery::Whole
    );
}

#[test]
fn a_status_fault_says_when_to_come_again() {
    let mut world = world();
    world
        .faults
        .add(crate::sandbox::fault::Rule::parse("/x#1=status:429:7").unwrap());
    let answer = asked(&mut world, "POST", "/t/a/x").answer;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("7"))
    );
    assert_eq!(count(&mut world), 0);
}

#[test]
fn a_duplicate_page_is_the_page_before() {
    let mut world = world();
    world
        .faults
        .add(crate::sandbox::fault::Rule::parse("/x=duplicate-page").unwrap());
    let answer = asked(&mut world, "GET", "/t/a/x?page=3&page_size=20").answer;
    assert_eq!(answer.as_json().unwrap()["query"], "page=2&page_size=20");
}

#[test]
fn requests_are_counted_with_their_target_and_status() {
    let mut world = world();
    asked(&mut world, "POST", "/t/a/x");
    asked(&mut world, "GET", "/t/a/x?page=1");
    let writes: Vec<_> = world.record.all().filter(|seen| seen.is_write()).collect();
    assert_eq!(writes.len(), 1);
    assert_eq!((writes[0].target.as_str(), writes[0].status), ("t/a", 200));
    assert_eq!(world.record.total(), 2);
}

//! Replays the recorded exchanges of a Logto, in the order of their runs, against the sandbox.
//!
//! Ids and secrets are the sandbox's own; each is learnt from the answer in which it first
//! appears. Compared are status, headers that mean something, error codes, keys, types, and every
//! value that is not random or a time.

mod compare;
mod ids;
mod recording;
mod tokens;

use std::collections::BTreeMap;

use serde_json::Value;
use tenantry::sandbox::declared::{TenantAccess, TenantWish};
use tenantry::sandbox::{Answer, BUILDERS, Request, World};

use ids::Ids;
use recording::Line;

/// A tenant in the middle of a run.
struct Replay {
    world: World,
    access: TenantAccess,
    ids: Ids,
    /// The tokens that lines name: `valid-token`, `(self1)`.
    tokens: BTreeMap<String, String>,
}

#[test]
fn what_logto_answered_is_answered_or_listed_with_its_reason() {
    let exceptions = recording::exceptions();
    let (mut passed, mut excepted, mut faults) = (0, 0, Vec::new());
    for run in recording::runs() {
        let mut replay = Replay::start();
        for line in run.lines() {
            for stand_in in run.stand_ins(line.seq) {
                replay.stand_in(&stand_in);
            }
            let differences = replay.play(&line);
            let place = format!("{}:{}", line.file, line.seq);
            match (exceptions.get(&place), differences.is_empty()) {
                (None, true) => passed += 1,
                (Some(_), false) => excepted += 1,
                (Some(reason), true) if reason.starts_with("by chance: ") => excepted += 1,
                (Some(_), true) => faults.push(format!("{place} is listed, yet it passes")),
                (None, false) => {
                    let differences = differences.join("\n  ");
                    faults.push(format!("{place} {}\n  {differences}", line.case));
                }
            }
        }
    }
    println!("logto: replayed {passed}, {excepted} excepted");
    assert!(
        faults.is_empty(),
        "\n{}\n{} faults",
        faults.join("\n"),
        faults.len()
    );
    assert_eq!(
        excepted,
        exceptions.len(),
        "an exception names a line that there is not"
    );
    let share = passed * 100 / (passed + excepted);
    assert!(share >= 90, "only {share} % of the recorded lines pass");
}

impl Replay {
    /// A tenant as it was when a run began.
    fn start() -> Self {
        let mut world = World::in_memory(BUILDERS);
        let access = world
            .ensure_tenant("default", &TenantWish::default())
            .unwrap();
        let mut replay = Self {
            world,
            access,
            ids: Ids::default(),
            tokens: BTreeMap::new(),
        };
        let token = tokens::fetched(&mut replay, &tokens::SEEDED);
        replay.tokens.insert("valid-token".to_owned(), token);
        replay
    }

    /// Makes what a line that is not there made.
    fn stand_in(&mut self, line: &Line) {
        let request = self.request(line);
        let answer = self.ask(request);
        assert_eq!(
            answer.status, line.status,
            "stand-in {}: {answer:?}",
            line.seq
        );
    }

    /// Plays a line; what differs, in words.
    fn play(&mut self, line: &Line) -> Vec<String> {
        let special = tokens::special(self, line);
        let answer = special.unwrap_or_else(|| self.ask(self.request(line)));
        compare::answer(&mut self.ids, line, &answer)
    }

    fn request(&self, line: &Line) -> Request {
        let path = self.ids.ours(&line.path);
        let target = match &line.query {
            Some(query) => format!("/t/default{path}?{}", self.ids.ours(query)),
            None => format!("/t/default{path}"),
        };
        let mut request = Request::new(&line.method, &target);
        if let Some(kind) = &line.content_type {
            request = request.with_header("content-type", kind);
        }
        if let Some(token) = self.tokens.get(&line.authorization) {
            request = request.with_header("authorization", &format!("Bearer {token}"));
        }
        request.body = match &line.body {
            Value::Null => Vec::new(),
            Value::Object(map) if map.contains_key("__raw__") => {
                map["__raw__"].as_str().unwrap().as_bytes().to_vec()
            }
            body => self.ids.ours(&whole(line, body).to_string()).into_bytes(),
        };
        request
    }

    fn ask(&mut self, request: Request) -> Answer {
        self.world.serve(request).answer
    }
}

/// The body with the text put back that the recording cut off.
fn whole(line: &Line, body: &Value) -> Value {
    let mut body = body.clone();
    if line.case == "big body 1 MiB" {
        body["customData"]["x"] = "a".repeat(1024 * 1024).into();
    }
    body
}

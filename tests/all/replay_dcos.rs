//! Replays the recorded exchanges of a DC/OS cluster, line by line, against the sandbox's Open
//! edition.
//!
//! Each file starts on a store of its own. What was recorded at the IAM itself (`bouncer`) had no
//! token; here Admin Router stands before it, so that the replay adds one. Answers are compared
//! whole: status, headers that mean something, and body, down to its length.

mod arrange;
mod compare;
mod concurrency;
mod documented;
mod keys;
mod recording;
mod scale;
mod scenarios;

use serde_json::{Value, json};
use tenantry::sandbox::dcos::{Dcos, Edition};
use tenantry::sandbox::{Answer, Emulation as _, Request};

use arrange::{File, Recipe};
use keys::Keys;
use recording::{Line, Recorded};

/// The time at which all of it takes place.
const NOW: u64 = 1_795_300_000;

/// A cluster in the middle of a file.
struct Replay {
    dcos: Dcos,
    keys: &'static Keys,
    /// A token that is always good, for lines that had none.
    pass: String,
    /// The token of the last login.
    latest: String,
}

#[test]
fn what_was_recorded_is_answered_or_listed_with_its_reason() {
    let listed = recording::exceptions();
    let (mut passed, mut excepted, mut faults) = (0, 0, Vec::new());
    for file in arrange::FILES {
        let mut replay = Replay::start(file);
        for line in recording::lines(file.name, replay.keys) {
            let place = (file.name.to_owned(), line.number);
            let exception = listed.iter().any(|(listed, _)| *listed == place);
            let before = replay.dcos.tables().clone();
            let differences = replay.play(file, &line);
            match (exception, differences.is_empty()) {
                (false, true) => passed += 1,
                (true, false) => {
                    excepted += 1;
                    *replay.dcos.tables() = before;
                }
                (true, true) => faults.push(format!("{place:?} is listed, yet it passes")),
                (false, false) => {
                    faults.push(format!(
                        "{place:?} {}\n  {}",
                        line.case,
                        differences.join("\n  ")
                    ));
                }
            }
        }
    }
    println!("dcos: {passed} recorded lines pass, {excepted} are listed exceptions");
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert_eq!(
        excepted,
        listed.len(),
        "an exception names a line that there is not"
    );
}

impl Replay {
    /// A cluster as it was when the file's recording began.
    fn start(file: &File) -> Self {
        let keys = Keys::shared();
        let mut replay = Self {
            dcos: Dcos::new(Edition::Open, "replay", "replay-password"),
            keys,
            pass: String::new(),
            latest: String::new(),
        };
        let login = json!({"uid": "replay", "password": "replay-password"});
        let login = Request::new("POST", "/acs/api/v1/auth/login").with_json(&login);
        replay.pass = token_in(&replay.ask(&login)).unwrap();
        if file.service_account {
            let put = Request::new("PUT", "/acs/api/v1/users/bootstrap-sa");
            let put = put.with_json(&json!({
                "description": "Superuser service account defined via DC/OS config",
                "public_key": keys.bootstrap.public_pem().trim_end(),
            }));
            assert_eq!(replay.ask(&replay.admitted(put)).status, 201);
        }
        let gone = Request::new("DELETE", "/acs/api/v1/users/replay");
        assert_eq!(replay.ask(&replay.admitted(gone)).status, 204);
        replay
    }

    /// Plays a line; what differs, in words.
    fn play(&mut self, file: &File, line: &Line) -> Vec<String> {
        let (request, response) = match &line.recorded {
            Recorded::Token(token) => return compare::token(&self.latest, token, NOW),
            Recorded::Exchange { request, response } => (request, response),
        };
        let token = self.token(file.recipe(line.number));
        let mut request = request.filled(&token);
        if line.server.starts_with("bouncer") {
            request = self.admitted(request);
        }
        let answer = self.ask(&request);
        if let Some(token) = token_in(&answer) {
            self.latest = token;
        }
        compare::answer(&answer, response)
    }

    /// What stands for `<jwt>` in a request.
    fn token(&mut self, recipe: Option<&Recipe>) -> String {
        match recipe {
            None => self.latest.clone(),
            Some(recipe) => {
                let signing = self.dcos.tables().get("keys", "signing").cloned();
                self.keys.token(recipe, &self.latest, signing.as_ref(), NOW)
            }
        }
    }

    fn admitted(&self, request: Request) -> Request {
        request.with_header("Authorization", &format!("token={}", self.pass))
    }

    fn ask(&mut self, request: &Request) -> Answer {
        self.dcos.answer(request, NOW * 1000)
    }
}

fn token_in(answer: &Answer) -> Option<String> {
    let body: Value = answer.as_json()?;
    body["token"].as_str().map(str::to_owned)
}

//! The token requests of `auth.jsonl`, which were recorded in words, and the tokens they gave.

use tenantry::sandbox::{Answer, Request};

use super::Replay;
use super::recording::Line;

const MANAGEMENT: &str = "https://default.logto.app/api";

/// A token request; `None` for a client means the seeded one.
pub(super) struct Wanted {
    client: Option<(&'static str, &'static str)>,
    resource: Option<&'static str>,
    scope: Option<&'static str>,
}

/// What all requests ask for that do not say otherwise.
pub(super) const SEEDED: Wanted = Wanted {
    client: None,
    resource: Some(MANAGEMENT),
    scope: Some("all"),
};

/// Which request a line of words means.
fn meant(seq: u64) -> Option<Wanted> {
    Some(match seq {
        5 => Wanted {
            scope: None,
            ..SEEDED
        },
        7 => Wanted {
            resource: None,
            ..SEEDED
        },
        9 => Wanted {
            client: Some(("m-default", "wrong")),
            ..SEEDED
        },
        10 => Wanted {
            client: Some(("nope", "nope")),
            ..SEEDED
        },
        11 => Wanted {
            resource: Some("https://nope.example"),
            ..SEEDED
        },
        12 => Wanted {
            scope: Some("bogus"),
            ..SEEDED
        },
        15 | 40 | 43 => SEEDED,
        _ => return None,
    })
}

/// Plays a line that is not what it says: a token request, or one with an odd token.
pub(super) fn special(replay: &mut Replay, line: &Line) -> Option<Answer> {
    if line.file != "auth" {
        return None;
    }
    if line.path == "/oidc/token" {
        return Some(token_line(replay, line.seq));
    }
    prepare(replay, line);
    let header = match (line.seq, line.authorization.as_str()) {
        (2, _) => "Basic abc",
        (3, _) => "Bearer garbage",
        (4, _) => "Bearer ",
        (_, "(opaque)") => "Bearer BzBqUrl9JGgmkR1sIyYSnXFYU0cTVNUFpYeLe3lGcYf",
        _ => return None,
    };
    let mut request = replay.request(line);
    request.headers.retain(|(name, _)| name != "authorization");
    Some(replay.ask(request.with_header("authorization", header)))
}

fn token_line(replay: &mut Replay, seq: u64) -> Answer {
    let wanted = meant(seq).unwrap();
    if seq == 15 {
        // The recording shortened the lifetime in the database.
        lifetime(replay, 1);
    }
    let answer = match seq {
        40 | 43 => {
            let (id, secret) = self_made(replay);
            asked(replay, &wanted, &id, &secret)
        }
        _ => asked_as_meant(replay, &wanted),
    };
    let name = match seq {
        5 => "(noscope)",
        15 => "(expired)",
        40 => "(self0)",
        43 => "(self1)",
        _ => return answer,
    };
    if seq == 15 {
        lifetime(replay, 3600);
    }
    let token = answer.as_json().unwrap()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    replay.tokens.insert(name.to_owned(), token);
    answer
}

/// What has to be so before a line: a token for another audience, or the end of one.
fn prepare(replay: &mut Replay, line: &Line) {
    match line.seq {
        14 => {
            let other = "https://admin.logto.app/api";
            let tables = replay.world.target("t/default").unwrap().tables();
            tables.put(
                "resources",
                "other",
                serde_json::json!({"id": "other", "indicator": other}),
            );
            let wanted = Wanted {
                resource: Some(other),
                ..SEEDED
            };
            let token = fetched(replay, &wanted);
            replay.tokens.insert("(wrongaud)".to_owned(), token);
            replay
                .world
                .target("t/default")
                .unwrap()
                .tables()
                .delete("resources", "other");
        }
        16 => replay.world.advance(2_000),
        _ => {}
    }
}

fn lifetime(replay: &mut Replay, seconds: u64) {
    let tables = replay.world.target("t/default").unwrap().tables();
    let mut row = tables.get("resources", "management-api").unwrap().clone();
    row["accessTokenTtl"] = seconds.into();
    tables.put("resources", "management-api", row);
}

/// The application of line 38 and its secret.
fn self_made(replay: &mut Replay) -> (String, String) {
    let tables = replay.world.target("t/default").unwrap().tables();
    let (_, row) = tables.rows("application_secrets").last().unwrap();
    let text = |name: &str| row[name].as_str().unwrap().to_owned();
    (text("applicationId"), text("value"))
}

fn asked_as_meant(replay: &mut Replay, wanted: &Wanted) -> Answer {
    let (id, secret) = match wanted.client {
        Some((id, secret)) => (id.to_owned(), secret.to_owned()),
        None => (
            replay.access.client_id.clone(),
            replay.access.client_secret.clone(),
        ),
    };
    asked(replay, wanted, &id, &secret)
}

fn asked(replay: &mut Replay, wanted: &Wanted, id: &str, secret: &str) -> Answer {
    use base64::Engine as _;
    let mut form = "grant_type=client_credentials".to_owned();
    for (name, value) in [("resource", wanted.resource), ("scope", wanted.scope)] {
        if let Some(value) = value {
            form = format!("{form}&{name}={value}");
        }
    }
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
    let mut request = Request::new("POST", "/t/default/oidc/token")
        .with_header("authorization", &format!("Basic {basic}"))
        .with_header("content-type", "application/x-www-form-urlencoded");
    request.body = form.into_bytes();
    replay.ask(request)
}

/// The token that is given for a request.
pub(super) fn fetched(replay: &mut Replay, wanted: &Wanted) -> String {
    let answer = asked_as_meant(replay, wanted).as_json().unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

//! Compares an answer with the recorded one: everything that does not differ from run to run.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tenantry::sandbox::Answer;

/// Headers that mean something to a client.
const HEADERS: [&str; 5] = [
    "content-type",
    "www-authenticate",
    "allow",
    "location",
    "vary",
];

/// Members whose values the server makes up.
const MADE: [&str; 2] = ["kid", "n"];

/// What differs, in words.
pub(super) fn answer(answer: &Answer, recorded: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    if recorded["status"] != answer.status {
        differences.push(format!(
            "status {} for {}",
            answer.status, recorded["status"]
        ));
    }
    for name in HEADERS {
        let (ours, theirs) = (answer.header(name), recorded["headers"][name].as_str());
        if ours != theirs {
            differences.push(format!("{name}: {ours:?} for {theirs:?}"));
        }
    }
    differences.extend(cookies(answer, recorded));
    differences.extend(match &recorded["json"] {
        Value::Null => text(answer, recorded["body"].as_str().unwrap_or_default()),
        theirs => json(answer, theirs, recorded),
    });
    differences
}

fn text(answer: &Answer, theirs: &str) -> Option<String> {
    let ours = String::from_utf8_lossy(&answer.body);
    (ours != theirs).then(|| format!("body {ours:?} for {theirs:?}"))
}

fn json(answer: &Answer, theirs: &Value, recorded: &Value) -> Option<String> {
    let Some(ours) = answer.as_json() else {
        return Some(format!(
            "no JSON: {:?}",
            String::from_utf8_lossy(&answer.body)
        ));
    };
    if let Some(difference) = difference("", &ours, theirs) {
        return Some(difference);
    }
    let length = recorded["headers"]["content-length"].as_str();
    let length: Option<usize> = length.and_then(|length| length.parse().ok());
    // What stands for `<jwt>` has another length.
    let whole = !theirs.to_string().contains("<jwt>");
    let same = length.is_none_or(|length| length == answer.body.len());
    (whole && !same).then(|| format!("length {} for {length:?}", answer.body.len()))
}

/// The first difference, with where it is.
fn difference(at: &str, ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let names: Vec<_> = ours.keys().collect();
            if names != theirs.keys().collect::<Vec<_>>() {
                return Some(format!("{at}: members {names:?}"));
            }
            let made = |name: &str| MADE.contains(&name);
            let mut members = ours
                .iter()
                .zip(theirs.values())
                .filter(|((name, _), _)| !made(name));
            members.find_map(|((name, ours), theirs)| {
                difference(&format!("{at}/{name}"), ours, theirs)
            })
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let pairs = sorted(ours).into_iter().zip(sorted(theirs));
            let mut pairs = pairs.enumerate();
            pairs.find_map(|(n, (ours, theirs))| difference(&format!("{at}/{n}"), ours, theirs))
        }
        (Value::String(ours), Value::String(theirs)) if theirs == "<jwt>" => {
            (ours.split('.').count() != 3).then(|| format!("{at}: no token"))
        }
        (Value::String(ours), Value::String(theirs)) if theirs.ends_with("<cut>") => {
            let start = theirs.trim_end_matches("<cut>");
            (!ours.starts_with(start)).then(|| format!("{at}: {ours}"))
        }
        _ => (ours != theirs).then(|| format!("{at}: {ours} for {theirs}")),
    }
}

/// No list has an order.
fn sorted(items: &[Value]) -> Vec<&Value> {
    let mut items: Vec<&Value> = items.iter().collect();
    items.sort_by_key(|item| {
        item["uid"]
            .as_str()
            .map_or_else(|| item.to_string(), str::to_owned)
    });
    items
}

/// Cookies by name and attributes.
fn cookies(answer: &Answer, recorded: &Value) -> Option<String> {
    let form = |cookie: &str| {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let name = pair.split('=').next().unwrap_or_default();
        format!("{name};{attributes}")
    };
    let set = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie");
    let ours: Vec<String> = set.map(|(_, cookie)| form(cookie)).collect();
    let theirs = &recorded["headers"]["set-cookie"];
    let theirs = theirs
        .as_array()
        .cloned()
        .unwrap_or_else(|| vec![theirs.clone()]);
    let theirs: Vec<String> = theirs.iter().filter_map(Value::as_str).map(form).collect();
    (ours != theirs).then(|| format!("cookies {ours:?} for {theirs:?}"))
}

/// Compares a token's header, claims and lifetime with a look into a recorded one.
pub(super) fn token(token: &str, recorded: &Value, now: u64) -> Vec<String> {
    let part = |n: usize| -> Value {
        let part = URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap());
        serde_json::from_slice(&part.unwrap()).unwrap()
    };
    let (header, claims) = (part(0), part(1));
    let lifetime = claims["exp"].as_u64().map(|exp| exp - now);
    let checks = [
        (header == recorded["header"], "header"),
        (claims["uid"] == recorded["payload"]["uid"], "uid"),
        (
            claims.as_object().map(serde_json::Map::len) == Some(2),
            "claims",
        ),
        (
            lifetime == recorded["lifetime_seconds_from_now"].as_u64(),
            "lifetime",
        ),
    ];
    let wrong = checks.into_iter().filter(|(right, _)| !right);
    wrong
        .map(|(_, name)| format!("the token's {name}"))
        .collect()
}

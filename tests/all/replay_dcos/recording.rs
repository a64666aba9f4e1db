//! Reads recorded lines, and the list of exceptions beside them.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tenantry::sandbox::Request;

use super::keys::Keys;

/// One line of a file.
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) case: String,
    /// `bouncer` (the IAM itself), `adminrouter`, ….
    pub(super) server: String,
    pub(super) recorded: Recorded,
}

/// What a line holds.
pub(super) enum Recorded {
    /// A request and its answer.
    Exchange { request: Asked, response: Value },
    /// A look into the token of the last login.
    Token(Value),
}

/// A recorded request, its tokens taken out.
pub(super) struct Asked(Value);

/// The text of a file beside the recordings.
pub(super) fn text(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/contract/dcos");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The lines of a file, with our keys in the place of the recorded ones.
pub(super) fn lines(name: &str, keys: &Keys) -> Vec<Line> {
    let text = text(name);
    let lines = text.lines().enumerate();
    lines
        .map(|(at, line)| {
            let line = exchanged(&serde_json::from_str(line).unwrap(), keys);
            let word = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            Line {
                number: at + 1,
                case: word("case"),
                server: word("server"),
                recorded: match line.get("request") {
                    Some(request) => Recorded::Exchange {
                        request: Asked(request.clone()),
                        response: line["response"].clone(),
                    },
                    None => Recorded::Token(line),
                },
            }
        })
        .collect()
}

fn exchanged(value: &Value, keys: &Keys) -> Value {
    match value {
        Value::String(text) => Value::String(keys.exchanged(text)),
        Value::Array(items) => items.iter().map(|item| exchanged(item, keys)).collect(),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| (name.clone(), exchanged(value, keys));
            Value::Object(members.iter().map(member).collect())
        }
        other => other.clone(),
    }
}

impl Asked {
    /// The request, with this token in the place of `<jwt>`.
    pub(super) fn filled(&self, token: &str) -> Request {
        let word = |name: &str| self.0[name].as_str().unwrap();
        let mut request = Request::new(word("method"), word("path"));
        for (name, value) in self.0["headers"].as_object().unwrap() {
            request = request.with_header(name, &value.as_str().unwrap().replace("<jwt>", token));
        }
        request.body = match self.0["body"].as_str() {
            None => Vec::new(),
            // Was bytes that are no UTF-8, most of them taken out.
            Some(packed) if packed.starts_with("base64:") => {
                let end = STANDARD.decode("/yJ9").unwrap(); // auth.jsonl 22
                [b"{\"uid\": \"".as_slice(), &end].concat()
            }
            Some(text) => whole(&text.replace("<jwt>", token)).into_bytes(),
        };
        request
    }
}

/// A body that was cut in a run of one letter, with the rest of it (users.jsonl 14, 17).
fn whole(body: &str) -> String {
    let Some(start) = body.strip_suffix("<cut>") else {
        return body.to_owned();
    };
    let (letter, length, end) = match start.chars().next_back() {
        Some('d') => ("d", 10_000, "\", \"password\": \"abcde\"}"),
        _ => ("x", 4_096, "\"}"),
    };
    let there = start.len() - start.trim_end_matches(letter).len();
    format!("{start}{}{end}", letter.repeat(length - there))
}

/// The listed exceptions: (file, line) and the reason.
pub(super) fn exceptions() -> Vec<((String, usize), String)> {
    let text = text("exceptions.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().unwrap_or_default().to_owned();
            let (file, number, reason) = (word(), word(), word());
            assert!(reason.len() > 5, "an exception needs a reason: {line}");
            ((file, number.parse().unwrap()), reason)
        })
        .collect()
}

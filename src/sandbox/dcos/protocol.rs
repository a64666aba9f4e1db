//! How the IAM reads requests and writes answers, whatever they are about.
//!
//! Content negotiation, JSON in and out, the pages and empty answers of failures. It knows no
//! route and no object.

use serde_json::Value;

use super::fault::malformed;
use super::python;
use crate::sandbox::exchange::{Answer, Request};

/// The type of every answer with a good status (users.jsonl 2).
const JSON: &str = "application/json; charset=utf-8";
/// The type of every error with a body (users.jsonl 4).
const ERROR: &str = "application/json; charset=UTF-8";
/// gunicorn's page (auth.jsonl 9).
const SERVER_ERROR: &str = "<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n";

/// An error object, written as Python's `json.dumps` does (users.jsonl 4).
pub(super) fn error(status: u16, title: &str, text: &str, code: Option<&str>) -> Answer {
    let quoted = |text: &str| Value::from(text).to_string();
    let code = code.map_or_else(String::new, |code| format!(", \"code\": {}", quoted(code)));
    let (title, text) = (quoted(title), quoted(text));
    let body = format!("{{\"title\": {title}, \"description\": {text}{code}}}");
    Answer::typed(status, ERROR, body).with_header("vary", "Accept")
}

/// A JSON body, indented by two, with a line end (users.jsonl 3).
pub(super) fn json(body: &Value) -> Answer {
    Answer::typed(200, JSON, format!("{body:#}\n"))
}

/// `{"array": …}`, as all lists but the providers' are (users.jsonl 1).
pub(super) fn array(items: impl Iterator<Item = Value>) -> Answer {
    let items: Vec<Value> = items.collect();
    json(&serde_json::json!({ "array": items }))
}

/// A status with the JSON type and no body (users.jsonl 2; 404: protocol.jsonl 2).
pub(super) fn empty(status: u16) -> Answer {
    Answer::typed(status, JSON, "")
}

/// What writes answer that return nothing (users.jsonl 42).
pub(super) fn done() -> Answer {
    Answer::empty(204)
}

/// The page of an exception nobody caught (auth.jsonl 9).
pub(super) fn server_error() -> Answer {
    Answer::typed(500, "text/html", SERVER_ERROR)
}

/// What the request carries as JSON; an answer instead when it is refused before any route is
/// looked at.
///
/// A body that Admin Router passes on always has a length, so that a chunked one is read
/// (adminrouter.jsonl 29).
pub(super) fn read(request: &Request) -> Result<Option<Value>, Answer> {
    if !accepts_json(request.header("accept")) {
        return Err(empty(406).with_header("vary", "Accept")); // protocol.jsonl 20
    }
    let carries = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    if request.body.is_empty() || !carries {
        return Ok(None); // users.jsonl 69: a body with DELETE is ignored
    }
    let Some(content_type) = request.header("content-type") else {
        return Err(malformed("Missing Content-Type header.")); // protocol.jsonl 11
    };
    match essence(content_type).as_str() {
        "application/json" => parse(&request.body),
        // auth.jsonl 24: taken for no data, and refused where some is needed
        "application/x-www-form-urlencoded" => Ok(None),
        _ => Err(error(
            415,
            "Unsupported media type",
            "Unexpected or undefined Content-Type",
            None,
        )), // protocol.jsonl 21
    }
}

/// `Application/JSON; charset=utf-8` → `application/json` (auth.jsonl 26).
fn essence(content_type: &str) -> String {
    let (essence, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    essence.trim().to_ascii_lowercase()
}

fn accepts_json(accept: Option<&str>) -> bool {
    let Some(accept) = accept else { return true };
    let fits = |range: &str| {
        matches!(
            essence(range).as_str(),
            "*/*" | "application/*" | "application/json"
        )
    };
    accept.split(',').any(fits)
}

/// The body is UTF-8 whatever its type claims (protocol.jsonl 18). `null` is no data
/// (protocol.jsonl 14), the last of equal keys wins (protocol.jsonl 15).
fn parse(body: &[u8]) -> Result<Option<Value>, Answer> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let reason = python::decode_error(body, error);
        malformed(&format!(
            "Cannot decode JSON body using UTF-8. Reason: {reason}"
        ))
    })?;
    if text.starts_with('\u{feff}') {
        let text = "Cannot decode JSON body: Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)";
        return Err(malformed(text)); // protocol.jsonl 17
    }
    match serde_json::from_str(text) {
        Ok(Value::Null) => Ok(None),
        Ok(value) => Ok(Some(value)),
        // Python reads half of a surrogate pair and fails at writing it (protocol.jsonl 22).
        Err(error) if is_half_a_pair(&error) => Err(server_error()),
        Err(error) => Err(malformed(&format!(
            "Cannot decode JSON body: {}",
            python::json_error(text, &error)
        ))),
    }
}

/// Whether JSON is broken by `\ud800` or the like; the parser tells by its words only.
fn is_half_a_pair(error: &serde_json::Error) -> bool {
    let told = error.to_string();
    told.contains("surrogate") || told.contains("end of hex escape")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as of;

    fn put(content_type: &str, body: &[u8]) -> Request {
        let mut request = Request::new("PUT", "/x").with_header("Content-Type", content_type);
        request.body = body.to_vec();
        request
    }

    #[test]
    fn an_answer_is_written_as_recorded_to_the_byte() {
        // users.jsonl 1: content-length 18
        assert_eq!(array(std::iter::empty()).body, b"{\n  \"array\": []\n}\n");
    }

    #[test]
    fn the_servers_page_is_as_long_as_the_recorded_one() {
        assert_eq!(server_error().body.len(), 141);
    }

    #[test]
    fn json_is_read_whatever_the_parameters_and_case_of_its_type() {
        let read = read(&put("Application/JSON; charset=latin-1", b"{\"a\": 1}"));
        assert_eq!(read.unwrap(), Some(of!({"a": 1})));
    }

    #[test]
    fn a_form_is_no_data_and_another_type_is_refused() {
        assert_eq!(
            read(&put("application/x-www-form-urlencoded", b"a=1")).unwrap(),
            None
        );
        assert_eq!(read(&put("text/plain", b"{}")).unwrap_err().status, 415);
    }

    #[test]
    fn half_a_surrogate_pair_is_an_exception_nobody_caught() {
        for body in [br#"{"a": "\ud800"}"#.as_slice(), br#"{"a": "\udc00x"}"#] {
            assert_eq!(
                read(&put("application/json", body)).unwrap_err().status,
                500
            );
        }
        assert_eq!(
            read(&put("application/json", br#"{"a": "\ud8"#))
                .unwrap_err()
                .status,
            400
        );
    }

    #[test]
    fn a_client_that_takes_no_json_gets_406() {
        let ask = |accept: &str| read(&Request::new("GET", "/x").with_header("Accept", accept));
        assert!(ask("text/html, */*;q=0.1").is_ok());
        assert_eq!(ask("text/html").unwrap_err().status, 406);
    }
}

//! Says things as Python does, because the IAM shows its exceptions' texts to clients.
//!
//! Clients decide on codes, never on these texts; they are here so that a recorded answer and
//! ours are equal where that is cheap.

use std::str::Utf8Error;

use serde_json::Value;

/// `repr(value)` of what `json.loads` returns (protocol.jsonl 13, auth.jsonl 19).
pub(super) fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(repr).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let pair =
                |(name, value): (&String, &Value)| format!("{}: {}", quoted(name), repr(value));
            let members: Vec<String> = members.iter().map(pair).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// `repr` of a text: single quotes, unless it holds one and no double quote.
pub(super) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter == quote || letter == '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => out.push_str(&escaped(letter)),
            letter => out.push(letter),
        }
    }
    out.push(quote);
    out
}

/// `\xfc`, `\u85cd`, `\U0001f680`.
pub(super) fn escaped(letter: char) -> String {
    match u32::from(letter) {
        code @ ..=0xff => format!("\\x{code:02x}"),
        code @ ..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    }
}

/// Why bytes are no UTF-8 (auth.jsonl 22).
pub(super) fn decode_error(bytes: &[u8], error: Utf8Error) -> &'static str {
    if error.error_len().is_none() {
        return "unexpected end of data";
    }
    match bytes.get(error.valid_up_to()) {
        Some(0xc2..=0xf4) => "invalid continuation byte",
        _ => "invalid start byte",
    }
}

/// Where JSON is broken (protocol.jsonl 12). The reason is always the commonest one.
pub(super) fn json_error(text: &str, error: &serde_json::Error) -> String {
    // serde_json counts the columns of what it has read, Python those of what comes next.
    let line = error.line().max(1);
    let column = error.column() + usize::from(error.is_eof());
    let before: usize = text
        .lines()
        .take(line - 1)
        .map(|line| line.chars().count() + 1)
        .sum();
    let column = column.max(1);
    let at = before + column - 1;
    format!("Expecting value: line {line} column {column} (char {at})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_shown_as_python_shows_them() {
        let value = json!([1, null, true, "it's", {"a": "b\n"}]);
        assert_eq!(repr(&value), r#"[1, None, True, "it's", {'a': 'b\n'}]"#);
    }

    #[test]
    fn a_cut_body_is_reported_where_python_reports_it() {
        // protocol.jsonl 12
        let text = "{\"password\":";
        let error = serde_json::from_str::<Value>(text).unwrap_err();
        assert_eq!(
            json_error(text, &error),
            "Expecting value: line 1 column 13 (char 12)"
        );
    }

    #[test]
    fn a_letter_outside_of_ascii_is_escaped_by_its_size() {
        assert_eq!(escaped('ü'), "\\xfc");
        assert_eq!(escaped('藍'), "\\u85cd");
        assert_eq!(escaped('🚀'), "\\U0001f680");
    }
}

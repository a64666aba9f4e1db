//! What becomes of a value in the database: columns as data, defaults, clearing, jsonb.

use serde_json::{Map, Number, Value, json};

/// What stands in a column of a new row when the body does not say.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fill {
    Null,
    False,
    Number(i64),
    Text(&'static str),
    /// `{}`
    Object,
    /// JSON text.
    Json(&'static str),
    /// The time.
    Now,
}

/// Which requests may write a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// The create and the update.
    Always,
    /// The create alone: later values are ignored.
    Once,
    /// The update alone.
    Later,
    /// Neither.
    Never,
}

/// A column of a table, as it stands in answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) fill: Fill,
    pub(super) written: Written,
}

/// A column.
pub(super) const fn column(name: &'static str, fill: Fill, written: Written) -> Column {
    Column {
        name,
        fill,
        written,
    }
}

impl Fill {
    fn value(self, now_ms: u64) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::False => json!(false),
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Object => json!({}),
            Self::Json(text) => serde_json::from_str(text).unwrap_or_default(),
            Self::Now => json!(now_ms),
        }
    }
}

/// The columns of a new row.
pub(super) fn fresh(columns: &[Column], body: &Value, now_ms: u64) -> Map<String, Value> {
    let cell = |Column {
                    name,
                    fill,
                    written,
                }: &Column| {
        let settable = matches!(written, Written::Always | Written::Once);
        let given = body.get(name).filter(|_| settable).map(stored);
        let value = given.unwrap_or_else(|| fill.value(now_ms));
        ((*name).to_owned(), value)
    };
    columns.iter().map(cell).collect()
}

/// Puts what the body says into the row, each top-level field whole; says whether there was any.
pub(super) fn update(columns: &[Column], row: &mut Value, body: &Value) -> bool {
    let mut any = false;
    for Column { name, written, .. } in columns {
        let settable = matches!(written, Written::Always | Written::Later);
        if let Some(value) = body.get(name).filter(|_| settable) {
            row[*name] = stored(value);
            any = true;
        }
    }
    any
}

/// What the database gives back of a value: `""` is null in a column of its own
/// (`resource-scopes.jsonl` 383) and stays inside jsonb (`extra-empty-string.jsonl` 4).
pub(super) fn stored(value: &Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => Value::Null,
        other => jsonb(other),
    }
}

/// Numbers as jsonb and a JavaScript client leave them (`auth.jsonl` 33).
pub(super) fn jsonb(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(double(number)),
        Value::Array(items) => Value::Array(items.iter().map(jsonb).collect()),
        Value::Object(map) => {
            let pairs = map.iter().map(|(name, value)| (name.clone(), jsonb(value)));
            Value::Object(pairs.collect())
        }
        other => other.clone(),
    }
}

fn double(number: &Number) -> Number {
    let exact = number.as_i64().is_some_and(|n| n.unsigned_abs() <= 1 << 53);
    let Some(float) = number.as_f64().filter(|_| !exact) else {
        return number.clone();
    };
    if float.fract() != 0.0 {
        return number.clone();
    }
    // The shortest digits that give the same double, filled up with zeros, as JavaScript prints.
    let text = if float == 0.0 {
        "0".to_owned()
    } else {
        float.to_string()
    };
    let whole = text.parse::<i64>().map(Number::from);
    whole
        .or_else(|_| text.parse::<u64>().map(Number::from))
        .unwrap_or_else(|_| number.clone())
}

/// Whether a NUL character is anywhere in it: the database refuses (`auth.jsonl` 32).
pub(super) fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(map) => map
            .iter()
            .any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

/// Lays the top level of `over` on `under`; a null is stored, not a deletion
/// (`applications.jsonl` 188).
pub(super) fn merged(under: &Value, over: &Value) -> Value {
    let mut merged = under.as_object().cloned().unwrap_or_default();
    for (name, value) in over.as_object().into_iter().flatten() {
        merged.insert(name.clone(), jsonb(value));
    }
    Value::Object(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        column("name", Fill::Null, Written::Always),
        column("type", Fill::Text("User"), Written::Once),
        column("isDefault", Fill::False, Written::Later),
    ];

    #[test]
    fn a_new_row_takes_what_may_be_said_and_fills_the_rest() {
        let body = json!({"name": "", "type": "M", "isDefault": true});
        let row = Value::Object(fresh(COLUMNS, &body, 0));
        assert_eq!(row, json!({"name": null, "type": "M", "isDefault": false}));
    }

    #[test]
    fn an_update_ignores_what_is_written_once() {
        let mut row = json!({"name": "a", "type": "M", "isDefault": false});
        assert!(!update(COLUMNS, &mut row, &json!({"type": "N"})));
        assert!(update(COLUMNS, &mut row, &json!({"isDefault": true})));
        assert_eq!(row, json!({"name": "a", "type": "M", "isDefault": true}));
    }

    #[test]
    fn numbers_come_back_as_javascript_prints_them() {
        let sent = r#"{"f": 1.0, "big": 12345678901234567890, "neg": -0.0, "half": 0.5, "n": 7}"#;
        let sent: Value = serde_json::from_str(sent).unwrap();
        let wanted = r#"{"f": 1, "big": 12345678901234567000, "neg": 0, "half": 0.5, "n": 7}"#;
        assert_eq!(jsonb(&sent), serde_json::from_str::<Value>(wanted).unwrap());
    }

    #[test]
    fn a_merge_stores_null_and_goes_one_level_deep() {
        let merged = merged(
            &json!({"a": {"x": 1}, "b": 1}),
            &json!({"a": {"y": 2}, "b": null}),
        );
        assert_eq!(merged, json!({"a": {"y": 2}, "b": null}));
    }
}

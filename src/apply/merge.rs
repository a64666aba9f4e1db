//! Puts what a plan changes onto a live value that was read again.
//!
//! Pure. Mappings are merged because the servers replace each top-level field whole
//! (reference/logto-management.md, section 1.5); everything else is one value.

use std::collections::BTreeMap;

use crate::base::Value;

/// Returns `fresh` with what `planned` changes of `read` done to it: where `planned` leaves a
/// value as it was read, the fresh one stays.
pub(super) fn rebase(read: &Value, planned: &Value, fresh: &Value) -> Value {
    if planned == read {
        return fresh.clone();
    }
    let (Value::Map(read), Value::Map(planned), Value::Map(fresh)) = (read, planned, fresh) else {
        return planned.clone();
    };
    let mut whole = fresh.clone();
    for key in read.keys().filter(|key| !planned.contains_key(*key)) {
        whole.remove(key);
    }
    for (key, value) in planned {
        let put = match (read.get(key), fresh.get(key)) {
            (Some(read), _) if read == value => continue,
            (Some(read), Some(fresh)) => rebase(read, value, fresh),
            (None, Some(fresh)) => lay_over(value, fresh),
            (_, None) => value.clone(),
        };
        whole.insert(key.clone(), put);
    }
    Value::Map(whole)
}

/// Returns `live` with the leaves of `desired` laid over it.
fn lay_over(desired: &Value, live: &Value) -> Value {
    let (Value::Map(desired), Value::Map(live)) = (desired, live) else {
        return desired.clone();
    };
    let mut whole: BTreeMap<_, _> = live.clone();
    for (key, value) in desired {
        let put = match live.get(key) {
            Some(live) => lay_over(value, live),
            None => value.clone(),
        };
        whole.insert(key.clone(), put);
    }
    Value::Map(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn value(json: Json) -> Value {
        Value::from(json)
    }

    #[test]
    fn keys_that_others_added_since_the_plan_stay() {
        let read = value(json!({"customData": {"a": 1, "b": 2}, "name": "x"}));
        let planned = value(json!({"customData": {"a": 9, "b": 2}, "name": "x"}));
        let fresh = value(json!({"customData": {"a": 1, "b": 3, "c": 4}, "name": "y"}));
        assert_eq!(
            rebase(&read, &planned, &fresh),
            value(json!({"customData": {"a": 9, "b": 3, "c": 4}, "name": "y"}))
        );
    }

    #[test]
    fn keys_that_the_plan_takes_away_go() {
        let read = value(json!({"customData": {"a": 1, "b": 2}}));
        let planned = value(json!({"customData": {"b": 2}}));
        let fresh = value(json!({"customData": {"a": 1, "b": 2, "c": 3}}));
        assert_eq!(
            rebase(&read, &planned, &fresh),
            value(json!({"customData": {"b": 2, "c": 3}}))
        );
    }

    #[test]
    fn a_list_is_one_value() {
        let read = value(json!({"l": [1]}));
        let planned = value(json!({"l": [1, 2]}));
        let fresh = value(json!({"l": [3]}));
        assert_eq!(rebase(&read, &planned, &fresh), planned);
    }
}

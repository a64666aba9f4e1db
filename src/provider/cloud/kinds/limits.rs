//! `limits` of an account or tenant: how fast we ask.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::base::Value;

/// The requests that a target takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Limits {
    /// Requests a second, sustained.
    #[schemars(range(min = 0.1))]
    rate: Option<f64>,
    /// Requests at once after a pause.
    #[schemars(range(min = 1))]
    burst: Option<u32>,
}

/// The limits that were written, else a little below the Cloud's documented 200 requests in 10
/// seconds (reference/logto-cloud.md, "Rate limit", marked as documented).
pub(super) fn of_cloud(written: Option<&Value>) -> Value {
    let mut limits = Value::from(json!({"rate": 19.6, "burst": 190}));
    if let (Value::Map(limits), Some(Value::Map(written))) = (&mut limits, written) {
        limits.extend(written.clone());
    }
    limits
}

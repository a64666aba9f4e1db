//! `Account`: how the Logto Cloud API is reached.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::limits::{self, Limits};
use crate::base::{Hidden, SecretSource, Value};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{SecretField, Text};
use crate::kind::{Api, Home, Key, Kind, Route};

/// The kind.
pub(super) struct Account;

/// A Logto Cloud account, reached with a personal access token.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The Cloud API; `https://cloud.logto.io` if not written.
    endpoint: Option<Text>,
    /// The personal access token; `{env: LOGTO_CLOUD_PAT}` if not written.
    token: Option<SecretField>,
    /// How fast the Cloud API is asked.
    limits: Option<Limits>,
    /// Seconds to wait for a tenant whose creation may still arrive, before another is made; 60
    /// if not written.
    #[schemars(range(min = 0, max = 3600))]
    marker_wait: Option<u32>,
}

impl Kind for Account {
    type Spec = Spec;
    const API: Api = Api::Cloud;
    const KIND: &'static str = "Account";
    const NAME: &'static str = "account";
    const ABOUT: &'static str = "A Logto Cloud account, in which tenants are made.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Account
metadata:
  name: main
spec:
  token: {env: LOGTO_CLOUD_PAT}
";
    const HOME: Home = Home::Nowhere;
    const ROUTE: Route = Route::NONE;
    const KEY: Key = Key::Single;
    const HOSTS: Option<Api> = Some(Api::Cloud);
    const OUTPUTS: &'static [Output] = &[Output {
        name: "endpoint",
        from: OutputFrom::Setting { secret: false },
        about: "The Cloud API's address.",
    }];

    fn settings(spec: &Value, _live: &Value, _shown: &Value) -> Value {
        let endpoint = spec.get("endpoint").cloned();
        let token = spec.get("token").cloned().unwrap_or_else(|| {
            let source = Some(SecretSource::Env("LOGTO_CLOUD_PAT".into()));
            Value::Secret(Hidden {
                source,
                ..Hidden::default()
            })
        });
        Value::Map(BTreeMap::from([
            (
                "endpoint".into(),
                endpoint.unwrap_or_else(|| "https://cloud.logto.io".into()),
            ),
            ("token".into(), token),
            ("limits".into(), limits::of_cloud(spec.get("limits"))),
            (
                "markerWait".into(),
                spec.get("markerWait")
                    .cloned()
                    .unwrap_or(Value::Number(60.into())),
            ),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Descriptor;

    #[test]
    fn the_token_comes_from_the_usual_variable_unless_written() {
        let settings =
            (Descriptor::of::<Account>().settings)(&Value::Null, &Value::Null, &Value::Null);
        let Some(Value::Secret(token)) = settings.get("token") else {
            panic!("a secret")
        };
        assert_eq!(
            token.source,
            Some(SecretSource::Env("LOGTO_CLOUD_PAT".into()))
        );
        assert_eq!(
            settings.get("endpoint"),
            Some(&"https://cloud.logto.io".into())
        );
    }
}

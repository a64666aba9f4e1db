//! `Cluster`: how a DC/OS cluster is reached.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Value;
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{SecretField, Text};
use crate::kind::{Api, Complaint, Home, Key, Kind, Route};

/// The kind.
pub(super) struct Cluster;

/// A DC/OS cluster.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// How it is reached.
    connection: Connection,
    /// How fast it is asked; as fast as it answers, if not written.
    limits: Option<Limits>,
}

/// The requests that a cluster takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Limits {
    /// Requests a second, sustained.
    #[schemars(range(min = 0.1))]
    rate: Option<f64>,
    /// Requests at once after a pause.
    #[schemars(range(min = 1))]
    burst: Option<u32>,
}

/// How a cluster is reached.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
struct Connection {
    /// The cluster's address, such as `https://master.example.com`.
    url: Text,
    /// Its certificate authority in PEM, beside the platform's own; usually `{file: ca.crt}`.
    ca: Option<Text>,
    /// How to log in.
    login: Login,
}

/// How to log in: `uid` with `password` or `privateKey`, or a `token`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Login {
    /// The user's or service account's uid.
    uid: Option<Text>,
    /// The user's password.
    password: Option<SecretField>,
    /// The service account's private key (RSA, PEM).
    private_key: Option<SecretField>,
    /// A token from elsewhere; it is not renewed.
    token: Option<SecretField>,
}

/// An output that is a setting.
const fn setting(name: &'static str, about: &'static str) -> Output {
    Output {
        name,
        from: OutputFrom::Setting { secret: false },
        about,
    }
}

impl Kind for Cluster {
    type Spec = Spec;
    const API: Api = Api::Dcos;
    const KIND: &'static str = "Cluster";
    const NAME: &'static str = "cluster";
    const ABOUT: &'static str = "A DC/OS cluster, Enterprise or Open.";
    const EXAMPLE: &'static str = "\
apiVersion: dcos/v1
kind: Cluster
metadata:
  name: prod
spec:
  connection:
    url: https://master.example.com
    login:
      uid: tenantry
      privateKey: {env: DCOS_PRIVATE_KEY}
";
    const HOME: Home = Home::Nowhere;
    const ROUTE: Route = Route::NONE;
    const KEY: Key = Key::Single;
    const HOSTS: Option<Api> = Some(Api::Dcos);
    // Any action on it makes a superuser (reference/dcos-iam.md 6).
    const RULERS: Option<&'static str> = Some("dcos:superuser");
    const OUTPUTS: &'static [Output] = &[
        setting("url", "Its address, without a slash at the end."),
        setting(
            "oidcCallbackUrl",
            "Where an OpenID Connect provider returns to.",
        ),
        Output {
            name: "edition",
            // Public in Enterprise, 404 in Open (reference/dcos-iam.md 1).
            from: OutputFrom::Offers(super::provider::OIDC, "enterprise", "open"),
            about: "`enterprise` or `open`: Open has users and service accounts only.",
        },
    ];

    fn settings(spec: &Value, _live: &Value, _shown: &Value) -> Value {
        let connection = spec.get("connection").unwrap_or(&Value::Null);
        let mut settings = BTreeMap::new();
        if let Some(url) = connection.get("url").and_then(Value::as_text) {
            let url = url.trim_end_matches('/');
            let callback = format!("{url}/acs/api/v1/auth/oidc/callback");
            settings.insert("url".to_owned(), Value::text(url));
            settings.insert("oidcCallbackUrl".to_owned(), Value::Text(callback));
        }
        let kept = [
            connection.get("ca"),
            connection.get("login"),
            spec.get("limits"),
        ];
        for (name, value) in ["ca", "login", "limits"].into_iter().zip(kept) {
            settings.extend(value.map(|value| (name.to_owned(), value.clone())));
        }
        Value::Map(settings)
    }

    fn check(spec: &Spec) -> Vec<Complaint> {
        let Login {
            uid,
            password,
            private_key,
            token,
        } = &spec.connection.login;
        let ways = [password.is_some(), private_key.is_some(), token.is_some()];
        let one = ways.iter().filter(|way| **way).count() == 1;
        if one && token.is_some() != uid.is_some() {
            return Vec::new();
        }
        vec![Complaint::new(
            "connection.login",
            "a login is `uid` with `password` or `privateKey`, or `token` alone",
            "write `login: {uid: tenantry, privateKey: {env: DCOS_PRIVATE_KEY}}`",
        )]
    }
}

//! `OidcProvider`: an OpenID Connect provider that people sign in to a cluster through
//! (Enterprise).

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::identifier;
use super::provider::{OIDC, ONE_OIDC, QUIRKS, comes_from, is_of, route};
use crate::base::Value;
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{SecretField, Text};
use crate::kind::{Api, Field, Home, Key, Kind, Policy, Quirk, Route};

/// The kind.
pub(super) struct OidcProvider;

/// An OpenID Connect provider. Replaced whole when one field changes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The provider's id: lower-case letters, digits and `-`; `metadata.name` if not written.
    #[schemars(length(min = 1))]
    id: Option<Text>,
    /// What people read on the sign-in page.
    description: Option<Text>,
    /// Who signs the tokens, such as `{ref: tenant/acme, field: issuer}`.
    #[schemars(length(min = 1))]
    issuer: Text,
    /// The cluster's address as browsers see it, such as `{ref: cluster/prod, field: url}`.
    #[schemars(length(min = 1))]
    base_url: Text,
    /// The client's id at the provider, such as `{ref: acme/application/dcos}`.
    #[schemars(length(min = 1))]
    client_id: Text,
    /// The client's secret, such as `{ref: acme/application/dcos, field: clientSecret}`.
    client_secret: SecretField,
    /// Whether the provider's certificate is checked.
    verify_server_certificate: Option<bool>,
    /// Certificate authorities of the provider in PEM; usually `{file: ca.pem}`.
    #[schemars(length(min = 1))]
    ca_certs: Option<Text>,
}

impl Kind for OidcProvider {
    type Spec = Spec;
    const API: Api = Api::Dcos;
    const KIND: &'static str = "OidcProvider";
    const NAME: &'static str = "oidcprovider";
    const ABOUT: &'static str =
        "An OpenID Connect provider that people sign in to a cluster through (Enterprise).";
    const EXAMPLE: &'static str = "\
apiVersion: dcos/v1
kind: OidcProvider
metadata:
  name: company
  cluster: prod
spec:
  description: Company sign-in
  issuer: https://id.example.com/oidc
  base_url: {ref: cluster/prod, field: url}
  client_id: dcos
  client_secret: {env: DCOS_CLIENT_SECRET}
";
    const HOME: Home = Home::Cluster;
    const ROUTE: Route = route(OIDC, ONE_OIDC);
    const KEY: Key = Key::Fields(&["id"]);
    const NAMED_BY: Option<&'static str> = Some("id");
    const FIELDS: &'static [Field] = &[
        Field::new("id", Policy::InPath),
        Field::new("description", Policy::Default(|| json!(""))),
        Field::new("description", Policy::AtCreate(|| json!(""))),
        Field::new("ca_certs", Policy::Trimmed),
    ];
    const OUTPUTS: &'static [Output] = &[Output {
        name: "callbackUrl",
        from: OutputFrom::Extended("base_url", "/acs/api/v1/auth/oidc/callback"),
        about: "Where the provider returns to: a redirect URI of its client.",
    }];
    const BRINGS: Option<fn(&Value, &str) -> bool> =
        Some(|account, id| comes_from(account, "oidc") && is_of(account, id));
    const QUIRKS: &'static [Quirk] = QUIRKS;

    fn check_key(id: &str) -> Option<String> {
        identifier::provider(id)
    }
}

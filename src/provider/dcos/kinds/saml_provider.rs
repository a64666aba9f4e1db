//! `SamlProvider`: a SAML 2.0 provider that people sign in to a cluster through (Enterprise).

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::identifier;
use super::provider::{ONE_SAML, QUIRKS, SAML, comes_from, is_of, route};
use crate::base::Value;
use crate::kind::Segment::{Own, Text as T};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::Text;
use crate::kind::{Api, Field, Home, Key, Kind, Path, Policy, Quirk, Route};

/// The kind.
pub(super) struct SamlProvider;

/// A SAML 2.0 provider. Replaced whole when one field changes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The provider's id: lower-case letters, digits and `-`; `metadata.name` if not written.
    #[schemars(length(min = 1))]
    id: Option<Text>,
    /// What people read on the sign-in page.
    description: Option<Text>,
    /// The provider's metadata, XML; usually `{file: idp.xml}`.
    #[schemars(length(min = 1))]
    idp_metadata: Text,
    /// The cluster's address as browsers see it, such as `{ref: cluster/prod, field: url}`.
    #[schemars(length(min = 1))]
    sp_base_url: Text,
}

const CALLBACK: Path = &[
    T("/acs/api/v1/auth/saml/providers/"),
    Own,
    T("/acs-callback-url"),
];
const METADATA: Path = &[
    T("/acs/api/v1/auth/saml/providers/"),
    Own,
    T("/sp-metadata"),
];

impl Kind for SamlProvider {
    type Spec = Spec;
    const API: Api = Api::Dcos;
    const KIND: &'static str = "SamlProvider";
    const NAME: &'static str = "samlprovider";
    const ABOUT: &'static str =
        "A SAML 2.0 provider that people sign in to a cluster through (Enterprise).";
    const EXAMPLE: &'static str = "\
apiVersion: dcos/v1
kind: SamlProvider
metadata:
  name: company
  cluster: prod
spec:
  description: Company sign-in
  idp_metadata: <EntityDescriptor entityID='https://id.example.com'/>
  sp_base_url: {ref: cluster/prod, field: url}
";
    const HOME: Home = Home::Cluster;
    const ROUTE: Route = route(SAML, ONE_SAML);
    const KEY: Key = Key::Fields(&["id"]);
    const NAMED_BY: Option<&'static str> = Some("id");
    const FIELDS: &'static [Field] = &[
        Field::new("id", Policy::InPath),
        Field::new("description", Policy::Default(|| json!(""))),
        Field::new("description", Policy::AtCreate(|| json!(""))),
        Field::new("idp_metadata", Policy::Trimmed),
    ];
    const OUTPUTS: &'static [Output] = &[
        Output {
            name: "acsCallbackUrl",
            from: OutputFrom::Read(CALLBACK, Some("acs-callback-url")),
            about: "Where the provider sends its assertions.",
        },
        Output {
            name: "spMetadata",
            from: OutputFrom::Read(METADATA, None),
            about: "The cluster's own metadata as service provider, XML.",
        },
    ];
    const BRINGS: Option<fn(&Value, &str) -> bool> =
        Some(|account, id| comes_from(account, "saml") && is_of(account, id));
    const QUIRKS: &'static [Quirk] = QUIRKS;

    fn check_key(id: &str) -> Option<String> {
        identifier::provider(id)
    }
}

//! `SsoConnector`: an organization's own identity provider, chosen by the e-mail's domain.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::kind::Segment::{Own, Text as T};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{Config, Text};
use crate::kind::{
    Api, Cap, Complaint, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path,
    Policy, Quirk, Route, Shape,
};

/// The kind.
pub(super) struct SsoConnector;

/// What sort of provider it is.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) enum Provider {
    /// Any that speaks `OpenID` Connect.
    #[serde(rename = "OIDC")]
    Oidc,
    /// Any that speaks SAML.
    #[serde(rename = "SAML")]
    Saml,
    /// Microsoft Entra ID, by SAML.
    AzureAD,
    /// Google Workspace.
    GoogleWorkspace,
    /// Okta.
    Okta,
    /// Microsoft Entra ID, by `OpenID` Connect.
    AzureAdOidc,
}

/// An organization's own identity provider.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// What sort of provider it is. A change replaces it.
    provider_name: Provider,
    /// Its name, unique; `metadata.name` if not written.
    #[schemars(length(min = 1, max = 128))]
    connector_name: Option<Text>,
    /// What the provider needs; Logto asks the issuer while it saves, so that must be reachable.
    /// Without it the connector is created unconfigured. A secret has a source; so may anything
    /// else.
    config: Option<Config>,
    /// The domains of the e-mail addresses that it is for; no public ones.
    domains: Option<Vec<Text>>,
    /// How it looks.
    branding: Option<Branding>,
    /// Whether profiles are taken over at each sign-in, not only at the first.
    sync_profile: Option<bool>,
    /// Whether the provider's tokens are kept.
    enable_token_storage: Option<bool>,
}

/// How a provider looks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Branding {
    /// The name that people see.
    display_name: Option<Text>,
    /// The address of a picture.
    logo: Option<Text>,
    /// The address of a picture for dark pages.
    dark_logo: Option<Text>,
}

const ALL: Path = &[T("/api/sso-connectors")];
const ONE: Path = &[T("/api/sso-connectors/"), Own];

const fn below(path: Path) -> OutputFrom {
    OutputFrom::Url {
        setting: "endpoint",
        path,
    }
}

/// What is kept of a configuration, as the server's source has it: the rest is dropped (seen on a
/// running server).
const BY_OPENID: &[&str] = &[
    "clientId",
    "clientSecret",
    "issuer",
    "scope",
    "trustUnverifiedEmail",
];
const BY_GOOGLE: &[&str] = &[
    "clientId",
    "clientSecret",
    "scope",
    "trustUnverifiedEmail",
    "offlineAccess",
];
const BY_SAML: &[&str] = &[
    "metadataUrl",
    "metadata",
    "entityId",
    "signInEndpoint",
    "x509Certificate",
    "attributeMapping",
    "signAuthnRequest",
    "requestSignatureAlgorithm",
];

impl Kind for SsoConnector {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "SsoConnector";
    const NAME: &'static str = "ssoconnector";
    const ABOUT: &'static str = "An organization's own identity provider.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: SsoConnector
metadata:
  name: corp
  tenant: acme-dev
spec:
  providerName: OIDC
  connectorName: Corp
  config:
    issuer: https://login.corp.example
    clientId: acme
    clientSecret: {env: CORP_CLIENT_SECRET}
  domains: [corp.example]
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        // Without `page` the list is whole (reference/logto-management.md, section 1.3).
        list: Some(List {
            from: ListFrom::All(ALL),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(ONE),
        create: Some(Endpoint {
            method: Method::Post,
            path: ALL,
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: ONE,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: ONE,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["connectorName"]);
    const NAMED_BY: Option<&'static str> = Some("connectorName");
    const FIELDS: &'static [Field] = &[
        // Ignored in a PATCH (sso-connectors.jsonl 1209).
        Field::new("providerName", Policy::Immutable),
        Field::new("domains", Policy::Set),
        Field::new("domains", Policy::Lowercase), // 1210
        Field::new("domains", Policy::Default(|| json!([]))),
        Field::new("syncProfile", Policy::Default(|| json!(false))),
        Field::new("enableTokenStorage", Policy::Default(|| json!(false))),
        // A configured one cannot be without these (1169, 1171).
        Field::new("config.issuer", Policy::Stays),
        Field::new("config.clientId", Policy::Stays),
        Field::new("config.clientSecret", Policy::Stays),
    ];
    // sso-connectors.jsonl 1190; that an OpenID provider's is a social connector's is an inference.
    const OUTPUTS: &'static [Output] = &[
        Output {
            name: "entityId",
            from: below(&[T("/enterprise-sso/"), Own]),
            about: "Its entity id (SAML).",
        },
        Output {
            name: "acsUrl",
            from: below(&[T("/api/authn/single-sign-on/saml/"), Own]),
            about: "Where assertions are sent to (SAML).",
        },
        Output {
            name: "callbackUrl",
            from: below(&[T("/callback/"), Own]),
            about: "Where the provider sends people back to (OpenID Connect).",
        },
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey];
    const WITH: &'static str = "its place in organizations, and who signed in by it";
    const LOST: &'static str = "who signed in by it";
    /// reference/logto-cloud.md, "Entity caps", documented.
    const CAPS: &'static [Cap] = &[Cap {
        of: None,
        per: None,
        tiers: &[("development", 100)],
    }];
    const ADVICE: &'static [(&'static str, &'static str)] = &[
        (
            // 1169, 1176
            "connector.invalid_config",
            "Logto asks the issuer for its configuration while it saves: check that \
             `config.issuer` is right and reachable from Logto, and that nothing is missing",
        ),
        (
            "single_sign_on.forbidden_domains", // 1178
            "the domains of public mail services cannot be used",
        ),
    ];

    fn check(spec: &Spec) -> Vec<Complaint> {
        let known = match spec.provider_name {
            Provider::Oidc | Provider::Okta | Provider::AzureAdOidc => BY_OPENID,
            Provider::GoogleWorkspace => BY_GOOGLE,
            Provider::Saml | Provider::AzureAD => BY_SAML,
        };
        let config = spec.config.as_ref().and_then(|config| config.0.as_object());
        let mut names = config.into_iter().flat_map(|config| config.keys());
        let unknown = names.find(|name| !known.contains(&name.as_str()));
        let complaint = |name: &String| {
            Complaint::new(
                "config",
                format!("the server would drop `{name}`"),
                format!("there are: {}", known.join(", ")),
            )
        };
        unknown.map(complaint).into_iter().collect()
    }
}

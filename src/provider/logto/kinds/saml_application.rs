//! `SamlApplication`: a service that people sign in to by SAML 2.0.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{application_parts as parts, ways_in};
use crate::kind::Segment::{Own, Text as T};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{Free, Nullable, Text};
use crate::kind::{
    Api, Complaint, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path, Policy,
    Route, Rule, Shape,
};

/// The kind.
pub(super) struct SamlApplication;

/// A SAML application. Its certificates are made and rotated by the server.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// Its name; `metadata.name` if not written. Not unique on the server: two hits are refused.
    #[schemars(length(min = 1, max = 256))]
    name: Option<Text>,
    /// What it is.
    description: Option<Nullable<Text>>,
    /// Data of your own.
    custom_data: Option<Free>,
    /// The service's own entity id.
    #[schemars(length(max = 128))]
    entity_id: Option<Nullable<Text>>,
    /// Where assertions are sent.
    acs_url: Option<Nullable<AcsUrl>>,
    /// What names a user to the service: persistent, if not written.
    name_id_format: Option<NameIdFormat>,
    /// What the service calls the claims that it is told.
    attribute_mapping: Option<AttributeMapping>,
    /// How assertions are encrypted.
    encryption: Option<Nullable<Encryption>>,
    /// Who may use it. The lists that are written are whole; others stay.
    access_control: Option<parts::AccessControl>,
    /// Whether only those may use it: turned on after the lists are set, and off before.
    app_level_access_control_enabled: Option<bool>,
}

/// Where assertions are sent.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct AcsUrl {
    /// How: the server takes no other way.
    binding: Binding,
    /// The address.
    #[schemars(regex(pattern = r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"))]
    url: Text,
}

/// How a browser takes an assertion there. The document names `HTTP-Redirect` too, which the
/// server refuses (an inference from its source: `application.saml.acs_url_binding_not_supported`).
#[derive(Debug, Deserialize, JsonSchema)]
enum Binding {
    #[serde(rename = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST")]
    Post,
}

/// What names a user.
#[derive(Debug, Deserialize, JsonSchema)]
enum NameIdFormat {
    #[serde(rename = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")]
    Persistent,
    #[serde(rename = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")]
    EmailAddress,
    #[serde(rename = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient")]
    Transient,
    #[serde(rename = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")]
    Unspecified,
}

/// How assertions are encrypted; the document says nothing of its members (inferred from the
/// server's source, `saml-application-configs.ts`).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Encryption {
    /// Whether they are.
    encrypt_assertion: Option<bool>,
    /// Whether they are encrypted before they are signed.
    encrypt_then_sign: Option<bool>,
    /// The service's certificate, PEM.
    certificate: Option<Text>,
}

/// Claims, and what the service calls them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct AttributeMapping {
    /// The claim `sub`.
    sub: Option<Text>,
    /// The claim `name`.
    name: Option<Text>,
    /// The claim `given_name`.
    given_name: Option<Text>,
    /// The claim `family_name`.
    family_name: Option<Text>,
    /// The claim `middle_name`.
    middle_name: Option<Text>,
    /// The claim `nickname`.
    nickname: Option<Text>,
    /// The claim `preferred_username`.
    preferred_username: Option<Text>,
    /// The claim `profile`.
    profile: Option<Text>,
    /// The claim `picture`.
    picture: Option<Text>,
    /// The claim `website`.
    website: Option<Text>,
    /// The claim `email`.
    email: Option<Text>,
    /// The claim `email_verified`.
    email_verified: Option<Text>,
    /// The claim `gender`.
    gender: Option<Text>,
    /// The claim `birthdate`.
    birthdate: Option<Text>,
    /// The claim `zoneinfo`.
    zoneinfo: Option<Text>,
    /// The claim `locale`.
    locale: Option<Text>,
    /// The claim `phone_number`.
    phone_number: Option<Text>,
    /// The claim `phone_number_verified`.
    phone_number_verified: Option<Text>,
    /// The claim `address`.
    address: Option<Text>,
    /// The claim `updated_at`.
    updated_at: Option<Text>,
    /// The claim `username`.
    username: Option<Text>,
    /// The claim `created_at`.
    created_at: Option<Text>,
    /// The claim `custom_data`.
    custom_data: Option<Text>,
    /// The claim `identities`.
    identities: Option<Text>,
    /// The claim `sso_identities`.
    sso_identities: Option<Text>,
    /// The claim `roles`.
    roles: Option<Text>,
    /// The claim `organizations`.
    organizations: Option<Text>,
    /// The claim `organization_data`.
    organization_data: Option<Text>,
    /// The claim `organization_roles`.
    organization_roles: Option<Text>,
}

const ALL: Path = &[T("/api/saml-applications")];
const ONE: Path = &[T("/api/saml-applications/"), Own];

const fn below(path: Path) -> OutputFrom {
    OutputFrom::Url {
        setting: "endpoint",
        path,
    }
}

impl Kind for SamlApplication {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "SamlApplication";
    const NAME: &'static str = "samlapplication";
    const ABOUT: &'static str = "A service that people sign in to by SAML 2.0.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: SamlApplication
metadata:
  name: payroll
  tenant: acme-dev
spec:
  name: Payroll
  entityId: https://payroll.example.com/saml
  acsUrl:
    binding: urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST
    url: https://payroll.example.com/saml/acs
  nameIdFormat: urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
  attributeMapping: {email: mail, name: displayName}
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        // It has no list of its own (saml-applications.jsonl 308); the one of applications shows
        // what every application has (292).
        list: Some(List {
            from: ListFrom::Outline(&[T("/api/applications")]),
            query: "types=SAML",
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
        own: &[parts::ACCESS_CONTROL, parts::only_those(ONE)],
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["name"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = parts::with_access_control![
        Field::new("description", Policy::EmptyIsNull),
        Field::new("entityId", Policy::EmptyIsNull),
        Field::new(
            "nameIdFormat",
            Policy::Default(|| json!("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")),
        ),
    ];
    const OUTPUTS: &'static [Output] = &[
        Output {
            name: "entityId",
            from: below(&[T("/saml/"), Own]),
            about: "The tenant's entity id towards this service (saml-applications.jsonl 307).",
        },
        Output {
            name: "metadataUrl",
            from: below(&[T("/api/saml-applications/"), Own, T("/metadata")]),
            about: "Where the service reads the tenant's metadata, XML, without a token.",
        },
        Output {
            name: "certificate",
            from: OutputFrom::Marked {
                path: &[T("/api/saml-applications/"), Own, T("/secrets")],
                flag: "active",
                value: "certificate",
            },
            about: "The certificate, PEM, that assertions are signed with now.",
        },
    ];
    const WITH: &'static str = "its certificates";
    const LOST: &'static str = "its certificates";
    const RULES: &'static [Rule] = ways_in::OF_APPLICATION;
    const ADVICE: &'static [(&'static str, &'static str)] = &[(
        // extra-saml-limit.jsonl 4.
        "application.saml.reach_oss_limit",
        "a self-hosted Logto takes three SAML applications: delete one, or use Logto Cloud",
    )];

    fn check(spec: &Spec) -> Vec<Complaint> {
        let Some(Nullable(Some(encryption))) = &spec.encryption else {
            return Vec::new();
        };
        let lacks = encryption.encrypt_then_sign.is_none() || encryption.certificate.is_none();
        let lacks = encryption.encrypt_assertion == Some(true) && lacks;
        let complaint = || {
            Complaint::new(
                "encryption.encryptAssertion",
                "encrypted assertions want `encryptThenSign` and `certificate` too",
                "write both, or drop `encryptAssertion`",
            )
        };
        lacks.then(complaint).into_iter().collect()
    }
}

//! `Application`: a client of a tenant.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::consents::{UserConsentScopes, consents};
use super::{ToRole, application_parts as parts, ways_in};
use crate::base::{FieldPath, Value};
use crate::kind::Segment::{Own, Text as T};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{Free, Members, Nullable, Ref, Text, Time};
use crate::kind::{
    Api, Cap, Children, Complaint, Endpoint, Field, Fit, Home, Key, Kind, List, ListFrom, Method,
    ObjectKey, Paging, Path, Policy, Relation, Route, Rule, Shape, Wants,
};

/// The kind.
pub(super) struct Application;

/// What sort of client it is.
#[derive(Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[expect(clippy::upper_case_acronyms, reason = "the API's spelling")]
pub(super) enum ApplicationType {
    /// On a phone or a desktop.
    Native,
    /// In a browser.
    SPA,
    /// On a web server.
    Traditional,
    /// A service.
    MachineToMachine,
    /// A website behind a proxy of Logto's; on Logto Cloud alone.
    Protected,
}

/// An application.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-refused" = {
    "isAdmin": "write `roles: [{builtin: management-api-access}]`: the server's own switch hangs on a hidden role"
}))]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// Its name; `metadata.name` if not written. Not unique on the server: together with `type`
    /// it recognises the live one, and two hits are refused.
    #[schemars(length(min = 1, max = 256))]
    name: Option<Text>,
    /// What it is.
    description: Option<Nullable<Text>>,
    /// What sort of client. A change replaces it: client id and secrets change.
    #[serde(rename = "type")]
    application_type: ApplicationType,
    /// OpenID Connect settings.
    oidc_client_metadata: Option<OidcClientMetadata>,
    /// Logto's own settings of the client.
    custom_client_metadata: Option<CustomClientMetadata>,
    /// Data of your own.
    custom_data: Option<Free>,
    /// Whether it is somebody else's, and asks for consent. A change replaces it.
    is_third_party: Option<bool>,
    /// Roles of the type `MachineToMachine`.
    roles: Option<Members<Ref<ToRole>>>,
    /// Its secrets beside the "Default secret", which the server makes and nobody owns.
    secrets: Option<Members<SecretItem>>,
    /// How its sign-in page looks.
    sign_in_experience: Option<parts::SignInExperience>,
    /// What it may ask people's consent for, if it is somebody else's.
    user_consent_scopes: Option<UserConsentScopes>,
    /// Who may use it. The lists that are written are whole; others stay.
    access_control: Option<parts::AccessControl>,
    /// Whether only those may use it: turned on after the lists are set, and off before.
    app_level_access_control_enabled: Option<bool>,
    /// What the proxy of a protected application does.
    protected_app_metadata: Option<parts::ProtectedApp>,
}

/// OpenID Connect settings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct OidcClientMetadata {
    /// Where a sign-in may return to.
    redirect_uris: Option<Vec<Text>>,
    /// Where a sign-out may return to.
    post_logout_redirect_uris: Option<Vec<Text>>,
    /// Told when a session ends.
    backchannel_logout_uri: Option<Text>,
    /// Whether it is told which session.
    backchannel_logout_session_required: Option<bool>,
    /// The address of a picture.
    logo_uri: Option<Text>,
}

/// Logto's own settings of a client.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct CustomClientMetadata {
    /// Origins that may call from a browser.
    cors_allowed_origins: Option<Vec<Text>>,
    /// Seconds that an ID token lives.
    id_token_ttl: Option<u32>,
    /// Seconds that a refresh token lives.
    refresh_token_ttl: Option<u32>,
    /// Days that a refresh token lives.
    #[schemars(range(min = 1, max = 180))]
    refresh_token_ttl_in_days: Option<u32>,
    /// The tenant of a Logto app.
    tenant_id: Option<Text>,
    /// Whether a refresh token is always issued.
    always_issue_refresh_token: Option<bool>,
    /// Whether refresh tokens are rotated.
    rotate_refresh_token: Option<bool>,
    /// Whether tokens may be exchanged.
    allow_token_exchange: Option<bool>,
    /// Whether it signs in by device code. A change replaces the application.
    is_device_flow: Option<bool>,
    /// How many grants a user may have for it.
    #[schemars(range(min = 1))]
    max_allowed_grants: Option<u32>,
}

/// A secret of an application.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct SecretItem {
    /// Its name, unique in the application.
    #[schemars(length(min = 1, max = 256))]
    name: Text,
    /// When it ends; never, if not written. A change makes another secret.
    expires_at: Option<Nullable<Time>>,
}

const APPLICATIONS: &str = "/api/applications";
const APPLICATION: Path = &[T("/api/applications/"), Own];
const CONSENTS: [Relation; 4] = consents!(T("/api/applications/"), Own);
const SECRETS: Path = &[T("/api/applications/"), Own, T("/secrets")];

/// A secret by its name in the list of secrets, which shows them in full (applications.jsonl).
const fn secret(equals: Option<&'static str>) -> OutputFrom {
    OutputFrom::SecretIn {
        path: SECRETS,
        by: "name",
        equals,
        value: "value",
    }
}

impl Kind for Application {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "Application";
    const NAME: &'static str = "application";
    const ABOUT: &'static str = "A client of a tenant.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Application
metadata:
  name: web
  tenant: acme-dev
spec:
  name: Web shop
  type: Traditional
  oidcClientMetadata:
    redirectUris: ['https://shop.example.com/callback']
    postLogoutRedirectUris: ['https://shop.example.com']
  secrets:
    - {name: ci, expiresAt: 2030-01-01T00:00:00Z}
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        // Without `page` the list is whole (reference/logto-management.md, section 1.3).
        list: Some(List {
            from: ListFrom::All(&[T(APPLICATIONS)]),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(APPLICATION),
        create: Some(Endpoint {
            method: Method::Post,
            path: &[T(APPLICATIONS)],
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: APPLICATION,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: APPLICATION,
        }),
        own: &[
            parts::SIGN_IN_EXPERIENCE,
            parts::ACCESS_CONTROL,
            parts::only_those(APPLICATION),
        ],
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["name", "type"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = parts::with_access_control![
        Field::new("description", Policy::EmptyIsNull),
        Field::new("type", Policy::Immutable),
        Field::new("isThirdParty", Policy::Immutable),
        // Both lists must be there whenever the field is sent (applications.jsonl).
        Field::new(
            "oidcClientMetadata.redirectUris",
            Policy::Default(|| json!([])),
        ),
        Field::new(
            "oidcClientMetadata.postLogoutRedirectUris",
            Policy::Default(|| json!([])),
        ),
        Field::new("customClientMetadata.isDeviceFlow", Policy::Immutable),
        Field::new("signInExperience.termsOfUseUrl", Policy::EmptyIsNull),
        Field::new("signInExperience.privacyPolicyUrl", Policy::EmptyIsNull),
        Field::new("signInExperience.displayName", Policy::EmptyIsNull),
        Field::new("signInExperience.customCss", Policy::EmptyIsNull),
        // Taken at creation, and not shown but as a part of `host`; the rest is left out there
        // (spec/logto-management.json, `POST` and `PATCH /api/applications`).
        Field::new("protectedAppMetadata.subDomain", Policy::CreateOnly),
        Field::new("protectedAppMetadata.sessionDuration", Policy::NotInCreate),
        Field::new("protectedAppMetadata.pageRules", Policy::NotInCreate),
        Field::new("protectedAppMetadata.additionalScopes", Policy::NotInCreate),
        Field::new("protectedAppMetadata.additionalScopes", Policy::Set),
        // An update leaves what it is not sent (an inference from the same description).
        Field::new("protectedAppMetadata.sessionDuration", Policy::Stays),
        Field::new("protectedAppMetadata.pageRules", Policy::Stays),
        Field::new("protectedAppMetadata.additionalScopes", Policy::Stays),
    ];
    const RELATIONS: &'static [Relation] = &[
        parts::ROLES,
        CONSENTS[0],
        CONSENTS[1],
        CONSENTS[2],
        CONSENTS[3],
        parts::CUSTOM_DOMAINS,
    ];
    const CHILDREN: &'static [Children] = &[Children {
        field: "secrets",
        kind: "applicationsecret",
        parent_field: "application",
        name_field: "name",
    }];
    const OUTPUTS: &'static [Output] = &[
        Output {
            name: "clientId",
            from: OutputFrom::Id,
            about: "Its client id.",
        },
        Output {
            name: "clientSecret",
            from: secret(Some("Default secret")),
            about: "The \"Default secret\", which the server makes.",
        },
        Output {
            name: "secrets.*",
            from: secret(None),
            about: "The secret of that name.",
        },
    ];
    const OWN_LOGIN: Option<&'static str> = Some("clientId");
    const WITH: &'static str = "its secrets and roles";
    const LOST: &'static str = "its secrets";
    // application.invalid_role_type (seen on a running server).
    const FITS: &'static [Fit] = &[Fit {
        field: "roles",
        of: None,
        wants: Wants::Text(("type", "User", "MachineToMachine")),
    }];
    const RULES: &'static [Rule] = ways_in::OF_APPLICATION;
    /// reference/logto-cloud.md, "Entity caps", documented.
    const CAPS: &'static [Cap] = &[Cap {
        of: None,
        per: None,
        tiers: &[("development", 100), ("production", 100)],
    }];

    /// applications.jsonl 99: what an application shows of which nothing was said.
    fn usual() -> Json {
        json!({"isThirdParty": false})
    }

    /// The first label of a protected one's address is what was asked for (`POST /api/applications`,
    /// `subDomain`).
    fn told(live: &Value) -> ObjectKey {
        let host = live.at(&FieldPath::dotted("protectedAppMetadata.host"));
        let label = host
            .and_then(Value::as_text)
            .and_then(|host| host.split('.').next());
        let field = "protectedAppMetadata.subDomain";
        label
            .map(|label| (field, Value::text(label)))
            .into_iter()
            .collect()
    }

    fn builtin(live: &Value) -> Option<&'static str> {
        let id = live.get("id")?.as_text()?;
        matches!(
            id,
            "admin-console" | "demo-app" | "account-center" | "m-default"
        )
        .then_some("it is Logto's own")
    }

    fn check(spec: &Spec) -> Vec<Complaint> {
        use ApplicationType::{MachineToMachine, Protected, Traditional};
        let mut complaints = Vec::new();
        if spec.roles.is_some() && spec.application_type != MachineToMachine {
            complaints.push(Complaint::new(
                "roles",
                "only a machine-to-machine application has roles",
                "write `type: MachineToMachine`, or give the roles to users",
            ));
        }
        // applications.jsonl: 422 entity.db_constraint_violated for SPA and Native.
        if spec.secrets.is_some()
            && !matches!(
                spec.application_type,
                MachineToMachine | Traditional | Protected
            )
        {
            complaints.push(Complaint::new(
                "secrets",
                "an application of this type has no secrets",
                "write `type: Traditional` or `MachineToMachine`, or drop `secrets`",
            ));
        }
        // applications.jsonl 245: application.third_party_application_only.
        if spec.user_consent_scopes.is_some() && spec.is_third_party != Some(true) {
            complaints.push(Complaint::new(
                "userConsentScopes",
                "only somebody else's application asks for consent",
                "write `isThirdParty: true`, or drop `userConsentScopes`",
            ));
        }
        if spec.is_third_party == Some(true)
            && matches!(spec.application_type, MachineToMachine | Protected)
        {
            // applications.jsonl 139.
            complaints.push(Complaint::new(
                "isThirdParty",
                "an application of this type cannot be somebody else's",
                "write `type: Traditional`, `SPA` or `Native`, or drop `isThirdParty`",
            ));
        }
        // applications.jsonl 110.
        if spec.protected_app_metadata.is_some() != (spec.application_type == Protected) {
            complaints.push(Complaint::new(
                "protectedAppMetadata",
                "`type: Protected` and `protectedAppMetadata` go together",
                "write both, or neither",
            ));
        }
        let device = spec.custom_client_metadata.as_ref();
        let device = device.and_then(|metadata| metadata.is_device_flow) == Some(true);
        if device && spec.application_type != ApplicationType::Native {
            // applications.jsonl 141: application.device_flow_native_only.
            complaints.push(Complaint::new(
                "customClientMetadata.isDeviceFlow",
                "only a native application signs in by device code",
                "write `type: Native`, or drop `isDeviceFlow`",
            ));
        }
        complaints
    }
}

//! `JwtCustomizer`: a script that adds claims to tokens, or denies them.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::base::Value;
use crate::kind::Segment::{Own, Text as T};
use crate::kind::spec::{Free, Text, Texts};
use crate::kind::{
    Api, Complaint, Endpoint, Envelope, Field, Home, Key, Kind, List, ListFrom, Method, Paging,
    Path, Policy, Quirk, Route, Shape, Turn,
};

/// The kind.
pub(super) struct JwtCustomizer;

/// Which tokens a script is for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum TokenType {
    /// Those of people.
    AccessToken,
    /// Those of machines, our own among them.
    ClientCredentials,
}

/// A script that adds claims to tokens. One for the tokens of machines is written last and tried
/// with a log-in of our own; if that is denied, what was there before is put back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// Which tokens it is for; `metadata.name` if not written. A change replaces it.
    token_type: Option<TokenType>,
    /// The script, perhaps `{file: path}`. The server does not look whether it is one.
    script: Text,
    /// What the script finds in `environmentVariables`. A secret has a source; so may any other.
    environment_variables: Option<Texts>,
    /// What the console tries the script with.
    context_sample: Option<Free>,
    /// The token that the console tries the script with.
    token_sample: Option<Free>,
    /// Whether no token is issued where the script fails.
    block_issuance_on_error: Option<bool>,
}

const CUSTOMIZER: Path = &[T("/api/configs/jwt-customizer/"), Own];
const MACHINES: &str = "client-credentials";

/// What a script for machines is told, and one for people, as the server's source has it: the rest of
/// a sample is dropped (seen on a running server).
const OF_MACHINES: &[&str] = &["application"];
const OF_PEOPLE: &[&str] = &[
    "user",
    "grant",
    "interaction",
    "application",
    "organization",
];
const USER: &[&str] = &[
    "id",
    "username",
    "primaryEmail",
    "primaryPhone",
    "name",
    "avatar",
    "customData",
    "identities",
    "lastSignInAt",
    "createdAt",
    "updatedAt",
    "profile",
    "applicationId",
    "cimdClientId",
    "isSuspended",
    "hasPassword",
    "ssoIdentities",
    "mfaVerificationFactors",
    "roles",
    "organizations",
    "organizationRoles",
];

impl Kind for JwtCustomizer {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "JwtCustomizer";
    const NAME: &'static str = "jwtcustomizer";
    const ABOUT: &'static str = "A script that adds claims to tokens, or denies them.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: JwtCustomizer
metadata:
  name: access-token
  tenant: acme-dev
spec:
  script: |
    const getCustomJwtClaims = async ({ context }) => {
      return { roles: context.user.roles.map((role) => role.name) };
    };
  environmentVariables:
    plan: gold
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Keyed,
        list: Some(List {
            from: ListFrom::All(&[T("/api/configs/jwt-customizer")]),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(CUSTOMIZER),
        create: Some(Endpoint {
            method: Method::Put,
            path: CUSTOMIZER,
        }),
        update: Some(Endpoint {
            method: Method::Put,
            path: CUSTOMIZER,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: CUSTOMIZER,
        }),
        id: "tokenType",
        answers_object: true,
        // configs-jwt-customizer.jsonl 1063
        envelope: Some(Envelope {
            key: "key",
            value: "value",
            spelled: &[
                ("jwt.accessToken", "access-token"),
                ("jwt.clientCredentials", MACHINES),
            ],
        }),
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["tokenType"]);
    const NAMED_BY: Option<&'static str> = Some("tokenType");
    const FIELDS: &'static [Field] = &[
        Field::new("tokenType", Policy::Immutable),
        // Its keys are strict (1059).
        Field::new("tokenType", Policy::InPath),
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::ReplacedWhole];
    const TURN: Turn = Turn::Last;

    fn may_lock_out(desired: &Value) -> bool {
        desired.get("tokenType").and_then(Value::as_text) == Some(MACHINES)
    }

    fn check(spec: &Spec) -> Vec<Complaint> {
        let machines = matches!(spec.token_type, Some(TokenType::ClientCredentials));
        let context = spec.context_sample.as_ref().map(|sample| &sample.0);
        let user = context.and_then(|context| context.get("user"));
        let known: &[&str] = if machines { OF_MACHINES } else { OF_PEOPLE };
        let samples = [
            ("contextSample", context, known),
            ("contextSample.user", user.filter(|_| !machines), USER),
        ];
        let unknown = samples.iter().find_map(|(path, sample, known)| {
            let fields = sample.and_then(Json::as_object)?;
            let field = fields
                .keys()
                .find(|field| !known.contains(&field.as_str()))?;
            Some(Complaint::new(
                path,
                format!("the server would drop `{field}`"),
                format!("there are: {}", known.join(", ")),
            ))
        });
        unknown.into_iter().collect()
    }

    fn check_key(key: &str) -> Option<String> {
        let known = ["access-token", MACHINES].contains(&key);
        (!known).then(|| format!("`{key}` is no type of token: `access-token` or `{MACHINES}`"))
    }
}

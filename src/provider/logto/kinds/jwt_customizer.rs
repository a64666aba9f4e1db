//! `JwtCustomizer`: a script that adds claims to tokens, or denies them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::samples;
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
        let known = if machines {
            samples::OF_MACHINES
        } else {
            samples::OF_PEOPLE
        };
        let context = spec.context_sample.as_ref().map(|sample| &sample.0);
        let token = spec.token_sample.as_ref().map(|sample| &sample.0);
        let mut complaints: Vec<_> = [("contextSample", context), ("tokenSample", token)]
            .into_iter()
            .filter_map(|(field, sample)| samples::check(field, sample, known))
            .collect();
        // The server's source: of people, a context has a user.
        if !machines && context.is_some_and(|context| context.get("user").is_none()) {
            complaints.push(Complaint::new(
                "contextSample",
                "a sample without `user` is refused",
                "write `user: {}` in it, or leave `contextSample` out",
            ));
        }
        complaints
    }

    fn check_key(key: &str) -> Option<String> {
        let known = ["access-token", MACHINES].contains(&key);
        (!known).then(|| format!("`{key}` is no type of token: `access-token` or `{MACHINES}`"))
    }
}

//! `Action`: a script that runs while somebody signs in.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::Segment::{Own, Text as T};
use crate::kind::spec::{Free, Text, Texts};
use crate::kind::{
    Api, Endpoint, Envelope, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path, Policy,
    Quirk, Route, Shape,
};

/// The kind.
pub(super) struct Action;

/// When a script runs.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) enum ActionType {
    /// When the first factor is right.
    #[serde(rename = "action.postFirstFactorVerification")]
    PostFirstFactorVerification,
    /// When the sign-in is done.
    #[serde(rename = "action.postSignIn")]
    PostSignIn,
}

/// What happens where a script fails.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum OnExecutionError {
    /// The sign-in fails.
    Block,
    /// It goes on.
    Allow,
}

/// A script that runs while somebody signs in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// When it runs; `metadata.name` if not written. A change replaces it.
    action_type: Option<ActionType>,
    /// The script, perhaps `{file: path}`.
    script: Text,
    /// What the script finds in `environmentVariables`. A secret has a source; so may any other.
    environment_variables: Option<Texts>,
    /// What the console tries the script with.
    context_sample: Option<Free>,
    /// Whether it runs.
    enabled: Option<bool>,
    /// What happens where it fails.
    on_execution_error: Option<OnExecutionError>,
}

const ACTION: Path = &[T("/api/configs/actions/"), Own];
const TYPES: [&str; 2] = ["action.postFirstFactorVerification", "action.postSignIn"];

impl Kind for Action {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "Action";
    const NAME: &'static str = "action";
    const ABOUT: &'static str = "A script that runs while somebody signs in.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Action
metadata:
  name: action.postSignIn
  tenant: acme-dev
spec:
  script: |
    const postSignIn = async ({ context }) => {};
  enabled: true
  onExecutionError: allow
";
    const HOME: Home = Home::Tenant;
    // spec/logto-management.json; only its empty list and a refusal were recorded
    // (configs-misc.jsonl 1091 and 1092).
    const ROUTE: Route = Route {
        shape: Shape::Keyed,
        list: Some(List {
            from: ListFrom::All(&[T("/api/configs/actions")]),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(ACTION),
        create: Some(Endpoint {
            method: Method::Put,
            path: ACTION,
        }),
        update: Some(Endpoint {
            method: Method::Put,
            path: ACTION,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: ACTION,
        }),
        id: "actionType",
        answers_object: true,
        envelope: Some(Envelope {
            key: "key",
            value: "value",
            spelled: &[],
        }),
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["actionType"]);
    const NAMED_BY: Option<&'static str> = Some("actionType");
    const FIELDS: &'static [Field] = &[
        Field::new("actionType", Policy::Immutable),
        Field::new("actionType", Policy::InPath),
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::ReplacedWhole];

    fn check_key(key: &str) -> Option<String> {
        let known = TYPES.contains(&key);
        (!known).then(|| format!("`{key}` is no type of action: `{}`", TYPES.join("` or `")))
    }
}

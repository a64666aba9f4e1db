//! `User`: a person in a cluster, local or from a directory.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::actions::{Action, OF_USER};
use super::identifier;
use crate::base::Value;
use crate::kind::Segment::{Own, Text as T};
use crate::kind::spec::{Actions, SecretField, Text};
use crate::kind::{
    Api, Complaint, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path, Policy,
    Quirk, Relation, Route, Shape,
};

/// The kind.
pub(super) struct User;

/// Where an account comes from.
#[derive(Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum ProviderType {
    /// The cluster itself.
    Internal,
    /// A directory.
    Ldap,
    /// An OpenID Connect provider.
    Oidc,
    /// A SAML provider.
    Saml,
}

/// A user of a cluster: local with a password, or external without.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// The uid; `metadata.name` if not written.
    #[schemars(length(min = 1, max = 96))]
    uid: Option<Text>,
    /// Who it is.
    description: Option<Text>,
    /// The password, five characters or more. Never shown by the server: sent when its source
    /// changes.
    password: Option<SecretField>,
    /// Where the account comes from. A change replaces it.
    provider_type: Option<ProviderType>,
    /// Which provider (OpenID Connect, SAML). A change replaces the account.
    #[schemars(length(min = 1))]
    provider_id: Option<Text>,
    /// Actions by resource id.
    permissions: Option<Actions<Action>>,
}

pub(super) const USER: Path = &[T("/acs/api/v1/users/"), Own];

/// The route of users, or of service accounts by their query.
pub(super) const fn route(query: &'static str) -> Route {
    Route {
        shape: Shape::Keyed,
        list: Some(List {
            from: ListFrom::All(&[T("/acs/api/v1/users")]),
            query,
            paging: Paging::Whole,
            member: Some("array"),
            search: &[],
        }),
        read: Some(USER),
        create: Some(Endpoint {
            method: Method::Put,
            path: USER,
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: USER,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: USER,
        }),
        id: "uid",
        ..Route::NONE
    }
}

impl Kind for User {
    type Spec = Spec;
    const API: Api = Api::Dcos;
    const KIND: &'static str = "User";
    const NAME: &'static str = "user";
    const ABOUT: &'static str = "A person in a cluster, local or external.";
    const EXAMPLE: &'static str = "\
apiVersion: dcos/v1
kind: User
metadata:
  name: alice
  cluster: prod
spec:
  description: Alice A.
  password: {env: ALICE_DCOS_PASSWORD}
  permissions:
    'dcos:adminrouter:ops:mesos': [full]
";
    const HOME: Home = Home::Cluster;
    const ROUTE: Route = route("");
    const KEY: Key = Key::Fields(&["uid"]);
    const NAMED_BY: Option<&'static str> = Some("uid");
    const FIELDS: &'static [Field] = &[
        Field::new("uid", Policy::InPath),
        Field::new("description", Policy::Default(|| json!(""))),
        Field::new("password", Policy::WriteOnly),
        Field::new("password", Policy::AtLeast(5)),
        Field::new("provider_type", Policy::Immutable),
        Field::new("provider_id", Policy::Immutable),
    ];
    const RELATIONS: &'static [Relation] = &[OF_USER];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::KeepsAccess];
    const OWN_LOGIN: Option<&'static str> = Some("login.uid");
    const WITH: &'static str = "its memberships and permissions, all of which are put back";

    fn check(spec: &Spec) -> Vec<Complaint> {
        let external = spec
            .provider_type
            .as_ref()
            .is_some_and(|p| *p != ProviderType::Internal);
        if external && spec.password.is_some() {
            return vec![Complaint::new(
                "password",
                "an external user has no password here",
                "drop `password`, or `provider_type`",
            )];
        }
        let federated = matches!(
            spec.provider_type,
            Some(ProviderType::Oidc | ProviderType::Saml)
        );
        if federated != spec.provider_id.is_some() {
            return vec![Complaint::new(
                "provider_id",
                "`provider_id` goes with `provider_type: oidc` or `saml`",
                "write both, or neither",
            )];
        }
        Vec::new()
    }

    fn check_key(uid: &str) -> Option<String> {
        identifier::uid(uid)
    }

    /// The directory's synchronisation removes accounts, and would again
    /// (reference/dcos-iam.md 7).
    fn foreign(value: &Value, field: &str) -> Option<&'static str> {
        let from = value.get("provider_type").and_then(Value::as_text);
        (field.is_empty() && from == Some("ldap")).then_some("its directory has removed it")
    }

    /// reference/dcos-iam.md 9.
    fn builtin(live: &Value) -> Option<&'static str> {
        let uid = live.get("uid")?.as_text()?;
        (uid == "bootstrapuser").then_some("it is the cluster's first superuser")
    }

    /// What a user shows who was made with a password (users.jsonl of `contract/dcos`).
    fn usual() -> Json {
        json!({"provider_type": "internal"})
    }

    fn check_create(body: &Value) -> Option<String> {
        let external = body
            .get("provider_type")
            .is_some_and(|p| p.as_text() != Some("internal"));
        (!external && body.get("password").is_none()).then(|| {
            "a new local user needs a `password` (an external one a `provider_type`)".to_owned()
        })
    }
}

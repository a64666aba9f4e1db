//! `UserIdentity`: who a user is elsewhere, written in the user's `identities`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::ToUser;
use crate::kind::Segment::{Field as Of, Own, Text as T};
use crate::kind::spec::{Free, Ref, Text};
use crate::kind::{
    Api, Endpoint, Envelope, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path, Policy,
    Quirk, Route, Shape,
};

/// The kind.
pub(super) struct UserIdentity;

/// Who a user is elsewhere.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The user.
    user: Ref<ToUser>,
    /// The connector's target, such as `github`.
    target: Text,
    /// The user's id there, of one user only.
    user_id: Text,
    /// What is known of the user from there.
    details: Option<Free>,
}

const IDENTITY: Path = &[T("/api/users/"), Of("user"), T("/identities/"), Own];

const fn call(method: Method) -> Endpoint {
    Endpoint {
        method,
        path: IDENTITY,
    }
}

impl Kind for UserIdentity {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "UserIdentity";
    const NAME: &'static str = "useridentity";
    const ABOUT: &'static str = "Who a user is elsewhere, so that a social sign-in leads to them.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: User
metadata:
  name: alice
  tenant: acme-dev
spec:
  username: alice
  identities:
    github: {userId: '583231', details: {email: alice@example.com}}
";
    const HOME: Home = Home::Tenant;
    // The target is the id: it is in the path, and unique in its user.
    const ROUTE: Route = Route {
        shape: Shape::Keyed,
        // users.jsonl 652.
        list: Some(List {
            from: ListFrom::Parent {
                kind: "user",
                path: &[T("/api/users/"), Own, T("/all-identities")],
                parent_field: "user",
            },
            query: "",
            paging: Paging::Whole,
            member: Some("socialIdentities"),
            search: &[],
        }),
        envelope: Some(Envelope {
            key: "target",
            value: "identity",
            spelled: &[],
        }),
        // Its answer is all identities of the user (users.jsonl 651).
        create: Some(call(Method::Put)),
        update: Some(call(Method::Put)),
        delete: Some(call(Method::Delete)),
        id: "target",
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["user", "target"]);
    const NAMED_BY: Option<&'static str> = Some("target");
    const FIELDS: &'static [Field] = &[
        Field::new("user", Policy::InPath),
        Field::new("target", Policy::InPath),
    ];
    // The server reads all of a user's identities, changes one and writes all (an inference from
    // its source, `admin-user/social.ts`): two at once would lose one.
    const QUIRKS: &'static [Quirk] = &[
        Quirk::ChildOnly,
        Quirk::UniqueKey,
        Quirk::ReplacedWhole,
        Quirk::OneByOne,
    ];
}

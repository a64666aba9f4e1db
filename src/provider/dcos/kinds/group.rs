//! `Group`: users and service accounts that share permissions (Enterprise).

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::actions::{Action, OF_GROUP};
use super::identifier;
use crate::base::Value;
use crate::kind::Segment::{Item, Own, Text as T};
use crate::kind::spec::{Actions, Members, Ref, RefKinds, Text};
use crate::kind::{
    Api, Attach, EdgeBody, EdgeShape, Endpoint, Field, Grants, Home, Key, Kind, List, ListFrom,
    Method, Paging, Path, Policy, Quirk, ReadEdges, Relation, Route, Shape,
};

/// The kind.
pub(super) struct Group;

/// References to whoever can be a member.
#[derive(Debug)]
pub(super) enum ToMember {}

impl RefKinds for ToMember {
    const KINDS: &'static [&'static str] = &["user", "serviceaccount"];
}

/// A group.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The gid, without dots; `metadata.name` if not written.
    #[schemars(length(min = 1, max = 64))]
    gid: Option<Text>,
    /// What it is for.
    description: Option<Text>,
    /// Users and service accounts in it.
    members: Option<Members<Ref<ToMember>>>,
    /// Actions by resource id.
    permissions: Option<Actions<Action>>,
}

const GROUPS: &str = "/acs/api/v1/groups";
const GROUP: Path = &[T("/acs/api/v1/groups/"), Own];
const USERS: Path = &[T("/acs/api/v1/groups/"), Own, T("/users")];
const MEMBER: Path = &[T("/acs/api/v1/groups/"), Own, T("/users/"), Item(0)];

/// One list of members.
const fn members(query: &'static str) -> ReadEdges {
    ReadEdges {
        path: USERS,
        query,
        paging: Paging::Whole,
        member: Some("array"),
        id: "user.uid",
        words: None,
        held: None,
    }
}

impl Kind for Group {
    type Spec = Spec;
    const API: Api = Api::Dcos;
    const KIND: &'static str = "Group";
    const NAME: &'static str = "group";
    const ABOUT: &'static str = "Users and service accounts that share permissions (Enterprise).";
    const EXAMPLE: &'static str = "\
apiVersion: dcos/v1
kind: Group
metadata:
  name: ops
  cluster: prod
spec:
  description: Operators
  members: [alice, deployer]
  permissions:
    'dcos:adminrouter:ops:mesos': [full]
";
    const HOME: Home = Home::Cluster;
    const ROUTE: Route = Route {
        shape: Shape::Keyed,
        list: Some(List {
            from: ListFrom::All(&[T(GROUPS)]),
            query: "",
            paging: Paging::Whole,
            member: Some("array"),
            search: &[],
        }),
        read: Some(GROUP),
        create: Some(Endpoint {
            method: Method::Put,
            path: GROUP,
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: GROUP,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: GROUP,
        }),
        id: "gid",
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["gid"]);
    const NAMED_BY: Option<&'static str> = Some("gid");
    const FIELDS: &'static [Field] = &[
        Field::new("gid", Policy::InPath),
        Field::new("description", Policy::Default(|| json!(""))),
        Field::new("description", Policy::AtCreate(|| json!(""))),
    ];
    const RELATIONS: &'static [Relation] = &[
        Relation {
            field: "members",
            to: &["user", "serviceaccount"],
            shape: EdgeShape::Objects,
            // Regular users only, unless asked for service accounts: both are read.
            by_owner: &[members(""), members("type=service")],
            by_item: Some(ReadEdges {
                path: &[T("/acs/api/v1/users/"), Own, T("/groups")],
                query: "",
                paging: Paging::Whole,
                member: Some("array"),
                id: "group.gid",
                words: None,
                held: None,
            }),
            attach: Attach {
                endpoint: Endpoint {
                    method: Method::Put,
                    path: MEMBER,
                },
                body: EdgeBody::Empty,
                already: &["ERR_USER_ALREADY_IN_GROUP"],
            },
            detach: Attach {
                endpoint: Endpoint {
                    method: Method::Delete,
                    path: MEMBER,
                },
                body: EdgeBody::Empty,
                already: &["ERR_USER_NOT_IN_GROUP"],
            },
            grants: Grants::Members,
        },
        OF_GROUP,
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::SomeEditions];
    const WITH: &'static str = "its members and permissions";

    fn check_key(gid: &str) -> Option<String> {
        identifier::gid(gid)
    }

    /// The directory's synchronisation adds and removes them (reference/dcos-iam.md 7).
    fn foreign(live: &Value, field: &str) -> Option<&'static str> {
        let from = live.get("provider_type").and_then(Value::as_text);
        (field == "members" && from == Some("ldap")).then_some("the directory keeps them")
    }

    fn builtin(live: &Value) -> Option<&'static str> {
        (live.get("gid")?.as_text()? == "superusers").then_some("it holds the superusers")
    }
}

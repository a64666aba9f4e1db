//! `permissions`: which actions on which resources a principal has.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::Segment::{Item, Item2F, Own, Own2F, Text as T};
use crate::kind::{
    Attach, EdgeBody, EdgeShape, Endpoint, Grants, Method, Paging, Path, ReadEdges, Relation,
};

/// What may be done with a resource (reference/dcos-iam.md, "action"); `full` does not stand for
/// the other four.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Action {
    /// Create.
    Create,
    /// Read.
    Read,
    /// Update.
    Update,
    /// Delete.
    Delete,
    /// All of it.
    Full,
}

/// One list of permissions; `id` names the far end in an item.
const fn read(path: Path, member: &'static str, id: &'static str) -> ReadEdges {
    ReadEdges {
        path,
        query: "",
        paging: Paging::Whole,
        member: Some(member),
        id,
        words: Some(("actions", "name")),
        held: None,
    }
}

/// A grant or its revocation.
const fn attach(method: Method, path: Path, already: &'static [&'static str]) -> Attach {
    Attach {
        endpoint: Endpoint { method, path },
        body: EdgeBody::Empty,
        already,
    }
}

/// The relation of a principal, given its own list, the resource's list, and one grant's path.
const fn permissions(by_owner: &'static [ReadEdges], by_item: ReadEdges, grant: Path) -> Relation {
    Relation {
        field: "permissions",
        to: &["acl"],
        shape: EdgeShape::Actions,
        by_owner,
        by_item: Some(by_item),
        attach: attach(Method::Put, grant, &["ERR_PERMISSION_EXISTS"]),
        detach: attach(
            Method::Delete,
            grant,
            &[
                "ERR_ACTION_NOT_YET_STORED",
                "ERR_USER_NOT_IN_ACL",
                "ERR_GROUP_NOT_IN_ACL",
            ],
        ),
        grants: Grants::Permission,
    }
}

const OF_ACL: Path = &[T("/acs/api/v1/acls/"), Own2F, T("/permissions")];

/// Permissions of a user or service account (both are `users` there).
pub(super) const OF_USER: Relation = permissions(
    &[read(
        &[T("/acs/api/v1/users/"), Own, T("/permissions")],
        "direct",
        "rid",
    )],
    read(OF_ACL, "users", "uid"),
    &[
        T("/acs/api/v1/acls/"),
        Item2F(0),
        T("/users/"),
        Own,
        T("/"),
        Item(1),
    ],
);

/// Permissions of a group.
pub(super) const OF_GROUP: Relation = permissions(
    &[read(
        &[T("/acs/api/v1/groups/"), Own, T("/permissions")],
        "array",
        "rid",
    )],
    read(OF_ACL, "groups", "gid"),
    &[
        T("/acs/api/v1/acls/"),
        Item2F(0),
        T("/groups/"),
        Own,
        T("/"),
        Item(1),
    ],
);

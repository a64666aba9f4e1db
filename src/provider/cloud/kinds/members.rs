//! `members` of a tenant: who works in its console. They are invited, and a pending invitation
//! counts (reference/logto-cloud.md, from the vendor's route types).
//!
//! The API does not say whose the token is; an admin may be its owner, and stays unless named.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::Segment::{Field as Of, Own, Text as T};
use crate::kind::spec::Members;
use crate::kind::{
    Attach, Complaint, EdgeBody, EdgeShape, Endpoint, Grants, Held, Method, Paging, Path,
    ReadEdges, Relation,
};

/// Who works in a tenant's console.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Member {
    /// Their address, in any case of letters.
    #[schemars(regex(pattern = "^[^@\\s]+@[^@\\s]+$"), length(max = 128))]
    email: String,
    /// What they may do.
    #[expect(dead_code, reason = "read through the schema")]
    role_name: RoleName,
}

/// What a member may do.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum RoleName {
    /// Everything, members and billing included.
    Admin,
    /// Everything that is in the tenant.
    Collaborator,
}

const LIST: Path = &[T("/api/tenants/"), Own, T("/members")];
const INVITATIONS: Path = &[T("/api/tenants/"), Own, T("/invitations")];

const fn put(path: Path, body: EdgeBody) -> Attach {
    let post = Attach::post(path, body);
    Attach {
        endpoint: Endpoint {
            method: Method::Put,
            path,
        },
        ..post
    }
}

/// Those who are in it, by their addresses, or by their ids if they have none.
const MEMBERS: ReadEdges = ReadEdges {
    path: LIST,
    query: "",
    paging: Paging::Whole,
    member: None,
    id: "primaryEmail",
    words: Some(("organizationRoles", "name")),
    held: Some(&Held {
        only: None,
        otherwise: "id",
        change: Some(put(
            &[
                T("/api/tenants/"),
                Own,
                T("/members/"),
                Of("id"),
                T("/roles"),
            ],
            EdgeBody::One("roleName"),
        )),
        detach: Attach::delete(&[T("/api/tenants/"), Own, T("/members/"), Of("id")]),
    }),
};

/// Those who are invited: as organizations' invitations are (organization-invitations.jsonl 913),
/// which these are at bottom (inferred).
const INVITED: ReadEdges = ReadEdges {
    path: INVITATIONS,
    query: "",
    paging: Paging::Whole,
    member: None,
    id: "invitee",
    words: Some(("organizationRoles", "name")),
    held: Some(&Held {
        only: Some(("status", "Pending")),
        otherwise: "id",
        change: None,
        detach: Attach::delete(&[T("/api/tenants/"), Own, T("/invitations/"), Of("id")]),
    }),
};

/// The relation.
pub(super) const RELATION: Relation = Relation {
    field: "members",
    to: &[],
    shape: EdgeShape::Pairs {
        who: "email",
        what: "roleName",
    },
    by_owner: &[MEMBERS, INVITED],
    by_item: None,
    attach: Attach {
        // organization-invitations.jsonl 914.
        already: &["entity.unique_integrity_violation"],
        ..Attach::post(INVITATIONS, EdgeBody::Both("invitee", "roleName"))
    },
    detach: Attach::delete(&[T("/api/tenants/"), Own, T("/members/"), Of("id")]),
    grants: Grants::Title { ruling: "admin" },
};

/// Those who are in it already, alone.
pub(super) const PEOPLE: Relation = Relation {
    by_owner: &[MEMBERS],
    ..RELATION
};

/// Complains about somebody who is to be two things.
pub(super) fn check(members: Option<&Members<Member>>) -> Vec<Complaint> {
    let mut seen = BTreeSet::new();
    let items = members.into_iter().flat_map(|members| &members.items);
    let twice = items.filter(|member| !seen.insert(member.email.to_lowercase()));
    let complaint = |member: &Member| {
        Complaint::new(
            "members",
            format!("`{}` is listed twice, and has one role only", member.email),
            "keep one of the two",
        )
    };
    twice.map(complaint).collect()
}

//! Tables of pairs: a role's scopes, a user's roles, an organization's members.

use serde_json::{Value, json};

use crate::sandbox::tables::Tables;

/// A table of pairs of ids.
#[derive(Debug, Clone, Copy)]
pub(super) struct Relation {
    table: &'static str,
    left: &'static str,
    right: &'static str,
}

/// Role → scope.
pub(super) const ROLES_SCOPES: Relation = Relation {
    table: "roles_scopes",
    left: "roleId",
    right: "scopeId",
};
/// User → role.
pub(super) const USERS_ROLES: Relation = Relation {
    table: "users_roles",
    left: "userId",
    right: "roleId",
};
/// Application → role.
pub(super) const APPLICATIONS_ROLES: Relation = Relation {
    table: "applications_roles",
    left: "applicationId",
    right: "roleId",
};

/// Organization role → organization scope.
pub(super) const ORGANIZATION_ROLES_SCOPES: Relation = Relation {
    table: "organization_roles_scopes",
    left: "organizationRoleId",
    right: "organizationScopeId",
};
/// Organization role → scope of an API resource.
pub(super) const ORGANIZATION_ROLES_RESOURCE_SCOPES: Relation = Relation {
    table: "organization_roles_resource_scopes",
    left: "organizationRoleId",
    right: "scopeId",
};
/// Organization → user.
pub(super) const ORGANIZATIONS_USERS: Relation = Relation {
    table: "organizations_users",
    left: "organizationId",
    right: "userId",
};
/// Organization → application.
pub(super) const ORGANIZATIONS_APPLICATIONS: Relation = Relation {
    table: "organizations_applications",
    left: "organizationId",
    right: "applicationId",
};
/// Organization and user → organization role.
pub(super) const MEMBER_USERS_ROLES: Relation = Relation {
    table: "organizations_users_roles",
    left: "membership",
    right: "organizationRoleId",
};
/// Organization and application → organization role.
pub(super) const MEMBER_APPLICATIONS_ROLES: Relation = Relation {
    table: "organizations_applications_roles",
    left: "membership",
    right: "organizationRoleId",
};
/// Organization → the roles of whoever comes by themselves.
pub(super) const JIT_ROLES: Relation = Relation {
    table: "organization_jit_roles",
    left: "organizationId",
    right: "organizationRoleId",
};
/// Organization → the SSO connectors by which people come by themselves.
pub(super) const JIT_SSO: Relation = Relation {
    table: "organization_jit_sso_connectors",
    left: "organizationId",
    right: "ssoConnectorId",
};

/// All of them.
pub(super) const RELATIONS: [Relation; 11] = [
    ROLES_SCOPES,
    USERS_ROLES,
    APPLICATIONS_ROLES,
    ORGANIZATION_ROLES_SCOPES,
    ORGANIZATION_ROLES_RESOURCE_SCOPES,
    ORGANIZATIONS_USERS,
    ORGANIZATIONS_APPLICATIONS,
    MEMBER_USERS_ROLES,
    MEMBER_APPLICATIONS_ROLES,
    JIT_ROLES,
    JIT_SSO,
];

impl Relation {
    /// The table's name.
    pub(super) fn table(&self) -> &'static str {
        self.table
    }

    /// The row of a pair, from its id.
    pub(super) fn row(&self, id: &str) -> Option<Value> {
        let (left, right) = id.rsplit_once('/')?;
        Some(json!({self.left: left, self.right: right}))
    }

    /// Whether the pair is there.
    pub(super) fn has(&self, tables: &Tables, left: &str, right: &str) -> bool {
        tables.has(self.table, &pair(left, right))
    }

    /// Adds the pair.
    pub(super) fn add(&self, tables: &mut Tables, left: &str, right: &str) {
        let row = json!({self.left: left, self.right: right});
        tables.put(self.table, &pair(left, right), row);
    }

    /// Deletes the pair and says whether it was there.
    pub(super) fn delete(&self, tables: &mut Tables, left: &str, right: &str) -> bool {
        tables.delete(self.table, &pair(left, right)).is_some()
    }

    /// What `left` is paired with, in the order of the pairs.
    pub(super) fn rights(&self, tables: &Tables, left: &str) -> Vec<String> {
        let pairs = tables.rows_below(self.table, &pair(left, ""));
        let rights = pairs.into_iter().filter_map(|row| row[self.right].as_str());
        rights.map(str::to_owned).collect()
    }

    /// What `right` is paired with, in the order of the pairs.
    pub(super) fn lefts(&self, tables: &Tables, right: &str) -> Vec<String> {
        let pairs = tables
            .rows(self.table)
            .filter(|(_, row)| row[self.right] == right);
        let lefts = pairs.filter_map(|(_, row)| row[self.left].as_str());
        lefts.map(str::to_owned).collect()
    }

    /// All pairs, `(left, right)`.
    pub(super) fn pairs<'a>(&self, tables: &'a Tables) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (left, right) = (self.left, self.right);
        tables
            .rows(self.table)
            .filter_map(move |(_, row)| Some((row[left].as_str()?, row[right].as_str()?)))
    }

    /// Deletes all pairs with that left.
    pub(super) fn delete_left(&self, tables: &mut Tables, left: &str) {
        tables.delete_where(self.table, |_, row| row[self.left] == left);
    }

    /// Deletes all pairs with that right.
    pub(super) fn delete_right(&self, tables: &mut Tables, right: &str) {
        tables.delete_where(self.table, |_, row| row[self.right] == right);
    }
}

fn pair(left: &str, right: &str) -> String {
    format!("{left}/{right}")
}

/// The rows of `table` with these ids, in their order.
pub(super) fn rows_of<'a>(tables: &'a Tables, table: &str, ids: &[String]) -> Vec<&'a Value> {
    let rows = ids.iter().filter_map(|id| tables.get(table, id));
    rows.collect()
}

/// The first id that stands twice in a list.
pub(super) fn repeated(ids: &[String]) -> Option<&String> {
    let mut rest = ids.iter().enumerate();
    rest.find(|(index, id)| ids[..*index].contains(id))
        .map(|(_, id)| id)
}

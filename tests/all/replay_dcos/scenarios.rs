//! What is done for each row of `enterprise-documented.jsonl`.
//!
//! Requests are written as `METHOD PATH BODY`, below `/acs/api/v1`. `before` is done by the
//! superuser and must succeed; `act` is what the row is about.

/// Who acts.
#[derive(Clone, Copy)]
pub(super) enum Who {
    /// The superuser.
    Root,
    /// Somebody without permissions.
    Ordinary,
    /// Nobody: no token.
    Nobody,
}

/// One row, acted out.
pub(super) struct Scenario {
    pub(super) row: u64,
    pub(super) who: Who,
    pub(super) before: &'static [&'static str],
    pub(super) act: &'static str,
    /// The whole JSON body; not looked at where empty.
    pub(super) shows: &'static str,
}

/// What is there before each row: two accounts, a group with both in it, an ACL with a slash in
/// its name, and a permission of each sort.
pub(super) const PRELUDE: &[&str] = &[
    r#"PUT /users/alice {"description": "Alice", "password": "alice-password"}"#,
    r#"PUT /users/ext {"provider_type": "ldap"}"#,
    r#"PUT /groups/devs {"description": "Developers"}"#,
    "PUT /groups/devs/users/alice",
    "PUT /groups/devs/users/dcos_cosmos",
    r#"PUT /acls/dcos:x:%252Fdev {"description": "X"}"#,
    "PUT /acls/dcos:x:%252Fdev/users/alice/read",
    "PUT /acls/dcos:x:%252Fdev/groups/devs/full",
];

const OIDC: &str = r#"PUT /auth/oidc/providers/idp {"description": "I", "issuer": "https://i", "base_url": "https://c", "client_id": "c", "client_secret": "s"}"#;
const SAML: &str = r#"PUT /auth/saml/providers/idp {"description": "S", "idp_metadata": "<x/>", "sp_base_url": "https://c"}"#;
const LDAP: &str = r#"PUT /ldap/config {"host": "ldap.example.com", "port": 389, "use-ldaps": false, "enforce-starttls": true}"#;
const LDAP_DOWN: &str = r#"PUT /ldap/config {"host": "ldap.invalid", "port": 389, "use-ldaps": false, "enforce-starttls": true}"#;

const fn row(row: u64, act: &'static str) -> Scenario {
    Scenario {
        row,
        who: Who::Root,
        before: &[],
        act,
        shows: "",
    }
}

const fn shown(row: u64, act: &'static str, shows: &'static str) -> Scenario {
    Scenario {
        row,
        who: Who::Root,
        before: &[],
        act,
        shows,
    }
}

const fn after(row: u64, before: &'static [&'static str], act: &'static str) -> Scenario {
    Scenario {
        row,
        who: Who::Root,
        before,
        act,
        shows: "",
    }
}

const ACL: &str =
    r#"{"rid": "dcos:x:/dev", "url": "/acs/api/v1/acls/dcos:x:%252Fdev", "description": "X"}"#;
const ALICE_READS: &str =
    r#"{"array": [{"name": "read", "url": "/acs/api/v1/acls/dcos:x:%252Fdev/users/alice/read"}]}"#;
const DEVS_FULL: &str =
    r#"{"array": [{"name": "full", "url": "/acs/api/v1/acls/dcos:x:%252Fdev/groups/devs/full"}]}"#;

/// All rows, in order.
pub(super) const SCENARIOS: &[Scenario] = &[
    row(1, "GET /acls"),
    shown(2, "GET /acls/dcos:x:%252Fdev", ACL),
    row(3, "GET /acls/dcos:none"),
    row(4, r#"PUT /acls/dcos:y {"description": ""}"#),
    row(5, r#"PUT /acls/dcos:x:%252Fdev {"description": "other"}"#),
    row(6, r#"PUT /acls/dcos:%20 {"description": ""}"#),
    row(7, r#"PATCH /acls/dcos:x:%252Fdev {"description": ""}"#),
    row(8, r#"PATCH /acls/dcos:none {"description": ""}"#),
    row(9, "DELETE /acls/dcos:x:%252Fdev"),
    row(10, "DELETE /acls/dcos:none"),
    row(11, "DELETE /acls/dcos:superuser"),
    shown(
        12,
        "GET /acls/dcos:x:%252Fdev/permissions",
        r#"{
            "users": [{"uid": "alice", "userurl": "/acs/api/v1/users/alice", "actions": [
                {"name": "read", "url": "/acs/api/v1/acls/dcos:x:%252Fdev/users/alice/read"}]}],
            "groups": [{"gid": "devs", "groupurl": "/acs/api/v1/groups/devs", "actions": [
                {"name": "full", "url": "/acs/api/v1/acls/dcos:x:%252Fdev/groups/devs/full"}]}]
        }"#,
    ),
    shown(13, "GET /acls/dcos:x:%252Fdev/users/alice", ALICE_READS),
    row(14, "GET /acls/dcos:x:%252Fdev/users/ext"),
    row(15, "DELETE /acls/dcos:x:%252Fdev/users/alice"),
    row(16, "DELETE /acls/dcos:x:%252Fdev/users/ext"),
    shown(
        17,
        "GET /acls/dcos:x:%252Fdev/users/alice/read",
        r#"{"allowed": true}"#,
    ),
    shown(
        17,
        "GET /acls/dcos:x:%252Fdev/users/alice/full",
        r#"{"allowed": false}"#,
    ),
    row(18, "PUT /acls/dcos:x:%252Fdev/users/alice/full"),
    row(18, "PUT /acls/dcos:x:%252Fdev/users/dcos_cosmos/full"),
    row(19, "PUT /acls/dcos:x:%252Fdev/users/alice/read"),
    row(20, "PUT /acls/dcos:x:%252Fdev/users/alice/write"),
    row(21, "PUT /acls/dcos:none/users/alice/read"),
    row(22, "PUT /acls/dcos:x:%252Fdev/users/ghost/read"),
    row(23, "DELETE /acls/dcos:x:%252Fdev/users/alice/read"),
    row(24, "DELETE /acls/dcos:x:%252Fdev/users/alice/full"),
    row(25, "DELETE /acls/dcos:x:%252Fdev/users/ext/full"),
    shown(26, "GET /acls/dcos:x:%252Fdev/groups/devs", DEVS_FULL),
    row(27, "GET /acls/dcos:x:%252Fdev/groups/superusers"),
    row(28, "DELETE /acls/dcos:x:%252Fdev/groups/devs"),
    row(29, "DELETE /acls/dcos:x:%252Fdev/groups/superusers"),
    shown(
        30,
        "GET /acls/dcos:x:%252Fdev/groups/devs/full",
        r#"{"allowed": true}"#,
    ),
    shown(
        30,
        "GET /acls/dcos:x:%252Fdev/groups/devs/read",
        r#"{"allowed": false}"#,
    ),
    row(31, "PUT /acls/dcos:x:%252Fdev/groups/devs/read"),
    row(32, "PUT /acls/dcos:x:%252Fdev/groups/devs/full"),
    row(33, "PUT /acls/dcos:x:%252Fdev/groups/devs/Full"),
    row(34, "PUT /acls/dcos:none/groups/devs/read"),
    row(35, "PUT /acls/dcos:x:%252Fdev/groups/ghosts/read"),
    row(36, "DELETE /acls/dcos:x:%252Fdev/groups/devs/full"),
    row(37, "DELETE /acls/dcos:x:%252Fdev/groups/devs/read"),
    row(38, "DELETE /acls/dcos:x:%252Fdev/groups/superusers/read"),
    row(39, "DELETE /acls/dcos:superuser/groups/superusers/full"),
    after(40, &["DELETE /groups/devs"], "GET /groups"),
    row(41, "GET /groups/ghosts"),
    row(42, r#"PUT /groups/ops {"description": ""}"#),
    row(43, r#"PUT /groups/devs {"description": "other"}"#),
    row(44, r#"PUT /groups/with.dot {"description": ""}"#),
    row(45, r#"PATCH /groups/devs {"description": ""}"#),
    row(46, "DELETE /groups/devs"),
    row(47, "DELETE /groups/superusers"),
    shown(
        48,
        "GET /groups/devs/users",
        r#"{"array": [{"membershipurl": "/acs/api/v1/groups/devs/users/alice", "user": {
            "uid": "alice", "url": "/acs/api/v1/users/alice", "description": "Alice",
            "is_remote": false, "is_service": false, "provider_type": "internal",
            "provider_id": ""}}]}"#,
    ),
    row(48, "GET /groups/devs/users?type=service"),
    shown(
        49,
        "GET /groups/devs/permissions",
        r#"{"array": [{"rid": "dcos:x:/dev", "description": "X",
            "aclurl": "/acs/api/v1/acls/dcos:x:%252Fdev", "actions": [
            {"name": "full", "url": "/acs/api/v1/acls/dcos:x:%252Fdev/groups/devs/full"}]}]}"#,
    ),
    row(50, "PUT /groups/devs/users/ext"),
    row(51, "PUT /groups/devs/users/alice"),
    row(52, "PUT /groups/ghosts/users/alice"),
    row(52, "PUT /groups/devs/users/ghost"),
    row(53, "DELETE /groups/devs/users/alice"),
    row(54, "DELETE /groups/devs/users/ext"),
    row(55, "DELETE /groups/superusers/users/root"),
    row(56, "DELETE /users/root"),
    shown(
        57,
        "GET /users/alice/groups",
        r#"{"array": [{"membershipurl": "/acs/api/v1/groups/devs/users/alice", "group": {
            "gid": "devs", "url": "/acs/api/v1/groups/devs", "description": "Developers",
            "provider_type": "internal"}}]}"#,
    ),
    shown(
        58,
        "GET /users/alice/permissions",
        r#"{
            "direct": [{"rid": "dcos:x:/dev", "description": "X",
                "aclurl": "/acs/api/v1/acls/dcos:x:%252Fdev", "actions": [
                {"name": "read", "url": "/acs/api/v1/acls/dcos:x:%252Fdev/users/alice/read"}]}],
            "groups": [{"rid": "dcos:x:/dev", "gid": "devs", "description": "X",
                "aclurl": "/acs/api/v1/acls/dcos:x:%252Fdev",
                "membershipurl": "/acs/api/v1/groups/devs/users/alice", "actions": [
                {"name": "full", "url": "/acs/api/v1/acls/dcos:x:%252Fdev/groups/devs/full"}]}]
        }"#,
    ),
    row(59, "GET /ldap/config"),
    row(60, LDAP),
    after(60, &[LDAP], LDAP_DOWN),
    row(
        61,
        r#"PUT /ldap/config {"host": "h", "port": 1, "use-ldaps": true, "enforce-starttls": false, "dntemplate": "cn=x"}"#,
    ),
    after(62, &[LDAP], "DELETE /ldap/config"),
    row(63, "DELETE /ldap/config"),
    after(
        64,
        &[LDAP],
        r#"POST /ldap/config/test {"uid": "u", "password": "p"}"#,
    ),
    after(
        65,
        &[LDAP_DOWN],
        r#"POST /ldap/config/test {"uid": "u", "password": "p"}"#,
    ),
    after(
        66,
        &[LDAP],
        r#"POST /ldap/importuser {"username": "imported"}"#,
    ),
    after(
        67,
        &[LDAP_DOWN],
        r#"POST /ldap/importuser {"username": "imported"}"#,
    ),
    row(67, r#"POST /ldap/importuser {"username": "imported"}"#),
    after(
        68,
        &[LDAP],
        r#"POST /ldap/importgroup {"groupname": "imported"}"#,
    ),
    after(
        69,
        &[LDAP],
        r#"POST /ldap/importgroup {"groupname": "no such group"}"#,
    ),
    row(69, r#"POST /ldap/importgroup {"groupname": "imported"}"#),
    Scenario {
        row: 70,
        who: Who::Nobody,
        before: &[OIDC],
        act: "GET /auth/oidc/providers",
        shows: r#"{"idp": "I"}"#,
    },
    after(71, &[OIDC], "GET /auth/oidc/providers/idp"),
    row(72, OIDC),
    after(73, &[OIDC], OIDC),
    after(
        74,
        &[OIDC],
        r#"PATCH /auth/oidc/providers/idp {"description": "I", "issuer": "https://j", "base_url": "https://c", "client_id": "c", "client_secret": "s"}"#,
    ),
    row(
        75,
        r#"PATCH /auth/oidc/providers/idp {"description": "I", "issuer": "https://j", "base_url": "https://c", "client_id": "c", "client_secret": "s"}"#,
    ),
    after(76, &[OIDC], "DELETE /auth/oidc/providers/idp"),
    Scenario {
        row: 77,
        who: Who::Nobody,
        before: &[SAML],
        act: "GET /auth/saml/providers",
        shows: r#"{"idp": "S"}"#,
    },
    after(78, &[SAML], "GET /auth/saml/providers/idp"),
    row(79, SAML),
    after(80, &[SAML], SAML),
    after(
        81,
        &[SAML],
        r#"PATCH /auth/saml/providers/idp {"description": "S", "idp_metadata": "<y/>", "sp_base_url": "https://c"}"#,
    ),
    row(
        82,
        r#"PATCH /auth/saml/providers/idp {"description": "S", "idp_metadata": "<y/>", "sp_base_url": "https://c"}"#,
    ),
    after(83, &[SAML], "DELETE /auth/saml/providers/idp"),
    Scenario {
        row: 84,
        who: Who::Nobody,
        before: &[],
        act: "GET /users",
        shows: "",
    },
    Scenario {
        row: 84,
        who: Who::Nobody,
        before: &[OIDC],
        act: "GET /auth/oidc/providers/idp",
        shows: "",
    },
    Scenario {
        row: 85,
        who: Who::Ordinary,
        before: &[],
        act: "GET /users",
        shows: "",
    },
    Scenario {
        row: 85,
        who: Who::Ordinary,
        before: &[],
        act: "GET /users/root/permissions",
        shows: "",
    },
];

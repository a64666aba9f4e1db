//! `User`: a person in a tenant.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::ToRole;
use crate::base::Value;
use crate::kind::Segment::{Item, Own as Id, Text as T};
use crate::kind::spec::{Free, Members, Nullable, Ref, SecretField, Text};
use crate::kind::{
    Api, Attach, Children, Complaint, EdgeBody, EdgeShape, Endpoint, Field, Fit, Grants, Home, Key,
    Kind, List, ListFrom, Method, Own, Paging, Path, Policy, Quirk, ReadEdges, Relation, Route,
    Shape, Wants,
};

/// The kind.
pub(super) struct User;

/// How a password digest was made.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) enum PasswordAlgorithm {
    Argon2i,
    Argon2id,
    Argon2d,
    SHA1,
    SHA256,
    MD5,
    Bcrypt,
    Legacy,
}

/// A user. One of `username`, `primaryEmail`, `primaryPhone` is required: the first that is
/// written recognises the live user.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// Letters, digits and `_`, not beginning with a digit; case matters.
    #[schemars(length(max = 128), regex(pattern = r"^[A-Z_a-z]\w*$"))]
    username: Option<Nullable<Text>>,
    /// An e-mail address; case does not matter.
    #[schemars(length(max = 128), regex(pattern = r"^\S+@\S+\.\S+$"))]
    primary_email: Option<Nullable<Text>>,
    /// Digits alone, with the country's code.
    #[schemars(length(max = 128), regex(pattern = r"^\d+$"))]
    primary_phone: Option<Nullable<Text>>,
    /// The name that people see.
    #[schemars(length(max = 128))]
    name: Option<Nullable<Text>>,
    /// The address of a picture.
    #[schemars(length(max = 2048))]
    avatar: Option<Nullable<Text>>,
    /// Data of your own.
    custom_data: Option<Free>,
    /// Standard claims.
    profile: Option<Profile>,
    /// The password. Sent when its source changes; a change by the user is no drift.
    password: Option<SecretField>,
    /// A password's digest, at creation only.
    password_digest: Option<SecretField>,
    /// How the digest was made, at creation only.
    password_algorithm: Option<PasswordAlgorithm>,
    /// Whether the user is kept from signing in.
    is_suspended: Option<bool>,
    /// MFA and passkey settings.
    logto_configs: Option<LogtoConfigs>,
    /// Who the user is elsewhere, by the connector's target.
    identities: Option<BTreeMap<String, Identity>>,
    /// Roles of the type `User`. Default roles come by themselves.
    roles: Option<Members<Ref<ToRole>>>,
}

/// Who a user is elsewhere.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Identity {
    /// The user's id there, of one user only.
    user_id: Text,
    /// What is known of the user from there.
    details: Option<Free>,
}

/// Standard claims. What is not one of them is dropped by the server (inferred from the schema in
/// the `OpenAPI` document and seen on a running server), and would differ for ever.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
#[expect(clippy::struct_field_names, reason = "the API's own names")]
struct Profile {
    /// The surname.
    family_name: Option<Text>,
    /// The first name.
    given_name: Option<Text>,
    /// The middle name.
    middle_name: Option<Text>,
    /// What friends say.
    nickname: Option<Text>,
    /// What the user wants to be called by.
    preferred_username: Option<Text>,
    /// The address of a page about the user.
    profile: Option<Text>,
    /// The address of the user's own site.
    website: Option<Text>,
    /// Any text.
    gender: Option<Text>,
    /// `YYYY-MM-DD`, or a year.
    birthdate: Option<Text>,
    /// A time zone, such as `Europe/Berlin`.
    zoneinfo: Option<Text>,
    /// A language, such as `de-CH`.
    locale: Option<Text>,
    /// A postal address.
    address: Option<Address>,
}

/// A postal address.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
#[expect(clippy::struct_field_names, reason = "the API's own names")]
struct Address {
    /// All of it, with line breaks.
    formatted: Option<Text>,
    /// Street and number.
    street_address: Option<Text>,
    /// Town.
    locality: Option<Text>,
    /// Canton, state, prefecture.
    region: Option<Text>,
    /// Postal code.
    postal_code: Option<Text>,
    /// Country.
    country: Option<Text>,
}

/// Settings that Logto keeps about a user.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct LogtoConfigs {
    /// Multi-factor sign-in.
    mfa: Option<Mfa>,
    /// Sign-in by passkey.
    passkey_sign_in: Option<PasskeySignIn>,
}

/// Multi-factor sign-in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Mfa {
    /// Whether it is asked for.
    enabled: Option<bool>,
    /// Whether setting it up was skipped.
    skipped: Option<bool>,
    /// Whether sign-in goes without it.
    skip_mfa_on_sign_in: Option<bool>,
}

/// Sign-in by passkey.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct PasskeySignIn {
    /// Whether setting it up was skipped.
    skipped: Option<bool>,
}

const USERS: &str = "/api/users";
const USER: Path = &[T("/api/users/"), Id];
const ROLES: Path = &[T("/api/users/"), Id, T("/roles")];
const CONFIGS: Path = &[T("/api/users/"), Id, T("/logto-configs")];

/// A PATCH route of one field.
const fn patch(path: Path) -> Endpoint {
    Endpoint {
        method: Method::Patch,
        path,
    }
}

impl Kind for User {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "User";
    const NAME: &'static str = "user";
    const ABOUT: &'static str = "A person in a tenant.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: User
metadata:
  name: alice
  tenant: acme-dev
spec:
  username: alice
  primaryEmail: alice@example.com
  name: Alice
  password: {env: ALICE_PASSWORD}
  roles: [order-admin]
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::All(&[T(USERS)]),
            query: "",
            paging: Paging::Pages,
            member: None,
            search: &["username", "primaryEmail", "primaryPhone"],
        }),
        read: Some(USER),
        create: Some(Endpoint {
            method: Method::Post,
            path: &[T(USERS)],
        }),
        update: Some(patch(USER)),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: USER,
        }),
        own: &[
            Own {
                field: "password",
                endpoint: patch(&[T("/api/users/"), Id, T("/password")]),
                wrapped: true,
                in_create: true,
                read: None,
            },
            Own {
                field: "isSuspended",
                endpoint: patch(&[T("/api/users/"), Id, T("/is-suspended")]),
                wrapped: true,
                in_create: false,
                read: None,
            },
            // Merged by the server, and shown by this route only (users.jsonl 637, 638).
            Own {
                field: "logtoConfigs",
                endpoint: patch(CONFIGS),
                wrapped: false,
                in_create: false,
                read: Some(CONFIGS),
            },
        ],
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::FirstOf(&["username", "primaryEmail", "primaryPhone"]);
    const FIELDS: &'static [Field] = &[
        Field::new("primaryEmail", Policy::CaseInsensitive),
        Field::new("name", Policy::EmptyIsNull),
        Field::new("avatar", Policy::EmptyIsNull),
        Field::new("password", Policy::WriteOnly),
        Field::new("passwordDigest", Policy::CreateOnly),
        Field::new("passwordAlgorithm", Policy::CreateOnly),
        Field::new("isSuspended", Policy::Default(|| json!(false))),
        Field::new("logtoConfigs", Policy::Stays),
    ];
    const RELATIONS: &'static [Relation] = &[Relation {
        field: "roles",
        to: &["role"],
        shape: EdgeShape::Objects,
        by_owner: &[ReadEdges {
            path: ROLES,
            query: "",
            paging: Paging::Pages,
            member: None,
            id: "id",
            words: None,
            held: None,
        }],
        by_item: Some(ReadEdges {
            path: &[T("/api/roles/"), Id, T("/users")],
            query: "",
            paging: Paging::Pages,
            member: None,
            id: "id",
            words: None,
            held: None,
        }),
        attach: Attach::post(ROLES, EdgeBody::Many("roleIds")),
        detach: Attach::delete(&[T("/api/users/"), Id, T("/roles/"), Item(0)]),
        grants: Grants::Member,
    }];
    const CHILDREN: &'static [Children] = &[Children {
        field: "identities",
        kind: "useridentity",
        parent_field: "user",
        name_field: "target",
    }];
    // user.invalid_role_type (user-roles.jsonl).
    const FITS: &'static [Fit] = &[Fit {
        field: "roles",
        of: None,
        wants: Wants::Text(("type", "User", "User")),
    }];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey];
    const WITH: &'static str = "its roles";
    const LOST: &'static str = "a password that no manifest names, its sessions";

    fn check(spec: &Spec) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        let written = [&spec.username, &spec.primary_email, &spec.primary_phone];
        if !written
            .iter()
            .any(|id| matches!(id, Some(Nullable(Some(_)))))
        {
            complaints.push(Complaint::new(
                "username",
                "a user needs one of `username`, `primaryEmail`, `primaryPhone`",
                "write `username: …`: it recognises the live user",
            ));
        }
        // users.jsonl 577: user.password_and_digest.
        if spec.password.is_some() && spec.password_digest.is_some() {
            complaints.push(Complaint::new(
                "passwordDigest",
                "`password` and `passwordDigest` exclude each other",
                "drop one of them",
            ));
        }
        if spec.password_digest.is_some() != spec.password_algorithm.is_some() {
            complaints.push(Complaint::new(
                "passwordAlgorithm",
                "`passwordDigest` and `passwordAlgorithm` go together",
                "write both, or neither",
            ));
        }
        complaints
    }

    /// users.jsonl 637: what a user shows who has set up nothing.
    fn usual() -> Json {
        json!({"logtoConfigs": {
            "mfa": {"skipped": false, "skipMfaOnSignIn": false},
            "passkeySignIn": {"skipped": false},
        }})
    }

    fn check_create(body: &Value) -> Option<String> {
        let named = ["username", "primaryEmail", "primaryPhone"];
        let has = |name: &&str| body.get(name).is_some_and(|value| value != &Value::Null);
        (!named.iter().any(has)).then(|| "a user needs an identifier".to_owned())
    }
}

//! `Webhook`: who is told when something happens.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::kind::Segment::{Own, Text as T};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{Nullable, Text, Texts};
use crate::kind::{
    Api, Cap, Complaint, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path,
    Policy, Route, Shape, Turn,
};

/// The kind.
pub(super) struct Webhook;

/// What can happen.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) enum HookEvent {
    PostRegister,
    PostSignIn,
    PostSignInAdaptiveMfaTriggered,
    PostResetPassword,
    #[serde(rename = "User.Created")]
    UserCreated,
    #[serde(rename = "User.Deleted")]
    UserDeleted,
    #[serde(rename = "User.Data.Updated")]
    UserDataUpdated,
    #[serde(rename = "User.SuspensionStatus.Updated")]
    UserSuspensionStatusUpdated,
    #[serde(rename = "Role.Created")]
    RoleCreated,
    #[serde(rename = "Role.Deleted")]
    RoleDeleted,
    #[serde(rename = "Role.Data.Updated")]
    RoleDataUpdated,
    #[serde(rename = "Role.Scopes.Updated")]
    RoleScopesUpdated,
    #[serde(rename = "Scope.Created")]
    ScopeCreated,
    #[serde(rename = "Scope.Deleted")]
    ScopeDeleted,
    #[serde(rename = "Scope.Data.Updated")]
    ScopeDataUpdated,
    #[serde(rename = "Organization.Created")]
    OrganizationCreated,
    #[serde(rename = "Organization.Deleted")]
    OrganizationDeleted,
    #[serde(rename = "Organization.Data.Updated")]
    OrganizationDataUpdated,
    #[serde(rename = "Organization.Membership.Updated")]
    OrganizationMembershipUpdated,
    #[serde(rename = "OrganizationRole.Created")]
    OrganizationRoleCreated,
    #[serde(rename = "OrganizationRole.Deleted")]
    OrganizationRoleDeleted,
    #[serde(rename = "OrganizationRole.Data.Updated")]
    OrganizationRoleDataUpdated,
    #[serde(rename = "OrganizationRole.Scopes.Updated")]
    OrganizationRoleScopesUpdated,
    #[serde(rename = "OrganizationScope.Created")]
    OrganizationScopeCreated,
    #[serde(rename = "OrganizationScope.Deleted")]
    OrganizationScopeDeleted,
    #[serde(rename = "OrganizationScope.Data.Updated")]
    OrganizationScopeDataUpdated,
    #[serde(rename = "Identifier.Lockout")]
    IdentifierLockout,
    #[serde(rename = "Message.RateLimited")]
    MessageRateLimited,
    #[serde(rename = "Grant.LimitExceeded")]
    GrantLimitExceeded,
}

/// Who is told when something happens. Written after everything else, so that it is not told of
/// what the same run does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// Its name; `metadata.name` if not written. Not unique on the server: two hits are refused.
    #[schemars(length(min = 1, max = 256))]
    name: Option<Text>,
    /// What it is told of; one at least.
    #[schemars(length(min = 1))]
    events: Option<Vec<HookEvent>>,
    /// The one thing it is told of: the API's old form of `events`.
    event: Option<Nullable<HookEvent>>,
    /// Where it is told.
    config: HookConfig,
    /// Whether it is told at all.
    enabled: Option<bool>,
}

/// Where a hook is told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct HookConfig {
    /// The address that is called.
    url: Text,
    /// Headers to send along; `authorization` has a source, others may.
    headers: Option<Texts>,
    /// How often a failed call is repeated. Without effect: it is always three times.
    #[schemars(range(max = 3))]
    retries: Option<u8>,
}

const HOOKS: Path = &[T("/api/hooks")];
const HOOK: Path = &[T("/api/hooks/"), Own];

impl Kind for Webhook {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "Webhook";
    const NAME: &'static str = "webhook";
    const ABOUT: &'static str = "Somebody who is told when something happens.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Webhook
metadata:
  name: audit
  tenant: acme-dev
spec:
  events: [User.Created, User.Deleted]
  config:
    url: https://audit.example.com/logto
    headers:
      authorization: {env: AUDIT_TOKEN}
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        // Without `page` the list is whole (reference/logto-management.md, section 1.3).
        list: Some(List {
            from: ListFrom::All(HOOKS),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(HOOK),
        create: Some(Endpoint {
            method: Method::Post,
            path: HOOKS,
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: HOOK,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: HOOK,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["name"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = &[
        Field::new("events", Policy::Set), // repeats are dropped: hooks.jsonl 1100
        Field::new("enabled", Policy::Default(|| json!(true))),
    ];
    const OUTPUTS: &'static [Output] = &[Output {
        name: "signingKey",
        from: OutputFrom::Secret("signingKey"),
        about: "What its calls are signed with.",
    }];
    /// Our own writes fire hooks (extra-hooks-on-own-writes.jsonl).
    const TURN: Turn = Turn::Last;
    const WITH: &'static str = "its signing key";
    const LOST: &'static str = "its signing key";
    /// reference/logto-cloud.md, "Entity caps", documented.
    const CAPS: &'static [Cap] = &[Cap {
        of: None,
        per: None,
        tiers: &[("development", 10)],
    }];

    fn check(spec: &Spec) -> Vec<Complaint> {
        let event = matches!(spec.event, Some(Nullable(Some(_))));
        if event || spec.events.is_some() {
            return Vec::new();
        }
        // hooks.jsonl 1102: hook.missing_events.
        vec![Complaint::new(
            "events",
            "a webhook is told of one event at least",
            "write `events: [User.Created]`",
        )]
    }
}

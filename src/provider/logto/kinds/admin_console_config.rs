//! `AdminConsoleConfig`: what Logto's console remembers of a tenant.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::Segment::Text as T;
use crate::kind::spec::Text;
use crate::kind::{Api, Endpoint, Field, Home, Key, Kind, Method, Path, Policy, Route, Shape};

/// The kind.
pub(super) struct AdminConsoleConfig;

/// What the console remembers. There is one a tenant, from the start; the server merges what is
/// sent, so that nothing of it can be put back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// Whether the sign-in experience was looked at, so that the console suggests it no more.
    sign_in_experience_customized: Option<bool>,
    /// Whether an organization was made, so that the console suggests it no more.
    organization_created: Option<bool>,
    /// A notice on the move of development tenants.
    development_tenant_migration_notification: Option<MigrationNotification>,
    /// Notices of charges that were seen.
    checked_charge_notification: Option<ChargeNotification>,
}

/// A notice on the move of development tenants.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct MigrationNotification {
    /// Whether the tenant is paid for.
    is_paid_tenant: bool,
    /// The tenant's tag.
    tag: Text,
    /// When it was read, in milliseconds since 1970.
    read_at: Option<u64>,
}

/// Notices of charges that were seen.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct ChargeNotification {
    /// Of tokens.
    token: Option<bool>,
    /// Of API resources.
    api_resource: Option<bool>,
    /// Of machine-to-machine applications.
    machine_to_machine_app: Option<bool>,
    /// Of members.
    tenant_member: Option<bool>,
}

const CONSOLE: Path = &[T("/api/configs/admin-console")];

impl Kind for AdminConsoleConfig {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "AdminConsoleConfig";
    const NAME: &'static str = "adminconsoleconfig";
    const ABOUT: &'static str = "What Logto's console remembers of a tenant.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: AdminConsoleConfig
metadata:
  name: default
  tenant: acme-dev
spec:
  signInExperienceCustomized: true
  organizationCreated: true
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Singleton,
        read: Some(CONSOLE),
        update: Some(Endpoint {
            method: Method::Patch,
            path: CONSOLE,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Single;
    // Merged by the server (reference/logto-management.md, section 1.5).
    const FIELDS: &'static [Field] = &[
        Field::new("signInExperienceCustomized", Policy::Stays),
        Field::new("organizationCreated", Policy::Stays),
        Field::new("developmentTenantMigrationNotification", Policy::Stays),
        Field::new("checkedChargeNotification", Policy::Stays),
    ];
}

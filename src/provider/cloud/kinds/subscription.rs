//! `settings` and `subscription` of a tenant: fields with routes of their own, the second of which
//! costs money. What the Cloud says of it is documented (reference/logto-cloud.md, "What follows
//! for a reconciler"), the answers' members come from the vendor's route types.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::Segment::{Own as Id, Text as T};
use crate::kind::spec::Text;
use crate::kind::{Endpoint, Method, Own, Path, Policy};

/// What holds for whoever works in the tenant's console.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Settings {
    /// Whether members must have a second factor.
    is_mfa_required: Option<bool>,
}

/// What is paid for a tenant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Subscription {
    /// The plan: `pro-202509`. It is bought once; another one is chosen in the console.
    #[schemars(length(min = 1))]
    sku_id: Text,
    /// Who pays: a customer of the account; the default one if not written.
    #[schemars(length(min = 1))]
    customer_id: Option<Text>,
}

const SETTINGS: Path = &[T("/api/tenants/"), Id, T("/settings")];
const SUBSCRIPTION: Path = &[T("/api/tenants/"), Id, T("/subscription")];

/// The fields with routes of their own.
pub(super) const OWN: &[Own] = &[
    Own {
        field: "settings",
        endpoint: Endpoint {
            method: Method::Patch,
            path: SETTINGS,
        },
        wrapped: false,
        in_create: false,
        read: Some(SETTINGS),
    },
    Own {
        field: "subscription",
        endpoint: Endpoint {
            method: Method::Post,
            path: SUBSCRIPTION,
        },
        wrapped: false,
        in_create: false,
        read: Some(SUBSCRIPTION),
    },
];

/// One key an attempt: "safe for 23 hours", the same key on a time-out, a 5xx or 409
/// `attempt_in_progress`.
pub(super) const ONCE: Policy = Policy::Once {
    header: "Idempotency-Key",
    hours: 23,
    unended: &["attempt_in_progress"],
};

/// What to do about refusals, by the documented codes.
pub(super) const ADVICE: &[(&str, &str)] = &[
    (
        "card_declined",
        "the bank declined the card: pay with another one, or ask the bank; the card is set in the \
         Cloud console, under Billing",
    ),
    (
        "expired_card",
        "the card has expired: set another one in the Cloud console, under Billing",
    ),
    (
        "authentication_required",
        "the bank wants the holder of the card to agree: subscribe this tenant once in the Cloud \
         console; the next plan finds it subscribed",
    ),
    (
        "insufficient_role",
        "the owner of the token may not buy for this tenant: let an admin of it make the token",
    ),
    (
        "customer_not_found",
        "the account has no customer with this `customerId`: leave it out for the default one, or \
         copy it from the Cloud console, under Billing",
    ),
    (
        "no_customer",
        "the account has never paid for anything: add a payment method in the Cloud console, under \
         Billing",
    ),
    (
        "no_payment_method",
        "the customer has no payment method: add one in the Cloud console, under Billing",
    ),
    (
        "tax_location_invalid",
        "the customer's address does not say where tax is due: mend it in the Cloud console, under \
         Billing",
    ),
    (
        "subscription_exists",
        "the tenant is subscribed to another plan, and only the Cloud console changes that: write \
         the plan that it has, or leave `subscription` out",
    ),
    (
        "dev_tenant_not_supported",
        "development tenants are free and cannot be subscribed: leave `subscription` out",
    ),
    (
        "customer_fixed",
        "somebody else pays for this tenant already: leave `customerId` out",
    ),
    (
        "invalid_sku",
        "the Cloud knows no such plan: the Pro plan is `pro-202509`",
    ),
    (
        "idempotency_key_mismatch",
        "the key was used for something else: apply again, it makes a new attempt",
    ),
    (
        "attempt_in_progress",
        "the Cloud is still at it: apply again in a minute; the same key is used",
    ),
    (
        "stripe_unavailable",
        "the Cloud cannot reach its bank now: apply again later; the same key is used",
    ),
    (
        "provisioning_failed",
        "it may have been paid without being put into force: apply again; the same key is used",
    ),
];

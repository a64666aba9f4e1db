//! `Tenant`: one that the Cloud account should have, or one that exists already.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::limits::{self, Limits};
use super::members::{self, Member};
use super::subscription::{self, Settings, Subscription};
use crate::base::Value;
use crate::kind::Segment::{Own, Text as T};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{Members, Ref, RefKinds, SecretField, Text};
use crate::kind::{
    Api, Complaint, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Policy,
    Quirk, Relation, Route, Shape,
};

/// The kind.
pub(super) struct Tenant;

/// References to accounts.
#[derive(Debug)]
pub(super) enum ToAccount {}

impl RefKinds for ToAccount {
    const KINDS: &'static [&'static str] = &["account"];
}

/// What a tenant is made for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum Tag {
    /// Free, with small caps, not for real users.
    Development,
    /// Billed.
    Production,
}

/// A Logto tenant: with `name`, one that the Cloud account has; with `connection` alone, one that
/// exists already and is not managed, self-hosted ones included.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// The display name on the Cloud.
    #[schemars(length(min = 1, max = 128))]
    name: Option<Text>,
    /// `development` or `production`. A change destroys the tenant and everything in it.
    tag: Option<Tag>,
    /// The region (`EU`, `US`, …). A change destroys the tenant and everything in it.
    #[schemars(length(min = 1))]
    region_name: Option<Text>,
    /// The Cloud account; the default one if not written.
    account: Option<Ref<ToAccount>>,
    /// What holds for whoever works in the tenant's console.
    settings: Option<Settings>,
    /// What is paid for it.
    subscription: Option<Subscription>,
    /// Who works in its console. Whoever is not there yet is invited.
    members: Option<Members<Member>>,
    /// How a tenant that exists is reached.
    connection: Option<Connection>,
    /// How fast its Management API is asked.
    limits: Option<Limits>,
}

/// How a tenant that exists is reached.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Connection {
    /// Where it answers: `https://ID.logto.app`, or a self-hosted address.
    endpoint: Text,
    /// Its id; the first label of a `*.logto.app` endpoint, else `default`.
    #[schemars(length(min = 1))]
    tenant_id: Option<Text>,
    /// The Management API's resource indicator; `https://{tenantId}.logto.app/api`.
    resource: Option<Text>,
    /// Where tokens are fetched; `{endpoint}/oidc/token`. A self-hosted tenant's own client is
    /// often at the admin endpoint.
    token_endpoint: Option<Text>,
    /// A machine-to-machine application that may use the Management API.
    client_id: Text,
    /// Its secret.
    client_secret: SecretField,
}

const TENANTS: &str = "/api/tenants";
const TENANT: &[crate::kind::Segment] = &[T("/api/tenants/"), Own];

/// The resource indicator of a self-hosted tenant, whatever its endpoint is
/// (reference/logto-cloud.md, "The way into a tenant").
const SELF_HOSTED: &str = "https://default.logto.app/api";

/// An output that is a setting.
const fn setting(name: &'static str, secret: bool, about: &'static str) -> Output {
    Output {
        name,
        from: OutputFrom::Setting { secret },
        about,
    }
}

impl Kind for Tenant {
    type Spec = Spec;
    const API: Api = Api::Cloud;
    const KIND: &'static str = "Tenant";
    const NAME: &'static str = "tenant";
    const ABOUT: &'static str = "A Logto tenant: made on the Cloud, or one that exists.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Tenant
metadata:
  name: acme-dev
spec:
  name: Acme (development)
  tag: development
  regionName: EU
";
    const HOME: Home = Home::Account;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::All(&[T(TENANTS)]),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        create: Some(Endpoint {
            method: Method::Post,
            path: &[T(TENANTS)],
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: TENANT,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: TENANT,
        }),
        own: subscription::OWN,
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::State;
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = &[
        Field::new("tag", Policy::Immutable),
        Field::new("regionName", Policy::Immutable),
        Field::new("tag", Policy::Stays),
        Field::new("regionName", Policy::Stays),
        Field::new("account", Policy::InPath),
        Field::new("connection", Policy::InPath),
        Field::new("limits", Policy::InPath),
        // Inferred: a new tenant does not want it.
        Field::new("settings.isMfaRequired", Policy::Default(|| json!(false))),
        Field::new("subscription", subscription::ONCE),
        Field::new("subscription", Policy::Billed),
        Field::new("subscription", Policy::Stays),
        // A sku is called `planId` once it is subscribed to, and two plans are free (the vendor's
        // open source, `ReservedPlanId`).
        Field::new("subscription.skuId", Policy::ShownAs("planId")),
        Field::new("subscription", Policy::NothingIf("skuId", &["free", "dev"])),
        Field::new("subscription.customerId", Policy::CreateOnly),
    ];
    const ADVICE: &'static [(&'static str, &'static str)] = subscription::ADVICE;
    const QUIRKS: &'static [Quirk] = &[Quirk::MarkedCreation];
    const TIER: Option<&'static str> = Some("tag");
    const HOSTS: Option<Api> = Some(Api::Logto);
    const SHOWN_ONCE: &'static [(&'static str, &'static str)] = &[
        ("clientId", "defaultApplication.id"),
        ("clientSecret", "defaultApplication.secret"),
    ];
    const OUTPUTS: &'static [Output] = &[
        setting(
            "endpoint",
            false,
            "Where it answers, without a slash at the end.",
        ),
        setting("issuer", false, "The issuer of its tokens."),
        setting(
            "resource",
            false,
            "The Management API's resource indicator.",
        ),
        setting("tokenEndpoint", false, "Where tokens are fetched."),
        setting(
            "clientId",
            false,
            "The machine-to-machine application we use.",
        ),
        setting("clientSecret", true, "Its secret."),
    ];
    const WITH: &'static str = "everything in it";
    const LOST: &'static str = "its data, its users, its credentials";
    const RELATIONS: &'static [Relation] = &[members::RELATION];
    const PEOPLE: Option<Relation> = Some(members::PEOPLE);

    fn settings(spec: &Value, live: &Value, shown: &Value) -> Value {
        let connection = spec.get("connection").unwrap_or(&Value::Null);
        let text = |value: Option<&Value>| value.and_then(Value::as_text).map(str::to_owned);
        let endpoint = text(live.get("indicator")).or_else(|| text(connection.get("endpoint")));
        let Some(endpoint) = endpoint.map(|endpoint| base_url(&endpoint)) else {
            return Value::Null;
        };
        let id = text(live.get("id"))
            .or_else(|| text(connection.get("tenantId")))
            .unwrap_or_else(|| tenant_id(&endpoint));
        let written = |name: &str, otherwise: String| {
            connection
                .get(name)
                .cloned()
                .unwrap_or(Value::Text(otherwise))
        };
        let mut settings = BTreeMap::from([
            ("issuer".into(), Value::Text(format!("{endpoint}/oidc"))),
            (
                "resource".into(),
                written("resource", format!("https://{id}.logto.app/api")),
            ),
            (
                "tokenEndpoint".into(),
                written("tokenEndpoint", format!("{endpoint}/oidc/token")),
            ),
        ]);
        let resource = settings.get("resource").and_then(Value::as_text);
        if resource == Some(SELF_HOSTED) {
            settings.insert("selfHosted".into(), Value::Bool(true));
        }
        for name in ["clientId", "clientSecret"] {
            let value = shown.get(name).or_else(|| connection.get(name));
            settings.extend(value.map(|value| (name.to_owned(), value.clone())));
        }
        let on_cloud = live != &Value::Null || cloud_label(&endpoint).is_some();
        if on_cloud {
            settings.insert("limits".into(), limits::of_cloud(spec.get("limits")));
        } else if let Some(limits) = spec.get("limits") {
            settings.insert("limits".into(), limits.clone());
        }
        settings.insert("id".into(), Value::Text(id));
        settings.insert("endpoint".into(), Value::Text(endpoint));
        Value::Map(settings)
    }

    fn check(spec: &Spec) -> Vec<Complaint> {
        let made = spec.name.is_some() || spec.tag.is_some() || spec.region_name.is_some();
        if spec.connection.is_some() && spec.account.is_some() && !made {
            return vec![Complaint::new(
                "account",
                "a tenant with a `connection` alone is not made in an account",
                "drop `account`, or add `name` to manage the tenant",
            )];
        }
        // 422 `dev_tenant_not_supported` (documented); a tenant without a tag is one (inferred).
        let is_free = matches!(spec.tag, Some(Tag::Development));
        if let (Some(_), true) = (&spec.subscription, is_free) {
            return vec![Complaint::new(
                "subscription",
                "a development tenant is free and cannot be subscribed",
                "drop `subscription`, or write `tag: production`",
            )];
        }
        let own = spec.settings.is_some() || spec.subscription.is_some() || spec.members.is_some();
        if own && !made {
            return vec![Complaint::new(
                "name",
                "what the Cloud account says of a tenant needs one that it manages",
                "add `name`, and `lifecycle: {adopt: true}` if the tenant is there already",
            )];
        }
        members::check(spec.members.as_ref())
    }
}

/// The endpoint without a final slash or `/api`: both spellings are seen (DESIGN, section 7).
fn base_url(indicator: &str) -> String {
    let bare = indicator.trim_end_matches('/');
    bare.strip_suffix("/api")
        .unwrap_or(bare)
        .trim_end_matches('/')
        .to_owned()
}

/// The first label of a `*.logto.app` address.
fn cloud_label(endpoint: &str) -> Option<&str> {
    let host = endpoint
        .split_once("://")
        .map_or(endpoint, |(_, host)| host);
    host.split(['/', ':'])
        .next()?
        .strip_suffix(".logto.app")
        .filter(|label| !label.is_empty())
}

/// The tenant's id by its endpoint; a self-hosted one is called `default`
/// (reference/logto-cloud.md, "The way into a tenant").
fn tenant_id(endpoint: &str) -> String {
    cloud_label(endpoint).unwrap_or("default").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(spec: serde_json::Value, live: serde_json::Value) -> Value {
        Tenant::settings(&spec.into(), &live.into(), &Value::Null)
    }

    #[test]
    fn a_self_hosted_tenant_keeps_the_default_resource() {
        let connection =
            json!({"connection": {"endpoint": "http://localhost:3001/", "clientId": "x"}});
        let settings = settings(connection, json!(null));
        assert_eq!(
            settings.get("resource"),
            Some(&"https://default.logto.app/api".into())
        );
        assert_eq!(
            settings.get("tokenEndpoint"),
            Some(&"http://localhost:3001/oidc/token".into())
        );
        assert_eq!(settings.get("limits"), None);
    }

    #[test]
    fn an_indicator_is_read_with_or_without_its_end() {
        for indicator in [
            "https://abc123.logto.app",
            "https://abc123.logto.app/api",
            "https://abc123.logto.app/api/",
        ] {
            let settings = settings(json!({}), json!({"id": "abc123", "indicator": indicator}));
            assert_eq!(
                settings.get("endpoint"),
                Some(&"https://abc123.logto.app".into())
            );
            assert_eq!(
                settings.get("resource"),
                Some(&"https://abc123.logto.app/api".into())
            );
            assert!(settings.get("limits").is_some());
        }
    }
}

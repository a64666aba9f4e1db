//! `Connector`: how people sign in through somebody else, and how messages reach them.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::base::Value;
use crate::kind::Segment::{Own, Text as T};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{Config, Free, Nullable, Text};
use crate::kind::{
    Api, Cap, Complaint, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, ObjectKey,
    Paging, Path, Policy, Quirk, Route, Rule, Shape,
};

/// The kind.
pub(super) struct Connector;

/// A connector. A target has one social connector a platform; there is one for e-mail and one for
/// text messages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// Its id, part of its callback address; chosen for you if not written. A change replaces it.
    #[schemars(length(min = 1, max = 128))]
    id: Option<Text>,
    /// The factory that it is made by, such as `github-universal`. A change replaces it.
    #[schemars(length(min = 1, max = 128))]
    connector_id: Text,
    /// What the factory asks for. A secret has a source; so may anything else.
    config: Option<Config>,
    /// How a standard connector (`oauth2`, `oidc`, `saml`) is called and known; no other takes it.
    metadata: Option<Metadata>,
    /// Whether profiles are taken over at each sign-in, not only at the first.
    sync_profile: Option<bool>,
    /// Whether the provider's tokens are kept.
    enable_token_storage: Option<bool>,
}

/// How a standard connector is called and known.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
struct Metadata {
    /// What identities from it are kept under. A change replaces it.
    target: Option<Text>,
    /// Its name, by language.
    name: Option<Free>,
    /// The address of a picture.
    logo: Option<Text>,
    /// The address of a picture for dark pages.
    logo_dark: Option<Nullable<Text>>,
}

const CONNECTORS: Path = &[T("/api/connectors")];
const CONNECTOR: Path = &[T("/api/connectors/"), Own];
/// The factories of which there may be many (connectors.jsonl 949 to 951).
const STANDARD: [&str; 3] = ["oauth2", "oidc", "saml"];
/// Factories for e-mail whose names do not say so.
const MAILERS: [&str; 2] = [
    "simple-mail-transfer-protocol",
    "mock-email-service-alternative",
];

/// `Email` or `Sms`, where a factory's name tells: the service's own factories all do (those that
/// were recorded are in connectors.jsonl; that the others are named alike is an inference).
fn type_by_name(factory: &str) -> Option<&'static str> {
    let ends = |ends: &[&str]| ends.iter().any(|end| factory.ends_with(end));
    if MAILERS.contains(&factory) || ends(&["-mail", "-email", "-email-service"]) {
        return Some("Email");
    }
    ends(&["-sms", "-short-message-service"]).then_some("Sms")
}

impl Kind for Connector {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "Connector";
    const NAME: &'static str = "connector";
    const ABOUT: &'static str = "A way to sign in through somebody else, or to send messages.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Connector
metadata:
  name: github
  tenant: acme-dev
spec:
  connectorId: github-universal
  config:
    clientId: Iv1.0123456789abcdef
    clientSecret: {env: GITHUB_CLIENT_SECRET}
    scope: read:user
  syncProfile: true
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        // Never paged (reference/logto-management.md, section 1.3).
        list: Some(List {
            from: ListFrom::All(CONNECTORS),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(CONNECTOR),
        create: Some(Endpoint {
            method: Method::Post,
            path: CONNECTORS,
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: CONNECTOR,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: CONNECTOR,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Worked {
        fields: &["connectorId", "metadata.target"],
        about: "`id` if it is written, else by `connectorId`, and of standard ones by \
                `metadata.target` too; of e-mail and of text messages there is one each",
    };
    const FIELDS: &'static [Field] = &[
        Field::new("id", Policy::Immutable),
        Field::new("connectorId", Policy::Immutable),
        Field::new("metadata.target", Policy::Immutable),
        // connectors.jsonl 949 and 962: empty texts and nulls are stripped.
        Field::new("config", Policy::Cleaned),
        Field::new("metadata", Policy::Cleaned),
        Field::new("syncProfile", Policy::Default(|| json!(false))),
        Field::new("enableTokenStorage", Policy::Default(|| json!(false))),
    ];
    const OUTPUTS: &'static [Output] = &[
        Output {
            name: "target",
            from: OutputFrom::Field("target"),
            about: "What identities from it are kept under.",
        },
        Output {
            name: "callbackUrl",
            from: OutputFrom::Url {
                setting: "endpoint",
                path: &[T("/callback/"), Own],
            },
            about: "Where the provider sends people back to.",
        },
    ];
    // 32 identical creations at once left up to 26 rows (section 1.7). For e-mail and text
    // messages a create replaces the present one, under another id (connectors.jsonl 944).
    const RULES: &'static [Rule] = super::ways_in::OF_CONNECTOR;
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::ChosenId, Quirk::OneByOne];
    const WITH: &'static str = "its place in the sign-in experience";
    /// reference/logto-cloud.md, "Entity caps", documented: of social connectors.
    const CAPS: &'static [Cap] = &[Cap {
        of: None,
        per: None,
        tiers: &[("development", 100)],
    }];
    const ADVICE: &'static [(&'static str, &'static str)] = &[
        ("connector.multiple_target_with_same_platform", TWICE),
        ("connector.more_than_one_email", TWICE),
        ("connector.more_than_one_sms", TWICE),
        (
            "connector.invalid_config",
            "`config` lacks what its factory demands; one that is written is sent whole, with \
             what was there before",
        ),
        (
            "sign_in_experiences.password_expiration_requires_forgot_password",
            "passwords expire in this tenant, so people need a way to reset them: turn \
             `passwordExpiration` of its sign-in experience off first",
        ),
    ];

    fn keys(value: &Value) -> Vec<ObjectKey> {
        let text = |name: &str| value.get(name).and_then(Value::as_text);
        let factory = text("connectorId").unwrap_or_default();
        let shown = text("type").filter(|shown| matches!(*shown, "Email" | "Sms"));
        let mut keys = Vec::new();
        if let Some(sort) = shown.or_else(|| type_by_name(factory)) {
            keys.push(vec![("type", Value::text(sort))]);
        }
        keys.extend(text("id").map(|id| vec![("id", Value::text(id))]));
        let mut made_by = vec![("connectorId", Value::text(factory))];
        let target = value.get("metadata").and_then(|inner| inner.get("target"));
        made_by.extend(target.map(|target| ("metadata.target", target.clone())));
        keys.push(made_by);
        keys
    }

    fn check(spec: &Spec) -> Vec<Complaint> {
        let Some(factory) = spec.connector_id.plain() else {
            return Vec::new();
        };
        let target = spec.metadata.as_ref().map(|inner| inner.target.is_some());
        match (STANDARD.contains(&factory), target) {
            // connectors.jsonl 948: connector.should_specify_target.
            (true, None | Some(false)) => vec![Complaint::new(
                "metadata.target",
                format!("a connector made by `{factory}` needs a target"),
                "write `metadata: {target: …}`",
            )],
            // connectors.jsonl 940: connector.cannot_overwrite_metadata_for_non_standard_connector.
            (false, Some(_)) => vec![Complaint::new(
                "metadata",
                format!("a connector made by `{factory}` has the metadata of its factory"),
                "drop `metadata`: only `oauth2`, `oidc` and `saml` take it",
            )],
            _ => Vec::new(),
        }
    }
}

/// extra-verify.jsonl 34 to 36, and section 1.7.
const TWICE: &str = "two connectors stand where there may be one, and Logto lists none until one \
                     of them is gone. Both can still be read and deleted by id (GET and DELETE \
                     /api/connectors/ID): `tenantry show` has the ids of ours, a self-hosted \
                     Logto's table `connectors` has all";

#[cfg(test)]
mod tests {
    use super::*;

    fn first(value: serde_json::Value) -> ObjectKey {
        Connector::keys(&value.into()).remove(0)
    }

    #[test]
    fn a_connector_is_known_by_what_there_can_be_one_of() {
        let mail = json!({"id": "x", "connectorId": "aws-ses-mail"});
        assert_eq!(first(mail), [("type", "Email".into())]);
        let other = json!({"connectorId": "twilio-short-message-service"});
        assert_eq!(first(other), [("type", "Sms".into())]);
        let named = json!({"id": "x", "connectorId": "google-universal"});
        assert_eq!(first(named), [("id", "x".into())]);
        let target = json!({"connectorId": "oidc", "metadata": {"target": "a"}});
        assert_eq!(
            first(target),
            [
                ("connectorId", "oidc".into()),
                ("metadata.target", "a".into())
            ]
        );
        let unknown = json!({"type": "Email", "id": "y", "connectorId": "our-own"});
        assert_eq!(first(unknown), [("type", "Email".into())]);
    }
}

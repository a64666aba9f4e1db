//! `AccountCenter`: what people may see and change of their own account.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::sign_in_experience::ProfileField;
use crate::kind::Segment::Text as T;
use crate::kind::spec::{Nullable, Text};
use crate::kind::{
    Api, Endpoint, Field, Home, Key, Kind, Method, Path, Policy, Route, Shape, Turn,
};

/// The kind.
pub(super) struct AccountCenter;

/// What people may do with a part of their account.
#[derive(Debug, Deserialize, JsonSchema)]
enum Access {
    /// It is not there.
    Off,
    /// They see it.
    ReadOnly,
    /// They change it.
    Edit,
}

/// The account centre. There is one a tenant, from the start.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// Whether there is an account API at all.
    enabled: Option<bool>,
    /// What people may do with each part.
    fields: Option<Fields>,
    /// Origins that may use the same passkeys.
    webauthn_related_origins: Option<Vec<Text>>,
    /// Where an account is deleted.
    #[schemars(regex(pattern = r"^$|^https?://\S+$"))]
    delete_account_url: Option<Nullable<Text>>,
    /// Style sheets of your own.
    custom_css: Option<Nullable<Text>>,
    /// The profile fields that it shows, in order.
    profile_fields: Option<Nullable<Vec<ProfileField>>>,
}

/// What people may do with each part of their account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Fields {
    /// The name.
    name: Option<Access>,
    /// The picture.
    avatar: Option<Access>,
    /// The profile.
    profile: Option<Access>,
    /// The e-mail address.
    email: Option<Access>,
    /// The phone number.
    phone: Option<Access>,
    /// The password.
    password: Option<Access>,
    /// The user name.
    username: Option<Access>,
    /// Linked social accounts.
    social: Option<Access>,
    /// Custom data.
    custom_data: Option<Access>,
    /// Second factors.
    mfa: Option<Access>,
    /// Passkeys.
    passkey: Option<Access>,
    /// Sessions.
    session: Option<Access>,
}

const ACCOUNT_CENTER: Path = &[T("/api/account-center")];

impl Kind for AccountCenter {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "AccountCenter";
    const NAME: &'static str = "accountcenter";
    const ABOUT: &'static str = "What people may see and change of their own account.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: AccountCenter
metadata:
  name: default
  tenant: acme-dev
spec:
  enabled: true
  fields: {username: ReadOnly, name: Edit, password: Edit}
  webauthnRelatedOrigins: ['https://acme.example.com']
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Singleton,
        read: Some(ACCOUNT_CENTER),
        update: Some(Endpoint {
            method: Method::Patch,
            path: ACCOUNT_CENTER,
        }),
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Single;
    /// The defaults are what a new tenant has (account-center.jsonl 1237).
    const FIELDS: &'static [Field] = &[
        Field::new("enabled", Policy::Default(|| json!(false))),
        // Each once: account-center.jsonl 1242.
        Field::new("webauthnRelatedOrigins", Policy::Set),
        Field::new("webauthnRelatedOrigins", Policy::Default(|| json!([]))),
        Field::new("customCss", Policy::EmptyIsNull),
        // extra-dependencies.jsonl 35: 200, and it is not there.
        Field::new("profileFields", Policy::DropsUnknown),
    ];
    const TURN: Turn = Turn::After(&["signinexperience", "customprofilefield"]);
}
